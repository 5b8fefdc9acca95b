"""Where the policies of a role, a user or a group stand in a stack, and which of them may turn out to be its own.

A policy stands in the principal itself, in a resource that writes it into it, or is attached to it; a user has those of
its groups besides. Source: AWS IAM User Guide, "Policies and permissions in IAM" and "IAM user groups".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.attachment.policy_attachments import members_of, perhaps_named, policies_named
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.references import means_all
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Verdict, undecided


@dataclass(frozen=True)
class Holder:
    """What holds a policy of a principal, or may.

    Attributes:
        home: The resource with the document.
        doubt: What is not known yet of whether the policy is the principal's; None where it is.
    """

    home: Resource
    doubt: Verdict | None = None


@dataclass(frozen=True)
class Place:
    """What is judged by itself, whoever it is for: a policy, or all the policies of a group.

    Attributes:
        holders: What holds the policies, each with what is not known of whether it stands here.
        doubt: What is not known yet of whether the place is the principal's; None where it is.
    """

    holders: tuple[Holder, ...]
    doubt: Verdict | None = None


@dataclass(frozen=True)
class Link:
    """What gives a policy to a principal.

    Attributes:
        owner: The resource that does.
        principal: Its word for the principal.
        arns: The managed policies that it attaches; none where it holds one itself.
    """

    owner: Resource
    principal: Value
    arns: Sequence[Value] = field(default_factory=tuple)


def places_of(stack: Stack, principal: Resource) -> list[Place]:
    """Every place in which policies of a role, a user or a group stand, or may."""
    own = [Place((Holder(holder.home),), holder.doubt) for holder in _holders_of(stack, principal)]
    groups = _groups_of(stack, principal) if principal.kind is resource_types.USER else {}
    return [*own, *(Place(tuple(_holders_of(stack, group)), doubt) for group, doubt in groups.items())]


def links_to(stack: Stack, kind: Kind) -> Sequence[Link]:
    """All that gives policies to principals of a kind."""
    return stack.shared(_LINKS[kind])


def _holders_of(stack: Stack, principal: Resource) -> list[Holder]:
    """Every holder of a policy of a principal, itself first, and every one that may turn out to hold one."""
    found = {principal: Holder(principal)}
    for holder in _held(stack, principal):
        if holder.home not in found or holder.doubt is None:
            found[holder.home] = holder
    return list(found.values())


def _held(stack: Stack, principal: Resource) -> Iterator[Holder]:
    for arn in members_of(principal["managedPolicyArns"]):
        yield from _policies(stack, principal, arn, None)
    for link in links_to(stack, principal.kind) if principal.kind else ():
        answer = _refers(stack, link.owner, link.principal, principal)
        if answer is False:
            continue
        doubt = None if answer else _doubt_of(link.owner, link.principal, principal)
        if not link.arns:
            yield Holder(link.owner, doubt)
        for arn in link.arns:
            yield from _policies(stack, link.owner, arn, doubt)


def _policies(stack: Stack, owner: Resource, arn: Value, doubt: Verdict | None) -> Iterator[Holder]:
    """The stack's policies that an ARN is of, or may be: without an edge that of any."""
    found = policies_named(stack, arn, owner)
    if arn.is_unknown and not owner.dependencies.get(arn.property_name):
        found = stack.of(resource_types.IAM_POLICY)
        doubt = _doubt(owner, arn)
    elif arn.is_unknown and not _means_each(owner, arn, found):
        doubt = _doubt(owner, arn)
    yield from (Holder(policy, doubt) for policy in found)
    yield from (Holder(policy, _doubt(policy, policy["name"])) for policy in perhaps_named(stack, arn, owner))


