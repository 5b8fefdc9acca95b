"""The table of the network ACL policy."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret
from tests.policypack.cases import VIOLATION, Case, rows

ACL = "network-acl-closed-to-internet"
ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
DEFAULT_ACL = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"


def ports(low: object, high: object, protocol: object = "tcp") -> dict[str, object]:
    return {"ingress.0.protocol": protocol, "ingress.0.fromPort": low, "ingress.0.toPort": high}


CASES = [
    *rows(
        ACL,
        compliant=[
            ("one port from the internet", {}),
            ("no entry, which lets nothing in", {"ingress": ABSENT}),
            (
                "SSH from a private range",
                {"ingress.0.cidrBlock": "10.0.0.0/8", "ingress.0.fromPort": 22.0, "ingress.0.toPort": 22.0},
            ),
            ("all ports denied", {"ingress.0.action": "deny", "ingress.0.protocol": "-1"}),
            (
                "UDP on one of the ports",
                {"ingress.0.protocol": "udp", "ingress.0.fromPort": 22.0, "ingress.0.toPort": 22.0},
            ),
            ("UDP on all ports but two", ports(2.0, 65535.0, "udp")),
            ("ICMP, for which ports that are not known yet mean nothing", ports(UNKNOWN, UNKNOWN, "icmp")),
        ],
        violation=[
            ("all protocols", {"ingress.0.protocol": "-1"}, "all traffic"),
            ("all ports", {"ingress.0.fromPort": 0.0, "ingress.0.toPort": 65535.0}),
            ("SSH", {"ingress.0.fromPort": 22.0, "ingress.0.toPort": 22.0}, "TCP 22"),
            (
                "SSH by the protocol's number",
                {"ingress.0.protocol": "6", "ingress.0.fromPort": 22.0, "ingress.0.toPort": 22.0},
            ),
            ("FTP's data", ports(20.0, 20.0), "TCP 20"),
            ("FTP", ports(21.0, 21.0), "TCP 21"),
            ("UDP on all ports but one, which count as all", ports(1.0, 65535.0, "udp")),
            ("a secret protocol", ports(22.0, 22.0, Secret("tcp")), "allows [secret] from the internet"),
            ("a secret first port", ports(Secret(22.0), 22.0), "allows [secret] from the internet"),
            ("a secret last port", ports(22.0, Secret(22.0)), "allows [secret] from the internet"),
            ("FTP within a range", {"ingress.0.fromPort": 1.0, "ingress.0.toPort": 30.0}),
            (
                "RDP over IPv6",
                {
                    "ingress.0.cidrBlock": ABSENT,
                    "ingress.0.ipv6CidrBlock": "::/0",
                    "ingress.0.fromPort": 3389.0,
                    "ingress.0.toPort": 3389.0,
                },
            ),
            ("half of the internet", {"ingress.0.cidrBlock": "0.0.0.0/1", "ingress.0.protocol": "-1"}),
            ("no protocol", {"ingress.0.protocol": ABSENT}),
            ("a wrong type of protocol", {"ingress.0.protocol": ["tcp"]}),
        ],
        undecided=[
            ("entries not known yet", {"ingress": UNKNOWN}),
            ("a protocol not known yet", {"ingress.0.protocol": UNKNOWN}),
            ("a port not known yet", {"ingress.0.toPort": UNKNOWN}),
            ("a range not known yet", {"ingress.0.cidrBlock": UNKNOWN, "ingress.0.protocol": "-1"}),
            ("an action not known yet", {"ingress.0.action": UNKNOWN, "ingress.0.protocol": "-1"}),
            (
                "an action and a range not known yet, of which the action is named",
                {"ingress.0.action": UNKNOWN, "ingress.0.cidrBlock": UNKNOWN, "ingress.0.protocol": "-1"},
                "ingress[0].action is not known",
            ),
        ],
    ),
    *rows(
        ACL,
        ACL_RULE,
        compliant=[
            ("an entry of its own", {}),
            ("denied by a word in capitals", {"ruleAction": "DENY", "protocol": "-1"}),
        ],
        violation=[
            ("an entry of its own for all protocols", {"protocol": "all"}),
            ("an entry of its own for SSH", {"fromPort": 22.0, "toPort": 22.0}),
        ],
        undecided=[("an entry of either direction", {"egress": UNKNOWN, "protocol": "-1"})],
        not_applicable=[("an egress entry", {"egress": True, "protocol": "-1"})],
    ),
    *rows(ACL, DEFAULT_ACL, violation=[("the default ACL with all protocols", {"ingress.0.protocol": "-1"})]),
    Case(ACL, "other ports by configuration", VIOLATION, settings={"ports": [443]}, finds=["443"]),
]
