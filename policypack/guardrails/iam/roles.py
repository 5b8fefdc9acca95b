"""Where the policies of a role stand in a stack: in the role itself, in its role policies, and in what is attached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guardrails import kinds
from guardrails.iam.attaching import members_of, perhaps_named, policies_named
from guardrails.iam.documents import Document
from guardrails.iam.homes import identity_documents
from guardrails.relations import Answer
from guardrails.stack import Stack
from guardrails.verdict import Verdict, undecided
from guardrails.view import Resource, Value


def homes_of(stack: Stack, role: Resource) -> Iterator[tuple[Resource, list[Document]]]:
    """The holders of a role's policies: itself, its role policies, and the stack's policies attached to it."""
    yield role, identity_documents(role)
    for policy in stack.refer_to(role, "role", kinds.ROLE_POLICY):
        yield policy, identity_documents(policy)
    attached = {
        policy: None for owner, arn in attached_arns(stack, role) for policy in policies_named(stack, arn, owner)
    }
    for policy in attached:
        yield policy, identity_documents(policy)


def attached_arns(stack: Stack, role: Resource) -> Iterator[tuple[Resource, Value]]:
    """Every ARN by which a managed policy is attached to a role, with the resource that says so."""
    yield from ((role, arn) for arn in members_of(role["managedPolicyArns"]))
    for attachment in stack.refer_to(role, "role", kinds.ROLE_POLICY_ATTACHMENT):
        yield attachment, attachment["policyArn"]
    for attachment in stack.of(kinds.POLICY_ATTACHMENT):
        if any(role in stack.referred(name, attachment, kinds.ROLE) for name in members_of(attachment["roles"])):
            yield attachment, attachment["policyArn"]
    for attachment in stack.refer_to(role, "roleName", kinds.ROLE_ATTACHMENTS_EXCLUSIVE):
        yield from ((attachment, arn) for arn in members_of(attachment["policyArns"]))


def may_have_more(stack: Stack, role: Resource) -> bool:
    """Whether the stack has grants of which it is not known yet whether they are this role's."""
    return any(
        value.is_unknown or (role["name"].is_unknown and value.is_known)
        for owner, value, _ in stack.shared(_links)
        if not stack.referred(value, owner, kinds.ROLE)
    )


@dataclass(frozen=True)
class Holder:
    """What holds a policy of a role, or may.

    Attributes:
        home: The resource with the document.
        doubt: What is not known yet of whether the policy is the role's; None where it is.
    """

    home: Resource
    doubt: Verdict | None = None


def holders_of(stack: Stack, role: Resource) -> list[Holder]:
    """Every holder of a policy of a role, itself first, and every one that may turn out to hold one."""
    found = {role: Holder(role)}
    for holder in _held(stack, role):
        if holder.home not in found or holder.doubt is None:
            found[holder.home] = holder
    return list(found.values())


def _held(stack: Stack, role: Resource) -> Iterator[Holder]:
    for arn in members_of(role["managedPolicyArns"]):
        yield from _policies(stack, role, arn, None)
    for owner, value, arns in stack.shared(_links):
        answer = _refers(stack, owner, value, role)
        if answer is False:
            continue
        doubt = None if answer else _doubt(owner, value) if value.is_unknown else _doubt(role, role["name"])
        if owner.kind is kinds.ROLE_POLICY:
            yield Holder(owner, doubt)
        for arn in arns:
            yield from _policies(stack, owner, arn, doubt)


def _policies(stack: Stack, owner: Resource, arn: Value, doubt: Verdict | None) -> Iterator[Holder]:
    """The stack's policies that an ARN is of, or may be: without an edge that of any."""
    found = policies_named(stack, arn, owner)
    if arn.is_unknown and not owner.dependencies.get(arn.property_name):
        found = stack.of(kinds.IAM_POLICY)
        doubt = _doubt(owner, arn)
    elif arn.is_unknown and len(found) > 1:
        doubt = _doubt(owner, arn)
    yield from (Holder(policy, doubt) for policy in found)
    yield from (Holder(policy, _doubt(policy, policy["name"])) for policy in perhaps_named(stack, arn, owner))


def _refers(stack: Stack, owner: Resource, value: Value, role: Resource) -> Answer:
    """Whether a value is of a role: an unknown one is of the one role among its edges, and without an edge of any."""
    targets = stack.referred(value, owner, kinds.ROLE)
    if role in targets:
        return None if value.is_unknown and len(targets) > 1 else True
    if value.is_unknown:
        return False if owner.dependencies.get(value.property_name) else None
    return None if value.is_known and role["name"].is_unknown else False


def _doubt(owner: Resource, value: Value) -> Verdict:
    return undecided(f"{owner.label}: {value.path}", value.shown)


def _links(stack: Stack) -> Sequence[tuple[Resource, Value, Sequence[Value]]]:
    """What gives policies to roles: the resource, its word for the role, and the ARNs of the policies it attaches."""
    return [
        *((one, one["role"], ()) for one in stack.of(kinds.ROLE_POLICY)),
        *((one, one["role"], (one["policyArn"],)) for one in stack.of(kinds.ROLE_POLICY_ATTACHMENT)),
        *((one, one["roleName"], members_of(one["policyArns"])) for one in stack.of(kinds.ROLE_ATTACHMENTS_EXCLUSIVE)),
        *(
            (one, name, (one["policyArn"],))
            for one in stack.of(kinds.POLICY_ATTACHMENT)
            for name in members_of(one["roles"])
        ),
    ]
