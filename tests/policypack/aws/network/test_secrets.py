"""A value marked as a secret is judged like any other, and never shown."""

from __future__ import annotations

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Secret
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge, judge_stack, violation_message
from tests.policypack.aws.network.tables import MODULES
from tests.policypack.aws.network.world import DB_GROUP, ingress, world
from tests.policypack.cases import policies_by_name

SECRETS = ("203.0.113.77", "sg-5ec2e7", "5439")


def messages(stack: list[Resource]) -> list[str]:
    found: list[str] = []
    for policy in policies_by_name().values():
        if policy.module not in MODULES:
            continue
        configuration = configure(policy, {})
        verdicts = (
            judge_stack(policy, Stack(stack), configuration)
            if policy.on_stack
            else [(judged, judge(policy, judged, configuration)) for judged in stack]
        )
        found += [violation_message(policy, judged, v.findings) for judged, v in verdicts if v.findings]
    return found


def test_no_message_shows_a_secret() -> None:
    found = messages(
        world(
            ingress("range", DB_GROUP, 22, cidrIpv4=Secret("203.0.113.77/32")),
            ingress("group", DB_GROUP, 22, referencedSecurityGroupId=Secret("sg-5ec2e7")),
            ingress("ports", DB_GROUP, cidrIpv4="0.0.0.0/0", fromPort=Secret(5439.0), toPort=Secret(5439.0)),
            ingress("owner", Secret("sg-5ec2e7"), 443, cidrIpv4="0.0.0.0/0"),
            change={
                "cluster": {"port": Secret(5439.0)},
                "service": {"networkConfiguration.subnets": [Secret("sg-5ec2e7")]},
            },
        )
    )
    assert any("[secret]" in message for message in found)
    for message in found:
        assert not any(secret in message for secret in SECRETS), message
