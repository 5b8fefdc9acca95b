"""What AWS or its plugin refuses and `pulumi_aws` does not say, as tables: each rule has its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.check import Failure
from offline.aws.rules import compute, data, edge, network
from offline.aws.rules.general import check_everything
from offline.aws.schema import Resource

RULES = (*network.RULES, *compute.RULES, *data.RULES, *edge.RULES)
"""Every rule of the tables."""

_BY_TYPE = {
    token: tuple(rule for rule in RULES if token in rule.types)
    for token in {name for rule in RULES for name in rule.types}
}


def check(resource: Resource, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield what AWS would refuse in inputs that have the right names and types."""
    yield from check_everything(resource, inputs)
    for rule in _BY_TYPE.get(resource.token.removeprefix("aws:"), ()):
        yield from rule.failures(inputs)
