"""Which policies of a stack apply to a role, a user or a group, and which of them may.

A policy is inline in the principal itself, embedded by a resource of its own, or attached; those of a group apply to
its members too. Source: AWS IAM User Guide, "Policies and permissions in IAM" and "IAM user groups".
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.attachment.policy_attachments import (
    BOUNDARY,
    members_of,
    policy_reference,
    referenced_policies,
)
from pulumi_guardrails.aws.iam.document.policy_locations import has_policy
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.once import Same, once
from pulumi_guardrails.core.references import ByTarget
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Reference, Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Finding, Verdict


@fast_dataclass(frozen=True)
class Holder:
    """A resource with a policy of a principal, or one that may be.

    Attributes:
        resource: The resource with the document.
        doubt: The value that has to be known to tell whether the policy applies to the principal; None where it does.
    """

    resource: Resource
    doubt: Value | None = None


@fast_dataclass(frozen=True)
class AttachedArn:
    """An ARN by which a managed policy is attached to a principal, or may be.

    Attributes:
        arn: The ARN.
        among: The members of the list that it is one of.
        doubt: The value that has to be known to tell whether it is attached to this principal; None where it is.
    """

    arn: Value
    among: Sequence[Value] = ()
    doubt: Value | None = None


@fast_dataclass(frozen=True)
class PolicySet:
    """What is evaluated on its own, for any principal: a policy, or all the policies of a group.

    Attributes:
        holders: The resources with the policies, each with what is not known of whether it is one of the set.
        doubt: The value that has to be known to tell whether the set applies to the principal; None where it does.
    """

    holders: tuple[Holder, ...]
    doubt: Value | None = None


@fast_dataclass(frozen=True)
class Link:
    """What embeds a policy in a principal, or attaches policies to it.

    Attributes:
        principal: The property, or the part of one, that refers to the principal; its owner embeds or attaches.
        among: The members of the list that it is one of.
        arns: The managed policies that it attaches; none where it embeds a policy.
    """

    principal: Value
    among: Sequence[Value] = ()
    arns: Sequence[Value] = ()


def policies_of(stack: Stack, principal: Resource) -> list[Holder]:
    """Every resource with a policy of a role, a user or a group, or with one that may be: the principal first."""
    found = {principal: Holder(principal)}
    for holder in _held(stack, principal):
        if holder.resource not in found or holder.doubt is None:
            found[holder.resource] = holder
    return list(found.values())


def attached_arns(stack: Stack, principal: Resource) -> list[AttachedArn]:
    """Every ARN by which a managed policy is attached to a role, a user or a group, or may be."""
    own = members_of(principal["managedPolicyArns"])
    found = [AttachedArn(arn, own) for arn in own]
    for link, doubt in _links_of(stack, principal):
        found += [AttachedArn(arn, link.arns, doubt) for arn in link.arns]
    return found


def policy_sets(stack: Stack, principal: Resource) -> list[PolicySet]:
    """The policies that apply to a role, a user or a group, or may: each by itself, and those of a user's groups."""
    own = [PolicySet((Holder(holder.resource),), holder.doubt) for holder in policies_of(stack, principal)]
    groups = _groups_of(stack, principal) if principal.kind is resource_types.USER else {}
    return [*own, *(PolicySet(tuple(policies_of(stack, group)), doubt) for group, doubt in groups.items())]


class VerdictByPolicies:
    """The verdict on each principal, by its policies: found once for all principals that the same may apply to.

    Where a property of the principal decides what applies, and is not known, verdicts differ in whose it is.

    Args:
        stack: The stack.
        judge: The verdict on a principal by its policies of the stack and what applies them alone.
    """

    def __init__(self, stack: Stack, judge: Callable[[Resource], Verdict]) -> None:
        self._stack = stack
        self._judge = judge
        self._judged: dict[Hashable, _Judged] = {}

    def on(self, principal: Resource) -> Verdict:
        """The verdict on a role, a user or a group."""
        own = _own_arns(self._stack, principal)
        key = _alike(self._stack, principal, own)
        found = self._judged.get(key)
        if found is None:
            verdict = _without_repeats(self._judge(principal))
            waits = any(one.owner is principal for finding in verdict.findings for one in finding.unknowns)
            found = self._judged[key] = _Judged(principal, verdict, waits)
        return found.on(principal)


class _Judged(NamedTuple):
    """A verdict on a principal.

    Attributes:
        principal: The principal.
        verdict: The verdict.
        waits: Whether it waits for properties of the principal.
    """

    principal: Resource
    verdict: Verdict
    waits: bool

    def on(self, principal: Resource) -> Verdict:
        """The same verdict on a principal that is alike, which waits for its own properties."""
        if not self.waits or principal is self.principal:
            return self.verdict
        made = (self._of(finding, principal) for finding in self.verdict.findings)
        return replace(self.verdict, findings=tuple(made))

    def _of(self, finding: Finding, principal: Resource) -> Finding:
        if all(one.owner is not self.principal for one in finding.unknowns):
            return finding
        waits_for = (replace(one, owner=principal) if one.owner is self.principal else one for one in finding.unknowns)
        return replace(finding, unknowns=tuple(waits_for))


