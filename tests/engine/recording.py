"""What the engine asks of the pack at a preview: recorded from the real engine, to be answered again without it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from google.protobuf.message import Message
from pulumi.runtime.proto import analyzer_pb2 as wire_types

from offline.engine import Engine, Result

RECORDER = Path(__file__).parent / "recorder"
"""The pack with all its policies, which also records."""

VARIABLE = "RECORDED_REQUESTS"
"""Tells the recorder the file to append to."""

_MESSAGES: Mapping[str, type[Message]] = {
    "Configure": wire_types.ConfigureAnalyzerRequest,
    "ConfigureStack": wire_types.AnalyzerStackConfigureRequest,
    "Remediate": wire_types.AnalyzeRequest,
    "Analyze": wire_types.AnalyzeRequest,
    "AnalyzeStack": wire_types.AnalyzeStackRequest,
}


@dataclass(frozen=True)
class Request:
    """One request of the engine: the method of Pulumi's analyzer protocol, and its message as it was sent."""

    method: str
    data: bytes

    def message(self) -> Message:
        """A message of its own for each caller: answering one may change it."""
        return _MESSAGES[self.method].FromString(self.data)


def record(
    engine: Engine,
    file: Path,
    *,
    config: Mapping[str, str] | None = None,
    policy_pack_config: Mapping[str, Any] | None = None,
) -> Result:
    """Preview a program with every policy, and append what the engine asks to `file`.

    The verdict is that of the pack itself. Of the arguments by name see `Engine.preview`.
    """
    recording = replace(engine, environment={**engine.environment, VARIABLE: str(file.resolve())})
    return recording.preview(policy_pack=RECORDER, policy_pack_config=policy_pack_config, config=config)


def read_requests(file: Path) -> list[Request]:
    """The requests that `record` wrote, in the order in which they came."""
    lines = file.read_text(encoding="ascii").splitlines()
    return [Request(method, base64.b64decode(data)) for method, _, data in (line.partition(" ") for line in lines)]
