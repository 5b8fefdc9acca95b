"""Which policies of a stack apply to a role, a user or a group, and which of them may.

A policy is inline in the principal itself, embedded by a resource of its own, or attached; those of a group apply to
its members too. Source: AWS IAM User Guide, "Policies and permissions in IAM" and "IAM user groups".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.attachment.policy_attachments import members_of, referenced_policies
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value


@dataclass(frozen=True)
class Holder:
    """A resource with a policy of a principal, or one that may be.

    Attributes:
        resource: The resource with the document.
        doubt: The value that has to be known to tell whether the policy applies to the principal; None where it does.
    """

    resource: Resource
    doubt: Value | None = None


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class PolicySet:
    """What is evaluated on its own, for any principal: a policy, or all the policies of a group.

    Attributes:
        holders: The resources with the policies, each with what is not known of whether it is one of the set.
        doubt: The value that has to be known to tell whether the set applies to the principal; None where it does.
    """

    holders: tuple[Holder, ...]
    doubt: Value | None = None


@dataclass(frozen=True)
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


def task_roles(stack: Stack, property_name: str) -> dict[Resource, list[Holder]]:
    """The roles that a property of the task definitions refers to, each with the definitions that do, or may."""
    references = [
        stack.reference(definition[property_name], resource_types.ROLE, named="name")
        for definition in stack.of(resource_types.ECS_TASK_DEFINITION)
    ]
    roles = dict.fromkeys(role for reference in references for role in reference.candidates)
    return {
        role: [
            Holder(reference.value.owner, None if answer else reference.value)
            for reference in references
            if reference.value.owner is not None and (answer := reference.to(role)) is not False
        ]
        for role in roles
    }


def _held(stack: Stack, principal: Resource) -> Iterator[Holder]:
    for link, doubt in _links_of(stack, principal):
        if link.principal.owner is not None and not link.arns:
            yield Holder(link.principal.owner, doubt)
    for attached in attached_arns(stack, principal):
        for one in referenced_policies(stack, attached.arn, attached.among):
            yield Holder(one.policy, attached.doubt or one.doubt)


def _links_of(stack: Stack, principal: Resource) -> Iterator[tuple[Link, Value | None]]:
    """The links of a principal, certain or possible, each with the value that has to be known to tell."""
    for link in stack.shared(_LINKS[principal.kind]) if principal.kind else ():
        answer = _names(stack, link.principal, link.among, principal)
        if answer is not False:
            yield link, None if answer else _doubt(link.principal, principal)


def _groups_of(stack: Stack, user: Resource) -> Mapping[Resource, Value | None]:
    """The groups that a user is a member of, or may be, each with the value that has to be known to tell."""
    found: dict[Resource, Value | None] = {}
    for membership in stack.shared(_memberships):
        is_member = _names(stack, membership.user, membership.users, user)
        for group in stack.of(resource_types.GROUP) if is_member is not False else ():
            is_group = _names(stack, membership.group, membership.groups, group)
            if is_group is False:
                continue
            doubt = None if is_member else _doubt(membership.user, user)
            doubt = doubt if is_group else _doubt(membership.group, group)
            # One certain membership is enough.
            found[group] = doubt and found.get(group, doubt)
    return found


def _names(stack: Stack, value: Value, among: Sequence[Value], principal: Resource) -> Answer:
    kinds = [principal.kind] if principal.kind else []
    return stack.reference(value, *kinds, among=among, named="name").to(principal)


def _doubt(value: Value, principal: Resource) -> Value:
    """What is not known: the value that refers to a principal, or else the principal's own name."""
    return value if value.is_unknown else principal["name"]


@dataclass(frozen=True)
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

PRINCIPALS = tuple(_LINKS)
"""Kinds that policies can be attached to."""


@dataclass(frozen=True)
class _Membership:
    """A user and a group that a resource refers to, with the lists that they are members of."""

    user: Value
    group: Value
    users: Sequence[Value] = ()
    groups: Sequence[Value] = ()


def _memberships(stack: Stack) -> Sequence[_Membership]:
    """The memberships of users in groups."""
    return [
        *(
            _Membership(user, one["group"], users=users)
            for one in stack.of(resource_types.GROUP_MEMBERSHIP)
            for users in [members_of(one["users"])]
            for user in users
        ),
        *(
            _Membership(one["user"], group, groups=groups)
            for one in stack.of(resource_types.USER_GROUP_MEMBERSHIP)
            for groups in [members_of(one["groups"])]
            for group in groups
        ),
    ]
