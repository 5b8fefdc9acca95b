"""The network of a stack as JSON: what can be reached, and by which rules, as the graph of the policies sees it.

What `Topology.as_json` returns is an object with these keys, in an order that depends on nothing but the stack:

`nodes`: a list of
- `id`: the URN of the resource; `internet`; `addresses:…` for ranges and prefix lists that a rule names; `group:…` for
  whatever a security group is attached to that the stack does not show;
- `label`, `type` (the kind of resource in words, empty for no resource), `urn` (empty likewise);
- `kind`: `internet`, `cdn`, `load-balancer`, `compute`, `instance`, `function`, `database`, `cache`, `endpoint`,
  `nat-gateway`, `gateway`, `addresses`, `outside` or `other`;
- `tier`: the declared tier, empty for none; `possible_tiers`: those that it may turn out to be in;
- `vpcs`: the URNs of the VPC that it is in, several where that is not certain; `default` for the account's default VPC;
- `subnets`: their URNs; `subnets_certain`: whether it is in each of them and no other;
- `public`: whether a subnet of it has a route to an internet gateway; null where that is not known.

`tiers`: the declared tiers in their order: `name`, `ports` (TCP) and `from`, the tiers that it accepts traffic from.

`vpcs` and `subnets`: the `id` (URN), `label` and `cidr` (empty where unknown) of each; a subnet has `vpcs` and `public`
as above, and `zone`.

`edges`: a list of
- `id`, `source`, `target`: the ids of the nodes;
- `kind`: `security-group`; `viewers` and `origin`, which no security group allows: to a CloudFront distribution, and
  from it to a load balancer or an instance; `route`, from a NAT gateway to the internet;
- `traffic` in words; `protocol`, `from_port`, `to_port`: null where unknown, secret or without a meaning;
- `allowed`: `yes`, or `possible` where the edge cannot be decided yet: then `unknown` has what is not known;
- `declared`: whether the declared tiers have such an edge; null where that is not known, or the target is in no tier;
- `ingress` and `egress`: the rules that allow it, each null where there is none to name: `urn` and `path` of the rule,
  its security `groups` (`id`: URN or id, and `label`) and `peers`, whom it names in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pulumi_guardrails.aws import resource_types as types
from pulumi_guardrails.aws.cloudfront import viewers_use_https, vpc_origin
from pulumi_guardrails.aws.cloudfront_origins import LoadBalancerOrigins
from pulumi_guardrails.aws.inspection import unknown_as_json
from pulumi_guardrails.aws.network.model.security_group_rules import Rule
from pulumi_guardrails.aws.network.model.subnets import Subnets
from pulumi_guardrails.aws.network.model.unknowns import external, unreadable
from pulumi_guardrails.aws.network.model.workloads import Workload
from pulumi_guardrails.aws.network.reachability.graph import Graph
from pulumi_guardrails.aws.network.reachability.path_unknowns import path_unknowns
from pulumi_guardrails.aws.network.reachability.paths import Hop
from pulumi_guardrails.aws.network.reachability.tier_rules import TierRules
from pulumi_guardrails.aws.network.reachability.tiers import trusted_sources
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.policy import Settings
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Finding, Outcome

INTERNET = "internet"
"""The id of the node of the internet."""

DEFAULT_VPC = "default"
"""The id of the account's default VPC, where the stack does not have it."""

