"""The pack with all its policies, which appends each request of the engine to the file that RECORDED_REQUESTS names.

A line a request: the method, and the message in base64. `tests.engine.recording` reads them.
"""

from __future__ import annotations

import base64
import os
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "policypack"))

from pulumi_guardrails import __version__
from pulumi_guardrails.engine.policy_pack import PackAnalyzer, PackInfo, serve_pack
from pulumi_guardrails.pack import select


class Recorder(PackAnalyzer):
    """Writes down each request before it is answered, which may change it."""

    def __init__(self, file: Path) -> None:
        super().__init__(PackInfo("pulumi-guardrails", __version__), select())
        self._file = file
        self._lock = threading.Lock()

    def Configure(self, request: Any, context: Any) -> Any:
        """Levels and settings, as the engine has made them of the defaults and of what is given."""
        self._record("Configure", request)
        return super().Configure(request, context)

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        """What the engine says of the stack."""
        self._record("ConfigureStack", request)
        return super().ConfigureStack(request, context)

    def Remediate(self, request: Any, context: Any) -> Any:
        """A resource that is to be remediated."""
        self._record("Remediate", request)
        return super().Remediate(request, context)

    def Analyze(self, request: Any, context: Any) -> Any:
        """A resource that is to be evaluated."""
        self._record("Analyze", request)
        return super().Analyze(request, context)

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        """The stack that is to be evaluated."""
        self._record("AnalyzeStack", request)
        return super().AnalyzeStack(request, context)

    def _record(self, method: str, request: Any) -> None:
        line = f"{method} {base64.b64encode(request.SerializeToString()).decode()}\n"
        with self._lock, self._file.open("a", encoding="ascii") as file:
            file.write(line)


serve_pack(Recorder(Path(os.environ["RECORDED_REQUESTS"])))
