"""The tables of the IAM policies about documents and where they hang."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, good, resource, rows
from tests.policypack.good.iam import TABLE, USE_TABLE, allow, document, grant, trust

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
GET = "dynamodb:GetItem"


def case(
    policy: str, says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), **settings: Any
) -> Case:
    """A role policy with these statements."""
    return Case(policy, says, outcome, {"policy": document(*statements)}, ROLE_POLICY, settings=settings, finds=finds)


def everywhere(policy: str, wrong: Any, *finds: str) -> Iterator[Case]:
    """A statement that violates a policy, in every home of an identity policy; and what is not known of it."""
    text = json.dumps(document(wrong))
    for kind in ("rolePolicy:RolePolicy", "userPolicy:UserPolicy", "groupPolicy:GroupPolicy", "policy:Policy"):
        name = kind.partition(":")[2]
        yield Case(policy, f"as text in a {name}", VIOLATION, {"policy": text}, f"aws:iam/{kind}", finds=finds)
    inline = [{"name": "a", "policy": USE_TABLE}, {"name": "b", "policy": document(wrong)}]
    yield Case(policy, "written inline in a role", VIOLATION, {"inlinePolicies": inline}, ROLE, finds=finds)
    yield Case(policy, "no inline policy in a role", COMPLIANT, {"inlinePolicies": [{"policy": USE_TABLE}]}, ROLE)
    unread = [{"policy": USE_TABLE}, {"policy": "{"}]
    yield Case(policy, "an inline policy that can't be read", COMPLIANT, {"inlinePolicies": unread}, ROLE)
    open_ = {"inlinePolicies": UNKNOWN}
    yield Case(policy, "inline policies not known", UNDECIDED, open_, ROLE, finds=("inlinePolicies",))
    yield case(policy, "beside a good statement", VIOLATION, allow(GET, TABLE), wrong, finds=("Grant", *finds))
    yield case(policy, "beside a statement not known", VIOLATION, UNKNOWN, wrong)
    yield case(policy, "denied", COMPLIANT, {**wrong, "Effect": "Deny"})
    yield case(policy, "an effect not known", UNDECIDED, {**wrong, "Effect": UNKNOWN})
    yield case(policy, "a statement not known", UNDECIDED, allow(GET, TABLE), UNKNOWN)
    yield Case(policy, "a document not known", UNDECIDED, {"policy": UNKNOWN}, ROLE_POLICY)
    yield Case(policy, "no JSON, another policy's finding", NOT_APPLICABLE, {"policy": "{"}, ROLE_POLICY)
    yield Case(policy, "a wrong type, another policy's finding", NOT_APPLICABLE, {"policy": 7.0}, ROLE_POLICY)
    yield case(policy, "the good statement", COMPLIANT, allow(GET, TABLE))


def attached(kind: str, **properties: Any) -> list[Any]:
    return [resource(f"aws:iam/{kind}", "attached", **properties)]


def users(says: str, outcome: Outcome, kind: str, finds: str = "", /, **properties: Any) -> Case:
    stack = attached(kind, **properties)
    return Case("iam-policies-not-on-users", says, outcome, stack=stack, at="attached", finds=(finds,) if finds else ())


def named(sid: Any) -> dict[str, Any]:
    return {**allow(GET, TABLE), "Sid": sid if sid is not ABSENT else None}


def under(operator: str) -> dict[str, Any]:
    return allow(GET, TABLE, Condition={operator: {"aws:SourceAccount": "123456789012"}})


ECS = {"Service": "ecs-tasks.amazonaws.com"}
TWICE = json.dumps(USE_TABLE).replace('"Effect": ', '"Effect": "Deny", "Effect": ')
WELL_FORMED = "iam-documents-are-well-formed"
EXIST = "iam-actions-exist"
FIT = "iam-resources-fit-actions"
NEGATED = "iam-no-negated-allow"
INLINE = "iam-no-inline-policies"
BUCKET = "arn:aws:s3:::data"

CASES = [
    *rows(
        WELL_FORMED,
        ROLE_POLICY,
        compliant=[
            ("an object", {}),
            ("a JSON text", {"policy": json.dumps(USE_TABLE)}),
            ("a single statement without a list", {"policy": {"Statement": allow(GET, TABLE)}}),
            ("all resources but some", {"policy": document({"Effect": "Deny", "Action": GET, "NotResource": TABLE})}),
            ("Sids of their own", {"policy": document(named("A1"), named("A2"), named(""), named(""), named(ABSENT))}),
            *(
                (f"the operator {operator}", {"policy": document(under(operator))})
                for operator in (
                    "StringEqualsIgnoreCase",
                    "StringNotLikeIfExists",
                    "ForAnyValue:StringLike",
                    "ForAllValues:ArnNotEqualsIfExists",
                    "NumericLessThanEquals",
                    "DateGreaterThan",
                    "BinaryEquals",
                    "NotIpAddress",
                    "Bool",
                    "Null",
                )
            ),
        ],
        violation=[
            (
                "a key that stands twice",
                {"policy": TWICE},
                'the key "Effect" more than once',
                "more than once in one object",
            ),
            ("a key that stands twice in a secret", {"policy": Secret(TWICE)}, "the key [secret] more than once"),
            *(
                (f"the operator {operator}", {"policy": document(under(operator))}, operator, advice)
                for operator, advice in (
                    ("StringEqual", "Write StringEquals, if"),
                    ("ForAnyValue:StringLikes", "Write StringLike, if"),
                    ("ForSomeValues:StringLike", "is not a condition operator"),
                    ("NullIfExists", "is not a condition operator"),
                    ("ArnLikeIfExist", "Write ArnLike, if"),
                    ("aws:SourceAccount", "Invalid condition operator). Write the document"),
                )
            ),
            (
                "a secret of a wrong form",
                {"policy": Secret(document({**allow(GET, TABLE, Condition={"pass:word": {"k": "v"}})}))},
                "a part of policy.Statement[0].Condition is not a condition operator",
            ),
            (
                "a secret with an element of its own",
                {"policy": Secret(document({**allow(GET, TABLE), "password": 1}))},
                "a part of policy.Statement[0] is not an element",
            ),
            ("a Sid with a space", {"policy": document(named("my sid"))}, "my sid", "letters and digits"),
            ("a Sid with a hyphen", {"policy": document(named("my-sid"))}),
            (
                "two Sids alike",
                {"policy": document(named("A"), named("B"), named("A"))},
                'the Sid "A"',
                "of its own",
            ),
            ("two Sids alike beside one not known", {"policy": document(named("A"), named(UNKNOWN), named("A"))}),
            ("no JSON", {"policy": "Allow everything"}, "Allow everything", "as JSON"),
            ("a wrong type", {"policy": 7.0}, "7"),
            ("no statement", {"policy": document()}, "at least one statement"),
            ("a misspelt element", {"policy": document({**allow(GET, TABLE), "Resources": TABLE})}, "Resources"),
            ("an effect in lower case", {"policy": document({**allow(GET, TABLE), "Effect": "allow"})}, '"allow"'),
            ("no effect", {"policy": document({"Action": GET, "Resource": TABLE})}, "Effect"),
            ("no action", {"policy": document({"Effect": "Allow", "Resource": TABLE})}, "at least one action"),
            ("no resource", {"policy": document({"Effect": "Allow", "Action": GET})}, "has no Resource"),
            ("no ARN", {"policy": document(allow(GET, "sessions"))}, "sessions", "Grant", "does not begin with arn:"),
            ("a principal", {"policy": document({**allow(GET, TABLE), "Principal": "*"})}, "has a Principal"),
            ("an action of a wrong type", {"policy": document(allow({}, TABLE))}, "Action"),
            ("a broken statement beside one not known", {"policy": document(UNKNOWN, allow(7.0, {}))}, "Resource"),
        ],
        undecided=[
            ("a document not known", {"policy": UNKNOWN}, "policy is not known before the update"),
            ("a resource not known", {"policy": document(allow(GET, UNKNOWN))}, "Resource"),
            ("a Sid not known", {"policy": document(named("A"), named(UNKNOWN))}, "Statement[1].Sid"),
        ],
        not_applicable=[("no document", {"policy": ABSENT})],
    ),
    *rows(
        WELL_FORMED,
        ROLE,
        compliant=[
            ("a trust policy", {}),
            (
                "a trust with tags",
                {"assumeRolePolicy": document(trust(ECS, ["STS:AssumeRole*", "sts:TagSession", "sts:SetContext"]))},
            ),
        ],
        violation=[
            (
                "a trust without a principal",
                {"assumeRolePolicy": document({"Effect": "Allow", "Action": "sts:AssumeRole"})},
            ),
            ("a broken inline policy", {"inlinePolicies": [{"name": "a", "policy": "{"}]}, "inlinePolicies"),
            ("a trust with a resource", {"assumeRolePolicy": document(trust(ECS, Resource="*"))}, "has a Resource"),
            ("a trust with all resources but some", {"assumeRolePolicy": document(trust(ECS, NotResource="*"))}),
            (
                "a trust for another service's action",
                {"assumeRolePolicy": document(trust(ECS, ["sts:AssumeRole", "s3:GetObject"]))},
                "s3:GetObject",
                "by which no role is assumed",
            ),
            ("a trust for another action of STS", {"assumeRolePolicy": document(trust(ECS, "sts:GetCallerIdentity"))}),
        ],
        undecided=[("a trust with an action not known", {"assumeRolePolicy": document(trust(ECS, UNKNOWN))})],
    ),
    *rows(
        WELL_FORMED,
        QUEUE_POLICY,
        compliant=[
            (
                "a resource policy with a Sid not known",
                {"policy": document(grant("*", "sqs:SendMessage", "*", Sid=UNKNOWN))},
            ),
            (
                "a resource policy with Sids alike, which some services take",
                {"policy": document(*[grant("*", "sqs:SendMessage", "*", Sid="Send it")] * 2)},
            ),
            ("a resource policy without a resource", {"policy": document(trust("*", "sqs:SendMessage"))}),
        ],
        violation=[
            ("a resource policy without a principal", {"policy": document(allow("sqs:SendMessage", "*"))}),
            ("a resource policy without statements", {"policy": "{}"}),
        ],
    ),
    *rows(
        WELL_FORMED,
        "aws:s3/accessPoint:AccessPoint",
        not_applicable=[("an access point whose policy is removed", {"policy": "{}"})],
    ),
    *rows(
        EXIST,
        ROLE_POLICY,
        compliant=[
            ("in another case", {"policy": document(allow("DynamoDB:getitem", TABLE))}),
            ("a wildcard that stands for some", {"policy": document(allow("dynamodb:*Item", TABLE))}),
            ("a wildcard in the service", {"policy": document(allow("dynamod?:GetItem", TABLE))}),
            ("everything", {"policy": document(allow("*", TABLE))}),
            ("a resource not known", {"policy": document(allow(GET, UNKNOWN))}),
        ],
        violation=[
            (
                "a misspelt action",
                {"policy": document(allow([GET, "dynamodb:GetItems"], TABLE))},
                "the action",
                "Write dynamodb:GetItem",
            ),
            ("no such service", {"policy": document(allow("dynamo:GetItem", TABLE))}, "dynamo:GetItem"),
            ("no service at all", {"policy": document(allow("GetItem", TABLE))}),
            ("a wildcard that stands for none", {"policy": document(allow("dynamodb:Fetch*", TABLE))}),
            ("in a Deny, where it protects nothing", {"policy": document({**allow("s3:Foo", "*"), "Effect": "Deny"})}),
            ("in NotAction", {"policy": document({"Effect": "Deny", "NotAction": "s3:Foo", "Resource": "*"})}),
            ("beside one not known", {"policy": document(allow([UNKNOWN, "s3:Foo"], "*"))}),
        ],
        undecided=[("an action not known", {"policy": document(allow([GET, UNKNOWN], TABLE))})],
        not_applicable=[("a wrong type, another policy's finding", {"policy": 7.0})],
    ),
    case(EXIST, "one that is newer than the data", COMPLIANT, allow("s3:Foo", "*"), newActions=["s3:foo"]),
    *rows(
        EXIST,
        "aws:sns/topicPolicy:TopicPolicy",
        compliant=[("an action of SNS's own example", {"policy": document(grant("*", "SNS:Receive", "*"))})],
        violation=[("another action of SNS", {"policy": document(grant("*", "SNS:Receives", "*"))})],
    ),
    *rows(
        EXIST,
        ROLE,
        violation=[("in a trust policy", {"assumeRolePolicy": document(trust({"AWS": TABLE}, "sts:Assume"))})],
    ),
    *rows(
        FIT,
        ROLE_POLICY,
        compliant=[
            ("every resource", {"policy": document(allow(["s3:GetObject", "ecr:GetAuthorizationToken"], "*"))}),
            (
                "bucket and object",
                {"policy": document(allow(["s3:ListBucket", "s3:GetObject"], [BUCKET, f"{BUCKET}/*"]))},
            ),
            ("an index of a table", {"policy": document(allow("dynamodb:Query", f"{TABLE}/index/*"))}),
            (
                "a variable",
                {"policy": document(allow("iam:GetUser", "arn:aws:iam::123456789012:user/${aws:username}"))},
            ),
            ("a wildcard one of whose actions fits", {"policy": document(allow("s3:*Object", f"{BUCKET}/*"))}),
            ("an action that is another policy's finding", {"policy": document(allow("s3:Foo", BUCKET))}),
        ],
        violation=[
            (
                "an object's action on a bucket",
                {"policy": document(allow("s3:GetObject", BUCKET))},
                BUCKET,
                "ObjectName",
            ),
            (
                "an object's action on several buckets",
                {"policy": document(allow("s3:GetObject", [f"{BUCKET}-{i}" for i in range(4)]))},
                f'"{BUCKET}-0", "{BUCKET}-1", "{BUCKET}-2", on which "s3:GetObject" does not work',
            ),
            ("a bucket's action on objects", {"policy": document(allow("s3:ListBucket", f"{BUCKET}/*"))}),
            ("an item's action on an index", {"policy": document(allow(GET, f"{TABLE}/index/by-user"))}),
            ("a resource for an action that has none", {"policy": document(allow("ecr:GetAuthorizationToken", TABLE))}),
            ("a resource none of the actions is for", {"policy": document(allow(GET, [TABLE, BUCKET]))}, BUCKET),
            ("a resource none is for beside one not known", {"policy": document(allow(GET, [BUCKET, UNKNOWN]))}),
            ("an action that has none beside one not known", {"policy": document(allow([GET, UNKNOWN], BUCKET))}),
        ],
        undecided=[
            ("a resource not known", {"policy": document(allow(GET, [TABLE, UNKNOWN]))}),
            ("an action not known", {"policy": document(allow([GET, UNKNOWN], [TABLE, BUCKET]))}),
            ("a document not known", {"policy": UNKNOWN}),
        ],
        not_applicable=[("a wrong type, another policy's finding", {"policy": [7.0]})],
    ),
    case(FIT, "all actions but some", COMPLIANT, {"Effect": "Deny", "NotAction": "iam:*", "Resource": TABLE}),
    *rows(FIT, ROLE, compliant=[("a trust policy, which has no resources", {})]),
    *everywhere(NEGATED, {"Sid": "Grant", "Effect": "Allow", "NotAction": "iam:*", "Resource": TABLE}, "NotAction"),
    case(
        NEGATED,
        "all resources but some",
        VIOLATION,
        {"Effect": "Allow", "Action": GET, "NotResource": TABLE},
        finds=("NotResource", "statement 0"),
    ),
    case(
        NEGATED,
        "all actions but several",
        VIOLATION,
        {"Effect": "Allow", "NotAction": ["iam:*", "sts:*", "kms:*", "s3:*"], "Resource": TABLE},
        finds=('where "iam:*", "sts:*", "kms:*" must never be allowed, deny it',),
    ),
    case(
        NEGATED,
        "all actions but some not known",
        VIOLATION,
        {"Effect": "Allow", "NotAction": UNKNOWN, "Resource": TABLE},
        finds=("Name what is needed instead of NotAction",),
    ),
    *rows(
        NEGATED,
        ROLE,
        compliant=[("a trust that names its principal", {})],
        violation=[
            (
                "all principals but some",
                {
                    "assumeRolePolicy": document(
                        {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "sts:AssumeRole"}
                    )
                },
                "NotPrincipal",
            )
        ],
    ),
    *rows(
        NEGATED,
        ENDPOINT,
        violation=[("in an endpoint's policy", {"policy": document(grant("*", GET, TABLE, NotAction="s3:*"))})],
        not_applicable=[("an endpoint without a policy", {"policy": ABSENT})],
    ),
    users("a policy of a user", VIOLATION, "userPolicy:UserPolicy", "deployer", user="deployer", policy="{}"),
    users("a policy of a user not known", VIOLATION, "userPolicy:UserPolicy", "not known", user=UNKNOWN),
    users("a user's attachment", VIOLATION, "userPolicyAttachment:UserPolicyAttachment", "", user="u", policyArn="arn"),
    users("an attachment to users", VIOLATION, "policyAttachment:PolicyAttachment", "users", users=["u"], roles=["r"]),
    users("an attachment to roles", COMPLIANT, "policyAttachment:PolicyAttachment", roles=["r"], users=[]),
    users("users not known", UNDECIDED, "policyAttachment:PolicyAttachment", users=UNKNOWN),
    users("users of a wrong type", VIOLATION, "policyAttachment:PolicyAttachment", users=7.0),
    users(
        "the list of a user's policies",
        VIOLATION,
        "userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
        userName="u",
        policyArns=["arn"],
    ),
    users(
        "an empty list of a user's policies",
        COMPLIANT,
        "userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
        userName="u",
        policyArns=[],
    ),
    Case("iam-policies-not-on-users", "no policy of a user", NOT_APPLICABLE, stack=[good(ROLE_POLICY)]),
    *rows(
        INLINE,
        ROLE,
        compliant=[("a role without any", {}), ("an empty list", {"inlinePolicies": []})],
        violation=[("a block in a role", {"inlinePolicies": [{"name": "a", "policy": USE_TABLE}]})],
        undecided=[("blocks not known", {"inlinePolicies": UNKNOWN})],
    ),
    *rows(INLINE, ROLE_POLICY, violation=[("a policy of a role", {}), ("one of a wrong type", {"policy": 7.0})]),
    *rows(INLINE, "aws:iam/groupPolicy:GroupPolicy", violation=[("a policy of a group", {})]),
]
