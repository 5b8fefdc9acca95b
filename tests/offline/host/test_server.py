"""The language host as the engine meets it: an executable that prints a port, answers on it, and ends when told."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from offline.host import launcher
from offline.layout import REPOSITORY


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running host, started as the engine starts it."""
    executable = launcher.install(tmp_path, Path(sys.executable), REPOSITORY)
    with subprocess.Popen([executable, "127.0.0.1:1"], stdout=subprocess.PIPE) as running:
        yield running
        running.kill()


@pytest.fixture
def channel(process: subprocess.Popen[bytes]) -> Iterator[grpc.Channel]:
    """A connection to the running host."""
    assert process.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as connection:
        yield connection


@pytest.fixture
def host(channel: grpc.Channel) -> language_pb2_grpc.LanguageRuntimeStub:
    """The running host."""
    return language_pb2_grpc.LanguageRuntimeStub(channel)


def _info(root: Path, virtualenv: str | None = None) -> language_pb2.ProgramInfo:
    options = struct_pb2.Struct()
    if virtualenv is not None:
        options.update({"virtualenv": virtualenv})
    return language_pb2.ProgramInfo(
        root_directory=str(root), program_directory=str(root), entry_point=".", options=options
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_host_and_the_pack_it_runs(
    process: subprocess.Popen[bytes],
    host: language_pb2_grpc.LanguageRuntimeStub,
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    pack = tmp_path / "endless"
    pack.mkdir()
    (pack / "__main__.py").write_text("import os, signal\nprint(os.getpid())\nsignal.pause()\n", encoding="utf-8")
    request = language_pb2.RunPluginRequest(pwd=str(pack), kind="analyzer", info=_info(pack, sys.prefix), args=["x"])
    answers = iter(host.RunPlugin(request))
    child = int(next(answers).stdout)
    process.send_signal(number)
    assert process.wait() == 0
    assert not Path(f"/proc/{child}").exists()


def test_a_signal_ends_the_program_it_runs(
    process: subprocess.Popen[bytes], host: language_pb2_grpc.LanguageRuntimeStub, tmp_path: Path
) -> None:
    python = tmp_path / "environment" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho $$\nexec tail -f /dev/null\n", encoding="utf-8")
    python.chmod(0o755)
    running = host.Run.future(language_pb2.RunRequest(pwd=str(tmp_path), info=_info(tmp_path, "environment")))
    assert process.stdout is not None
    child = int(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0
    assert not Path(f"/proc/{child}").exists()
    assert running.exception() is not None or "ended with exit code" in running.result().error


def test_a_pack_streams_its_output_and_its_exit_code(
    host: language_pb2_grpc.LanguageRuntimeStub, tmp_path: Path
) -> None:
    (tmp_path / "__main__.py").write_text(
        "import os, sys\nprint(os.environ['GIVEN'])\nprint('trouble', file=sys.stderr)\nsys.exit(7)\n", encoding="utf-8"
    )
    request = language_pb2.RunPluginRequest(
        pwd=str(tmp_path), kind="analyzer", info=_info(tmp_path, sys.prefix), args=["x"], env=["GIVEN=a=b"]
    )
    answers = list(host.RunPlugin(request))
    assert b"".join(answer.stdout for answer in answers) == b"a=b\n"
    assert b"".join(answer.stderr for answer in answers) == b"trouble\n"
    assert answers[-1].exitcode == 7


def test_another_kind_of_plugin_is_refused(host: language_pb2_grpc.LanguageRuntimeStub, tmp_path: Path) -> None:
    request = language_pb2.RunPluginRequest(pwd=str(tmp_path), kind="resource", info=_info(tmp_path))
    with pytest.raises(grpc.RpcError) as refusal:
        list(host.RunPlugin(request))
    assert refusal.value.code() == grpc.StatusCode.UNIMPLEMENTED
    assert "runs policy packs, not resource plugins" in str(refusal.value.details())


def test_the_program_needs_the_plugins_of_its_packages(host: language_pb2_grpc.LanguageRuntimeStub) -> None:
    request = language_pb2.GetRequiredPackagesRequest(info=_info(REPOSITORY, sys.prefix))
    packages = host.GetRequiredPackages(request).packages
    assert [(package.name, package.kind, package.version) for package in packages] == [
        (name, "resource", metadata.version(f"pulumi-{name}")) for name in ("aws", "random", "tls")
    ]


def test_the_host_tells_what_it_is(host: language_pb2_grpc.LanguageRuntimeStub) -> None:
    host.Handshake(language_pb2.LanguageHandshakeRequest(engine_address="127.0.0.1:2"))
    assert host.GetPluginInfo(empty_pb2.Empty()).version == metadata.version("pulumi")
    about = host.About(language_pb2.AboutRequest(info=_info(REPOSITORY, sys.prefix)))
    assert about.version == ".".join(str(part) for part in sys.version_info[:3])


def test_installing_dependencies_streams_and_says_what_failed(
    host: language_pb2_grpc.LanguageRuntimeStub, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("./no-such-folder\n", encoding="utf-8")
    request = language_pb2.InstallDependenciesRequest(directory=str(tmp_path), info=_info(tmp_path, sys.prefix))
    answers: list[language_pb2.InstallDependenciesResponse] = []
    with pytest.raises(grpc.RpcError) as refusal:
        answers.extend(host.InstallDependencies(request))  # what arrived before the error stays in the list
    assert b"no-such-folder" in b"".join(answer.stdout + answer.stderr for answer in answers)
    assert "pip install -r" in str(refusal.value.details())


def test_cancelling_ends_what_runs(host: language_pb2_grpc.LanguageRuntimeStub, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import signal\nprint(1)\nsignal.pause()\n", encoding="utf-8")
    request = language_pb2.RunPluginRequest(
        pwd=str(tmp_path), kind="analyzer", info=_info(tmp_path, sys.prefix), args=["x"]
    )
    answers = iter(host.RunPlugin(request))
    next(answers)
    host.Cancel(empty_pb2.Empty())
    assert [answer.exitcode for answer in answers][-1] == -signal.SIGTERM
