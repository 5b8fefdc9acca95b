"""What a network ACL certainly blocks, and that it is never more than it does, packet by packet."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_guardrails.aws.network.model.cidr_and_ports import ALL_TRAFFIC, Traffic, is_internet, read_range
from pulumi_guardrails.aws.network.model.network_acls import NetworkAcls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.aws.network.world import SUBNET, VPC
from tests.policypack.cases import Ref, resource

ACL = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_ACL = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
ACL_ASSOCIATION = "aws:ec2/networkAclAssociation:NetworkAclAssociation"

SSH = Traffic("tcp", 22, 22)
OFFICE = "203.0.113.0/24"


def entry(number: object, action: object, source: object = "0.0.0.0/0", **more: Any) -> dict[str, Any]:
    """An entry of an ACL, for all traffic unless told otherwise."""
    return {"ruleNo": number, "action": action, "cidrBlock": source, "protocol": "-1", **more}


def tcp(low: object, high: object) -> dict[str, Any]:
    return {"protocol": "tcp", "fromPort": low, "toPort": high}


def rule(number: float, action: str, owner: object = Ref(ACL, "acl"), **more: Any) -> Resource:
    """An entry of its own."""
    given = {"networkAclId": owner, "ruleNumber": number, "ruleAction": action, "protocol": "-1", **more}
    return resource(ACL_RULE, f"rule-{number:.0f}", **{"cidrBlock": "0.0.0.0/0", **given})


def acl(*entries: dict[str, Any], **more: Any) -> Resource:
    return resource(ACL, "acl", **{"subnetIds": [Ref(SUBNET, "subnet")], "ingress": list(entries), **more})


def is_blocked(
    *others: Resource, traffic: Traffic | None = SSH, source: str = "0.0.0.0/0", from_internet: bool = True
) -> bool:
    """Whether the ACL of the subnet `subnet` certainly blocks some traffic."""
    subnet, other = (resource(SUBNET, name, vpcId=Ref(VPC, "vpc")) for name in ("subnet", "other"))
    # A VPC among the others takes the place of the first, since both have one URN.
    stack = Stack([resource(VPC, "vpc"), subnet, other, *others])
    found = read_range(source)
    assert found is not None
    return bool(NetworkAcls(stack).blocks(subnet, traffic, found, from_internet))


ADDRESSES = ("8.8.8.8", "203.0.113.5", "10.0.0.7", "10.0.1.7")
SOURCES = ("0.0.0.0/0", "203.0.0.0/16", OFFICE, "10.0.0.0/8", "10.0.1.0/24")
PORTS = range(4)

some_traffic = st.builds(
    lambda protocol, ends: Traffic(protocol, min(ends), max(ends)) if protocol in ("tcp", "udp") else Traffic(protocol),
    st.sampled_from(("tcp", "tcp", "udp", "all")),
    st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)),
)
entries = st.lists(
    st.tuples(st.sampled_from(("allow", "deny")), some_traffic, st.sampled_from(SOURCES)), min_size=1, max_size=5
)


def packets(traffic: Traffic, source: str, from_internet: bool) -> Iterator[tuple[str, str, int]]:
    """Protocol, address and port of every packet that is asked for."""
    for address in ADDRESSES:
        inside = ipaddress.ip_address(address) in ipaddress.ip_network(source)
        if inside and (not from_internet or is_internet(ipaddress.ip_network(address))):
            for protocol in ("tcp", "udp"):
                for port in PORTS:
                    if traffic.overlaps(Traffic(protocol, port, port)):
                        yield protocol, address, port


def allows(written: Sequence[tuple[str, Traffic, str]], protocol: str, address: str, port: int) -> bool:
    """Whether the first entry that fits a packet allows it; none denies it."""
    for action, traffic, source in written:
        in_range = ipaddress.ip_address(address) in ipaddress.ip_network(source)
        if in_range and traffic.overlaps(Traffic(protocol, port, port)):
            return action == "allow"
    return False


@given(entries, some_traffic, st.sampled_from(SOURCES), st.booleans())
def test_what_is_blocked_is_allowed_by_no_entry(
    written: list[tuple[str, Traffic, str]], traffic: Traffic, source: str, from_internet: bool
) -> None:
    blocks = [
        entry(float(number), action, place, protocol=kind.protocol, fromPort=float(kind.low), toPort=float(kind.high))
        for number, (action, kind, place) in enumerate(written, start=1)
    ]
    if is_blocked(acl(*reversed(blocks)), traffic=traffic, source=source, from_internet=from_internet):
        assert not any(allows(written, *packet) for packet in packets(traffic, source, from_internet))


def test_an_acl_without_entries_blocks_everything_and_no_acl_nothing() -> None:
    assert is_blocked(acl())
    assert not is_blocked()
    assert not is_blocked(acl(), traffic=None)
    assert not is_blocked(acl(subnetIds=[Ref(SUBNET, "other")]))


def test_private_addresses_are_not_the_internet() -> None:
    private = acl(entry(1.0, "allow", "10.0.0.0/8"))
    assert is_blocked(private)
    assert not is_blocked(private, from_internet=False)


def test_addresses_that_no_entry_names_are_blocked() -> None:
    office = acl(entry(1.0, "allow", OFFICE))
    assert is_blocked(office, source="198.51.100.0/24")
    assert not is_blocked(office, source="203.0.113.7/32")
    assert not is_blocked(office, source="203.0.0.0/16")


@pytest.mark.parametrize(
    ("denial", "blocks"),
    [
        (entry(1.0, "deny"), True),
        (entry(1.0, "deny", OFFICE), True),
        (entry(1.0, "deny", **tcp(22.0, 22.0)), True),
        (entry(2.0, "deny"), False),
        (entry(3.0, "deny"), False),
        (entry(UNKNOWN, "deny"), False),
        (entry(1.0, UNKNOWN), False),
        (entry(1.0, "deny", UNKNOWN), False),
        (entry(1.0, "deny", protocol=UNKNOWN), False),
        (entry(1.0, "deny", **tcp(22.0, UNKNOWN)), False),
        (entry(1.0, "deny", **tcp(UNKNOWN, 22.0)), False),
        (entry(1.0, "allow"), False),
    ],
)
def test_a_denial_blocks_what_it_surely_comes_before(denial: dict[str, Any], blocks: bool) -> None:
    assert is_blocked(acl(entry(2.0, "allow", OFFICE, **tcp(22.0, 22.0)), denial), traffic=ALL_TRAFFIC) is blocks


def test_what_an_entry_allows_may_be_less_than_what_is_asked_or_more() -> None:
    """A denial keeps out what is asked where it holds the entry's part of it, or all that is asked."""
    assert is_blocked(acl(entry(1.0, "deny", OFFICE), entry(2.0, "allow")), source=OFFICE)
    assert not is_blocked(acl(entry(1.0, "deny", OFFICE), entry(2.0, "allow")))
    assert is_blocked(acl(entry(1.0, "deny", **tcp(22.0, 22.0)), entry(2.0, "allow")))
    assert not is_blocked(acl(entry(1.0, "deny", **tcp(22.0, 22.0)), entry(2.0, "allow")), traffic=ALL_TRAFFIC)


