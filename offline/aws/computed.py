"""Values that AWS computes: realistic, and the same for the same resource every time.

What the format table does not spell, the name and type of the property decide.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

from offline.aws import regions, schema
from offline.aws.formats import FORMATS
from offline.aws.place import ALPHABETS, Place
from offline.aws.prefix_lists import prefix_list_id
from offline.aws.schema import Property, Type, enum_values, object_type
from offline.aws.source import SourceError, snake_case
from offline.aws.structures import STRUCTURES
from offline.aws.values import UNKNOWN, Secret, has_secret, has_unknown, plain

MOMENT = "2025-01-01T00:00:00Z"
"""When everything that the stand-in makes was made: a fixed moment keeps its answers the same every time."""


def resource_id(place: Place) -> str:
    """Return the id that the real plugin would give to a resource just made."""
    template = FORMATS.get(place.token, {}).get("id") or documented_id(place.token) or f"{place.kind}-{{hex:17}}"
    return str(plain(_render(template, place, "id")))


_UUID = re.compile(r"[0-9a-f]{4,8}(?:-[0-9a-f]{4,12}){2,4}")


@functools.cache
def documented_id(token: str) -> str:
    """Return the template of a type's ids that follows from how its documentation imports it; empty if none does.

    An import by the `name` has the name as its id; an example that is an ARN, or a prefix and hex digits, is followed.
    """
    try:
        resource = schema.resource(token)
    except SourceError:
        return ""
    if resource.imported_by and resource.inputs[resource.imported_by].type.kind == "string":
        return f"{{{resource.imported_by}}}"
    example = next(iter(resource.import_ids), "").strip("'\"")
    prefixed = re.fullmatch(r"([a-z]+(?:-[a-z]+)*-)[0-9a-f]{8,17}", example)
    if prefixed is not None:
        return f"{prefixed[1]}{{hex:17}}"
    if _UUID.fullmatch(example):
        return "{uuid}"
    parts = example.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or re.search(r"[{}]|\.\.\.", example):
        return ""
    end = re.search(r"[^:/]+$", parts[5])
    name = "{name}" if "name" in resource.inputs and not (end and _UUID.fullmatch(end[0])) else "{uuid}"
    described = re.sub(r"[^:/]+$", name, _UUID.sub("{uuid}", parts[5]))
    where = ("{region}" if parts[3] else "", parts[4] if parts[4] == "aws" else "{account}" if parts[4] else "")
    return ":".join(("arn", "{partition}", parts[2], *where, described))


def has_format(token: str, name: str) -> bool:
    """Tell whether the tables say what a property is."""
    return name in FORMATS.get(token, {}) or name in STRUCTURES.get(token, {})


def value_of(place: Place, declared: Property, *, optional_input: bool = False) -> Any:
    """Return the value that AWS would compute for an output of a resource.

    Args:
        place: the resource.
        declared: the output.
        optional_input: whether the program could have given it, which makes a documented default or nothing at all
            likelier than something made up.
    """
    structure = STRUCTURES.get(place.token, {}).get(declared.name)
    if structure is not None:
        return structure(place)
    template = FORMATS.get(place.token, {}).get(declared.name)
    if template is not None:
        return _render(template, place, declared.name)
    return _generic(place, declared, declared.name, reference=not optional_input)


def nested_value(place: Place, declared: Property, path: str) -> Any:
    """Return the value that AWS would compute for a property of a nested object."""
    return _generic(place, declared, path)


def _generic(place: Place, declared: Property, path: str, *, reference: bool = True) -> Any:
    type_ = (
        next((member for member in declared.type.items if member.kind != "enum"), Type("string"))
        if (declared.type.kind == "union")
        else declared.type
    )
    if type_.kind == "string":
        default = _documented_default(declared)
        return default or (_generic_string(place, declared.name, path) if reference else "")
    if type_.kind in ("integer", "number"):
        default = _documented_default(declared)
        return float(default) if default and re.fullmatch(r"-?\d+(\.\d+)?", default) else _generic_number(declared.name)
    if type_.kind == "boolean":
        return _documented_default(declared) == "true"
    if type_.kind == "object":
        members = object_type(type_.file, type_.name).values()
        return {
            item.name: _generic(place, item, f"{path}.{item.name}", reference=reference)
            for item in members
            if item.required
        }
    if type_.kind == "enum":
        return min(enum_values(type_.file, type_.name))
    return [] if type_.kind == "list" else {}


def _documented_default(declared: Property) -> str:
    match = re.search(r"[Dd]efaults? (?:to|is|value is|value of) `\"?([^`\"]*)\"?`", declared.doc)
    return match[1] if match else ""


_EC2_PREFIXES = {
    "allocation": "eipalloc",
    "image": "ami",
    "instance": "i",
    "networkInterface": "eni",
    "routeTable": "rtb",
    "securityGroup": "sg",
    "snapshot": "snap",
    "volume": "vol",
}
"""How EC2 abbreviates kinds of resources in ids ("Resource IDs", EC2 user guide)."""

_ELSEWHERE = {
    "role": "iam::{account}:role",
    "kms-key": "kms:{region}:{account}:key",
    "certificate": "acm:{region}:{account}:certificate",
}
"""The service, the place and the kind in ARNs of what another service keeps, by the end of the property's name."""


def _generic_number(name: str) -> float:
    return 1.0 if name in ("revision", "version", "latestRevision") else 0.0


