"""What AWS accepts of networks, security groups and load balancers."""

from __future__ import annotations

from collections.abc import Iterator

from offline.aws.check import Failure
from offline.aws.rules.documents import check_policy
from offline.aws.rules.kit import (
    Object,
    Rule,
    at_least,
    at_most,
    at_most_one,
    between,
    cidr,
    exactly_one,
    given,
    known,
    known_items,
    matching,
    one_of,
    types,
    when,
)

_GROUP_RULES = types("vpc", "SecurityGroupIngressRule", "SecurityGroupEgressRule")
_GROUPS = types("ec2", "SecurityGroup")
_BALANCERS = types("lb", "LoadBalancer") + types("alb", "LoadBalancer")
_TARGETS = types("lb", "TargetGroup") + types("alb", "TargetGroup")
_LISTENERS = types("lb", "Listener") + types("alb", "Listener")
_LISTENER_RULES = types("lb", "ListenerRule") + types("alb", "ListenerRule")
_INLINE_RULES = ("ingress[]", "egress[]")

_GROUP_TEXT = matching(
    r"[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]{0,255}", "at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"
)
_BALANCER_NAME = matching(
    r"(?!internal-)(?!-)[0-9A-Za-z-]{1,32}(?<!-)",
    "1 to 32 letters, digits and hyphens that neither begin nor end with a hyphen nor begin with internal-",
)
_PORT = between(1, 65535)
_RULE_PORT = between(-1, 65535)
_PROTOCOL = matching(
    r"(?i)tcp|udp|icmp|icmpv6|all|-1|\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]",
    "tcp, udp, icmp, icmpv6, -1 (or all), or the number of a protocol",
)

_ROUTE_TARGETS = (
    "carrierGatewayId",
    "coreNetworkArn",
    "egressOnlyGatewayId",
    "gatewayId",
    "localGatewayId",
    "natGatewayId",
    "networkInterfaceId",
    "odbNetworkArn",
    "transitGatewayId",
    "vpcEndpointId",
    "vpcPeeringConnectionId",
)


def _rule_ports(rule: Object) -> Iterator[Failure]:
    protocol = known(rule, "ipProtocol")
    if protocol is None:
        return
    for name in ("fromPort", "toPort"):
        if protocol == "-1" and given(rule, name):
            yield Failure(name, "must not be set when ipProtocol is -1, which means all ports")
        elif protocol not in ("-1", "icmpv6") and not given(rule, name):
            yield Failure(name, f"is required when ipProtocol is {protocol}")
    low, high = known(rule, "fromPort"), known(rule, "toPort")
    if low is not None and high is not None and low > high:
        yield Failure("toPort", f"must not be below fromPort, found {high:g} and {low:g}")


def _inline_ports(rule: Object) -> Iterator[Failure]:
    for name in ("fromPort", "toPort"):
        port = known(rule, name)
        if known(rule, "protocol") in ("-1", "all") and port:
            yield Failure(name, f"must be 0 when protocol is {known(rule, 'protocol')}, found {port:g}")


def _nat_gateway(gateway: Object) -> Iterator[Failure]:
    if known(gateway, "availabilityMode") == "regional":
        return
    yield from when("connectivityType", ["public", None], required=["allocationId", "subnetId"])(gateway)
    yield from when("connectivityType", ["private"], required=["subnetId"], refused=["allocationId"])(gateway)


def _endpoint_policy(endpoint: Object) -> Iterator[Failure]:
    policy = known(endpoint, "policy")
    if policy is not None:
        yield from check_policy(policy, "policy", "aws:ec2/vpcEndpoint:VpcEndpoint")


def _target_group(group: Object) -> Iterator[Failure]:
    if known(group, "targetType") == "lambda":
        yield from when("targetType", ["lambda"], refused=["port", "protocol", "vpcId"])(group)
    elif not given(group, "targetType") or known(group, "targetType") is not None:
        for name in ("port", "protocol", "vpcId"):
            if not given(group, name):
                yield Failure(name, "is required unless targetType is lambda")


def _health_check(check: Object) -> Iterator[Failure]:
    interval, timeout = known(check, "interval"), known(check, "timeout")
    if interval is not None and timeout is not None and timeout >= interval:
        yield Failure("timeout", f"must be below the interval of {interval:g} seconds, found {timeout:g}")


