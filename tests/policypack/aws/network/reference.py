"""A slow and obvious answer to who can reach whom, on networks in which everything is known.

It tries every pair of hosts, every protocol and every port, one packet at a time, until nothing new is reached. It
shares no code with the graph: addresses are single addresses, ports are single ports, groups are names.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

PUBLIC_ADDRESSES = ("8.8.8.8", "200.0.0.1", "130.0.0.1", "2600::1")
"""Someone on the internet: some in each half of IPv4, one in IPv6. None has an address that a test names apart."""

PORTS = range(6)
PROTOCOLS = ("tcp", "udp")
"""What opens a connection; ICMP opens none."""


@dataclass(frozen=True)
class RuleSpec:
    """One rule: `peer` is the name of a group, or an address range."""

    group: str
    ingress: bool
    protocol: str
    low: int
    high: int
    peer: str

    @property
    def names_a_group(self) -> bool:
        return self.peer.startswith("g")


@dataclass(frozen=True)
class HostSpec:
    """One host: its groups and its address. For one of several interfaces of an instance: which instance."""

    name: str
    groups: frozenset[str]
    address: str
    instance: str = ""


@dataclass(frozen=True)
class NetworkSpec:
    """A whole network."""

    hosts: Sequence[HostSpec]
    rules: Sequence[RuleSpec]

    @property
    def groups(self) -> list[str]:
        return sorted({group for host in self.hosts for group in host.groups})


def _allows(rule: RuleSpec, protocol: str, port: int, address: str, groups: Iterable[str]) -> bool:
    if rule.protocol not in ("all", protocol):
        return False
    if rule.protocol in ("tcp", "udp") and not rule.low <= port <= rule.high:
        return False
    if rule.names_a_group:
        return rule.peer in groups
    return ipaddress.ip_address(address) in ipaddress.ip_network(rule.peer)


def _passes(
    network: NetworkSpec, source: HostSpec | None, address: str, target: HostSpec, protocol: str, port: int
) -> bool:
    allowed_in = any(
        rule.ingress
        and rule.group in target.groups
        and _allows(rule, protocol, port, address, source.groups if source else ())
        for rule in network.rules
    )
    allowed_out = source is None or any(
        not rule.ingress
        and rule.group in source.groups
        and _allows(rule, protocol, port, target.address, target.groups)
        for rule in network.rules
    )
    return allowed_in and allowed_out


def _packets(source: HostSpec | None) -> Iterator[tuple[str, str, int]]:
    for address in [source.address] if source else PUBLIC_ADDRESSES:
        for protocol in PROTOCOLS:
            for port in PORTS:
                yield address, protocol, port


def reached_from_internet(network: NetworkSpec) -> set[str]:
    """The names of the hosts that someone on the internet reaches, directly or by way of other hosts."""
    reached: set[str] = set()
    while True:
        sources = [None, *(host for host in network.hosts if host.name in reached)]
        more = {
            target.name
            for source in sources
            for target in network.hosts
            if target.name not in reached
            and any(
                _passes(network, source, address, target, protocol, port)
                for address, protocol, port in _packets(source)
            )
        }
        instances = {host.instance for host in network.hosts if host.name in reached and host.instance}
        more |= {host.name for host in network.hosts if host.instance in instances} - reached
        if not more:
            return reached
        reached |= more