def _generic_string(place: Place, name: str, path: str) -> str:
    partition, where = regions.partition(place.region), f"{place.service}:{place.region}:{place.account}"
    last = place.id.rpartition("/")[2]
    if name == "arn":
        return place.id if place.id.startswith("arn:") else f"arn:{partition}:{where}:{place.kind}/{place.id}"
    exact = {
        "id": place.id,
        "name": last,
        "region": place.region,
        "ownerId": place.account,
        "accountId": place.account,
        "registryId": place.account,
        "status": "ACTIVE",
        "state": "available",
        "path": "/",
    }
    if name in exact:
        return exact[name]
    if name.endswith("Arn") or name == "kmsKeyId":
        kind = snake_case(name.removesuffix("Arn").removesuffix("Id")).replace("_", "-")
        for ending, described in _ELSEWHERE.items():
            if kind.endswith(ending):
                of = described.format(account=place.account, region=place.region)
                return f"arn:{partition}:{of}/{place.characters('hex', 17, path)}"
        return f"arn:{partition}:{where}:{kind}/{place.characters('hex', 17, path)}"
    if re.search(r"(Date|Time|Timestamp|At|Till|Before|After)$", name):
        return MOMENT
    if re.search(r"([dD]nsName|[dD]omainName|[eE]ndpoint|[aA]ddress|Url|Uri)$", name):
        return f"{last.lower()}.{place.service}.{place.region}.{regions.dns_suffix(place.region)}"
    if re.search(r"Id$", name):
        kind = name.removesuffix("Id")
        if kind.lower().endswith("zone"):
            return f"Z{place.characters('letters', 13, path)}"
        kind = next((of for of in (*_EC2_PREFIXES, "subnet", "vpc") if kind.lower().endswith(of.lower())), kind)
        return f"{_EC2_PREFIXES.get(kind, snake_case(kind).replace('_', '-'))}-{place.characters('hex', 17, path)}"
    return ""


def _render(template: str, place: Place, salt: str) -> Any:
    """Fill in a template; unknown if it uses something unknown, secret if it uses a secret."""
    used: list[Any] = []

    def fill(match: re.Match[str]) -> str:
        value = _word(match[1], place, f"{salt}.{match.start()}")
        used.append(value)
        value = plain(value)
        return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)

    text = re.sub(r"\{([^{}]+)\}", fill, template)
    if any(has_unknown(value) for value in used):
        return UNKNOWN
    return Secret(text) if any(has_secret(value) for value in used) else text


def _word(word: str, place: Place, salt: str) -> Any:
    name, _, argument = word.partition(":")
    if name in ALPHABETS:
        return place.characters(name, int(argument), salt)
    if name in _WORDS:
        return _WORDS[name](place, argument, salt)
    return _input(place, word)


def _input(place: Place, name: str) -> Any:
    """Return a property of the resource, computing it if it was not given (a name that AWS makes up, say)."""
    value = place.values.get(name)
    if plain(value) is None:
        template = FORMATS.get(place.token, {}).get(name)
        structure = STRUCTURES.get(place.token, {}).get(name)
        if structure is not None:
            value = structure(place)
        else:
            value = _render(template, place, name) if template and name != "id" else _FALLBACKS.get(name)
        if value is None:
            value = place.id.rpartition("/")[2] or place.characters("hex", 8, name)
        place.values[name] = value
    return value


_FALLBACKS = {"path": "/", "engineVersion": ""}
"""What AWS assumes where the property is left out and the table has no format for it."""


def _last(place: Place, argument: str) -> Any:
    value = _input(place, argument) if argument else place.id
    if plain(value) is UNKNOWN:
        return UNKNOWN
    text = str(plain(value)).rpartition("/")[2]
    return Secret(text) if isinstance(value, Secret) else text


def _parent(place: Place, argument: str) -> Any:
    """Return an ARN made from that of a parent: the same path under another kind."""
    name, old, new = argument.split(":")
    value = plain(_input(place, name))
    return UNKNOWN if value is UNKNOWN else str(value).replace(f":{old}/", f":{new}/", 1)


_WORDS: Mapping[str, Callable[[Place, str, str], Any]] = {
    "account": lambda place, argument, salt: place.account,
    "region": lambda place, argument, salt: place.region,
    "partition": lambda place, argument, salt: regions.partition(place.region),
    "suffix": lambda place, argument, salt: regions.dns_suffix(place.region),
    "id": lambda place, argument, salt: place.id,
    "uuid": lambda place, argument, salt: place.uuid(salt),
    "byte": lambda place, argument, salt: str(1 + place.digest("address") % 254),
    "timestamp": lambda place, argument, salt: MOMENT,
    "last": lambda place, argument, salt: _last(place, argument),
    "after": lambda place, argument, salt: _after(place.id, argument),
    "parent": lambda place, argument, salt: _parent(place, argument),
    "loadBalancerZone": lambda place, argument, salt: regions.LOAD_BALANCER_ZONES.get(
        place.region, f"Z{place.characters('letters', 13, salt)}"
    ),
    "prefixList": lambda place, argument, salt: _endpoint_prefix_list(place),
    "wafScope": lambda place, argument, salt: (
        "global" if plain(place.values.get("scope")) == "CLOUDFRONT" else "regional"
    ),
}


def _after(text: str, marker: str) -> str:
    """Return what follows the last colon, or the marker where one is named."""
    return text.rpartition(":")[2] if marker == ":" else text.partition(marker)[2]


def _endpoint_prefix_list(place: Place) -> Any:
    if plain(place.values.get("vpcEndpointType")) not in (None, "Gateway"):
        return ""
    service = plain(place.values.get("serviceName"))
    return UNKNOWN if service is UNKNOWN else prefix_list_id(str(service), place.region)
