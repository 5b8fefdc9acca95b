"""The messages are those of the SDK, and what answers with them does not import it."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest
from pulumi.runtime import proto

from offline.layout import REPOSITORY
from offline.protocol import language_pb2, provider_pb2, sdk_version


def test_the_messages_are_those_of_the_sdk() -> None:
    assert language_pb2.RunRequest is proto.language_pb2.RunRequest
    assert provider_pb2.CheckRequest is proto.provider_pb2.CheckRequest


def test_the_version_is_that_of_the_installed_sdk() -> None:
    assert sdk_version() == metadata.version("pulumi")


@pytest.mark.parametrize("module", ["offline.host.server", "offline.aws.service", "offline.plugins.service"])
def test_what_answers_the_engine_starts_without_the_sdk(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'pulumi', 'offline.protocol'}} & sys.modules.keys()))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "['offline.protocol']"
