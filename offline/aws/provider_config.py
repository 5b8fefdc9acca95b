"""The provider's own configuration: where everything is made, and the tags that everything gets."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from offline.aws import regions
from offline.aws.check import Failure, check_properties
from offline.aws.convert import convert
from offline.aws.schema import PROVIDER, Property, resource
from offline.aws.values import UNKNOWN, Secret, plain, without_secrets

ENGINE_KEYS = frozenset({"version", "pluginDownloadURL", "pluginDownloadUrl", "__internal"})
"""What the engine itself adds to a provider's configuration."""


@dataclass(frozen=True)
class ProviderConfig:
    """A provider's region, the default tags as they were given (a map, a secret, or unknown), and whose it acts for.

    `account` tells apart providers that may act in different accounts; it is no account's number and holds no secret.
    """

    region: str
    default_tags: Any = None
    account: str = ""


def decode(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration with its JSON read: SDKs send what is not a string as JSON text."""
    declared = resource(PROVIDER).inputs
    read = {
        key: _from_json(value) if key in declared and declared[key].type.kind not in ("string", "union") else value
        for key, value in values.items()
        if key not in ENGINE_KEYS
    }
    return convert({name: _camel_case(value, declared.get(name)) for name, value in read.items()}, declared)


def _camel_case(value: Any, declared: Property | None) -> Any:
    """Spell the names in an object as the package does on the wire: SDKs send a dictionary of the program as it is."""
    if declared is None or declared.type.kind == "map":
        return value
    if isinstance(value, Secret):
        return Secret(_camel_case(value.value, declared))
    if isinstance(value, list):
        return [_camel_case(item, declared) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        re.sub(r"_(\w)", lambda match: match[1].upper(), name): item if name == "tags" else _camel_case(item, declared)
        for name, item in value.items()
    }


def _from_json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def check(values: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield what is wrong with a decoded configuration."""
    yield from check_properties(values, resource(PROVIDER).inputs, "the aws provider")
    region = plain(_region(values))
    if region is None:
        yield Failure("region", "is missing: set aws:region in the stack's configuration, or AWS_REGION")
    elif isinstance(region, str) and not regions.is_known(region) and not plain(values.get("skipRegionValidation")):
        yield Failure("region", f"must be a region of AWS such as us-east-1, found {region!r}")


def read(values: Mapping[str, Any]) -> ProviderConfig:
    """Return what a checked, decoded configuration says."""
    tags = plain(values.get("defaultTags"))
    given = tags if tags is UNKNOWN else (tags or {}).get("tags")
    return ProviderConfig(region=str(plain(_region(values)) or ""), default_tags=given, account=_account(values))


_CREDENTIALS = ("accessKey", "allowedAccountIds", "assumeRoleWithWebIdentity", "assumeRoles", "endpoints", "profile")
"""What makes a provider act in another account than the default one."""


def _account(values: Mapping[str, Any]) -> str:
    given = {name: without_secrets(values[name]) for name in _CREDENTIALS if plain(values.get(name)) is not None}
    return hashlib.sha256(repr(sorted(given.items())).encode()).hexdigest() if given else ""


def _region(values: Mapping[str, Any]) -> Any:
    given = values.get("region")
    return given or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or None
