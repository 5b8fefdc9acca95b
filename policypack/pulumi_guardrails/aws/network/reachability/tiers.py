"""The declaration of tiers: which tiers a stack has, on which ports each listens, and from whom it accepts traffic.

The tiers are configuration, so that another organisation declares its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from pulumi_guardrails.aws.ecs import member
from pulumi_guardrails.aws.network.model.cidr_and_ports import HIGHEST_PORT, Range, is_internet, read_range, shown_ports
from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS
from pulumi_guardrails.aws.network.model.security_group_rules import Peer
from pulumi_guardrails.aws.network.model.security_groups import Group
from pulumi_guardrails.aws.network.model.unknowns import unreadable
from pulumi_guardrails.aws.resource_types import ECS_TASK_DEFINITION
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.policy import Setting, Settings, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown

INTERNET = "internet"
"""How a tier names the internet among those it accepts traffic from."""

_DEFAULT_TIERS: list[dict[str, Any]] = [
    {
        "name": "load balancer",
        "kinds": ["load balancer", "classic load balancer"],
        "ports": [80, 443],
        "from": [INTERNET],
    },
    {
        "name": "tasks",
        "kinds": ["ECS service", "ECS task set", "Lambda function"],
        "ports": [8080],
        "from": ["load balancer"],
    },
    {"name": "database", "kinds": ["RDS cluster", "RDS instance"], "ports": [5432], "from": ["tasks"]},
]

_ENGINE_PORTS = {
    "mysql": 3306,
    "mariadb": 3306,
    "aurora-mysql": 3306,
    "postgres": 5432,
    "aurora-postgresql": 5432,
    "sqlserver": 1433,
    "oracle": 1521,
    "db2": 50000,
}
"""The port of a database that sets none, by how the name of its engine begins.

Source: Amazon RDS API reference, "CreateDBInstance" and "CreateDBCluster", parameter Port.
"""

PROXIES = "database proxies"
"""The tier of the RDS proxies of a stack that declares no tiers of its own: between a database and its clients."""

_PROXY_PORTS = {"MYSQL": 3306, "POSTGRESQL": 5432, "SQLSERVER": 1433}
"""The port of an RDS proxy by its engine family. Source: Amazon RDS User Guide, "Connecting to a database through RDS
Proxy": the port of a proxy is the default one of its database engine."""

_FOUND_BY_SERVICES = ("serviceRegistries", "serviceConnectConfiguration")
"""How an ECS service is found by other services.

Source: Amazon ECS Developer Guide, "Interconnect Amazon ECS services".
"""


def _not_tiers(tiers: Sequence[Mapping[str, Any]]) -> str | None:
    names = [tier["name"] for tier in tiers]
    distinct = len(set(names)) == len(names) and INTERNET not in names
    return None if distinct else f"tiers of different names, and none named {INTERNET}"


TIERS = Setting(
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "kinds": {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "string", "enum": sorted(kind.name for kind in ENI_OWNERS)},
                },
                "match": {"type": "string", "minLength": 1},
                "groups": {"type": "array", "items": {"type": "string"}},
                "ports": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 65535}},
                "from": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["name", "kinds", "ports", "from"],
            "additionalProperties": False,
        },
    },
    _DEFAULT_TIERS,
    (
        "The declared tiers. A tier has a name, the kinds of resource that are in it (of those only resources whose "
        "name matches the glob `match`, if given), security groups that are in it whatever they are attached to "
        "(`groups`: globs over a group's id, its name and its Pulumi name), the TCP ports it listens on, and the tiers "
        "that may send traffic to them, or `internet`. What matches several tiers is in the first; a network interface "
        "that matches none is in the tier of its instance. A tier that accepts traffic from the internet accepts it "
        "from everyone else as well. Where this is not configured, a database's port is the one that its `port` or its "
        "engine gives, and an ECS service's that of its load balancers "
        "or its task definition; a service with service discovery or Service Connect also accepts traffic from other "
        "services, a database from RDS proxies, and a tier whose sources the stack does not have from what it has "
        "instead. Declare the same tiers in every policy that has this setting."
    ),
    _not_tiers,
)


def _not_trusted(texts: Sequence[str]) -> str | None:
    known = all(read_range(text) is not None or text.startswith("pl-") for text in texts)
    return None if known else "address ranges such as 203.0.113.0/24, and ids of prefix lists, pl-…"


TRUSTED = replace(
    list_setting([], "Public address ranges, and ids of prefix lists, that do not count as the internet."),
    check=_not_trusted,
)

SETTINGS: Mapping[str, Setting] = {"tiers": TIERS, "trusted": TRUSTED}
"""The settings of every policy on tiers."""


