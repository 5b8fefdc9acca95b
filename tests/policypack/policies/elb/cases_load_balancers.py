"""The tables of the load balancer policies."""

from __future__ import annotations

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, good, resource, rows

LB = "aws:lb/loadBalancer:LoadBalancer"
ALB = "aws:alb/loadBalancer:LoadBalancer"
TARGETS = "aws:lb/targetGroup:TargetGroup"
SUBNET = "aws:ec2/subnet:Subnet"
VPC = "aws:ec2/vpc:Vpc"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"


def subnet(name: str, zone: object) -> Resource:
    return resource(SUBNET, name, availabilityZone=zone)


ZONE_A, ZONE_B = subnet("a", "us-east-1a"), subnet("b", "us-east-1b")
ALSO_A, OPEN, ANY = subnet("also-a", "us-east-1a"), subnet("open", UNKNOWN), subnet("any", ABSENT)


def across(*subnets: Resource, **changes: object) -> list[Resource]:
    given = {"subnets": [Ref(SUBNET, item.name) for item in subnets], **changes}
    return [good(LB, "balancer", **given), *subnets]


def zones(says: str, outcome: Outcome, stack: list[Resource], *finds: str, **settings: object) -> Case:
    return Case(
        "load-balancer-multiple-zones", says, outcome, stack=stack, at="balancer", finds=finds, settings=settings
    )


def guarded(says: str, outcome: Outcome, *others: Resource, finds: tuple[str, ...] = (), **changes: object) -> Case:
    stack = [good(LB, "balancer", **changes), *others]
    return Case("public-load-balancer-web-acl", says, outcome, stack=stack, at="balancer", finds=finds)


LISTENER = "aws:lb/listener:Listener"
SOURCE, DELIVERY = "aws:cloudwatch/logDeliverySource:LogDeliverySource", "aws:cloudwatch/logDelivery:LogDelivery"


def edge(says: str, outcome: Outcome, *others: Resource, finds: tuple[str, ...] = (), **changes: object) -> Case:
    """A row of the policy on a network load balancer that by itself does not log."""
    balancer = good(LB, "edge", **{"loadBalancerType": "network", "accessLogs": ABSENT, **changes})
    return Case("network-load-balancer-access-logs", says, outcome, stack=[balancer, *others], at="edge", finds=finds)


def tls(protocol: object = "TLS", of: object = Ref(LB, "edge")) -> Resource:
    return good(LISTENER, "listener", loadBalancerArn=of, protocol=protocol)


def delivery(log_type: object = "NLB_ACCESS_LOGS", of: object = Ref(LB, "edge")) -> tuple[Resource, Resource]:
    return (
        resource(SOURCE, "source", name="edge", logType=log_type, resourceArn=of),
        resource(DELIVERY, "delivery", deliverySourceName="edge"),
    )


