"""A kind of resource: every type token that means the same thing, and what AWS takes where a property is absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of resource.

    Attributes:
        name: How the documentation names it.
        tokens: Every Pulumi type token that means it.
        defaults: What AWS takes for an absent top-level property.
    """

    name: str
    tokens: tuple[str, ...]
    defaults: Mapping[str, Any]
