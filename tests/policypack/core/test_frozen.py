"""A fast immutable class is a data class: what it compares, hashes and shows is what `dataclasses` would."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_guardrails.core.frozen import fast_dataclass


@fast_dataclass(frozen=True)
class Fast:
    """Fields of every kind."""

    one: int
    two: tuple[int, ...] = ()
    note: str = field(default="", compare=False)
    hidden: str = field(default="", repr=False)


@dataclass(frozen=True)
class Standard:
    """The same, of the standard library."""

    one: int
    two: tuple[int, ...] = ()
    note: str = field(default="", compare=False)
    hidden: str = field(default="", repr=False)


@fast_dataclass(frozen=True, slots=True)
class Single:
    """One field, in a slot."""

    value: object


VALUES = st.tuples(
    st.integers(0, 1), st.lists(st.integers(0, 1), max_size=1).map(tuple), st.sampled_from("ab"), st.sampled_from("ab")
)


@given(VALUES, VALUES)
def test_equal_where_a_data_class_is(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert (Fast(*one) == Fast(*other)) is (Standard(*one) == Standard(*other))
    if Fast(*one) == Fast(*other):
        assert hash(Fast(*one)) == hash(Fast(*other))


@given(VALUES)
def test_shown_as_a_data_class_is(values: tuple[Any, ...]) -> None:
    assert repr(Fast(*values)) == repr(Standard(*values)).replace("Standard", "Fast")


def test_never_equal_to_what_is_of_another_class() -> None:
    others: list[object] = [Single(1), Standard(1), (1, (), "")]
    assert Fast(1) not in others


def test_what_is_not_equal_to_itself_is_equal_in_the_same_object() -> None:
    nan = float("nan")
    assert Single(nan) == Single(nan)  # as the standard library, which compares tuples


def test_has_fields_and_can_be_replaced() -> None:
    assert [one.name for one in fields(Fast(1))] == ["one", "two", "note", "hidden"]
    assert replace(Fast(1), two=(2,)) == Fast(1, (2,))


def test_is_hashed_by_what_it_compares() -> None:
    assert len({Single(1), Single(1), Single(2)}) == 2


def test_is_for_immutable_classes_alone() -> None:
    with pytest.raises(TypeError, match="expected frozen=True"):
        fast_dataclass(frozen=False)(type("Mutable", (), {}))
