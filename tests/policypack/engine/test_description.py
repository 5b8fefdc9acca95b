"""A pack describes each of its policies as it is configured, for programs that report on it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pulumi_policy
from fastjsonschema import validate

from pulumi_guardrails.core.policy import Level
from pulumi_guardrails.engine.configuration_file import Checked, Defaults, check
from pulumi_guardrails.engine.description import describe
from pulumi_guardrails.engine.policy_pack import PackAnalyzer, PackInfo
from pulumi_guardrails.pack import select
from tests.policypack.cases import policies_by_name

TODAY = date(2030, 6, 15)
INFO = PackInfo("acme", "1.2.3")
NO_DEFAULTS = Defaults()
TEXTS = {"type": "array", "items": {"type": "string"}}
WAIVER = {
    "type": "object",
    "properties": {key: {"type": "string"} for key in ("resource", "reason", "approvedBy", "expires")},
    "required": ["resource", "reason", "approvedBy", "expires"],
    "additionalProperties": False,
}
POLICY = {
    "name": {"type": "string", "pattern": "^[a-z0-9-]+$"},
    "title": {"type": "string", "pattern": r"^[^\n]+$"},
    "kind": {"enum": ["resource", "stack"]},
    "level": {"enum": ["mandatory", "advisory", "remediate", "disabled"]},
    "severity": {"enum": ["critical", "high", "medium", "low", ""]},
    "frameworks": {"type": "object", "additionalProperties": TEXTS},
    "topics": TEXTS,
    "family": {"type": "string"},
    "resource_types": TEXTS,
    "remediation": {"type": "string"},
    "url": {"type": "string"},
    "waivers": {"type": "array", "items": WAIVER},
}


def described(
    *policies: pulumi_policy.Policy, given: dict[str, Any] | None = None, defaults: Defaults = NO_DEFAULTS
) -> dict[str, Any]:
    checked = check(json.dumps(given or {}), policies, TODAY, defaults)
    assert not checked.problems
    return describe(INFO, policies, checked)


def of(document: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (policy for policy in document["policies"] if policy["name"] == name)
    return dict(found)


def test_every_policy_of_the_package_has_every_key() -> None:
    document = described(*select())
    schema = {"type": "object", "properties": POLICY, "required": list(POLICY), "additionalProperties": False}
    assert [policy["name"] for policy in document["policies"]] == list(policies_by_name())
    for policy in document["policies"]:
        validate(schema, policy)
        assert policy["title"].endswith(".")
        assert policy["family"]
        assert policy["remediation"]
        assert policy["resource_types"]
        assert policy["level"] == policies_by_name()[policy["name"]].level.value


def test_a_policy_is_described_as_it_is_declared() -> None:
    document = described(*select("rds-storage-encrypted", "network-chain"))
    assert document["schema"] == 1
    assert document["pack"] == {"name": "acme", "version": "1.2.3"}
    encrypted, chain = of(document, "rds-storage-encrypted"), of(document, "network-chain")
    assert encrypted["family"] == "rds"
    assert encrypted["frameworks"]["AWS Foundational Security Best Practices 1.0.0"] == ["RDS.27", "RDS.3"]
    assert "encryption" in encrypted["topics"]
    assert "aws:rds/cluster:Cluster" in encrypted["resource_types"]
    assert (encrypted["kind"], chain["kind"]) == ("resource", "stack")


def test_the_level_is_that_of_the_file_else_of_all_else_of_the_pack_else_of_the_policy() -> None:
    chosen = select("log-retention", "rds-storage-encrypted", "network-chain")
    initial = Defaults(initial={"log-retention": "advisory", "network-chain": "disabled"})
    assert of(described(*chosen), "network-chain")["level"] == "mandatory"
    assert of(described(*chosen, defaults=initial), "network-chain")["level"] == "disabled"
    given = {"version": 2, "policies": {"all": "remediate", "log-retention": {"enforcementLevel": "mandatory"}}}
    document = described(*chosen, given=given, defaults=initial)
    assert [of(document, policy.name)["level"] for policy in chosen] == ["mandatory", "remediate", "remediate"]


def test_waivers_and_exceptions_are_as_configured() -> None:
    waiver = {"resource": "*::logs", "reason": "Short-lived.", "approvedBy": "Ada", "expires": "2030-12-31"}
    target = "urn:pulumi:prod::ml-api::aws:cloudwatch/logGroup:LogGroup::logs"
    given = {
        "version": 2,
        "policies": {"log-retention": {"waivers": [waiver]}},
        "exceptions": {
            "EX-1": {
                "reason": "Migration.",
                "match": [
                    {"policies": ["log-retention"], "targets": [target]},
                    {"policies": ["network-chain"], "targets": [target]},
                ],
            }
        },
    }
    document = described(*select("log-retention", "network-chain"), given=given)
    assert of(document, "log-retention")["waivers"] == [waiver]
    assert of(document, "network-chain")["waivers"] == []
    assert document["exceptions"] == [
        {"id": "EX-1", "reason": "Migration.", "policies": ["log-retention"], "targets": [target]},
        {"id": "EX-1", "reason": "Migration.", "policies": ["network-chain"], "targets": [target]},
    ]


def test_a_policy_of_somebody_else_is_described_as_far_as_the_sdk_knows_it() -> None:
    plain = pulumi_policy.ResourceValidationPolicy(
        name="acme-team", description="Every bucket has a team.\nFinance asks for it.", validate=lambda *_: None
    )
    told = pulumi_policy.StackValidationPolicy(
        name="acme-regions",
        description="Only our regions.",
        validate=lambda *_: None,
        enforcement_level=pulumi_policy.EnforcementLevel.MANDATORY,
        severity=pulumi_policy.Severity.HIGH,
        framework=pulumi_policy.PolicyComplianceFramework("Acme", "7", specification="A.1"),
        tags=["regions"],
        remediation_steps="Move it.",
        url="https://example.com/regions",
    )
    analyzer = PackAnalyzer(INFO, [plain, told, plain], pulumi_policy.EnforcementLevel.REMEDIATE)
    document = described(*analyzer.policies, defaults=analyzer.defaults)
    nothing: dict[str, Any] = {"family": "", "resource_types": [], "waivers": []}
    assert document["policies"] == [
        {
            "name": "acme-team",
            "title": "Every bucket has a team.",
            "kind": "resource",
            "level": "remediate",
            "severity": "",
            "frameworks": {},
            "topics": [],
            "remediation": "",
            "url": "",
            **nothing,
        },
        {
            "name": "acme-regions",
            "title": "Only our regions.",
            "kind": "stack",
            "level": "mandatory",
            "severity": "high",
            "frameworks": {"Acme 7": ["A.1"]},
            "topics": ["regions"],
            "remediation": "Move it.",
            "url": "https://example.com/regions",
            **nothing,
        },
    ]


def test_a_setting_of_the_file_replaces_the_pack_s_own() -> None:
    policies = select("log-retention")
    defaults = Defaults(Level.ADVISORY, {"log-retention": {"minimumDays": 60, "onUndecided": "mandatory"}})
    checked: Checked = check('{"log-retention": {"minimumDays": 90}}', policies, TODAY, defaults)
    assert checked.policies is not None
    assert checked.policies["log-retention"].settings == {"minimumDays": 90, "onUndecided": "mandatory"}
