"""Rows of `vpc-flow-log` and `default-security-group-locked`."""

from __future__ import annotations

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    DEFAULT_GROUP,
    DEFAULT_VPC,
    FLOW_LOG,
    RULE,
    SUBNET,
    VPC,
    group,
    ingress,
    world,
)
from tests.policypack.cases import (
    COMPLIANT,
    NOT_APPLICABLE,
    UNDECIDED,
    VIOLATION,
    Ref,
    resource,
)

FLOW, LOCKED = "vpc-flow-log", "default-security-group-locked"


def flow_log(vpc: object = Ref(VPC, "vpc"), traffic: object = "ALL", name: str = "log") -> Resource:
    return resource(FLOW_LOG, name, vpcId=vpc, trafficType=traffic)


A_VPC = resource(VPC, "vpc", cidrBlock="10.0.0.0/16")


CASES = [
    case(FLOW, "a log of all traffic", COMPLIANT, [A_VPC, flow_log()], "vpc"),
    case(FLOW, "no VPC", NOT_APPLICABLE, [group("alone")]),
    case(FLOW, "no log", VIOLATION, [A_VPC], "vpc", "no flow log"),
    case(FLOW, "a log of rejected traffic", VIOLATION, [A_VPC, flow_log(traffic="REJECT")], "vpc", '"REJECT"'),
    case(
        FLOW,
        "a log of rejected and one of accepted traffic",
        COMPLIANT,
        [A_VPC, flow_log(traffic="REJECT"), flow_log(traffic="ACCEPT", name="other")],
        "vpc",
    ),
    case(
        FLOW,
        "a log of rejected traffic, and one of accepted traffic that may be of another VPC",
        UNDECIDED,
        [A_VPC, flow_log(traffic="REJECT"), flow_log(UNKNOWN, "ACCEPT", "other")],
        "vpc",
        "by a flow log each",
    ),
    case(
        FLOW,
        "two logs of rejected traffic",
        VIOLATION,
        [A_VPC, flow_log(traffic="REJECT"), flow_log(traffic="REJECT", name="other")],
        "vpc",
    ),
    case(FLOW, "a log without a kind of traffic", VIOLATION, [A_VPC, flow_log(traffic=ABSENT)], "vpc"),
    case(FLOW, "a wrong type of traffic", VIOLATION, [A_VPC, flow_log(traffic=["ALL"])], "vpc"),
    case(
        FLOW,
        "a log of a subnet only",
        VIOLATION,
        [A_VPC, resource(FLOW_LOG, "log", subnetId=Ref(SUBNET, "a"), trafficType="ALL")],
        "vpc",
    ),
    case(FLOW, "a log of another VPC", VIOLATION, [A_VPC, flow_log("vpc-0123")], "vpc"),
    case(FLOW, "the default VPC without a log", VIOLATION, [resource(DEFAULT_VPC, "default")], "default"),
    case(FLOW, "traffic not known yet", UNDECIDED, [A_VPC, flow_log(traffic=UNKNOWN)], "vpc", "trafficType"),
    case(FLOW, "a VPC not known yet", UNDECIDED, [A_VPC, flow_log(UNKNOWN)], "vpc", "vpcId"),
    case(LOCKED, "adopted without rules", COMPLIANT, world()),
    case(LOCKED, "no VPC", NOT_APPLICABLE, [group("alone")]),
    case(LOCKED, "not adopted", VIOLATION, world(without=["default-group"]), "vpc", "has the rules that AWS gives it"),
    case(
        LOCKED,
        "another VPC's adopted",
        VIOLATION,
        world(change={"default-group": {"vpcId": "vpc-0123"}}),
        "vpc",
        "has the rules that AWS gives it",
    ),
    case(
        LOCKED,
        "adopted with a rule in",
        VIOLATION,
        world(change={"default-group": {"ingress": [{"protocol": "-1", "self": True}]}}),
        "default-group",
        "ingress",
    ),
    case(
        LOCKED,
        "adopted with a rule out",
        VIOLATION,
        world(change={"default-group": {"egress": [{"protocol": "-1", "cidrBlocks": [ANYWHERE]}]}}),
        "default-group",
        "egress",
    ),
    case(
        LOCKED, "a wrong type of rules", VIOLATION, world(change={"default-group": {"ingress": "all"}}), "default-group"
    ),
    case(
        LOCKED,
        "a rule beside it, found through the VPC",
        VIOLATION,
        world(ingress("default-in", Ref(VPC, "vpc"), 22, cidrIpv4="10.0.0.0/8")),
        "default-in",
        "it is a rule of a default security group, DefaultSecurityGroup 'default-group'",
    ),
    case(
        LOCKED,
        "a rule beside it, found through what adopts it",
        VIOLATION,
        world(
            resource(RULE, "default-in", type="egress", self=True, securityGroupId=Ref(DEFAULT_GROUP, "default-group"))
        ),
        "default-in",
    ),
    case(
        LOCKED,
        "the default VPC's, adopted without naming it",
        COMPLIANT,
        [resource(DEFAULT_VPC, "default"), resource(DEFAULT_GROUP, "locked")],
    ),
    case(
        LOCKED, "rules not known yet", UNDECIDED, world(change={"default-group": {"ingress": UNKNOWN}}), "default-group"
    ),
    case(
        LOCKED,
        "the VPCs of two not known yet",
        UNDECIDED,
        world(resource(DEFAULT_GROUP, "other-group", vpcId=UNKNOWN), change={"default-group": {"vpcId": UNKNOWN}}),
        "vpc",
        "'default-group'",
    ),
    case(LOCKED, "a VPC not known yet", UNDECIDED, world(change={"default-group": {"vpcId": UNKNOWN}}), "vpc", "vpcId"),
]
