from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from offline.layout import REPOSITORY
from offline.plugins.catalogue import stand_in
from offline.plugins.install import InstallError, StandIn, install

RANDOM = stand_in("random", "4.21.4")
AWS = StandIn("aws", "offline.aws")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def plugin(home: Path) -> Path:
    return home / "plugins" / "resource-random-v4.21.4" / "pulumi-resource-random"


def test_it_is_installed_once_under_the_version_that_is_asked_for(home: Path) -> None:
    install(RANDOM, "4.21.4", home)
    first = plugin(home).stat().st_ino
    install(RANDOM, "4.21.4", home)
    assert plugin(home).stat().st_ino == first
    assert RANDOM.label in plugin(home).read_text()
    assert plugin(home).stat().st_mode & 0o111


def test_versions_are_installed_beside_each_other(home: Path) -> None:
    for version in ("4.21.4", "4.16.0"):
        install(stand_in("random", version), version, home)
    assert sorted(path.name for path in (home / "plugins").iterdir()) == [
        "resource-random-v4.16.0",
        "resource-random-v4.21.4",
    ]


def test_an_outdated_one_is_replaced(home: Path) -> None:
    install(RANDOM, "4.21.4", home)
    plugin(home).write_text(f"#!/bin/sh\n# {RANDOM.label}: of another folder\n")
    install(RANDOM, "4.21.4", home)
    assert plugin(home).read_text() == RANDOM.script(Path(sys.executable), REPOSITORY)


def test_a_real_plugin_is_left_alone(home: Path) -> None:
    plugin(home).parent.mkdir(parents=True)
    plugin(home).write_bytes(b"\x7fELF")
    with pytest.raises(InstallError, match=r"is a real plugin; the random \(offline stand-in\) does not replace it"):
        install(RANDOM, "4.21.4", home)
    assert plugin(home).read_bytes() == b"\x7fELF"


def test_the_users_own_home_is_left_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    with pytest.raises(InstallError, match="is your own Pulumi home"):
        install(RANDOM, "4.21.4", home / ".pulumi")
    assert not (home / ".pulumi").exists()


def test_a_home_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(InstallError, match=r"cannot install the random \(offline stand-in\) as .*: Not a directory"):
        install(RANDOM, "4.21.4", tmp_path / "home")


@pytest.mark.parametrize("one", [AWS, RANDOM, stand_in("tls", "5.6.2")], ids=lambda one: one.name)
def test_what_is_started_prints_its_port_and_ends_when_told(one: StandIn, tmp_path: Path) -> None:
    script = tmp_path / "a folder" / one.executable
    script.parent.mkdir()
    script.write_text(one.script(Path(sys.executable), REPOSITORY))
    script.chmod(0o755)
    with subprocess.Popen([script, "127.0.0.1:1"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        process.terminate()
        assert process.wait() == 0
    assert 0 < port < 65536


def test_it_ends_when_the_engine_is_gone_without_a_word(tmp_path: Path) -> None:
    script = tmp_path / AWS.executable
    script.write_text(AWS.script(Path(sys.executable), REPOSITORY))
    script.chmod(0o755)
    engine = (
        "import os, subprocess, sys\n"
        "plugin = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE)\n"
        "plugin.stdout.readline()\n"
        "os._exit(0)\n"
    )
    # The plugin inherits standard error: reading it ends when the plugin has ended, not just its parent.
    done = subprocess.run([sys.executable, "-c", engine, script], stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0
