"""What a remediation must not change; the conformance test checks what it fixes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import remedied
from tests.policypack.cases import good, policies_by_name

TENANTS = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


def remediated(
    policy: str, token: str, /, settings: Mapping[str, Any] | None = None, **changes: Any
) -> Mapping[str, Any]:
    declared = policies_by_name()[policy]
    properties = remedied(declared, good(token, **changes), configure(declared, settings or {}))
    assert properties is not None
    return properties


def test_logs_that_are_exported_already_still_are() -> None:
    after = remediated("rds-logs-exported", "aws:rds/cluster:Cluster", enabledCloudwatchLogsExports=["instance"])
    assert after["enabledCloudwatchLogsExports"] == ["instance", "postgresql"]


def test_backups_are_kept_as_long_as_configuration_wants() -> None:
    after = remediated(
        "rds-backup-retention", "aws:rds/cluster:Cluster", {"minimumDays": 14}, backupRetentionPeriod=1.0
    )
    assert after["backupRetentionPeriod"] == 14


def test_the_authority_of_an_instance_becomes_the_default_one() -> None:
    after = remediated("rds-certificate-authority", "aws:rds/instance:Instance", caCertIdentifier="rds-ca-2019")
    assert after["caCertIdentifier"] == "rds-ca-rsa2048-g1"


def test_the_authority_of_an_instance_becomes_the_first_that_is_allowed() -> None:
    allowed = {"authorities": ["rds-ca-ecc384-g1", "rds-ca-rsa4096-g1"]}
    after = remediated(
        "rds-certificate-authority", "aws:rds/instance:Instance", allowed, caCertIdentifier="rds-ca-2019"
    )
    assert after["caCertIdentifier"] == "rds-ca-ecc384-g1"


def test_replicas_keep_their_regions() -> None:
    after = remediated(
        "dynamodb-point-in-time-recovery",
        "aws:dynamodb/table:Table",
        replicas=[{"regionName": "eu-west-1"}, {"regionName": "eu-north-1", "pointInTimeRecovery": True}],
    )
    assert after["pointInTimeRecovery"] == {"enabled": True}
    assert after["replicas"] == [
        {"regionName": "eu-west-1", "pointInTimeRecovery": True},
        {"regionName": "eu-north-1", "pointInTimeRecovery": True},
    ]


@pytest.mark.parametrize(
    "replicas", [[{"regionName": "us-west-2"}, UNKNOWN], [{"regionName": "us-west-2"}, "eu"], UNKNOWN]
)
def test_a_replica_that_cannot_be_read_is_not_deleted(replicas: object) -> None:
    declared = policies_by_name()["dynamodb-point-in-time-recovery"]
    broken = good("aws:dynamodb/table:Table", pointInTimeRecovery=ABSENT, replicas=replicas)
    assert remedied(declared, broken, configure(declared, {})) is None


def test_a_table_replica_resource_has_a_plain_boolean() -> None:
    after = remediated(
        "dynamodb-point-in-time-recovery", "aws:dynamodb/tableReplica:TableReplica", pointInTimeRecovery=False
    )
    assert after["pointInTimeRecovery"] is True


def test_a_behavior_that_is_right_stays() -> None:
    before = good(DISTRIBUTION).properties
    after = remediated("cloudfront-viewers-https", DISTRIBUTION, defaultCacheBehavior__viewerProtocolPolicy="allow-all")
    assert after["orderedCacheBehaviors"] == before["orderedCacheBehaviors"]
    assert after["defaultCacheBehavior"] == before["defaultCacheBehavior"]


def test_a_default_behavior_is_redirected_where_there_is_no_other() -> None:
    after = remediated(
        "cloudfront-viewers-https",
        DISTRIBUTION,
        defaultCacheBehavior__viewerProtocolPolicy="allow-all",
        orderedCacheBehaviors=ABSENT,
    )
    assert after["defaultCacheBehavior"]["viewerProtocolPolicy"] == "redirect-to-https"
    assert "orderedCacheBehaviors" not in after


def test_a_behavior_for_tenants_is_redirected_in_its_own_spelling() -> None:
    after = remediated("cloudfront-viewers-https", TENANTS, cacheBehaviors__0__viewerProtocolPolicy="allow-all")
    assert after["cacheBehaviors"][0]["viewerProtocolPolicy"] == "redirect-to-https"
    assert "orderedCacheBehaviors" not in after


def test_a_vpc_origin_keeps_everything_but_its_protocols() -> None:
    token = "aws:cloudfront/vpcOrigin:VpcOrigin"
    changes: dict[str, Any] = {"vpcOriginEndpointConfig__originSslProtocols__items": ["SSLv3", "TLSv1.2"]}
    after = remediated("cloudfront-origin-tls-versions", token, **changes)
    assert after["vpcOriginEndpointConfig"] == {
        **good(token).properties["vpcOriginEndpointConfig"],
        "originSslProtocols": {"items": ["TLSv1.2"], "quantity": 1},
    }


def test_a_behavior_by_path_is_redirected_and_the_default_stays() -> None:
    after = remediated(
        "cloudfront-viewers-https",
        DISTRIBUTION,
        defaultCacheBehavior__viewerProtocolPolicy="https-only",
        orderedCacheBehaviors__0__viewerProtocolPolicy="allow-all",
    )
    assert after["defaultCacheBehavior"]["viewerProtocolPolicy"] == "https-only"
    assert after["orderedCacheBehaviors"][0]["viewerProtocolPolicy"] == "redirect-to-https"
    assert after["orderedCacheBehaviors"][0]["pathPattern"] == "/static/*"


def test_an_origin_keeps_everything_but_its_protocols() -> None:
    site = {"originId": "site", "domainName": "site.s3.amazonaws.com", "originAccessControlId": "E1"}
    api = dict(good(DISTRIBUTION).properties["origins"][0])
    old = {**api, "customOriginConfig": {**api["customOriginConfig"], "originSslProtocols": ["SSLv3"]}}
    after = remediated("cloudfront-origin-tls-versions", DISTRIBUTION, origins=[site, old])
    assert after["origins"] == [site, api]


@pytest.mark.parametrize(
    "changes",
    [
        {"availabilityZone": "us-east-1a"},
        {"availabilityZone": UNKNOWN},
        {"engine": "custom-sqlserver-se"},
        {"customIamInstanceProfile": "AWSRDSCustomX"},
    ],
)
def test_a_standby_is_not_added_where_the_update_would_fail(changes: dict[str, object]) -> None:
    declared = policies_by_name()["rds-instance-several-zones"]
    broken = good("aws:rds/instance:Instance", multiAz=False, **changes)
    assert remedied(declared, broken, configure(declared, {})) is None


def test_a_table_and_its_replicas_are_protected() -> None:
    after = remediated(
        "dynamodb-deletion-protection", "aws:dynamodb/table:Table", replicas=[{"regionName": "eu-west-1"}]
    )
    assert after["replicas"] == [{"regionName": "eu-west-1", "deletionProtectionEnabled": True}]
    assert after["deletionProtectionEnabled"] is True
