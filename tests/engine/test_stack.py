"""The project's own stack on the real engine: compliant in every variant, and whole from `up` to `destroy`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from offline.engine import Engine
from offline.layout import REPOSITORY
from offline.tools import Tools
from tests.engine.stacks import PACK, STRICT, Change, preview

pytestmark = pytest.mark.engine

CERTIFICATE = "arn:aws:acm:{region}:123456789012:certificate/12345678-1234-1234-1234-123456789012"
DOMAIN = {"domain_name": "ml-api.example.com", "hosted_zone_id": "Z0123456789EXAMPLE00"}
PASSWORD = "Correct-Horse-Battery-9"
EVERYTHING_FOR_PRODUCTION = json.loads((PACK / "config" / "production.json").read_text(encoding="utf-8"))

VARIANTS: dict[str, dict[str, str]] = {
    "as it is": {},
    "HTTPS on the load balancer": {"alb_certificate_arn": CERTIFICATE.format(region="us-east-1")},
    "a web ACL": {"waf": "true"},
    "a key of its own": {"customer_managed_key": "true"},
    "protected": {"protect": "true"},
    "a custom domain": DOMAIN,
    "a custom domain with its certificate": {
        **DOMAIN,
        "cloudfront_certificate_arn": CERTIFICATE.format(region="us-east-1"),
    },
    "another region": {"aws:region": "eu-west-1", "alb_certificate_arn": CERTIFICATE.format(region="eu-west-1")},
    "another suffix": {"environment_suffix": "blue-2", "team": "search", "repository": "ml/api"},
    "a private image": {"container_image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/ml/api:1.4.2"},
    "a newer engine": {"aurora_engine_version": "16.4"},
    "a password": {"db_password": PASSWORD},
    "everything at once": {
        **DOMAIN,
        "alb_certificate_arn": CERTIFICATE.format(region="us-east-1"),
        "waf": "true",
        "customer_managed_key": "true",
        "protect": "true",
        "db_password": PASSWORD,
    },
}


@pytest.mark.parametrize("config", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_compliant_variant_passes_every_policy_and_nothing_is_undecided(
    config: Mapping[str, str], tools: Tools, tmp_path: Path
) -> None:
    result = preview(tools, tmp_path, config=config, policies=STRICT)
    assert result.exit_code == 0, result.output[-3000:]
    assert result.verdict.is_clean, result.output[-3000:]
    assert PASSWORD not in result.output


CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "a range of retention": {"log-retention": {"minimumDays": 7, "maximumDays": 365}},
    "undecided blocks": {
        "log-retention": {"onUndecided": "mandatory"},
        "rds-storage-encrypted": {"onUndecided": "mandatory"},
    },
    "some off": {"ecs-read-only-root": "disabled", "rds-enhanced-monitoring": "disabled"},
    "a dozen policies at once": {
        "log-retention": {"minimumDays": 7, "maximumDays": 365},
        "kms-rotation": {"maximumDays": 400},
        "rds-backup-retention": {"minimumDays": 5},
        "ecs-platform-version": {"accepted": ["LATEST"]},
        "ecs-container-logging": {"logDrivers": ["awslogs"]},
        "cloudfront-strict-transport": {"minimumSeconds": 15552000},
        "iam-no-elevated-managed-policy": {"onlyAllowed": True},
        "sg-no-wide-egress": {"maximumPorts": 1},
        "sg-no-wide-ingress": {"maximumPorts": 1},
        "network-acl-closed-to-internet": {"ports": [22, 3389]},
        "load-balancer-multiple-zones": {"minimumZones": 3},
        "resource-tagged": {"enforcementLevel": "mandatory", "required": ["Team", "ManagedBy"]},
    },
    "remediation": {
        "rds-storage-encrypted": "remediate",
        "log-retention": "remediate",
        "s3-public-access": "remediate",
    },
}


@pytest.mark.parametrize("policies", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_a_configuration_of_the_pack_leaves_the_compliant_stack_clean(
    policies: Mapping[str, Any], tools: Tools, tmp_path: Path
) -> None:
    result = preview(tools, tmp_path, policies=policies)
    assert result.exit_code == 0, result.output[-3000:]
    assert result.verdict.is_clean, result.output[-3000:]


def test_the_tags_of_a_provider_are_tags_of_its_resources(tools: Tools, tmp_path: Path) -> None:
    extra = """
