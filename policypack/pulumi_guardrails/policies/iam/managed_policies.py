"""IAM: the managed policies that are attached to roles, groups and users."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from pulumi_guardrails.aws.iam.analysis.permissions_boundaries import allows_all_of_iam
from pulumi_guardrails.aws.iam.attachment.policy_attachments import (
    ATTACHES,
    BOUNDARY,
    BOUNDARY_PROPERTIES,
    doubt_about,
    members_of,
    policy_reference,
)
from pulumi_guardrails.aws.iam.catalogue.managed_policies import (
    SERVICE_POLICIES,
    highest_risk,
    is_of_aws,
    limits_nothing,
    name_of,
)
from pulumi_guardrails.aws.iam.document.policy_locations import identity_documents
from pulumi_guardrails.aws.resource_types import (
    ROLE,
    ROLE_ATTACHMENTS_EXCLUSIVE,
    ROLE_POLICY_ATTACHMENT,
)
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import Constraint, Settings, Severity, StackPolicy, Topic, flag_setting, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Reference, Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_any
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Cause, Unknown, Verdict, all_in, not_applicable, undecided

_PROPERTIES = {
    kind: tuple(by[kind] for by in (ATTACHES, BOUNDARY_PROPERTIES) if kind in by)
    for kind in (*ATTACHES, *BOUNDARY_PROPERTIES)
}
"""By kind: the properties that attach managed policies, or set one as the permissions boundary."""

_OF_ROLES = (ROLE, ROLE_POLICY_ATTACHMENT, ROLE_ATTACHMENTS_EXCLUSIVE)
"""Kinds that attach managed policies to a role, which a service can assume, and to no user or group."""

_LIMIT = "Write an aws.iam.Policy with the most that the principal may ever get, and name it as permissions_boundary."
_REPLACE = "Write an aws.iam.RolePolicy with the actions and ARNs that are used, and remove the attachment."


@StackPolicy(
    title="AWS managed policies are not overly permissive, and permissions boundaries limit permissions",
    why=(
        "AWS managed policies are for all customers: they name no resource, and change when a service does. "
        "AmazonS3ReadOnlyAccess allows reading every bucket, and a policy for administrators limits nothing as a "
        "permissions boundary. They are evaluated like your own policies, except those that AWS documents for the role "
        "of a service, such as AmazonSSMManagedInstanceCore; where another one is intended, allow it by name."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.LEAST_PRIVILEGE,
    danger=True,
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
            False, "Whether every AWS managed policy has to be in the list, not only the overly permissive ones."
        ),
    },
    remediation_steps=_REPLACE,
    example='aws.iam.RolePolicyAttachment("api", role=role.name, policy_arn=policy.arn)',
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE),
)
def iam_no_elevated_managed_policy(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Attachments and managedPolicyArns by what the policy allows, a boundary by whether it limits anything.

    An ARN is followed to its policy of the stack: as a grant that is judged by itself, as a boundary here.
    """
    for resource in stack.of(*_PROPERTIES):
        parts = [_judged(stack, arn, among, settings) for among in _arns(resource) for arn in among]
        yield resource, all_in(parts, not_applicable("it attaches no managed policy"))


def _arns(resource: Resource) -> list[list[Value]]:
    """The ARNs of managed policies that a resource names, by property."""
    return [members_of(resource[name]) for name in (_PROPERTIES[resource.kind] if resource.kind else ())]


def _judged(stack: Stack, arn: Value, among: Sequence[Value], settings: Settings) -> Verdict:
    reference = policy_reference(stack, arn, among)
    if arn.is_unknown and (not reference.targets or reference.is_open or reference.is_indirect):
        # It may as well be an AWS managed policy, or one of another stack.
        return undecided(arn)
    if arn.property_name == BOUNDARY and reference.targets:
        return _own_boundary(stack, reference)
    if arn.is_unknown or any(answer for _, answer in reference.targets):
        return COMPLIANT
    text = arn.raw
    if not isinstance(text, str):
        return arn.mismatch(arn.shown, "the ARN of a policy")
    if not is_of_aws(text) or any(
        fnmatchcase(text, one) or fnmatchcase(name_of(text), one) for one in settings["allowed"]
    ):
        return COMPLIANT
    return (
        _boundary(arn, text) if arn.property_name == BOUNDARY else _attached(arn, text, settings).answered_by("allowed")
    )


def _attached(arn: Value, text: str, settings: Settings) -> Verdict:
    for_service = name_of(text) in SERVICE_POLICIES and arn.owner is not None and arn.owner.kind in _OF_ROLES
    if (does := highest_risk(text)) and not for_service:
        return arn.mismatch(f"{arn.shown}, which {does}", "a policy of your own for what is used", _REPLACE)
    if settings["onlyAllowed"]:
        return arn.mismatch(arn.shown, "an AWS managed policy of the list in the setting allowed", _REPLACE)
    return COMPLIANT


def _own_boundary(stack: Stack, reference: Reference) -> Verdict:
    """Policies of the stack one of which is the permissions boundary, or may be once its name is known."""
    arn, limits = reference.value, stack.shared(_Limits).by(reference.targets)
    if limits.nothing and (arn.is_unknown or any(answer for _, answer in reference.targets)):
        found = f"{' or '.join(limits.labels)}, which allows all of IAM and so limits nothing"
        return arn.mismatch(found, "a policy with the most that is needed", _LIMIT)
    if not limits.doubtful:
        return COMPLIANT
    unknown: list[Value | Unknown] = []
    for policy, answer in limits.doubtful:
        unknown += [] if answer else [doubt_about(stack, arn, policy)]
        unknown += _unknown_parts(policy)
    settle = "Give each policy of the stack a name of its own."
    labels = " or ".join(limits.labels)
    same_name = Unknown(f"which policy of this name is meant, {labels},", Cause.AMBIGUOUS, settle=settle)
    return undecided(*(unknown or [same_name]), whether="the permissions boundary limits IAM")


class _Bounds(NamedTuple):
    """What is known of policies that a permissions boundary refers to, or may: whether each allows all of IAM.

    Attributes:
        nothing: Whether each does for sure.
        doubtful: Those that do, or may, each with whether it is referred to for sure.
        labels: How a message names all of them.
    """

    nothing: bool
    doubtful: Sequence[tuple[Resource, Answer]]
    labels: Sequence[str]


class _Limits:
    """What policies limit as permissions boundaries: found once for those that several boundaries may refer to."""

    def __init__(self, _stack: Stack) -> None:
        self._allows_all: Callable[[Resource], Answer] = once(
            lambda policy: kleene_any(map(allows_all_of_iam, identity_documents(policy)))
        )
        self.by: Callable[[Sequence[tuple[Resource, Answer]]], _Bounds] = once(self._by)

    def _by(self, targets: Sequence[tuple[Resource, Answer]]) -> _Bounds:
        answers = [self._allows_all(policy) for policy, _ in targets]
        doubtful = [target for target, answer in zip(targets, answers, strict=True) if answer is not False]
        return _Bounds(all(answers), doubtful, [policy.label for policy, _ in targets])


def _unknown_parts(policy: Resource) -> list[Value]:
    return [part for document in identity_documents(policy) for part in document.unknowns]


def _boundary(arn: Value, text: str) -> Verdict:
    """A permissions boundary grants nothing: it is wrong only where it limits nothing."""
    if limits_nothing(text):
        return arn.mismatch(f"{arn.shown}, which limits nothing", "a policy with the most that is needed", _LIMIT)
    return COMPLIANT
