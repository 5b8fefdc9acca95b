"""The tables of the policies about what resources hold themselves."""

from __future__ import annotations

import json
from typing import Any

from guardrails.verdict import Outcome
from guardrails.view import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, rows
from tests.policypack.good.iam import ACCOUNT, FROM_HERE, QUEUE, ROLE_ARN, TABLE, TOPIC, document, grant
from tests.policypack.policies.cases_iam import ENDPOINT, QUEUE_POLICY

PUBLIC = "resource-policy-not-public"
OWN = "resource-policy-own-accounts"
DEPUTY = "resource-policy-guards-confused-deputy"

TABLE_POLICY = "aws:dynamodb/resourcePolicy:ResourcePolicy"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
LOG_POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
PERMISSION = "aws:lambda/permission:Permission"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
OTHER = "arn:aws:iam::210987654321:root"
SEND = "sqs:SendMessage"
ELB = "logdelivery.elasticloadbalancing.amazonaws.com"


def case(
    policy: str, says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), token: str = QUEUE_POLICY
) -> Case:
    name = "policyDocument" if token == LOG_POLICY else "policy"
    return Case(policy, says, outcome, {name: document(*statements)}, token, finds=finds)


def sends(principal: Any, **elements: Any) -> dict[str, Any]:
    return grant(principal, SEND, QUEUE, **elements)


def prefixed(resource: Any) -> dict[str, Any]:
    return grant({"Service": ELB}, "s3:PutObject", resource)


