"""Network ACLs: whether they block traffic to a subnet that the security groups allow.

An entry that is not known yet is not said to deny anything, and to allow whatever it may. Where a subnet has one of
several ACLs, or one that the stack does not show, only what all of them block is blocked for certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum

from pulumi_guardrails.aws.network.model.cidr_and_ports import (
    Range,
    Traffic,
    covers,
    has_public_addresses,
    read_range,
    read_traffic,
)
from pulumi_guardrails.aws.network.model.subnets import SubnetPlacement, Subnets
from pulumi_guardrails.aws.resource_types import (
    DEFAULT_NETWORK_ACL,
    DEFAULT_SUBNET,
    DEFAULT_VPC,
    NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
    SUBNET,
    VPC,
)
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown

_SETTLE = "Declare the subnet's network ACL in this stack, as an aws.ec2.NetworkAcl with its subnet_ids."

_REFERRED = (SUBNET, DEFAULT_SUBNET, NETWORK_ACL, DEFAULT_NETWORK_ACL, VPC, DEFAULT_VPC)
"""The kinds that decide which subnet has which network ACL."""


@fast_dataclass(frozen=True)
class _Asked:
    """Some traffic from some addresses, of those only the public ones if it is from the internet."""

    traffic: Traffic
    source: Range
    from_internet: bool


@fast_dataclass(frozen=True)
class _Entry:
    """One ingress entry; `None` for a part that is not known, not `certain` where it may be another ACL's."""

    number: float | None
    allows: bool | None
    traffic: Traffic | None
    source: Range | None
    certain: bool = True

    def may_allow(self, asked: _Asked) -> bool:
        """Whether it may allow some of the traffic."""
        if self.allows is False:
            return False
        if self.source is not None:
            if asked.from_internet and not has_public_addresses(self.source):
                return False
            if not (covers(self.source, asked.source) or covers(asked.source, self.source)):
                return False
        return self.traffic is None or self.traffic.overlaps(asked.traffic)

    def denies_before(self, other: _Entry, asked: _Asked) -> bool:
        """Whether it certainly denies all that an entry with a higher number allows of the traffic."""
        if self.allows is not False or self.number is None or other.number is None or self.number >= other.number:
            return False
        if self.source is None or self.traffic is None:
            return False
        sources = [asked.source, *([other.source] if other.source is not None else [])]
        kinds = [asked.traffic, *([other.traffic] if other.traffic is not None else [])]
        return any(covers(self.source, source) for source in sources) and any(
            self.traffic.includes(traffic) for traffic in kinds
        )


class _Unseen(Enum):
    """A network ACL that is no resource of the stack: the default one, which allows everything, or any other."""

    DEFAULT = "default"
    OTHER = "other"


