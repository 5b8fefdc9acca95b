"""IAM: policy documents that AWS accepts and that do what they say, and what policies are attached to."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.analysis.forms import Form, documents_by_form
from pulumi_guardrails.aws.iam.analysis.overly_broad_grants import pass_role_checks
from pulumi_guardrails.aws.iam.analysis.resource_arns import arn_problem
from pulumi_guardrails.aws.iam.analysis.statements import (
    allowing,
    finding_on,
    first_shown,
    in_place_of_variables,
    judge_statements,
    names,
    narrowest_statements,
    undecided_where,
    violation_where,
)
from pulumi_guardrails.aws.iam.analysis.suggestions import suggestions_of, unknown_of_suggestions
from pulumi_guardrails.aws.iam.analysis.validation import problems_of, unknown_parts
from pulumi_guardrails.aws.iam.attachment.policy_attachments import BOUNDARY_ONLY
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check, named_after
from pulumi_guardrails.aws.iam.catalogue.service_authorization import (
    Action,
    closest,
    example_arn,
    expand,
    fits,
    service,
)
from pulumi_guardrails.aws.iam.document.document import Document, Element, Statement
from pulumi_guardrails.aws.iam.document.elements import Principals, Texts
from pulumi_guardrails.aws.iam.document.policy_locations import (
    ENDPOINT_POLICY_LOCATIONS,
    GENERIC_RESOURCE_POLICY_LOCATIONS,
    IDENTITY_POLICY_LOCATIONS,
    POLICY_LOCATIONS,
    all_documents,
)
from pulumi_guardrails.aws.iam.wildcards import is_everything, is_pattern
from pulumi_guardrails.core.policy import (
    Constraint,
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    list_setting,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Finding,
    Outcome,
    Verdict,
    all_in,
    not_applicable,
    undecided,
    violation,
)

_GRAMMAR = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"

_CHECKS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"

_UNLISTED = {"sns:receive"}
"""Actions that the reference does not list and AWS takes, in lower case; they give nothing.

