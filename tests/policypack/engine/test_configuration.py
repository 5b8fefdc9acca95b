"""What a configuration means, and how a wrong one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_guardrails.engine.configuration import ConfigurationError, OnUndecided, configure
from tests.policypack.cases import policies_by_name

POLICY = policies_by_name()["log-retention"]
WAIVER = {"resource": "*", "reason": "r", "approvedBy": "a", "expires": "2030-01-01"}
"""Each text is as short as one may be."""


def test_without_configuration_the_defaults_hold() -> None:
    configured = configure(POLICY, {})
    assert configured.settings == {"minimumDays": 30, "maximumDays": 30}
    assert configured.on_undecided is OnUndecided.ADVISORY
    assert configured.waivers == ()


def test_a_setting_is_taken_and_the_others_keep_their_defaults() -> None:
    configured = configure(POLICY, {"maximumDays": 365.0, "onUndecided": "mandatory", "waivers": [WAIVER]})
    assert configured.settings == {"minimumDays": 30, "maximumDays": 365}
    assert isinstance(configured.settings["maximumDays"], int)  # a message says "365 days", not "365.0 days"
    assert configured.on_undecided is OnUndecided.MANDATORY
    assert [waiver.approved_by for waiver in configured.waivers] == ["a"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"minimumDays": "thirty"}, "minimumDays"),
        ({"minimumDays": 0}, "minimumDays"),
        ({"maximumDays": 0}, "maximumDays"),
        ({"onUndecided": "maybe"}, "onUndecided"),
        ({"waivers": [{"resource": "*"}]}, "waivers"),
        ({"waivers": [{**WAIVER, "expires": "soon"}]}, "expires"),
        ({"waivers": [{**WAIVER, "expires": "2030-02-30"}]}, "2030-02-30"),
        ({"waivers": "all"}, "waivers"),
        ({"waivers": [{**WAIVER, "resource": ""}]}, "resource"),
        ({"waivers": [{**WAIVER, "reason": ""}]}, "reason"),
        ({"waivers": [{**WAIVER, "approvedBy": ""}]}, "approvedBy"),
        ({"waivers": [{**WAIVER, "ticket": "42"}]}, "ticket"),
        ({"minimumDaysS": 3}, "minimumDaysS"),
    ],
)
def test_a_wrong_configuration_is_refused_in_one_sentence(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        configure(POLICY, given)
    assert "log-retention" in str(refused.value)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("policy", "name", "least", "most"),
    [
        ("sg-no-wide-ingress", "maximumPorts", 1, 65535),
        ("kms-rotation", "maximumDays", 90, 2560),
        ("kms-key-kept", "minimumDays", 7, 30),
        ("rds-backup-retention", "minimumDays", 1, 35),
        ("secret-rotation-interval", "maximumDays", 1, 1000),
    ],
)
def test_a_number_is_accepted_within_its_bounds_and_no_further(policy: str, name: str, least: int, most: int) -> None:
    declared = policies_by_name()[policy]
    assert [configure(declared, {name: number}).settings[name] for number in (least, most)] == [least, most]
    for number in (least - 1, most + 1):
        with pytest.raises(ConfigurationError, match=name):
            configure(declared, {name: number})


DATABASE_TIER = {"name": "database", "kinds": ["RDS cluster"], "ports": [5432], "from": []}


@pytest.mark.parametrize(
    ("policy", "name", "accepted", "refused"),
    [
        ("network-acl-closed-to-internet", "ports", [[0], [65535]], [[-1], [65536]]),
        ("private-subnet-no-internet-route", "tierTag", ["T"], [""]),
        ("subnets-in-different-zones", "tierTag", ["T"], [""]),
        ("subnets-in-different-zones", "zones", [2], [1]),
        ("load-balancer-multiple-zones", "minimumZones", [1], [0]),
        (
            "network-chain",
            "tiers",
            [[{**DATABASE_TIER, "ports": [0, 65535]}], [{**DATABASE_TIER, "match": "m"}]],
            [
                [{**DATABASE_TIER, "ports": [-1]}],
                [{**DATABASE_TIER, "ports": [65536]}],
                [{**DATABASE_TIER, "match": ""}],
                [{**DATABASE_TIER, "name": ""}],
            ],
        ),
    ],
)
def test_what_a_setting_of_the_network_may_be_and_what_not(
    policy: str, name: str, accepted: list[Any], refused: list[Any]
) -> None:
    declared = policies_by_name()[policy]
    for value in accepted:
        assert configure(declared, {name: value}).settings[name] == value
    for value in refused:
        with pytest.raises(ConfigurationError, match=name):
            configure(declared, {name: value})


def test_the_seconds_of_strict_transport_are_one_or_more() -> None:
    declared = policies_by_name()["cloudfront-strict-transport"]
    assert configure(declared, {"minimumSeconds": 1}).settings["minimumSeconds"] == 1
    with pytest.raises(ConfigurationError, match="minimumSeconds"):
        configure(declared, {"minimumSeconds": 0})
