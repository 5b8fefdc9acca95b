"""Where the offline engine keeps what it makes: everything in one git-ignored folder, nothing in the user's own."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


class OfflineError(Exception):
    """The engine can't be run; the message is for the user and says what to do about it."""


@dataclass(frozen=True)
class Layout:
    """The folders of an offline engine. `root` is ``.offline`` in the repository."""

    root: Path = REPOSITORY / ".offline"

    @property
    def binaries(self) -> Path:
        """The command line built here, and the language host beside it."""
        return self.root / "bin"

    @property
    def home(self) -> Path:
        """PULUMI_HOME: plugins and the CLI's own notes."""
        return self.root / "home"

    @property
    def state(self) -> Path:
        """What `make up` deployed."""
        return self.root / "state"

    @property
    def passphrase(self) -> Path:
        """The file whose content encrypts secrets in the local state; made when it is first asked for."""
        file = self.root / "passphrase"
        if not file.exists():
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(prefix="passphrase.", dir=self.root)  # readable by its owner only
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(secrets.token_urlsafe(32))
            try:
                os.link(temporary, file)
            except FileExistsError:
                pass  # Another process was first: its passphrase is the one that counts.
            finally:
                Path(temporary).unlink()
        return file