class NetworkAcls:
    """The network ACLs of a stack; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._subnets = stack.shared(Subnets)
        self._by_subnet: dict[str, list[list[_Entry] | _Unseen]] = {}

    def blocks(self, subnet: Resource, traffic: Traffic | None, source: Range, from_internet: bool) -> Answer:
        """Whether the ACL of a subnet allows none of this traffic from any address of `source`; `None`: it may not.

        Args:
            subnet: The subnet.
            traffic: The traffic; `None` where it is not known.
            source: Where it comes from.
            from_internet: Whether only the public addresses of `source` are asked for.
        """
        if subnet.urn not in self._by_subnet:
            acls = self._acls_of(subnet)
            self._by_subnet[subnet.urn] = [
                acl if isinstance(acl, _Unseen) else list(self._entries(acl)) for acl in acls
            ]
        if traffic is None:
            return False
        asked = _Asked(traffic, source, from_internet)
        answers = {_blocks(entries, asked) for entries in self._by_subnet[subnet.urn]}
        return answers.pop() if len(answers) == 1 else None

    def unknowns(self, subnet: Resource) -> list[Value | Unknown]:
        """What has to be known to tell what the ACL of a subnet blocks, where `blocks` does not say."""
        names = ("subnetIds", "subnetId", "networkAclId", "defaultNetworkAclId", "egress")
        found: list[Value | Unknown] = []
        for owner in self._stack.of(NETWORK_ACL, DEFAULT_NETWORK_ACL, NETWORK_ACL_ASSOCIATION, NETWORK_ACL_RULE):
            for name in names:
                value = owner[name].listed() if name == "subnetIds" else owner[name]
                parts = list(value.unknown_parts())
                found += [part for part in parts if not self._stack.reference(part, *_REFERRED, among=parts).is_certain]
        found += [subnet["vpcId"]] if len(self._subnets.vpcs(subnet)) > 1 else []
        return found or [Unknown(f"the network ACL of {subnet.label}", Cause.OUTSIDE_STACK, settle=_SETTLE)]

    def _acls_of(self, subnet: Resource) -> list[Resource | _Unseen]:
        """The ACL that a subnet has, or all that it may have."""
        found: dict[Resource | _Unseen, Answer] = {}
        others: list[Resource | _Unseen] = [_Unseen.OTHER]
        for acl in self._stack.of(NETWORK_ACL, DEFAULT_NETWORK_ACL):
            answer = self._is_in(subnet, self._subnets.placement(acl["subnetIds"].listed()))
            found |= {acl: answer} if answer is not False else {}
        for association in self._stack.of(NETWORK_ACL_ASSOCIATION):
            answer = self._is_in(subnet, self._subnets.placement(association["subnetId"]))
            if answer is not False:
                named = self._stack.reference(association["networkAclId"], NETWORK_ACL, DEFAULT_NETWORK_ACL).direct
                found |= dict.fromkeys(named or others, answer)
        return list(found if any(found.values()) else {**found, **dict.fromkeys(self._defaults_of(subnet))})

    @staticmethod
    def _is_in(subnet: Resource, placement: SubnetPlacement) -> Answer:
        """Whether a subnet is one of those that a property refers to."""
        if subnet in placement.subnets:
            return True if placement.certain else None
        return None if placement.is_open else False

    def _defaults_of(self, subnet: Resource) -> list[Resource | _Unseen]:
        """What adopts the default ACL of the VPC of a subnet, or all that may; AWS's own where nothing does."""
        vpcs = self._subnets.vpcs(subnet)
        adopting = {acl: self._is_default_of(acl, vpcs) for acl in self._stack.of(DEFAULT_NETWORK_ACL)}
        found: list[Resource | _Unseen] = [acl for acl, answer in adopting.items() if answer is not False]
        return found if any(adopting.values()) else [*found, _Unseen.DEFAULT]

    def _is_default_of(self, acl: Resource, vpcs: Sequence[Resource]) -> Answer:
        """Whether a resource adopts the default ACL of a VPC, of which only the candidates may be known."""
        value = acl["defaultNetworkAclId"]
        text = value.as_text()
        if text:
            answers = {vpc.output("defaultNetworkAclId").as_text() == text for vpc in vpcs}
        else:
            named = self._stack.reference(value, VPC, DEFAULT_VPC).direct
            answers = {vpc is one for vpc in vpcs for one in named}
        return answers.pop() if len(answers) == 1 else None if answers else False

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


def _blocks(entries: Sequence[_Entry] | _Unseen, asked: _Asked) -> Answer:
    if isinstance(entries, _Unseen):
        return False if entries is _Unseen.DEFAULT else None
    allowing = [entry for entry in entries if entry.may_allow(asked)]
    # What may be another ACL's, or an egress entry, denies nothing for certain.
    denials = {
        sure: all(any(d.denies_before(e, asked) for d in entries if d.certain or not sure) for e in allowing)
        for sure in (True, False)
    }
    return True if denials[True] else None if denials[False] else False


def _read(number: Value, action: Value, protocol: Value, entry: Resource | Value) -> Iterator[_Entry]:
    word = (action.as_text() or "").lower()
    allows = {"allow": True, "deny": False}.get(word)
    low, high = entry["fromPort"], entry["toPort"]
    known = not (low.is_unknown or high.is_unknown)
    traffic = read_traffic(protocol.as_text(), low.as_number(), high.as_number()) if known else None
    ranges = [value for value in (entry["cidrBlock"], entry["ipv6CidrBlock"]) if not value.is_absent]
    for source in ranges or [entry["cidrBlock"]]:
        yield _Entry(number.as_number(), allows, traffic, read_range(source.as_text()))
