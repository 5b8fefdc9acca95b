"""The language host itself: a gRPC server on the loopback interface that answers the engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import grpc
from google.protobuf import empty_pb2

from offline import loopback
from offline.host import NOBODY_DEBUGS, interpreter
from offline.host.children import Children
from offline.host.interpreter import InterpreterError
from offline.protocol import language_pb2, language_pb2_grpc, plugin_pb2, sdk_version

NO_SDK = 81
"""The exit code of the runner where the program's environment has no Pulumi SDK; no signal and none that shells use."""

PROGRAM_RUNNER = Path(__file__).with_name("program.py")

PARENT_CHECK_SECONDS = 1.0
"""How often the host looks whether the engine that started it is still there."""

UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
"""A stack's configuration may exceed gRPC's 4 MiB; the engine sets no limit on its side either."""


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs Python programs and policy packs for the engine."""

    def __init__(self, engine_address: str) -> None:
        self._engine_address = engine_address
        self._children = Children()

    def close(self) -> None:
        """Ends every program and pack that still runs."""
        self._children.end_all()

    def Handshake(
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Takes the engine's address, which counts more than the one on the command line."""
        self._engine_address = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """The version of the SDK that does the work."""
        return plugin_pb2.PluginInfo(version=sdk_version())

    def About(self, request: language_pb2.AboutRequest, context: grpc.ServicerContext) -> language_pb2.AboutResponse:
        """The interpreter that would run the program."""
        python = _interpreter(request.info, context)
        return language_pb2.AboutResponse(executable=str(python), version=interpreter.version(python))

    def GetRequiredPackages(
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """The resource plugins of the packages installed for the program."""
        python = _interpreter(request.info, context)
        try:
            plugins = interpreter.required_plugins(python)
        except InterpreterError as problem:
            _refuse(context, problem)
        return language_pb2.GetRequiredPackagesResponse(
            packages=[
                plugin_pb2.PackageDependency(
                    name=plugin.name, kind="resource", version=plugin.version, server=plugin.server
                )
                for plugin in plugins
            ]
        )

    def InstallDependencies(
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Makes the named virtual environment if it is missing and installs ``requirements.txt`` into it."""
        options = _options(request.info)
        root = Path(request.info.root_directory or request.directory)
        folder = interpreter.environment_folder(root, options)
        commands: list[list[str | Path]] = []
        if folder is not None and not (folder / "pyvenv.cfg").exists():
            commands.append([sys.executable, "-m", "venv", folder])
        requirements = [path for path in (Path(request.directory), root) if (path / "requirements.txt").exists()]
        if requirements:
            python: str | Path = folder / "bin" / "python" if folder else _interpreter(request.info, context)
            commands.append([python, "-m", "pip", "install", "-r", requirements[0] / "requirements.txt"])
        for command in commands:
            process = self._children.start(command, root, os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for stream, data in self._children.stream(process):
                yield language_pb2.InstallDependenciesResponse(**{stream: data})
            if code := self._children.wait(process):
                line = " ".join(str(part) for part in command)
                context.abort(grpc.StatusCode.INTERNAL, f"`{line}` failed with exit code {code}.")

    def Run(self, request: language_pb2.RunRequest, context: grpc.ServicerContext) -> language_pb2.RunResponse:
        """Runs a program with the interpreter that its project names, and waits for its end."""
        python = _interpreter(request.info, context)
        debugging = "silent" if NOBODY_DEBUGS in os.environ else "told"
        answer_reader, answer_writer = os.pipe()
        try:
            process = self._children.start(
                [python, "-u", PROGRAM_RUNNER, str(answer_writer), self._engine_address, str(NO_SDK), debugging],
                request.pwd or request.info.program_directory,
                interpreter.environment_variables(python, os.environ),
                stdin=subprocess.PIPE,
                pass_fds=[answer_writer],
            )
        finally:
            os.close(answer_writer)
        assert process.stdin is not None
        with os.fdopen(answer_reader, "rb") as answer:
            try:
                with process.stdin as requests:
                    requests.write(request.SerializeToString())
            except BrokenPipeError:
                # The interpreter ended before it read the request: its exit code below tells the user so.
                pass
            response = answer.read()
        code = self._children.wait(process)
        if code == NO_SDK:
            return language_pb2.RunResponse(
                error=f"{python} has no Pulumi SDK: install the program's requirements for it, or name the virtualenv "
                f"that has them in the runtime options of {Path(request.info.root_directory) / 'Pulumi.yaml'}."
            )
        if code != 0:
            return language_pb2.RunResponse(error=f"{python} ended with exit code {code} while it ran the program.")
        return language_pb2.RunResponse.FromString(response)

    def RunPlugin(
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Runs a policy pack and streams what it prints, then its exit code, until the engine lets go of it."""
        if request.kind != "analyzer":
            context.abort(
                grpc.StatusCode.UNIMPLEMENTED,
                f"This language host runs policy packs, not {request.kind or 'other'} plugins; "
                "install Pulumi itself for those.",
            )
        python = _interpreter(request.info, context)
        variables = dict(entry.split("=", 1) for entry in request.env if "=" in entry)
        process = self._children.start(
            [python, "-u", "-m", "pulumi.policy", *request.args, request.info.program_directory],
            request.pwd,
            interpreter.environment_variables(python, variables or os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if not context.add_callback(lambda: self._children.end(process)):
            self._children.end(process)
        for stream, data in self._children.stream(process):
            if stream == "stdout":
                yield language_pb2.RunPluginResponse(stdout=data)
            else:
                yield language_pb2.RunPluginResponse(stderr=data)
        yield language_pb2.RunPluginResponse(exitcode=self._children.wait(process))

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Ends what runs: the user pressed Ctrl-C, or another update took over."""
        self.close()
        return empty_pb2.Empty()


def serve(arguments: list[str]) -> None:
    """Serves until the engine interrupts this process or is gone. Prints the port first, as the engine expects."""
    os.environ.update(loopback.exceptions(os.environ))
    host = LanguageHost(engine_address=arguments[-1] if arguments else "")
    # A policy pack keeps its thread as long as it runs.
    server = grpc.server(ThreadPoolExecutor(max_workers=32), options=UNLIMITED)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    server.start()
    print(port, flush=True)
    engine = os.getppid()
    while not stopped.wait(PARENT_CHECK_SECONDS) and os.getppid() == engine:
        pass
    host.close()
    server.stop(grace=None).wait()


def _options(info: language_pb2.ProgramInfo) -> dict[str, object]:
    return dict(info.options)


def _interpreter(info: language_pb2.ProgramInfo, context: grpc.ServicerContext) -> Path:
    try:
        return interpreter.executable(Path(info.root_directory), _options(info))
    except InterpreterError as problem:
        _refuse(context, problem)


def _refuse(context: grpc.ServicerContext, problem: InterpreterError) -> NoReturn:
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(problem))
    raise AssertionError("abort always raises")
