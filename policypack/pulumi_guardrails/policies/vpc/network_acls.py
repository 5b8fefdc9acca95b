"""Network ACLs: what their entries allow from the internet."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_guardrails.aws.network.model.cidr_and_ports import (
    HIGHEST_PORT,
    is_internet,
    read_range,
    read_traffic,
    shown_ports,
)
from pulumi_guardrails.aws.network.model.unknowns import unreadable
from pulumi_guardrails.aws.resource_types import DEFAULT_NETWORK_ACL, NETWORK_ACL, NETWORK_ACL_RULE
from pulumi_guardrails.core.policy import ResourcePolicy, Setting, Settings, Severity, Topic, controls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, not_applicable, undecided, violation

_EXAMPLES = (443, 80, *range(1024, HIGHEST_PORT))
"""The ports that advice may name as an example, the first one that is not forbidden."""


@ResourcePolicy(
    title="Network ACLs do not allow all ports, FTP, SSH or RDP from the internet",
    why=(
        "A network ACL is the second line of defense beside the security groups. One that allows traffic from the "
        "internet on every port, or on the ports of FTP, SSH or RDP, is no defense."
    ),
    severity=Severity.MEDIUM,
    kinds=(NETWORK_ACL, DEFAULT_NETWORK_ACL, NETWORK_ACL_RULE),
    rows=("A network ACL does not open all ports, or 20, 21, 22, 3389, to the internet",),
    controls=controls(
        FSBP="EC2.21",
        CIS="5.1",
        PCI="1.2.8.21 1.3.1.24 1.3.2.24 1.4.2.22 1.5.1.21 A1.1.3.21",
        SOC2="cc_6_6",
        HIPAA="164_308_a_1_ii_b 164_312_e_1",
        ISO27001="A.8.20 A.8.21 A.8.22",
        NIST="ac_4_21 ac_17_b ac_17_1 ac_17_4_a ac_17_9 ac_17_10 cm_2_a cm_2_2",
    ),
    settings={
        "ports": Setting(
            {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 65535}},
            [20, 21, 22, 3389],
            "TCP ports that no entry may allow from the internet.",
        )
    },
    remediation_steps='Allow only the ports that the subnet needs, such as protocol="tcp", from_port=443, to_port=443.',
    example="""\
aws.ec2.NetworkAclRule(
    "https",
    network_acl_id=network_acl.id,
    rule_number=100,
    rule_action="allow",
    protocol="tcp",
    cidr_block="0.0.0.0/0",
    from_port=443,
    to_port=443,
)""",
    url="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
    topics=(Topic.NETWORK, Topic.NETWORK_ACLS, Topic.PUBLIC_ACCESS),
)
def network_acl_closed_to_internet(acl: Resource, settings: Settings) -> Verdict:
    """Each entry is judged alone: one that a lower number denies is one edit away from opening the port."""
    if acl.kind is NETWORK_ACL_RULE:
        if acl["egress"].is_true():
            return not_applicable("an egress entry")
        verdict = _entry(acl["ruleAction"], acl["protocol"], acl, settings)
        is_ingress_unknown = acl["egress"].is_unknown and verdict.is_violation
        return undecided(acl["egress"], whether="it is an ingress entry") if is_ingress_unknown else verdict
    return acl["ingress"].each(lambda block: _entry(block["action"], block["protocol"], block, settings))


def _entry(action: Value, protocol: Value, entry: Resource | Value, settings: Settings) -> Verdict:
    denies = action.holds(lambda word: isinstance(word, str) and word.lower() == "deny")
    if denies:
        return COMPLIANT
    open_values: list[Value] = [action] if denies is None else []
    public: Value | None = None
    for value in (entry["cidrBlock"], entry["ipv6CidrBlock"]):
        source = read_range(value.as_text())
        if source is None and not value.is_absent:
            open_values.append(value)
        elif source is not None and is_internet(source):
            public = value
    if public is None and not open_values:
        return COMPLIANT
    low, high = entry["fromPort"], entry["toPort"]
    subject = entry.path if isinstance(entry, Value) else "it"
    closed = _closed(subject, protocol, low, high, settings["ports"])
    if closed.is_violation and open_values:
        return undecided(*map(unreadable, open_values))
    return closed


def _closed(subject: str, protocol: Value, low: Value, high: Value, ports: Sequence[int]) -> Verdict:
    text = protocol.as_text()
    for value in (protocol, low, high):
        if value.is_unknown and (value is protocol or _has_ports(text)):
            return undecided(value)
    traffic = read_traffic(text, low.as_number(), high.as_number())
    if traffic is None and text is None:
        return protocol.mismatch(protocol.shown, "a protocol")
    if traffic is None:
        return low.mismatch(f"{low.shown} with {high.path} {high.shown}", "a range of ports")
    everything = traffic.is_everything or (traffic.protocol in ("tcp", "udp") and traffic.width >= HIGHEST_PORT)
    if everything or (traffic.protocol == "tcp" and any(traffic.has(port) for port in ports)):
        shown = "[secret]" if protocol.secret or low.secret or high.secret else str(traffic)
        port = next(other for other in _EXAMPLES if other not in ports)
        forbidden = f"all ports{f' or {shown_ports(ports)}' if ports else ''}"
        return violation(
            f"{subject} allows {shown} from the internet; a network ACL may not allow {forbidden} from there",
            path=protocol.path,
            actual=shown,
            expected=f"no entry that allows {forbidden} from the internet",
            fix=f'Allow only the ports that are needed, such as protocol="tcp", from_port={port}, to_port={port}.',
        )
    return COMPLIANT


def _has_ports(protocol: str | None) -> bool:
    traffic = read_traffic(protocol, None, None)
    return traffic is not None and traffic.protocol in ("tcp", "udp")
