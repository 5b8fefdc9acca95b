"""Derives how the resources of `pulumi_aws` are named in Terraform, from the bindings of CDK for Terraform.

    npm pack @cdktf/provider-aws@21.22.1
    python -m tools.terraform_schema cdktf-provider-aws-21.22.1.tgz

The bindings (MPL-2.0, HashiCorp) are generated from the schema of the Terraform provider 6.25: every class says under
which name and as which kind of block it writes each argument. Names and nested types on Pulumi's side are those of the
installed package. Both are names of an interface, and nothing else of either is taken.

A type is found by its name, and kept where the arguments agree; a type whose name says nothing is found by its
arguments alone. An argument is found by the rules of Pulumi's bridge (`TerraformToPulumiNameV2` in
`pkg/tfbridge/names.go` of pulumi-terraform-bridge): camel case, and plural for what repeats.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from offline.aws import schema, source
from tools.derivation import DerivationError, provenance, run

TARGET = Path(__file__).parent.parent / "audit/terraform/mapping.json.gz"

RENAMED: Mapping[str, Mapping[str, str]] = {
    "aws_api_gateway_base_path_mapping": {"restApi": "api_id"},
    "aws_elastic_beanstalk_environment": {"version": "version_label"},
    "aws_lambda_function": {"code": "filename"},
    "aws_lambda_layer_version": {"code": "filename"},
}
"""Properties to which Pulumi gives a name that no rule tells, by the Terraform type: `resources.go` of pulumi-aws."""

_LEAST_BY_NAME = 0.5
"""How much of the arguments must agree for a type that is found by its name."""
_LEAST_BY_ARGUMENTS = 0.8
"""How much must agree where the arguments alone tell."""
_DEEPEST = 12
"""How deep nested types are followed; WAFv2's statements contain themselves."""

_ENTRY = re.compile(
    r"(?P<name>\w+): \{\s+value: (?P<value>[^\n]+),\s+isBlock: (?P<block>true|false),\s+type: \"(?P<type>\w+)\","
    r"\s+storageClassType: \"(?P<class>\w+)\",\s+\}"
)
_STRUCT = re.compile(r"\bfunction (\w+ToHclTerraform)\(struct\) \{(.*?)\n\}", re.DOTALL)
_ARGUMENTS = re.compile(r"\n    synthesizeHclAttributes\(\) \{(.*?)\n    \}", re.DOTALL)
_TYPE = re.compile(r'\.tfResourceType = "(aws_\w+)"')


@dataclass(frozen=True)
class Argument:
    """An argument of a block in Terraform.

    Attributes:
        name: Its name.
        nesting: How it is written: ``simple`` for a value; ``list`` for a list or set of values; ``map``; ``any`` for
            what has no schema; ``one`` for a block that is there at most once, ``many`` for one that repeats,
            ``object`` for a nested attribute.
        block: The name of the function that writes the nested block.
    """

    name: str
    nesting: str
    block: str = ""


@dataclass(frozen=True)
class Release:
    """The schema in a release of the bindings.

    Attributes:
        version: The version of the Terraform provider.
        resources: The arguments of each resource type.
        blocks: The arguments of each nested block, by the resource type and the function that writes it.
    """

    version: str
    resources: Mapping[str, tuple[Argument, ...]]
    blocks: Mapping[tuple[str, str], tuple[Argument, ...]]


