"""IAM: what an identity policy lets its principal do, judged by what its actions and wildcards really stand for.

Each grant is reported once, by the policy with the highest risk that it breaks: the statement of an administrator is
not also a wide write, and what a service-wide wildcard matches is not listed again action by action. A Deny beside a
wide Allow takes nothing away here: what is denied today is allowed as soon as AWS renames it or the Deny is edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pulumi_guardrails.aws.iam.analysis.overly_broad_grants import pass_role_checks
from pulumi_guardrails.aws.iam.analysis.statements import (
    Premise,
    allowing,
    finding_on,
    first_shown,
    is_allowed_everywhere,
    judge_statements,
    names,
    narrowest_statements,
    restricted_by,
    undecided_where,
    unrestricted_by,
    violation_where,
)
from pulumi_guardrails.aws.iam.analysis.wildcard_actions import (
    broad_grants,
    gives_administrator_access,
    specific_actions,
)
from pulumi_guardrails.aws.iam.attachment.policy_attachments import BOUNDARY_ONLY
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import named_after
from pulumi_guardrails.aws.iam.catalogue.action_risks import RiskCategory, risk_category_of
from pulumi_guardrails.aws.iam.catalogue.condition_keys import CALLER_KEYS, RESOURCE_KEYS
from pulumi_guardrails.aws.iam.catalogue.managed_policies import published_statements
from pulumi_guardrails.aws.iam.catalogue.service_authorization import can_be_limited
from pulumi_guardrails.aws.iam.document.document import Element, Statement
from pulumi_guardrails.aws.iam.document.policy_locations import IDENTITY_POLICY_LOCATIONS, identity_documents
from pulumi_guardrails.aws.resource_types import IAM_POLICY, ROLE, ROLE_POLICY
from pulumi_guardrails.core.policy import Constraint, ResourcePolicy, Settings, Severity, Topic, controls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.three_valued import Answer, kleene_any
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, undecided

_EXAMPLE = (
    'aws.iam.RolePolicy("task", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
    '"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"], '
    '"Resource": ["arn:aws:dynamodb:eu-west-1:123456789012:table/sessions"]}]}))'
)
_LEAST_PRIVILEGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
_REFERENCE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "reference_policies_actions-resources-contextkeys.html"
)
_OF_ROLES = (ROLE, ROLE_POLICY, IAM_POLICY)
"""Kinds whose policy can be that of a role, which a service assumes."""

_WILDCARD_ROW = "No `*` as resource for actions that support a resource"
_UNCONSTRAINED_ROW = "No unconstrained credentials exposure, data exfiltration, permissions management or write"


@ResourcePolicy(
    title="IAM policies do not grant administrator access",
    why=(
        "A principal that is allowed everything, or everything in IAM and so can grant itself the rest, puts the whole "
        "account at risk with one leaked credential. A condition does not help: what it allows is still everything."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.LEAST_PRIVILEGE,
    danger=True,
    kinds=IDENTITY_POLICY_LOCATIONS,
    rows=("No administrator access in any spelling",),
    controls=controls(
        FSBP="IAM.1",
        CIS="1.16",
        SOC2="cc_1_3 cc_6_3",
        HIPAA=(
            "164_308_a_1_ii_b 164_308_a_3_i 164_308_a_3_ii_b 164_308_a_4_i 164_308_a_4_ii_b 164_308_a_4_ii_c "
            "164_312_a_1"
        ),
        ISO27001="A.5.18 A.8.2",
        NIST="ac_2_1 ac_2_6 ac_2_i_2 ac_3 ac_3_3 ac_3_3_a ac_3_3_b_1 ac_3_3_b_2",
    ),
    remediation_steps="List the actions that are used, with the ARNs they are used on.",
    example=_EXAMPLE,
    url=_LEAST_PRIVILEGE,
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE),
    exemption=BOUNDARY_ONLY,
)
def iam_no_administrator_access(resource: Resource, settings: Settings) -> Verdict:
    """All actions, or all of IAM's, on every resource: by `*`, `*:*`, `?*`, `iam:*`, `i?m:*`, NotAction and so on."""
    return judge_statements(identity_documents(resource), _administrator)


