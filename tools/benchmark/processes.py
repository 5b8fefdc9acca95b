"""Runs what is measured, each time as a process of its own, and says what that spent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2_grpc, engine_pb2_grpc

from offline.layout import REPOSITORY
from tools.benchmark.stacks import Request

PACK_PYTHON = REPOSITORY / "policypack" / "venv" / "bin" / "python"
HERE = Path(__file__).parent
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class MeasureError(Exception):
    """What is to be measured cannot be run; the message is one sentence for a person."""


@dataclass(frozen=True)
class Run:
    """What one run spent.

    Attributes:
        cpu: CPU seconds, the start included: of the process, or of all processes of a command.
        analyze_stack: CPU seconds of `AnalyzeStack` alone; 0 where there is no such method.
        memory: Peak memory of the process in MiB; 0 where it is not measured.
    """

    cpu: float
    analyze_stack: float = 0.0
    memory: float = 0.0


class _Engine(engine_pb2_grpc.EngineServicer):
    """Takes the lines that a pack writes into the engine's log."""

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the method
        """Keep nothing."""
        return empty_pb2.Empty()


@contextmanager
def engine() -> Iterator[str]:
    """The address of an engine that does nothing but take log lines."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2), options=UNLIMITED)
    engine_pb2_grpc.add_EngineServicer_to_server(_Engine(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def pack_process(folder: Path, requests: Sequence[Request], address: str) -> Run:
    """Send the requests of a preview to a new process of a pack.

    Args:
        folder: The folder of the pack.
        requests: What the engine asks, in its order.
        address: The engine's address, for its log.
    """
    process = subprocess.Popen(
        [PACK_PYTHON, "-u", HERE / "server.py", address, folder],
        cwd=folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        if not port.isdigit():
            raise MeasureError(f"the pack in {folder.name} does not start.")
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=UNLIMITED) as channel:
            client: Any = analyzer_pb2_grpc.AnalyzerStub(channel)
            for method, message in requests:
                getattr(client, method)(message)
        process.send_signal(signal.SIGTERM)
        told = json.loads(process.stdout.readline())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    except grpc.RpcError as error:
        raise MeasureError(f"the pack in {folder.name} refuses a request: {error}") from None
    finally:
        process.stdout.close()
        if process.returncode is None:
            process.kill()
            process.wait()
    return Run(usage.ru_utime + usage.ru_stime, told["analyze_stack"], told["memory"])


def command(
    words: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    output: Path | None = None,
    accepted: Sequence[int] = (0,),
) -> Run:
    """Run a command, and count all its processes.

    Args:
        words: The command line.
        folder: The folder that it runs in.
        environment: Its environment; None for this process's, without what is for `make bench` alone.
        output: The file that takes what it prints; None where nobody reads it.
        accepted: The exit codes that are no error.

    Raises:
        MeasureError: It ends with another code, or a process of it goes on after its end.
    """
    with tempfile.TemporaryDirectory() as private:
        told, said = Path(private, "spent.json"), Path(private, "stderr")
        with (output or Path(os.devnull)).open("wb") as stdout, said.open("wb") as stderr:
            subprocess.run(
                [sys.executable, "-I", HERE / "tree.py", told, *words],
                cwd=folder,
                env=_environment() if environment is None else environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                check=False,
            )
        # Without the file something of the command went on, and the helper has said so.
        spent: dict[str, Any] = json.loads(told.read_text(encoding="ascii")) if told.exists() else {"code": "unknown"}
        if spent["code"] not in accepted:
            lines = said.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["it said nothing"]
            raise MeasureError(f"{Path(words[0]).name} ended with exit code {spent['code']}: {lines[-1].strip()}")
    return Run(spent["cpu"])


def in_turns(
    contenders: Mapping[str, Callable[[], Run]], rounds: int, title: str, tell: Callable[[str], None]
) -> dict[str, list[Run]]:
    """Run each of the contenders some times, one after the other, every second round in the opposite order.

    A slow minute of the machine so touches all of them.
    """
    found: dict[str, list[Run]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name in list(contenders) if number % 2 == 0 else reversed(list(contenders)):
            run = contenders[name]()
            found[name].append(run)
            tell(f"  {title}, run {number + 1} of {rounds}: {name} {run.cpu:.2f} s")
    return found


def _environment() -> dict[str, str]:
    """This process's environment without the paths that `make bench` gives it, and without settings of Pulumi's."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH" and not key.startswith("PULUMI_")}
