"""IAM's evaluation of one request, written plainly over JSON: what the pack's semantics are held against.

It shares no code with the pack. Sources: AWS IAM User Guide, "Policy evaluation logic", "IAM JSON policy elements:
Condition operators" and "Multivalued context keys".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

Statement = dict[str, Any]
Context = Mapping[str, tuple[str, ...]]


def allows(statements: Iterable[Statement], action: str, resource: str, context: Context, caller: str = "") -> bool:
    """An explicit deny wins; what nothing allows is denied."""
    effects = [one["Effect"] for one in statements if is_about(one, action, resource, context, caller)]
    return "Allow" in effects and "Deny" not in effects


def is_about(statement: Statement, action: str, resource: str, context: Context, caller: str) -> bool:
    if "Action" in statement and not any(like(one.lower(), action.lower()) for one in listed(statement["Action"])):
        return False
    if "NotAction" in statement and any(like(one.lower(), action.lower()) for one in listed(statement["NotAction"])):
        return False
    if "Resource" in statement and not any(
        like_filled(one, resource, context) for one in listed(statement["Resource"])
    ):
        return False
    if "NotResource" in statement and any(
        like_filled(one, resource, context) for one in listed(statement["NotResource"])
    ):
        return False
    if "Principal" in statement and not is_principal(statement["Principal"], caller):
        return False
    if "NotPrincipal" in statement and is_principal(statement["NotPrincipal"], caller):
        return False
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            if not condition(operator, listed(values), context.get(key.lower(), ()), context):
                return False
    return True


def is_principal(written: Any, caller: str) -> bool:
    names = ["*"] if written == "*" else listed(written["AWS"])
    for name in names:
        if name in ("*", caller):
            return True
        account = re.fullmatch(r"arn:aws:iam::([0-9]{12}):root|([0-9]{12})", name)
        if account and f"::{account.group(1) or account.group(2)}:" in caller:
            return True
    return False


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


@cache
def like(pattern: str, text: str) -> bool:
    return matches([(one, False) for one in pattern], text)


def matches(characters: list[tuple[str, bool]], text: str) -> bool:
    parts = [re.escape(one) if plain or one not in "*?" else "." if one == "?" else ".*" for one, plain in characters]
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def fill(text: str, context: Context) -> list[tuple[str, bool]] | None:
    """The characters of a text, each with whether it is to be taken as it is; None where a variable has no value."""
    found: list[tuple[str, bool]] = []
    while text:
        variable = re.match(r"\$\{([^}]*)\}", text)
        if not variable:
            found.append((text[0], False))
            text = text[1:]
            continue
        name = variable.group(1)
        value: tuple[str, ...] = (name,) if name in ("*", "?", "$") else context.get(name.lower(), ())
        if len(value) != 1:
            return None
        found += [(one, True) for one in value[0]]
        text = text[variable.end() :]
    return found


def like_filled(pattern: str, text: str, context: Context) -> bool:
    if "$" not in pattern:
        return like(pattern, text)
    filled = fill(pattern, context)
    return filled is not None and matches(filled, text)


def condition(operator: str, values: list[str], given: tuple[str, ...], context: Context) -> bool:
    qualifier, _, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if name == "Null":
        return any(one == ("false" if given else "true") for one in values)
    negated = "Not" in name
    name = name.replace("Not", "")
    if not given:
        if if_exists or qualifier == "ForAllValues":
            return True
        return qualifier == "" and negated
    matched = [any(one_value(name, written, value, context) for written in values) for value in given]
    if qualifier == "ForAllValues":
        return not any(matched) if negated else all(matched)
    if qualifier == "ForAnyValue":
        return not all(matched) if negated else any(matched)
    return not any(matched) if negated else any(matched)


def one_value(name: str, written: str, value: str, context: Context) -> bool:
    if name in ("StringLike", "StringEquals", "StringEqualsIgnoreCase"):
        if name == "StringLike":
            return like_filled(written, value, context)
        filled = fill(written, context)
        text = None if filled is None else "".join(one for one, _ in filled)
        return text is not None and (text == value or (name.endswith("Case") and text.lower() == value.lower()))
    if name in ("ArnLike", "ArnEquals"):
        fields, own = written.split(":", 5), value.split(":", 5)
        return len(fields) == len(own) and all(map(like, fields, own))
    if name == "IpAddress":
        try:
            network, address = ipaddress.ip_network(written), ipaddress.ip_address(value)
        except ValueError:
            return False
        return network.version == address.version and address in network
    if name == "Bool":
        return written.lower() == value.lower()
    first, second = number(value), number(written)
    if first is None or second is None:
        return False
    if name.endswith("LessThan"):
        return first < second
    if name.endswith("LessThanEquals"):
        return first <= second
    if name.endswith("GreaterThan"):
        return first > second
    return first >= second if name.endswith("GreaterThanEquals") else first == second


def number(text: str) -> float | None:
    try:
        return moment_or_number(text)
    except ValueError:
        return None


def moment_or_number(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if "-" in text[1:] else float(text)
