"""What the tables of rules are written in: a rule, and the tests that it may be made of.

A rule applies a test to every value at a path. A test of one value says what it accepts; a test of an object yields the
properties that do not go together. Values not known yet are never judged, and secrets never shown.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from offline.aws.check import Failure
from offline.aws.values import UNKNOWN, Secret, plain

Object = Mapping[str, Any]
ObjectTest = Callable[[Object], Iterator[Failure]]


@dataclass(frozen=True)
class Accepts:
    """A test of one value, and what it accepts in words that follow "must be"."""

    says: str
    test: Callable[[Any], bool]


@dataclass(frozen=True)
class Rule:
    """What AWS accepts at one path of some resource types.

    `types` are the tokens without their package ("ec2/vpc:Vpc"); `path` is dotted, `[]` stands for each item of a list,
    empty for the resource itself; `source` is the title of the AWS page, or names the resource's page in the Pulumi
    registry, that says so.
    """

    types: tuple[str, ...]
    path: str
    test: Accepts | ObjectTest
    source: str

    def failures(self, inputs: Object) -> Iterator[Failure]:
        """Yield what the rule refuses in a resource's inputs."""
        for path, value, secret in _values_at(inputs, self.path):
            if isinstance(self.test, Accepts):
                if not self.test.test(value):
                    yield Failure(path, f"must be {self.test.says}, found {_show(value, secret)}")
            elif isinstance(value, Mapping):
                for failure in self.test(value):
                    yield Failure(f"{path}.{failure.property}".strip("."), failure.reason)


def types(service: str, *names: str) -> tuple[str, ...]:
    """Return the tokens of a service's resources: `types("ec2", "Vpc")` is `("ec2/vpc:Vpc",)`."""
    return tuple(f"{service}/{name[0].lower()}{name[1:]}:{name}" for name in names)


def _values_at(value: Any, path: str, at: str = "", secret: bool = False) -> Iterator[tuple[str, Any, bool]]:
    secret = secret or isinstance(value, Secret)
    value = plain(value)
    if value is None or value is UNKNOWN:
        return
    if not path:
        yield at, value, secret
        return
    head, _, rest = path.partition(".")
    name, bracket, _ = head.partition("[]")
    inner = f"{at}.{name}".strip(".")
    found = plain(value.get(name)) if isinstance(value, Mapping) else None
    secret = secret or (isinstance(value, Mapping) and isinstance(value.get(name), Secret))
    if not bracket:
        yield from _values_at(found, rest, inner, secret)
    elif isinstance(found, list):
        for index, item in enumerate(found):
            yield from _values_at(item, rest, f"{inner}[{index}]", secret)


def _show(value: Any, secret: bool) -> str:
    if secret:
        return "[secret]"
    if isinstance(value, (list, Mapping)):
        return f"{len(value)} of them"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return repr(value) if len(str(value)) <= 120 else f"{str(value)[:117]!r}…"


def given(value: Object, name: str) -> bool:
    """Tell whether a property is there, known or not."""
    return plain(value.get(name)) is not None


def known(value: Object, name: str) -> Any:
    """Return a property's value without its secret wrapper; None if it is absent or not known yet."""
    found = plain(value.get(name))
    return None if found is UNKNOWN else found


def known_items(value: Object, name: str) -> list[Any]:
    """Return the known items of a list property; empty if it is absent or not known yet."""
    found = known(value, name)
    items = [plain(item) for item in found] if isinstance(found, list) else []
    return [item for item in items if item is not None and item is not UNKNOWN]


def one_of(*accepted: Any) -> Accepts:
    """Accept exactly these values."""
    shown = ", ".join(f"{item:g}" if isinstance(item, (int, float)) else str(item) for item in accepted)
    return Accepts(f"one of {shown}", lambda value: value in accepted)


def between(low: float, high: float) -> Accepts:
    """Accept numbers from `low` to `high`, both included."""
    return Accepts(f"from {low:g} to {high:g}", lambda value: low <= value <= high)


def matching(pattern: str, says: str) -> Accepts:
    """Accept text that matches the whole pattern."""
    compiled = re.compile(pattern)
    return Accepts(says, lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None)


def at_least(count: int, what: str) -> Accepts:
    """Accept lists of at least so many items."""
    return Accepts(f"at least {count} {what}", lambda value: isinstance(value, list) and len(value) >= count)


def at_most(count: int, what: str) -> Accepts:
    """Accept text or lists of at most so many characters or items."""
    return Accepts(f"at most {count} {what}", lambda value: len(value) <= count)


def cidr(version: int, shortest: int = 0, longest: int = 128) -> Accepts:
    """Accept a network in CIDR notation whose host bits are zero and whose prefix has an accepted length."""

    def test(value: Any) -> bool:
        try:
            network = ipaddress.ip_network(value, strict=True)
        except ValueError:
            return False
        return "/" in value and network.version == version and shortest <= network.prefixlen <= longest

    limits = f" with a prefix from /{shortest} to /{longest}" if (shortest, longest) != (0, 128) else ""
    return Accepts(f"an IPv{version} network in CIDR notation, such as {_EXAMPLES[version]},{limits}".rstrip(","), test)


_EXAMPLES = {4: "10.0.0.0/16", 6: "2001:db8::/56"}


def exactly_one(*names: str) -> ObjectTest:
    """Accept objects with exactly one of the properties."""

    def test(value: Object) -> Iterator[Failure]:
        found = [name for name in names if given(value, name)]
        if len(found) != 1:
            have = f"found {' and '.join(found)}" if found else "found none"
            yield Failure(found[1] if found else names[0], f"exactly one of {', '.join(names)} must be set, {have}")

    return test


def at_most_one(*names: str) -> ObjectTest:
    """Accept objects with no more than one of the properties."""

    def test(value: Object) -> Iterator[Failure]:
        found = [name for name in names if given(value, name)]
        if len(found) > 1:
            yield Failure(found[1], f"conflicts with {found[0]}: set one of them")

    return test


def needs(name: str, *others: str) -> ObjectTest:
    """Accept objects that, where they have the property, have the others too."""

    def test(value: Object) -> Iterator[Failure]:
        if given(value, name):
            for other in others:
                if not given(value, other):
                    yield Failure(other, f"is required with {name}")

    return test


def when(name: str, values: Iterable[Any], *, required: Iterable[str] = (), refused: Iterable[str] = ()) -> ObjectTest:
    """Where the property has one of the values, require some properties and refuse others.

    None among the values stands for a property that is not set.
    """
    accepted, required, refused = tuple(values), tuple(required), tuple(refused)

    def test(value: Object) -> Iterator[Failure]:
        if (given(value, name) and known(value, name) is None) or known(value, name) not in accepted:
            return
        state = f"{name} is {_show(known(value, name), False)}" if given(value, name) else f"{name} is not set"
        for other in required:
            if not given(value, other):
                yield Failure(other, f"is required when {state}")
        for other in refused:
            if given(value, other):
                yield Failure(other, f"must not be set when {state}")

    return test


def json_value(text: str) -> Any:
    """Return what a JSON text holds; None if it is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