import pulumi_aws as aws
tagged = aws.Provider("tagged", region="us-east-1", default_tags={"tags": {"Owner": "search"}})
aws.sqs.Queue("owned", name="owned", opts=pulumi.ResourceOptions(provider=tagged))
aws.sqs.Queue("lost", name="lost", opts=pulumi.ResourceOptions(provider=aws.Provider("plain", region="us-east-1")))
"""
    owners = {"resource-tagged": {"enforcementLevel": "advisory", "required": ["Owner"]}}
    result = preview(tools, tmp_path, extra=extra, policies=owners)
    assert result.exit_code == 0, result.output[-3000:]
    untagged = {found.resource.rsplit("::", 1)[-1] for found in result.verdict.advisory}
    assert "lost" in untagged
    assert "owned" not in untagged


def test_with_every_policy_advisory_nothing_blocks(tools: Tools, tmp_path: Path) -> None:
    change = Change("aws:rds/cluster:Cluster", "database", remove=["storageEncrypted"])
    result = preview(tools, tmp_path, changes=[change], policies={"all": "advisory"})
    assert result.exit_code == 0, result.output[-3000:]
    assert "rds-storage-encrypted" in {found.policy for found in result.verdict.advisory}


def test_the_production_stack_passes_what_production_requires(tools: Tools, tmp_path: Path) -> None:
    engine = Engine(tools, REPOSITORY, tmp_path / "state", stack="prod")
    result = engine.preview(policy_pack=PACK, policy_pack_config=EVERYTHING_FOR_PRODUCTION)
    assert result.exit_code == 0, result.output[-3000:]
    assert result.verdict.is_clean, result.output[-3000:]


def test_the_whole_stack_lives_from_up_to_destroy(tools: Tools, tmp_path: Path) -> None:
    engine = Engine(tools, REPOSITORY, tmp_path / "state")
    made = engine.up(policy_pack=PACK)
    assert made.exit_code == 0, made.output[-3000:]
    assert made.verdict.is_clean, made.output[-3000:]
    again = engine.preview(policy_pack=PACK)
    assert set(again.events.changes or {}) == {"same"}, again.output[-3000:]
    assert again.verdict.is_clean
    assert engine.outputs()["cloudfront_distribution_url"].startswith("https://")
    changed = engine.preview(config={"team": "search"})
    assert {"update", "same"} >= set(changed.events.changes or {}) > {"same"}
    assert engine.refresh().exit_code == 0
    assert set(engine.preview().events.changes or {}) == {"same"}
    gone = engine.destroy()
    assert set(gone.events.changes or {}) == {"delete"}
    assert engine.outputs() == {}


SWITCHES = {
    **DOMAIN,
    "alb_certificate_arn": CERTIFICATE.format(region="us-east-1"),
    "cloudfront_certificate_arn": CERTIFICATE.format(region="us-east-1"),
    "container_image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/ml/api:1.4.2",
    "db_password": PASSWORD,
    "final_snapshot": "true",
    "repository": "ml/api",
    "team": "search",
    "waf": "true",
}
"""Every key that can be given to a stack that exists, and taken away."""


@pytest.mark.parametrize("protect", ["false", "true"])
def test_every_switch_of_a_stack_that_exists_can_be_turned_on_and_off(
    protect: str, tools: Tools, tmp_path: Path
) -> None:
    engine = Engine(tools, REPOSITORY, tmp_path / "state")
    off = {"protect": protect}
    for config in (off | SWITCHES, off, off | SWITCHES, {"protect": "false"}):
        made = engine.up(config=config, policy_pack=PACK)
        assert made.exit_code == 0, made.output[-3000:]
        assert made.verdict.is_clean, made.output[-3000:]
        # What the web ACL logged goes with it, and nothing else that holds data.
        assert {found.type for found in made.verdict.lost} <= {"aws:cloudwatch/logGroup:LogGroup"}
        assert set(engine.preview(config=config).events.changes or {}) == {"same"}
        assert PASSWORD not in json.dumps(engine.export())
    gone = engine.destroy()
    assert gone.exit_code == 0, gone.output[-3000:]
    assert engine.outputs() == {}


def _resources(engine: Engine) -> list[tuple[Any, ...]]:
    """What the state holds, and since when it is as it is."""
    return [
        tuple(found.get(key) for key in ("urn", "id", "modified"))
        for found in engine.export()["deployment"]["resources"]
    ]


@pytest.mark.parametrize("with_key", ["false", "true"])
def test_a_change_that_would_cost_data_is_refused_before_anything_changes(
    with_key: str, tools: Tools, tmp_path: Path
) -> None:
    engine = Engine(tools, REPOSITORY, tmp_path / "state")
    config = {"customer_managed_key": with_key, "aurora_engine_version": "16.4"}
    assert engine.up(config=config).exit_code == 0
    before = _resources(engine)
    for key, value in {
        "customer_managed_key": "false" if with_key == "true" else "true",
        "environment_suffix": "green",
        "aws:region": "eu-west-1",
        "aurora_engine_version": "15.4",
    }.items():
        refused = engine.preview(config=config | {key: value})
        assert refused.exit_code != 0
        (sentence,) = {
            line.partition("error: ")[2]
            for line in refused.output.splitlines()
            if f"error: {key}" in line.replace("ml-api:", "")
        }
        assert "expected" in sentence
        assert "Traceback" not in refused.output
    assert engine.up(config=config | {"environment_suffix": "green"}).exit_code != 0
    assert _resources(engine) == before
    assert set(engine.preview(config=config).events.changes or {}) == {"same"}


def test_a_protected_stack_is_not_destroyed_until_its_protection_is_taken_away(tools: Tools, tmp_path: Path) -> None:
    engine = Engine(tools, REPOSITORY, tmp_path / "state")
    assert engine.up(config={"protect": "true", "customer_managed_key": "true"}).exit_code == 0
    before = _resources(engine)
    refused = engine.destroy()
    assert refused.exit_code != 0
    assert "cannot be deleted" in refused.output
    assert _resources(engine) == before
    freed = {"protect": "false", "final_snapshot": "true", "customer_managed_key": "true"}
    assert engine.up(config=freed).exit_code == 0
    (cluster,) = (
        found for found in engine.export()["deployment"]["resources"] if found["type"] == "aws:rds/cluster:Cluster"
    )
    assert cluster["inputs"]["finalSnapshotIdentifier"] == "ml-api-aurora-final-dev"
    gone = engine.destroy()
    assert gone.exit_code == 0, gone.output[-3000:]
    assert engine.outputs() == {}


def test_what_the_stack_only_looks_up_is_not_held_to_the_policies(tools: Tools, tmp_path: Path) -> None:
    extra = """
