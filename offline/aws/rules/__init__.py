"""What AWS or its plugin refuses and `pulumi_aws` does not say, as tables: each rule has its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.check import Failure
from offline.aws.rules import compute, data, edge, network, versions
from offline.aws.rules.general import check_everything
from offline.aws.schema import Resource
from offline.aws.values import Secret

RULES = (*network.RULES, *compute.RULES, *data.RULES, *edge.RULES, *versions.RULES)
"""Every rule of the tables."""

_BY_TYPE = {
    token: tuple(rule for rule in RULES if token in rule.types)
    for token in {name for rule in RULES for name in rule.types}
}


def check(resource: Resource, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield what AWS would refuse in inputs that have the right names and types, without a word of a secret."""
    secrets = list(_secret_texts(inputs))
    for failure in _failures(resource, inputs):
        top = re.split(r"[.\[]", failure.property, maxsplit=1)[0]
        if any(text.lstrip().startswith(("{", "[")) for text in _secret_texts(inputs.get(top))):
            # Rules take a document apart: any part of it may be in the reason.
            yield Failure(failure.property, "is refused; being secret, it is not quoted to say why")
        else:
            yield _without(secrets, failure)


def _failures(resource: Resource, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    yield from check_everything(resource, inputs)
    for rule in _BY_TYPE.get(resource.token.removeprefix("aws:"), ()):
        yield from rule.failures(inputs)


def _secret_texts(value: Any, secret: bool = False) -> Iterator[str]:
    if isinstance(value, Secret):
        yield from _secret_texts(value.value, True)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _secret_texts(item, secret)
    elif isinstance(value, list):
        for item in value:
            yield from _secret_texts(item, secret)
    elif secret and isinstance(value, str) and value:
        yield value


def _without(secrets: list[str], failure: Failure) -> Failure:
    reason = failure.reason
    for text in sorted(secrets, key=len, reverse=True):
        reason = reason.replace(text, "[secret]")
    return Failure(failure.property, reason)
