"""A stack reference that fails on a local state is told which name works."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.engine import Engine
from offline.stack_references import explained

FOREIGN = "A stack reference names another organization: on the local state it is organization/PROJECT/STACK."
MISSING = (
    "The local state has no stack organization/net/qa: "
    "`python -m offline up --stack qa --project FOLDER` makes it from the folder of its project."
)


def test_each_kind_is_told_once_and_other_errors_are_not() -> None:
    errors = ["preview failed", 'Preview failed: unknown stack "organization/net/qa"', 'unknown stack "qa"']
    assert explained(errors * 2) == [MISSING, MISSING.replace("net", "PROJECT")]
    assert explained(["preview failed"]) == []


@pytest.mark.engine
@pytest.mark.parametrize(("name", "told"), [("acme/net/qa", [FOREIGN]), ("organization/net/qa", [MISSING])])
def test_what_the_engine_says_of_a_reference_is_explained(
    name: str, told: list[str], engine: Engine, toy: Path
) -> None:
    (toy / "source" / "__main__.py").write_text(f"import pulumi\npulumi.StackReference({name!r})\n", encoding="utf-8")
    result = engine.preview()
    assert result.exit_code != 0
    assert explained(result.events.errors) == told
