"""The IAM matrix has a row for each principal, action and resource, with its source and what is unknown of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.iam import NOBODY, Row, iam_table
from pulumi_guardrails.engine.configuration_file import check
from pulumi_guardrails.engine.documents import read_stack_document
from pulumi_guardrails.engine.inspection import inspect
from pulumi_guardrails.pack import select
from tests.policypack.engine.documents import DOCUMENTS

TODAY = date(2030, 6, 15)
ROLE = "urn:pulumi:dev::stranger::aws:iam/role:Role::server"


@pytest.fixture(scope="module")
def iam() -> dict[str, Any]:
    policies = select()
    stack = read_stack_document((DOCUMENTS / "preview.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = inspect(stack, policies, check("", policies, TODAY), TODAY)["iam"]
    return found


def rows(iam: dict[str, Any], source: str) -> list[Row]:
    return [row for row in iam_table(iam) if row.source.startswith(source)]


def test_a_statement_is_a_row_for_each_principal_action_and_resource(iam: dict[str, Any]) -> None:
    publish, subscribe = rows(iam, "inline policy own, statement Tell")
    assert publish == Row(
        principal="role server",
        principal_urn=ROLE,
        effect="Allow",
        action="sns:Publish",
        resource="arn:aws:sns:us-east-1:123456789012:alerts",
        source="inline policy own, statement Tell",
        source_urn="urn:pulumi:dev::stranger::aws:iam/rolePolicy:RolePolicy::own",
        conditions="aws:sourcevpc StringEquals vpc-1, vpc-2",
        boundary="Policy limits",
        unknown=(),
        grant="g1",
    )
    assert publish.known
    assert subscribe.action == "sns:Subscribe"
    assert [row.principal for row in rows(iam, "inline policy people")] == ["user person", "group people"]


def test_a_statement_by_exception_says_so(iam: dict[str, Any]) -> None:
    (deny,) = rows(iam, "inline policy own, statement 1")
    assert (deny.effect, deny.action, deny.resource) == (
        "Deny",
        "all actions but sns:*",
        "all resources but arn:aws:sns:*:*:*",
    )


def test_trust_and_resource_based_policies_name_the_resource(iam: dict[str, Any]) -> None:
    (trust,) = rows(iam, "trust policy of Role server")
    assert (trust.principal, trust.principal_urn, trust.action, trust.resource) == (
        "Service ec2.amazonaws.com",
        "",
        "sts:AssumeRole",
        "Role server",
    )
    everyone, server = rows(iam, "resource-based policy of BucketPolicy files")
    assert (everyone.principal, everyone.effect) == ("everyone (*)", "Deny")
    assert server.principal == "role server"
    assert server.unknown == ("whether arn:aws:iam::123456789012:role/server is of this account: ambiguous",)


def test_what_is_not_known_says_what_computes_it(iam: dict[str, Any]) -> None:
    (shared,) = rows(iam, "managed policy shared")
    assert (shared.effect, shared.action, shared.resource) == (
        "",
        "what its document allows",
        "what its document allows",
    )
    assert shared.unknown == ("policy of Policy shared: not known before the update; computed from Bucket files",)
    assert not shared.known
    (logs,) = rows(iam, "AWS managed policy arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy")
    assert (logs.principal, logs.effect, logs.known) == ("role server", "Allow", False)


def test_a_policy_that_applies_to_nobody_is_listed(iam: dict[str, Any]) -> None:
    (limits,) = rows(iam, "managed policy limits")
    assert (limits.principal, limits.principal_urn, limits.action) == (NOBODY, "", "s3:*")


def grant(**given: Any) -> dict[str, Any]:
    source = {"kind": "inline", "policy": "p", "resource": "urn:pulumi:s::p::t:T::n", "path": "", "sid": "", "index": 0}
    nothing: dict[str, Any] = {name: [] for name in ("principals", "not_principals", "not_actions", "not_resources")}
    known: dict[str, Any] = {"id": "g1", "effect": "Allow", "actions": ["s3:Get"], "resources": ["*"]}
    return {
        "source": source,
        **nothing,
        **known,
        "conditions": [],
        "known": True,
        "unknown": [],
        "problems": [],
    } | given


def test_a_part_that_is_not_known_is_no_empty_cell() -> None:
    (row,) = iam_table({"principals": [], "grants": [grant(actions=[], resources=[], known=False)]})
    assert (row.action, row.resource) == ("not known", "not known")
    of_bucket = {**grant()["source"], "kind": "resource"}
    (row,) = iam_table({"principals": [], "grants": [grant(source=of_bucket, resources=[], known=False)]})
    assert (row.principal, row.resource) == ("not known", "not known")
    (row,) = iam_table({"principals": [], "grants": [grant(not_principals=["AWS a", "AWS b"])]})
    assert row.principal == "everyone but AWS a, AWS b"


def test_a_document_that_cannot_be_read_is_not_known() -> None:
    (row,) = iam_table(
        {"principals": [], "grants": [grant(problems=["policy is 1; expected a policy document as JSON"])]}
    )
    assert row.unknown == ("the document cannot be read: policy is 1; expected a policy document as JSON",)