def read_release(tarball: Path) -> Release:
    """The schema in a tarball of npm's. Raises DerivationError where it is none of the bindings."""
    modules: dict[str, list[str]] = defaultdict(list)
    version = ""
    try:
        with tarfile.open(tarball) as archive:
            for member in archive:
                parts = member.name.split("/")
                file = archive.extractfile(member)
                if file is None:
                    continue
                if parts[1:] == ["README.md"]:
                    found = re.search(r"provider version (\d+\.\d+\.\d+)", file.read().decode())
                    version = found[1] if found else ""
                elif re.fullmatch(r"\w+/lib/(?!data-aws-)[\w-]+/.*\.js", member.name):
                    modules[parts[2]].append(file.read().decode())
    except (tarfile.TarError, OSError, UnicodeDecodeError) as error:
        raise DerivationError(f"{tarball} is no tarball of @cdktf/provider-aws: {error}.") from None
    resources: dict[str, tuple[Argument, ...]] = {}
    blocks: dict[tuple[str, str], tuple[Argument, ...]] = {}
    for texts in modules.values():
        named = [(match[1], text) for text in texts for match in [_TYPE.search(text)] if match]
        for kind, text in named:
            body = _ARGUMENTS.search(text)
            resources[kind] = _arguments(body[1]) if body else ()
            for each in texts:
                blocks.update({(kind, name): _arguments(inner) for name, inner in _STRUCT.findall(each)})
    if not resources or not version:
        raise DerivationError(f"{tarball} has no resource types; expected a release of @cdktf/provider-aws.")
    return Release(version, resources, blocks)


def _arguments(body: str) -> tuple[Argument, ...]:
    return tuple(_argument(entry) for entry in _ENTRY.finditer(body))


def _argument(entry: re.Match[str]) -> Argument:
    written, block = entry["value"], re.search(r"(?<!cdktf\.)\b(\w+ToHclTerraform)\b", entry["value"])
    if "cdktf.anyToHclTerraform" in written and entry["type"] == "simple":
        return Argument(entry["name"], "any")
    if block is None or entry["block"] == "false":
        return Argument(entry["name"], {"list": "list", "set": "list", "map": "map"}.get(entry["type"], "simple"))
    if "hashMapper" in written:
        return Argument(entry["name"], "map")
    if "listMapper" in written:
        return Argument(entry["name"], "many", block[1])
    return Argument(entry["name"], "object" if entry["type"] == "struct" else "one", block[1])


def camel_case(name: str) -> str:
    """An argument's name as Pulumi writes it, in the singular or plural that it has."""
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def spellings(argument: Argument) -> list[str]:
    """The names that Pulumi may give an argument, the likeliest first."""
    name = camel_case(argument.name)
    other = [*_plurals(name), *_singulars(name)]
    return [*other, name] if argument.nesting in ("many", "list") else [name, *other]


def _plurals(name: str) -> list[str]:
    if name.endswith("is"):
        return [f"{name[:-2]}es"]
    if re.search(r"[^aeiou]y$", name):
        return [f"{name[:-1]}ies"]
    return [f"{name}es", f"{name}s"] if re.search(r"(s|x|z|ch|sh)$", name) else [f"{name}s"]


def _singulars(name: str) -> list[str]:
    if name.endswith("ies"):
        return [f"{name[:-3]}y"]
    found = [name[:-2]] if re.search(r"(ss|x|z|ch|sh|us)es$", name) else []
    return [*found, name[:-1]] if name.endswith("s") and not name.endswith("ss") else found


def pair(
    arguments: Iterable[Argument], properties: Iterable[str], renamed: Mapping[str, str], kind: str = ""
) -> dict[str, Argument]:
    """The argument of each property of Pulumi's that has one.

    Args:
        arguments: Those of a block in Terraform.
        properties: The names on Pulumi's side.
        renamed: Arguments by property, for what no rule tells.
        kind: The resource type, where the block is a resource.
    """
    left = {one.name: one for one in arguments}
    wanted = set(properties)
    found: dict[str, Argument] = {}

    def take(name: str, argument: Argument) -> None:
        found[name] = argument
        wanted.discard(name)
        left.pop(argument.name, None)

    for name, argument in renamed.items():
        if name in wanted and argument in left:
            take(name, left[argument])
    for rank in range(max(map(len, map(spellings, left.values())), default=0)):
        for one in list(left.values()):
            names = spellings(one)
            if rank < len(names) and names[rank] in wanted:
                take(names[rank], one)
    # The name of the resource itself: `name` for `function_name` of `aws_lambda_function`.
    for one in list(left.values()):
        if "name" in wanted and one.name.endswith("_name") and kind.endswith(one.name.removesuffix("name").rstrip("_")):
            take("name", one)
    # What refers to a resource is called after it: `function` for `function_name`, `restApi` for `rest_api_id`.
    for name in sorted(wanted):
        for ending in ("_id", "_name", "_arn"):
            matching = [one for one in left.values() if one.name.endswith(ending)]
            for one in matching:
                if name in wanted and camel_case(one.name.removesuffix(ending)) == name:
                    take(name, one)
    return found


