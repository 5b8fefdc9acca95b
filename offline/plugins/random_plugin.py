"""The resources of Pulumi's `random` plugin: names and types of pulumi-random 4, values of Python's `secrets`.

Sources: the documentation of pulumi_random, and of the Terraform provider that it is made from (`random_password` and
so on). A value depends on nothing but chance, except where a `seed` is given: then it is the same for the same seed,
but not the value that the real plugin makes of it.
"""

from __future__ import annotations

import base64
import random
import secrets
import string
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from offline.aws.check import Failure
from offline.aws.values import UNKNOWN
from offline.plugins.declaration import (
    BOOLEAN,
    INTEGER,
    STRING,
    STRING_MAP,
    STRINGS,
    Inputs,
    Plugin,
    ResourceType,
    properties,
    strings,
)

SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
"""The special characters of `random_password` and `random_string` where `override_special` names no others."""

BCRYPT_ALPHABET = "./" + string.ascii_uppercase + string.ascii_lowercase + string.digits

NO_ID = "none"
"""The id of what must not be read off its id."""

ADVERBS = "boldly calmly deeply early evenly fairly gladly highly kindly lately lightly mildly nicely openly quickly"
ADJECTIVES = "able amber brave brisk civil clear fresh glad keen loyal lucid noble quiet rapid solid tidy warm wise"
NAMES = "badger beaver bison crane falcon ferret gecko heron ibex koala lemur marten otter raven seal toad wren"
"""The words of pets."""


def _at_least_one(name: str) -> Callable[[Inputs], Iterator[Failure]]:
    def check(inputs: Inputs) -> Iterator[Failure]:
        value = inputs[name]
        if value is not UNKNOWN and value < 1:
            yield Failure(name, f"must be at least 1, found {value:g}")

    return check


def _check_text(inputs: Inputs) -> Iterator[Failure]:
    yield from _at_least_one("length")(inputs)
    minima = [inputs[name] for name in ("minLower", "minUpper", "minNumeric", "minSpecial")]
    if UNKNOWN not in [inputs["length"], *minima] and sum(minima) > inputs["length"] >= 1:
        yield Failure("length", f"must be at least the sum of the minima, {sum(minima):g}; found {inputs['length']:g}")
    if not any(inputs[name] for name in ("lower", "upper", "numeric", "special")) and not any(minima):
        yield Failure("special", "must be true, or lower, upper or numeric: no characters are left to choose from")


