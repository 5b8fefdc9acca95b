"""Paths through the graph of who can reach whom, as a message prints them."""

from __future__ import annotations

from pulumi_guardrails.aws.network.model.security_group_rules import Rule
from pulumi_guardrails.aws.network.model.workloads import Workload
from pulumi_guardrails.core.frozen import fast_dataclass


@fast_dataclass(frozen=True)
class Hop:
    """One edge of a path.

    Attributes:
        source: From where; `None` for the internet.
        target: To where.
        ingress: The rule of the target that allows it; `None` where another stack may have one.
        egress: The rule of the source that allows it; `None` for the internet, or where another stack may have one.
        certain: Whether the hop is there; otherwise it is possible.
    """

    source: Workload | None
    target: Workload
    ingress: Rule | None
    egress: Rule | None
    certain: bool

    @property
    def key(self) -> str:
        """What tells it apart, as far as it can be drawn: its ends, and the rule that lets it in."""
        source = self.source.key if self.source is not None else ""
        return f"{source}|{self.target.key}|{self.ingress.key if self.ingress is not None else ''}"

    def __str__(self) -> str:
        if self.ingress is None:
            return f"→ (rules of another stack) → {self.target.label}"
        entered = f"{self.ingress.label} allows {self.ingress.shown_traffic} from {self.ingress.peer}"
        left = f"{self.egress.label} allows it out, " if self.egress is not None else ""
        return f"→ ({left}{entered}) → {self.target.label}"


Path = tuple[Hop, ...]
"""Hops from the internet, each from where the one before ended, or from another interface of that instance."""


def shown(path: Path) -> str:
    """A path hop by hop, as a message prints it; where it leaves an instance by another interface, that is said."""
    parts = ["internet"]
    at: Workload | None = None
    for hop in path:
        if hop.source is not None and hop.source is not at:
            parts.append(f"(same instance as {hop.source.label})")
        parts.append(str(hop))
        at = hop.target
    return " ".join(parts)
