"""Runs a test for every row of the policies' tables."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable

import pytest

from tests.policypack.cases import Case


def each_row(cases: Iterable[Case]) -> Callable[[Callable[[Case], None]], Callable[[list[Case]], None]]:
    """Run a test on every case. The cases of one policy are one test, which tells of each that fails.

    To tell of 40,000 tests one by one takes as long as the tests.
    """
    by_policy: dict[str, list[Case]] = {}
    for case in cases:
        by_policy.setdefault(case.policy, []).append(case)

    def decorate(test: Callable[[Case], None]) -> Callable[[list[Case]], None]:
        def on_rows(rows: list[Case]) -> None:
            failed = [f"{case.id}\n{text}" for case in rows if (text := _failure(test, case))]
            assert not failed, "\n".join([f"{len(failed)} of {len(rows)} rows", *failed])

        on_rows.__name__, on_rows.__doc__, on_rows.__module__ = test.__name__, test.__doc__, test.__module__
        marked: Callable[[list[Case]], None] = pytest.mark.parametrize("rows", by_policy.values(), ids=list(by_policy))(
            on_rows
        )
        return marked

    return decorate


def _failure(test: Callable[[Case], None], case: Case) -> str:
    """How a test fails on a case; empty where it does not."""
    try:
        test(case)
    except Exception:
        return traceback.format_exc()
    return ""