def _administrator(statement: Statement) -> Verdict:
    administrator = gives_administrator_access(statement)
    if administrator is False:
        return COMPLIANT
    texts = statement.not_actions if statement.not_actions.present else statement.actions
    element = "NotAction" if statement.not_actions.present else "Action"
    shown = first_shown(texts)
    finding = finding_on(
        statement,
        f"grants administrator access: {element} {shown} on every resource",
        element,
        shown,
        "the actions that are used, on the resources they are used on",
    )
    finding = named_after(finding, *pass_role_checks(statement))
    unknown = statement.unknown_in(Element.ACTION, Element.RESOURCE)
    return violation_where(finding, allowing(statement), Premise(administrator, unknown))


@ResourcePolicy(
    title="IAM policies do not allow whole services, or permissions management, by a wildcard",
    why=(
        "A wildcard also allows the actions that AWS adds to the service later. One that matches permissions "
        "management as well (s3:Put* also allows PutBucketPolicy) lets the principal grant access to others."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.LEAST_PRIVILEGE,
    danger=True,
    kinds=IDENTITY_POLICY_LOCATIONS,
    rows=("No service-wide or full wildcard in actions",),
    controls=controls(PCI="3.5.1.1.7 3.5.1.3.15 3.6.1.2.7 3.6.1.3.7 3.6.1.4.7 3.6.1.7 3.7.1.8 3.7.2.7"),
    remediation_steps="List the actions that are used instead of the wildcard.",
    example=_EXAMPLE,
    url=_REFERENCE,
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE),
    exemption=BOUNDARY_ONLY,
)
def iam_no_service_wide_actions(resource: Resource, settings: Settings) -> Verdict:
    """A wildcard over services, one (or several together) over a whole service, one that reaches permissions."""
    return _judge_own(resource, _broad)


def _broad(statement: Statement) -> Verdict:
    admin = gives_administrator_access(statement)
    parts = []
    for grant in broad_grants(statement):
        if grant.in_iam and admin:
            continue
        shown = statement.actions.shown(grant.pattern)
        finding = finding_on(
            statement,
            f"allows {shown}, which {grant.says}",
            "Action",
            shown,
            "the actions that are used",
            f"List those that are used, such as {names(grant.likely)}." if grant.likely else "",
        )
        finding = named_after(finding, *(pass_role_checks(statement) if grant.in_iam else ()))
        # What may still turn out to be an administrator's statement is that policy's to decide.
        ours = None if grant.in_iam and admin is None else True
        unknown = statement.unknown_in(Element.ACTION, Element.RESOURCE)
        parts.append(violation_where(finding, allowing(statement), Premise(ours, unknown)))
    parts.append(undecided_where(statement.unknown_of(statement.actions), allowing(statement)))
    return all_in(parts)


@ResourcePolicy(
    title="Policy statements name resources for actions that support them",
    why=(
        "With * as resource, a read, list or tagging action reaches every resource of the account, also those of other "
        "teams. It is right only for actions that support no resource types, such as ecr:GetAuthorizationToken."
    ),
    severity=Severity.MEDIUM,
    kinds=IDENTITY_POLICY_LOCATIONS,
    rows=(_WILDCARD_ROW,),
    remediation_steps="Name the ARNs, or limit the statement by a condition on the resource such as aws:ResourceTag.",
    example=_EXAMPLE,
    url=_REFERENCE,
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE),
    exemption=BOUNDARY_ONLY,
)
def iam_no_wildcard_resource(resource: Resource, settings: Settings) -> Verdict:
    """Reading, listing and tagging at every resource; and whatever else only a condition on its caller limits."""

    def check(statement: Statement) -> Verdict:
        other = _wide(statement, [RiskCategory.OTHER], RESOURCE_KEYS)
        by_caller = restricted_by(statement.conditions, CALLER_KEYS)
        unknown = statement.unknown_in(Element.CONDITION)
        if by_caller is False:
            return other
        riskier = [RiskCategory.CREDENTIALS, RiskCategory.DATA, RiskCategory.PERMISSIONS, RiskCategory.WRITE]
        return all_in([other, _wide(statement, riskier, RESOURCE_KEYS, Premise(by_caller, unknown))])

    return _judge_own(resource, check)