def test_an_entry_that_may_allow_some_of_the_traffic_blocks_nothing() -> None:
    for unsure in (entry(1.0, UNKNOWN), entry(1.0, "allow", UNKNOWN), entry(1.0, "allow", protocol=UNKNOWN)):
        assert not is_blocked(acl(unsure))
    assert not is_blocked(acl(ingress=UNKNOWN))


def test_an_entry_of_its_own_counts_where_it_may_be_the_acls() -> None:
    assert not is_blocked(acl(), rule(1.0, "allow"))
    assert not is_blocked(acl(), rule(1.0, "allow", UNKNOWN))
    assert not is_blocked(acl(), rule(1.0, "allow", egress=UNKNOWN))
    assert is_blocked(acl(), rule(1.0, "allow", egress=True))
    assert is_blocked(acl(), resource(ACL, "theirs"), rule(1.0, "allow", Ref(ACL, "theirs")))


def test_a_denial_of_its_own_counts_where_it_surely_is_the_acls() -> None:
    open_acl = acl(entry(2.0, "allow"))
    assert is_blocked(open_acl, rule(1.0, "deny"))
    assert not is_blocked(open_acl, rule(1.0, "deny", UNKNOWN))
    assert not is_blocked(open_acl, rule(1.0, "deny", egress=UNKNOWN))
    assert not is_blocked(open_acl, rule(1.0, "deny", egress=True))


def test_an_acl_may_be_associated_by_a_resource_of_its_own() -> None:
    alone = acl(subnetIds=[])

    def associated(subnet: object, owner: object = Ref(ACL, "acl")) -> Resource:
        return resource(ACL_ASSOCIATION, "association", subnetId=subnet, networkAclId=owner)

    assert is_blocked(alone, associated(Ref(SUBNET, "subnet")))
    assert not is_blocked(alone, associated(Ref(SUBNET, "other")))
    assert not is_blocked(alone, associated(Ref(SUBNET, "subnet"), "acl-0123"))
    assert not is_blocked(acl(), associated(UNKNOWN, "acl-0123"))  # may give the subnet another ACL


def test_the_default_acl_of_its_vpc_is_found_by_its_edge_and_by_its_id() -> None:
    assert is_blocked(resource(DEFAULT_ACL, "default", defaultNetworkAclId=Ref(VPC, "vpc")))
    vpc = resource(VPC, "vpc")
    vpc.outputs = {"defaultNetworkAclId": "acl-1"}
    assert is_blocked(vpc, resource(DEFAULT_ACL, "default", defaultNetworkAclId="acl-1"))
    assert not is_blocked(vpc, resource(DEFAULT_ACL, "default", defaultNetworkAclId="acl-2"))