def _agreement(found: int, of_terraform: int, of_pulumi: int) -> float:
    """The share of the names of both sides that is common."""
    either = of_terraform + of_pulumi - found
    return found / either if either else 1.0


_EVERYWHERE = frozenset({"id", "region", "tags", "tags_all", "timeouts"})


def _types(release: Release, properties: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """The Terraform type of each token that has one that is sure enough.

    Args:
        release: The schema of the Terraform provider.
        properties: The properties of each token, without those that every resource has.
    """
    spelled = {
        kind: frozenset(name for one in arguments if one.name not in _EVERYWHERE for name in spellings(one))
        for kind, arguments in release.resources.items()
    }

    def score(kind: str, names: frozenset[str]) -> float:
        own = [one for one in release.resources[kind] if one.name not in _EVERYWHERE]
        return _agreement(len(pair(own, names, RENAMED.get(kind, {}), kind)), len(own), len(names))

    by_name = {kind.replace("_", ""): kind for kind in spelled}
    found: dict[str, str] = {}
    for token, names in properties.items():
        for candidate in _candidates(token):
            kind = by_name.get(candidate, "")
            if kind and score(kind, names) >= _LEAST_BY_NAME:
                found[token] = kind
                break
    left = {token: names for token, names in properties.items() if token not in found}
    free = sorted(spelled.keys() - set(found.values()))
    alike = {token: [kind for kind in free if kind.endswith(f"_{_snake(_name(token))}")] for token in left}
    # A service that Terraform names otherwise shows in several types: `aws_dx_gateway`, `aws_dx_connection`.
    services = Counter(
        (_module(token), _service(kind, token))
        for token, names in left.items()
        for kind in alike[token]
        if score(kind, names) >= _LEAST_BY_NAME
    )
    for token, names in left.items():
        known = [kind for kind in alike[token] if services[_module(token), _service(kind, token)] > 1]
        ranked = _best(known, names, score, _LEAST_BY_NAME) or _best(alike[token], names, score, _LEAST_BY_ARGUMENTS)
        if not ranked and len(names) > 1:
            near = [kind for kind in free if len(spelled[kind] & names) * 2 >= len(names)]
            ranked = _best(near, names, score, _LEAST_BY_ARGUMENTS)
        if ranked:
            found[token] = ranked
    return found


def _best(
    kinds: Iterable[str], names: frozenset[str], score: Callable[[str, frozenset[str]], float], least: float
) -> str:
    """The one of several types that agrees best; empty where none agrees enough, or another agrees as well."""
    ranked = sorted(((score(kind, names), kind) for kind in kinds), reverse=True)
    if not ranked or ranked[0][0] < least or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return ""
    return ranked[0][1]


def _candidates(token: str) -> list[str]:
    """The names that a type may have, without underscores: of `aws:lb/loadBalancer:LoadBalancer` `awslb`, at last."""
    module, name = _module(token).lower(), _name(token).lower()
    return [f"aws{module}{name}", f"aws{name}", f"aws{module}"]


def _module(token: str) -> str:
    return token.split(":")[1].partition("/")[0]


def _name(token: str) -> str:
    return token.rpartition(":")[2]


def _service(kind: str, token: str) -> str:
    """What is left of the name of a type without that of the resource."""
    return kind.removesuffix(f"_{_snake(_name(token))}")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _aliases() -> dict[str, str]:
    """Tokens that are an earlier name of another, as the package says where it calls them deprecated."""
    by_name = {f"{_module(token)}.{_name(token)}".lower(): token for token in source.resource_classes()}
    found = {}
    for token, (folder, name) in source.resource_classes().items():
        path = source.file_with(
            source.root() / folder, source.snake_case(name), f"\nclass {name}(pulumi.CustomResource):"
        )
        deprecated = re.search(r"has been deprecated in favor of (?:aws\.)?(\w+)(?:/\w+)?\.(\w+)", source.text(path))
        if deprecated and ".".join(deprecated.groups()).lower() in by_name:
            found[token] = by_name[".".join(deprecated.groups()).lower()]
    return found


def derive(tarball: Path, target: Path) -> int:
    """Write the mapping from the tarball; returns how many types it has. Raises DerivationError and OSError."""
    release = read_release(tarball)
    aliases = _aliases()
    types = _types(
        release,
        {
            token: frozenset(schema.resource(token).inputs) - {"region", "tags", "tagsAll"}
            for token in sorted(source.resource_classes())
        },
    )
    resources: dict[str, Any] = {}
    unmapped = []
    for token in sorted(source.resource_classes()):
        declared = schema.resource(token)
        kind = types.get(aliases.get(token, token), "")
        if not kind:
            unmapped.append(token)
            continue
        entry = {
            "type": kind,
            "block": _block(release, kind, release.resources[kind], declared.inputs, 0),
            "secret": sorted(declared.secret_outputs & declared.inputs.keys()),
        }
        resources[token] = {key: value for key, value in entry.items() if value}
    written = {
        **provenance(tarball),
        "derived": date.today().isoformat(),
        "terraform_provider": release.version,
        "pulumi_aws": source.version(),
        "unmapped": unmapped,
        "resources": resources,
    }
    text = json.dumps(written, separators=(",", ":"), sort_keys=True) + "\n"
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return len(resources)


def _block(
    release: Release, kind: str, arguments: Iterable[Argument], properties: schema.Properties, depth: int
) -> dict[str, Any]:
    """How the properties of a resource or of a nested type are written.

    A name stands for a value that is written as it is; a name with a nesting for one that is not, and with the nested
    block where its schema is known.
    """
    found = pair(arguments, properties, *((RENAMED.get(kind, {}), kind) if depth == 0 else ({},)))
    written: dict[str, Any] = {}
    for name, argument in sorted(found.items()):
        type_ = properties[name].type
        inner = _object(type_)
        if argument.block and inner is not None and depth < _DEEPEST:
            nested = release.blocks.get((kind, argument.block), ())
            members = schema.object_type(inner.file, inner.name)
            written[name] = [argument.name, argument.nesting, _block(release, kind, nested, members, depth + 1)]
        elif argument.nesting == "any" or (argument.block and inner is not None):
            written[name] = [argument.name, "any"]
        elif argument.nesting == "list" and type_.kind not in ("list", "union", "any"):
            written[name] = [argument.name, "list"]
        else:
            written[name] = argument.name
    return written


def _object(type_: schema.Type) -> schema.Type | None:
    """The nested type in a property's type, where there is one."""
    if type_.kind == "object":
        return type_
    for item in type_.items:
        found = _object(item)
        if found is not None:
            return found
    return None


def main(arguments: list[str] | None = None) -> int:
    """Derive the mapping; returns the exit code."""
    return run(
        derive,
        arguments,
        description="Derive the names of AWS resources in Terraform from a release of @cdktf/provider-aws.",
        release="cdktf-provider-aws-21.22.1.tgz",
        target=TARGET,
        unit="resource types",
    )


if __name__ == "__main__":
    sys.exit(main())
