"""The tables of the policies about what resources hold themselves."""

from __future__ import annotations

import json
from typing import Any

from guardrails.verdict import Outcome
from guardrails.view import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, rows
from tests.policypack.good.iam import ACCOUNT, FROM_HERE, LOG_GROUP, QUEUE, ROLE_ARN, TABLE, TOPIC, document, grant
from tests.policypack.policies.cases_iam import ENDPOINT, QUEUE_POLICY

PUBLIC = "resource-policy-not-public"
OWN = "resource-policy-own-accounts"
DEPUTY = "resource-policy-guards-confused-deputy"

TABLE_POLICY = "aws:dynamodb/resourcePolicy:ResourcePolicy"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
LOG_POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
PERMISSION = "aws:lambda/permission:Permission"
FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
LAYER = "aws:lambda/layerVersionPermission:LayerVersionPermission"
SECRET_POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
STRANGER = "210987654321"
OTHER = f"arn:aws:iam::{STRANGER}:root"
IDENTITY = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"
SEND = "sqs:SendMessage"
ELB = "logdelivery.elasticloadbalancing.amazonaws.com"


def case(
    policy: str, says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), token: str = QUEUE_POLICY
) -> Case:
    name = "policyDocument" if token == LOG_POLICY else "policy"
    return Case(policy, says, outcome, {name: document(*statements)}, token, finds=finds)


def sends(principal: Any, **elements: Any) -> dict[str, Any]:
    return grant(principal, SEND, QUEUE, **elements)


def reads(principal: Any, **elements: Any) -> dict[str, Any]:
    return grant(principal, "s3:GetObject", "arn:aws:s3:::data/*", **elements)


def equal(key: str, value: Any) -> dict[str, Any]:
    return {"StringEquals": {key: value}}


def negated(principal: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "NotAction": "kms:Decrypt", "Resource": "*"}