def _listener(listener: Object) -> Iterator[Failure]:
    secure = ["HTTPS", "TLS"]
    yield from when("protocol", secure, required=["certificateArn"])(listener)
    yield from when("protocol", ["HTTP", "TCP", "UDP"], refused=["certificateArn", "sslPolicy"])(listener)


def _action(action: Object) -> Iterator[Failure]:
    kind = known(action, "type")
    if kind == "forward":
        yield from exactly_one("targetGroupArn", "forward")(action)
    yield from when("type", ["redirect"], required=["redirect"], refused=["targetGroupArn"])(action)
    yield from when("type", ["fixed-response"], required=["fixedResponse"], refused=["targetGroupArn"])(action)


def _balancer_subnets(balancer: Object) -> Iterator[Failure]:
    yield from exactly_one("subnets", "subnetMappings")(balancer)
    for name in ("subnets", "subnetMappings"):
        found = known(balancer, name)
        application = known(balancer, "loadBalancerType") in (None, "application")
        if application and isinstance(found, list) and len(found) < 2:
            yield Failure(name, f"must be in at least 2 availability zones, found {len(found)} of them")


def _path_patterns(condition: Object) -> Iterator[Failure]:
    for value in known_items(condition, "values"):
        if len(value) > 128:
            yield Failure("values", f"must have at most 128 characters each, found one of {len(value)}")


_ELB_API = "CreateLoadBalancer, CreateTargetGroup, CreateListener and CreateRule (Elastic Load Balancing API reference)"
_EC2_API = "CreateSecurityGroup and AuthorizeSecurityGroupIngress (Amazon EC2 API reference)"
_VPC_GUIDE = "VPC CIDR blocks, Subnet CIDR blocks (Amazon VPC user guide)"
_REGISTRY = "the resource's page in the Pulumi registry"

