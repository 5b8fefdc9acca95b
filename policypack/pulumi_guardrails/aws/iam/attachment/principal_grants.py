"""What the policies of a role, a user or a group allow together, as far as their documents are in the stack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.attachment.identity_policies import attached_arns, policy_sets
from pulumi_guardrails.aws.iam.attachment.policy_attachments import BOUNDARY, referenced_policies
from pulumi_guardrails.aws.iam.document.document import Document, Effect, Statement
from pulumi_guardrails.aws.iam.document.policy_locations import identity_documents
from pulumi_guardrails.aws.iam.semantics.comparison import IDENTITY, Grants
from pulumi_guardrails.aws.iam.semantics.rules import Named, Reading, Rule, read
from pulumi_guardrails.aws.iam.semantics.search import Caller
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value


@fast_dataclass(frozen=True)
class PrincipalPolicies:
    """The policies of a principal.

    Attributes:
        grants: The statements of those in the stack, and of the permissions boundary.
        outside: The ARNs of those that are attached from outside the stack.
    """

    grants: Grants
    outside: Sequence[Value] = ()


def principal_policies(stack: Stack, principal: Resource) -> PrincipalPolicies:
    """The policies of a role, a user or a group: its own, and those of its groups."""
    sets = policy_sets(stack, principal)
    readings: list[Reading] = []
    owners = {principal: None}
    for policy_set in sets:
        for holder in policy_set.holders:
            readings += _in_doubt(readings_of(identity_documents(holder.resource)), policy_set.doubt or holder.doubt)
        if policy_set.holders[0].resource.kind is resource_types.GROUP:
            owners[policy_set.holders[0].resource] = None
    outside = [
        one.arn
        for owner in owners
        for one in attached_arns(stack, owner)
        if not one.arn.is_absent and not referenced_policies(stack, one.arn, one.among)
    ]
    return PrincipalPolicies(Grants(readings, _boundary(stack, principal[BOUNDARY])), outside)


def _boundary(stack: Stack, arn: Value) -> Sequence[Reading] | None:
    """The statements of a permissions boundary: one that may be from outside the stack may allow everything."""
    if arn.is_absent:
        return None
    policies = referenced_policies(stack, arn)
    is_certain = len(policies) == 1 and policies[0].doubt is None
    found: list[Reading] = []
    for one in policies:
        found += _in_doubt(readings_of(identity_documents(one.policy)), None if is_certain else one.doubt or arn)
    if not is_certain:
        everything = Statement.read(arn.part({}, arn.path), 0)
        found.append(Reading(everything, Rule(Effect.ALLOW, Named(frozenset({"*"}))), None, arn))
    return found


def readings_of(documents: Iterable[Document]) -> list[Reading]:
    """The statements of several documents."""
    return [reading for document in documents for reading in read(document)]


def _in_doubt(readings: Sequence[Reading], doubt: Value | None) -> Sequence[Reading]:
    """Statements that apply only where a value that is not known yet turns out so."""
    return readings if doubt is None else [replace(reading, narrowest=None, doubt=doubt) for reading in readings]


def caller_of(*states: Resource | None) -> Caller:
    """A principal with the keys that are known of it, by the first of its states that tells its ARN.

    Source: AWS IAM User Guide, "AWS global condition context keys", properties of the principal.
    """
    arns = (state.output("arn").as_text() for state in states if state is not None)
    arn = next((arn for arn in arns if arn and arn.count(":") >= 5), None)
    return Caller(None, {"aws:principalarn": (arn,), "aws:principalaccount": (arn.split(":")[4],)}) if arn else IDENTITY
