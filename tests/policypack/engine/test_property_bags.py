"""Property bags are read and written without losing anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.struct_pb2 import NULL_VALUE, Struct, Value
from hypothesis import given
from hypothesis import strategies as st

from pulumi_guardrails.core.value import ABSENT, REDACTED, UNKNOWN, Secret
from pulumi_guardrails.core.value import Value as PropertyValue
from pulumi_guardrails.core.verdict import Cause
from pulumi_guardrails.engine.property_bags import read_properties, write_properties

TEXTS = st.text().filter(lambda text: text != "[secret]")
"""Any text but the one that stands for a redacted secret."""

PLAIN = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | TEXTS | st.just(UNKNOWN),
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


SIGNATURE = "4dabf18193072939515e22adb298388d"


def in_list(node: Value) -> Value:
    node.list_value.values.add()
    return node.list_value.values[0]


def in_object(node: Value) -> Value:
    return node.struct_value.fields["a"]


def in_secret(node: Value) -> Value:
    node.struct_value.fields[SIGNATURE].string_value = "1b47061264138c4ac30d75fd1eb44270"
    return node.struct_value.fields["value"]


def in_output(node: Value) -> Value:
    node.struct_value.fields[SIGNATURE].string_value = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
    return node.struct_value.fields["value"]


@pytest.mark.parametrize("inside", [in_list, in_object, in_secret, in_output])
@pytest.mark.parametrize(("levels", "read"), [(400, "x"), (401, UNKNOWN), (5000, UNKNOWN)])
def test_a_value_is_read_to_the_four_hundredth_level(inside: Callable[[Value], Value], levels: int, read: Any) -> None:
    bag = Struct()
    node = bag.fields["a"]
    for _ in range(levels):
        node = inside(node)
    node.string_value = "x"
    found = read_properties(bag)["a"]
    while isinstance(found, (list, dict, Secret)):
        found = found[0] if isinstance(found, list) else found["a"] if isinstance(found, dict) else found.value
    assert found == read


def kind_of(value: Value) -> str | None:
    return value.WhichOneof("kind")


def test_false_written_over_zero_is_a_change() -> None:
    original = write_properties({"enabled": 0}, Struct())
    assert kind_of(write_properties({"enabled": False}, original).fields["enabled"]) == "bool_value"


def test_false_written_over_zero_within_an_object_or_a_list_is_a_change() -> None:
    original = write_properties({"logs": {"enabled": 0}, "flags": [0]}, Struct())
    written = write_properties({"logs": {"enabled": False}, "flags": [False]}, original)
    assert kind_of(written.fields["logs"].struct_value.fields["enabled"]) == "bool_value"
    assert kind_of(written.fields["flags"].list_value.values[0]) == "bool_value"


@pytest.mark.parametrize("after", [["a", "b"], [], ["b"], "a", 1.0, {"a": 1.0}, None])
def test_a_list_that_is_replaced_is_written_as_what_replaces_it(after: Any) -> None:
    original = write_properties({"names": ["a"]}, Struct())
    assert read_properties(write_properties({"names": after}, original)) == {"names": after}


def test_what_is_not_known_yet_within_an_object_stays_as_it_came_where_another_member_changes() -> None:
    unknown_boolean = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"
    original = write_properties({"logs": {"enabled": False, "bucket": "a"}}, Struct())
    original.fields["logs"].struct_value.fields["enabled"].string_value = unknown_boolean
    written = write_properties({"logs": {"enabled": UNKNOWN, "bucket": "b", "prefix": "c"}}, original)
    assert written.fields["logs"].struct_value.fields["enabled"].string_value == unknown_boolean
    assert read_properties(written) == {"logs": {"enabled": UNKNOWN, "bucket": "b", "prefix": "c"}}
    assert "prefix" not in original.fields["logs"].struct_value.fields


def test_nothing_is_written_as_the_one_null_there_is() -> None:
    assert write_properties({"a": None}, Struct()).fields["a"].null_value == NULL_VALUE


@pytest.mark.parametrize(("secret", "read"), [(True, Secret("hunter2")), (False, "hunter2"), (None, "hunter2")])
def test_an_output_value_is_secret_where_it_says_so(secret: bool | None, read: Any) -> None:
    bag = Struct()
    output = bag.fields["password"].struct_value.fields
    output[SIGNATURE].string_value = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
    output["value"].string_value = "hunter2"
    if secret is not None:
        output["secret"].bool_value = secret
    before = sorted(output)
    assert read_properties(bag) == {"password": read}
    assert sorted(output) == before


def test_what_is_absent_is_written_as_nothing() -> None:
    assert read_properties(write_properties({"a": [ABSENT]}, Struct())) == {"a": [None]}


def test_a_secret_that_the_engine_does_not_tell_is_unknown_and_stays_as_it_came() -> None:
    bag = Struct()
    bag.update({"masterPassword": "[secret]", "engine": "mysql"})
    properties = read_properties(bag)
    assert properties["masterPassword"] == Secret(REDACTED)
    value = PropertyValue.of(properties["masterPassword"], "masterPassword")
    assert value.is_unknown
    assert value.shown == "redacted"
    assert value.as_unknown().cause is Cause.REDACTED
    assert write_properties({**properties, "engine": "postgres"}, bag)["masterPassword"] == "[secret]"
