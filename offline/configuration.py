"""The configuration of an offline run: the project's stack file with the run's own values over it.

The run gets a copy, because the engine writes into the file it is given (the salt of the passphrase, every value set on
the command line), and the files in the project root belong to whoever deploys for real.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from offline.layout import OfflineError

SECRET_WORDS = ("password", "secret", "token", "private_key")
"""A key with one of these in its name is encrypted before it is written anywhere."""

OWNERS_KEYS = ("encryptionsalt", "encryptedkey", "secretsprovider")
"""How the owner of a stack file encrypts; nothing an offline run could use."""


def project_name(project: Path) -> str:
    """The name in the ``Pulumi.yaml`` of the folder `project`. Raises OfflineError when there is none."""
    return str(_read(project / "Pulumi.yaml").get("name", ""))


def runtime(project: Path) -> tuple[str, Mapping[str, object]]:
    """The runtime in the ``Pulumi.yaml`` of the folder `project`, such as ``python``, and its options."""
    declared = _read(project / "Pulumi.yaml").get("runtime") or ""
    if not isinstance(declared, dict):
        return str(declared), {}
    options = declared.get("options")
    return str(declared.get("name", "")), options if isinstance(options, dict) else {}


def qualified(key: str, project: str) -> str:
    """`key` with the namespace of the project in front, unless it has one of its own."""
    return key if ":" in key else f"{project}:{key}"


def is_secret(key: str) -> bool:
    """Whether the name of `key` says that its value is a secret."""
    return any(word in key.lower() for word in SECRET_WORDS)


def compose(project: Path, stack: str, values: Mapping[str, str], secrets: Mapping[str, str], salt: str) -> str:
    """The text of the run's stack file: the project's ``Pulumi.<stack>.yaml``, if there is one, with `values` over it.

    `secrets` are left out, to be set encrypted afterwards; `salt` is the passphrase's. Raises OfflineError for a value
    that only the owner of the stack file can decrypt and that neither `values` nor `secrets` replaces.
    """
    file = project / f"Pulumi.{stack}.yaml"
    content = _read(file) if file.exists() else {}
    name = project_name(project)
    given = {qualified(key, name): value for key, value in values.items()}
    replaced = given.keys() | {qualified(key, name) for key in secrets}
    config = {key: value for key, value in (content.get("config") or {}).items() if key not in replaced}
    for key, value in config.items():
        if _is_encrypted(value):
            raise OfflineError(
                f"{file.name}: {key} is encrypted for its owner, and an offline run can't decrypt it; "
                f"give a value for this run with SECRETS={key.removeprefix(name + ':')}."
            )
    content = {key: value for key, value in content.items() if key not in OWNERS_KEYS}
    content["config"] = config | given
    content["encryptionsalt"] = salt
    return yaml.safe_dump(content, sort_keys=True)


def salt(file: Path) -> str | None:
    """The salt that the engine wrote into the stack file `file`; None where there is none."""
    return _read(file).get("encryptionsalt") if file.exists() else None


def _is_encrypted(value: object) -> bool:
    if isinstance(value, dict):
        return "secure" in value or any(_is_encrypted(part) for part in value.values())
    return isinstance(value, list) and any(_is_encrypted(part) for part in value)


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OfflineError(f"{file} is missing: this is no Pulumi project.") from None
    except yaml.YAMLError as error:
        raise OfflineError(f"{file} is no valid YAML: {' '.join(str(error).split())}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise OfflineError(f"{file} holds a {type(content).__name__}, and a Pulumi file is a mapping.")
    return content