_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "load-balancer": (types.LOAD_BALANCER, types.CLASSIC_LOAD_BALANCER),
    "compute": (types.ECS_SERVICE, types.ECS_TASK_SET, types.EKS_CLUSTER, types.BATCH_COMPUTE_ENVIRONMENT),
    "instance": (types.INSTANCE, types.SPOT_INSTANCE, types.LAUNCH_TEMPLATE, types.LAUNCH_CONFIGURATION),
    "function": (types.LAMBDA_FUNCTION,),
    "database": (
        types.RDS_CLUSTER,
        types.RDS_INSTANCE,
        types.RDS_PROXY,
        types.RDS_PROXY_ENDPOINT,
        types.DOCUMENTDB_CLUSTER,
        types.NEPTUNE_CLUSTER,
        types.REDSHIFT_CLUSTER,
        types.REDSHIFT_WORKGROUP,
        types.OPENSEARCH_DOMAIN,
    ),
    "cache": (
        types.ELASTICACHE_CLUSTER,
        types.ELASTICACHE_REPLICATION_GROUP,
        types.ELASTICACHE_SERVERLESS,
        types.MEMORYDB_CLUSTER,
        types.DAX_CLUSTER,
    ),
    "endpoint": (types.VPC_ENDPOINT,),
    "nat-gateway": (types.NAT_GATEWAY,),
    "gateway": (types.INTERNET_GATEWAY, types.EGRESS_ONLY_GATEWAY, types.VPN_GATEWAY),
    "cdn": (types.DISTRIBUTION,),
}

_PEERS = frozenset(
    {
        *("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups", "self", "sourceSecurityGroupId"),
        *("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"),
    }
)
"""The properties of rules that name whose traffic they allow, in each of the forms of `model.declared_rules`."""

_TRAFFIC = frozenset({"", "protocol", "ipProtocol", "fromPort", "toPort"})
"""The properties that say what a rule allows; the empty one is the rule as a whole."""

_GATEWAYS = (*_KINDS["nat-gateway"], *_KINDS["gateway"], types.VPC_ENDPOINT)
_VPCS = (types.VPC, types.DEFAULT_VPC)
_SUBNETS = (types.SUBNET, types.DEFAULT_SUBNET)


@fast_dataclass(frozen=True)
class _Edge:
    """An edge.

    Attributes:
        shown: The edge as JSON.
        rules: The rules that let it in.
    """

    shown: dict[str, Any]
    rules: tuple[Rule, ...]

    @property
    def order(self) -> tuple[str, int, list[str], str]:
        """Its place among the edges of the same two nodes."""
        port = self.shown["from_port"]
        rules = sorted(rule.key for rule in self.rules)
        return self.shown["kind"], -1 if port is None else port, rules, self.shown["traffic"]


