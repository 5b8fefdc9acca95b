"""A remedy changes what is wrong in a list and leaves the rest of it as it is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import remedied
from tests.policypack.cases import policies_by_name, resource

# What CloudWatch Logs accepts as a retention period, in days (API reference, PutRetentionPolicy).
RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288)
LONGEST = 3653


def mended(policy_name: str, token: str, **properties: Any) -> Mapping[str, Any] | None:
    policy = policies_by_name()[policy_name]
    return remedied(policy, resource(token, **properties), configure(policy, {}))


def test_container_insights_are_switched_on_beside_the_other_settings() -> None:
    other = {"name": "other", "value": "x"}
    settings = [{"name": "containerInsights", "value": "disabled"}, other]
    assert mended("ecs-container-insights", "aws:ecs/cluster:Cluster", name="api", settings=settings) == {
        "name": "api",
        "settings": [{"name": "containerInsights", "value": "enabled"}, other],
    }
    assert mended("ecs-container-insights", "aws:ecs/cluster:Cluster", name="api", settings=[other]) == {
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


def test_a_secret_that_is_rewritten_stays_secret() -> None:
    distribution, header = "aws:cloudfront/distribution:Distribution", {"name": "X-Origin-Verify", "value": "hunter2"}
    before = {"customHeaders": [header], "customOriginConfig": {"originSslProtocols": ["TLSv1"]}}
    after = {"customHeaders": [header], "customOriginConfig": {"originSslProtocols": ["TLSv1.2"]}}
    assert mended("cloudfront-origin-tls-versions", distribution, origins=Secret([before])) == {
        "origins": Secret([after])
    }
    task = "aws:ecs/taskDefinition:TaskDefinition"
    volumes = [Secret({"name": "models", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}})]
    assert mended("ecs-efs-in-transit", task, volumes=volumes) == {
        "volumes": Secret(
            [{"name": "models", "efsVolumeConfiguration": {"fileSystemId": "fs-1", "transitEncryption": "ENABLED"}}]
        )
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


def test_a_list_that_gets_longer_is_secret_where_a_member_was() -> None:
    other = Secret({"name": "other", "value": "x"})
    added = {"name": "containerInsights", "value": "enabled"}
    assert mended("ecs-container-insights", "aws:ecs/cluster:Cluster", settings=[other]) == {
        "settings": Secret([other.value, added])
    }


def test_a_listener_gets_the_tls_policy_that_the_advice_and_the_example_name() -> None:
    policy = policies_by_name()["listener-tls-policy"]
    old = resource("aws:lb/listener:Listener", protocol="HTTPS", sslPolicy="ELBSecurityPolicy-2016-08")
    after = remedied(policy, old, configure(policy, {}))
    assert after == {"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"}
    for text in (policy.remediation_steps, policy.example):
        assert f'ssl_policy="{after["sslPolicy"]}"' in text
    narrowed = {"accepted": ["ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-FS-1-2-Res-2020-10"]}
    after = remedied(policy, old, configure(policy, narrowed))
    assert after == {"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"}


def retention(least: int, most: int) -> Mapping[str, Any] | None:
    policy = policies_by_name()["log-retention"]
    kept_for_ever = resource("aws:cloudwatch/logGroup:LogGroup", name="api", retentionInDays=0.0)
    return remedied(policy, kept_for_ever, configure(policy, {"minimumDays": least, "maximumDays": most}))


def test_a_log_group_gets_the_fewest_days_that_cloudwatch_and_the_configuration_allow() -> None:
    for before, days in pairwise((0, *RETENTION_DAYS, LONGEST)):
        assert retention(before + 1, LONGEST) == {"name": "api", "retentionInDays": days}
        assert retention(days, days) == {"name": "api", "retentionInDays": days}


def test_a_log_group_is_left_to_its_author_where_cloudwatch_has_no_such_period() -> None:
    assert retention(31, 59) is None
    assert retention(LONGEST + 1, LONGEST + 1000) is None


def test_the_platform_version_becomes_the_first_of_those_that_are_accepted() -> None:
    policy = policies_by_name()["ecs-platform-version"]
    old = resource("aws:ecs/service:Service", launchType="FARGATE", platformVersion="1.3.0")
    after = remedied(policy, old, configure(policy, {"accepted": ["LATEST", "1.4.0"]}))
    assert after == {"launchType": "FARGATE", "platformVersion": "LATEST"}