def _text(inputs: Inputs) -> str:
    special = inputs.get("overrideSpecial") or SPECIAL
    sets = {
        "Lower": string.ascii_lowercase,
        "Upper": string.ascii_uppercase,
        "Numeric": string.digits,
        "Special": special,
    }
    allowed = "".join(characters for name, characters in sets.items() if inputs[name.lower()])
    chosen = [secrets.choice(sets[name]) for name in sets for _ in range(int(inputs[f"min{name}"]))]
    chosen += [secrets.choice(allowed) for _ in range(int(inputs["length"]) - len(chosen))] if allowed else []
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def _string(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    text = _text(inputs)
    return text, {"result": text}


def _password(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    digest = "".join(secrets.choice(BCRYPT_ALPHABET) for _ in range(53))
    # A text of the right form: what hashes a password for real is no part of a preview.
    return NO_ID, {"result": _text(inputs), "bcryptHash": f"$2a$10${digest}"}


def _bytes(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    value = secrets.token_bytes(int(inputs["length"]))
    return NO_ID, {"base64": base64.b64encode(value).decode(), "hex": value.hex()}


def _id(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    value = secrets.token_bytes(int(inputs["byteLength"]))
    url = base64.urlsafe_b64encode(value).decode().rstrip("=")
    spellings = {
        "b64Std": base64.b64encode(value).decode(),
        "b64Url": url,
        "dec": str(int.from_bytes(value, "big")),
        "hex": value.hex(),
    }
    prefix = inputs.get("prefix") or ""
    return url, {name: prefix + spelling for name, spelling in spellings.items()}


def _check_integer(inputs: Inputs) -> Iterator[Failure]:
    low, high = inputs["min"], inputs["max"]
    if UNKNOWN not in (low, high) and low > high:
        yield Failure("min", f"must be at most max, {high:g}; found {low:g}")


def _integer(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    number = _generator(inputs).randint(int(inputs["min"]), int(inputs["max"]))
    return str(number), {"result": number}


def _shuffle(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    items = list(inputs["inputs"])
    count = int(inputs["resultCount"]) if inputs.get("resultCount") is not None else len(items)
    results: list[str] = []
    while items and len(results) < count:
        results += _generator(inputs).sample(items, len(items))
    return "-", {"results": results[:count]}


def _generator(inputs: Inputs) -> random.Random:
    # The plugin promises the same value for the same seed, which is no secret then.
    return random.Random(inputs["seed"]) if inputs.get("seed") else secrets.SystemRandom()  # noqa: S311


def _pet(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    length = int(inputs["length"])
    lists = [*[ADVERBS] * (length - 2), ADJECTIVES, NAMES][-length:]
    words = [secrets.choice(words.split()) for words in lists]
    name = str(inputs["separator"]).join([*([inputs["prefix"]] if inputs.get("prefix") else []), *words])
    return name, {}


def _uuid4(_: Inputs) -> tuple[str, dict[str, Any]]:
    found = str(uuid.uuid4())
    return found, {"result": found}


def _uuid7(_: Inputs) -> tuple[str, dict[str, Any]]:
    """A version 7 UUID (RFC 9562, section 5.7): milliseconds since 1970 in 48 bits, the rest but 6 bits by chance."""
    value = (time.time_ns() // 1_000_000) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    found = str(uuid.UUID(int=value))
    return found, {"result": found}


_TEXT_INPUTS = properties(
    length_=INTEGER,
    keepers=STRING_MAP,
    lower=BOOLEAN,
    minLower=INTEGER,
    minNumeric=INTEGER,
    minSpecial=INTEGER,
    minUpper=INTEGER,
    number=BOOLEAN,
    numeric=BOOLEAN,
    overrideSpecial=STRING,
    special=BOOLEAN,
    upper=BOOLEAN,
)
_TEXT_DEFAULTS = {
    **dict.fromkeys(("lower", "upper", "numeric", "special"), True),
    **dict.fromkeys(("minLower", "minUpper", "minNumeric", "minSpecial"), 0),
}
_KEEPERS = properties(keepers=STRING_MAP)


def _token(name: str) -> str:
    return f"random:index/{name[0].lower()}{name[1:]}:{name}"


PLUGIN = Plugin(
    "random",
    {
        _token("RandomBytes"): ResourceType(
            properties(length_=INTEGER, keepers=STRING_MAP),
            strings("base64", "hex"),
            _bytes,
            _at_least_one("length"),
            secrets=frozenset({"base64", "hex"}),
        ),
        _token("RandomId"): ResourceType(
            properties(byteLength_=INTEGER, keepers=STRING_MAP, prefix=STRING),
            strings("b64Std", "b64Url", "dec", "hex"),
            _id,
            _at_least_one("byteLength"),
        ),
        _token("RandomInteger"): ResourceType(
            properties(max_=INTEGER, min_=INTEGER, keepers=STRING_MAP, seed=STRING),
            properties(result_=INTEGER),
            _integer,
            _check_integer,
        ),
        _token("RandomPassword"): ResourceType(
            _TEXT_INPUTS,
            strings("bcryptHash", "result"),
            _password,
            _check_text,
            _TEXT_DEFAULTS,
            secrets=frozenset({"bcryptHash", "result"}),
        ),
        _token("RandomPet"): ResourceType(
            properties(keepers=STRING_MAP, length=INTEGER, prefix=STRING, separator=STRING),
            {},
            _pet,
            _at_least_one("length"),
            {"length": 2, "separator": "-"},
        ),
        _token("RandomShuffle"): ResourceType(
            properties(inputs_=STRINGS, keepers=STRING_MAP, resultCount=INTEGER, seed=STRING),
            properties(results_=STRINGS),
            _shuffle,
        ),
        _token("RandomString"): ResourceType(_TEXT_INPUTS, strings("result"), _string, _check_text, _TEXT_DEFAULTS),
        _token("RandomUuid"): ResourceType(_KEEPERS, strings("result"), _uuid4),
        _token("RandomUuid4"): ResourceType(_KEEPERS, strings("result"), _uuid4),
        _token("RandomUuid7"): ResourceType(_KEEPERS, strings("result"), _uuid7),
    },
)
