"""Which stand-ins a program gets, and what is said of the plugins that have none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from offline.aws.source import version
from offline.host import interpreter
from offline.host.interpreter import Plugin
from offline.plugins import required
from offline.plugins.install import StandIn


def test_a_program_gets_what_its_packages_ask_for_in_their_version(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[tuple[str, str]] = []

    def install(stand_in: StandIn, wanted: str, home: Path) -> None:
        installed.append((stand_in.name, wanted))

    asked = [Plugin("aws", "7.0.0"), Plugin("docker", "4.5.0"), Plugin("random", "4.16.0"), Plugin("tls", "5.0.1")]
    monkeypatch.setattr(interpreter, "required_plugins", lambda python: asked)
    monkeypatch.setattr(required, "install", install)
    required.install_required(Path(), {"virtualenv": sys.prefix}, Path("home"))
    assert installed == [("random", "4.16.0"), ("tls", "5.0.1")]


def test_a_program_without_its_environment_is_left_to_the_language_host(tmp_path: Path) -> None:
    required.install_required(tmp_path, {"virtualenv": "gone"}, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            "no resource plugin 'pulumi-resource-docker' found in the workspace at version v4.5.0 or on your $PATH",
            "The offline engine stands in for the plugins aws, random and tls alone, not for docker: use an official "
            "Pulumi installation (`pulumi preview`) for it.",
        ),
        (
            "no resource plugin 'pulumi-resource-aws' found in the workspace at version v6.83.0 or on your $PATH",
            f"The offline engine stands in for the AWS plugin {version()} alone, and the program asks for 6.83.0: ",
        ),
        (
            "no resource plugin 'pulumi-resource-tls' found in the workspace or on your $PATH",
            "The program uses the plugin tls without its package: install pulumi-tls for it (in YAML, ",
        ),
    ],
)
def test_a_plugin_without_a_stand_in_is_one_sentence(error: str, sentence: str) -> None:
    (said,) = required.missing(["Resource monitor has terminated", error, error])
    assert said.startswith(sentence)


def test_other_errors_say_nothing_of_plugins() -> None:
    assert required.missing(["Duplicate resource URN", ""]) == []
