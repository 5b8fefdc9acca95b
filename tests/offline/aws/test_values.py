from __future__ import annotations

import pytest
from pulumi.runtime import rpc

from offline.aws.values import (
    SECRET_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_STRING,
    Secret,
    from_struct,
    has_secret,
    has_unknown,
    to_struct,
    without_secrets,
)


def test_the_constants_are_those_of_the_sdk() -> None:
    assert (rpc.UNKNOWN, rpc._special_sig_key, rpc._special_secret_sig) == (UNKNOWN_STRING, SIGNATURE, SECRET_SIGNATURE)


def test_what_the_engine_sends_comes_back_the_same() -> None:
    values = {
        "text": "a",
        "number": 1.5,
        "flag": True,
        "nothing": None,
        "unknown": UNKNOWN,
        "secret": Secret({"inner": [UNKNOWN, "x"]}),
        "list": [1.0, {"deep": Secret("s")}],
    }
    assert from_struct(to_struct(values)) == values


@pytest.mark.parametrize("sentinel", ["1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"])
def test_unknowns_of_every_type_are_unknown(sentinel: str) -> None:
    assert from_struct(to_struct({"a": sentinel})) == {"a": UNKNOWN}


def test_a_secret_in_a_secret_is_one_secret() -> None:
    assert from_struct(to_struct({"a": Secret(Secret("x"))})) == {"a": Secret("x")}


def test_an_asset_travels_untouched() -> None:
    raw = {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": "hello", "hash": "1"}
    assert to_struct(from_struct(to_struct({"source": raw}))) == to_struct({"source": raw})


def test_secrets_and_unknowns_are_found_at_any_depth() -> None:
    assert has_secret([{"a": Secret(1)}])
    assert has_unknown(Secret([{"a": UNKNOWN}]))
    assert not has_secret({"a": [1]})
    assert without_secrets({"a": [Secret({"b": Secret(1)})]}) == {"a": [{"b": 1}]}


def test_a_secret_never_shows_its_value() -> None:
    assert "hunter2" not in f"{Secret('hunter2')} {Secret('hunter2')!r}"


def test_what_no_property_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        to_struct({"a": object()})