class Topology:
    """The network of one stack.

    Args:
        stack: The stack.
        settings: The tiers and the trusted ranges: a configuration with the settings of `reachability.tiers`.
    """

    def __init__(self, stack: Stack, settings: Settings) -> None:
        self._stack = stack
        ranges, lists = trusted_sources(settings)
        self._graph = Graph(stack, ranges, frozenset(lists))
        self._subnets = stack.shared(Subnets)
        self._tier_rules = TierRules(stack, settings)
        self._nodes: dict[str, dict[str, Any]] = {}
        self._edges: list[_Edge] = []
        self._edges_of_hop: dict[str, _Edge] = {}
        self._add_workloads()
        self._add_distributions()
        self._add_gateways()
        places = {identity: place for place, identity in enumerate(self._nodes)}
        self._edges.sort(key=lambda edge: (places[edge.shown["source"]], places[edge.shown["target"]], edge.order))
        self._edges_by_rule: dict[str, list[_Edge]] = {}
        for number, edge in enumerate(self._edges, 1):
            edge.shown["id"] = f"e{number}"
            for urn in {rule.declared_in.urn for rule in edge.rules}:
                self._edges_by_rule.setdefault(urn, []).append(edge)

    def as_json(self) -> dict[str, Any]:
        """The form that the module describes."""
        edges = [edge.shown for edge in self._edges]
        joined = {edge[end] for edge in edges for end in ("source", "target")}
        return {
            # What a group may be attached to elsewhere is worth a node only where something reaches it, or it reaches.
            "nodes": [one for one in self._nodes.values() if one["kind"] != "outside" or one["id"] in joined],
            "tiers": [
                {"name": tier.name, "ports": list(tier.ports), "from": list(tier.sources)}
                for tier in self._tier_rules.tiers
            ],
            "vpcs": [self._place(vpc) for vpc in self._stack.of(*_VPCS)],
            "subnets": [
                {
                    **self._place(subnet),
                    "zone": subnet["availabilityZone"].as_text() or "",
                    "vpcs": [vpc.urn for vpc in self._subnets.vpcs(subnet)],
                    "public": self._subnets.internet_route(subnet).exists,
                }
                for subnet in self._stack.of(*_SUBNETS)
            ],
            "edges": edges,
        }

    def path_of(self, resource: Resource, finding: Finding) -> list[str]:
        """The ids of the edges that a violation is about, in the order of its path; empty where it is about none.

        A rule of a group that is attached to several things may be right for one of them and wrong for another: of its
        edges, those that the tiers declare are left out.
        """
        if finding.trail:
            return [self._edges_of_hop[key].shown["id"] for key in finding.trail if key in self._edges_of_hop]
        found = [
            edge.shown
            for edge in self._edges_by_rule.get(resource.urn, ())
            if any(rule.declared_in.urn == resource.urn and _is_about(finding, rule) for rule in edge.rules)
        ]
        return [edge["id"] for edge in [one for one in found if one["declared"] is not True] or found]

    # --- nodes

    def _node(self, identity: str, label: str, kind: str, resource: Resource | None = None, **more: Any) -> None:
        known = {"tier": "", "possible_tiers": [], "vpcs": [], "subnets": [], "subnets_certain": True, "public": None}
        self._nodes.setdefault(
            identity,
            {
                "id": identity,
                "label": label,
                "kind": kind,
                "type": resource.kind.name if resource is not None and resource.kind is not None else "",
                "urn": resource.urn if resource is not None else "",
                **known,
                **more,
            },
        )

    def _add_workload(self, workload: Workload) -> None:
        resource, placement = workload.resource, workload.placement
        tier = self._tier_rules.tier_of(workload)
        possible = self._tier_rules.possible_tiers_of(workload)
        if resource is None:
            self._node(
                f"group:{workload.key}",
                workload.label,
                "outside",
                tier=tier.name if tier else "",
                vpcs=self._vpcs_of(workload),
            )
            return
        routes = [self._subnets.internet_route(subnet).exists for subnet in placement.subnets]
        self._node(
            workload.key,
            resource.name,
            _kind_of(resource),
            resource,
            tier=tier.name if tier else "",
            possible_tiers=[one.name for one in possible],
            vpcs=self._vpcs_of(workload),
            subnets=sorted(subnet.urn for subnet in placement.subnets),
            subnets_certain=placement.certain and not placement.elsewhere,
            public=workload.in_default_vpc or (kleene_any(routes) if routes else None),
        )

    def _vpcs_of(self, workload: Workload) -> list[str]:
        if workload.in_default_vpc:
            return [vpc.urn for vpc in self._stack.of(types.DEFAULT_VPC)] or [DEFAULT_VPC]
        found = [vpc for subnet in workload.placement.subnets for vpc in self._subnets.vpcs(subnet)]
        if not found:
            groups = [group.resource for group in workload.groups.groups if group.resource is not None]
            found = [vpc for group in groups for vpc in self._graph.vpcs_named_by(group["vpcId"])]
        return sorted({vpc.urn for vpc in found})

    def _place(self, resource: Resource) -> dict[str, Any]:
        return {"id": resource.urn, "label": resource.name, "cidr": _text(resource, "cidrBlock")}

    # --- edges that security groups allow

    def _add_workloads(self) -> None:
        self._node(INTERNET, "Internet", "internet")
        for workload in self._graph.workloads:
            self._add_workload(workload)
        for target in self._graph.workloads:
            for source in (None, *self._graph.possible_sources(target)):
                self._add_hops(source, target)
            self._add_addresses(target)

    def _add_hops(self, source: Workload | None, target: Workload) -> None:
        """An edge for each rule that allows traffic from one to the other, however many ranges it names."""
        by_key: dict[str, list[Hop]] = {}
        for hop in self._graph.hops_to(target, source):
            by_key.setdefault(hop.key, []).append(hop)
        for key, hops in by_key.items():
            surest = next((hop for hop in hops if hop.certain), hops[0])
            self._edges_of_hop[key] = self._edge(
                INTERNET if source is None else _id(source),
                _id(target),
                "security-group",
                rules=[hop.ingress for hop in hops if hop.ingress is not None],
                allowed="yes" if surest.certain else "possible",
                declared=self._is_declared(target, surest),
                ingress=_rule([hop.ingress for hop in hops if hop.ingress is not None]),
                egress=_rule([] if surest.egress is None else [surest.egress]),
                unknown=self._unknowns(surest),
                **_traffic(surest.ingress),
            )

    def _unknowns(self, hop: Hop, *more: Value) -> list[dict[str, Any]]:
        """What has to be known to tell whether a hop is there; nothing where it certainly is."""
        if hop.certain:
            return []
        found = [*path_unknowns(self._graph, (hop,)), *map(external, more)]
        if hop.ingress is not None and hop.ingress.traffic is None:
            found.append(unreadable(hop.ingress.entry.traffic_value))
        return [unknown_as_json(self._stack, unknown) for unknown in dict.fromkeys(found)]

    def _is_declared(self, target: Workload, hop: Hop) -> Answer:
        tier = self._tier_rules.tier_of(target)
        if tier is None or hop.ingress is None:
            return None
        outcome = self._tier_rules.allows(tier, hop.ingress).outcome
        return {Outcome.COMPLIANT: True, Outcome.VIOLATION: False}.get(outcome)

    def _add_addresses(self, target: Workload) -> None:
        """An edge from each range of addresses that a rule of something names, beside those from the internet."""
        for rule, owned in self._graph.ingress_rules(target):
            peer = rule.peer
            if peer.groups is not None or self._graph.is_peer(peer, None) is not False:
                continue
            named = peer.prefix_list or str(peer)
            identity = f"addresses:{named}"
            hop = Hop(None, target, rule, None, owned is True and not peer.doubts)
            self._node(identity, named, "addresses")
            self._edge(
                identity,
                _id(target),
                "security-group",
                rules=[rule],
                allowed="yes" if hop.certain else "possible",
                declared=self._is_declared(target, hop),
                ingress=_rule([rule]),
                unknown=self._unknowns(hop, *peer.doubts),
                **_traffic(rule),
            )

    def _edge(
        self, source: str, target: str, kind: str, *, traffic: str, rules: Sequence[Rule] = (), **more: Any
    ) -> _Edge:
        """Add an edge; `rules` are those that let it in."""
        ends = {"id": "", "source": source, "target": target, "kind": kind, "traffic": traffic}
        ports = {"protocol": None, "from_port": None, "to_port": None}
        decided: dict[str, Any] = {"allowed": "yes", "declared": None, "ingress": None, "egress": None, "unknown": []}
        edge = _Edge({**ends, **ports, **decided, **more}, tuple(rules))
        self._edges.append(edge)
        return edge

    # --- what has no security group

    def _add_distributions(self) -> None:
        for distribution in self._stack.of(types.DISTRIBUTION):
            self._node(distribution.urn, distribution.name, "cdn", distribution)
            is_https = viewers_use_https(distribution)
            traffic = {True: "HTTPS", False: "HTTP, HTTPS", None: "HTTPS; HTTP is not known"}[is_https]
            self._edge(INTERNET, distribution.urn, "viewers", traffic=traffic)
        for (distribution, target), answer in self._origins().items():
            unknown = [] if answer else [distribution["origins"].as_unknown()]
            self._edge(
                distribution.urn,
                target.urn,
                "origin",
                traffic="origin requests",
                allowed="yes" if answer else "possible",
                unknown=[unknown_as_json(self._stack, one) for one in unknown],
            )

    def _origins(self) -> Mapping[tuple[Resource, Resource], Answer]:
        """Each distribution with what of the network is its origin, or may be: by a DNS name, or by a VPC origin."""
        found: dict[tuple[Resource, Resource], Answer] = {}
        origins = self._stack.shared(LoadBalancerOrigins)
        for balancer in self._stack.of(types.LOAD_BALANCER):
            for distribution, answer in origins.distributions_of(balancer):
                found[distribution, balancer] = answer
        for distribution in self._stack.of(types.DISTRIBUTION):
            for origin in distribution["origins"].elements() or ():
                named = self._stack.reference(vpc_origin(origin)["vpcOriginId"], types.VPC_ORIGIN)
                for made, is_named in named.targets:
                    arn = made["vpcOriginEndpointConfig"]["arn"]
                    for target, is_target in self._stack.reference(arn, types.LOAD_BALANCER, types.INSTANCE).targets:
                        before = found.get((distribution, target), False)
                        found[distribution, target] = kleene_any([before, kleene_all([is_named, is_target])])
        return found

    def _add_gateways(self) -> None:
        attached = {
            gateway: self._stack.reference(attachment["vpcId"], *_VPCS).direct
            for attachment in self._stack.of(types.INTERNET_GATEWAY_ATTACHMENT)
            for gateway in self._stack.reference(attachment["internetGatewayId"], types.INTERNET_GATEWAY).direct
        }
        for gateway in self._stack.of(*_GATEWAYS):
            subnets = self._stack.reference(gateway["subnetId"], *_SUBNETS).direct
            vpcs = self._stack.reference(gateway["vpcId"], *_VPCS).direct or attached.get(gateway, [])
            named = vpcs or [vpc for subnet in subnets for vpc in self._subnets.vpcs(subnet)]
            routes = [self._subnets.internet_route(subnet).exists for subnet in subnets]
            self._node(
                gateway.urn,
                gateway.name,
                _kind_of(gateway),
                gateway,
                vpcs=sorted({vpc.urn for vpc in named}),
                subnets=sorted(subnet.urn for subnet in subnets),
                subnets_certain=len(subnets) <= 1,
                public=kleene_any(routes) if routes else None,
            )
            if gateway.kind is types.NAT_GATEWAY and gateway["connectivityType"].effective == "public":
                self._edge(gateway.urn, INTERNET, "route", traffic="outbound only")