class _OwnArn(NamedTuple):
    """An ARN in a principal's own properties, and what it refers to, or may."""

    arn: Value
    reference: Reference

    @staticmethod
    def of(stack: Stack, arn: Value, among: Sequence[Value]) -> _OwnArn:
        return _OwnArn(arn, policy_reference(stack, arn, among))

    @property
    def key(self) -> Hashable:
        """What tells it, where it is not known, from an ARN of another principal that may be of other policies."""
        return self.arn, self.reference.is_open, self.reference.is_indirect, Same(self.reference.targets)


def _own_arns(stack: Stack, principal: Resource) -> list[_OwnArn]:
    """The ARNs of the stack's policies that a principal attaches itself, or may, and of its permissions boundary."""
    arns, boundary = members_of(principal["managedPolicyArns"]), principal[BOUNDARY]
    attached = [_OwnArn.of(stack, arn, arns) for arn in arns]
    own = [one for one in attached if one.reference.is_open or one.reference.targets]
    return own if boundary.is_absent else [*own, _OwnArn.of(stack, boundary, ())]


def _without_repeats(verdict: Verdict) -> Verdict:
    """The verdict with each finding once, and of each finding what it waits for once."""
    findings = (
        replace(finding, unknowns=tuple(dict.fromkeys(finding.unknowns))) if finding.unknowns else finding
        for finding in verdict.findings
    )
    return replace(verdict, findings=tuple(dict.fromkeys(findings))) if verdict.findings else verdict


def _alike(stack: Stack, principal: Resource, own: Sequence[_OwnArn]) -> Hashable:
    """What tells a principal's policies from those of others: the same for those that the same may apply to.

    That is so where it has none of its own, where no ARN of its own is known to be of a policy of the stack, and where
    no link is known, or only one that its unknown name leaves open.
    """
    if principal.kind is None or has_policy(principal) or any(not one.arn.is_unknown for one in own):
        return principal
    links = stack.shared(_LINKS_BY_PRINCIPAL[principal.kind]).of(principal)
    of_user = stack.shared(_memberships_by_user).of(principal) if principal.kind is resource_types.USER else ()
    is_named = stack.shared(_NamedIn)
    name = principal["name"] if is_named.links(links) or is_named.memberships(of_user) else None
    return Same(links), Same(of_user), name, tuple(one.key for one in own)


class _NamedIn:
    """Whether the name of the principal decides which of some links or memberships are its own; asked once of each."""

    def __init__(self, _stack: Stack) -> None:
        self.links: Callable[[Sequence[tuple[Link, Answer]]], bool] = once(
            lambda links: any(answer is None and not link.principal.is_unknown for link, answer in links)
        )
        self.memberships: Callable[[Sequence[tuple[_Membership, Answer]]], bool] = once(
            lambda found: any(answer is None and not one.user.is_unknown for one, answer in found)
        )


def task_roles(stack: Stack, property_name: str) -> dict[Resource, Sequence[Holder]]:
    """The roles that a property of the task definitions refers to, each with the definitions that do, or may.

    These are the same object for all roles that the same definitions refer to, or may.
    """
    found: ByTarget[Value] = ByTarget()
    roles: dict[Resource, None] = {}
    seen: dict[int, Sequence[tuple[Resource, Answer]]] = {}
    for definition in stack.of(resource_types.ECS_TASK_DEFINITION):
        reference = stack.reference(definition[property_name], resource_types.ROLE, named="name")
        found.add(reference.value, reference.targets, reference.is_open)
        if id(reference.targets) not in seen:
            seen[id(reference.targets)] = reference.targets
            roles |= dict.fromkeys(reference.candidates)
    holders = once(_definitions)
    return {role: holders(found.of(role)) for role in roles}


def _definitions(found: Sequence[tuple[Value, Answer]]) -> Sequence[Holder]:
    return [Holder(value.owner, None if answer else value) for value, answer in found if value.owner is not None]


def _held(stack: Stack, principal: Resource) -> Iterator[Holder]:
    for link, doubt in _links_of(stack, principal):
        if link.principal.owner is not None and not link.arns:
            yield Holder(link.principal.owner, doubt)
    for attached in attached_arns(stack, principal):
        for one in referenced_policies(stack, attached.arn, attached.among):
            yield Holder(one.policy, attached.doubt or one.doubt)


