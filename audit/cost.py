"""What a stack costs a month, from its own settings and a dated sheet of list prices.

What a stack has by itself (tasks, capacity units, hours) comes from its resources. What depends on its use (requests,
gigabytes) is a low and a high figure of the sheet, the same for every stack; a line says which it used. A type that is
not priced is listed, never taken as free.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from audit.preview_document import Declared

_TOLERANCE = 1.5
"""Dollars by which an estimate may differ from a rounded figure without a word."""

SHEET = Path(__file__).with_name("prices.json")


@dataclass(frozen=True)
class Line:
    """One part of the estimate.

    Attributes:
        part: The service, or the part of it that AWS bills.
        resource: The resource's URN.
        low: Dollars a month at the least.
        high: Dollars a month at the most.
        arithmetic: How both come about.
    """

    part: str
    resource: str
    low: float
    high: float
    arithmetic: str


@dataclass(frozen=True)
class Expected:
    """What a document says that a part costs, in dollars a month."""

    part: str
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """A part of the estimate beside what was expected; either is None where it has no such part."""

    part: str
    estimated: tuple[float, float] | None
    expected: Expected | None

    @property
    def difference(self) -> str:
        """Where the estimate is outside what was expected, in a sentence; empty where it is within."""
        if self.expected is None:
            return "not part of what was expected"
        if self.estimated is None:
            return "nothing in the stack is billed as this part"
        low, high = self.estimated
        said = []
        if low < self.expected.low - _TOLERANCE:
            said.append(f"{self.expected.low - low:.0f} dollars below the least expected")
        elif low > self.expected.low + _TOLERANCE:
            said.append(f"{low - self.expected.low:.0f} dollars above the least expected")
        if high > self.expected.high + _TOLERANCE:
            said.append(f"{high - self.expected.high:.0f} dollars above the most expected")
        elif high < self.expected.high - _TOLERANCE:
            said.append(f"{self.expected.high - high:.0f} dollars below the most expected")
        return ", ".join(said)


@dataclass(frozen=True)
class Estimate:
    """What a stack costs.

    Attributes:
        region: The region that the prices are of.
        date: The day of the prices, as YYYY-MM-DD.
        source: What the prices are.
        lines: The parts.
        not_priced: The types of AWS that are in the stack and not priced, with how many there are.
        comparison: The parts beside what was expected, where something was.
    """

    region: str
    date: str
    source: str
    lines: tuple[Line, ...] = ()
    not_priced: Mapping[str, int] = field(default_factory=dict)
    comparison: tuple[Comparison, ...] = ()

    @property
    def low(self) -> float:
        """Dollars a month at the least."""
        return sum(line.low for line in self.lines)

    @property
    def high(self) -> float:
        """Dollars a month at the most."""
        return sum(line.high for line in self.lines)


def estimate(resources: Iterable[Declared], expected: Sequence[Expected] = ()) -> Estimate:
    """What the resources cost a month.

    Args:
        resources: The resources of a stack.
        expected: What was expected of each part.
    """
    sheet = json.loads(SHEET.read_text(encoding="utf-8"))
    stack = _Stack(list(resources), sheet)
    lines: list[Line] = []
    not_priced: dict[str, int] = {}
    for resource in stack.resources:
        price = _PRICED.get(resource.type)
        if price is not None:
            lines += price(stack, resource)
        elif resource.type.startswith("aws:") and not any(fnmatchcase(resource.type, one) for one in _NO_CHARGE):
            not_priced[resource.type] = not_priced.get(resource.type, 0) + 1
    return Estimate(
        sheet["region"], sheet["date"], sheet["source"], tuple(lines), not_priced, _compared(lines, expected)
    )


def expected_parts(document: Mapping[str, Any]) -> list[Expected]:
    """What was expected, from a map of each part to its low and high figure."""
    return [Expected(part, float(low), float(high)) for part, (low, high) in document.items()]


def _compared(lines: Sequence[Line], expected: Sequence[Expected]) -> tuple[Comparison, ...]:
    if not expected:
        return ()
    sums: dict[str, tuple[float, float]] = {}
    for line in lines:
        low, high = sums.get(line.part, (0.0, 0.0))
        sums[line.part] = (low + line.low, high + line.high)
    parts = {one.part: one for one in expected}
    return tuple(Comparison(part, sums.get(part), parts.get(part)) for part in dict.fromkeys((*parts, *sums)))


class _Stack:
    """The resources and the prices."""

    def __init__(self, resources: Sequence[Declared], sheet: Mapping[str, Any]) -> None:
        self.resources = resources
        self.hours = int(sheet["hours"])
        self._prices = sheet["prices"]
        self._usage = sheet["usage"]

    @cached_property
    def by_urn(self) -> Mapping[str, Declared]:
        return {resource.urn: resource for resource in self.resources}

    def price(self, name: str) -> float:
        return float(self._prices[name]["price"])

    def usage(self, name: str) -> tuple[float, float]:
        low, high = self._usage[name]
        return float(low), float(high)

    def sources(self, resource: Declared, name: str, kind: str) -> list[Declared]:
        """The resources of a type that a property is computed from."""
        found = [self.by_urn[urn] for urn in resource.sources.get(name, ()) if urn in self.by_urn]
        return [one for one in found if one.type == kind]

    def of(self, kind: str) -> list[Declared]:
        return [resource for resource in self.resources if resource.type == kind]

    def hourly(self, part: str, resource: Declared, what: str, price: str, low: float, high: float) -> Line:
        """A line for what is billed by the hour."""
        each = self.price(price) * self.hours
        amount = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        arithmetic = f"{amount} {what} × {self.price(price):g} $/h × {self.hours} h"
        return Line(part, resource.urn, low * each, high * each, arithmetic)

    def monthly(self, part: str, resource: Declared, what: str, price: str, low: float, high: float) -> Line:
        """A line for what is billed by the month or by the amount."""
        each = self.price(price)
        amount = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        return Line(part, resource.urn, low * each, high * each, f"{amount} {what} × {each:g} $")

    def used(self, part: str, resource: Declared, what: str, price: str, usage: str) -> Line:
        """A line for what depends on the use, which is assumed."""
        low, high = self.usage(usage)
        return self.monthly(part, resource, f"{what} (assumed)", price, low, high)


def _number(value: Any, default: float) -> float:
    """A number, also where it stands as text, as task definitions have it."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return default


