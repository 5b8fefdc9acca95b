"""Address ranges and traffic as plain values: which range holds internet addresses, which ports overlap.

Everything here is arithmetic on known values; what is unknown is handled by who asks.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from pulumi_guardrails.core.frozen import fast_dataclass

Range = ipaddress.IPv4Network | ipaddress.IPv6Network
"""An IPv4 or IPv6 address range."""

HIGHEST_PORT = 65535

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
"""Ranges of private addresses, which VPCs and the networks connected to them use (RFC 1918, RFC 6598, RFC 4193)."""

_NOT_INTERNET = tuple(
    ipaddress.ip_network(text) for text in (*PRIVATE, "169.254.0.0/16", "127.0.0.0/8", "fe80::/10", "::1/128")
)
"""Ranges that the internet does not route: private, shared, link-local, loopback, unique local.

Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890).
"""

_WIDEST = {4: 8, 6: 32}
"""The length of the shortest prefix that still names somebody, by IP version; a shorter one is the internet.

Source: Amazon S3 User Guide, "The meaning of public": broader than /8 for IPv4 and /32 for IPv6 is public.
"""

_CONTROL_PROTOCOLS = ("icmp", "icmpv6")

_PROTOCOLS = {"-1": "all", "all": "all", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
"""Other spellings of a protocol: IANA numbers, and AWS's -1 for every protocol (API reference, IpPermission)."""


@lru_cache(maxsize=4096)
def read_range(text: str | None) -> Range | None:
    """The address range in a text; `None` where there is none. Host bits are dropped, as AWS does."""
    if text is None:
        return None
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def covers(outer: Range, inner: Range) -> bool:
    """Whether every address of `inner` is in `outer`."""
    if isinstance(outer, ipaddress.IPv4Network) and isinstance(inner, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, ipaddress.IPv6Network) and isinstance(inner, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False


def is_internet(source: Range, trusted: Sequence[Range] = ()) -> bool:
    """Whether a range is the internet or a large part of it, such as a half, and is not trusted.

    A few addresses, such as those of an office, are no one but who has them. Overlapping parts of several trusted
    ranges are not put together: the range has to be in one of them.
    """
    return source.prefixlen < _WIDEST[source.version] and has_public_addresses(source, trusted)


def has_public_addresses(source: Range, trusted: Sequence[Range] = ()) -> bool:
    """Whether a range, of whatever size, has addresses that the internet routes and that are not trusted."""
    return not any(covers(inside, source) for inside in (*_NOT_INTERNET, *trusted))


@fast_dataclass(frozen=True)
class Traffic:
    """One protocol with a range of ports, both ends included.

    Attributes:
        protocol: `tcp`, `udp`, `icmp`, `icmpv6`, another protocol's number, or `all`.
        low: The lowest port; 0 for a protocol without ports.
        high: The highest port; 65535 for a protocol without ports.
    """

    protocol: str
    low: int = 0
    high: int = HIGHEST_PORT

    @property
    def is_everything(self) -> bool:
        """Whether it is every protocol."""
        return self.protocol == "all"

    @property
    def opens_no_connection(self) -> bool:
        """Whether it is only ICMP, which reports on the network: nothing listens to it but the system itself."""
        return self.protocol in _CONTROL_PROTOCOLS

    @property
    def width(self) -> int:
        """How many ports it spans."""
        return self.high - self.low + 1

    def overlaps(self, other: Traffic) -> bool:
        """Whether some packet is of both."""
        same = self.is_everything or other.is_everything or self.protocol == other.protocol
        return same and self.low <= other.high and other.low <= self.high

    def includes(self, other: Traffic) -> bool:
        """Whether every packet of `other` is of it."""
        same = self.is_everything or self.protocol == other.protocol
        return same and self.low <= other.low and other.high <= self.high

    def has(self, port: int) -> bool:
        """Whether a TCP connection to `port` is of it."""
        return self.overlaps(Traffic("tcp", port, port))

    def is_only(self, ports: Iterable[int]) -> bool:
        """Whether it is TCP to none but these ports."""
        allowed = set(ports)
        return (
            self.protocol == "tcp"
            and self.width <= len(allowed)
            and all(port in allowed for port in range(self.low, self.high + 1))
        )

    def __str__(self) -> str:
        if self.is_everything:
            return "all traffic"
        if self.protocol not in ("tcp", "udp"):
            return f"protocol {self.protocol}"
        ports = str(self.low) if self.low == self.high else f"{self.low}-{self.high}"
        return f"{self.protocol.upper()} {ports}"


ALL_TRAFFIC = Traffic("all")


def read_traffic(protocol: str | None, low: float | None, high: float | None) -> Traffic | None:
    """The traffic that a protocol and two ports mean; `None` where they mean none.

    Args:
        protocol: As AWS takes it; every spelling is accepted.
        low: The first port; `None` for one that is not set, which opens all of them.
        high: The last port, likewise.
    """
    if protocol is None:
        return None
    name = _PROTOCOLS.get(protocol.strip().lower(), protocol.strip().lower())
    if name not in ("tcp", "udp"):
        return Traffic(name)
    first, last = _port(low, 0), _port(high, HIGHEST_PORT)
    return None if first is None or last is None or first > last else Traffic(name, first, last)


def _port(number: float | None, where_absent: int) -> int | None:
    if number is None:
        return where_absent
    if not math.isfinite(number):
        return None
    return where_absent if number < 0 else min(int(number), HIGHEST_PORT)


def shown_ports(ports: Sequence[Any]) -> str:
    """Ports as a message names them: `TCP 80 or 443`."""
    names = [str(port) for port in ports]
    return f"TCP {names[0] if len(names) == 1 else ', '.join(names[:-1]) + ' or ' + names[-1]}" if names else "nothing"