CASES = [
    *rows(
        PUBLIC,
        QUEUE_POLICY,
        compliant=[("a service", {}), ("a role", {"policy": document(sends({"AWS": ROLE_ARN}))})],
        violation=[
            ("everyone", {"policy": json.dumps(document(sends("*")))}, "everyone", "Grant"),
            ("everyone with an account", {"policy": document(sends({"AWS": ["*"]}))}),
        ],
        undecided=[
            ("a document not known", {"policy": UNKNOWN}),
            ("a principal not known", {"policy": document(sends({"AWS": UNKNOWN}))}),
        ],
        not_applicable=[
            ("no JSON, another policy's finding", {"policy": "{"}),
            ("a wrong type, another policy's finding", {"policy": 7.0}),
        ],
    ),
    case(
        PUBLIC,
        "everyone of one organisation",
        COMPLIANT,
        sends("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
    ),
    case(PUBLIC, "everyone denied", COMPLIANT, {**sends("*"), "Effect": "Deny"}),
    case(PUBLIC, "a topic for everyone", VIOLATION, grant("*", "sns:Publish", TOPIC), token=TOPIC_POLICY),
    case(PUBLIC, "a table for everyone", VIOLATION, grant("*", "dynamodb:GetItem", TABLE), token=TABLE_POLICY),
    case(PUBLIC, "log groups for everyone", VIOLATION, grant("*", "logs:PutLogEvents", "*"), token=LOG_POLICY),
    *rows(PUBLIC, "aws:sqs/queue:Queue", violation=[("a queue's own policy", {"policy": document(sends("*"))})]),
    *rows(PUBLIC, "aws:sns/topic:Topic", not_applicable=[("a topic without a policy", {})]),
    *rows(
        PUBLIC,
        PERMISSION,
        compliant=[
            ("a function for a service", {}),
            ("a function for one organisation", {"principal": "*", "principalOrgId": "o-1", "sourceArn": ABSENT}),
            ("a function for one source not known", {"principal": "*", "sourceArn": UNKNOWN}),
        ],
        violation=[("a function for everyone", {"principal": "*", "sourceArn": ABSENT}, "without a source")],
        undecided=[("a function for one not known", {"principal": UNKNOWN, "sourceArn": ABSENT})],
        not_applicable=[("a permission without a principal", {"principal": ABSENT})],
    ),
    *rows(
        OWN,
        TABLE_POLICY,
        compliant=[
            ("its own account", {}),
            ("its own account by number", {"policy": document(sends({"AWS": ACCOUNT}))}),
        ],
        violation=[
            (
                "another account",
                {"policy": json.dumps(document(sends({"AWS": OTHER})))},
                "210987654321",
                "another account",
            ),
            ("another beside its own", {"policy": document(sends({"AWS": [ROLE_ARN, OTHER]}))}),
        ],
        undecided=[
            ("a document not known", {"policy": UNKNOWN}),
            ("a principal not known", {"policy": document(sends({"AWS": UNKNOWN}))}),
            (
                "its own account not known",
                {"resourceArn": UNKNOWN, "policy": document(grant({"AWS": OTHER}, "x:y", "*"))},
            ),
        ],
        not_applicable=[("a wrong type, another policy's finding", {"policy": 7.0})],
    ),
    Case(
        OWN,
        "a trusted account",
        COMPLIANT,
        {"policy": document(sends({"AWS": OTHER}))},
        TABLE_POLICY,
        settings={"trustedAccounts": ["210987654321"]},
    ),
    case(OWN, "a service", COMPLIANT, sends({"Service": "sns.amazonaws.com"})),
    case(
        OWN,
        "another account's role not known to be it, denied",
        COMPLIANT,
        {**grant({"AWS": OTHER}, SEND, "*"), "Effect": "Deny"},
    ),
    case(
        OWN,
        "perhaps its own account",
        UNDECIDED,
        grant({"AWS": OTHER}, SEND, "*"),
        finds=("may be of another account",),
    ),
    case(
        OWN,
        "perhaps another account's one role",
        COMPLIANT,
        grant(
            {"AWS": OTHER}, SEND, "*", Condition={"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::210987654321:role/a"}}
        ),
    ),
    case(OWN, "another account denied", COMPLIANT, {**sends({"AWS": OTHER}), "Effect": "Deny"}),
    case(
        OWN,
        "another account's one role",
        COMPLIANT,
        sends({"AWS": OTHER}, Condition={"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::210987654321:role/a"}}),
    ),
    *(
        case(
            OWN,
            f"another account where only the {what}'s own ARN tells",
            VIOLATION,
            grant({"AWS": OTHER}, "*", "*"),
            token=token,
        )
        for what, token in (("table", TABLE_POLICY), ("topic", TOPIC_POLICY))
    ),
    case(OWN, "another account where the queue's ARN tells its own", VIOLATION, sends({"AWS": OTHER})),
    case(
        OWN,
        "a condition not known",
        UNDECIDED,
        sends({"AWS": OTHER}, Condition={"ArnEquals": {"aws:PrincipalArn": UNKNOWN}}),
    ),
    *rows(
        DEPUTY,
        QUEUE_POLICY,
        compliant=[
            ("the source's ARN", {}),
            ("no service", {"policy": document(sends({"AWS": ROLE_ARN}))}),
            ("a source for one not known", {"policy": document(sends({"Service": UNKNOWN}, Condition=FROM_HERE))}),
        ],
        violation=[
            (
                "no source",
                {"policy": json.dumps(document(sends({"Service": "sns.amazonaws.com"})))},
                "sns.amazonaws.com",
            ),
            (
                "a source of any account",
                {
                    "policy": document(
                        sends({"Service": "a.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": "arn:*"}})
                    )
                },
            ),
        ],
        undecided=[
            ("a document not known", {"policy": UNKNOWN}),
            ("a principal not known", {"policy": document(sends({"Service": UNKNOWN}))}),
            ("conditions not known", {"policy": document(sends({"Service": "a.amazonaws.com"}, Condition=UNKNOWN))}),
        ],
        not_applicable=[("a wrong type, another policy's finding", {"policy": 7.0})],
    ),
    Case(
        DEPUTY,
        "a service declared to tell none",
        COMPLIANT,
        {"policy": document(sends({"Service": "a.amazonaws.com"}))},
        QUEUE_POLICY,
        settings={"servicesWithoutSource": ["a.amazonaws.com"]},
    ),
    case(
        DEPUTY,
        "a key for log groups of this account",
        COMPLIANT,
        grant(
            {"Service": "logs.eu-west-1.amazonaws.com"},
            "kms:Decrypt",
            "*",
            Condition={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-west-1:{ACCOUNT}:*"}},
        ),
        token=KEY_POLICY,
    ),
    case(
        DEPUTY,
        "load balancers under this account's prefix",
        COMPLIANT,
        prefixed(f"arn:aws:s3:::logs/AWSLogs/{ACCOUNT}/*"),
        token=BUCKET_POLICY,
    ),
    case(
        DEPUTY,
        "another service under this account's prefix",
        VIOLATION,
        grant({"Service": "a.amazonaws.com"}, "s3:PutObject", f"arn:aws:s3:::logs/AWSLogs/{ACCOUNT}/*"),
        token=BUCKET_POLICY,
    ),
    case(DEPUTY, "load balancers anywhere", VIOLATION, prefixed("arn:aws:s3:::logs/*"), token=BUCKET_POLICY),
    case(
        DEPUTY,
        "load balancers at a place not known",
        UNDECIDED,
        prefixed([f"arn:aws:s3:::logs/AWSLogs/{ACCOUNT}/*", UNKNOWN]),
        token=BUCKET_POLICY,
    ),
    *rows(
        DEPUTY,
        PERMISSION,
        compliant=[
            ("a function for one topic", {}),
            ("a function for one topic not known", {"sourceArn": UNKNOWN}),
            ("a function for one account's bucket", {"sourceArn": ABSENT, "sourceAccount": ACCOUNT}),
            ("a function for a role", {"principal": ROLE_ARN, "sourceArn": ABSENT}),
        ],
        violation=[("a function for any topic", {"sourceArn": ABSENT}, "sns.amazonaws.com", "sourceArn")],
        undecided=[("a function for one not known", {"principal": UNKNOWN, "sourceArn": ABSENT})],
    ),
    *rows(DEPUTY, ENDPOINT, not_applicable=[("an endpoint without a policy", {"policy": ABSENT})]),
]
