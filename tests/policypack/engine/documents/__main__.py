"""Writes the documents again, from the real engine."""

import json
import tempfile
from pathlib import Path

from offline.engine import Engine
from offline.tools import prepare
from tests.engine.programs import write_program
from tests.policypack.engine.documents import DOCUMENTS, PROGRAM, committed

AWS = {"aws:region": "us-east-1"}


def main() -> None:
    """Preview the program, make its stack, and export that."""
    with tempfile.TemporaryDirectory() as folder:
        project = write_program(Path(folder) / "project", PROGRAM.read_text(encoding="utf-8"), "stranger")
        engine = Engine(prepare(), project, Path(folder) / "state")
        planned = json.loads(engine.preview(config=AWS, arguments=["--json"]).output)
        engine.up(config=AWS)
        for name, document in {"preview": planned, "state": engine.export()}.items():
            (DOCUMENTS / f"{name}.json").write_text(committed(document), encoding="utf-8")


if __name__ == "__main__":
    main()
