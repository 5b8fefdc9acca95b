"""Names that the resources of one run have taken, and those that the stack had before it.

The engine starts a plugin process for each provider. What the processes of one run must agree on is in the run's own
folder; without one, each process knows its own resources only.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from offline.aws import RUN_FOLDER, names, provider_config
from offline.aws.schema import PROVIDER


class Claims:
    """Which resource of the run takes which name."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep the names in a folder that is shared with other processes, or in this one where there is none."""
        self._file = folder / "names.jsonl" if folder else None
        self._read = 0
        self._keys: dict[str, list[str]] = {}
        self._owners: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def claim(self, urn: str, keys: Iterable[str]) -> dict[str, str]:
        """Take names for a resource, in place of those it took before; return whose each is that another has."""
        wanted = list(keys)
        with self._lock:
            if self._file is None:
                self._note(urn, wanted)
            elif wanted or urn in self._keys:
                with self._file.open("a+", encoding="utf-8") as stream:
                    fcntl.flock(stream, fcntl.LOCK_EX)
                    stream.write(json.dumps([urn, wanted]) + "\n")
                    stream.flush()
                    stream.seek(self._read)
                    for line in stream.read().splitlines():
                        self._note(*json.loads(line))
                    self._read = stream.tell()
            others = {key: sorted(self._owners[key] - {urn}) for key in wanted}
            return {key: names[0] for key, names in others.items() if names}

    def _note(self, urn: str, keys: list[str]) -> None:
        for key in self._keys.get(urn, []):
            self._owners[key].discard(urn)
        self._keys[urn] = keys
        for key in keys:
            self._owners.setdefault(key, set()).add(urn)


def of_run() -> Claims:
    """Return the names of the run that this process is part of."""
    folder = os.environ.get(RUN_FOLDER)
    return Claims(Path(folder) if folder and Path(folder).is_dir() else None)


def holders(urn: str) -> dict[str, tuple[str, str]]:
    """Return who has which name in the state of a stack as it is now: the URN and the id by the name's key.

    Args:
        urn: that of any resource of the stack.
    """
    resources = _checkpoint(urn)
    providers = {
        f"{item.get('urn')}::{item.get('id')}": provider_config.read(provider_config.decode(item.get("inputs") or {}))
        for item in resources
        if item.get("type") == PROVIDER
    }
    found: dict[str, tuple[str, str]] = {}
    for item in resources:
        provider = providers.get(str(item.get("provider")))
        # What waits for its replacement is deleted already.
        if provider is None or item.get("pendingReplacement"):
            continue
        inputs, outputs = item.get("inputs") or {}, item.get("outputs") or {}
        region = inputs.get("region") or outputs.get("region") or provider.region
        for name in names.taken(str(item.get("type")), inputs, str(region), provider.account):
            found[name.key] = (str(item.get("urn")), str(item.get("id")))
    return found


def _checkpoint(urn: str) -> list[Mapping[str, Any]]:
    """Return the resources in the state of a stack; none where it is not in a local folder, or cannot be read."""
    backend, parts = os.environ.get("PULUMI_BACKEND_URL", ""), urn.split("::")
    if not backend.startswith("file://") or len(parts) < 2:
        return []
    stack, project = parts[0].removeprefix("urn:pulumi:"), parts[1]
    file = Path(backend.removeprefix("file://")) / ".pulumi" / "stacks" / project / f"{stack}.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"].get("resources") or []
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # A state that cannot be read is the engine's to complain about.
        return []
    return [item for item in found if isinstance(item, Mapping)]
