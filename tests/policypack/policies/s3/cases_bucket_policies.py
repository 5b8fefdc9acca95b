"""The tables of the S3 policies about bucket policies."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, rows
from tests.policypack.good.s3 import ARN, DELIVERY, TLS_ONLY, document
from tests.policypack.policies.iam.grants import grant_rows, statement
from tests.policypack.policies.s3.buckets import BUCKET, bucket, declared_rows

POLICY = "aws:s3/bucketPolicy:BucketPolicy"


def granting(**changes: Any) -> dict[str, str]:
    return {"policy": document(statement(**changes))}


def tls(says: str, outcome: Any, **changes: Any) -> Case:
    """A bucket whose policy denies with some elements changed; None removes one."""
    denial = {name: element for name, element in {**TLS_ONLY, **changes}.items() if element is not None}
    return tls_case(says, outcome, {"Statement": [denial, DELIVERY]})


def tls_case(says: str, outcome: Any, policy: Any) -> Case:
    return Case("s3-tls-only", says, outcome, stack=[bucket(), good(POLICY, "p", policy=policy)], at="b")


def condition(operator: str = "Bool", key: str = "aws:SecureTransport", value: Any = "false") -> dict[str, Any]:
    return {operator: {key: value}}


def points(account: Any) -> dict[str, Any]:
    """A condition that leaves access to access points of an account."""
    operator = "StringLike" if account == "*" else "StringEquals"
    return {operator: {"s3:DataAccessPointAccount": account}}


ITSELF, OBJECTS = {**TLS_ONLY, "Resource": ARN}, {**TLS_ONLY, "Resource": f"{ARN}/*"}

POINTS = "arn:aws:s3:eu-west-1:123456789012:accesspoint"

CASES = [
    *grant_rows("s3-policy-grants"),
    *rows(
        "s3-policy-grants",
        compliant=[
            ("some actions", granting(Action=["s3:Get*", "s3:PutObject"])),
            (
                "every action, left to the access points of an account",
                granting(Principal={"AWS": "*"}, Action="*", Condition=points("123456789012")),
            ),
        ],
        violation=[
            ("every action", granting(Action="*"), "every action"),
            ("every action, left to access points of any account", granting(Action="*", Condition=points("*"))),
            ("every action of S3", granting(Action=["s3:PutObject", "s3:*"]), "s3:*"),
            ("every action of S3 in another spelling", granting(Action="S?:**")),
        ],
        undecided=[
            ("an unknown action", {"policy": {"Statement": [statement(Action=[UNKNOWN])]}}),
            (
                "every action, left to access points not known yet",
                {"policy": {"Statement": [statement(Action="*", Condition=points(UNKNOWN))]}},
            ),
        ],
    ),
    *(
        Case(
            "s3-policy-grants",
            f"every action, left to access points by {operator} {value}",
            outcome,
            granting(Principal={"AWS": "*"}, Action="*", Condition={operator: {key: value}}),
        )
        for outcome, operator, key, value in (
            *(
                (COMPLIANT, operator, "s3:DataAccessPointAccount", "123456789012")
                for operator in ("StringEquals", "StringLike", "StringEqualsIgnoreCase", "ForAnyValue:StringEquals")
            ),
            *(
                (COMPLIANT, operator, "s3:DataAccessPointArn", f"{POINTS}/*")
                for operator in ("ArnLike", "ArnEquals", "StringLike")
            ),
            (COMPLIANT, "StringEquals", "s3:dataaccesspointarn", f"{POINTS}/readers"),
            (COMPLIANT, "ArnLike", "s3:DataAccessPointArn", [f"{POINTS}/readers", f"{POINTS}/writers"]),
            (VIOLATION, "ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:*:*:accesspoint/*"),
            (VIOLATION, "ArnLike", "s3:DataAccessPointArn", [f"{POINTS}/readers", "*"]),
            (VIOLATION, "StringEqualsIfExists", "s3:DataAccessPointAccount", "123456789012"),
            (VIOLATION, "StringNotEquals", "s3:DataAccessPointAccount", "123456789012"),
            (VIOLATION, "ForAllValues:StringEquals", "s3:DataAccessPointAccount", "123456789012"),
            (VIOLATION, "Null", "s3:DataAccessPointArn", "false"),
        )
    ),
    *rows(
        "s3-policy-grants",
        BUCKET,
        violation=[("everyone in the bucket's own policy", granting(Principal="*"))],
        not_applicable=[("no policy in the bucket", {})],
    ),
    *declared_rows("s3-tls-only", POLICY, inline={BUCKET: ("policy", document(TLS_ONLY))}, names_bucket=True),
    tls("every action of every service", COMPLIANT, Action="*"),
    tls("everyone with an account", COMPLIANT, Principal={"AWS": "*"}),
    tls("one pattern for bucket and objects", COMPLIANT, Resource=f"{ARN}*"),
    tls("every resource", COMPLIANT, Resource="*"),
    tls("a truth value", COMPLIANT, Condition=condition(value=False)),
    tls("a list of one value", COMPLIANT, Condition=condition(key="AWS:securetransport", value=["false"])),
    tls("also where nothing is said of TLS", COMPLIANT, Condition=condition("BoolIfExists")),
    tls("allows", VIOLATION, Effect="Allow"),
    tls("denies one account", VIOLATION, Principal={"AWS": "arn:aws:iam::123456789012:root"}),
    tls("denies everyone but one", VIOLATION, Principal=None, NotPrincipal={"AWS": "123456789012"}),
    tls("denies reading only", VIOLATION, Action="s3:GetObject"),
    tls("denies all but reading", VIOLATION, Action=None, NotAction="s3:GetObject"),
    tls("denies the objects only", VIOLATION, Resource=f"{ARN}/*"),
    tls("denies the bucket only", VIOLATION, Resource=ARN),
    tls("denies some objects only", VIOLATION, Resource=[ARN, f"{ARN}/AWSLogs/*"]),
    tls("denies another bucket", VIOLATION, Resource=["arn:aws:s3:::other", "arn:aws:s3:::other/*"]),
    tls("denies with TLS", VIOLATION, Condition=condition(value="true")),
    tls("denies with and without TLS", VIOLATION, Condition=condition(value=["true", "false"])),
    tls("denies always", VIOLATION, Condition=None),
    tls("denies by another operator", VIOLATION, Condition=condition("StringNotEquals")),
    tls("denies by another key", VIOLATION, Condition=condition(key="aws:MultiFactorAuthPresent")),
    tls(
        "denies from one network only",
        VIOLATION,
        Condition={**condition(), "IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    ),
    tls("a condition of a wrong type", VIOLATION, Condition={"Bool": "false"}),
    tls_case("a policy that is no JSON", VIOLATION, "{"),
    tls_case("a policy of a wrong type", VIOLATION, 7.0),
    tls_case("a statement for the bucket and one for its objects", COMPLIANT, {"Statement": [ITSELF, OBJECTS]}),
    tls_case("two statements for the objects", VIOLATION, {"Statement": [OBJECTS, OBJECTS]}),
    tls_case(
        "a statement for the bucket and one that lets somebody reach its objects",
        VIOLATION,
        {"Statement": [ITSELF, {**OBJECTS, "Principal": {"AWS": "123456789012"}}]},
    ),
    tls_case(
        "a statement for the bucket and one for what is not known",
        UNDECIDED,
        {"Statement": [ITSELF, {**OBJECTS, "Resource": UNKNOWN}]},
    ),
    Case(
        "s3-tls-only",
        "the first of what is not known",
        UNDECIDED,
        stack=[
            bucket(),
            good(POLICY, "p", policy={"Statement": [{**TLS_ONLY, "Action": [UNKNOWN], "Condition": UNKNOWN}]}),
        ],
        at="b",
        finds=("policy.Statement[0].Action[0] of BucketPolicy 'p'",),
    ),
    Case(
        "s3-tls-only",
        "two policies, which overwrite each other, of which one denies",
        VIOLATION,
        stack=[bucket(), good(POLICY, "p"), good(POLICY, "q", policy=document(DELIVERY))],
        at="b",
        finds=("No statement of its bucket policy denies all requests without TLS",),
    ),
    Case(
        "s3-tls-only",
        "a policy that denies, and one that does not, of a bucket not known yet",
        UNDECIDED,
        stack=[bucket(), good(POLICY, "p"), good(POLICY, "q", bucket=UNKNOWN, policy=document(DELIVERY))],
        at="b",
        finds=("whether BucketPolicy 'q' belongs to it",),
    ),
    Case(
        "s3-tls-only",
        "two policies, of which each denies",
        COMPLIANT,
        stack=[bucket(), good(POLICY, "p"), good(POLICY, "q", policy=document(TLS_ONLY))],
        at="b",
    ),
    Case(
        "s3-tls-only",
        "a policy that denies, and one in the bucket that does not",
        VIOLATION,
        stack=[bucket(policy=document(DELIVERY)), good(POLICY, "p")],
        at="b",
    ),
    tls_case("an unknown policy", UNDECIDED, UNKNOWN),
    tls_case("an unknown statement", UNDECIDED, {"Statement": [DELIVERY, UNKNOWN]}),
    tls_case("an unknown statement beside the right one", COMPLIANT, {"Statement": [UNKNOWN, TLS_ONLY]}),
    tls("an unknown effect", UNDECIDED, Effect=UNKNOWN),
    tls("an unknown principal", UNDECIDED, Principal={"AWS": UNKNOWN}),
    tls("an unknown action", UNDECIDED, Action=[UNKNOWN]),
    tls("an unknown resource", UNDECIDED, Resource=[ARN, UNKNOWN]),
    tls("an unknown condition", UNDECIDED, Condition=UNKNOWN),
    tls("an unknown value", UNDECIDED, Condition=condition(value=UNKNOWN)),
    tls("an unknown resource of what reads only", VIOLATION, Resource=UNKNOWN, Action="s3:GetObject"),
    tls(
        "an unknown value beside another condition",
        VIOLATION,
        Condition={**condition(value=UNKNOWN), "Null": {"a": "b"}},
    ),
    Case(
        "s3-tls-only",
        "a bucket whose name is not known, under every resource",
        COMPLIANT,
        stack=[
            bucket(bucket=UNKNOWN),
            good(POLICY, "p", bucket=Ref(BUCKET, "b"), policy=document({**TLS_ONLY, "Resource": "*"})),
        ],
        at="b",
    ),
    Case(
        "s3-tls-only",
        "a bucket whose name is not known, under ARNs of one",
        UNDECIDED,
        stack=[bucket(bucket=UNKNOWN), good(POLICY, "p", bucket=Ref(BUCKET, "b"))],
        at="b",
        finds=["Bucket 'b': bucket is not known"],
    ),
    Case(
        "s3-tls-only",
        "a bucket whose name is not known, under every ARN",
        COMPLIANT,
        stack=[
            bucket(bucket=UNKNOWN),
            good(POLICY, "p", bucket=Ref(BUCKET, "b"), policy=document({**TLS_ONLY, "Resource": "arn:*"})),
        ],
        at="b",
    ),
    Case(
        "s3-tls-only",
        "in China",
        COMPLIANT,
        stack=[
            bucket(),
            good(
                POLICY,
                "p",
                policy=document(
                    {**TLS_ONLY, "Resource": ["arn:aws-cn:s3:::ml-api-logs", "arn:aws-cn:s3:::ml-api-logs/*"]}
                ),
            ),
        ],
        at="b",
    ),
]
