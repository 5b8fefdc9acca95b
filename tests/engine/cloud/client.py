"""The real CLI, logged in to the service of the tests."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from offline.engine import Engine
from offline.tools import Tools
from tests.engine.cloud.service import Cloud


@dataclass(frozen=True)
class Answer:
    """What one command of the CLI did: its exit code, and what it printed on both streams."""

    exit_code: int
    output: str


@dataclass(frozen=True)
class Client:
    """The CLI with a home of its own, in which the plugins are those of the offline engine.

    Attributes:
        tools: The CLI.
        cloud: The service.
        folder: Where the home is.
    """

    tools: Tools
    cloud: Cloud
    folder: Path

    def run(self, *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> Answer:
        """Run `pulumi` in a folder."""
        variables = self.variables(cwd) | dict(environment or {})
        done = subprocess.run(
            [self.tools.cli, *arguments, "--non-interactive", "--color", "never"],
            cwd=cwd,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout)

    def variables(self, project: Path) -> dict[str, str]:
        """The environment of the CLI: that of the offline engine, but with the service in place of the local state."""
        home = self.folder / "home"
        if not home.exists():
            home.mkdir(parents=True)
            (home / "plugins").symlink_to(self.tools.layout.home / "plugins")
        offline = Engine(self.tools, project, self.folder / "state").variables()
        kept = {name: value for name, value in offline.items() if name != "PULUMI_CONFIG_PASSPHRASE_FILE"}
        return kept | {
            "PULUMI_HOME": str(home),
            "PULUMI_BACKEND_URL": self.cloud.url,
            "PULUMI_ACCESS_TOKEN": "token-of-the-tests",
        }
