"""Where the policies of a role stand in a stack: in the role itself, in its role policies, and in what is attached."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.attachment.identity_policies import links_to
from pulumi_guardrails.aws.iam.attachment.policy_attachments import members_of, policies_named
from pulumi_guardrails.aws.iam.document.document import Document
from pulumi_guardrails.aws.iam.document.policy_locations import identity_documents
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value


def homes_of(stack: Stack, role: Resource) -> Iterator[tuple[Resource, list[Document]]]:
    """The holders of a role's policies: itself, its role policies, and the stack's policies attached to it."""
    yield role, identity_documents(role)
    for policy in stack.refer_to(role, "role", resource_types.ROLE_POLICY):
        yield policy, identity_documents(policy)
    attached = {
        policy: None for owner, arn in attached_arns(stack, role) for policy in policies_named(stack, arn, owner)
    }
    for policy in attached:
        yield policy, identity_documents(policy)


def attached_arns(stack: Stack, role: Resource) -> Iterator[tuple[Resource, Value]]:
    """Every ARN by which a managed policy is attached to a role, with the resource that says so."""
    yield from ((role, arn) for arn in members_of(role["managedPolicyArns"]))
    for attachment in stack.refer_to(role, "role", resource_types.ROLE_POLICY_ATTACHMENT):
        yield attachment, attachment["policyArn"]
    for attachment in stack.of(resource_types.POLICY_ATTACHMENT):
        if any(
            role in stack.referred(name, attachment, resource_types.ROLE) for name in members_of(attachment["roles"])
        ):
            yield attachment, attachment["policyArn"]
    for attachment in stack.refer_to(role, "roleName", resource_types.ROLE_ATTACHMENTS_EXCLUSIVE):
        yield from ((attachment, arn) for arn in members_of(attachment["policyArns"]))


def may_have_more(stack: Stack, role: Resource) -> bool:
    """Whether the stack has grants of which it is not known yet whether they are this role's."""
    return any(
        link.principal.is_unknown or (role["name"].is_unknown and link.principal.is_known)
        for link in links_to(stack, resource_types.ROLE)
        if not stack.referred(link.principal, link.owner, resource_types.ROLE)
    )


def task_roles(stack: Stack, property_name: str) -> dict[Resource, list[Resource]]:
    """The roles of the stack that its task definitions name by a property, each with those definitions."""
    found: dict[Resource, list[Resource]] = {}
    for definition in stack.of(resource_types.ECS_TASK_DEFINITION):
        for role in stack.referred(definition[property_name], definition, resource_types.ROLE):
            found.setdefault(role, []).append(definition)
    return found
