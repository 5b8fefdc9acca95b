"""What the Go module pins has to agree with what the Python requirements pin."""

from __future__ import annotations

import re

import pytest

from offline.cli import golang, module
from offline.layout import REPOSITORY


@pytest.mark.parametrize("file", ["requirements.txt", "policypack/requirements.txt"])
def test_cli_and_sdk_are_of_one_version(file: str) -> None:
    pinned = re.search(r"^pulumi==(\S+)", (REPOSITORY / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is not None
    assert pinned.group(1) == module.cli_version()


def test_the_packaged_go_is_new_enough() -> None:
    assert module.parse(golang.PACKAGE) >= module.parse(module.go_version())


@pytest.mark.parametrize(
    ("text", "parsed"),
    [("v3.256.0", (3, 256, 0)), ("go1.26rc1", (1, 26, 0)), ("3.9.10-alpha.1+dirty", (3, 9, 10)), ("none", ())],
)
def test_versions_are_read(text: str, parsed: tuple[int, ...]) -> None:
    assert module.parse(text) == parsed
