"""Which waiver covers a resource, and until when."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from pulumi_guardrails.engine.waivers import Waiver, stack_of, waiver_for

URN = "urn:pulumi:dev::ml-api::aws:lb/listener:Listener::http"
TODAY = date(2030, 6, 15)


def waiver(resource: str = URN, expires: date = TODAY) -> Waiver:
    return Waiver(resource, "why", "who", expires)


@pytest.mark.parametrize("pattern", [URN, "*::http", "*Listener::*", "urn:pulumi:dev::*"])
def test_a_waiver_covers_a_urn_or_a_glob(pattern: str) -> None:
    assert waiver(pattern).covers(URN)


@pytest.mark.parametrize("pattern", ["http", "*::https", "urn:pulumi:prod::*"])
def test_a_waiver_covers_nothing_else(pattern: str) -> None:
    assert not waiver(pattern).covers(URN)


@pytest.mark.parametrize(
    ("resource", "covered"), [(URN, True), ("*::http", True), (URN[:-1], False), ("*::https", False), ("[", False)]
)
def test_a_waiver_covers_one_of_many(resource: str, covered: bool) -> None:
    assert waiver(resource).covers_one_of({URN, "urn:pulumi:dev::ml-api::aws:lb/listener:Listener::other"}) is covered


@pytest.mark.parametrize(
    ("resource", "possible"),
    [
        (URN, True),
        ("urn:pulumi:*::ml-api::*", True),
        ("*::http", True),
        ("http", True),
        (URN.replace("dev", "prod"), False),
        ("urn:pulumi:*::other::*", False),
    ],
)
def test_a_waiver_that_spells_out_a_stack_is_meant_for_that_one(resource: str, possible: bool) -> None:
    assert waiver(resource).may_cover_one_of([stack_of(URN)]) is possible


def test_a_waiver_holds_on_its_last_day() -> None:
    assert waiver(expires=TODAY).holds(TODAY)
    assert not waiver(expires=date(2030, 6, 14)).holds(TODAY)


def test_one_that_holds_goes_before_one_that_has_expired() -> None:
    old, new = waiver(expires=date(2029, 1, 1)), waiver("*", TODAY)
    assert waiver_for([old, new], URN, TODAY) is new
    assert waiver_for([old], URN, TODAY) is old
    assert waiver_for([waiver("other")], URN, TODAY) is None


@pytest.mark.parametrize("text", ["2030-02-30", "2030-13-01"])
def test_a_day_that_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Waiver.parse({"resource": "*", "reason": "r", "approvedBy": "a", "expires": text})


def test_an_exemption_that_was_approved_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(waiver(), "expires", date(2099, 1, 1))  # noqa: B010 - an assignment is what mypy refuses
