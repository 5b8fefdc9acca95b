"""The project's own program with one thing changed: what the variable MUTATION says, as JSON.

`change` sets properties of registered resources, as the engine gets them: [{"type", "name", "set": {path: value},
"remove": [path]}]. `extra` is Python that runs after the program; `made(type, name)` gives it the program's own
resources.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from collections.abc import Callable
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
            bend(props, path.split("."), assign(value))
        for path in entry.get("remove", []):
            bend(props, path.split("."), remove)
    return pulumi.ResourceTransformResult(props, args.opts)


def assign(value: Any) -> Callable[[Any, Any], None]:
    """What sets a member to this value."""
    return lambda target, key: target.__setitem__(key, value)


def remove(target: Any, key: Any) -> None:
    """Leave a member out."""
    del target[key]


def bend(target: Any, path: list[str], apply: Callable[[Any, Any], None]) -> None:
    """Apply a change by path: a number is the index of a list, and what is below a text is in its JSON."""
    key: Any = int(path[0]) if isinstance(target, (list, tuple)) else path[0]
    if len(path) == 1:
        apply(target, key)
        return
    below = target[key] if isinstance(target, (list, tuple)) else target.setdefault(key, {})
    if isinstance(below, str):
        document = json.loads(below)
        bend(document, path[1:], apply)
        target[key] = json.dumps(document)
    else:
        bend(below, path[1:], apply)


pulumi.runtime.register_stack_transformation(remember)
pulumi.runtime.register_resource_transform(change)
sys.path.insert(0, PROGRAM)
runpy.run_path(PROGRAM, run_name="__main__")
exec(MUTATION.get("extra", ""), {"made": made, "pulumi": pulumi})
