"""The elements of a statement as values: texts, principals and conditions, with what of them is unknown or malformed.

Reading never raises: what is no such element is kept as malformed.

Source of the grammar: AWS IAM User Guide, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.value import Value

_PRINCIPAL_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")

_ORDERS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
OPERATORS = (
    *(f"String{end}" for end in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")),
    *(f"{kind}{order}" for kind in ("Numeric", "Date") for order in _ORDERS),
    *(f"Arn{end}" for end in ("Equals", "NotEquals", "Like", "NotLike")),
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
)
"""The condition operators but `Null` (AWS IAM User Guide, "IAM JSON policy elements: Condition operators")."""

_IF_EXISTS = "IfExists"
_IN_ANY_CASE = {name.lower(): name for name in (*OPERATORS, "Null", "ForAllValues", "ForAnyValue")}


@fast_dataclass(frozen=True, slots=True)
class Texts:
    """A text or a list of texts, such as the actions of a statement.

    Attributes:
        value: The element as it is written.
        known: The texts that are known.
        unknown: The members that are not known yet; the whole value where the list itself is not.
        malformed: The members that are no text.
    """

    value: Value
    known: tuple[str, ...] = ()
    unknown: tuple[Value, ...] = ()
    malformed: tuple[Value, ...] = ()

    @property
    def present(self) -> bool:
        """Whether the element is written at all."""
        return not self.value.is_absent

    @property
    def complete(self) -> bool:
        """Whether every member is known."""
        return not self.unknown

    def shown(self, text: str) -> str:
        """One of the known texts as a message may print it."""
        return self.value.part(text, self.value.path).shown

    @staticmethod
    def read(value: Value) -> Texts:
        """Read a text or a list of texts; truth values and numbers count as the texts JSON writes them as."""
        if value.is_absent:
            return Texts(value)
        items = value.elements()
        if items is None:
            return Texts(value, unknown=(value,)) if value.is_unknown else Texts(value, malformed=(value,))
        known, unknown, malformed = [], [], []
        for item in items:
            text = _text(item)
            if item.is_unknown:
                unknown.append(item)
            elif text is None:
                malformed.append(item)
            else:
                known.append(text)
        if not value.secret and any(item.secret for item in items):
            value = replace(value, secret=True)
        return Texts(value, tuple(known), tuple(unknown), tuple(malformed))


@fast_dataclass(frozen=True, slots=True)
class Principal:
    """One principal.

    Attributes:
        kind: `AWS`, `Service`, `Federated` or `CanonicalUser`; everyone (`"*"`) is `AWS` with the name `*`.
        name: An ARN, an account ID, a service such as `ecs-tasks.amazonaws.com`, or `*`.
    """

    kind: str
    name: str

    @property
    def is_everyone(self) -> bool:
        """Whether it is everyone, in any account or in none."""
        return self.name == "*" and self.kind == "AWS"

    @property
    def account(self) -> str:
        """The account ID of an `AWS` principal, twelve digits; empty where it has none."""
        if self.kind != "AWS":
            return ""
        parts = self.name.split(":")
        number = parts[4] if len(parts) > 5 and parts[0] == "arn" else self.name
        return number if len(number) == 12 and number.isascii() and number.isdigit() else ""

    @property
    def is_whole_account(self) -> bool:
        """Whether it is an account as a whole (`arn:aws:iam::ACCOUNT:root`, or the account ID)."""
        return bool(self.account) and (self.name == self.account or self.name.endswith(":root"))

    def __str__(self) -> str:
        return "*" if self.is_everyone else f"{self.kind} {self.name}"


def is_kind(name: str) -> bool:
    """Whether a name is one of the kinds of principal."""
    return name in _PRINCIPAL_KINDS


@fast_dataclass(frozen=True, slots=True)
class Principals:
    """The principals of a statement in a trust policy or a resource-based policy.

    Attributes:
        value: The element as it is written.
        known: The principals that are known.
        unknown: The parts that are not known yet.
        malformed: The parts that are no principal.
    """

    value: Value
    known: tuple[Principal, ...] = ()
    unknown: tuple[Value, ...] = ()
    malformed: tuple[Value, ...] = ()

    @property
    def present(self) -> bool:
        """Whether the element is written at all."""
        return not self.value.is_absent

    def shown(self, principal: Principal) -> str:
        """One of the known principals as a message may print it."""
        return self.value.part(str(principal), self.value.path).shown

    @staticmethod
    def read(value: Value) -> Principals:
        """Read `"*"` or an object from a kind of principal to one name or several."""
        if value.is_absent:
            return Principals(value)
        if value.is_unknown:
            return Principals(value, unknown=(value,))
        if value.raw == "*":
            return Principals(value, (Principal("AWS", "*"),))
        known: list[Principal] = []
        unknown: list[Value] = []
        malformed: list[Value] = []
        secret = value.secret
        for kind, member in value.members():
            names = Texts.read(member)
            secret = secret or names.value.secret
            if kind not in _PRINCIPAL_KINDS:
                malformed.append(member)
                continue
            known.extend(Principal(kind, name) for name in names.known)
            unknown.extend(names.unknown)
            malformed.extend(names.malformed)
        if not known and not unknown and not malformed:
            malformed.append(value)
        return Principals(replace(value, secret=secret), tuple(known), tuple(unknown), tuple(malformed))


@fast_dataclass(frozen=True, slots=True)
class Condition:
    """One key of a condition block: the operator, the key and the values one of which has to match.

    Attributes:
        operator: The operator without set qualifier and `IfExists`, such as `StringEquals`.
        key: The condition key in lower case (keys are not case-sensitive).
        values: The values.
        qualifier: `ForAllValues`, `ForAnyValue` or empty.
        if_exists: Whether the condition also holds where the request has no such key.
        written: The operator as it is written, with qualifier and `IfExists`, and the key after a space.
    """

    operator: str
    key: str
    values: Texts
    qualifier: str = ""
    if_exists: bool = False
    written: str = ""

    @property
    def is_negated(self) -> bool:
        """Whether it holds for every value but those named, and where the request has no such key."""
        return "Not" in self.operator


@fast_dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of a statement, all of which have to hold.

    Attributes:
        value: The condition block as it is written.
        known: The conditions that are known; their values may not be.
        unknown: The parts that are not known yet.
        malformed: The parts that are no condition.
    """

    value: Value
    known: tuple[Condition, ...] = ()
    unknown: tuple[Value, ...] = ()
    malformed: tuple[Value, ...] = ()

    def on(self, *keys: str) -> list[Condition]:
        """The known conditions on one of these keys.

        A key that ends in `/` or `:` stands for all that begin so, and one that begins with `*:` for every service's.
        """
        wanted = _wanted(keys) if self.known else None
        return [one for one in self.known if wanted is not None and wanted.has(one.key)]

    @staticmethod
    def read(value: Value) -> Conditions:
        """Read a condition block."""
        if value.is_absent:
            return Conditions(value)
        if value.is_unknown:
            return Conditions(value, unknown=(value,))
        known: list[Condition] = []
        unknown: list[Value] = []
        malformed: list[Value] = []
        if not value.is_known or not isinstance(value.raw, dict):
            malformed.append(value)
        for written, block in value.members():
            qualifier, operator, if_exists = _operator(written)
            if block.is_unknown:
                unknown.append(block)
            elif not isinstance(block.raw, dict):
                malformed.append(block)
            for key, values in block.members():
                texts = Texts.read(values)
                malformed.extend(texts.malformed)
                known.append(Condition(operator, key.lower(), texts, qualifier, if_exists, f"{written} {key}"))
        return Conditions(value, tuple(known), tuple(unknown), tuple(malformed))