def _links_of(stack: Stack, principal: Resource) -> Iterator[tuple[Link, Value | None]]:
    """The links of a principal, certain or possible, each with the value that has to be known to tell."""
    for link, answer in stack.shared(_LINKS_BY_PRINCIPAL[principal.kind]).of(principal) if principal.kind else ():
        yield link, None if answer else _doubt(link.principal, principal)


def _links_by_principal(kind: Kind, stack: Stack) -> ByTarget[Link]:
    found: ByTarget[Link] = ByTarget()
    for link in stack.shared(_LINKS[kind]):
        reference = stack.reference(link.principal, kind, among=link.among, named="name")
        found.add(link, reference.targets, reference.is_open)
    return found


def _groups_of(stack: Stack, user: Resource) -> Mapping[Resource, Value | None]:
    """The groups that a user is a member of, or may be, each with the value that has to be known to tell."""
    found: dict[Resource, Value | None] = {}
    for membership, is_member in stack.shared(_memberships_by_user).of(user):
        for group, is_group in membership.candidates:
            doubt = None if is_member else _doubt(membership.user, user)
            doubt = doubt if is_group else _doubt(membership.group, group)
            # One certain membership is enough.
            found[group] = doubt and found.get(group, doubt)
    return found


def _doubt(value: Value, principal: Resource) -> Value:
    """What is not known: the value that refers to a principal, or else the principal's own name."""
    return value if value.is_unknown else principal["name"]


@fast_dataclass(frozen=True)
class _LinkKinds:
    """By which kinds of resource policies are embedded in and attached to a principal, and their property for it."""

    inline: Kind
    attachment: Kind
    exclusive: Kind
    principal: str


def _links(kinds: _LinkKinds, stack: Stack) -> Sequence[Link]:
    principal = kinds.principal
    return [
        *(Link(one[principal]) for one in stack.of(kinds.inline)),
        *(Link(one[principal], arns=(one["policyArn"],)) for one in stack.of(kinds.attachment)),
        *(Link(one[f"{principal}Name"], arns=members_of(one["policyArns"])) for one in stack.of(kinds.exclusive)),
        *(
            Link(name, names, (one["policyArn"],))
            for one in stack.of(resource_types.POLICY_ATTACHMENT)
            for names in [members_of(one[f"{principal}s"])]
            for name in names
        ),
    ]


_LINKS: Mapping[Kind, Callable[[Stack], Sequence[Link]]] = {
    resource_types.ROLE: partial(
        _links,
        _LinkKinds(
            resource_types.ROLE_POLICY,
            resource_types.ROLE_POLICY_ATTACHMENT,
            resource_types.ROLE_ATTACHMENTS_EXCLUSIVE,
            "role",
        ),
    ),
    resource_types.USER: partial(
        _links,
        _LinkKinds(
            resource_types.USER_POLICY,
            resource_types.USER_POLICY_ATTACHMENT,
            resource_types.USER_ATTACHMENTS_EXCLUSIVE,
            "user",
        ),
    ),
    resource_types.GROUP: partial(
        _links,
        _LinkKinds(
            resource_types.GROUP_POLICY,
            resource_types.GROUP_POLICY_ATTACHMENT,
            resource_types.GROUP_ATTACHMENTS_EXCLUSIVE,
            "group",
        ),
    ),
}

_LINKS_BY_PRINCIPAL: Mapping[Kind, Callable[[Stack], ByTarget[Link]]] = {
    kind: partial(_links_by_principal, kind) for kind in _LINKS
}

PRINCIPALS = tuple(_LINKS)
"""Kinds that policies can be attached to."""


@fast_dataclass(frozen=True)
class _Membership:
    """A user and a group that a resource refers to.

    Attributes:
        user: The property, or the part of one, that refers to the user.
        group: That which refers to the group.
        candidates: The groups that it refers to (true) or may (`None`).
    """

    user: Value
    group: Value
    candidates: Sequence[tuple[Resource, Answer]]


def _memberships_by_user(stack: Stack) -> ByTarget[_Membership]:
    """The memberships in groups of each user."""
    by_list = [
        (user, users, one["group"], ())
        for one in stack.of(resource_types.GROUP_MEMBERSHIP)
        for users in [members_of(one["users"])]
        for user in users
    ]
    by_user = [
        (one["user"], (), group, groups)
        for one in stack.of(resource_types.USER_GROUP_MEMBERSHIP)
        for groups in [members_of(one["groups"])]
        for group in groups
    ]
    everywhere = [(group, None) for group in stack.of(resource_types.GROUP)]
    found: ByTarget[_Membership] = ByTarget()
    for user, users, group, groups in (*by_list, *by_user):
        of_group = stack.reference(group, resource_types.GROUP, among=groups, named="name")
        of_user = stack.reference(user, resource_types.USER, among=users, named="name")
        membership = _Membership(user, group, everywhere if of_group.is_open else of_group.targets)
        found.add(membership, of_user.targets, of_user.is_open)
    return found
