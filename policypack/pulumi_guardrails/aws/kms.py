"""Whether a property names a customer managed KMS key."""

from __future__ import annotations

from pulumi_guardrails.aws.resource_types import KMS_ALIAS, KMS_EXTERNAL_KEY, KMS_KEY, KMS_REPLICA_KEY
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value, snake_case
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, undecided

CUSTOMER_KEYS = (KMS_KEY, KMS_EXTERNAL_KEY, KMS_REPLICA_KEY, KMS_ALIAS)
"""What is, or names, a customer managed key: created in KMS, with imported material, or a replica of another."""


def customer_key(stack: Stack, key: Value) -> Verdict:
    """A property that names a KMS key names a customer managed one: a key of this stack, or one that is not AWS's."""
    of_region = " of its region" if key.path.startswith("replicas") else ""
    fix = f"Set {snake_case(key.path)} to the ARN of a customer managed key{of_region}."
    expected = "a customer managed key (aws.kms.Key)"
    if key.is_absent:
        return key.mismatch("not set, which means an AWS managed key", expected, fix)
    if key.is_unknown:
        reference = stack.reference(key, *CUSTOMER_KEYS)
        # A list's sources are of all its elements, and a value may be of any of its own: each of them has to be a key.
        in_list = "[" in key.path
        only_keys = len(reference.direct) == len(stack.sources_of(key))
        is_key = (reference.certain and not in_list) or (reference.direct and only_keys)
        return COMPLIANT if is_key else undecided(key)
    return key.must(lambda name: isinstance(name, str) and name != "" and "alias/aws/" not in name, expected, fix)


def customer_keys(stack: Stack, replicas: Value, name: str) -> Verdict:
    """Every replica in a list has to name a customer managed key in its property `name`."""
    return replicas.each(
        lambda replica: undecided(replica) if replica.is_unknown else customer_key(stack, replica[name])
    )