def _list(value: Any) -> list[Any]:
    """A block that is there once or several times."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _ecs_service(stack: _Stack, service: Declared) -> list[Line]:
    tasks = stack.sources(service, "taskDefinition", "aws:ecs/taskDefinition:TaskDefinition")
    if not tasks:
        return []
    cpu, memory = _number(tasks[0].inputs.get("cpu"), 0) / 1024, _number(tasks[0].inputs.get("memory"), 0) / 1024
    least = most = _number(service.inputs.get("desiredCount"), 1)
    for target in stack.of("aws:appautoscaling/target:Target"):
        named = str(target.inputs.get("resourceId", "")).rpartition("/")[2]
        if service.urn in target.sources.get("resourceId", ()) or named == service.inputs.get("name"):
            least, most = (
                _number(target.inputs.get("minCapacity"), least),
                _number(target.inputs.get("maxCapacity"), most),
            )
    strategies = _list(service.inputs.get("capacityProviderStrategies")) or [
        strategy
        for providers in stack.of("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders")
        if set(providers.sources.get("clusterName", ())) & set(service.sources.get("cluster", ()))
        for strategy in _list(providers.inputs.get("defaultCapacityProviderStrategies"))
    ]
    low, low_how = _fargate(stack, least, cpu, memory, strategies)
    high, high_how = _fargate(stack, most, cpu, memory, strategies)
    return [Line("Fargate", service.urn, low, high, f"low: {low_how}; high: {high_how}")]


def _fargate(stack: _Stack, tasks: float, cpu: float, memory: float, strategies: Sequence[Any]) -> tuple[float, str]:
    """Dollars a month for some tasks, and how they come about: the base first, the others by weight."""
    demand = (cpu * stack.price("fargate-vcpu-hour") + memory * stack.price("fargate-gb-hour")) * stack.hours
    spot = (cpu * stack.price("fargate-spot-vcpu-hour") + memory * stack.price("fargate-spot-gb-hour")) * stack.hours
    weights = {
        one.get("capacityProvider"): _number(one.get("weight"), 0) for one in strategies if isinstance(one, dict)
    }
    bases = {one.get("capacityProvider"): _number(one.get("base"), 0) for one in strategies if isinstance(one, dict)}
    base_spot = min(tasks, bases.get("FARGATE_SPOT", 0))
    base = min(tasks - base_spot, bases.get("FARGATE", 0))
    others = tasks - base - base_spot
    total = sum(weights.values())
    on_spot = base_spot + (others * weights.get("FARGATE_SPOT", 0) / total if total else 0)
    on_demand = tasks - on_spot
    how = f"{on_demand:g} tasks of {cpu:g} vCPU and {memory:g} GB × {demand:.2f} $"
    if on_spot:
        how += f" + {on_spot:g} on Fargate Spot × {spot:.2f} $"
    return on_demand * demand + on_spot * spot, how


def _aurora_instance(stack: _Stack, instance: Declared) -> list[Line]:
    clusters = stack.sources(instance, "clusterIdentifier", "aws:rds/cluster:Cluster")
    if instance.inputs.get("instanceClass") != "db.serverless" or not clusters:
        return []
    scaling = (_list(clusters[0].inputs.get("serverlessv2ScalingConfiguration")) or [{}])[0]
    low, high = _number(scaling.get("minCapacity"), 0.5), _number(scaling.get("maxCapacity"), 128)
    return [stack.hourly("Aurora", instance, "ACU", "aurora-acu-hour", low, high)]


def _aurora_cluster(stack: _Stack, cluster: Declared) -> list[Line]:
    lines = [stack.used("Aurora", cluster, "GB of storage", "aurora-storage-gb-month", "aurora-storage-gb")]
    if cluster.inputs.get("storageType") != "aurora-iopt1":
        lines.append(stack.used("Aurora", cluster, "million I/O requests", "aurora-million-io", "aurora-million-io"))
    if cluster.inputs.get("manageMasterUserPassword"):
        lines.append(stack.monthly("Secrets Manager", cluster, "secret (RDS manages it)", "secret-month", 1, 1))
    return lines


def _nat_gateway(stack: _Stack, gateway: Declared) -> list[Line]:
    return [
        stack.hourly("NAT gateway", gateway, "gateway", "nat-gateway-hour", 1, 1),
        stack.used("Data transfer", gateway, "GB through the NAT gateway", "nat-gateway-gb", "nat-gateway-gb"),
    ]


def _load_balancer(stack: _Stack, balancer: Declared) -> list[Line]:
    low, high = stack.usage("load-balancer-lcu")
    lines = [
        stack.hourly("Load balancer", balancer, "load balancer", "load-balancer-hour", 1, 1),
        stack.hourly("Load balancer", balancer, "capacity units (assumed)", "load-balancer-lcu-hour", low, high),
        stack.used("Data transfer", balancer, "GB between zones", "zone-transfer-gb", "zone-transfer-gb"),
    ]
    if not balancer.inputs.get("internal"):
        subnets = len(_list(balancer.inputs.get("subnets"))) or len(_list(balancer.inputs.get("subnetMappings"))) or 2
        lines.append(
            stack.hourly("Public addresses", balancer, "public IPv4 addresses", "public-ipv4-hour", subnets, subnets)
        )
    return lines


def _table(stack: _Stack, table: Declared) -> list[Line]:
    if table.inputs.get("billingMode") != "PAY_PER_REQUEST":
        return []
    lines = [
        stack.used("DynamoDB", table, "million writes", "dynamodb-million-writes", "dynamodb-million-writes"),
        stack.used("DynamoDB", table, "million reads", "dynamodb-million-reads", "dynamodb-million-reads"),
        stack.used("DynamoDB", table, "GB of storage", "dynamodb-storage-gb-month", "dynamodb-storage-gb"),
    ]
    if any(
        one.get("enabled") is True for one in _list(table.inputs.get("pointInTimeRecovery")) if isinstance(one, dict)
    ):
        lines.append(
            stack.used("DynamoDB", table, "GB recoverable", "dynamodb-recovery-gb-month", "dynamodb-storage-gb")
        )
    return lines


def _distribution(stack: _Stack, distribution: Declared) -> list[Line]:
    requests = "cloudfront-million-https-requests"
    return [
        stack.used("CloudFront", distribution, "GB to viewers", "cloudfront-gb", "cloudfront-gb"),
        stack.used("CloudFront", distribution, "million HTTPS requests", requests, requests),
    ]


def _log_group(stack: _Stack, group: Declared) -> list[Line]:
    return [
        stack.used("Logs", group, "GB ingested", "logs-ingested-gb", "logs-gb"),
        stack.used("Logs", group, "GB stored", "logs-stored-gb-month", "logs-gb"),
    ]


def _bucket(stack: _Stack, bucket: Declared) -> list[Line]:
    return [stack.used("S3", bucket, "GB of storage", "s3-storage-gb-month", "s3-storage-gb")]


def _web_acl(stack: _Stack, acl: Declared) -> list[Line]:
    rules = len(_list(acl.inputs.get("rules")))
    return [
        stack.monthly("WAF", acl, "web ACL", "web-acl-month", 1, 1),
        stack.monthly("WAF", acl, "rules", "web-acl-rule-month", rules, rules),
    ]


def _endpoint(stack: _Stack, endpoint: Declared) -> list[Line]:
    if endpoint.inputs.get("vpcEndpointType") != "Interface":
        return []
    zones = len(_list(endpoint.inputs.get("subnetIds"))) or 1
    return [stack.hourly("Interface endpoints", endpoint, "zones", "interface-endpoint-hour", zones, zones)]


def _fixed(part: str, what: str, price: str) -> Callable[[_Stack, Declared], list[Line]]:
    """What costs the same each month."""
    return lambda stack, resource: [stack.monthly(part, resource, what, price, 1, 1)]


_PRICED: Mapping[str, Callable[[_Stack, Declared], list[Line]]] = {
    "aws:ecs/service:Service": _ecs_service,
    "aws:rds/cluster:Cluster": _aurora_cluster,
    "aws:rds/clusterInstance:ClusterInstance": _aurora_instance,
    "aws:ec2/natGateway:NatGateway": _nat_gateway,
    "aws:ec2/eip:Eip": lambda stack, address: [
        stack.hourly("Public addresses", address, "public IPv4 address", "public-ipv4-hour", 1, 1)
    ],
    "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:dynamodb/table:Table": _table,
    "aws:cloudfront/distribution:Distribution": _distribution,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _fixed("Alarms", "alarm", "alarm-month"),
    "aws:s3/bucket:Bucket": _bucket,
    "aws:s3/bucketV2:BucketV2": _bucket,
    "aws:kms/key:Key": _fixed("KMS", "key", "kms-key-month"),
    "aws:secretsmanager/secret:Secret": _fixed("Secrets Manager", "secret", "secret-month"),
    "aws:wafv2/webAcl:WebAcl": _web_acl,
    "aws:route53/zone:Zone": _fixed("Route 53", "hosted zone", "hosted-zone-month"),
}

_NO_CHARGE = (
    "aws:appautoscaling/*",
    "aws:acm/*",
    "aws:cloudfront/originAccessControl:*",
    "aws:cloudfront/responseHeadersPolicy:*",
    "aws:cloudfront/function:*",
    "aws:cloudwatch/logDelivery*",
    "aws:cloudwatch/logGroupPolicy*",
    "aws:cloudwatch/logResourcePolicy:*",
    "aws:ec2/defaultSecurityGroup:*",
    "aws:ec2/flowLog:*",
    "aws:ec2/internetGateway:*",
    "aws:ec2/networkAcl*",
    "aws:ec2/route*",
    "aws:ec2/securityGroup*",
    "aws:ec2/subnet:*",
    "aws:ec2/vpc:*",
    "aws:ecs/cluster*",
    "aws:ecs/taskDefinition:*",
    "aws:iam/*",
    "aws:kms/alias:*",
    "aws:kms/keyPolicy:*",
    "aws:lambda/permission:*",
    "aws:lb/listener*",
    "aws:lb/targetGroup*",
    "aws:rds/*ParameterGroup:*",
    "aws:rds/parameterGroup:*",
    "aws:rds/subnetGroup:*",
    "aws:route53/record:*",
    "aws:s3/bucket?*:*",
    "aws:secretsmanager/secretPolicy:*",
    "aws:secretsmanager/secretVersion:*",
    "aws:vpc/securityGroup*",
    "aws:wafv2/webAclAssociation:*",
    "aws:wafv2/webAclLoggingConfiguration:*",
)
"""Types that AWS does not bill by themselves; what they write or carry is billed with the resource that takes it."""
