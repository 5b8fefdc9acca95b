"""Ranges and ports, against counting them out."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_guardrails.aws.network.model.cidr_and_ports import (
    Traffic,
    has_public_addresses,
    is_internet,
    read_range,
    read_traffic,
)


def internet(text: str, *trusted: str) -> bool:
    found = read_range(text)
    assert found is not None
    return is_internet(found, [ipaddress.ip_network(item) for item in trusted])


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "::/0",
        "2000::/3",
        "10.0.0.0/7",
        "192.0.0.0/2",
    ],
)
def test_a_large_part_of_the_public_addresses_is_the_internet(text: str) -> None:
    assert internet(text)


@pytest.mark.parametrize(
    "text",
    ["10.0.0.0/8", "10.1.2.3/32", "172.16.0.0/12", "192.168.1.0/24", "100.64.0.0/10", "fd00::/8", "127.0.0.1/32"],
)
def test_a_private_range_is_not(text: str) -> None:
    assert not internet(text)


@pytest.mark.parametrize("text", ["8.8.8.8/32", "203.0.113.0/24", "11.0.0.0/8", "2001:db8::/32", "2600::1/128"])
def test_what_names_somebody_is_not_the_internet_although_its_addresses_are_public(text: str) -> None:
    assert not internet(text)
    assert has_public_addresses(ipaddress.ip_network(text))


def test_a_trusted_range_is_not_and_what_is_wider_is() -> None:
    assert not internet("128.0.0.0/2", "128.0.0.0/1")
    assert internet("128.0.0.0/1", "128.0.0.0/2")
    assert internet("::/0", "0.0.0.0/0")


@pytest.mark.parametrize("text", ["", "everywhere", "10.0.0.0/33", "300.0.0.0/8", None])
def test_what_is_no_range_is_read_as_none(text: str | None) -> None:
    assert read_range(text) is None


def test_host_bits_are_dropped() -> None:
    assert str(read_range("10.0.0.7/24")) == "10.0.0.0/24"


@pytest.mark.parametrize(
    ("protocol", "low", "high", "expected"),
    [
        ("tcp", 80.0, 443.0, Traffic("tcp", 80, 443)),
        ("6", 80.0, 80.0, Traffic("tcp", 80, 80)),
        (" UDP ", 53.0, 53.0, Traffic("udp", 53, 53)),
        ("-1", None, None, Traffic("all")),
        ("all", 80.0, 80.0, Traffic("all")),
        ("tcp", None, None, Traffic("tcp", 0, 65535)),
        ("tcp", -1.0, -1.0, Traffic("tcp", 0, 65535)),
        ("50", None, None, Traffic("50")),
        ("icmp", 8.0, 0.0, Traffic("icmp")),
        ("tcp", 443.0, 80.0, None),
        ("tcp", float("nan"), 80.0, None),
        ("tcp", 80.0, float("inf"), None),
        (None, 80.0, 80.0, None),
    ],
)
def test_traffic_is_read_in_every_spelling(
    protocol: str | None, low: float | None, high: float | None, expected: Traffic | None
) -> None:
    assert read_traffic(protocol, low, high) == expected


ranges = st.builds(
    lambda protocol, ends: Traffic(protocol, min(ends), max(ends)),
    st.sampled_from(("tcp", "udp", "all")),
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
)


def packets(traffic: Traffic) -> set[tuple[str, int]]:
    protocols = ("tcp", "udp") if traffic.is_everything else (traffic.protocol,)
    return {(protocol, port) for protocol in protocols for port in range(traffic.low, traffic.high + 1)}


@given(ranges, ranges)
def test_traffic_overlaps_where_some_packet_is_of_both(one: Traffic, other: Traffic) -> None:
    assert one.overlaps(other) is bool(packets(one) & packets(other))


@given(ranges, st.sets(st.integers(0, 9)))
def test_traffic_is_only_certain_ports_where_every_packet_is_tcp_to_one_of_them(one: Traffic, ports: set[int]) -> None:
    assert one.is_only(ports) is (packets(one) <= {("tcp", port) for port in ports})


@given(ranges, ranges)
def test_traffic_includes_what_is_of_it_to_the_last_packet(one: Traffic, other: Traffic) -> None:
    assert one.includes(other) is (packets(other) <= packets(one))


def test_a_protocol_without_ports_spans_them_all_and_one_port_is_one() -> None:
    for protocol in ("icmp", "all"):
        traffic = read_traffic(protocol, None, None)
        assert traffic is not None
        assert (traffic.low, traffic.high, traffic.width) == (0, 65535, 65536)
    assert Traffic("tcp", 80, 80).width == 1
    assert Traffic("tcp", 80, 443).width == 364
