"""What the Go module pins has to agree with what the Python requirements pin."""

from __future__ import annotations

import re

import pytest

from offline.cli import golang, module
from offline.layout import REPOSITORY


def _pinned(file: str) -> str:
    found = re.search(r"^pulumi==(\S+)", (REPOSITORY / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return found.group(1)


def test_program_and_pack_have_one_sdk_and_the_cli_is_not_older() -> None:
    assert _pinned("requirements.txt") == _pinned("policypack/requirements.txt") == module.sdk_version()
    cli, sdk = module.parse(module.cli_version()), module.parse(module.sdk_version())
    assert cli[0] == sdk[0]
    assert cli >= sdk


def test_the_packaged_go_is_new_enough() -> None:
    assert module.parse(golang.PACKAGE) >= module.parse(module.go_version())


@pytest.mark.parametrize(
    ("text", "parsed"),
    [("v3.274.1", (3, 274, 1)), ("go1.26rc1", (1, 26, 0)), ("3.9.10-alpha.1+dirty", (3, 9, 10)), ("none", ())],
)
def test_versions_are_read(text: str, parsed: tuple[int, ...]) -> None:
    assert module.parse(text) == parsed
