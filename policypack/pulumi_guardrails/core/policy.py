"""How a policy is declared: one object that holds what it checks, why, for which resources, and the check itself.

What the CLI shows, the documentation, and every report derive from this declaration; nothing is said twice. A policy
is registered by being declared in a module of `pulumi_guardrails.policies`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.verdict import Unknown, Verdict


class Severity(Enum):
    """How much harm a violation can do, in the words of Pulumi's policy metadata."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Level(Enum):
    """What a violation does, in the words of Pulumi's enforcement levels."""

    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    REMEDIATE = "remediate"
    DISABLED = "disabled"


class Constraint(Enum):
    """A documented constraint of the stack that this pack was written for. Each is mandatory without configuration."""

    PRIVATE_TASKS = "Tasks run in private subnets, without public addresses"
    SECURITY_GROUP_CHAIN = "Traffic goes from the load balancer to the tasks to the database, and no other way"
    ENCRYPTION = "Data is encrypted at rest and in transit"
    LOG_RETENTION = "Logs are kept for 30 days"
    POINT_IN_TIME_RECOVERY = "Tables can be restored to a point in time"
    LEAST_PRIVILEGE = "IAM grants the least privilege"


class Framework(Enum):
    """A compliance framework whose control ids the pack states, with the name and version reports use.

    The mapping of a policy to control ids follows the framework files published with Prowler 5.46.
    """

    FSBP = ("AWS Foundational Security Best Practices", "1.0.0")
    CIS = ("CIS Amazon Web Services Foundations Benchmark", "3.0")
    PCI = ("PCI DSS", "4.0")
    SOC2 = ("SOC 2", "2017")
    HIPAA = ("HIPAA Security Rule", "2013")
    ISO27001 = ("ISO/IEC 27001", "2022")
    NIST = ("NIST SP 800-53", "Revision 5")

    @property
    def title(self) -> str:
        """The framework's name."""
        return self.value[0]

    @property
    def version(self) -> str:
        """The framework's version."""
        return self.value[1]


class Topic(Enum):
    """What a policy is about: the tags that it is found by."""

    AUTHENTICATION = "authentication"
    AVAILABILITY = "availability"
    BACKUP = "backup"
    CDN = "cdn"
    CERTIFICATES = "certificates"
    CONFUSED_DEPUTY = "confused-deputy"
    CONTAINER_IMAGES = "container-images"
    CORRECTNESS = "correctness"
    CREDENTIALS = "credentials"
    CROSS_ACCOUNT = "cross-account"
    DATA_EXFILTRATION = "data-exfiltration"
    DATABASE = "database"
    DOCUMENTATION = "documentation"
    DYNAMODB = "dynamodb"
    ECS = "ecs"
    EGRESS = "egress"
    ENCRYPTION = "encryption"
    ENCRYPTION_AT_REST = "encryption-at-rest"
    ENCRYPTION_IN_TRANSIT = "encryption-in-transit"
    FEDERATION = "federation"
    GEO_RESTRICTION = "geo-restriction"
    HTTP_HEADERS = "http-headers"
    IAM = "iam"
    ISOLATION = "isolation"
    KEYS = "keys"
    LEAST_PRIVILEGE = "least-privilege"
    LOAD_BALANCER = "load-balancer"
    LOGGING = "logging"
    MONITORING = "monitoring"
    NETWORK = "network"
    NETWORK_ACLS = "network-acls"
    NETWORK_SEGMENTATION = "network-segmentation"
    OWNERSHIP = "ownership"
    PATCHING = "patching"
    PRIVILEGE_ESCALATION = "privilege-escalation"
    PRODUCTION = "production"
    PUBLIC_ACCESS = "public-access"
    RECOVERY = "recovery"
    RETENTION = "retention"
    ROTATION = "rotation"
    ROUTING = "routing"
    S3 = "s3"
    SCALING = "scaling"
    SECRETS = "secrets"
    SECURITY_GROUPS = "security-groups"
    STORAGE = "storage"
    SUBNETS = "subnets"
    SUPPLY_CHAIN = "supply-chain"
    TAGS = "tags"
    TRUST = "trust"
    VULNERABILITIES = "vulnerabilities"
    WAF = "waf"


