"""How a policy is declared: one object that holds what it checks, why, for whom, and the check itself.

What the CLI shows, the documentation, and every report derive from this declaration; nothing is said twice. A policy
is registered by being declared in a module of `pulumi_guardrails.policies`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import Verdict


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


@dataclass(frozen=True)
class Setting:
    """One entry of a policy's configuration.

    Attributes:
        schema: JSON schema of the value.
        default: What holds where the configuration says nothing.
        doc: What it means, with its unit.
    """

    schema: Mapping[str, Any]
    default: Any
    doc: str


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


Settings = Mapping[str, Any]
"""A policy's configuration as a check gets it: every declared setting is there, with its default at least."""

ResourceCheck = Callable[[Resource, Settings], Verdict]
"""Judges one resource by its own properties: before it is made, at preview and during an update."""

StackCheck = Callable[[Stack, Settings], Iterable[tuple[Resource, Verdict]]]
"""Judges what only the whole stack shows: one verdict for each resource it has something to say of."""

Remedy = Callable[[Resource, Settings], Mapping[str, Any]]
"""The properties that mend a violation, by dotted path (`versioning.enabled`); empty where nothing is to be done."""


@dataclass(frozen=True)
class Unless:
    """What only the whole stack shows of a resource, and what takes the resource out of reach of a resource policy.

    A verdict against such a resource waits for the stack.

    Attributes:
        kind: The kind of resource.
        holds: Whether the stack has what takes it out of reach; None where that is not known yet.
        ends: Whether the stack has what puts it back; one resource beside it may show that already.
        reason: Why the policy does not apply then, as a short phrase.
        question: What is not known where that is not known, as the subject of a sentence.
    """

    kind: Kind
    holds: Callable[[Stack, Resource], bool | None]
    ends: Callable[[Stack, Resource], bool | None]
    reason: str
    question: str


@dataclass(frozen=True, eq=False)
class Policy:
    """A declared policy.

    Attributes:
        name: Its id, from the name of its check: `rds_storage_encrypted` is `rds-storage-encrypted`.
        title: What holds where it is kept, as one sentence without a full stop.
        why: What happens where it is not kept, and where an exception would be right.
        severity: How much harm a violation can do.
        level: The enforcement level it has without configuration.
        kinds: The kinds of resource it judges.
        check: The check.
        on_stack: Whether the check judges the whole stack.
        controls: Control ids by framework, only such as a source states.
        rows: The constraints of the coverage table that it covers.
        settings: Its own configuration.
        mend: How to mend a violation, in sentences.
        example: A compliant Python snippet.
        url: The page the rule rests on.
        topics: Tags.
        remedy: What mends it by itself, where a safe value exists.
        unless: What of the stack takes a resource out of its reach; None where it judges every one by itself.
        module: The module of `pulumi_guardrails.policies` it stands in, which groups the documentation.
    """

    name: str
    title: str
    why: str
    severity: Severity
    level: Level
    kinds: tuple[Kind, ...]
    check: ResourceCheck | StackCheck
    on_stack: bool
    controls: Mapping[Framework, tuple[str, ...]]
    rows: tuple[str, ...]
    settings: Mapping[str, Setting]
    mend: str
    example: str
    url: str
    topics: tuple[str, ...]
    remedy: Remedy | None = None
    unless: Unless | None = None
    module: str = ""


REGISTRY: dict[str, Policy] = {}
"""Every declared policy by name. Filled by importing `pulumi_guardrails.policies`."""


def controls(**ids: str) -> Mapping[Framework, tuple[str, ...]]:
    """Control ids by framework: `controls(FSBP="RDS.27 RDS.3", CIS="2.3.1")`."""
    return {Framework[name]: tuple(text.split()) for name, text in ids.items()}


def sets(**properties: Any) -> Remedy:
    """A remedy that sets properties to fixed safe values; two underscores stand for the dot of a nested path."""
    values = {path.replace("__", "."): value for path, value in properties.items()}
    return lambda _resource, _settings: values


@dataclass(frozen=True)
class _Declaration:
    title: str
    why: str
    severity: Severity
    kinds: tuple[Kind, ...]
    mend: str
    example: str
    url: str
    rows: tuple[str, ...]
    level: Level
    controls: Mapping[Framework, tuple[str, ...]]
    settings: Mapping[str, Setting]
    topics: tuple[str, ...]
    remedy: Remedy | None
    unless: Unless | None

    def register(self, check: ResourceCheck | StackCheck, on_stack: bool) -> Policy:
        name = check.__name__.replace("_", "-")
        if name in REGISTRY:
            raise ValueError(f"Two policies are named {name}.")
        module = check.__module__.rpartition(".policies.")[2]
        policy = Policy(check=check, on_stack=on_stack, name=name, module=module, **vars(self))
        REGISTRY[name] = policy
        return policy


def resource_policy(
    *,
    title: str,
    why: str,
    severity: Severity,
    kinds: tuple[Kind, ...],
    mend: str,
    example: str,
    url: str,
    rows: tuple[str, ...] = (),
    level: Level = Level.MANDATORY,
    controls: Mapping[Framework, tuple[str, ...]] = {},
    settings: Mapping[str, Setting] = {},
    topics: tuple[str, ...] = (),
    remedy: Remedy | None = None,
    unless: Unless | None = None,
) -> Callable[[ResourceCheck], Policy]:
    """Declare a policy that judges one resource at a time; the arguments are the attributes of `Policy`."""
    declaration = _Declaration(
        title, why, severity, kinds, mend, example, url, rows, level, controls, settings, topics, remedy, unless
    )
    return lambda check: declaration.register(check, on_stack=False)


def stack_policy(
    *,
    title: str,
    why: str,
    severity: Severity,
    kinds: tuple[Kind, ...],
    mend: str,
    example: str,
    url: str,
    rows: tuple[str, ...] = (),
    level: Level = Level.MANDATORY,
    controls: Mapping[Framework, tuple[str, ...]] = {},
    settings: Mapping[str, Setting] = {},
    topics: tuple[str, ...] = (),
) -> Callable[[StackCheck], Policy]:
    """Declare a policy that judges the stack as a whole; the arguments are the attributes of `Policy`."""
    declaration = _Declaration(
        title, why, severity, kinds, mend, example, url, rows, level, controls, settings, topics, None, None
    )
    return lambda check: declaration.register(check, on_stack=True)
