"""The messages and services of Pulumi's plugin protocol, without the SDK that they are a part of.

``import pulumi.runtime.proto`` imports the whole SDK: more than half of what a language host or a stand-in takes to
start, and each run of the engine starts several. Its modules of messages import one another alone, so this package
finds them where the installed SDK has them. They are the same messages for both: a process has one class for each,
whatever module declares it (protobuf's default descriptor pool).
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi.runtime.proto import language_pb2 as language_pb2
    from pulumi.runtime.proto import language_pb2_grpc as language_pb2_grpc
    from pulumi.runtime.proto import plugin_pb2 as plugin_pb2
    from pulumi.runtime.proto import provider_pb2 as provider_pb2
    from pulumi.runtime.proto import provider_pb2_grpc as provider_pb2_grpc


def sdk_version() -> str:
    """The version of the installed SDK, such as ``3.272.0``, read where it states it."""
    stated = re.search(r'^_VERSION = "(.+)"', (_sdk() / "_version.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert stated is not None, "pulumi/_version.py has no _VERSION"
    return stated[1]


def _sdk() -> Path:
    """The folder of the installed SDK; raises ImportError where none is installed."""
    spec = find_spec("pulumi")
    if spec is None or spec.origin is None:
        raise ImportError("the Python package pulumi is not installed in this environment", name="pulumi")
    return Path(spec.origin).parent


__path__ = [str(_sdk() / "runtime" / "proto")]