@fast_dataclass(frozen=True)
class Setting:
    """One entry of a policy's configuration.

    Attributes:
        schema: JSON schema of the value.
        default: What holds where the configuration says nothing.
        doc: What it means, with its unit.
        check: Says of a value that keeps the schema and means nothing what is expected; None of any other.
    """

    schema: Mapping[str, Any]
    default: Any
    doc: str
    check: Callable[[Any], str | None] = lambda _: None


def number_setting(default: int, doc: str, minimum: int = 0, maximum: int | None = None) -> Setting:
    """A whole number between `minimum` and `maximum`."""
    limits: dict[str, Any] = {"type": "integer", "minimum": minimum}
    if maximum is not None:
        limits["maximum"] = maximum
    return Setting(limits, default, doc)


def flag_setting(default: bool, doc: str) -> Setting:
    """Yes or no."""
    return Setting({"type": "boolean"}, default, doc)


def list_setting(default: Sequence[str], doc: str) -> Setting:
    """A list of texts."""
    return Setting({"type": "array", "items": {"type": "string"}}, list(default), doc)


def accounts_setting(doc: str) -> Setting:
    """A list of AWS accounts."""
    return replace(list_setting([], doc), check=_not_accounts)


def _not_accounts(accounts: Sequence[str]) -> str | None:
    return None if all(re.fullmatch("[0-9]{12}", account) for account in accounts) else "accounts as twelve digits"


Settings = Mapping[str, Any]
"""A policy's configuration as a check gets it: every declared setting is there, with its default at least."""

ResourceCheck = Callable[[Resource, Settings], Verdict]
"""Judges one resource by its own properties: before it is made, at preview and during an update."""

StackCheck = Callable[[Stack, Settings], Iterable[tuple[Resource, Verdict]]]
"""Judges what only the whole stack shows: one verdict for each resource it has something to say of."""

Remediation = Callable[[Resource, Settings], Mapping[str, Any]]
"""The properties that fix a violation, by dotted path (`versioning.enabled`); empty where nothing is to be done."""


@fast_dataclass(frozen=True)
class Exemption:
    """What only the whole stack shows of a resource, and what exempts the resource from a resource policy.

    A verdict against such a resource waits for the stack.

    Attributes:
        kinds: The kinds of resource.
        holds: Whether the stack has what exempts it; None where that is not known yet.
        reason: Why the policy does not apply then, as a short phrase.
        unknowns: What is not known of the stack where one of the two cannot be told.
        question: What cannot be told then, as the clause that follows "cannot tell whether".
        ends: Whether the stack has what ends the exemption. One resource beside it may show that already.
        ended_by: The kinds of such resources.
    """

    kinds: tuple[Kind, ...]
    holds: Callable[[Stack, Resource], Answer]
    reason: str
    unknowns: Callable[[Stack, Resource], Sequence[Unknown]]
    question: str
    ends: Callable[[Stack, Resource], Answer] = lambda _stack, _resource: False
    ended_by: tuple[Kind, ...] = ()


def _not_declared(*_arguments: Any) -> Any:
    raise TypeError("This policy has no check yet: decorate one with it.")