@ResourcePolicy(
    title="IAM policies do not expose the credentials of all resources",
    why=(
        "An action that returns a credential, such as sts:AssumeRole or rds-db:connect, lets its principal act with "
        "the permissions of that credential. On every resource, those are the permissions of every principal."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.LEAST_PRIVILEGE,
    danger=True,
    kinds=IDENTITY_POLICY_LOCATIONS,
    rows=(_UNCONSTRAINED_ROW, _WILDCARD_ROW),
    remediation_steps="Name the roles, databases or clusters whose credentials are needed.",
    example=(
        'aws.iam.RolePolicy("deploy", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
        '"Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": ["arn:aws:iam::123456789012:role/deploy"]}]}))'
    ),
    url=_LEAST_PRIVILEGE,
    topics=(Topic.IAM, Topic.CREDENTIALS, Topic.LEAST_PRIVILEGE),
    exemption=BOUNDARY_ONLY,
)
def iam_no_credentials_exposure(resource: Resource, settings: Settings) -> Verdict:
    """Actions that return credentials, on every resource and without a condition."""
    return _unconstrained(resource, RiskCategory.CREDENTIALS)


@ResourcePolicy(
    title="IAM policies do not allow reading the data of all resources",
    why=(
        "A principal that reads any table, bucket, secret or parameter turns one flaw in its code into the loss of all "
        "the data in the account."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.LEAST_PRIVILEGE,
    kinds=IDENTITY_POLICY_LOCATIONS,
    rows=(_UNCONSTRAINED_ROW, _WILDCARD_ROW),
    remediation_steps="Name the tables, buckets, secrets or parameters that are read.",
    example=_EXAMPLE,
    url=_LEAST_PRIVILEGE,
    topics=(Topic.IAM, Topic.DATA_EXFILTRATION, Topic.LEAST_PRIVILEGE),
    exemption=BOUNDARY_ONLY,
)
def iam_no_data_exfiltration(resource: Resource, settings: Settings) -> Verdict:
    """Actions that return stored data, on every resource and without a condition."""
    return _unconstrained(resource, RiskCategory.DATA)


@ResourcePolicy(
    title="IAM policies do not allow permissions management on all resources",
    why=("A principal that can change the policies of every bucket, key or queue can grant access to any of them."),
    severity=Severity.HIGH,
    constraint=Constraint.LEAST_PRIVILEGE,
    danger=True,
    kinds=IDENTITY_POLICY_LOCATIONS,
    rows=(_UNCONSTRAINED_ROW, _WILDCARD_ROW),
    remediation_steps="Name the resources whose permissions it manages.",
    example=_EXAMPLE,
    url=_LEAST_PRIVILEGE,
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE),
    exemption=BOUNDARY_ONLY,
)
def iam_no_unconstrained_permissions_management(resource: Resource, settings: Settings) -> Verdict:
    """Actions of the access level Permissions management, on every resource and without a condition."""
    return _unconstrained(resource, RiskCategory.PERMISSIONS)


@ResourcePolicy(
    title="IAM policies do not allow write access to all resources",
    why=(
        "With write access to every resource, one mistake, or one intruder, can change or delete the resources of "
        "others."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.LEAST_PRIVILEGE,
    kinds=IDENTITY_POLICY_LOCATIONS,
    rows=(_UNCONSTRAINED_ROW, _WILDCARD_ROW),
    remediation_steps="Name the resources that it changes.",
    example=_EXAMPLE,
    url=_LEAST_PRIVILEGE,
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE),
    exemption=BOUNDARY_ONLY,
)
def iam_no_unconstrained_write(resource: Resource, settings: Settings) -> Verdict:
    """Actions of the access level Write, on every resource and without a condition."""
    return _unconstrained(resource, RiskCategory.WRITE)


def _unconstrained(resource: Resource, category: RiskCategory) -> Verdict:
    return _judge_own(resource, lambda statement: _wide(statement, [category], (*RESOURCE_KEYS, *CALLER_KEYS)))


def _judge_own(resource: Resource, check: Callable[[Statement], Verdict]) -> Verdict:
    """Judge each statement but those of the policies that AWS documents for a role.

    `iam-no-elevated-managed-policy` accepts these policies, and what may be attached may be written as well.
    """

    def judged(statement: Statement) -> Verdict:
        verdict = check(statement)
        if not (verdict.is_violation or verdict.is_undecided):
            return verdict
        published = _is_published(resource, statement)
        if published:
            return COMPLIANT
        if published is None and verdict.is_violation:
            return undecided(
                *statement.unknowns, whether=f"{statement.place} is that of a policy of AWS for such a role"
            )
        return verdict

    return judge_statements(identity_documents(resource), judged)


def _is_published(resource: Resource, statement: Statement) -> Answer:
    """Whether AWS documents the statement for a role; None where what is not known yet may complete it."""
    if resource.kind not in _OF_ROLES or statement.not_actions.present or statement.not_resources.present:
        return False
    condition, actions = statement.value["Condition"], statement.actions
    is_open = any(condition.unknown_parts())
    given = condition.raw if isinstance(condition.raw, dict) else {}
    fits = any(
        one.has(actions.known, statement.resources.known, one.condition if is_open else given, bool(actions.unknown))
        for one in published_statements()
    )
    return (None if statement.unknowns else True) if fits else False


def _wide(
    statement: Statement, categories: Iterable[RiskCategory], keys: tuple[str, ...], *premises: Premise
) -> Verdict:
    """Actions of these risk categories at every resource of their type, without a condition on one of the keys."""
    spelled = specific_actions(statement)
    risky = [action for action in spelled if risk_category_of(action) in categories]
    if not risky and not statement.actions.unknown:
        return COMPLIANT
    unrestricted = unrestricted_by(statement, keys)
    if unrestricted.answer is False:
        return COMPLIANT
    reached = {action: is_allowed_everywhere(statement, action) for action in risky}
    everywhere = Premise(kleene_any(reached.values()), statement.unknown_in(Element.RESOURCE))
    if everywhere.answer is False and statement.actions.unknown:
        everywhere = Premise(_may_reach(statement), statement.unknown_in(Element.ACTION, Element.RESOURCE))
    if everywhere.answer is False:
        return COMPLIANT
    named = [action for action, answer in reached.items() if answer]
    # What can't be limited is in no finding, and would be missing where the statement is replaced.
    others = [action for action in spelled if not can_be_limited(action)]
    shown = first_shown(statement.resources)
    finding = finding_on(
        statement,
        f"allows {names(named)} on every resource of the type: {shown}",
        "Resource",
        shown,
        "the ARNs that are used",
        narrowest_statements([*named, *others]) + (" Keep the Condition." if statement.conditions.known else ""),
    )
    return violation_where(finding, allowing(statement), everywhere, unrestricted, *premises)


def _may_reach(statement: Statement) -> bool | None:
    """Whether an action that is not known yet could reach every resource: not where every resource is a named one."""
    wild = any("*" in resource for resource in statement.resources.known)
    return None if wild or statement.resources.unknown else False
