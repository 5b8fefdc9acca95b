"""Names that the plugin makes up where the program gives none: the resource's name and seven random hex digits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offline.aws.schema import Resource
from offline.aws.values import DEFAULTS, plain

RANDOM_DIGITS = 7

NAMED_OTHERWISE = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:s3/bucketV2:BucketV2": "bucket",
    "aws:rds/instance:Instance": "identifier",
}
"""What names a resource where it is not `name` (pulumi-aws, `provider/resources.go`)."""

LONGEST = {
    "aws:lb/loadBalancer:LoadBalancer": 32,
    "aws:alb/loadBalancer:LoadBalancer": 32,
    "aws:lb/targetGroup:TargetGroup": 32,
    "aws:alb/targetGroup:TargetGroup": 32,
    "aws:s3/bucket:Bucket": 63,
    "aws:s3/bucketV2:BucketV2": 63,
    "aws:iam/role:Role": 64,
    "aws:iam/policy:Policy": 128,
    "aws:rds/instance:Instance": 63,
}
"""How long a name AWS accepts, in characters; 255 where it is not listed (each service's API reference, `Create…`)."""

BEGINNINGS = {"aws:kms/alias:Alias": "alias/"}
"""What AWS demands a name to begin with, and the plugin puts before the resource's own."""

LOWER_CASE = frozenset({"aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:rds/instance:Instance"})
"""Resources whose names AWS takes in lower case only."""


@dataclass(frozen=True)
class Autoname:
    """What the engine's `pulumi:autonaming` configuration asks for: a proposed name, or none at all."""

    proposed: str = ""
    disabled: bool = False


class NameTooLongError(ValueError):
    """A made-up name would be longer than AWS accepts."""


def name_property(resource: Resource) -> str | None:
    """Return the property that names a resource and that the plugin fills in; None if it has none.

    It is the optional input `name` that every resource of the type has as an output, unless the table says otherwise.
    """
    special = NAMED_OTHERWISE.get(resource.token)
    if special is not None:
        return special
    given, returned = resource.inputs.get("name"), resource.outputs.get("name")
    if given is None or returned is None or given.type.kind != "string" or given.required or not returned.required:
        return None
    return "name"


def with_name(
    resource: Resource,
    logical_name: str,
    inputs: Mapping[str, Any],
    old_inputs: Mapping[str, Any],
    seed: bytes,
    wanted: Autoname = Autoname(),
) -> dict[str, Any]:
    """Return the inputs with a name, keeping the one of an earlier update.

    Args:
        resource: the type of the resource.
        logical_name: the resource's name in the program.
        inputs: what the program asks for.
        old_inputs: what the last check returned; empty for a new resource.
        seed: the engine's random seed for this resource.
        wanted: the engine's naming configuration.

    Raises:
        NameTooLongError: the name with its random digits is longer than AWS accepts.
    """
    named = dict(inputs)
    key = name_property(resource)
    if (
        key is None
        or wanted.disabled
        or plain(inputs.get(key)) is not None
        or plain(inputs.get(f"{key}Prefix")) is not None
    ):
        return {**named, DEFAULTS: []}
    old = plain(old_inputs.get(key))
    if old is not None and key in (old_inputs.get(DEFAULTS) or []):
        named[key] = old
    else:
        named[key] = wanted.proposed or make_name(resource.token, logical_name, seed)
    return {**named, DEFAULTS: [key]}


def make_name(token: str, logical_name: str, seed: bytes) -> str:
    """Make a name from the resource's own and seven hex digits that follow from the seed."""
    name = f"{BEGINNINGS.get(token, '')}{logical_name}-{hashlib.sha256(seed).hexdigest()[:RANDOM_DIGITS]}"
    if token in LOWER_CASE:
        name = name.lower()
    longest = LONGEST.get(token, 255)
    if len(name) > longest:
        raise NameTooLongError(
            f"is missing, and the made-up name {name} has {len(name)} characters where AWS accepts {longest}: "
            "give the resource a shorter name, or set this property"
        )
    return name
