"""A remedy changes what is wrong in a list and leaves the rest of it as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guardrails.evaluation import remedied
from guardrails.settings import configure
from guardrails.view import UNKNOWN
from tests.policypack.cases import policies_by_name, resource


def mended(policy_name: str, token: str, **properties: Any) -> Mapping[str, Any] | None:
    policy = policies_by_name()[policy_name]
    return remedied(policy, resource(token, **properties), configure(policy, {}))


def test_container_insights_are_switched_on_beside_the_other_settings() -> None:
    other = {"name": "other", "value": "x"}
    settings = [{"name": "containerInsights", "value": "disabled"}, other]
    assert mended("ecs-container-insights", "aws:ecs/cluster:Cluster", name="api", settings=settings) == {
        "name": "api",
        "settings": [other, {"name": "containerInsights", "value": "enabled"}],
    }


def test_encryption_in_transit_is_switched_on_in_every_efs_volume_and_in_no_other() -> None:
    scratch = {"name": "scratch"}
    plain = {"name": "models", "efsVolumeConfiguration": {"fileSystemId": UNKNOWN}}
    listed = {"name": "more", "efsVolumeConfiguration": [{"fileSystemId": "fs-1", "transitEncryption": "DISABLED"}]}
    after = mended("ecs-efs-in-transit", "aws:ecs/taskDefinition:TaskDefinition", volumes=[scratch, plain, listed])
    assert after == {
        "volumes": [
            scratch,
            {"name": "models", "efsVolumeConfiguration": {"fileSystemId": UNKNOWN, "transitEncryption": "ENABLED"}},
            {"name": "more", "efsVolumeConfiguration": {"fileSystemId": "fs-1", "transitEncryption": "ENABLED"}},
        ]
    }


def test_a_volume_that_cannot_be_read_is_left_to_its_author() -> None:
    broken = [{"name": "models", "efsVolumeConfiguration": "fs-1"}]
    assert mended("ecs-efs-in-transit", "aws:ecs/taskDefinition:TaskDefinition", volumes=broken) is None


def test_access_logs_are_not_switched_on_without_a_bucket() -> None:
    token = "aws:lb/loadBalancer:LoadBalancer"
    assert mended("load-balancer-access-logs", token, accessLogs={"enabled": False}) is None
    assert mended("load-balancer-access-logs", token, accessLogs={"bucket": "logs"}) == {
        "accessLogs": {"bucket": "logs", "enabled": True}
    }
