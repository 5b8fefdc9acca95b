"""Network ACLs: what their entries let in from the internet."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_guardrails.aws.network.model.cidr_and_ports import is_internet, read_range, read_traffic, shown_ports
from pulumi_guardrails.aws.resource_types import DEFAULT_NETWORK_ACL, NETWORK_ACL, NETWORK_ACL_RULE
from pulumi_guardrails.core.policy import ResourcePolicy, Setting, Settings, Severity, Topic, controls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, not_applicable, undecided


@ResourcePolicy(
    title="A network ACL opens neither all ports nor remote access and FTP to the internet",
    why=(
        "A network ACL is the second line behind the security groups. One that lets the internet in on every port, or "
        "on the ports of FTP, SSH or RDP, is no line at all."
    ),
    severity=Severity.HIGH,
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
            "TCP ports that no entry may open to the internet.",
        )
    },
    remediation_steps='Let the entry allow only the ports that the subnet serves, such as protocol="tcp" 443.',
    example="""\
aws.ec2.NetworkAclRule(
    "https",
    network_acl_id=acl.id,
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
        is_egress = acl["egress"].is_true()
        return undecided(acl["egress"]) if is_egress is None and verdict.is_violation else verdict
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
    closed = _closed(protocol, low, high, settings["ports"])
    if closed.is_violation and (open_values or public is None):
        value = open_values[0]
        return undecided(value)
    return closed


def _closed(protocol: Value, low: Value, high: Value, ports: Sequence[int]) -> Verdict:
    accepted = f"no entry that opens all ports or {shown_ports(ports)} to the internet"
    text = protocol.as_text()
    for value in (protocol, low, high):
        if value.is_unknown and (value is protocol or _has_ports(text)):
            return undecided(value)
    traffic = read_traffic(text, low.as_number(), high.as_number())
    if traffic is None:
        return protocol.mismatch(f"{protocol.shown} with ports {low.shown} to {high.shown}", accepted)
    everything = traffic.is_everything or (traffic.protocol in ("tcp", "udp") and traffic.width >= 65535)
    if everything or (traffic.protocol == "tcp" and any(traffic.has(port) for port in ports)):
        shown = "[secret]" if protocol.secret or low.secret or high.secret else str(traffic)
        return protocol.mismatch(f"open for {shown} from the internet", accepted)
    return COMPLIANT


def _has_ports(protocol: str | None) -> bool:
    traffic = read_traffic(protocol, None, None)
    return traffic is not None and traffic.protocol in ("tcp", "udp")
