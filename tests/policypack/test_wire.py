"""Property bags are read and written without losing anything."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from guardrails.view import UNKNOWN, Secret
from guardrails.wire import read_properties, write_properties

PLAIN = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text() | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4) | inner.map(Secret),
    max_leaves=12,
)
BAGS = st.dictionaries(st.text(min_size=1), PLAIN, max_size=5)


@given(BAGS)
def test_what_is_written_is_read_back(properties: dict[str, Any]) -> None:
    assert read_properties(write_properties(properties, Struct())) == properties


@given(BAGS)
def test_what_is_not_changed_stays_as_it_came(properties: dict[str, Any]) -> None:
    original = write_properties(properties, Struct())
    assert write_properties(read_properties(original), original) == original


def test_an_asset_survives_a_change_beside_it() -> None:
    asset = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "x", "hash": "y"}
    original = write_properties({"code": asset, "timeout": 3}, Struct())
    changed = {**read_properties(original), "timeout": 4}
    assert write_properties(changed, original).fields["code"] == original.fields["code"]


def test_an_asset_survives_a_change_beside_it_in_a_secret() -> None:
    asset = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "x", "hash": "y"}
    original = write_properties({"secret": Secret({"code": asset, "on": 0}), "plain": {"code": asset}}, Struct())
    changed = {"secret": Secret({"code": asset, "on": True}), "plain": Secret({"code": asset, "on": True})}
    written = write_properties(changed, original)
    assert read_properties(written) == changed
    inner = original.fields["secret"].struct_value.fields["value"].struct_value.fields["code"]
    for name in ("secret", "plain"):
        assert written.fields[name].struct_value.fields["value"].struct_value.fields["code"] == inner


@pytest.mark.parametrize("secret", [True, False])
def test_an_unknown_number_in_an_output_stays_one_beside_what_is_mended(secret: bool) -> None:
    number = "3eeb2bf0-c639-47a8-9e75-3b44932eb421"
    bag = Struct()
    output = bag.fields["block"].struct_value.fields
    output["4dabf18193072939515e22adb298388d"].string_value = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
    output["secret"].bool_value = secret
    output["value"].struct_value.fields["port"].string_value = number
    written = write_properties({"block": Secret({"port": UNKNOWN, "on": True})}, bag)
    assert written.fields["block"].struct_value.fields["value"].struct_value.fields["port"].string_value == number


def test_a_bag_nested_without_end_is_not_followed() -> None:
    deep: Any = "x"
    for _ in range(1000):
        deep = [deep]
    assert read_properties(write_properties_deep(deep)) is not None


def write_properties_deep(value: Any) -> Struct:
    """A bag with one value, written without recursion."""
    bag = Struct()
    node = bag.fields["a"]
    while isinstance(value, list):
        node.list_value.values.add()
        node, value = node.list_value.values[0], value[0]
    node.string_value = value
    return bag


def test_false_written_over_zero_is_a_change() -> None:
    original = write_properties({"enabled": 0}, Struct())
    assert write_properties({"enabled": False}, original).fields["enabled"].WhichOneof("kind") == "bool_value"


def test_a_secret_output_value_stays_secret() -> None:
    bag = Struct()
    output = bag.fields["password"].struct_value.fields
    output["4dabf18193072939515e22adb298388d"].string_value = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
    output["secret"].bool_value = True
    output["value"].string_value = "hunter2"
    assert read_properties(bag) == {"password": Secret("hunter2")}