OPEN = {"Effect": UNKNOWN}
KEEPS = grant({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:*", "*")
BUCKET_OF_ACCOUNT = {"sourceArn": UNKNOWN, "sourceAccount": ACCOUNT}


def prefixed(resource: Any) -> dict[str, Any]:
    return grant({"Service": ELB}, "s3:PutObject", resource)


CASES = [
    *rows(
        PUBLIC,
        FUNCTION_URL,
        compliant=[("a URL for signed requests", {})],
        violation=[("a URL for everyone", {"authorizationType": "NONE"}, 'authorizationType is "NONE"', "AWS_IAM")],
        undecided=[("a URL whose authorization is not known", {"authorizationType": UNKNOWN})],
    ),
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
    *(
        case(PUBLIC, says, outcome, sends("*", Condition={"StringLike": {key: value}}))
        for says, outcome, key, value in (
            ("everyone of one part of an organisation", COMPLIANT, "aws:PrincipalOrgPaths", "o-1/r-1/ou-1/*"),
            ("everyone of that part of any organisation", VIOLATION, "aws:PrincipalOrgPaths", "o-*/r-1/ou-1/*"),
            ("every session of one role", COMPLIANT, "aws:userid", "AROA0123456789EXAMPLE:*"),
            ("every session of any role", VIOLATION, "aws:userid", "AROA*:session"),
        )
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
            ("a function for everyone of one topic", {"principal": "*"}),
            (
                "a function for everyone of one account",
                {"principal": "*", "sourceArn": ABSENT, "sourceAccount": ACCOUNT},
            ),
        ],
        violation=[
            ("a function for everyone", {"principal": "*", "sourceArn": ABSENT}, "everyone", "the permission"),
            ("a function for everyone of any source", {"principal": "*", "sourceArn": "*"}),
            ("a function for everyone of any topic", {"principal": "*", "sourceArn": "arn:aws:sns:*"}),
            ("a function for everyone of any account", {"principal": "*", "sourceArn": ABSENT, "sourceAccount": "*"}),
            (
                "a function's address for everyone",
                {"principal": "*", "sourceArn": ABSENT, "functionUrlAuthType": "NONE"},
            ),
            ("a function for everyone, with an empty source", {"principal": "*", "sourceArn": ""}),
        ],
        undecided=[
            ("a function for one not known", {"principal": UNKNOWN, "sourceArn": ABSENT}),
            ("a function for everyone of a source not known", {"principal": "*", "sourceArn": UNKNOWN}),
        ],
        not_applicable=[("a permission without a principal", {"principal": ABSENT})],
    ),
    *rows(
        PUBLIC,
        LAYER,
        compliant=[
            ("a layer for one account", {}),
            ("a layer for one organisation", {"principal": "*", "organizationId": "o-1"}),
        ],
        violation=[("a layer for everyone", {"principal": "*"}, "the permission")],
    ),
    *rows(
        PUBLIC,
        "aws:s3/accessPoint:AccessPoint",
        compliant=[("an access point for a role", {"policy": document(reads({"AWS": ROLE_ARN}))})],
        violation=[("an access point for everyone", {"policy": document(reads("*"))})],
        not_applicable=[
            ("an access point without a policy", {}),
            ("an access point whose policy is removed", {"policy": "{}"}),
        ],
    ),
    *rows(
        PUBLIC,
        "aws:s3control/accessPointPolicy:AccessPointPolicy",
        violation=[("an access point's own policy for everyone", {"policy": document(reads("*"))})],
    ),
    *rows(
        PUBLIC,
        "aws:ecr/registryPolicy:RegistryPolicy",
        violation=[("a registry for everyone", {"policy": document(grant("*", "ecr:ReplicateImage", "*"))})],
    ),
    *rows(
        PUBLIC,
        "aws:kms/grant:Grant",
        compliant=[("a grant to a role", {})],
        not_applicable=[("a grant to nobody", {"granteePrincipal": ABSENT})],
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
                "everyone of an account not known",
                {"policy": document(sends("*", Condition={"StringEquals": {"aws:PrincipalAccount": UNKNOWN}}))},
            ),
            ("another account where the effect is not known", {"policy": document({**sends({"AWS": OTHER}), **OPEN})}),
        ],
        not_applicable=[
            ("a wrong type, another policy's finding", {"policy": 7.0}),
            (
                "its own account not known, which only the stack can tell",
                {"resourceArn": UNKNOWN, "policy": document(grant({"AWS": OTHER}, "x:y", "*"))},
            ),
            (
                "what it is about not known, which only the stack can tell",
                {"resourceArn": UNKNOWN, "policy": document(grant({"AWS": OTHER}, "x:y", [TABLE, UNKNOWN]))},
            ),
        ],
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
    case(OWN, "another account where the queue's address tells its own", VIOLATION, grant({"AWS": OTHER}, SEND, "*")),
    case(
        OWN,
        "another account where another statement's resource tells its own",
        VIOLATION,
        grant({"AWS": ROLE_ARN}, "logs:PutLogEvents", LOG_GROUP),
        grant({"AWS": OTHER}, "logs:PutLogEvents", "*"),
        token=LOG_POLICY,
    ),
    *(
        case(OWN, f"everyone of its own account by {key}", COMPLIANT, sends("*", Condition=equal(key, ACCOUNT)))
        for key in ("aws:PrincipalAccount", "kms:CallerAccount")
    ),
    *(
        case(
            OWN,
            f"everyone of another account by {key}",
            VIOLATION,
            sends("*", Condition=equal(key, STRANGER)),
            finds=(f"everyone of account {json.dumps(STRANGER)}",),
        )
        for key in ("aws:PrincipalAccount", "kms:CallerAccount")
    ),
    case(
        OWN,
        "one not known, of one organisation",
        COMPLIANT,
        sends({"AWS": UNKNOWN}, Condition=equal("aws:PrincipalOrgID", "o-1")),
    ),
    case(OWN, "everyone, another policy's finding", COMPLIANT, sends("*")),
    case(
        OWN,
        "everyone of its own account, beside a condition not known",
        COMPLIANT,
        sends("*", Condition={**equal("aws:PrincipalAccount", ACCOUNT), "StringLike": UNKNOWN}),
    ),
    case(
        OWN,
        "another account's own number as condition",
        VIOLATION,
        sends({"AWS": OTHER}, Condition=equal("aws:PrincipalAccount", STRANGER)),
    ),
    case(
        OWN,
        "everyone of a pattern, which is another policy's finding",
        COMPLIANT,
        sends("*", Condition={"StringLike": {"aws:PrincipalAccount": "1*"}}),
    ),
    case(
        OWN,
        "two accounts where nothing tells",
        VIOLATION,
        reads({"AWS": [ROLE_ARN, OTHER]}),
        finds=(f"{STRANGER}:root", f"{ACCOUNT}:role", "one at least"),
        token=BUCKET_POLICY,
    ),
    case(
        OWN,
        "two accounts in two statements where nothing tells",
        VIOLATION,
        reads({"AWS": ROLE_ARN}),
        reads({"AWS": OTHER}),
        token=BUCKET_POLICY,
    ),
    case(
        OWN,
        "two accounts where nothing tells, one of them under a condition",
        NOT_APPLICABLE,
        reads({"AWS": ROLE_ARN}),
        reads({"AWS": OTHER}, Condition=equal("aws:PrincipalOrgID", "o-1")),
        token=BUCKET_POLICY,
    ),
    case(
        OWN,
        "two accounts where nothing tells, one of them not certain",
        UNDECIDED,
        reads({"AWS": ROLE_ARN}),
        reads({"AWS": [OTHER, UNKNOWN]}, Condition=equal("aws:PrincipalOrgID", UNKNOWN)),
        token=BUCKET_POLICY,
    ),
    case(
        OWN,
        "two principals of one account where nothing tells",
        NOT_APPLICABLE,
        reads({"AWS": [ROLE_ARN, ACCOUNT]}),
        token=BUCKET_POLICY,
    ),
    case(
        OWN,
        "load balancers by the account of their region",
        COMPLIANT,
        reads({"AWS": "arn:aws:iam::127311923021:root"}),
        token=BUCKET_POLICY,
    ),
    case(OWN, "a distribution by its identity", COMPLIANT, reads({"AWS": IDENTITY}), token=BUCKET_POLICY),
    case(OWN, "a canonical user", COMPLIANT, reads({"CanonicalUser": "79a5"}), token=BUCKET_POLICY),
    *(
        Case(OWN, f"another account where the {what} tells its own", VIOLATION, change, token)
        for what, token, change in (
            ("secret's ARN", SECRET_POLICY, {"policy": document(grant({"AWS": OTHER}, "*", "*"))}),
            (
                "key's ARN",
                KEY_POLICY,
                {
                    "keyId": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/a",
                    "policy": document(grant({"AWS": OTHER}, "kms:Decrypt", "*")),
                },
            ),
            (
                "ARN of a replica's primary key",
                "aws:kms/replicaKey:ReplicaKey",
                {"policy": document(grant({"AWS": OTHER}, "kms:Decrypt", "*"))},
            ),
            (
                "function's ARN",
                PERMISSION,
                {
                    "function": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f",
                    "principal": STRANGER,
                    "sourceArn": ABSENT,
                },
            ),
            (
                "layer's ARN",
                LAYER,
                {"layerName": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:l", "principal": STRANGER},
            ),
            (
                "granted key's ARN",
                "aws:kms/grant:Grant",
                {"keyId": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/a", "granteePrincipal": OTHER},
            ),
            (
                "access point's ARN",
                "aws:s3control/accessPointPolicy:AccessPointPolicy",
                {"policy": document(grant({"AWS": OTHER}, "s3:GetObject", "*"))},
            ),
        )
    ),
    case(
        OWN,
        "a key of the one account that may change its policy",
        COMPLIANT,
        grant({"AWS": OTHER}, "kms:*", "*"),
        token=KEY_POLICY,
    ),
    *(
        Case(OWN, says, outcome, {**more, "policy": document(*statements)}, "aws:kms/key:Key", finds=finds)
        for says, outcome, more, statements, finds in (
            (
                "a key for another account's role beside its own account",
                VIOLATION,
                {},
                (KEEPS, grant({"AWS": f"arn:aws:iam::{STRANGER}:role/a"}, ["kms:Decrypt"], "*")),
                (f'{STRANGER}:role/a", of another account',),
            ),
            (
                "a key for two accounts that both may change its policy",
                VIOLATION,
                {},
                (KEEPS, grant({"AWS": OTHER}, "kms:*", "*")),
                ("one at least",),
            ),
            (
                "a key whose own account may come in by another statement",
                NOT_APPLICABLE,
                {},
                (
                    grant({"AWS": OTHER}, "kms:*", "*"),
                    grant("*", "kms:PutKeyPolicy", "*", Condition=equal("aws:PrincipalOrgID", "o-1")),
                ),
                (),
            ),
            (
                "a key whose own account may come in by the actions that are not excepted",
                NOT_APPLICABLE,
                {},
                (
                    grant({"AWS": OTHER}, "kms:*", "*"),
                    {**negated(ROLE_ARN), "Condition": equal("aws:PrincipalOrgID", "o")},
                ),
                (),
            ),
            (
                "a key that may lock its own account out",
                NOT_APPLICABLE,
                {"bypassPolicyLockoutSafetyCheck": True},
                (grant({"AWS": OTHER}, "kms:*", "*"),),
                (),
            ),
            (
                "a key of which it is not known whether it may lock its own account out",
                NOT_APPLICABLE,
                {"bypassPolicyLockoutSafetyCheck": UNKNOWN},
                (grant({"AWS": OTHER}, "kms:*", "*"),),
                (),
            ),
            (
                "a key with a principal not known that may change its policy",
                UNDECIDED,
                {},
                (KEEPS, grant({"AWS": UNKNOWN}, "kms:Put*", "*")),
                (),
            ),
            (
                "a key for all but some, who may change its policy",
                NOT_APPLICABLE,
                {},
                (KEEPS, {**grant(None, "kms:*", "*"), "Principal": None, "NotPrincipal": {"AWS": OTHER}}),
                (),
            ),
            (
                "a key whose other account is denied to change its policy",
                COMPLIANT,
                {},
                (KEEPS, {**grant({"AWS": OTHER}, "kms:*", "*"), "Effect": "Deny"}),
                (),
            ),
        )
    ),
    *rows(
        OWN,
        PERMISSION,
        compliant=[
            ("a function for a service of another account", {}),
            (
                "a function for an organisation",
                {"principal": "*", "sourceArn": ABSENT, "principalOrgId": "o-1"},
            ),
        ],
        undecided=[("a function for somebody not known", {"principal": UNKNOWN, "sourceArn": ABSENT})],
        not_applicable=[
            ("a function for an account, which only the stack can tell", {"principal": STRANGER, "sourceArn": ABSENT}),
        ],
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
        "two services without a source",
        VIOLATION,
        sends({"Service": ["a.amazonaws.com", "b.amazonaws.com"]}),
        finds=("for which a.amazonaws.com calls",),
    ),
    case(
        DEPUTY,
        "a service without a source, with an action not known",
        VIOLATION,
        grant({"Service": "a.amazonaws.com"}, UNKNOWN, QUEUE),
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
            ("a function for one account", {"sourceArn": ABSENT, "sourceAccount": ACCOUNT}),
            (
                "a function for one account's bucket",
                {"principal": "s3.amazonaws.com", "sourceArn": "arn:aws:s3:::ours", "sourceAccount": ACCOUNT},
            ),
            ("a function for a role", {"principal": ROLE_ARN, "sourceArn": ABSENT}),
            (
                "a function for one skill of Alexa",
                {"principal": "alexa-appkit.amazon.com", "sourceArn": ABSENT, "eventSourceToken": "amzn1.ask.skill.1"},
            ),
            ("a function for an account of a bucket not known", {"principal": "s3.amazonaws.com", **BUCKET_OF_ACCOUNT}),
        ],
        violation=[
            ("a function for any topic", {"sourceArn": ABSENT}, "sns.amazonaws.com", "Set source_arn"),
            ("a function for every topic", {"sourceArn": "arn:aws:sns:*"}),
            ("a function for rules of any account", {"sourceArn": "arn:aws:events:*:*:*"}),
            ("a function for any service of China", {"principal": "sns.amazonaws.com.cn", "sourceArn": ABSENT}),
            (
                "a function for a bucket of whatever account",
                {"principal": "s3.amazonaws.com", "sourceArn": "arn:aws:s3:::ours"},
                "sourceAccount",
                "Set source_account",
            ),
            ("a function for any skill of Alexa", {"principal": "alexa-appkit.amazon.com", "sourceArn": ABSENT}),
        ],
        undecided=[
            ("a function for one not known", {"principal": UNKNOWN, "sourceArn": ABSENT}),
            ("a function for a topic not known", {"sourceArn": UNKNOWN}),
            (
                "a function of one not known for a bucket or not",
                {"principal": UNKNOWN, "sourceArn": "arn:aws:s3:::ours"},
            ),
        ],
        not_applicable=[("a function for nobody", {"principal": ABSENT})],
    ),
    *rows(DEPUTY, ENDPOINT, not_applicable=[("an endpoint without a policy", {"policy": ABSENT})]),
]
