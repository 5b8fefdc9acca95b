"""What a plugin process has seen in one run: the resources of the stack, and what look-ups have been told of a network.

The engine starts a process for each provider of a program and run, and shows it every resource of that provider, also
one that does not change. So a process knows the world of its provider as far as the run has come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class World:
    """The resources by type and id, the subnets that look-ups have named by id, and the provider's default tags."""

    resources: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    subnets: dict[str, dict[str, Any]] = field(default_factory=dict)
    default_tags: Mapping[str, str] = field(default_factory=dict)

    def remember(self, token: str, resource_id: str, properties: Mapping[str, Any]) -> None:
        """Note a resource that exists."""
        if resource_id:
            self.resources[_kind(token), resource_id] = properties

    def find(self, token: str, resource_id: str) -> Mapping[str, Any]:
        """Return the properties of a resource that exists; empty if the run has not come to any of this id."""
        return self.resources.get((_kind(token), resource_id), {})


def _kind(token: str) -> str:
    """Return the type of a resource whatever it is called by: load balancers have two names."""
    return token.replace("aws:alb/", "aws:lb/")
