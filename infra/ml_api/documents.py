"""IAM documents from known strings. Nothing here takes an output: a document with one would be unknown at preview."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Statement = Mapping[str, Any]
Condition = Mapping[str, Mapping[str, "str | Sequence[str]"]]


def document(*statements: Statement) -> str:
    """A policy document of the current policy language."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    principal: Mapping[str, str] | str | None = None,
    condition: Condition | None = None,
) -> Statement:
    """A statement that allows. A document attached to a role has no principal, one attached to a resource has."""
    statement: dict[str, Any] = {"Sid": sid, "Effect": "Allow"}
    if principal is not None:
        statement["Principal"] = principal
    statement |= {"Action": list(actions), "Resource": list(resources)}
    if condition is not None:
        statement["Condition"] = condition
    return statement


def service_trust(service: str, account_id: str, source_arn: str) -> str:
    """A trust policy for one AWS service acting for one source of this account.

    Without the two conditions another customer's resource could make the service use the role.
    Source: AWS IAM User Guide, "The confused deputy problem".
    """
    return document(
        {
            "Sid": "AssumedByService",
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account_id},
                "ArnLike": {"aws:SourceArn": source_arn},
            },
        }
    )


def write_logs(sid: str, log_group_arn: str) -> Statement:
    """Permission to write the streams of one log group that exists already."""
    return allow(sid, ["logs:CreateLogStream", "logs:PutLogEvents"], [f"{log_group_arn}:*"])
