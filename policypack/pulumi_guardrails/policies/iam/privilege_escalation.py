"""IAM: the ways in which a principal gives itself permissions, and the roles that it hands to services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pulumi_guardrails.aws.iam.analysis.overly_broad_grants import pass_role_checks
from pulumi_guardrails.aws.iam.analysis.privilege_escalation import Grant, escalation
from pulumi_guardrails.aws.iam.analysis.statements import (
    Premise,
    allowing,
    finding_on,
    first_shown,
    judge_statements,
    some_text,
    undecided_where,
    unrestricted_by,
    violation_where,
)
from pulumi_guardrails.aws.iam.analysis.wildcard_actions import specific_actions
from pulumi_guardrails.aws.iam.attachment.identity_policies import PRINCIPALS, PolicySet, VerdictByPolicies, policy_sets
from pulumi_guardrails.aws.iam.attachment.policy_attachments import BOUNDARY_ONLY
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import named_after
from pulumi_guardrails.aws.iam.catalogue.action_risks import PASS_ROLE
from pulumi_guardrails.aws.iam.catalogue.escalation_methods import METHODS, Method
from pulumi_guardrails.aws.iam.document.document import Document, Element, Statement
from pulumi_guardrails.aws.iam.document.policy_locations import (
    IDENTITY_POLICY_LOCATIONS,
    has_policy,
    identity_documents,
)
from pulumi_guardrails.aws.iam.wildcards import is_pattern
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, not_applicable, undecided

_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
_EXAMPLE = (
    'aws.iam.RolePolicy("deploy", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
    '"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": ["arn:aws:iam::123456789012:role/ml-api-task"], '
    '"Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}}]}))'
)


@ResourcePolicy(
    title="IAM policies do not allow privilege escalation",
    why=(
        "Some actions, alone or together, let a principal gain permissions that it was not granted: by writing a "
        "policy into a role, by joining a group, or by running code with a more privileged role. An intruder who "
        "controls such a principal controls the account."
    ),
    severity=Severity.CRITICAL,
    danger=True,
    kinds=IDENTITY_POLICY_LOCATIONS,
    rows=("No privilege escalation",),
    controls=controls(SOC2="cc_3_3"),
    remediation_steps=(
        "Leave the action to an administrator's role, or limit it by the condition iam:PermissionsBoundary."
    ),
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    topics=(Topic.IAM, Topic.PRIVILEGE_ESCALATION),
    exemption=BOUNDARY_ONLY,
)
def iam_no_privilege_escalation(resource: Resource, settings: Settings) -> Verdict:
    """Each published method whose actions a resource's documents allow, also spread over several statements of them."""
    documents = identity_documents(resource)
    if not any(document.statements or document.unknowns for document in documents):
        return judge_statements(documents, lambda _: COMPLIANT)
    grants = [Grant(statement) for document in documents for statement in document.statements]
    return all_in([*(escalation(method, grants) for method in _possible_methods(grants)), *_open(documents, grants)])


def _possible_methods(grants: Iterable[Grant]) -> Iterator[Method]:
    """The methods all of whose actions are among those of some grants: no other can be a way."""
    available = {action for grant in grants for action in grant.actions}
    return (method for method in METHODS if method.needs <= available)


def _open(documents: Iterable[Document], grants: Iterable[Grant]) -> Iterator[Verdict]:
    """What may turn out to be a step: a document that is not known yet, and an action."""
    yield from (undecided(*each.unknowns) for each in documents if not each.statements and each.unknowns)
    parts = (Element.EFFECT, Element.ACTION)
    yield from (undecided(*grant.unknown_in(*parts)) for grant in grants if grant.may_allow_more)


_IN_ONE_PLACE = not_applicable("its policies stand in one place")