def _operator(written: str) -> tuple[str, str, bool]:
    """The qualifier, the operator and whether `IfExists` follows it; their case does not matter to AWS."""
    qualifier, _, operator = written.rpartition(":")
    if_exists = operator.lower().endswith(_IF_EXISTS.lower())
    operator = operator[: -len(_IF_EXISTS)] if if_exists else operator
    return _IN_ANY_CASE.get(qualifier.lower(), qualifier), _IN_ANY_CASE.get(operator.lower(), operator), if_exists


@fast_dataclass(frozen=True)
class _Wanted:
    """Condition keys in the form in which a key is soonest told to be one of them.

    Attributes:
        keys: The keys, in lower case.
        starts: What other keys begin with.
        names: The keys of every service, without the service.
        name_starts: What other keys of every service begin with, without the service.
    """

    keys: frozenset[str]
    starts: tuple[str, ...]
    names: frozenset[str]
    name_starts: tuple[str, ...]

    def has(self, key: str) -> bool:
        """Whether a key in lower case is one of them."""
        if key in self.keys or key.startswith(self.starts):
            return True
        name = key.partition(":")[2]
        return name in self.names or name.startswith(self.name_starts)


@lru_cache(maxsize=256)
def _wanted(keys: tuple[str, ...]) -> _Wanted:
    lower = [key.lower() for key in keys]
    of_any = [key.removeprefix("*:") for key in lower if key.startswith("*:")]
    named = [key for key in lower if not key.startswith("*:")]
    ends = ("/", ":")
    return _Wanted(
        frozenset(key for key in named if not key.endswith(ends)),
        tuple(key for key in named if key.endswith(ends)),
        frozenset(key for key in of_any if not key.endswith(ends)),
        tuple(key for key in of_any if key.endswith(ends)),
    )


def _text(value: Value) -> str | None:
    if isinstance(value.raw, bool):
        return "true" if value.raw else "false"
    return value.as_text()