def _groups_of(stack: Stack, user: Resource) -> Mapping[Resource, Verdict | None]:
    """The groups that a user is a member of, or may be, each with what is not known yet of that."""
    found: dict[Resource, Verdict | None] = {}
    for owner, member, named in stack.shared(_memberships):
        is_member = _refers(stack, owner, member, user)
        for group in stack.of(resource_types.GROUP) if is_member is not False else ():
            is_named = _refers(stack, owner, named, group)
            if is_named is False:
                continue
            doubt = None if is_member else _doubt_of(owner, member, user)
            doubt = doubt if is_named else _doubt_of(owner, named, group)
            # One membership that is sure is enough.
            found[group] = doubt and found.get(group, doubt)
    return found


def _refers(stack: Stack, owner: Resource, value: Value, target: Resource) -> Answer:
    """Whether a value is of a principal: an unknown one is of those among its edges, and without an edge of any."""
    targets = stack.referred(value, owner, *([target.kind] if target.kind else []))
    if target in targets:
        return True if _means_each(owner, value, targets) else None
    if value.is_unknown:
        return False if owner.dependencies.get(value.property_name) else None
    return None if value.is_known and target["name"].is_unknown else False


def _means_each(owner: Resource, value: Value, targets: Sequence[Resource]) -> bool:
    """Whether a value, with those beside it in its property, is of each of the resources it was computed from."""
    if not value.is_unknown:
        return True
    return means_all([one for one in members_of(owner[value.property_name]) if one.is_unknown], len(targets))


def _doubt_of(owner: Resource, value: Value, target: Resource) -> Verdict:
    """What is not known: the value that names a principal, or else the principal's own name."""
    return _doubt(owner, value) if value.is_unknown else _doubt(target, target["name"])


def _doubt(owner: Resource, value: Value) -> Verdict:
    return undecided(f"{owner.label}: {value.path}", value.shown)


@dataclass(frozen=True)
class _Giving:
    """How policies are given to principals of a kind: the kinds that do, and how they call the principal."""

    inline: Kind
    attachment: Kind
    exclusive: Kind
    word: str


def _links(giving: _Giving, stack: Stack) -> Sequence[Link]:
    word = giving.word
    return [
        *(Link(one, one[word]) for one in stack.of(giving.inline)),
        *(Link(one, one[word], (one["policyArn"],)) for one in stack.of(giving.attachment)),
        *(Link(one, one[f"{word}Name"], members_of(one["policyArns"])) for one in stack.of(giving.exclusive)),
        *(
            Link(one, name, (one["policyArn"],))
            for one in stack.of(resource_types.POLICY_ATTACHMENT)
            for name in members_of(one[f"{word}s"])
        ),
    ]


_LINKS: Mapping[Kind, Callable[[Stack], Sequence[Link]]] = {
    resource_types.ROLE: partial(
        _links,
        _Giving(
            resource_types.ROLE_POLICY,
            resource_types.ROLE_POLICY_ATTACHMENT,
            resource_types.ROLE_ATTACHMENTS_EXCLUSIVE,
            "role",
        ),
    ),
    resource_types.USER: partial(
        _links,
        _Giving(
            resource_types.USER_POLICY,
            resource_types.USER_POLICY_ATTACHMENT,
            resource_types.USER_ATTACHMENTS_EXCLUSIVE,
            "user",
        ),
    ),
    resource_types.GROUP: partial(
        _links,
        _Giving(
            resource_types.GROUP_POLICY,
            resource_types.GROUP_POLICY_ATTACHMENT,
            resource_types.GROUP_ATTACHMENTS_EXCLUSIVE,
            "group",
        ),
    ),
}

PRINCIPALS = tuple(_LINKS)
"""Kinds that policies are given to."""


def _memberships(stack: Stack) -> Sequence[tuple[Resource, Value, Value]]:
    """What makes users members of groups: the resource, and its words for one user and one group."""
    return [
        *(
            (one, user, one["group"])
            for one in stack.of(resource_types.GROUP_MEMBERSHIP)
            for user in members_of(one["users"])
        ),
        *(
            (one, one["user"], group)
            for one in stack.of(resource_types.USER_GROUP_MEMBERSHIP)
            for group in members_of(one["groups"])
        ),
    ]
