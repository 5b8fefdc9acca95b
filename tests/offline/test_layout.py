"""The passphrase of the local state."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from offline.layout import Layout


def test_the_passphrase_is_made_once_and_for_its_owner_only(layout: Layout) -> None:
    first = layout.passphrase.read_text(encoding="utf-8")
    assert len(first) >= 32
    assert layout.passphrase.read_text(encoding="utf-8") == first
    assert layout.passphrase.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in layout.root.iterdir()] == ["passphrase"]


def test_runs_at_once_agree_on_it(layout: Layout) -> None:
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(lambda _: layout.passphrase.read_text(encoding="utf-8"), range(8)))
    assert len(set(read)) == 1