@dataclass(frozen=True, eq=False, kw_only=True)
class Policy:
    """A policy: its declaration, which decorates the function that checks it.

    Attributes:
        title: What holds where it is kept, as one sentence without a full stop.
        why: What happens where it is not kept, and where an exception would be right.
        severity: How much harm a violation can do.
        kinds: The kinds of resource it judges.
        remediation_steps: How to fix a violation, in sentences.
        example: A compliant Python snippet.
        url: The page the rule rests on.
        rows: The constraints of the coverage table that it covers.
        constraint: The documented constraint that it enforces.
        danger: Whether a violation lets somebody in, or data out, as soon as it is deployed.
        off: Whether it is disabled until it is configured, since it depends on the environment or the organization.
        controls: Control ids by framework, only such as a source states.
        settings: Its own configuration.
        topics: What it is about.
        remediation: What fixes a violation by itself, where a safe value exists; of a resource policy only.
        exemption: What of the stack exempts a resource; None where every one is judged by itself; of a resource policy
            only.
        check: The check.
        name: Its id, from the name of its check: `rds_storage_encrypted` is `rds-storage-encrypted`.
        module: The module of `pulumi_guardrails.policies` it stands in, such as `iam.trust_policies`.
    """

    title: str
    why: str
    severity: Severity
    kinds: tuple[Kind, ...]
    remediation_steps: str
    example: str
    url: str
    rows: tuple[str, ...] = ()
    constraint: Constraint | None = None
    danger: bool = False
    off: bool = False
    controls: Mapping[Framework, tuple[str, ...]] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    topics: tuple[Topic, ...] = ()
    remediation: Remediation | None = None
    exemption: Exemption | None = None
    check: Callable[..., Any] = _not_declared
    name: str = ""
    module: str = ""

    def __post_init__(self) -> None:
        """Refuse, with a TypeError, a danger that is not ranked as one."""
        if self.danger and self.severity not in (Severity.HIGH, Severity.CRITICAL):
            raise TypeError("A danger has the severity high or critical.")

    @property
    def level(self) -> Level:
        """The enforcement level it has without configuration.

        What the stack is documented to be, and what is a danger today, is mandatory. Hygiene, evidence, cost and taste
        are advisory: a deployment that would be stopped for them would be done without the pack.
        """
        if self.off:
            return Level.DISABLED
        return Level.MANDATORY if self.constraint is not None or self.danger else Level.ADVISORY

    @property
    def on_stack(self) -> bool:
        """Whether it judges the stack as a whole."""
        return isinstance(self, StackPolicy)

    @property
    def service(self) -> str:
        """The AWS service that it is filed under, such as `iam`."""
        return self.module.partition(".")[0]

    @property
    def page(self) -> str:
        """Where the documentation site has it, relative to the site's base address."""
        return f"policies/{self.service}/#{self.name}"

    def _declared(self, check: Callable[..., Any]) -> dict[str, Any]:
        name = check.__name__.replace("_", "-")
        if name in REGISTRY:
            raise ValueError(f"Two policies are named {name}.")
        return {"check": check, "name": name, "module": check.__module__.rpartition(".policies.")[2]}


@dataclass(frozen=True, eq=False, kw_only=True)
class ResourcePolicy(Policy):
    """A policy that judges one resource at a time, by its own properties."""

    def __call__(self, check: ResourceCheck) -> ResourcePolicy:
        """Complete the declaration with its check, and register it."""
        policy = replace(self, **self._declared(check))
        REGISTRY[policy.name] = policy
        return policy


@dataclass(frozen=True, eq=False, kw_only=True)
class StackPolicy(Policy):
    """A policy that judges what only the whole stack shows.

    Raises:
        TypeError: For a remediation or an exemption: the engine remediates single resources, before the stack is there.
    """

    def __post_init__(self) -> None:
        """Refuse, with a TypeError, what only a resource policy has."""
        super().__post_init__()
        if self.remediation is not None or self.exemption is not None:
            raise TypeError("A stack policy has neither a remediation nor an exemption.")

    def __call__(self, check: StackCheck) -> StackPolicy:
        """Complete the declaration with its check, and register it."""
        policy = replace(self, **self._declared(check))
        REGISTRY[policy.name] = policy
        return policy


REGISTRY: dict[str, Policy] = {}
"""Every declared policy by name. Filled by importing `pulumi_guardrails.policies`."""


def controls(**ids: str) -> Mapping[Framework, tuple[str, ...]]:
    """Control ids by framework: `controls(FSBP="RDS.27 RDS.3", CIS="2.3.1")`."""
    return {Framework[name]: tuple(text.split()) for name, text in ids.items()}


def sets(**properties: Any) -> Remediation:
    """A remediation that sets properties to fixed safe values; two underscores stand for the dot of a nested path."""
    values = {path.replace("__", "."): value for path, value in properties.items()}
    return lambda _resource, _settings: values