import pulumi_aws as aws
aws.ec2.Vpc.get("shared", "vpc-0123456789abcdef0")
aws.s3.Bucket.get("shared", "a-bucket-of-another-team")
aws.ec2.SecurityGroup.get("shared", "sg-0123456789abcdef0")
"""
    result = preview(tools, tmp_path, extra=extra, policies=STRICT)
    assert result.exit_code == 0, result.output[-3000:]
    assert result.verdict.is_clean, result.output[-3000:]


def test_a_waived_violation_is_shown_and_does_not_block(tools: Tools, tmp_path: Path) -> None:
    change = Change("aws:cloudwatch/logGroup:LogGroup", "api", {"retentionInDays": 7})
    waiver = {"resource": "*::api", "reason": "moving on", "approvedBy": "the owner", "expires": "2999-12-31"}
    result = preview(tools, tmp_path, changes=[change], policies={"log-retention": {"waivers": [waiver]}})
    assert result.exit_code == 0, result.output[-3000:]
    (shown,) = result.verdict.advisory
    assert "Waived: " in shown.message
    assert "moving on" in shown.message


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        ({"log-retention": {"maximumDays": "many"}}, "maximumDays"),
        ({"no-such-policy": "mandatory"}, "no-such-policy"),
        (
            {
                "log-retention": {
                    "waivers": [{"resource": "*", "reason": "r", "approvedBy": "a", "expires": "2030-02-30"}]
                }
            },
            "waivers.0.expires",
        ),
    ],
)
def test_a_wrong_configuration_of_the_pack_stops_the_run_with_a_sentence(
    policies: Mapping[str, Any], said: str, tools: Tools, tmp_path: Path
) -> None:
    result = preview(tools, tmp_path, policies=policies)
    assert result.exit_code != 0
    assert said in result.output
    assert "Traceback" not in result.output
