"""Rows that every policy about a resource's policy document shares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import Case, rows


def statement(**changes: Any) -> dict[str, Any]:
    """A statement that lets one service act, with some of its elements changed; None removes one."""
    elements = {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "any:Action",
        "Resource": "*",
        **changes,
    }
    return {name: element for name, element in elements.items() if element is not None}


def document(*statements: Any) -> str:
    """A policy document as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def everyone(**condition: Any) -> dict[str, str]:
    """A bent policy that grants to everyone under a condition."""
    return {"policy": document(statement(Principal="*", Condition=condition))}


def grant_rows(policy: str, token: str = "") -> Iterator[Case]:
    """What holds for every policy that judges grants in the property `policy`."""

    def granting(**changes: Any) -> dict[str, str]:
        return {"policy": document(statement(**changes))}

    return rows(
        policy,
        token,
        compliant=[
            ("named principals", {}),
            ("a service", granting()),
            ("every resource but some denied", granting(Effect="Deny", Resource=None, NotResource="arn:x")),
            ("everyone is denied", granting(Effect="Deny", Principal="*", Action="*")),
            ("everyone of one organisation", everyone(StringEquals={"aws:PrincipalOrgID": "o-1234567890"})),
            ("everyone of one path", everyone(StringLike={"aws:PrincipalOrgPaths": "o-1234567890/r-1/*"})),
            ("everyone in one account", everyone(StringEquals={"kms:CallerAccount": "123456789012"})),
            ("one role, as a condition", everyone(ArnLike={"aws:PrincipalArn": "arn:aws:iam::123456789012:role/r-*"})),
            ("one log group", everyone(ArnLike={"aws:SourceArn": "arn:aws:logs:us-east-1:123456789012:log-group:a:*"})),
            ("a text that is no pattern", everyone(StringEquals={"aws:userid": "*:x"})),
            ("a network by one of its hosts", everyone(IpAddress={"aws:SourceIp": "192.0.2.7/24"})),
            ("one network", everyone(IpAddress={"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]})),
            ("a document that is an object", {"policy": {"Statement": [statement()]}}),
        ],
        violation=[
            ("everyone", granting(Principal="*"), "statement 0 in policy allows public access"),
            ("everyone with an account", granting(Principal={"AWS": ["arn:aws:iam::123456789012:root", "*"]})),
            ("everyone over TLS", everyone(Bool={"aws:SecureTransport": "true"})),
            ("everyone in any account", everyone(StringLike={"aws:PrincipalAccount": "*"})),
            ("a role of any account", everyone(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/r"})),
            ("any resource of AWS", everyone(ArnLike={"aws:SourceArn": "arn:*"})),
            ("buckets of any account", everyone(ArnLike={"aws:SourceArn": "arn:aws:s3:::logs-*"})),
            ("everyone who names no account", everyone(StringEqualsIfExists={"aws:SourceAccount": "123456789012"})),
            ("an empty set of accounts", everyone(**{"ForAllValues:StringEquals": {"aws:PrincipalAccount": "1"}})),
            ("everyone but one account", everyone(StringNotEquals={"aws:PrincipalAccount": "123456789012"})),
            ("half of the internet", everyone(IpAddress={"aws:SourceIp": "0.0.0.0/1"})),
            ("no network", everyone(IpAddress={"aws:SourceIp": "anywhere"})),
            ("a variable", everyone(StringEquals={"aws:SourceVpc": "${aws:PrincipalTag/vpc}"})),
            (
                "everyone but some",
                granting(Principal=None, NotPrincipal={"AWS": "123456789012"}),
                "NotPrincipal",
                "Write Principal",
            ),
            ("every action but some", granting(Action=None, NotAction="any:Delete"), "NotAction", "Write Action"),
            ("every resource but some", granting(Resource=None, NotResource="arn:x"), "NotResource", "Write Resource"),
            ("the second of two", {"policy": document(statement(), statement(Principal="*"))}, "statement 1 in policy"),
            ("everyone, with an unknown action", {"policy": {"Statement": [statement(Principal="*", Action=UNKNOWN)]}}),
        ],
        undecided=[
            ("an unknown document", {"policy": UNKNOWN}, "policy"),
            ("an unknown principal", {"policy": {"Statement": [statement(Principal={"AWS": UNKNOWN})]}}),
            ("an unknown statement", {"policy": {"Statement": [statement(), UNKNOWN]}}),
            ("an unknown effect", {"policy": {"Statement": [statement(Principal="*", Effect=UNKNOWN)]}}, "[0].Effect"),
            ("an unknown condition", {"policy": {"Statement": [statement(Principal="*", Condition=UNKNOWN)]}}),
            (
                "everyone of an unknown organisation",
                {
                    "policy": {
                        "Statement": [
                            statement(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": UNKNOWN}})
                        ]
                    }
                },
                "aws:PrincipalOrgID",
            ),
        ],
        not_applicable=[
            ("no policy", {"policy": ABSENT}),
            ("no JSON, which another policy finds", {"policy": "{"}),
            ("a wrong type, which another policy finds", {"policy": 7.0}),
        ],
    )
