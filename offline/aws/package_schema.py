"""The package schema of the AWS plugin, derived from all of the installed `pulumi_aws`; only programs in YAML need it.

That takes seconds. The engine keeps the schema in its Pulumi home, so that it asks once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from offline.aws import schema, source
from offline.aws.schema import Type, object_type
from offline.plugins import package_schema as spec

_FUNCTION = re.compile(r"pulumi\.runtime\.invoke_output\('(aws:[\w/-]+:\w+)'")


def package(resource_tokens: Iterable[str] = (), function_tokens: Iterable[str] = ()) -> dict[str, Any]:
    """Return the schema of the named resources and functions; without a name, of all that the package has."""
    types = _Types()
    resources = {token: _resource(token, types) for token in resource_tokens or source.resource_classes()}
    functions = {token: _function(token, types) for token in function_tokens or _function_tokens()}
    provider = _resource(schema.PROVIDER, types)
    types.complete()
    return spec.package(
        "aws",
        source.version(),
        {"resources": resources, "functions": functions, "provider": provider, "types": types.specs},
    )


class _Types:
    """The nested types that something refers to, each of which may refer to others."""

    def __init__(self) -> None:
        self.specs: dict[str, Any] = {}
        self._open: dict[str, Type] = {}

    def token(self, type_: Type) -> str:
        """Return the token of a nested type, and note that the schema has to have it."""
        file = Path(type_.file)
        module = file.parent.relative_to(source.root()).as_posix()
        token = f"aws:{'index' if module == '.' else module}/{file.stem}:{type_.name}"
        if token not in self.specs:
            self._open.setdefault(token, type_)
        return token

    def complete(self) -> None:
        """Write every type that was referred to."""
        while self._open:
            token, type_ = self._open.popitem()
            # Noted before it is written: a type may refer to itself.
            self.specs[token] = {}
            self.specs[token] = spec.object_spec(object_type(type_.file, type_.name), self.token)


def _resource(token: str, types: _Types) -> dict[str, Any]:
    declared = schema.resource(token)
    return spec.resource_spec(declared.inputs, declared.outputs, declared.secret_outputs, types.token)


def _function(token: str, types: _Types) -> dict[str, Any]:
    declared = schema.function(token)
    return {
        "inputs": spec.object_spec(declared.inputs, types.token),
        "outputs": spec.object_spec(declared.outputs, types.token),
    }


def _function_tokens() -> list[str]:
    files = source.root().rglob("get_*.py")
    return sorted({token for file in files for token in _FUNCTION.findall(file.read_text(encoding="utf-8"))})