CASES = [
    edge("logs to a bucket", COMPLIANT, tls(), accessLogs={"bucket": "logs", "enabled": True}),
    edge("a log delivery", COMPLIANT, tls(), *delivery()),
    edge("no logs", VIOLATION, tls(), finds=("accessLogs.enabled",)),
    edge("a delivery of other logs", VIOLATION, tls(), *delivery("OTHER")),
    edge("a delivery of another load balancer", VIOLATION, tls(), *delivery(of="arn:other")),
    edge("a delivery of logs not known yet", UNDECIDED, tls(), *delivery(UNKNOWN)),
    edge("a listener whose protocol is not known yet", UNDECIDED, tls(UNKNOWN), finds=("protocol",)),
    edge("a listener that may be its own", UNDECIDED, tls(of=UNKNOWN), finds=("loadBalancerArn",)),
    edge("a listener without TLS, of which nothing is recorded", NOT_APPLICABLE, tls("TCP")),
    edge("no listener", NOT_APPLICABLE),
    edge("an application load balancer", NOT_APPLICABLE, tls(), loadBalancerType="application"),
    *rows(
        "load-balancer-access-logs",
        compliant=[
            ("on, with a bucket", {}),
            ("a bucket that is not known yet", {"accessLogs.bucket": UNKNOWN}),
            ("a block as a list of one", {"accessLogs": [{"bucket": "logs", "enabled": True}]}),
        ],
        violation=[
            ("no access logs", {"accessLogs": ABSENT}, "accessLogs.enabled", "not set", "true"),
            ("a bucket, but not enabled, which is off", {"accessLogs.enabled": ABSENT}, "false", "true"),
            ("switched off", {"accessLogs.enabled": False}),
            ("on without a bucket", {"accessLogs.bucket": ABSENT}, "accessLogs.bucket"),
            ("on with an empty bucket name", {"accessLogs.bucket": ""}),
            ("a wrong type", {"accessLogs": "logs"}, "an object"),
        ],
        undecided=[
            ("unknown whether on", {"accessLogs.enabled": UNKNOWN}),
            ("an unknown block", {"accessLogs": UNKNOWN}),
            ("an unknown type of load balancer", {"loadBalancerType": UNKNOWN}),
        ],
        not_applicable=[
            ("a gateway load balancer, which has none", {"loadBalancerType": "gateway"}),
            ("a network load balancer, which has a policy of its own", {"loadBalancerType": "network"}),
        ],
    ),
    *rows("load-balancer-access-logs", ALB, violation=[("the twin type without logs", {"accessLogs": ABSENT})]),
    *rows(
        "load-balancer-drops-invalid-headers",
        compliant=[("dropped", {}), ("true as text", {"dropInvalidHeaderFields": "true"})],
        violation=[
            ("passed on", {"dropInvalidHeaderFields": False}, "false", "true", "drop_invalid_header_fields=True"),
            ("absent, which passes them on", {"dropInvalidHeaderFields": ABSENT}, "not set"),
            ("a wrong type", {"dropInvalidHeaderFields": ["true"]}),
            ("an absent type, which is application", {"loadBalancerType": ABSENT, "dropInvalidHeaderFields": False}),
        ],
        undecided=[
            ("unknown", {"dropInvalidHeaderFields": UNKNOWN}),
            ("an unknown type of load balancer", {"loadBalancerType": UNKNOWN}),
        ],
        not_applicable=[("a network load balancer, which reads no headers", {"loadBalancerType": "network"})],
    ),
    *rows("load-balancer-drops-invalid-headers", ALB, violation=[("the twin", {"dropInvalidHeaderFields": False})]),
    *rows(
        "load-balancer-desync-mitigation",
        compliant=[
            ("defensive", {}),
            ("strictest", {"desyncMitigationMode": "strictest"}),
            ("absent, which is defensive", {"desyncMitigationMode": ABSENT}),
        ],
        violation=[
            ("monitor", {"desyncMitigationMode": "monitor"}, "monitor", '"defensive" or "strictest"'),
            ("a wrong type", {"desyncMitigationMode": {"mode": "defensive"}}),
        ],
        undecided=[("unknown", {"desyncMitigationMode": UNKNOWN})],
        not_applicable=[("a network load balancer", {"loadBalancerType": "network"})],
    ),
    *rows("load-balancer-desync-mitigation", ALB, violation=[("the twin", {"desyncMitigationMode": "monitor"})]),
    *rows(
        "load-balancer-deletion-protection",
        compliant=[("on", {})],
        violation=[
            ("off", {"enableDeletionProtection": False}, "true"),
            ("absent, which is off", {"enableDeletionProtection": ABSENT}, "not set"),
            ("a wrong type", {"enableDeletionProtection": "perhaps"}),
        ],
        undecided=[("unknown", {"enableDeletionProtection": UNKNOWN})],
    ),
    *rows("load-balancer-deletion-protection", ALB, violation=[("the twin", {"enableDeletionProtection": False})]),
    # --- zones
    zones("two subnets of two zones, by their edges", COMPLIANT, across(ZONE_A, ZONE_B)),
    zones("known subnets of another stack", COMPLIANT, [good(LB, "balancer")]),
    zones("two subnets for which AWS picks the zones", COMPLIANT, across(ANY, ZONE_A)),
    zones(
        "by subnet mappings",
        COMPLIANT,
        across(ZONE_A, ZONE_B, subnets=ABSENT, subnetMappings=[{"subnetId": Ref(SUBNET, n)} for n in ("a", "b")]),
    ),
    zones("one subnet", VIOLATION, across(ZONE_A), "subnets are in 1 Availability Zone;", "2 or more"),
    zones("two subnets of one zone", VIOLATION, across(ZONE_A, ALSO_A)),
    zones(
        "two subnets of one zone, by the zone's id",
        VIOLATION,
        across(*(resource(SUBNET, name, availabilityZoneId="use1-az1") for name in ("c", "d"))),
    ),
    zones("the same known subnet twice", VIOLATION, [good(LB, "balancer", subnets=["subnet-a", "subnet-a"])]),
    zones("the same subnet twice, by its edge", VIOLATION, across(ZONE_A, ZONE_A)),
    zones("no subnets", VIOLATION, [good(LB, "balancer", subnets=ABSENT)], "0 Availability Zones"),
    zones("a wrong type", VIOLATION, [good(LB, "balancer", subnets={"a": "b"})]),
    zones("one mapping", VIOLATION, [good(LB, "balancer", subnets=ABSENT, subnetMappings=[{"subnetId": "subnet-a"}])]),
    zones("fewer than configured", VIOLATION, across(ZONE_A, ZONE_B), "3 or more", minimumZones=3),
    zones("the twin type", VIOLATION, [good(ALB, "balancer", subnets=["subnet-a"])]),
    zones("an unknown zone", UNDECIDED, across(ZONE_A, OPEN)),
    zones("unknown subnets from nowhere", UNDECIDED, [good(LB, "balancer", subnets=[UNKNOWN, UNKNOWN])]),
    zones(
        "subnets from a subnet and from something else",
        UNDECIDED,
        [*across(ZONE_A), good(LB, "balancer", subnets=[Ref(SUBNET, "a"), Ref(VPC, "vpc")]), resource(VPC, "vpc")][1:],
        "not known before the update",
    ),
    zones("an unknown list", UNDECIDED, [good(LB, "balancer", subnets=UNKNOWN)]),
    # --- target groups
    *rows(
        "target-group-health-check",
        compliant=[
            ("a path of the application", {}),
            ("a path not known yet", {"healthCheck.path": UNKNOWN}),
            ("TCP, which needs no path", {"protocol": "TCP", "healthCheck": ABSENT}),
            ("TCP checked by TCP", {"protocol": "TCP", "healthCheck": {"protocol": "TCP"}}),
        ],
        violation=[
            ("no health check, which asks for /", {"healthCheck": ABSENT}, "healthCheck.path", "not set"),
            ("no path", {"healthCheck.path": ABSENT}),
            ("switched off", {"healthCheck.enabled": False}, "healthCheck.enabled"),
            ("TCP switched off", {"protocol": "TCP", "healthCheck": {"protocol": "TCP", "enabled": False}}),
            ("TCP checked by HTTP without a path", {"protocol": "TCP", "healthCheck": {"protocol": "HTTP"}}),
            ("HTTPS in small letters", {"protocol": "https", "healthCheck": ABSENT}),
            ("a wrong type", {"healthCheck": "/health"}, "an object"),
        ],
        undecided=[
            ("unknown whether on", {"healthCheck.enabled": UNKNOWN}),
            (
                "an unknown protocol without a path",
                {"protocol": UNKNOWN, "healthCheck": ABSENT},
                "protocol is not known",
            ),
            ("an unknown type of target", {"targetType": UNKNOWN, "healthCheck": ABSENT}, "targetType is not known"),
        ],
        not_applicable=[("a function", {"targetType": "lambda", "healthCheck": ABSENT})],
    ),
    *rows(
        "target-group-health-check",
        "aws:alb/targetGroup:TargetGroup",
        violation=[("the twin type without a check", {"healthCheck": ABSENT})],
    ),
    # --- the web ACL
    guarded("an association by its edge", COMPLIANT, good(ASSOCIATION, "acl", resourceArn=Ref(LB, "balancer"))),
    guarded(
        "an association of the twin type",
        COMPLIANT,
        good(ASSOCIATION, "acl", resourceArn=Ref(LB, "balancer")),
        good(ALB, "other", internal=True),
    ),
    guarded("no association", VIOLATION, finds=("no web ACL is associated with it",)),
    guarded("absent internal, which is public", VIOLATION, internal=ABSENT),
    guarded("a wrong type, which is not internal", VIOLATION, internal={"a": 1}),
    guarded(
        "an association with another load balancer",
        VIOLATION,
        good(ASSOCIATION, "acl", resourceArn=Ref(LB, "other")),
        good(LB, "other", internal=True),
    ),
    guarded("an association that names nothing", VIOLATION, good(ASSOCIATION, "acl", resourceArn=ABSENT)),
    guarded("an association with a known other", VIOLATION, good(ASSOCIATION, "acl", resourceArn="arn:other")),
    guarded(
        "an association with something unknown",
        UNDECIDED,
        good(ASSOCIATION, "acl", resourceArn=UNKNOWN),
        finds=("resourceArn of WebAclAssociation 'acl' is not known",),
    ),
    guarded(
        "an association with a known other beside one with something unknown",
        UNDECIDED,
        good(ASSOCIATION, "other", resourceArn="arn:other"),
        good(ASSOCIATION, "acl", resourceArn=UNKNOWN),
        finds=("resourceArn of WebAclAssociation 'acl' is not known",),
    ),
    guarded("unknown whether internal", UNDECIDED, internal=UNKNOWN, finds=("internal is not known",)),
    guarded("internal", NOT_APPLICABLE, internal=True),
    guarded("a network load balancer, which takes none", NOT_APPLICABLE, loadBalancerType="network"),
]
