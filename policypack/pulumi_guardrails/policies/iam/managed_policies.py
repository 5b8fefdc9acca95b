"""IAM: the managed policies that are attached to roles, groups and users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from pulumi_guardrails.aws.iam.analysis.permissions_boundaries import leaves_all_open
from pulumi_guardrails.aws.iam.attachment.policy_attachments import (
    ATTACHES,
    BOUNDARY,
    BOUNDS,
    members_of,
    perhaps_named,
    policies_named,
)
from pulumi_guardrails.aws.iam.catalogue.managed_policies import bounds_nothing, gravest, is_of_aws, name_of
from pulumi_guardrails.aws.iam.document.policy_locations import identity_documents
from pulumi_guardrails.core.policy import Settings, Severity, flag_setting, list_setting, stack_policy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import kleene_any
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, not_applicable, undecided, violation

_PROPERTIES = {kind: tuple(by[kind] for by in (ATTACHES, BOUNDS) if kind in by) for kind in (*ATTACHES, *BOUNDS)}
"""By kind: the properties that attach managed policies, or set one as the bounds."""

_BOUND = "Write an aws.iam.Policy with the most that the principal may ever get, and name it as permissions_boundary."
_MEND = "Write an aws.iam.RolePolicy with the actions and ARNs that are used, and remove the attachment."


@stack_policy(
    title="No AWS managed policy gives more than a job needs, and no permissions boundary bounds nothing",
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

    An ARN is followed to its policy of the stack: as a grant that is judged by itself, as a boundary here.
    """
    for resource in stack.of(*_PROPERTIES):
        parts = [_judged(stack, resource, arn, settings) for arn in _arns(resource)]
        yield resource, all_in(parts, not_applicable("it attaches no managed policy"))


def _arns(resource: Resource) -> Iterator[Value]:
    for name in _PROPERTIES[resource.kind] if resource.kind else ():
        yield from members_of(resource[name])


def _judged(stack: Stack, owner: Resource, arn: Value, settings: Settings) -> Verdict:
    own, perhaps = policies_named(stack, arn, owner), perhaps_named(stack, arn, owner)
    if arn.property_name == BOUNDARY and (own or perhaps):
        return _own_bounds(arn, own, perhaps)
    if own:
        return COMPLIANT
    if arn.is_unknown:
        return undecided(arn.path, arn.shown, arn.property_name)
    text = arn.raw
    if not isinstance(text, str):
        return violation(arn.path, arn.shown, "the ARN of a policy")
    if not is_of_aws(text) or any(
        fnmatchcase(text, one) or fnmatchcase(name_of(text), one) for one in settings["allowed"]
    ):
        return COMPLIANT
    return _bounds(arn, text) if arn.property_name == BOUNDARY else _attached(arn, text, settings)


def _attached(arn: Value, text: str, settings: Settings) -> Verdict:
    if does := gravest(text):
        return violation(arn.path, f"{arn.shown}, which {does}", "a policy of your own for what is used", _MEND)
    if settings["onlyAllowed"]:
        return violation(arn.path, arn.shown, "an AWS managed policy of the list in the setting allowed", _MEND)
    return COMPLIANT


def _own_bounds(arn: Value, own: Sequence[Resource], perhaps: Sequence[Resource]) -> Verdict:
    """Policies of the stack of which one is set as bounds, or where only their names may turn out to fit, perhaps."""
    open_ = {one: kleene_any(map(leaves_all_open, identity_documents(one))) for one in (*own, *perhaps)}
    if own and all(open_.values()):
        found = f"{' or '.join(one.label for one in own)}, which leaves all of IAM open and so bounds nothing"
        return violation(arn.path, found, "a policy with the most that is needed", _BOUND)
    doubtful = next((one for one, answer in open_.items() if answer is not False), None)
    if doubtful is None:
        return COMPLIANT
    return undecided(f"{arn.path}, and what {doubtful.label} bounds,", "not known yet")


def _bounds(arn: Value, text: str) -> Verdict:
    """A boundary gives nothing: it is wrong only where it takes nothing away."""
    if bounds_nothing(text):
        return violation(
            arn.path, f"{arn.shown}, which bounds nothing", "a policy with the most that is needed", _BOUND
        )
    return COMPLIANT
