"""What `pulumi_aws` says about its resources, functions and nested types: names, types, what is required or secret.

Everything is derived from the installed package: no resource is known by hand. A property is required where its
annotation is not optional; its name on the wire is that of its getter; an output that is never absent although it was
not given is one that AWS computes.
"""

from __future__ import annotations

import ast
import functools
import re
from dataclasses import dataclass
from pathlib import Path

from offline.aws import source
from offline.aws.source import SourceError

PROVIDER = "pulumi:providers:aws"
"""The type of the provider itself, whose arguments are its configuration."""


@dataclass(frozen=True)
class Type:
    """The type of a property.

    `kind` is one of string, integer, number, boolean, any, asset, archive, list, map, object, enum, union. `items`
    holds the element type of a list or map and the members of a union; `name` the class of an object or enum and `file`
    where it is defined.
    """

    kind: str
    items: tuple[Type, ...] = ()
    name: str = ""
    file: str = ""


@dataclass(frozen=True)
class Property:
    """One property: its name on the wire, its type, whether it must be there, and what the package writes about it."""

    name: str
    type: Type
    required: bool
    doc: str = ""


Properties = dict[str, Property]


@dataclass(frozen=True)
class Resource:
    """A resource type: what it takes, what it returns, and which of its outputs are always secret.

    `imported_by` is the property whose value is the id that an import names, empty where the documentation names none;
    `import_ids` are the documentation's examples of such ids.
    """

    token: str
    inputs: Properties
    outputs: Properties
    secret_outputs: frozenset[str]
    imported_by: str = ""
    import_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Function:
    """A function (a data source): what it takes and what it returns."""

    token: str
    inputs: Properties
    outputs: Properties


_GETTER = re.compile(
    r'    @pulumi\.getter(?:\(name="(?P<wire>[^"]+)"\))?\n'
    r"(?:    @_utilities\.deprecated\(.*?\)\n)?"
    r"    def (?P<name>\w+)\(self\) -> (?P<type>.+?):\n"
    r'(?:        """\n(?P<doc>.*?)\n        """\n)?',
    re.DOTALL,
)
_SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "Any": "any"}
_OPEN_TYPES = {"Asset": "asset", "Archive": "archive"}


@functools.cache
def resource(token: str) -> Resource:
    """Return what the package says about a resource type.

    Raises:
        SourceError: the package has no such resource.
    """
    if token == PROVIDER:
        folder, name = ".", "Provider"
        path = source.root() / "provider.py"
    elif token in source.resource_classes():
        folder, name = source.resource_classes()[token]
        opening = f"\nclass {name}(pulumi.CustomResource):"
        path = source.file_with(source.root() / folder, source.snake_case(name), opening)
    else:
        raise SourceError(f"{source.PACKAGE} {source.version()} has no resource type {token}")
    body = source.class_text(path, name)
    arguments = re.search(r"__props__ = (\w+)\.__new__", body)
    if arguments is None:
        raise SourceError(f"{source.PACKAGE} {source.version()} does not say what {token} takes")
    secrets = re.search(r"additional_secret_outputs=\[(.*?)\]", body)
    inputs = _properties(source.class_text(path, arguments[1]), path.parent)
    return Resource(
        token=token,
        inputs=inputs,
        outputs=_properties(body, path.parent),
        secret_outputs=frozenset(re.findall(r'"(\w+)"', secrets[1])) if secrets else frozenset(),
        imported_by=_imported_by(body, inputs),
        import_ids=tuple(dict.fromkeys(re.findall(rf"\$ pulumi import {re.escape(token)} \S+ (\S+)", body))),
    )


def _imported_by(body: str, inputs: Properties) -> str:
    """Find the input that an import uses ("import DynamoDB tables using the `name`"), where it is one alone."""
    sentence = re.search(r"Using `pulumi import`, import (?:.*?)\busing ([^\n]*)", body)
    named = re.findall(r"`(\w+)`", sentence[1]) if sentence else []
    wire = re.sub(r"_(\w)", lambda match: match[1].upper(), named[0]) if len(named) == 1 else ""
    return wire if wire in inputs else ""


@functools.cache
def function(token: str) -> Function:
    """Return what the package says about a function.

    Raises:
        SourceError: the package has no such function.
    """
    match = re.fullmatch(r"aws:([\w-]+)/(\w+):(\w+)", token)
    if match is None:
        raise SourceError(f"{source.PACKAGE} {source.version()} has no function {token}")
    module, name = match[1], source.snake_case(match[3])
    folders = [folder for folder in (module, f"{module}_") if (source.root() / folder).is_dir()]
    folder = source.root() / ("." if module == "index" else folders[0] if folders else module)
    try:
        path = source.file_with(folder, name, f"pulumi.runtime.invoke_output('{token}'")
    except SourceError:
        raise SourceError(f"{source.PACKAGE} {source.version()} has no function {token}") from None
    result = re.search(rf"pulumi\.runtime\.invoke_output\('{re.escape(token)}'.*?typ=(\w+)", source.text(path))
    if result is None:
        raise SourceError(f"{source.PACKAGE} {source.version()} does not say what {token} returns")
    return Function(
        token=token,
        inputs=_arguments(source.text(path), token, path.parent),
        outputs=_properties(source.class_text(path, result[1]), path.parent),
    )


