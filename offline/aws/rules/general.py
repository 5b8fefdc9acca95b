"""Rules that hold for every resource, found by the names and types of its properties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.check import Failure
from offline.aws.documented import accepted
from offline.aws.rules.documents import check_policy
from offline.aws.rules.kit import given, known
from offline.aws.schema import Properties, Property, Resource, Type, object_type
from offline.aws.values import UNKNOWN, Secret, plain

_ARN = re.compile(r"\*|arn:[a-z][\w-]*:[a-z0-9-]+:[a-z0-9-]*:[\w-]*:.+", re.DOTALL)
_TAG = re.compile(r"[\w\s.:/=+@-]*")
_MOST_TAGS = 50
_ANY_CHARACTER = frozenset({"aws:ebs", "aws:ec2", "aws:ec2clientvpn", "aws:ec2transitgateway", "aws:vpc"})
"""Modules of what EC2 keeps, whose tags may hold any character ("Tag your Amazon EC2 resources", EC2 user guide)."""


def check_everything(resource: Resource, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield what AWS would refuse of any resource: bad tags, ARNs, policies and words, two ways to name it.

    Sources: "Tag naming limits and requirements" (Tagging AWS Resources), "Amazon Resource Names (ARNs)" (IAM).
    """
    yield from _prefixes(resource, inputs)
    yield from _tags(known(inputs, "tags"), resource.token.split("/")[0] in _ANY_CHARACTER)
    yield from _walk(inputs, resource.inputs, "", resource.token)


def _prefixes(resource: Resource, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    for name in inputs:
        if name.endswith("Prefix") and given(inputs, name) and given(inputs, name.removesuffix("Prefix")):
            base = name.removesuffix("Prefix")
            if base in resource.inputs:
                yield Failure(name, f"conflicts with {base}: set one of them")


def _tags(tags: Any, any_character: bool) -> Iterator[Failure]:
    if not isinstance(tags, Mapping):
        return
    if len(tags) > _MOST_TAGS:
        yield Failure("tags", f"must be at most {_MOST_TAGS} tags, found {len(tags)}")
    for key, value in tags.items():
        characters = "characters" if any_character else "letters, digits, spaces and _.:/=+-@"
        odd = not any_character and not _TAG.fullmatch(key)
        if not 1 <= len(key) <= 128 or key.lower().startswith("aws:") or odd:
            yield Failure(f"tags.{key}", f"is no tag key: it must have 1 to 128 {characters}, and not begin with aws:")
        text = plain(value)
        if isinstance(text, str) and (len(text) > 256 or not (any_character or _TAG.fullmatch(text))):
            yield Failure(f"tags.{key}", f"must have at most 256 {characters}")


def _walk(values: Mapping[str, Any], declared: Properties, path: str, token: str) -> Iterator[Failure]:
    for name, value in values.items():
        if name in declared:
            at = f"{path}.{name}" if path else name
            yield from _documented(value, declared[name], at)
            yield from _judge(name, value, declared[name].type, at, token)


def _documented(value: Any, declared: Property, path: str) -> Iterator[Failure]:
    """Refuse a value that is none of those that the package's documentation lists as the only ones."""
    values = accepted(declared)
    inner = plain(value)
    for item in inner if isinstance(inner, list) else [inner]:
        text = plain(item)
        if values and isinstance(text, str) and text not in values:
            found = "[secret]" if isinstance(value, Secret) or isinstance(item, Secret) else repr(text)
            yield Failure(path, f"must be one of {', '.join(sorted(values))}; found {found}")


def _judge(name: str, value: Any, type_: Type, path: str, token: str) -> Iterator[Failure]:
    secret, value = isinstance(value, Secret), plain(value)
    if value is None or value is UNKNOWN:
        return
    if type_.kind == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _judge(name, item, type_.items[0], f"{path}[{index}]", token)
    elif type_.kind == "object" and isinstance(value, Mapping):
        yield from _walk(value, object_type(type_.file, type_.name), path, token)
    elif isinstance(value, str) and _is_policy(type_):
        yield from check_policy(value, path, token)
    elif isinstance(value, str) and re.search(r"(?:^arn|Arns?)$", name) and not _ARN.fullmatch(value):
        found = "[secret]" if secret else repr(value)
        yield Failure(path, f"must be an ARN (arn:aws:service:region:account:resource), found {found}")


def _is_policy(type_: Type) -> bool:
    """Tell whether the package types a property as text or a policy document."""
    return type_.kind == "union" and any(member.name == "PolicyDocumentArgs" for member in type_.items)
