"""One run at a time, and the other says what it waits for."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from offline.exclusive import exclusive


def test_a_second_run_says_that_it_waits_and_goes_on_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "new" / "lock"
    said: list[str] = []
    order: list[str] = []
    waits = threading.Event()

    def announce(sentence: str) -> None:
        said.append(sentence)
        waits.set()

    def second() -> None:
        with exclusive(file, "making it", announce):
            order.append("second")

    thread = threading.Thread(target=second)
    with exclusive(file, "making it", pytest.fail):
        thread.start()
        waits.wait()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert said == ["Another run is making it: waiting for it."]


def test_it_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="broken"), exclusive(tmp_path / "lock", "making it", pytest.fail):
        raise ValueError("broken")
    with exclusive(tmp_path / "lock", "making it", pytest.fail):
        pass
