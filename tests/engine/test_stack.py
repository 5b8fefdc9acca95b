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
from tests.offline.projects import UNINTERRUPTED

pytestmark = pytest.mark.engine

CERTIFICATE = "arn:aws:acm:{region}:123456789012:certificate/12345678-1234-1234-1234-123456789012"
DOMAIN = {"domain_name": "ml-api.example.com", "hosted_zone_id": "Z0123456789EXAMPLE00"}
PASSWORD = "Correct-Horse-Battery-9"
EVERYTHING_FOR_PRODUCTION = json.loads((PACK / "config" / "production.json").read_text(encoding="utf-8"))

TLS = {"alb_certificate_arn": CERTIFICATE.format(region="us-east-1")}
OF_THE_EDGE = {"cloudfront_certificate_arn": CERTIFICATE.format(region="us-east-1")}
IMAGE = {"container_image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/ml/api:1.4.2"}

# Two in one where they are of different resources.
VARIANTS: dict[str, dict[str, str]] = {
    "as it is": {},
    "HTTPS on the load balancer, and protected": {**TLS, "protect": "true"},
    "a web ACL, and a private image": {"waf": "true", **IMAGE},
    "a key of its own, and a newer engine": {"customer_managed_key": "true", "aurora_engine_version": "16.4"},
    "a custom domain, and a password": {**DOMAIN, "db_password": PASSWORD},
    "a custom domain with its certificate, in another region, with another suffix": {
        **DOMAIN,
        **OF_THE_EDGE,
        "aws:region": "eu-west-1",
        "alb_certificate_arn": CERTIFICATE.format(region="eu-west-1"),
        "environment_suffix": "blue-2",
        "team": "search",
        "repository": "ml/api",
    },
    "everything at once": {
        **DOMAIN,
        **TLS,
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
    "a dozen policies at once, some off, and of some what is undecided blocks": {
        "rds-storage-encrypted": {"onUndecided": "mandatory"},
        "ecs-read-only-root": "disabled",
        "rds-enhanced-monitoring": "disabled",
        "log-retention": {"minimumDays": 7, "maximumDays": 365, "onUndecided": "mandatory"},
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


def test_tags_of_a_provider_count_and_what_is_only_looked_up_is_not_held_to_the_policies(
    tools: Tools, tmp_path: Path
) -> None:
    extra = """
import pulumi_aws as aws
aws.ec2.Vpc.get("shared", "vpc-0123456789abcdef0")
aws.s3.Bucket.get("shared", "a-bucket-of-another-team")
aws.ec2.SecurityGroup.get("shared", "sg-0123456789abcdef0")
tagged = aws.Provider("tagged", region="us-east-1", default_tags={"tags": {"Owner": "search"}})
aws.sqs.Queue("owned", name="owned", opts=pulumi.ResourceOptions(provider=tagged))
aws.sqs.Queue("lost", name="lost", opts=pulumi.ResourceOptions(provider=aws.Provider("plain", region="us-east-1")))
"""
    owners = {"resource-tagged": {"enforcementLevel": "advisory", "required": ["Owner"]}}
    result = preview(tools, tmp_path, extra=extra, policies=STRICT | owners)
    assert result.exit_code == 0, result.output[-3000:]
    verdict = result.verdict
    assert (verdict.mandatory, verdict.undecided, verdict.complete) == ((), (), True)
    assert {found.policy for found in verdict.advisory} == {"resource-tagged"}
    untagged = {found.resource.rsplit("::", 1)[-1] for found in verdict.advisory}
    assert "lost" in untagged
    assert not {"owned", "shared"} & untagged


def test_a_violation_of_an_advisory_policy_and_a_waived_one_are_shown_and_do_not_block(
    tools: Tools, tmp_path: Path
) -> None:
    changes = [
        Change("aws:rds/cluster:Cluster", "database", remove=["storageEncrypted"]),
        Change("aws:cloudwatch/logGroup:LogGroup", "api", {"retentionInDays": 7}),
    ]
    waiver = {"resource": "*::api", "reason": "moving on", "approvedBy": "the owner", "expires": "2999-12-31"}
    policies = {"all": "advisory", "log-retention": {"enforcementLevel": "mandatory", "waivers": [waiver]}}
    result = preview(tools, tmp_path, changes=changes, policies=policies)
    assert result.exit_code == 0, result.output[-3000:]
    assert "rds-storage-encrypted" in {found.policy for found in result.verdict.advisory}
    (shown,) = (found for found in result.verdict.advisory if found.policy == "log-retention")
    assert "Waived: " in shown.message
    assert "moving on" in shown.message


def test_the_production_stack_passes_what_production_requires(tools: Tools, tmp_path: Path) -> None:
    engine = Engine(tools, REPOSITORY, tmp_path / "state", stack="prod")
    result = engine.preview(policy_pack=PACK, policy_pack_config=EVERYTHING_FOR_PRODUCTION)
    assert result.exit_code == 0, result.output[-3000:]
    assert result.verdict.is_clean, result.output[-3000:]


SWITCHES = {
    **DOMAIN,
    **TLS,
    **OF_THE_EDGE,
    **IMAGE,
    "db_password": PASSWORD,
    "final_snapshot": "true",
    "repository": "ml/api",
    "team": "search",
    "waf": "true",
}
"""Every key that can be given to a stack that exists, and taken away."""

PROTECTED = {"protect": "true"}


@pytest.mark.long
def test_a_stack_lives_from_up_to_destroy_and_every_switch_can_be_turned_on_and_off(
    tools: Tools, tmp_path: Path
) -> None:
    engine = Engine(tools, REPOSITORY, tmp_path / "state", environment=UNINTERRUPTED)
    as_it_is = {"aurora_engine_version": "16.4"}
    update(engine, as_it_is)
    assert engine.outputs()["cloudfront_distribution_url"].startswith("https://")
    require_refused(engine, as_it_is, {"customer_managed_key": "true"})
    changed = engine.preview(config=as_it_is | {"team": "search"})
    assert {"update", "same"} >= set(changed.events.changes or {}) > {"same"}
    refreshed = engine.refresh(config=as_it_is)
    assert set(refreshed.events.changes or {}) == {"same"}, refreshed.output[-3000:]
    require_same(engine, as_it_is)
    # On in a stack that is not protected, then off and on in one that is, then all off at once.
    update(engine, as_it_is | PROTECTED | SWITCHES)
    update(engine, as_it_is | PROTECTED)
    require_same(engine, as_it_is | PROTECTED)
    update(engine, as_it_is | PROTECTED | SWITCHES)
    require_same(engine, as_it_is | PROTECTED | SWITCHES)
    update(engine, as_it_is)
    destroy(engine)


@pytest.mark.long
def test_a_stack_made_with_everything_on_is_not_destroyed_until_its_protection_is_taken_away(
    tools: Tools, tmp_path: Path
) -> None:
    engine = Engine(tools, REPOSITORY, tmp_path / "state", environment=UNINTERRUPTED)
    with_key = {"customer_managed_key": "true", "aurora_engine_version": "16.4"}
    update(engine, with_key | PROTECTED | SWITCHES)
    require_refused(engine, with_key, {"customer_managed_key": "false"})
    before = resources(engine)
    refused = engine.destroy()
    assert refused.exit_code != 0
    assert "cannot be deleted" in refused.output
    assert [kept(found) for found in resources(engine)] == [kept(found) for found in before]
    freed = with_key | {"protect": "false", "final_snapshot": "true"}
    update(engine, freed)
    require_same(engine, freed)
    (cluster,) = (found for found in resources(engine) if found["type"] == "aws:rds/cluster:Cluster")
    assert cluster["inputs"]["finalSnapshotIdentifier"] == "ml-api-aurora-final-dev"
    destroy(engine)


def update(engine: Engine, config: Mapping[str, str]) -> None:
    """Makes or changes the stack, which is compliant, loses no data, and keeps its password to itself."""
    made = engine.up(config=config, policy_pack=PACK)
    assert made.exit_code == 0, made.output[-3000:]
    assert made.verdict.is_clean, made.output[-3000:]
    # What the web ACL logged goes with it, and nothing else that holds data.
    assert {found.type for found in made.verdict.lost} <= {"aws:cloudwatch/logGroup:LogGroup"}
    assert PASSWORD not in json.dumps(resources(engine))


def require_same(engine: Engine, config: Mapping[str, str]) -> None:
    """Holds that there is nothing to change, and that the stack is compliant."""
    again = engine.preview(config=config, policy_pack=PACK)
    assert set(again.events.changes or {}) == {"same"}, again.output[-3000:]
    assert again.verdict.is_clean, again.output[-3000:]


def require_refused(engine: Engine, config: Mapping[str, str], key: Mapping[str, str]) -> None:
    """Holds that each change that would cost data is refused with a sentence, before anything changes."""
    costly = {"environment_suffix": "green", "aws:region": "eu-west-1", "aurora_engine_version": "15.4", **key}
    before = resources(engine)
    for changed, value in costly.items():
        refused = engine.preview(config={**config, changed: value})
        assert refused.exit_code != 0
        assert "Traceback" not in refused.output
        lines = {line.strip().removeprefix("error: ").removeprefix("ml-api:") for line in refused.output.splitlines()}
        (sentence,) = (line for line in lines if line.startswith(f"{changed} is "))
        assert "expected" in sentence
    assert engine.up(config={**config, "environment_suffix": "green"}).exit_code != 0
    assert [kept(found) for found in resources(engine)] == [kept(found) for found in before]


def resources(engine: Engine) -> list[dict[str, Any]]:
    """What the state holds, read from its file: to ask the CLI for it takes longer than all else that is held here."""
    file = engine.state / "backend" / ".pulumi" / "stacks" / "ml-api" / f"{engine.stack}.json"
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"]["resources"]
    return found


def kept(resource: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells that a resource is the one that it was, and since when it is as it is."""
    return tuple(resource.get(key) for key in ("urn", "id", "modified"))


def destroy(engine: Engine) -> None:
    gone = engine.destroy()
    assert gone.exit_code == 0, gone.output[-3000:]
    assert set(gone.events.changes or {}) == {"delete"}
    assert engine.outputs() == {}