RULES = (
    Rule(types("ec2", "Vpc", "Subnet"), "cidrBlock", cidr(4, 16, 28), _VPC_GUIDE),
    Rule(_GROUP_RULES, "", exactly_one("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"), _REGISTRY),
    Rule(_GROUP_RULES, "", _rule_ports, _REGISTRY),
    Rule(_GROUP_RULES, "cidrIpv4", cidr(4), _EC2_API),
    Rule(_GROUP_RULES, "cidrIpv6", cidr(6), _EC2_API),
    Rule(_GROUP_RULES, "description", _GROUP_TEXT, _EC2_API),
    Rule(_GROUP_RULES, "fromPort", _RULE_PORT, _EC2_API),
    Rule(_GROUP_RULES, "toPort", _RULE_PORT, _EC2_API),
    Rule(_GROUP_RULES, "ipProtocol", _PROTOCOL, _EC2_API),
    Rule(types("ec2", "SecurityGroupRule"), "protocol", _PROTOCOL, _EC2_API),
    Rule(types("ec2", "SecurityGroupRule"), "cidrBlocks[]", cidr(4), _EC2_API),
    Rule(types("ec2", "SecurityGroupRule"), "fromPort", _RULE_PORT, _EC2_API),
    Rule(types("ec2", "SecurityGroupRule"), "toPort", _RULE_PORT, _EC2_API),
    *(Rule(_GROUPS, f"{path}.protocol", _PROTOCOL, _EC2_API) for path in _INLINE_RULES),
    *(Rule(_GROUPS, path, _inline_ports, _REGISTRY) for path in _INLINE_RULES),
    Rule(_GROUPS, "name", matching(r"(?!sg-).{1,255}", "1 to 255 characters that do not begin with sg-"), _EC2_API),
    Rule(_GROUPS, "description", _GROUP_TEXT, _EC2_API),
    *(Rule(_GROUPS, f"{path}.description", _GROUP_TEXT, _EC2_API) for path in _INLINE_RULES),
    *(Rule(_GROUPS, f"{path}.fromPort", _RULE_PORT, _EC2_API) for path in _INLINE_RULES),
    *(Rule(_GROUPS, f"{path}.cidrBlocks[]", cidr(4), _EC2_API) for path in _INLINE_RULES),
    Rule(
        types("ec2", "Route"),
        "",
        exactly_one("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"),
        _REGISTRY,
    ),
    Rule(types("ec2", "Route"), "", exactly_one(*_ROUTE_TARGETS), _REGISTRY),
    Rule(types("ec2", "Route"), "destinationCidrBlock", cidr(4), _REGISTRY),
    Rule(types("ec2", "RouteTableAssociation"), "", exactly_one("subnetId", "gatewayId"), _REGISTRY),
    Rule(types("ec2", "NatGateway"), "", _nat_gateway, _REGISTRY),
    Rule(types("ec2", "VpcEndpoint"), "", _endpoint_policy, "Grammar of the IAM JSON policy language (IAM user guide)"),
    Rule(
        types("ec2", "VpcEndpoint"),
        "",
        when("vpcEndpointType", ["Gateway", None], refused=["subnetIds", "securityGroupIds"]),
        "Gateway endpoints (AWS PrivateLink guide)",
    ),
    Rule(
        types("ec2", "FlowLog"),
        "",
        exactly_one(
            "eniId", "regionalNatGatewayId", "subnetId", "transitGatewayId", "transitGatewayAttachmentId", "vpcId"
        ),
        _REGISTRY,
    ),
    Rule(types("ec2", "FlowLog"), "maxAggregationInterval", one_of(60, 600), _REGISTRY),
    Rule(
        types("ec2", "FlowLog"),
        "",
        when("logDestinationType", ["cloud-watch-logs", None], required=["iamRoleArn"]),
        _REGISTRY,
    ),
    Rule(_BALANCERS + _TARGETS, "name", _BALANCER_NAME, _ELB_API),
    Rule(_BALANCERS, "", _balancer_subnets, _ELB_API),
    Rule(_BALANCERS, "idleTimeout", between(1, 4000), _ELB_API),
    Rule(_TARGETS, "", _target_group, _ELB_API),
    Rule(_TARGETS, "port", _PORT, _ELB_API),
    Rule(_TARGETS, "targetType", one_of("instance", "ip", "lambda", "alb"), _ELB_API),
    Rule(_TARGETS, "deregistrationDelay", between(0, 3600), _ELB_API),
    Rule(_TARGETS, "healthCheck", _health_check, _ELB_API),
    Rule(_TARGETS, "healthCheck.interval", between(5, 300), _ELB_API),
    Rule(_TARGETS, "healthCheck.timeout", between(2, 120), _ELB_API),
    Rule(_TARGETS, "healthCheck.healthyThreshold", between(2, 10), _ELB_API),
    Rule(_TARGETS, "healthCheck.unhealthyThreshold", between(2, 10), _ELB_API),
    Rule(
        _TARGETS,
        "healthCheck.path",
        matching(r"/.{0,1023}", "a path that begins with / and has at most 1024 characters"),
        _ELB_API,
    ),
    Rule(_LISTENERS, "", _listener, _ELB_API),
    Rule(_LISTENERS, "port", _PORT, _ELB_API),
    Rule(
        _LISTENERS,
        "protocol",
        one_of("HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"),
        _ELB_API,
    ),
    Rule(_LISTENERS, "defaultActions", at_least(1, "action"), _ELB_API),
    Rule(_LISTENERS, "defaultActions[]", _action, _ELB_API),
    Rule(_LISTENER_RULES, "actions[]", _action, _ELB_API),
    *(
        rule
        for group, path in ((_LISTENERS, "defaultActions[]"), (_LISTENER_RULES, "actions[]"))
        for rule in (
            Rule(group, f"{path}.redirect.statusCode", one_of("HTTP_301", "HTTP_302"), _ELB_API),
            Rule(
                group,
                f"{path}.fixedResponse.statusCode",
                matching(r"[245]\d\d", "a status code of 2XX, 4XX or 5XX"),
                _ELB_API,
            ),
            Rule(group, f"{path}.fixedResponse.messageBody", at_most(1024, "characters"), _ELB_API),
        )
    ),
    Rule(_LISTENER_RULES, "priority", between(1, 50000), _ELB_API),
    Rule(_LISTENER_RULES, "conditions", at_least(1, "condition"), _ELB_API),
    Rule(
        _LISTENER_RULES,
        "conditions[]",
        exactly_one("hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp"),
        _ELB_API,
    ),
    Rule(_LISTENER_RULES, "conditions[].pathPattern", _path_patterns, _ELB_API),
    Rule(
        types("ec2", "SecurityGroup"),
        "",
        at_most_one("name", "namePrefix"),
        _REGISTRY,
    ),
    Rule(
        types("ec2", "Subnet"),
        "",
        at_most_one("availabilityZone", "availabilityZoneId"),
        _REGISTRY,
    ),
)
"""The rules of networks and load balancers."""
