"""Which managed policies of a stack its resources attach, and which of them are bounds alone.

A permissions boundary limits what other policies grant, and grants nothing by itself; the same policy attached as well
does. Source: AWS IAM User Guide, "Permissions boundaries for IAM entities".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.catalogue.managed_policies import is_of_aws
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.policy import Unless
from pulumi_guardrails.core.references import means_all
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_any
from pulumi_guardrails.core.value import Value

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

BOUNDS: Mapping[Kind, str] = {resource_types.ROLE: BOUNDARY, resource_types.USER: BOUNDARY}
"""By kind: the property that sets a managed policy as the bounds."""


def members_of(value: Value) -> list[Value]:
    """The members of a list; the list itself where it is not known, since its edges stand for its members."""
    members = value.elements()
    return [value] if members is None else list(members)


def policies_named(stack: Stack, arn: Value, owner: Resource) -> list[Resource]:
    """The stack's policies that an ARN is of; where it is not known yet, those that it was computed from.

    An ARN put together from a name is known before the policy is: it is compared with path and name.
    """
    return stack.referred(arn, owner, resource_types.IAM_POLICY) or stack.shared(_by_path).get(_path(arn), [])


def perhaps_named(stack: Stack, arn: Value, owner: Resource) -> list[Resource]:
    """The stack's policies that an ARN may be of: those whose own name is not known yet, where it is of no other."""
    if policies_named(stack, arn, owner) or not _path(arn):
        return []
    return [
        policy
        for policy in stack.of(resource_types.IAM_POLICY)
        if policy["name"].is_unknown or policy["path"].is_unknown
    ]


def _path(arn: Value) -> str:
    """The last part of the ARN of a customer's policy; empty for what is none (AWS IAM User Guide, "IAM identifiers").

    The account before it is not compared: a policy is attached, and bounds, in its own account alone.
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


def _bounds(stack: Stack, policy: Resource) -> Answer:
    """Whether a role or a user has a policy as its bounds."""
    return _named_by(stack.shared(_bounding), policy)


def _attached(stack: Stack, policy: Resource) -> Answer:
    """Whether a policy is attached to anybody."""
    return _named_by(stack.shared(_attaching), policy)


BOUNDS_ALONE = Unless(
    kind=resource_types.IAM_POLICY,
    holds=_bounds,
    ends=_attached,
    reason="it bounds principals and is attached to none, so that it grants nothing",
    question="whether it is attached to a principal, or bounds principals alone,",
)
"""What takes a managed policy out of reach of the policies about grants."""


class _Named(dict[str, Answer]):
    """By URN: whether a policy is named. What has no edge at all may be any policy: that stands under no URN."""


def _named_by(named: _Named, policy: Resource) -> Answer:
    return kleene_any((named.get(policy.urn, False), named.get("", False)))


def _attaching(stack: Stack) -> _Named:
    return _names(stack, ATTACHES)


def _bounding(stack: Stack) -> _Named:
    return _names(stack, BOUNDS)


def _names(stack: Stack, properties: Mapping[Kind, str]) -> _Named:
    found = _Named()
    for urn, answer in _answers(stack, properties):
        found[urn] = kleene_any((found.get(urn, False), answer))
    return found


def _answers(stack: Stack, properties: Mapping[Kind, str]) -> Iterator[tuple[str, Answer]]:
    for owner in stack.of(*properties):
        if owner.is_left_out:
            yield "", None
        arns = members_of(owner[properties[owner.kind]]) if owner.kind else []
        unknown = [arn for arn in arns if arn.is_unknown]
        for arn in arns:
            targets = policies_named(stack, arn, owner)
            sure = not arn.is_unknown or means_all(unknown, len(targets))
            yield from ((policy.urn, True if sure else None) for policy in targets)
            yield from ((policy.urn, None) for policy in perhaps_named(stack, arn, owner))
            if arn.is_unknown and not owner.dependencies.get(arn.property_name):
                yield "", None
