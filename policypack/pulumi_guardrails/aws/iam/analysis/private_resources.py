"""Resources that the public does not reach whatever their policy says, and the policies in resources of their own.

Sources: Amazon S3 User Guide, "Managing public access to access points": one that is bound to a VPC is never public;
Amazon OpenSearch Service Developer Guide, "Launching your Amazon OpenSearch Service domains within a VPC" and
"Fine-grained access control", which recommends an open access policy beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.policy import Exemption
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Unknown

_PROTECTED: Mapping[Kind, tuple[str, Kind, str]] = {
    resource_types.S3_ACCESS_POINT_POLICY: ("accessPointArn", resource_types.S3_ACCESS_POINT, "name"),
    resource_types.OPENSEARCH_POLICY: ("domainName", resource_types.OPENSEARCH_DOMAIN, "domainName"),
}
"""By kind of policy: the property that says what it protects, the kind of that, and the property with its name."""

_ByText = dict[tuple[Kind, str | None], list[Resource]]

REASON = "what it protects is in a VPC, or asks everyone who they are"


def is_private(resource: Resource) -> Answer:
    """Whether a resource is in a VPC, or authenticates by other means than its policy; None where that is not known."""
    if resource.kind is resource_types.S3_ACCESS_POINT:
        return _is_named(resource["vpcConfiguration"], "vpcId")
    if resource.kind is resource_types.OPENSEARCH_DOMAIN:
        users = resource["advancedSecurityOptions"]
        authenticates = kleene_all([users["enabled"].is_true(), kleene_not(users["anonymousAuthEnabled"].is_true())])
        return kleene_any([_is_named(resource["vpcOptions"], "subnetIds"), authenticates])
    return False


def unknown_of_private(resource: Resource) -> list[Value]:
    """What is not known of a resource of which it cannot be told whether it is private."""
    parts = [resource[name] for name in ("vpcConfiguration", "vpcOptions", "advancedSecurityOptions")]
    return [unknown for part in parts for unknown in part.unknown_parts()]


def _is_named(network: Value, member: str) -> Answer:
    """Whether a block names what it is in; an ID that is not known yet is one."""
    if network.is_unknown:
        return None
    named = network[member]
    return not named.is_absent and named.raw != []


def _protected(stack: Stack, policy: Resource) -> tuple[Sequence[Resource], bool]:
    """The resources of the stack that a policy may protect, and whether it is one for certain."""
    if policy.kind is None or policy.kind not in _PROTECTED:
        return [], False
    of, kind, _ = _PROTECTED[policy.kind]
    text = policy[of].as_text()
    if text is None:
        reference = stack.reference(policy[of], kind)
        return reference.candidates, reference.only is not None
    by_arn, by_name = stack.shared(_by_text)
    last = text.rpartition("/")[2]
    named = [*by_arn.get((kind, text), ()), *by_name.get((kind, text), ()), *by_name.get((kind, last), ())]
    found = list(dict.fromkeys(named))
    return found, len(found) == 1


def _by_text(stack: Stack) -> tuple[_ByText, _ByText]:
    """What a policy may protect by kind and ARN, and by kind and name."""
    by_arn: _ByText = {}
    by_name: _ByText = {}
    for _, kind, name in _PROTECTED.values():
        for one in stack.of(kind):
            by_arn.setdefault((kind, one.output("arn").as_text()), []).append(one)
            by_name.setdefault((kind, one[name].as_text()), []).append(one)
    return by_arn, by_name


def _protects_private(stack: Stack, policy: Resource) -> Answer:
    found, certain = _protected(stack, policy)
    answers = {is_private(one) for one in found}
    if not answers:
        return False
    return answers.pop() if certain or answers == {True} else None


def _protects_public(stack: Stack, policy: Resource) -> Answer:
    found, certain = _protected(stack, policy)
    return certain and is_private(found[0]) is False


def _unknown_of_protected(stack: Stack, policy: Resource) -> list[Unknown]:
    found, certain = _protected(stack, policy)
    unknown = unknown_of_private(found[0]) if certain else [policy[_PROTECTED[policy.kind][0]]] if policy.kind else []
    return [value.as_unknown() for value in unknown]


OF_PRIVATE_RESOURCE = Exemption(
    tuple(_PROTECTED),
    holds=_protects_private,
    reason=REASON,
    unknowns=_unknown_of_protected,
    question=REASON,
    ends=_protects_public,
    ended_by=tuple(kind for _, kind, _ in _PROTECTED.values()),
)
"""What exempts a policy in a resource of its own from being judged as public."""
