"""Runs the real Pulumi engine on a project, with a state of its own and no account.

>>> engine = Engine(prepare(), project, state=folder)
>>> result = engine.preview(policy_pack=pack, config={"waf": "true"})
>>> result.exit_code, result.verdict
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from audit.events import EventLog, EventLogError, read
from audit.verdict import Verdict, judge
from offline import configuration, loopback, stack_files, stack_locks, supervised
from offline.aws import RUN_FOLDER
from offline.blank_stack import LocalStack
from offline.cli import arguments as command_line
from offline.cli import build
from offline.cli.module import YAML_HOST
from offline.exclusive import exclusive
from offline.host import NOBODY_DEBUGS
from offline.layout import REPOSITORY, OfflineError
from offline.plugins.install import InstallError
from offline.plugins.required import INSTEAD, install_all, install_required
from offline.run_folder import RunFolder, run_folder
from offline.tools import Tools, tell

FOREIGN_VARIABLES = ("PULUMI_", "AWS_")
KEPT_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION", "PULUMI_DEBUG_COMMANDS")
"""Of the user's AWS settings a program may read the region; credentials and profiles stay out of an offline run.

Of Pulumi's own, the variable with which the CLI has the option ``--event-log``.
"""

OF_DESTRUCTION = frozenset({"--remove", "--yes", "-y", "--skip-preview", "-f", "--continue-on-error"})
"""Options of ``pulumi destroy`` that it does not take together with ``--preview-only``."""

WRITES_NO_STATE = {"PULUMI_SKIP_CHECKPOINTS": "true"}
"""A preview writes no state. The CLI would put all of it together at each step, and throw it away: a fifth of its time
with 98 resources, four fifths with 1,000 (`DiscardPersister` in Pulumi's `backend/diy/backend.go`)."""

LOG_MEGABYTES = "20"
"""How much the CLI may keep of its own logs, which it writes for every command; it removes the oldest."""


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
        """``pulumi preview``, with `policy_pack` when one is given. Changes nothing.

        `policy_pack_config` has settings by policy, or is a configuration of version 2, with policy exceptions.
        """
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
        """``pulumi destroy`` without its questions: removes everything from the local state.

        Its preview comes first: a protected resource is refused there, before what depends on it is deleted.
        """
        of_preview = [word for word in arguments if word not in OF_DESTRUCTION]
        preview = self._operate("destroy", ("--preview-only",), config, None, None, of_preview, show)
        if preview.exit_code != 0:
            return preview
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
        """Runs any other ``pulumi`` command on the local state and shows what it prints. Returns its exit code.

        Without ``--stack`` it is this engine's stack. The project's own stack files are written by ``pulumi config``
        alone. Raises OfflineError for ``--cwd``: another folder is another project.
        """
        if command_line.folder(arguments) is not None:
            raise OfflineError("pulumi --cwd is another project: expected its folder with --project.")
        named = command_line.stack(arguments)
        if named not in (None, self.stack):
            return replace(self, stack=named).call(arguments)
        command = command_line.command(arguments)
        if command in command_line.TAKE_A_STACK_FILE:
            self.install_plugins()
        variables = {"PULUMI_STACK": self.stack}
        if command == "config":
            self._initialise()
            return self._call(arguments, variables)
        with stack_files.kept(self.project):
            if command not in command_line.TAKE_A_STACK_FILE:
                self._initialise()
                return self._call(arguments, variables)
            with self._run_folder({}) as (folder, stack_file):
                # The variable is the option of the same name, wherever on the command line that may stand.
                return self._call(arguments, variables | {"PULUMI_OPTION_CONFIG_FILE": str(stack_file)}, folder)

    def lock(self) -> str | None:
        """A sentence on who changes the stack at this time, and what to do about it; None where nobody does.

        Locks of processes of this machine that are gone are removed.
        """
        locks = stack_locks.held(self._backend, configuration.project_name(self.project), self.stack)
        if not locks:
            return None
        cancel = ["python", "-m", "offline", "pulumi", "--stack", self.stack]
        if self.project != REPOSITORY:
            cancel += ["--project", str(self.project)]
        if self.state != self.tools.layout.state:
            cancel += ["--state", str(self.state)]
        return (
            f"the stack {self.stack!r} is locked by {' and '.join(map(str, locks))}: wait until that is done; "
            f"if it has ended, `{shlex.join([*cancel, '--', 'cancel', '--yes'])}` removes the lock."
        )

    def _call(self, arguments: Sequence[str], variables: Mapping[str, str], folder: RunFolder | None = None) -> int:
        self.lock()
        exit_code, _ = supervised.run(
            [self.tools.cli, *arguments],
            folder=self.project,
            environment={**self.variables(), **variables},
            run_folder=folder,
        )
        if exit_code != 0 and (locked := self.lock()):
            tell(f"error: {locked}")
        return exit_code

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
        self.install_plugins()
        with self._run_folder(config or {}) as (run, stack_file), stack_files.kept(self.project):
            if operation != "preview":
                self._require_no_lock()
            # A log of the engine may hold what the program computed: it lives no longer than the run.
            kept = command_line.event_log(arguments)
            log = run.path / "events.jsonl" if kept is None else self.project / kept
            command: list[str | Path] = [self.tools.cli, operation, "--stack", self.stack, "--config-file", stack_file]
            if kept is None:
                command += ["--event-log", log]
            command += options
            if policy_pack is not None:
                command += ["--policy-pack", policy_pack]
                if policy_pack_config is not None:
                    settings = run.path / "policy-config.json"
                    settings.write_text(json.dumps(policy_pack_config), encoding="utf-8")
                    command += ["--policy-pack-config", settings]
            command += arguments
            environment: dict[str, str] = {}
            if kept is None and not command_line.debugs(arguments):
                environment[NOBODY_DEBUGS] = "1"
            if operation == "preview" or "--preview-only" in options:
                environment |= WRITES_NO_STATE
            exit_code, output = self._execute(command, run, show, environment)
            return Result(exit_code, output, _events(log, exit_code))

    def _execute(
        self, command: list[str | Path], run: RunFolder, show: bool, environment: Mapping[str, str]
    ) -> tuple[int, str]:
        streams: dict[str, int] = {}
        if not show:
            command = [*command, "--non-interactive", "--suppress-progress", "--color", "never"]
            streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        elif not os.isatty(1):
            command = [*command, "--non-interactive", "--suppress-progress"]
        variables = {**self.variables(), **environment, "PULUMI_DEBUG_COMMANDS": "1", RUN_FOLDER: str(run.path)}
        return supervised.run(command, folder=self.project, environment=variables, run_folder=run, **streams)

    @contextmanager
    def _run_folder(self, config: Mapping[str, str]) -> Iterator[tuple[RunFolder, Path]]:
        """A private folder for one run, and in it the stack file with the run's configuration."""
        salt = self._initialise()
        secrets = {key: value for key, value in config.items() if key in self.secrets or configuration.is_secret(key)}
        values = {key: value for key, value in config.items() if key not in secrets}
        with run_folder(self.state / "runs", tell) as run:
            stack_file = run.path / f"Pulumi.{self.stack}.yaml"
            stack_file.write_text(
                configuration.compose(self.project, self.stack, values, secrets, salt), encoding="utf-8"
            )
            for key, value in secrets.items():
                self._set_secret(key, value, stack_file)
            yield run, stack_file

    @property
    def _backend(self) -> Path:
        return self.state / "backend"

    def _initialise(self) -> str:
        """Makes the stack in the local state, if it is not there. Returns the salt of its passphrase.

        ``pulumi stack init`` writes the salt into the stack file beside ``Pulumi.yaml``. It runs beside a bare one with
        the same project name, so that the project's own stack files stay as they are. What it makes is kept, and copied
        for the next stack.
        """
        project = configuration.project_name(self.project)
        folder = self.state / "stacks"
        file = folder / f"Pulumi.{self.stack}.yaml"
        stack = LocalStack(self._backend, project, self.stack, file)
        if stack.state.exists() and (salt := configuration.salt(file)):
            return salt
        with exclusive(folder / "lock", f"making the stack {self.stack!r}", tell):
            if not stack.state.exists():
                self._require_no_lock()
                if not stack.copy_blank(self.tools.layout):
                    file.unlink(missing_ok=True)
                    self._backend.mkdir(exist_ok=True)
                    bare = yaml.safe_dump({"name": project, "runtime": "python"})
                    (folder / "Pulumi.yaml").write_text(bare, encoding="utf-8")
                    self._ask("stack", "init", self.stack, "--no-select", folder=folder)
                    stack.keep_as_blank(self.tools.layout)
            elif configuration.salt(file) is None:
                # Made by `pulumi stack init`, or by a run that broke off: the first secret brings a salt.
                self._set_secret("salt", "-", file)
            salt = configuration.salt(file)
        assert salt is not None, f"pulumi left no salt in {file}"
        return salt

    def _require_no_lock(self) -> None:
        if locked := self.lock():
            raise OfflineError(locked)

    def _set_secret(self, key: str, value: str, file: Path) -> None:
        # The value goes through standard input: a command line can be read by every process.
        self._ask("config", "set", key, "--secret", "--stack", self.stack, "--config-file", str(file), stdin=value)

    def install_plugins(self) -> None:
        """Makes ready what the program needs beside Python and AWS: stand-ins in the versions that it asks for."""
        name, options = configuration.runtime(self.project)
        layout, path = self.tools.layout, self.variables()["PATH"]
        if name != "python" and shutil.which(f"pulumi-language-{name}", path=path) is None:
            if name != "yaml":
                raise OfflineError(
                    f"the program is written in {name or 'no language'} (runtime in {self.project / 'Pulumi.yaml'}), "
                    f"and the offline engine runs programs in Python and YAML: {INSTEAD}."
                )
            build.ensure(layout, os.environ.get("PATH", os.defpath), tell, YAML_HOST)
        try:
            if name == "python":
                install_required(self.project, options, layout.home)
            else:
                install_all(layout.home)
        except InstallError as problem:
            raise OfflineError(f"{problem}.") from None

    def _ask(self, *arguments: str, folder: Path | None = None, stdin: str = "") -> str:
        answer = subprocess.run(
            [self.tools.cli, *arguments, "--non-interactive", "--color", "never"],
            cwd=folder or self.project,
            env=self.variables(),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            line = " ".join(arguments[:2])
            raise OfflineError(f"`pulumi {line}` failed for stack {self.stack!r}: {answer.stderr.strip()}")
        return answer.stdout

    def variables(self) -> dict[str, str]:
        """The environment that the CLI runs in."""
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
            "PULUMI_BACKEND_URL": f"file://{self._backend}",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(layout.passphrase),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_LOG_ROTATION_MAX_TOTAL_MB": LOG_MEGABYTES,
            # A run takes seconds: the CLI need not look for garbage before its memory has grown fivefold.
            "GOGC": variables.get("GOGC", "400"),
            # Of `pulumi stack rm`: the stack file of a stack that was made offline is that of the real one.
            "PULUMI_OPTION_PRESERVE_CONFIG": "true",
        }
        return variables | dict(self.environment)


def _events(log: Path, exit_code: int) -> EventLog:
    """What the engine wrote into its log. One that it was killed over may break off anywhere, and says nothing."""
    try:
        return read(log) if log.exists() else EventLog()
    except EventLogError as problem:
        if exit_code == 0:
            raise OfflineError(f"the engine's log can't be read: {problem}") from None
        return EventLog()
