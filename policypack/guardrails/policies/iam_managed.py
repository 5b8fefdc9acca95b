"""IAM: the managed policies that are attached to roles, groups and users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from guardrails import kinds
from guardrails.iam.managed import bounds_nothing, gravest, is_of_aws, name_of
from guardrails.policy import Settings, Severity, flag_setting, list_setting, stack_policy
from guardrails.stack import Stack
from guardrails.verdict import COMPLIANT, Verdict, all_in, not_applicable, undecided, violation
from guardrails.view import Resource, Value

_BOUNDARY = "permissionsBoundary"

_PROPERTIES = {
    kinds.ROLE: ("managedPolicyArns", _BOUNDARY),
    kinds.USER: (_BOUNDARY,),
    kinds.ROLE_POLICY_ATTACHMENT: ("policyArn",),
    kinds.USER_POLICY_ATTACHMENT: ("policyArn",),
    kinds.GROUP_POLICY_ATTACHMENT: ("policyArn",),
    kinds.POLICY_ATTACHMENT: ("policyArn",),
    kinds.ROLE_ATTACHMENTS_EXCLUSIVE: ("policyArns",),
    kinds.USER_ATTACHMENTS_EXCLUSIVE: ("policyArns",),
    kinds.GROUP_ATTACHMENTS_EXCLUSIVE: ("policyArns",),
}
"""By kind: the properties that attach managed policies, or set one as the bounds."""

_BOUND = "Write an aws.iam.Policy with the most that the principal may ever get, and name it as permissions_boundary."
_MEND = "Write an aws.iam.RolePolicy with the actions and ARNs that are used, and remove the attachment."


@stack_policy(
    title="No AWS managed policy gives more than a job needs",
    why=(
        "AWS writes its managed policies for everyone: they name no resource, and grow whenever a service does. "
        "AmazonS3ReadOnlyAccess reads every bucket, AmazonSSMManagedInstanceCore every parameter, and a policy for "
        "administrators bounds nothing as permissions boundary. They are held to what the pack asks of a policy of "
        "one's own, AWS's service roles too; where one is meant, allow it by name."
    ),
    severity=Severity.HIGH,
    kinds=tuple(_PROPERTIES),
    rows=(
        "No elevated AWS managed policy (FullAccess, PowerUser …); managed policies allowed by list",
        "No administrator access in any spelling",
    ),
    settings={
        "allowed": list_setting(
            [], "AWS managed policies that may be attached, by ARN or name; * stands for any part of it."
        ),
        "onlyAllowed": flag_setting(
            False, "Whether every AWS managed policy has to be in the list, not only those that give much."
        ),
    },
    mend=_MEND,
    example='aws.iam.RolePolicyAttachment("api", role=role.name, policy_arn=policy.arn)',
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    topics=("iam", "least privilege"),
)
def iam_no_elevated_managed_policy(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Attachments and managedPolicyArns by what the policy allows, a boundary by whether it bounds anything.

    An ARN that is not known yet is followed to its policy of the stack.
    """
    for resource in stack.of(*_PROPERTIES):
        parts = [_judged(stack, resource, arn, settings) for arn in _arns(resource)]
        yield resource, all_in(parts, not_applicable("it attaches no managed policy"))


def _arns(resource: Resource) -> Iterator[Value]:
    for name in _PROPERTIES[resource.kind] if resource.kind else ():
        value = resource[name]
        items = value.elements()
        yield from [value] if items is None else items


def _judged(stack: Stack, owner: Resource, arn: Value, settings: Settings) -> Verdict:
    if arn.is_unknown:
        if stack.referred(arn, owner, kinds.IAM_POLICY):
            return COMPLIANT
        return undecided(arn.path, arn.shown, arn.property_name)
    text = arn.raw
    if not isinstance(text, str):
        return violation(arn.path, arn.shown, "the ARN of a policy")
    if not is_of_aws(text) or any(
        fnmatchcase(text, one) or fnmatchcase(name_of(text), one) for one in settings["allowed"]
    ):
        return COMPLIANT
    return _bounds(arn, text) if arn.property_name == _BOUNDARY else _attached(arn, text, settings)


def _attached(arn: Value, text: str, settings: Settings) -> Verdict:
    if does := gravest(text):
        return violation(arn.path, f"{arn.shown}, which {does}", "a policy of your own for what is used", _MEND)
    if settings["onlyAllowed"]:
        return violation(arn.path, arn.shown, "an AWS managed policy of the list in the setting allowed", _MEND)
    return COMPLIANT


def _bounds(arn: Value, text: str) -> Verdict:
    """A boundary gives nothing: it is wrong only where it takes nothing away."""
    if bounds_nothing(text):
        return violation(
            arn.path, f"{arn.shown}, which bounds nothing", "a policy with the most that is needed", _BOUND
        )
    return COMPLIANT