Source: Pulumi Registry, the example of aws.sns.TopicPolicy.
"""

_STATEMENT = (
    'json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "UseTable", "Effect": "Allow", '
    '"Action": ["dynamodb:GetItem"], "Resource": ["arn:aws:dynamodb:eu-west-1:123456789012:table/sessions"]}]})'
)
_EXAMPLE = f'aws.iam.RolePolicy("task", role=role.name, policy={_STATEMENT})'


@ResourcePolicy(
    title="An IAM policy document follows the policy grammar",
    why=(
        "AWS validates a policy only when it is created or attached: a misspelled element, an effect in lower case or "
        "a statement without an action stops the update halfway, or leaves a role without a permission that it needs."
    ),
    severity=Severity.MEDIUM,
    kinds=POLICY_LOCATIONS,
    remediation_steps="Write the document as JSON by the grammar of the IAM policy language.",
    example=_EXAMPLE,
    url=_GRAMMAR,
    topics=(Topic.IAM, Topic.CORRECTNESS),
)
def iam_documents_are_well_formed(resource: Resource, settings: Settings) -> Verdict:
    """JSON, known elements and operators, an effect, an action, and what its kind of policy must and may not have."""
    parts = (_formed(document, form, resource) for document, form in documents_by_form(resource))
    return all_in(parts, not_applicable("it holds no policy document"))


def _formed(document: Document, form: Form, resource: Resource) -> Verdict:
    found = tuple(problems_of(document, form, resource))
    if found:
        return Verdict(Outcome.VIOLATION, found)
    unknown = [*document.unknowns, *unknown_parts(document, form, resource)]
    return undecided(*unknown) if unknown else COMPLIANT


@ResourcePolicy(
    title="An IAM policy document has no empty, redundant or outdated part",
    why=(
        "Without a Version, AWS evaluates a document by the rules of 2008. A part that is empty or redundant says "
        "something other than what is evaluated, and misleads whoever changes the policy next."
    ),
    severity=Severity.LOW,
    kinds=POLICY_LOCATIONS,
    remediation_steps="Follow the suggestion of IAM Access Analyzer that the message names.",
    example=_EXAMPLE,
    url=_CHECKS,
    topics=(Topic.IAM, Topic.CORRECTNESS),
)
def iam_documents_follow_suggestions(resource: Resource, settings: Settings) -> Verdict:
    """The suggestions and general warnings of Access Analyzer that are about style and clarity."""
    parts = (_suggested(document, form) for document, form in documents_by_form(resource))
    return all_in(parts, not_applicable("it holds no policy document"))


def _suggested(document: Document, form: Form) -> Verdict:
    if not document.statements and not document.unknowns:
        return not_applicable("its policy document can't be read")
    found = tuple(suggestions_of(document, form))
    if found:
        return Verdict(Outcome.VIOLATION, found)
    unknown = unknown_of_suggestions(document)
    return undecided(*unknown) if unknown else COMPLIANT


@ResourcePolicy(
    title="Every action in an IAM policy exists",
    why=(
        "AWS accepts a misspelled action. What it was meant to allow is denied at run time, and what it was meant to "
        "deny is allowed."
    ),
    severity=Severity.MEDIUM,
    kinds=POLICY_LOCATIONS,
    settings={
        "newActions": list_setting([], "Actions that are newer than the pack's reference data, as service:Name."),
    },
    remediation_steps="Write the action as the Service Authorization Reference lists it.",
    example=_EXAMPLE,
    url=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/"
        "reference_policies_actions-resources-contextkeys.html"
    ),
    topics=(Topic.IAM, Topic.CORRECTNESS),
)
def iam_actions_exist(resource: Resource, settings: Settings) -> Verdict:
    """Each action, and each wildcard, stands for at least one action of the reference."""
    newer = {name.lower() for name in settings["newActions"]}
    verdict = judge_statements(all_documents(resource), lambda statement: _known_actions(statement, newer))
    return verdict.answered_by("newActions")


def _known_actions(statement: Statement, newer: set[str]) -> Verdict:
    parts = [undecided_where(statement.unknown_in(Element.ACTION))]
    for element, texts in (("Action", statement.actions), ("NotAction", statement.not_actions)):
        for text in texts.known:
            if not expand(text) and text.lower() not in newer | _UNLISTED:
                like = "" if texts.value.secret else closest(text)
                advice = f"Write {like}, if that is meant." if like else ""
                says = f"names the action {texts.shown(text)}, which does not exist"
                finding = finding_on(statement, says, element, texts.shown(text), "an action that exists", advice)
                known = ":" not in text or is_pattern(text.partition(":")[0]) or service(text.partition(":")[0])
                check = Check.INVALID_ACTION if known else Check.INVALID_SERVICE_IN_ACTION
                parts.append(Verdict(Outcome.VIOLATION, (named_after(finding, check),)))
    return all_in(parts)


@ResourcePolicy(
    title="The resources of a policy statement match its actions",
    why=(
        "An action on objects with the ARN of a bucket, or a resource for an action that supports none, allows "
        "nothing: AWS accepts the policy and denies the request at run time."
    ),
    severity=Severity.MEDIUM,
    kinds=POLICY_LOCATIONS,
    remediation_steps="Give each action an ARN of a resource type that it works on, or * where it supports none.",
    example=_EXAMPLE,
    url=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/"
        "reference_policies_actions-resources-contextkeys.html"
    ),
    topics=(Topic.IAM, Topic.CORRECTNESS),
)
def iam_resources_fit_actions(resource: Resource, settings: Settings) -> Verdict:
    """Each action has one resource at least that it can work on, and each resource one action.

    An ARN that is none in itself is a finding of `iam-documents-are-well-formed`.
    """
    return judge_statements(all_documents(resource), _fitting)


def _fitting(statement: Statement) -> Verdict:
    unknown = (*statement.unknown_of(statement.actions), *statement.unknown_of(statement.resources))
    parts = [undecided_where(unknown)]
    expanded = {text: expand(text) for text in statement.actions.known}
    sound = [text for text in statement.resources.known if arn_problem(text) is None]
    if sound == list(statement.resources.known) and sound and statement.resources.complete:
        without_resource = all_in(
            _without_resource(statement, text, found) for text, found in expanded.items() if found
        )
        if without_resource.is_violation:
            return without_resource
    if expanded and statement.actions.complete and all(expanded.values()):
        every = [action for found in expanded.values() for action in found]
        parts.extend(_unused_resource(statement, resource, every) for resource in sound)
    return all_in(parts)


def _without_resource(statement: Statement, text: str, actions: tuple[Action, ...]) -> Verdict:
    """An action that none of the resources is for."""
    if any(fits(action, resource) for resource in statement.resources.known for action in actions):
        return COMPLIANT
    written = statement.resources
    expected = names(example_arn(action) for action in actions)
    says = f"names {first_shown(written)}, on which {statement.actions.shown(text)} does not work; expected {expected}"
    finding = finding_on(statement, says, "Resource", first_shown(written), expected, narrowest_statements(actions))
    return Verdict(Outcome.VIOLATION, (finding,))


def _unused_resource(statement: Statement, resource: str, actions: list[Action]) -> Verdict:
    """A resource that none of the actions is for."""
    if is_everything(resource) or any(fits(action, resource) for action in actions):
        return COMPLIANT
    shown, expected = statement.resources.shown(resource), names(example_arn(action) for action in actions)
    says = f"names the resource {shown}, on which none of its actions works; expected {expected}"
    fix = f"Name a resource that one of the actions works on, or leave this one out.{in_place_of_variables(expected)}"
    return Verdict(Outcome.VIOLATION, (finding_on(statement, says, "Resource", shown, expected, fix),))


@ResourcePolicy(
    title="Allow statements do not use NotAction, NotResource or NotPrincipal",
    why=(
        "NotAction, NotResource and NotPrincipal with Allow grant everything but what they name, including every "
        "service, resource and principal that is added later. They are meant for Deny statements."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.LEAST_PRIVILEGE,
    kinds=(*IDENTITY_POLICY_LOCATIONS, *GENERIC_RESOURCE_POLICY_LOCATIONS, *ENDPOINT_POLICY_LOCATIONS),
    rows=("No `NotAction`, `NotResource` or `NotPrincipal` with Allow",),
    remediation_steps="Name what is allowed in Action, Resource and Principal, or turn the statement into a Deny.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE),
    exemption=BOUNDARY_ONLY,
)
def iam_no_negated_allow(resource: Resource, settings: Settings) -> Verdict:
    """In identity, trust and resource policies alike; those of S3, KMS, ECR and secrets have a policy of their own."""
    return judge_statements(all_documents(resource), _negated)


def _negated(statement: Statement) -> Verdict:
    parts = (
        ("NotAction", "Action", statement.not_actions),
        ("NotResource", "Resource", statement.not_resources),
        ("NotPrincipal", "Principal", statement.not_principals),
    )
    if statement.value.is_unknown:
        return undecided(statement.value)
    return all_in(
        violation_where(_negation(statement, negated, plain, texts), allowing(statement))
        for negated, plain, texts in parts
        if texts.present
    )


def _negation(statement: Statement, negated: str, plain: str, texts: Texts | Principals) -> Finding:
    says = f"is an Allow with {negated}"
    finding = finding_on(statement, says, negated, expected=plain, fix=_instead_of(negated, texts))
    checks = [*pass_role_checks(statement)] if negated != "NotPrincipal" else [Check.ALLOW_WITH_NOTPRINCIPAL]
    return named_after(finding, *checks)


def _instead_of(negated: str, texts: object) -> str:
    """What the statement excludes may well be what a Deny should name."""
    if isinstance(texts, Texts) and texts.known:
        shown = ", ".join(map(texts.shown, texts.known[:3]))
        return f"Name what is needed, and where {shown} must never be allowed, deny it in a statement of its own."
    return f"Name what is needed instead of {negated}."


@StackPolicy(
    title="IAM policies are attached to roles or groups, not to users",
    why=(
        "Permissions of single users are easily overlooked when people change teams. Roles give temporary credentials, "
        "and a group shows who has which permissions."
    ),
    severity=Severity.MEDIUM,
    kinds=(
        resource_types.USER_POLICY,
        resource_types.USER_POLICY_ATTACHMENT,
        resource_types.USER_ATTACHMENTS_EXCLUSIVE,
        resource_types.POLICY_ATTACHMENT,
    ),
    rows=("Policies are attached to roles or groups, not to users",),
    controls=controls(
        CIS="1.15",
        PCI="7.2.1.12 7.2.1.13 7.2.2.12 7.2.2.13 7.2.5.8 7.2.5.9 7.3.1.8 7.3.1.9",
        SOC2="cc_1_3",
        ISO27001="A.5.15",
        NIST="ac_2_1 ac_2_6 ac_2_i_2 ac_3 ac_3_3 ac_3_3_a ac_3_3_b_1 ac_3_3_b_2",
    ),
    remediation_steps="Attach the policy to a role, or to a group of which the user is a member.",
    example='aws.iam.RolePolicyAttachment("api", role=role.name, policy_arn=policy.arn)',
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    topics=(Topic.IAM,),
)
def iam_policies_not_on_users(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """That there is no policy or attachment of a user, nor an attachment that names users among others."""
    for resource in stack.of(
        resource_types.USER_POLICY,
        resource_types.USER_POLICY_ATTACHMENT,
        resource_types.USER_ATTACHMENTS_EXCLUSIVE,
        resource_types.POLICY_ATTACHMENT,
    ):
        yield resource, _on_no_user(resource)


def _on_no_user(resource: Resource) -> Verdict:
    if resource.kind is resource_types.POLICY_ATTACHMENT:
        return resource["users"].must_not_be_set("no users", "Attach the policy to groups or roles.")
    if resource.kind is resource_types.USER_ATTACHMENTS_EXCLUSIVE:
        return resource["policyArns"].must_not_be_set("no policies", "Attach the policies to a group or a role.")
    user = resource["user"]
    return violation(
        f"the policy is attached to the user {user.shown}",
        path=user.path,
        actual=user.shown,
        expected="a role or a group",
    )


@ResourcePolicy(
    title="IAM policies are managed policies, not inline policies",
    why=(
        "A managed policy has versions and can be reviewed on its own. Off by default, because an inline policy has an "
        "advantage too: it is deleted with its role, and cannot be attached to another principal, which is why AWS "
        "recommends it for a strict one-to-one relationship. Enable it where policies are reviewed centrally."
    ),
    severity=Severity.LOW,
    off=True,
    kinds=(resource_types.ROLE, resource_types.ROLE_POLICY, resource_types.USER_POLICY, resource_types.GROUP_POLICY),
    rows=("Inline policies (advisory)",),
    remediation_steps="Write the document as an aws.iam.Policy and attach it with an aws.iam.RolePolicyAttachment.",
    example='aws.iam.RolePolicyAttachment("api", role=role.name, policy_arn=policy.arn)',
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    topics=(Topic.IAM,),
)
def iam_no_inline_policies(resource: Resource, settings: Settings) -> Verdict:
    """No inline block of a role, and no policy resource of a role, user or group."""
    if resource.kind is resource_types.ROLE:
        return resource["inlinePolicies"].must_not_be_set("no inline policies", "Write it as an aws.iam.Policy.")
    return violation("the policy is an inline policy", expected="an aws.iam.Policy with an attachment")
