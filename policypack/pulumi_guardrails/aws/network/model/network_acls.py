"""Network ACLs: which traffic they certainly keep out of a subnet.

An ACL only ever closes a hop that the security groups open, so all that is asked is whether it does so for certain:
where an entry is not known yet, or the stack does not show which ACL a subnet has, nothing is kept out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pulumi_guardrails.aws.network.model.cidr_and_ports import (
    Range,
    Traffic,
    covers,
    is_internet,
    read_range,
    read_traffic,
)
from pulumi_guardrails.aws.network.model.subnets import Subnets
from pulumi_guardrails.aws.resource_types import (
    DEFAULT_NETWORK_ACL,
    DEFAULT_VPC,
    NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
    VPC,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value


@dataclass(frozen=True)
class _Asked:
    """Some traffic from some addresses, of those only the public ones if it is from the internet."""

    traffic: Traffic
    source: Range
    from_internet: bool


@dataclass(frozen=True)
class _Entry:
    """One ingress entry; `None` for a part that is not known, not `certain` where it may be another ACL's."""

    number: float | None
    allows: bool | None
    traffic: Traffic | None
    source: Range | None
    certain: bool = True

    def may_allow(self, asked: _Asked) -> bool:
        """Whether it may let some of the traffic in."""
        if self.allows is False:
            return False
        if self.source is not None:
            if asked.from_internet and not is_internet(self.source):
                return False
            if not (covers(self.source, asked.source) or covers(asked.source, self.source)):
                return False
        return self.traffic is None or self.traffic.overlaps(asked.traffic)

    def denies_before(self, other: _Entry, asked: _Asked) -> bool:
        """Whether it certainly takes away all that an entry with a higher number allows of the traffic."""
        if self.allows is not False or self.number is None or other.number is None or self.number >= other.number:
            return False
        if self.source is None or self.traffic is None:
            return False
        sources = [asked.source, *([other.source] if other.source is not None else [])]
        kinds = [asked.traffic, *([other.traffic] if other.traffic is not None else [])]
        return any(covers(self.source, source) for source in sources) and any(
            self.traffic.includes(traffic) for traffic in kinds
        )


class Acls:
    """The network ACLs of a stack; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._subnets = stack.shared(Subnets)
        self._by_subnet: dict[str, list[_Entry] | None] = {}

    def keep_out(self, subnet: Resource, traffic: Traffic | None, source: Range, from_internet: bool) -> Answer:
        """Whether the ACL of a subnet lets none of this traffic in from any address of `source`; `None`: it may not.

        Args:
            subnet: The subnet.
            traffic: The traffic; `None` where it is not known.
            source: Where it comes from.
            from_internet: Whether only the public addresses of `source` are meant.
        """
        if subnet.urn not in self._by_subnet:
            acl = self._acl_of(subnet)
            self._by_subnet[subnet.urn] = None if acl is None else list(self._entries(acl))
        entries = self._by_subnet[subnet.urn]
        if entries is None or traffic is None:
            return False
        asked = _Asked(traffic, source, from_internet)
        allowing = [entry for entry in entries if entry.may_allow(asked)]
        # What may be another ACL's, or an egress entry, takes nothing away for certain.
        denials = {
            sure: all(any(d.denies_before(e, asked) for d in entries if d.certain or not sure) for e in allowing)
            for sure in (True, False)
        }
        return True if denials[True] else None if denials[False] else False

    def _acl_of(self, subnet: Resource) -> Resource | None:
        """The one ACL that a subnet certainly has; `None` where it has AWS's own, or where that is not known."""
        acls = self._stack.of(NETWORK_ACL, DEFAULT_NETWORK_ACL)
        claims = [(acl, self._subnets.meant(acl, acl["subnetIds"].listed())) for acl in acls]
        found = [acl for acl, places in claims if subnet in places.subnets]
        if any(places.unknown is not None and places.unknown.is_unknown for _, places in claims):
            return None
        if any(subnet in places.subnets and not places.certain for _, places in claims):
            return None
        for association in self._stack.of(NETWORK_ACL_ASSOCIATION):
            value = association["subnetId"]
            places = self._subnets.meant(association, value)
            if subnet in places.subnets and not places.certain:
                return None
            if subnet in places.subnets:
                named = self._stack.reference(association["networkAclId"], NETWORK_ACL, DEFAULT_NETWORK_ACL).direct
                found += named or [association]
            elif value.is_unknown and places.unknown is not None:
                return None
        if not found:
            vpcs = self._subnets.vpcs(subnet)
            found = [acl for acl in self._stack.of(DEFAULT_NETWORK_ACL) if self._is_default_of(acl, vpcs)]
        certain = len(found) == 1 and found[0].kind is not NETWORK_ACL_ASSOCIATION
        return found[0] if certain else None

    def _is_default_of(self, acl: Resource, vpcs: Sequence[Resource]) -> bool:
        value = acl["defaultNetworkAclId"]
        text = value.as_text()
        if text:
            return any(vpc.output("defaultNetworkAclId").as_text() == text for vpc in vpcs)
        return any(vpc in self._stack.reference(value, VPC, DEFAULT_VPC).direct for vpc in vpcs)

    def _entries(self, acl: Resource) -> Iterator[_Entry]:
        blocks = acl["ingress"].elements()
        for block in [acl["ingress"]] if blocks is None else blocks:
            yield from _read(block["ruleNo"], block["action"], block["protocol"], block)
        for rule in self._stack.of(NETWORK_ACL_RULE):
            owner = rule["networkAclId"]
            acls = self._stack.reference(owner, NETWORK_ACL, DEFAULT_NETWORK_ACL).direct
            ours = acl in acls or (owner.is_unknown and not acls)
            if ours and rule["egress"].is_true() is not True:
                for entry in _read(rule["ruleNumber"], rule["ruleAction"], rule["protocol"], rule):
                    exact = acl in acls and (len(acls) == 1 or not owner.is_unknown)
                    yield replace(entry, certain=exact and rule["egress"].is_true() is False)


def _read(number: Value, action: Value, protocol: Value, entry: Resource | Value) -> Iterator[_Entry]:
    word = (action.as_text() or "").lower()
    allows = {"allow": True, "deny": False}.get(word)
    low, high = entry["fromPort"], entry["toPort"]
    known = not (low.is_unknown or high.is_unknown)
    traffic = read_traffic(protocol.as_text(), low.as_number(), high.as_number()) if known else None
    ranges = [value for value in (entry["cidrBlock"], entry["ipv6CidrBlock"]) if not value.is_absent]
    for source in ranges or [entry["cidrBlock"]]:
        yield _Entry(number.as_number(), allows, traffic, read_range(source.as_text()))