def _id(workload: Workload) -> str:
    return workload.key if workload.resource is not None else f"group:{workload.key}"


def _kind_of(resource: Resource) -> str:
    return next((name for name, kinds in _KINDS.items() if resource.kind in kinds), "other")


def _text(resource: Resource, name: str) -> str:
    value = resource[name]
    return "" if value.secret else value.as_text() or ""


def _traffic(rule: Rule | None) -> dict[str, Any]:
    """The traffic of a rule, never a secret; of a group whose rules the stack does not show, nothing is known."""
    if rule is None:
        return {"traffic": "rules that the stack does not show"}
    traffic = None if rule.entry.traffic_value.secret else rule.traffic
    if traffic is None or traffic.is_everything:
        return {"traffic": rule.shown_traffic, "protocol": traffic and traffic.protocol}
    has_ports = traffic.protocol in ("tcp", "udp")
    return {
        "traffic": rule.shown_traffic,
        "protocol": traffic.protocol,
        "from_port": traffic.low if has_ports else None,
        "to_port": traffic.high if has_ports else None,
    }


def _rule(rules: Iterable[Rule]) -> dict[str, Any] | None:
    """One rule, of which each of `rules` is for one of its peers."""
    found = list(rules)
    if not found:
        return None
    return {
        "urn": found[0].declared_in.urn,
        "path": found[0].entry.path,
        "groups": sorted(
            ({"id": group.key, "label": group.label} for group in found[0].owner.groups), key=lambda group: group["id"]
        ),
        "peers": list(dict.fromkeys(peer for rule in found for peer in _peers(rule))),
    }


def _peers(rule: Rule) -> list[str]:
    """Whom a rule names, in words: each of the groups in a fixed order, whatever the order of the engine's edges is."""
    groups = rule.peer.groups.groups if rule.peer.groups is not None and not rule.peer.value.secret else ()
    return sorted(group.label for group in groups) or [str(rule.peer)]


def _is_about(finding: Finding, rule: Rule) -> bool:
    """Whether a finding on the resource that declares a rule is about what that rule allows, and to whom."""
    path = finding.path
    if not path or not path.startswith(rule.entry.path):
        return False
    name = path.removeprefix(rule.entry.path).removeprefix(".").partition("[")[0]
    return rule.peer.value.path.startswith(path) if name in _PEERS else name in _TRAFFIC