@functools.cache
def object_type(file: str, name: str) -> Properties:
    """Return the properties of a nested type.

    Raises:
        SourceError: the package has no such type.
    """
    path = Path(file)
    body = source.class_text(path, name)
    if not body:
        raise SourceError(f"{source.PACKAGE} {source.version()} does not define {name}")
    return _properties(body, path.parent)


@functools.cache
def enum_values(file: str, name: str) -> frozenset[str]:
    """Return the values that an enumeration of the package declares."""
    return frozenset(re.findall(r'^    \w+ = "([^"]*)"', source.class_text(Path(file), name), re.MULTILINE))


def _properties(body: str, folder: Path) -> Properties:
    found: Properties = {}
    for match in _GETTER.finditer(body):
        type_, optional = parse_type(match["type"], folder)
        name = match["wire"] or match["name"]
        found[name] = Property(name, type_, not optional, match["doc"] or "")
    return found


def _arguments(body: str, token: str, folder: Path) -> Properties:
    """Read a function's arguments off its `_output` variant, whose annotations tell optional from required."""
    call = body.index(f"pulumi.runtime.invoke_output('{token}'")
    start = body.rindex("\ndef ", 0, call)
    signature = body[start + 1 : body.index(":\n", body.index(") -> ", start))]
    tree = ast.parse(f"{signature}: pass").body[0]
    assert isinstance(tree, ast.FunctionDef)
    annotations = {argument.arg: argument.annotation for argument in tree.args.args}
    found: Properties = {}
    for wire, name in re.findall(r"__args__\['(\w+)'\] = (\w+)", body[start:call]):
        annotation = annotations[name]
        assert annotation is not None
        # Any argument may be left out of the Python call: it is optional once. What AWS can do without is so twice.
        inner = _unwrap(_unwrap(annotation, "Input"), "Optional")
        type_, optional = parse_type(ast.unparse(inner), folder)
        found[wire] = Property(wire, type_, not optional)
    return found


def _unwrap(node: ast.expr, wrapper: str) -> ast.expr:
    if isinstance(node, ast.Subscript) and _name(node.value) == wrapper:
        return node.slice
    return node


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def parse_type(annotation: str, folder: Path) -> tuple[Type, bool]:
    """Turn an annotation of the package into a type, and tell whether it is optional."""
    return _parse(annotation, folder)


@functools.cache
def _parse(annotation: str, folder: Path) -> tuple[Type, bool]:
    return _convert(ast.parse(annotation, mode="eval").body, folder)


def _convert(node: ast.expr, folder: Path) -> tuple[Type, bool]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _reference(node.value, folder), False
    if isinstance(node, ast.Subscript):
        wrapper = _name(node.value)
        if wrapper in ("Input", "Output", "Awaitable"):
            return _convert(node.slice, folder)
        if wrapper == "Optional":
            return _convert(node.slice, folder)[0], True
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if wrapper == "Sequence":
            return Type("list", (_convert(parts[0], folder)[0],)), False
        if wrapper == "Mapping":
            return Type("map", (_convert(parts[1], folder)[0],)), False
        if wrapper == "Union":
            return _union([part for part in parts if not _is_alternative_spelling(part)], folder), False
    kind = _SCALARS.get(_name(node)) or _OPEN_TYPES.get(_name(node))
    if kind is None:
        raise SourceError(
            f"{source.PACKAGE} {source.version()} uses a type that is not understood: {ast.unparse(node)}"
        )
    return Type(kind), False


def _is_alternative_spelling(node: ast.expr) -> bool:
    """Tell whether a member of a union only spells a nested input type another way: as a dictionary or as an output."""
    return isinstance(node, ast.Constant) and (str(node.value).endswith("ArgsDict") or "outputs." in str(node.value))


def _union(parts: list[ast.expr], folder: Path) -> Type:
    members = tuple(_convert(part, folder)[0] for part in parts)
    return members[0] if len(members) == 1 else Type("union", members)


def _reference(name: str, folder: Path) -> Type:
    """Find a type that an annotation names in quotes: a nested input or output type, an enumeration, or a resource."""
    module, _, plain = name.rpartition(".")
    if module == "outputs":
        return Type("object", name=plain, file=str(folder / "outputs.py"))
    if module.startswith("_root_"):
        folder = source.root()
    elif module:
        owner = module.split(".")[0].lstrip("_")
        folder = next((path for path in (source.root() / owner, source.root() / f"{owner}_") if path.is_dir()), folder)
    if module.endswith("outputs"):
        return Type("object", name=plain, file=str(folder / "outputs.py"))
    if f"\nclass {plain}(_builtins." in source.text(folder / "_enums.py"):
        return Type("enum", name=plain, file=str(folder / "_enums.py"))
    if plain.endswith("Args"):
        return Type("object", name=plain, file=str(folder / "_inputs.py"))
    # What is left names a resource, which travels as its id.
    return Type("string")