@fast_dataclass(frozen=True)
class Tier:
    """One tier; the attributes are those of the setting, and three more.

    Attributes:
        port_source: What has to be known to tell its ports; `None` where they are known.
        secret_ports: Whether its ports must not be shown.
        source_unknown: What has to be known to tell whether it accepts more than its sources; `None` for nothing.
    """

    name: str
    kinds: tuple[str, ...]
    match: str
    groups: tuple[str, ...]
    ports: tuple[int, ...]
    sources: tuple[str, ...]
    port_source: Value | None = None
    secret_ports: bool = False
    source_unknown: Value | None = None

    @staticmethod
    def declared(entry: Mapping[str, Any]) -> Tier:
        """The tier that an entry of the setting declares."""
        return Tier(
            entry["name"],
            tuple(entry["kinds"]),
            entry.get("match", "*"),
            tuple(entry.get("groups", ())),
            tuple(entry["ports"]),
            tuple(entry["from"]),
        )

    def for_service(self, stack: Stack, service: Resource) -> Tier:
        """The same tier with the ports that an ECS service listens on.

        Those that its load balancers send requests to, else those that its task definition maps. A service that names
        neither keeps the declared ones. One that other services find by themselves accepts traffic from them as well.
        """
        found_by = [service[name] for name in _FOUND_BY_SERVICES if not service[name].is_absent]
        unknown = next((value for value in found_by if value.is_unknown), None)
        if unknown is not None:
            return replace(self, source_unknown=unknown)._with_ports_of(stack, service)
        if any(value.raw not in ([], {}) for value in found_by):
            return replace(self, sources=(*self.sources, self.name))._with_ports_of(stack, service)
        return self._with_ports_of(stack, service)

    def _with_ports_of(self, stack: Stack, service: Resource) -> Tier:
        balancers, definition = service["loadBalancers"], service["taskDefinition"]
        if balancers.elements() is None:
            return replace(self, port_source=balancers)
        if balancers.elements():
            return self._with_ports([balancer["containerPort"] for balancer in balancers.elements() or ()])
        if definition.is_absent:
            return self
        found = stack.reference(definition, ECS_TASK_DEFINITION).only
        if found is None:
            return replace(self, port_source=definition)
        containers = found["containerDefinitions"]
        document = containers.parsed_json()
        mapped = [
            member(mapping, "containerPort")
            for container in document.elements() or []
            for mapping in member(container, "portMappings").elements() or []
        ]
        return self._with_ports(mapped) if mapped else replace(self, port_source=containers)

    def _with_ports(self, values: Sequence[Value]) -> Tier:
        numbers = {number for value in values if (number := value.as_number()) is not None}
        doubt = next((value for value in values if value.as_number() is None), None)
        if doubt is not None:
            return replace(self, port_source=doubt)
        secret = any(value.secret for value in values)
        return replace(self, ports=tuple(sorted(map(int, numbers))), secret_ports=secret)

    def for_database(self, database: Resource) -> Tier:
        """The same tier with the port that a database listens on: the one it sets, else that of its engine."""
        port, engine = database["port"], database["engine"]
        if not port.is_absent:
            number = port.as_number()
            if port.is_unknown:
                return replace(self, port_source=port)
            if number is not None and number.is_integer() and 1 <= number <= HIGHEST_PORT:
                return replace(self, ports=(int(number),), secret_ports=port.secret)
            return self
        if engine.is_unknown or engine.is_absent:
            return replace(self, port_source=engine)
        name = (engine.as_text() or "").removeprefix("custom-")
        found = next((number for prefix, number in _ENGINE_PORTS.items() if name.startswith(prefix)), None)
        return self if found is None else replace(self, ports=(found,), secret_ports=engine.secret)

    def for_proxy(self, proxy: Resource) -> Tier:
        """The tier of an RDS proxy in front of this one, with the port of its engine family."""
        family = proxy["engineFamily"]
        found = _PROXY_PORTS.get(family.as_text() or "")
        tier = replace(self, name=PROXIES)
        return replace(tier, port_source=family) if found is None else replace(tier, ports=(found,))

    def has_group(self, group: Group) -> Answer:
        """Whether a group is one of those declared to be in it; `None` where the group's name is not known yet."""
        if not self.groups:
            return False
        made = group.resource
        values = [] if made is None else [made.output("id"), made["name"]]
        names = [made.name] if made is not None else [group.key]
        names += [text for value in values if (text := value.as_text())]
        if any(fnmatchcase(name, pattern) for name in names for pattern in self.groups):
            return True
        return None if made is not None and made["name"].is_unknown else False

    @property
    def shown_ports(self) -> str:
        """The ports it listens on, in words; never a secret."""
        if self.port_source is not None:
            return "the port it listens on"
        return "TCP [secret]" if self.secret_ports else shown_ports(self.ports)

    @property
    def port_unknown(self) -> Unknown | None:
        """What has to be known to tell its ports, as a message names it."""
        source = self.port_source
        if source is None or not source.is_absent:
            return None if source is None else unreadable(source)
        return Unknown(source.path, Cause.INHERITED, owner=source.owner, property_name=source.property_name)

    @property
    def is_public(self) -> bool:
        """Whether it accepts traffic from the internet."""
        return INTERNET in self.sources

    @property
    def accepts(self) -> str:
        """What it accepts, in words that follow "accepts"."""
        if not self.sources or not self.ports:
            return "no traffic"
        return f"only {self.shown_ports} from {' or '.join(map(named, self.sources))}"


def named(source: str) -> str:
    """A source of a tier, in words."""
    return "the internet" if source == INTERNET else f"the {source} tier"


def trusted_sources(settings: Settings) -> tuple[list[Range], set[str]]:
    """The trusted address ranges and the trusted prefix lists of a configuration."""
    ranges = [found for text in settings["trusted"] if (found := read_range(text)) is not None]
    return ranges, {text for text in settings["trusted"] if read_range(text) is None}


def from_internet(peer: Peer, settings: Settings) -> Answer:
    """Whether a rule's peer is the internet, or a part of it; `None` where that is not known."""
    ranges, lists = trusted_sources(settings)
    if peer.groups is not None or peer.is_in_one_of(lists):
        return False
    answer = None if peer.range is None else is_internet(peer.range, ranges)
    return kleene_all([answer, None if peer.doubts else True])


def public_ports(settings: Settings) -> list[int]:
    """Every port that some tier declares open to the internet."""
    ports: Iterable[int] = (p for tier in settings["tiers"] if INTERNET in tier["from"] for p in tier["ports"])
    return sorted(set(ports))


def are_default(settings: Settings) -> bool:
    """Whether the tiers are left as the pack declares them."""
    return bool(settings["tiers"] == _DEFAULT_TIERS)
