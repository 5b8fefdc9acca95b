"""Which managed policies of a stack are attached to principals, and which are used as permissions boundaries only.

A permissions boundary limits what other policies grant, and grants nothing by itself; the same policy attached as well
does. Source: AWS IAM User Guide, "Permissions boundaries for IAM entities".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.catalogue.managed_policies import is_of_aws
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.policy import Exemption
from pulumi_guardrails.core.references import ByTarget
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Reference, Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown

ATTACHES: Mapping[Kind, str] = {
    resource_types.ROLE: "managedPolicyArns",
    resource_types.ROLE_POLICY_ATTACHMENT: "policyArn",
    resource_types.USER_POLICY_ATTACHMENT: "policyArn",
    resource_types.GROUP_POLICY_ATTACHMENT: "policyArn",
    resource_types.POLICY_ATTACHMENT: "policyArn",
    resource_types.ROLE_ATTACHMENTS_EXCLUSIVE: "policyArns",
    resource_types.USER_ATTACHMENTS_EXCLUSIVE: "policyArns",
    resource_types.GROUP_ATTACHMENTS_EXCLUSIVE: "policyArns",
}
"""By kind: the property that attaches managed policies."""

BOUNDARY = "permissionsBoundary"

BOUNDARY_PROPERTIES: Mapping[Kind, str] = {resource_types.ROLE: BOUNDARY, resource_types.USER: BOUNDARY}
"""By kind: the property that sets a managed policy as the permissions boundary."""


def members_of(value: Value) -> list[Value]:
    """The members of a list; the list itself where it is not known, since its edges are those of its members."""
    members = value.elements()
    return [value] if members is None else list(members)


@fast_dataclass(frozen=True)
class ReferencedPolicy:
    """A managed policy of the stack that an ARN refers to, or may refer to.

    Attributes:
        policy: The policy.
        doubt: The value that has to be known to tell whether it is; None where it is for sure.
    """

    policy: Resource
    doubt: Value | None = None


def referenced_policies(stack: Stack, arn: Value, among: Sequence[Value] = ()) -> list[ReferencedPolicy]:
    """The stack's policies that an ARN refers to, or may refer to; none for a policy from outside the stack.

    Args:
        stack: The stack.
        arn: The ARN.
        among: The members of the list that it is one of.
    """
    reference = policy_reference(stack, arn, among)
    if reference.is_open:
        return [ReferencedPolicy(policy, arn) for policy in stack.of(resource_types.IAM_POLICY)]
    return [
        ReferencedPolicy(policy, None if answer else doubt_about(stack, arn, policy))
        for policy, answer in reference.targets
    ]


def policy_reference(stack: Stack, arn: Value, among: Sequence[Value] = ()) -> Reference:
    """As `referenced_policies`, with one object for the policies that several ARNs may refer to.

    An ARN that the program composes from a name is known before the policy exists: it is compared with path and name.
    """
    reference = stack.reference(arn, resource_types.IAM_POLICY, among=among)
    if reference.is_open or reference.targets or not _path(arn):
        return reference
    same = stack.shared(_by_path).get(_path(arn))
    return Reference(arn, [(policy, True) for policy in same] if same else stack.shared(_nameless).targets, False)


def doubt_about(stack: Stack, arn: Value, policy: Resource) -> Value:
    """What has to be known to tell whether an ARN is of a policy that it may be of: the ARN, or else the policy's own.

    Args:
        stack: The stack.
        arn: The ARN.
        policy: One of the resources that `policy_reference` gives as possible.
    """
    return arn if arn.is_unknown else stack.shared(_nameless).parts[policy]


def _path(arn: Value) -> str:
    """The last part of the ARN of a customer's policy; empty for what is none (AWS IAM User Guide, "IAM identifiers").

    The account before it is not compared: a policy is attached, and a boundary, in its own account only.
    """
    text = arn.as_text() or ""
    return text.rpartition(":")[2] if text.startswith("arn:") and not is_of_aws(text) else ""


def _by_path(stack: Stack) -> Mapping[str, list[Resource]]:
    """The policies by the last part of their ARN."""
    found: dict[str, list[Resource]] = {}
    for policy in stack.of(resource_types.IAM_POLICY):
        path = "/" if policy["path"].is_absent else policy["path"].as_text()
        name = policy["name"].as_text()
        if path and name:
            found.setdefault(f"policy{path}{name}", []).append(policy)
    return found


class _Nameless(NamedTuple):
    """The policies whose path or name is not known yet, so that any ARN may be theirs; `parts` has which it is."""

    parts: Mapping[Resource, Value]
    targets: Sequence[tuple[Resource, Answer]]


def _nameless(stack: Stack) -> _Nameless:
    values = [(policy, policy[name]) for policy in stack.of(resource_types.IAM_POLICY) for name in ("name", "path")]
    parts = {policy: value for policy, value in reversed(values) if value.is_unknown}
    return _Nameless(parts, [(policy, None) for policy in parts])


class _Uses:
    """Which policies of a stack its resources use by some properties, and what has to be known where not for sure."""

    def __init__(self, stack: Stack, properties: Mapping[Kind, str]) -> None:
        self._stack = stack
        self._found: ByTarget[Value | Unknown] = ByTarget()
        for owner in stack.of(*properties):
            arns = members_of(owner[properties[owner.kind]]) if owner.kind else []
            if owner.is_left_out:
                self._found.add(Unknown(f"the properties of {owner.label}", Cause.NOT_TARGETED), (), True)
            for arn in arns:
                reference = policy_reference(stack, arn, arns)
                self._found.add(arn, reference.targets, reference.is_open)

    def answer(self, policy: Resource) -> Answer:
        """Whether a policy is used."""
        known = self._stack.at(policy.urn)
        if known is None:
            return False
        return True if self._found.certain(known) else None if self._found.possible(known) else False

    def doubts(self, policy: Resource) -> list[Unknown]:
        """What has to be known to tell that; nothing where it is used for sure."""
        known = self._stack.at(policy.urn)
        if known is None or self._found.certain(known):
            return []
        return [
            one if isinstance(one, Unknown) else doubt_about(self._stack, one, known).as_unknown()
            for one in self._found.possible(known)
        ]


def _is_boundary(stack: Stack, policy: Resource) -> Answer:
    """Whether a policy is the permissions boundary of a role or a user."""
    return stack.shared(_boundaries).answer(policy)


def _is_attached(stack: Stack, policy: Resource) -> Answer:
    """Whether a policy is attached to a principal."""
    return stack.shared(_attachments).answer(policy)


def _open_uses(stack: Stack, policy: Resource) -> Sequence[Unknown]:
    """What has to be known to tell how a policy is used."""
    return [one for of in (_attachments, _boundaries) for one in stack.shared(of).doubts(policy)]


BOUNDARY_ONLY = Exemption(
    kinds=(resource_types.IAM_POLICY,),
    holds=_is_boundary,
    reason="it is used as a permissions boundary only, which grants no permissions",
    unknowns=_open_uses,
    question="it is attached to a principal or only used as a permissions boundary",
    ends=_is_attached,
    ended_by=tuple(ATTACHES),
)
"""What exempts a managed policy from the policies about the permissions that it grants."""


def _attachments(stack: Stack) -> _Uses:
    return _Uses(stack, ATTACHES)


def _boundaries(stack: Stack) -> _Uses:
    return _Uses(stack, BOUNDARY_PROPERTIES)
