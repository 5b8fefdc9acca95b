"""What the policies on documents say where there is none: another policy's finding, or nothing to say."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, VIOLATION, Case

IDENTITY = (
    "iam-actions-exist",
    "iam-resources-fit-actions",
    "iam-no-administrator-access",
    "iam-no-credentials-exposure",
    "iam-no-data-exfiltration",
    "iam-no-service-wide-actions",
    "iam-no-unconstrained-permissions-management",
    "iam-no-unconstrained-write",
    "iam-no-wildcard-resource",
    "iam-no-privilege-escalation",
    "iam-pass-role-is-limited",
)
TRUST = ("iam-github-trust-pins-repository", "iam-role-trusts-one-service", "iam-trust-guards-confused-deputy")
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

CASES = [
    *(
        Case(name, "a role policy without a document", NOT_APPLICABLE, {"policy": ABSENT}, ROLE_POLICY)
        for name in IDENTITY
    ),
    *(
        Case(name, "a role without a trust policy", NOT_APPLICABLE, {"assumeRolePolicy": ABSENT}, "aws:iam/role:Role")
        for name in TRUST
    ),
    Case(
        "resource-policy-own-accounts",
        "a queue policy without a document",
        NOT_APPLICABLE,
        {"policy": ABSENT},
        "aws:sqs/queuePolicy:QueuePolicy",
    ),
    # It is inline whatever it says.
    Case("iam-no-inline-policies", "a role policy without a document", VIOLATION, {"policy": ABSENT}, ROLE_POLICY),
    # AWS checks unless it is told not to.
    Case("kms-lockout-check", "absent", COMPLIANT, {"bypassPolicyLockoutSafetyCheck": ABSENT}),
]
