"""What a policy asks of a reference from one resource to another: do all candidates agree, and whose key is it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from guardrails.kinds import KMS_ALIAS, KMS_EXTERNAL_KEY, KMS_KEY, KMS_REPLICA_KEY
from guardrails.stack import Stack
from guardrails.verdict import COMPLIANT, Outcome, Verdict, undecided, violation
from guardrails.view import Resource, Value

CUSTOMER_KEYS = (KMS_KEY, KMS_EXTERNAL_KEY, KMS_REPLICA_KEY, KMS_ALIAS)
"""What is, or names, a key of the customer's own: made in KMS, with imported material, or a replica of another."""


def told_of(resource: Resource, verdict: Verdict) -> Verdict:
    """The same verdict for a message about another resource: its findings name the resource whose property it is."""
    findings = tuple(
        replace(finding, subject=f"{finding.subject} of {resource.label}", property_name="")
        for finding in verdict.findings
    )
    return replace(verdict, findings=findings)


def agreed(verdicts: Sequence[Verdict], open_question: Verdict) -> Verdict:
    """The verdict that all candidates for one reference share; `open_question` where they differ or there is none."""
    outcomes = {verdict.outcome for verdict in verdicts}
    if len(verdicts) == 1 or (len(outcomes) == 1 and outcomes != {Outcome.UNDECIDED}):
        return verdicts[0]
    return open_question


def customer_key(stack: Stack, owner: Resource, key: Value) -> Verdict:
    """A property that names a KMS key has to name the customer's own: a key of this stack, or one that is not AWS's."""
    accepted = "a key of your own (aws.kms.Key)"
    if key.is_absent:
        return violation(key.path, "not set, which means a key of AWS's", accepted)
    if key.is_unknown:
        ours = stack.referred(key, owner, *CUSTOMER_KEYS)
        # The edges of a list are of all its elements: only where each is a key is this one sure to be.
        sure = "[" not in key.path or len(ours) == len(owner.dependencies.get(key.property_name, ()))
        return COMPLIANT if ours and sure else undecided(key.path, key.shown, key.property_name)
    return key.must(lambda name: isinstance(name, str) and name != "" and "alias/aws/" not in name, accepted)


def customer_keys(stack: Stack, owner: Resource, replicas: Value, name: str) -> Verdict:
    """Every replica in a list has to name the customer's own key in its property `name`."""
    return replicas.each(
        lambda replica: (
            undecided(replica.path, replica.shown, replica.property_name)
            if replica.is_unknown
            else customer_key(stack, owner, replica[name])
        )
    )
