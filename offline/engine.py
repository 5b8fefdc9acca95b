"""Runs the real Pulumi engine on a project, with a state of its own and no account.

>>> engine = Engine(prepare(), project, state=folder)
>>> result = engine.preview(policy_pack=pack, config={"waf": "true"})
>>> result.exit_code, result.verdict
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from audit.events import EventLog, read
from audit.verdict import Verdict, judge
from offline import configuration, loopback
from offline.layout import OfflineError
from offline.tools import Tools

FOREIGN_VARIABLES = ("PULUMI_", "AWS_")
KEPT_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""Of the user's AWS settings a program may read the region; credentials and profiles stay out of an offline run."""


@dataclass(frozen=True)
class Result:
    """What one run of the engine gave: its exit code, what it printed (when it was captured), and its event log."""

    exit_code: int
    output: str
    events: EventLog

    @cached_property
    def verdict(self) -> Verdict:
        """The policy verdict in the event log."""
        return judge(self.events)


@dataclass(frozen=True)
class Engine:
    """The engine on one stack of one project.

    `state` is where this engine keeps its stacks; give every test its own. `environment` goes over the caller's own
    variables, of which those of Pulumi and AWS (but the region) are dropped. The values of `secrets`, keys of a
    configuration, are encrypted, as those are whose names say that they are secret. Several engines may run at once, in
    threads or processes, as long as each has its own state: the CLI, its plugins and the environments are shared.
    """

    tools: Tools
    project: Path
    state: Path
    stack: str = "dev"
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()

    def preview(
        self,
        *,
        config: Mapping[str, str] | None = None,
        policy_pack: Path | None = None,
        policy_pack_config: Mapping[str, Any] | None = None,
        arguments: Sequence[str] = (),
        show: bool = False,
    ) -> Result:
        """``pulumi preview``, with `policy_pack` when one is given. Changes nothing."""
        return self._operate("preview", (), config, policy_pack, policy_pack_config, arguments, show)

    def up(
        self,
        *,
        config: Mapping[str, str] | None = None,
        policy_pack: Path | None = None,
        policy_pack_config: Mapping[str, Any] | None = None,
        arguments: Sequence[str] = (),
        show: bool = False,
    ) -> Result:
        """``pulumi up`` without its questions: makes or changes the stack in the local state."""
        return self._operate(
            "up", ("--yes", "--skip-preview"), config, policy_pack, policy_pack_config, arguments, show
        )

    def refresh(
        self, *, config: Mapping[str, str] | None = None, arguments: Sequence[str] = (), show: bool = False
    ) -> Result:
        """``pulumi refresh`` without its questions: asks the plugin what became of every resource."""
        return self._operate("refresh", ("--yes", "--skip-preview"), config, None, None, arguments, show)

    def destroy(
        self, *, config: Mapping[str, str] | None = None, arguments: Sequence[str] = (), show: bool = False
    ) -> Result:
        """``pulumi destroy`` without its questions: removes everything from the local state."""
        return self._operate("destroy", ("--yes", "--skip-preview"), config, None, None, arguments, show)

    def outputs(self) -> dict[str, Any]:
        """The outputs of the stack; secret ones as ``[secret]``. Empty before the first `up`."""
        self._initialise()
        outputs: dict[str, Any] = json.loads(self._ask("stack", "output", "--json", "--stack", self.stack))
        return outputs

    def export(self) -> dict[str, Any]:
        """The stack's whole state, as ``pulumi stack export`` gives it, with secrets encrypted."""
        self._initialise()
        deployment: dict[str, Any] = json.loads(self._ask("stack", "export", "--stack", self.stack))
        return deployment

    def call(self, arguments: Sequence[str]) -> int:
        """Runs any other ``pulumi`` command on the local state and shows what it prints. Returns its exit code."""
        self._initialise()
        return subprocess.run(
            [self.tools.cli, *arguments], cwd=self.project, env=self._variables(), check=False
        ).returncode

    def _operate(
        self,
        operation: str,
        options: Sequence[str],
        config: Mapping[str, str] | None,
        policy_pack: Path | None,
        policy_pack_config: Mapping[str, Any] | None,
        arguments: Sequence[str],
        show: bool,
    ) -> Result:
        if policy_pack is not None and not (policy_pack / "PulumiPolicy.yaml").exists():
            raise OfflineError(f"{policy_pack} is no policy pack: it has no PulumiPolicy.yaml.")
        with self._run_folder(config or {}) as (folder, stack_file):
            # A log of the engine may hold what the program computed: it lives no longer than the run.
            log = folder / "events.jsonl"
            command: list[str | Path] = [self.tools.cli, operation, "--stack", self.stack, "--config-file", stack_file]
            command += ["--event-log", log, *options]
            if policy_pack is not None:
                command += ["--policy-pack", policy_pack]
                if policy_pack_config is not None:
                    settings = folder / "policy-config.json"
                    settings.write_text(json.dumps(policy_pack_config), encoding="utf-8")
                    command += ["--policy-pack-config", settings]
            command += arguments
            exit_code, output = self._execute(command, show)
            return Result(exit_code, output, read(log) if log.exists() else EventLog())

    def _execute(self, command: list[str | Path], show: bool) -> tuple[int, str]:
        variables = self._variables() | {"PULUMI_DEBUG_COMMANDS": "1"}
        if not show:
            answer = subprocess.run(
                [*command, "--non-interactive", "--suppress-progress", "--color", "never"],
                cwd=self.project,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
            )
            return answer.returncode, answer.stdout
        if not os.isatty(1):
            command = [*command, "--non-interactive", "--suppress-progress"]
        with subprocess.Popen(command, cwd=self.project, env=variables) as process:
            while True:
                try:
                    return process.wait(), ""
                except KeyboardInterrupt:
                    # The engine got the same Ctrl-C from the terminal and is winding up.
                    continue

    @contextmanager
    def _run_folder(self, config: Mapping[str, str]) -> Iterator[tuple[Path, Path]]:
        """A private folder for one run, and in it the stack file with the run's configuration."""
        self._initialise()
        secrets = {key: value for key, value in config.items() if key in self.secrets or configuration.is_secret(key)}
        values = {key: value for key, value in config.items() if key not in secrets}
        with tempfile.TemporaryDirectory(prefix="pulumi-run-") as name:
            folder = Path(name)
            stack_file = folder / f"Pulumi.{self.stack}.yaml"
            salt = configuration.salt(self._stack_folder / stack_file.name)
            stack_file.write_text(
                configuration.compose(self.project, self.stack, values, secrets, salt), encoding="utf-8"
            )
            for key, value in secrets.items():
                # The value goes through standard input: a command line can be read by every process.
                self._ask(
                    "config",
                    "set",
                    key,
                    "--secret",
                    "--stack",
                    self.stack,
                    "--config-file",
                    str(stack_file),
                    stdin=value,
                )
            yield folder, stack_file

    @property
    def _stack_folder(self) -> Path:
        return self.state / "stacks"

    def _initialise(self) -> None:
        """Makes the stack in the local state, if it is not there.

        ``pulumi stack init`` writes the passphrase's salt into the stack file beside ``Pulumi.yaml``. It runs beside a
        bare one with the same project name, so that the project's own stack files stay as they are.
        """
        project = configuration.project_name(self.project)
        backend = self.state / "backend"
        if (backend / ".pulumi" / "stacks" / project / f"{self.stack}.json").exists():
            return
        (self._stack_folder / f"Pulumi.{self.stack}.yaml").unlink(missing_ok=True)
        backend.mkdir(parents=True, exist_ok=True)
        self._stack_folder.mkdir(exist_ok=True)
        bare = yaml.safe_dump({"name": project, "runtime": "python"})
        (self._stack_folder / "Pulumi.yaml").write_text(bare, encoding="utf-8")
        self._ask("stack", "init", self.stack, "--no-select", folder=self._stack_folder)

    def _ask(self, *arguments: str, folder: Path | None = None, stdin: str = "") -> str:
        answer = subprocess.run(
            [self.tools.cli, *arguments, "--non-interactive", "--color", "never"],
            cwd=folder or self.project,
            env=self._variables(),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            line = " ".join(arguments[:2])
            raise OfflineError(f"`pulumi {line}` failed for stack {self.stack!r}: {answer.stderr.strip()}")
        return answer.stdout

    def _variables(self) -> dict[str, str]:
        variables = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(FOREIGN_VARIABLES) or key in KEPT_VARIABLES
        }
        variables |= loopback.exceptions(variables)
        layout = self.tools.layout
        # The engine prefers a language host on PATH to the one beside it: its own folder goes first.
        variables["PATH"] = os.pathsep.join(filter(None, (str(self.tools.cli.parent), variables.get("PATH"))))
        variables |= {
            "PULUMI_HOME": str(layout.home),
            "PULUMI_BACKEND_URL": f"file://{self.state / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(layout.passphrase),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        return variables | dict(self.environment)
