"""The table of the IAM policy about what the policies of one role allow between them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource, urn_of
from tests.policypack.good.iam import ACCOUNT, TABLE, TASK_TRUST, allow, document
from tests.policypack.policies.iam.cases_documents import GET, ROLE, ROLE_POLICY

COMBINED = "iam-no-combined-privilege-escalation"
POLICY = "aws:iam/policy:Policy"
OWN_FUNCTIONS = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:mine-*"
TO_LAMBDA = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}

PASSES = document(allow("iam:PassRole", "*", Condition=TO_LAMBDA))
RUNS = document(allow(["lambda:CreateFunction", "lambda:InvokeFunction"], OWN_FUNCTIONS))
BOTH = document(*PASSES["Statement"], *RUNS["Statement"])
READS = document(allow(GET, TABLE))
POLICY_REF = Ref(POLICY, "managed")
OTHER_REF = Ref(POLICY, "other")


def role(name: Any = "deploy", /, label: str = "role", **properties: Any) -> Resource:
    named = {} if name is ABSENT else {"name": name}
    return resource(ROLE, label, assumeRolePolicy=TASK_TRUST, **named, **properties)


def inline(label: str, held: Any, of: Any = "deploy") -> Resource:
    return resource(ROLE_POLICY, label, role=of, policy=held)


def managed(held: Any, label: str = "managed") -> Resource:
    return resource(POLICY, label, name=label, policy=held)


def attached(kind: str, **properties: Any) -> Resource:
    return resource(f"aws:iam/{kind}", "attached", **properties)


def between(says: str, outcome: Any, *stack: Resource, finds: tuple[str, ...] = ()) -> Case:
    return Case(COMBINED, says, outcome, stack=stack, at="role", finds=finds)


BLOCKS = [{"name": "a", "policy": PASSES}]
BESIDE = [role(), inline("passing", PASSES)]

CASES = [
    between(
        "one step in each of two role policies",
        VIOLATION,
        *BESIDE,
        inline("running", RUNS),
        finds=("statement 'Grant' in policy of RolePolicy 'passing'", "RolePolicy 'running'", "iam:PassRole"),
    ),
    between(
        "one step in the role, one in a role policy",
        VIOLATION,
        role(inlinePolicies=BLOCKS),
        inline("running", RUNS),
        finds=("statement 'Grant' in inlinePolicies of Role 'role'",),
    ),
    between(
        "a role policy by an edge",
        VIOLATION,
        role(inlinePolicies=BLOCKS),
        inline("running", RUNS, Ref(ROLE, "role")),
    ),
    between(
        "an attached policy",
        VIOLATION,
        *BESIDE,
        managed(RUNS),
        attached("rolePolicyAttachment:RolePolicyAttachment", role="deploy", policyArn=POLICY_REF),
        finds=("Policy 'managed'",),
    ),
    between(
        "a policy attached by an ARN put together",
        VIOLATION,
        *BESIDE,
        managed(RUNS),
        attached(
            "rolePolicyAttachment:RolePolicyAttachment",
            role="deploy",
            policyArn=f"arn:aws:iam::{ACCOUNT}:policy/managed",
        ),
    ),
    between(
        "a policy attached to roles",
        VIOLATION,
        *BESIDE,
        managed(RUNS),
        attached("policyAttachment:PolicyAttachment", roles=["other", "deploy"], policyArn=POLICY_REF),
    ),
    between(
        "a policy attached exclusively",
        VIOLATION,
        *BESIDE,
        managed(RUNS),
        attached(
            "rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", roleName="deploy", policyArns=[POLICY_REF]
        ),
    ),
    between(
        "a managed policy of the role's own list",
        VIOLATION,
        role(managedPolicyArns=[POLICY_REF], inlinePolicies=BLOCKS),
        managed(RUNS),
    ),
    between("one step only", COMPLIANT, *BESIDE, inline("reading", READS)),
    between("both steps in one, another policy's finding", COMPLIANT, role(), inline("a", BOTH), inline("b", READS)),
    between("both steps in each, another policy's finding", COMPLIANT, role(), inline("a", BOTH), inline("b", BOTH)),
    between(
        "one step by itself, another policy's finding",
        COMPLIANT,
        role(),
        inline("a", document(allow("iam:PutRolePolicy", "*"))),
        inline("b", READS),
    ),
    between("a step of another role", COMPLIANT, *BESIDE, inline("reading", READS), inline("running", RUNS, "other")),
    between(
        "a policy attached to another role",
        COMPLIANT,
        *BESIDE,
        inline("reading", READS),
        managed(RUNS),
        attached("rolePolicyAttachment:RolePolicyAttachment", role="other", policyArn=POLICY_REF),
    ),
    between(
        "a policy of AWS beside it, which is not looked into",
        COMPLIANT,
        *BESIDE,
        inline("reading", READS),
        managed(RUNS),
        attached(
            "rolePolicyAttachment:RolePolicyAttachment", role="deploy", policyArn="arn:aws:iam::aws:policy/AWSLambda_x"
        ),
    ),
    between(
        "bounds that allow the other step, which grant nothing",
        NOT_APPLICABLE,
        role(inlinePolicies=BLOCKS, permissionsBoundary=POLICY_REF),
        managed(RUNS),
    ),
    between(
        "bounds that allow all, which take nothing away",
        VIOLATION,
        role(inlinePolicies=BLOCKS, permissionsBoundary=POLICY_REF),
        inline("running", RUNS),
        managed(document(allow("*", "*"))),
    ),
    between("all in one place", NOT_APPLICABLE, *BESIDE),
    between("no policy at all", NOT_APPLICABLE, role()),
    between("a policy that can't be read", NOT_APPLICABLE, *BESIDE, inline("running", "{")),
    between(
        "the other step not known", UNDECIDED, *BESIDE, inline("running", UNKNOWN), finds=("RolePolicy 'running'",)
    ),
    between(
        "an action not known", UNDECIDED, *BESIDE, inline("running", document(allow(UNKNOWN, TABLE))), finds=("Action",)
    ),
    between(
        "an action not known that is denied",
        COMPLIANT,
        *BESIDE,
        inline("running", document({**allow(UNKNOWN, TABLE), "Effect": "Deny"})),
    ),
    between(
        "the roles that are passed not known",
        UNDECIDED,
        role(),
        inline("passing", document(allow("iam:PassRole", UNKNOWN))),
        inline("running", RUNS),
        finds=("policy.Statement[0].Resource of RolePolicy 'passing' is not known",),
    ),
    between(
        "two resources not known, the first of which is named",
        UNDECIDED,
        role(),
        inline("passing", document(allow("iam:PassRole", [UNKNOWN, UNKNOWN]))),
        inline("running", RUNS),
        finds=("policy.Statement[0].Resource[0]",),
    ),
    between(
        "a role policy of a role not known",
        UNDECIDED,
        *BESIDE,
        inline("running", RUNS, UNKNOWN),
        finds=("role of RolePolicy 'running' is not known",),
    ),
    between(
        "a role whose name is not known",
        UNDECIDED,
        role(UNKNOWN, inlinePolicies=BLOCKS),
        inline("running", RUNS),
        finds=("Role 'role': name",),
    ),
    between(
        "a role policy of one of two roles",
        UNDECIDED,
        *BESIDE,
        role("second", label="second"),
        replace(
            inline("running", RUNS, UNKNOWN),
            dependencies={"role": [role().urn, role(label="second").urn]},
        ),
    ),
    between(
        "a role policy that is computed from no role",
        COMPLIANT,
        *BESIDE,
        inline("reading", READS),
        inline("running", RUNS, Ref("aws:s3/bucket:Bucket", "bucket")),
    ),
    between(
        "a policy not known attached to it",
        UNDECIDED,
        *BESIDE,
        managed(RUNS),
        attached("rolePolicyAttachment:RolePolicyAttachment", role="deploy", policyArn=UNKNOWN),
        finds=("policyArn of RolePolicyAttachment 'attached' is not known",),
    ),
    between(
        "two policies attached to it in one list",
        VIOLATION,
        *BESIDE,
        managed(RUNS),
        managed(READS, "other"),
        attached(
            "rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
            roleName="deploy",
            policyArns=[POLICY_REF, OTHER_REF],
        ),
    ),
    between(
        "one of two policies attached to it",
        UNDECIDED,
        *BESIDE,
        managed(RUNS),
        managed(READS, "other"),
        replace(
            attached("rolePolicyAttachment:RolePolicyAttachment", role="deploy", policyArn=UNKNOWN),
            dependencies={"policyArn": [urn_of(POLICY, "managed"), urn_of(POLICY, "other")]},
        ),
    ),
    between(
        "a policy attached to it, and perhaps once more",
        VIOLATION,
        *BESIDE,
        managed(RUNS),
        attached("rolePolicyAttachment:RolePolicyAttachment", role="deploy", policyArn=POLICY_REF),
        attached("policyAttachment:PolicyAttachment", roles=UNKNOWN, policyArn=POLICY_REF),
    ),
    between(
        "a policy attached to it perhaps, and once surely",
        VIOLATION,
        *BESIDE,
        managed(RUNS),
        attached("rolePolicyAttachment:RolePolicyAttachment", role=UNKNOWN, policyArn=POLICY_REF),
        attached("policyAttachment:PolicyAttachment", roles=["deploy"], policyArn=POLICY_REF),
    ),
    between(
        "one step by itself in bounds not known, another policy's to decide",
        COMPLIANT,
        role(),
        inline(
            "a",
            document(
                allow("iam:PutRolePolicy", "*", Condition={"StringEquals": {"iam:PermissionsBoundary": UNKNOWN}}),
            ),
        ),
        inline("b", READS),
    ),
]
