"""A resource as a policy sees it: every property is known, unknown or absent.

All handling of the three states is here, in the predicates of `Value`; a policy only asks. A known value may still be
of a wrong type (the engine passes on what a program wrote): that is a violation with a clear message, never an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, Any

from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.verdict import COMPLIANT, Cause, Unknown, Verdict, all_in, mismatch, undecided

if TYPE_CHECKING:
    from pulumi_guardrails.core.resource import Resource

_LONGEST_SHOWN = 120
_DEEPEST_JSON = 64

_LONGEST_JSON = 1024 * 1024
"""Above every limit of AWS for the documents that the pack reads, of which the rules of a web ACL are the longest."""


class _Marker(Enum):
    UNKNOWN = "not known before the update"
    REDACTED = "redacted"
    ABSENT = "not set"


UNKNOWN = _Marker.UNKNOWN
"""A value that the engine does not know yet, because it is computed by the cloud."""

REDACTED = _Marker.REDACTED
"""A value that was left out of what the pack was given, because it is a secret: as unknown as the one above."""

ABSENT = _Marker.ABSENT
"""A property that the program does not set."""


@fast_dataclass(frozen=True)
class Secret:
    """A known value that the program marked as a secret: it is judged like any other, and never shown."""

    value: Any


@fast_dataclass(frozen=True)
class Malformed:
    """A known value that cannot be read as what the policy asked for.

    Attributes:
        found: What is there, as it may be shown.
        expected: What was asked for, such as "an object" or "JSON".
        path: Where it is: the value that is no object, not the member that was asked of it.
    """

    found: str
    expected: str
    path: str


def snake_case(name: str) -> str:
    """The Python spelling of a camel-case property path: `storageEncrypted` becomes `storage_encrypted`."""
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", spaced).lower()


def _python_literal(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


@fast_dataclass(frozen=True, slots=True)
class Value:
    """One property, or a part of one, with where it stands.

    Attributes:
        raw: The plain value, `UNKNOWN`, `ABSENT` or a `Malformed`.
        path: Where it stands, such as `ingress[0].cidrBlocks`.
        secret: Whether it must not be shown.
        default: What AWS takes where the property is absent; `ABSENT` where it takes nothing.
        is_list: Whether it is declared to be a list, by `listed`: unknown as a whole, it may turn out to be several.
        owner: The resource whose property it is; None for a value that is no resource's.
    """

    raw: Any
    path: str
    secret: bool = False
    default: Any = ABSENT
    is_list: bool = False
    owner: Resource | None = field(default=None, compare=False, repr=False)

    @staticmethod
    def of(raw: Any, path: str, secret: bool = False, default: Any = ABSENT, owner: Resource | None = None) -> Value:
        """Wrap a raw value: `None` is absent, a `Secret` is unwrapped and marked."""
        if isinstance(raw, Secret):
            return Value.of(raw.value, path, True, default, owner)
        return Value(ABSENT if raw is None else raw, path, secret, default, False, owner)

    def part(self, raw: Any, path: str) -> Value:
        """Another value of the same resource, as secret as this one: a part of it, or what is made from it."""
        if isinstance(raw, Secret):
            return Value.of(raw.value, path, True, owner=self.owner)
        return Value(ABSENT if raw is None else raw, path, self.secret, ABSENT, False, self.owner)

    # --- the three states

    @property
    def is_unknown(self) -> bool:
        """Whether the engine does not know the value yet, or does not tell it."""
        return self.raw is UNKNOWN or self.raw is REDACTED

    @property
    def is_of_own_account(self) -> bool:
        """Whether it is not known yet, and can only be the ARN or ID of a resource of its owner's account."""
        return self.raw is UNKNOWN and self.owner is not None and self.property_name in self.owner.own_properties

    @property
    def is_plain(self) -> bool:
        """Whether it is not known yet, and is computed from nothing but outputs that are no secrets."""
        return self.raw is UNKNOWN and self.owner is not None and self.property_name in self.owner.plain_properties

    @property
    def may_be_read_from_secret(self) -> bool:
        """Whether one of the outputs that it is computed from is of a secret, which a function may have read by it."""
        return self.owner is not None and self.property_name in self.owner.secret_references

    @property
    def is_absent(self) -> bool:
        """Whether the program does not set it; an unknown value counts as set."""
        return self.raw is ABSENT

    @property
    def is_known(self) -> bool:
        """Whether there is a value to look at (which may be of a wrong type)."""
        return not isinstance(self.raw, _Marker)

    @property
    def effective(self) -> Any:
        """The known value, or AWS's default where it is absent."""
        return self.default if self.raw is ABSENT else self.raw

    @property
    def property_name(self) -> str:
        """The top-level property this value belongs to: the grain of the engine's dependency edges."""
        return self.path.partition(".")[0].partition("[")[0]

    @property
    def shown(self) -> str:
        """The value as a message may print it: never a secret, never longer than a line."""
        if self.raw is UNKNOWN or self.raw is REDACTED:
            return str(self.raw.value)
        if self.secret:
            return "[secret]"
        if self.raw is ABSENT:
            return "not set" if self.default is ABSENT else f"not set, which AWS takes as {_shown(self.default)}"
        if isinstance(self.raw, Malformed):
            return str(self.raw.found)
        return _shown(self.raw)

    def unknown_parts(self) -> Iterator[Value]:
        """Every part of the value that is not known yet, itself included."""
        if self.is_unknown:
            yield self
        elif isinstance(self.raw, Mapping):
            for _, member in self.members():
                yield from member.unknown_parts()
        elif isinstance(self.raw, list):
            for element in self.elements() or ():
                yield from element.unknown_parts()

    def as_unknown(self) -> Unknown:
        """The value as what a policy waits for: its first part that is not known yet, or why it is no answer."""
        for part in self.unknown_parts():
            cause = Cause.REDACTED if part.raw is REDACTED else Cause.NOT_KNOWN_YET
            return Unknown(part.path, cause, owner=part.owner, property_name=part.property_name)
        cause = Cause.CHOSEN_BY_AWS if self.is_absent else Cause.OUTSIDE_STACK
        return Unknown(self.path, cause, self.shown, self.owner, self.property_name)

    # --- going down

    def __getitem__(self, key: str) -> Value:
        """The member `key` of an object: unknown of an unknown, absent of an absent one."""
        raw = self.raw
        path = f"{self.path}.{key}" if self.path else key
        if isinstance(raw, dict):  # before the more general, which Python takes ten times as long to tell
            return self.part(raw.get(key), path)
        if isinstance(raw, (_Marker, Malformed)):
            return self.part(raw, path)
        if isinstance(raw, Mapping):
            return self.part(raw.get(key), path)
        if isinstance(raw, list) and len(raw) == 1:
            # A block that holds one object may arrive as a list of one, depending on the SDK's language and version.
            return self.part(raw[0], f"{self.path}[0]")[key]
        return self.part(Malformed(self.shown, "an object", self.path), path)

    def with_default(self, default: Any) -> Value:
        """The same value with what AWS takes where it is absent."""
        return Value(self.raw, self.path, self.secret, default, self.is_list, self.owner)

    def listed(self) -> Value:
        """The same value, declared to be a list. While it is not known, nothing in the value itself says so."""
        return Value(self.raw, self.path, self.secret, self.default, True, self.owner)

    def elements(self) -> Sequence[Value] | None:
        """The members of a list: `None` where the list is unknown or no list, empty where it is absent.

        A single object or scalar stands for a list of one.
        """
        if self.raw is ABSENT:
            return [] if self.default is ABSENT else self.part(self.default, self.path).elements()
        if self.is_unknown or isinstance(self.raw, Malformed):
            return None
        if isinstance(self.raw, list):
            return [self.part(item, f"{self.path}[{i}]") for i, item in enumerate(self.raw)]
        return [self]

    def members(self) -> Iterator[tuple[str, Value]]:
        """Name and value of each member of a known object; nothing of anything else."""
        if isinstance(self.raw, (dict, Mapping)):  # the first is soonest told
            for key, item in self.raw.items():
                yield str(key), self.part(item, f"{self.path}.{key}" if self.path else str(key))

    def parsed_json(self) -> Value:
        """The document in a JSON string; text that is no JSON, or nested absurdly deep, is malformed.

        An object or a list is taken as a document already parsed: some properties accept either.
        """
        if not self.is_known or isinstance(self.raw, (Malformed, Mapping, list)):
            return self
        if isinstance(self.raw, str) and len(self.raw) > _LONGEST_JSON:
            found, expected = f"{len(self.raw):,} characters long", f"at most {_LONGEST_JSON:,} characters of JSON"
            return self.part(Malformed(found, expected, self.path), self.path)
        try:
            document = json.loads(self.raw)
            if _depth_exceeds(document, _DEEPEST_JSON):
                raise ValueError("too deep")
        except (TypeError, ValueError, RecursionError):
            return self.part(Malformed(self.shown, "a JSON document", self.path), self.path)
        return self.part(document, self.path)

    # --- reading: a plain answer, or None where there is none to have

    def as_text(self) -> str | None:
        """The known (or default) value as text; `None` where it is unknown, absent or no scalar."""
        value = self.default if self.raw is ABSENT else self.raw
        if isinstance(value, str):
            return value
        return None if isinstance(value, _Marker) else _plain_number_text(value)

    def as_number(self) -> float | None:
        """The known (or default) value as a number; a numeric string counts, as the engine coerces it."""
        return _number(self.effective)

    def is_true(self) -> bool | None:
        """Whether it is true: `None` where unknown; absent is judged by AWS's default, else it is false."""
        return self.holds(lambda value: _boolean(value) is True)

    def holds(self, test: Callable[[Any], bool]) -> bool | None:
        """Whether `test` holds for the known or default value: `None` where unknown, false where absent."""
        if self.is_unknown:
            return None
        value = self.effective
        if value is ABSENT or isinstance(value, Malformed):
            return False
        return test(value)

    # --- verdicts

    def mismatch(self, actual: str, expected: str = "", fix: str = "") -> Verdict:
        """A violation: it is `actual` and not what is expected."""
        return mismatch(self.path, actual, expected, fix, self.owner)

    def must(self, test: Callable[[Any], bool], expected: str, fix: str = "", setting: str = "") -> Verdict:
        """The known (or default) value has to pass `test`; an absent one without a default does not.

        Args:
            test: Gets known values only; must not raise for any type.
            expected: What passes, in words.
            fix: What to change in a Python program.
            setting: The setting of the policy that can accept another text or number.
        """
        if self.is_unknown:
            return undecided(self)
        value = self.effective
        if value is not ABSENT and not isinstance(value, Malformed) and test(value):
            return COMPLIANT
        if isinstance(value, Malformed):
            return mismatch(value.path, value.found, value.expected, fix, self.owner)
        verdict = self.mismatch(self.shown, expected, fix)
        return verdict.answered_by(setting) if self.as_text() is not None else verdict

    def must_be(self, wanted: bool | str | float, fix: str = "") -> Verdict:
        """The value has to equal `wanted`; booleans and numbers may come as text."""
        return self.must(
            lambda value: _same(value, wanted), _shown(wanted), fix or f"Set {self._python(_python_literal(wanted))}."
        )

    def must_be_one_of(self, *wanted: str, fix: str = "") -> Verdict:
        """The text has to be one of `wanted`."""
        names = [_shown(w) for w in wanted]
        expected = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
        advice = fix or f"Set {self._python(_python_literal(wanted[0]))}."
        return self.must(lambda value: isinstance(value, str) and value in wanted, expected, advice)

    def must_be_at_least(self, least: float, unit: str = "", fix: str = "", setting: str = "") -> Verdict:
        """The number has to be `least` or more; `unit` is said in the message."""
        shown = f"{_shown(least)}{' ' + unit if unit else ''}"

        def enough(value: Any) -> bool:
            number = _number(value)
            return number is not None and number >= least

        return self.must(
            enough,
            f"{shown} or more",
            fix or f"Set {self._python(_shown(least))}.",
            setting if self.as_number() else "",
        )

    def must_be_set(self, expected: str = "a value", fix: str = "") -> Verdict:
        """It has to be there, not empty nor blank. An unknown value is there: it is computed by another resource."""
        if self.is_unknown:
            return COMPLIANT
        return self.must(lambda value: value not in ([], {}) and not _is_blank(value), expected, fix)

    def must_not_be_set(self, expected: str = "not set", fix: str = "") -> Verdict:
        """It must not be there; empty counts as not there, and an unknown value may turn out either way."""
        if self.is_unknown:
            return undecided(self)
        if self.is_absent or self.raw in ("", [], {}):
            return COMPLIANT
        return self.mismatch(self.shown, expected, fix or f"Remove {self._python('…')}.")

    def each(self, check: Callable[[Value], Verdict], empty: Verdict = COMPLIANT) -> Verdict:
        """Every element has to pass `check`; `empty` is the verdict for an empty or absent list."""
        items = self.elements()
        if items is None:
            return self._unreadable("a list")
        return all_in([check(item) for item in items], empty)

    def some(self, check: Callable[[Value], bool | None], missing: Verdict) -> Verdict:
        """One element has to satisfy `check` (`None`: cannot tell); `missing` is the verdict where none does."""
        items = self.elements()
        if items is None:
            return self._unreadable("a list")
        answers = [(item, check(item)) for item in items]
        if any(answer for _, answer in answers):
            return COMPLIANT
        open_items = [item for item, answer in answers if answer is None]
        return undecided(*open_items) if open_items else missing

    def _unreadable(self, expected: str) -> Verdict:
        if isinstance(self.raw, Malformed):
            return mismatch(self.raw.path, self.raw.found, self.raw.expected, owner=self.owner)
        if self.is_unknown:
            return undecided(self)
        return self.mismatch(self.shown, expected)

    def _python(self, literal: str) -> str:
        return f"{snake_case(self.path)}={literal}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (Mapping, list)):
        text = json.dumps(value, default=lambda item: "[secret]" if isinstance(item, Secret) else "[unknown]")
    else:
        text = json.dumps(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _same(value: Any, wanted: bool | str | float) -> bool:
    if isinstance(wanted, bool):
        return _boolean(value) is wanted
    if isinstance(wanted, str):
        return isinstance(value, str) and value == wanted
    return _number(value) == wanted


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _plain_number_text(value: Any) -> str | None:
    number = None if isinstance(value, str) else _number(value)
    return None if number is None else f"{number:g}"


def _depth_exceeds(document: Any, limit: int) -> bool:
    level = [document]
    for _ in range(limit):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
        ]
        if not level:
            return False
    return True
