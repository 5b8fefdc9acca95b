"""A stack without resources: made once by ``pulumi stack init``, and copied for every other stack of this machine.

To make one, the CLI derives a key from the passphrase with a salt of the stack's own, which is meant to take long. All
stacks of a layout have the same passphrase of 256 random bits, which gains nothing by another salt. Beside its salt, a
stack without resources differs from another by its name alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml

from offline import configuration
from offline.layout import Layout


@dataclass(frozen=True)
class LocalStack:
    """Where a stack of a project is kept: in the folder of a backend, and the stack file with its salt.

    Source: `stackPath` and `pulumiMeta` in Pulumi's Go package `backend/diy`.
    """

    backend: Path
    project: str
    name: str
    stack_file: Path

    @property
    def state(self) -> Path:
        """The file with the stack's resources, which is there when the stack is."""
        return self.backend / ".pulumi" / "stacks" / self.project / f"{self.name}.json"

    @property
    def _backend_version(self) -> Path:
        return self.backend / ".pulumi" / "meta.yaml"

    def keep_as_blank(self, layout: Layout) -> None:
        """Keep this stack, which ``pulumi stack init`` has just made, for others to be made like it."""
        blank = {
            "salt": configuration.salt(self.stack_file),
            "backend": self._backend_version.read_text(encoding="utf-8"),
            "state": json.loads(self.state.read_text(encoding="utf-8")),
        }
        _write(_blank(layout), json.dumps(blank))

    def copy_blank(self, layout: Layout) -> bool:
        """Make this stack like the one that was kept, and return whether one was."""
        file = _blank(layout)
        if not file.exists():
            return False
        blank = json.loads(file.read_text(encoding="utf-8"))
        blank["state"]["checkpoint"]["stack"] = f"organization/{self.project}/{self.name}"
        _write(self.stack_file, yaml.safe_dump({"encryptionsalt": blank["salt"]}))
        if not self._backend_version.exists():
            _write(self._backend_version, blank["backend"])
        _write(self.state, json.dumps(blank["state"]))  # last: with it, the stack is there
        return True


def _blank(layout: Layout) -> Path:
    """The file of the stack that is kept: a salt is that of one passphrase."""
    passphrase = hashlib.sha256(layout.passphrase.read_bytes()).hexdigest()[:16]
    return layout.root / f"blank-stack-{passphrase}.json"


def _write(target: Path, text: str) -> None:
    """Write a file in one step: another run may read it at the same time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f"{target.name}.", dir=target.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(temporary).replace(target)
