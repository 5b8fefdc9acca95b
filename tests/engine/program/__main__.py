"""The project's own program with one thing changed: what the variable MUTATION says, as JSON.

`change` sets properties of registered resources, as the engine gets them: [{"type", "name", "set": {path: value},
"remove": [property]}]. `extra` is Python that runs after the program; `made(type, name)` gives it the program's own
resources.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from typing import Any

import pulumi

PROGRAM = os.environ["PROGRAM"]
MUTATION: dict[str, Any] = json.loads(os.environ["MUTATION"])
MADE: dict[tuple[str, str], pulumi.Resource] = {}


def made(token: str, name: str) -> Any:
    """A resource that the program registered."""
    return MADE[token, name]


def remember(args: pulumi.ResourceTransformationArgs) -> None:
    """Note every resource as it is registered."""
    MADE[args.type_, args.name] = args.resource


def change(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Bend the properties of the resources that the mutation names."""
    props = dict(args.props)
    for entry in MUTATION.get("change", []):
        if (entry["type"], entry["name"]) != (args.type_, args.name):
            continue
        for path, value in entry.get("set", {}).items():
            assign(props, path.split("."), value)
        for name in entry.get("remove", []):
            del props[name]
    return pulumi.ResourceTransformResult(props, args.opts)


def assign(target: Any, path: list[str], value: Any) -> None:
    """Set a value by path; a number is the index of a list."""
    *way, last = path
    for key in way:
        target = target[int(key)] if isinstance(target, (list, tuple)) else target.setdefault(key, {})
    if isinstance(target, list):
        target[int(last)] = value
    else:
        target[last] = value


pulumi.runtime.register_stack_transformation(remember)
pulumi.runtime.register_resource_transform(change)
sys.path.insert(0, PROGRAM)
runpy.run_path(PROGRAM, run_name="__main__")
exec(MUTATION.get("extra", ""), {"made": made, "pulumi": pulumi})
