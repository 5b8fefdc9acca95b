"""The table of the policy about the accounts that resources let in, as far as they tell by themselves."""

from __future__ import annotations

import json
from typing import Any

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, rows
from tests.policypack.good.iam import ACCOUNT, LOG_GROUP, ROLE_ARN, TABLE, document, grant
from tests.policypack.policies.iam.cases_resource_policies import (
    BUCKET_POLICY,
    KEY_POLICY,
    LAYER,
    LOG_POLICY,
    OTHER,
    PERMISSION,
    SEND,
    STRANGER,
    TABLE_POLICY,
    TOPIC_POLICY,
    case,
    equal,
    of_stack,
    reads,
    sends,
    unless,
)

OWN = "resource-policy-own-accounts"

SECRET_POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
IDENTITY = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"
OPEN = {"Effect": UNKNOWN}
KEEPS = grant({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:*", "*")


def negated(principal: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "NotAction": "kms:Decrypt", "Resource": "*"}


CASES = [
    *(
        case(
            OWN,
            f"everyone, and a Deny for all but {says}",
            outcome,
            sends("*"),
            {**sends("*"), "Effect": "Deny", **deny},
        )
        for says, outcome, deny in (
            ("its own account", COMPLIANT, unless("StringNotEquals", "aws:PrincipalAccount", ACCOUNT)),
            ("another account", VIOLATION, unless("StringNotEquals", "aws:PrincipalAccount", [ACCOUNT, STRANGER])),
            ("its own account by NotPrincipal", COMPLIANT, {"Principal": None, "NotPrincipal": {"AWS": ACCOUNT}}),
            ("another account by NotPrincipal", VIOLATION, {"Principal": None, "NotPrincipal": {"AWS": OTHER}}),
            ("an account not known", UNDECIDED, unless("StringNotEquals", "aws:PrincipalAccount", UNKNOWN)),
        )
        for denied in [{**sends("*"), "Effect": "Deny"}]
    ),
    of_stack(OWN, "a role of the stack", COMPLIANT, "aws:iam/role:Role"),
    of_stack(OWN, "a principal that another stack names", UNDECIDED, "pulumi:pulumi:StackReference"),
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
    *(
        case(
            OWN,
            f"everyone but another account by {operator}, which does not let that one in",
            COMPLIANT,
            sends("*", Condition={operator: {"aws:PrincipalAccount": STRANGER}}),
        )
        for operator in ("StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase")
    ),
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
]