@StackPolicy(
    title="The policies of a role, user or group do not together allow privilege escalation",
    why=(
        "Permissions add up: one policy that passes roles and another that starts functions are as good as both in one "
        "document, and neither shows it. A user has the policies of its groups besides its own."
    ),
    severity=Severity.CRITICAL,
    danger=True,
    kinds=PRINCIPALS,
    rows=("No privilege escalation",),
    controls=controls(SOC2="cc_3_3"),
    remediation_steps="Take one of the steps out of the policies, or name the resources it is for.",
    example="""\
for name, action, resource in (
    ("pass", "iam:PassRole", "arn:aws:iam::123456789012:role/ml-api-task"),
    ("run", "lambda:CreateFunction", "arn:aws:lambda:eu-west-1:123456789012:function:worker"),
):
    statement = {"Effect": "Allow", "Action": [action], "Resource": [resource]}
    aws.iam.RolePolicy(name, role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))""",
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    topics=(Topic.IAM, Topic.PRIVILEGE_ESCALATION),
)
def iam_no_combined_privilege_escalation(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Each published method whose steps the policies of one principal allow between them, wherever each of them stands.

    What one policy allows alone is a finding of iam-no-privilege-escalation, and what a group's policies allow together
    is the group's and not also its members'. Policies from outside the stack are not looked into.
    """

    def judged(principal: Resource) -> Verdict:
        places = policy_sets(stack, principal)
        return _combined([one for one in places if any(has_policy(holder.resource) for holder in one.holders)])

    verdicts = VerdictByPolicies(stack, judged)
    for principal in stack.of(*PRINCIPALS):
        yield principal, verdicts.on(principal)


def _combined(places: Sequence[PolicySet]) -> Verdict:
    if len(places) < 2:
        return _IN_ONE_PLACE
    grants: list[Grant] = []
    alone: list[list[Grant]] = []
    parts: list[Verdict] = []
    for place in places:
        found = [(holder, identity_documents(holder.resource)) for holder in place.holders]
        written = [(holder, held) for holder, held in found if any(one.statements or one.unknowns for one in held)]
        if written:
            alone.append([])
        for holder, held in written:
            statements = [statement for document in held for statement in document.statements]
            holder_label, doubt = holder.resource.label, place.doubt or holder.doubt
            ours = [Grant(statement, holder_label, doubt) for statement in statements]
            grants.extend(ours)
            alone[-1].extend(Grant(statement, holder_label, holder.doubt) for statement in statements)
            parts.extend(_open(held, ours))
    if len(alone) < 2:
        return _IN_ONE_PLACE
    for method in _possible_methods(grants):
        # One step alone stands in one statement.
        if len(method.needs) > 1 and not any(escalation(method, place).is_violation for place in alone):
            parts.append(escalation(method, grants))
    return all_in(parts)


@ResourcePolicy(
    title="iam:PassRole is limited to named roles and to a service",
    why=(
        "A principal with iam:PassRole can run code of its own with any role it may pass. Named roles and the "
        "condition iam:PassedToService keep that to what the deployment needs."
    ),
    severity=Severity.HIGH,
    danger=True,
    kinds=IDENTITY_POLICY_LOCATIONS,
    rows=("`iam:PassRole` names its roles (and its service)",),
    remediation_steps="Name the roles in Resource, and the service in a condition on iam:PassedToService.",
    example=_EXAMPLE,
    url=_PAGE,
    topics=(Topic.IAM, Topic.PRIVILEGE_ESCALATION),
    exemption=BOUNDARY_ONLY,
)
def iam_pass_role_is_limited(resource: Resource, settings: Settings) -> Verdict:
    """Each statement that allows iam:PassRole: no wildcard in its roles, and the service they are passed to."""
    return judge_statements(identity_documents(resource), lambda statement: all_in(_passes(statement)))


def _passes(statement: Statement) -> Iterator[Verdict]:
    yield undecided_where(statement.unknown_of(statement.actions), allowing(statement))
    if PASS_ROLE not in map(str, specific_actions(statement)):
        return
    passed = statement.resources
    roles = first_shown(passed) or "all roles but some"
    named = 'Write {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::ACCOUNT:role/NAME", '
    service = '"Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}}'
    advice = f"{named}{service} with your own role and service."
    any_role = Premise(some_text(passed, is_pattern), statement.unknown_of(passed))
    wide = finding_on(
        statement,
        f"allows iam:PassRole for roles by a wildcard: {roles}",
        "Resource",
        roles,
        "roles by name, without wildcards",
        advice,
    )
    yield violation_where(
        named_after(wide, *pass_role_checks(statement)),
        allowing(statement),
        Premise(True) if statement.not_resources.present else any_role,
    )
    yield violation_where(
        finding_on(
            statement,
            "allows iam:PassRole without a condition on iam:PassedToService",
            "Condition",
            expected="a condition on iam:PassedToService",
            fix=advice,
        ),
        allowing(statement),
        unrestricted_by(statement, ("iam:passedtoservice",)),
    )
