"""The verdict of a run as Markdown, for the comment on a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from audit.comparison import Comparison, Key
from audit.text import one_line
from audit.verdict import Verdict

_MOST_CAUSES = 50
"""A comment on GitHub takes 65,536 characters."""


_MOST_FINDINGS = 20
"""Of each kind of difference from a base."""


def summary(verdict: Verdict, comparison: Comparison | None = None) -> str:
    """The verdict, what differs from a base run where one is given, and a row for each cause, what blocks first."""
    first, *_ = verdict.lines()
    lines = [f"## {_headline(verdict)}", "", first]
    if verdict.policies:
        lines += ["", next(line for line in verdict.lines() if " evaluated: " in line)]
    if comparison is not None:
        lines += ["", *_differences(comparison)]
    causes = verdict.causes()
    if causes:
        lines += ["", "| | severity | resource | property | policies |", "|---|---|---|---|---|"]
        for cause in causes[:_MOST_CAUSES]:
            subject = f"`{cause.subject}`" if cause.subject and cause.subject != "it" else ""
            policies = ", ".join(f"`{policy}`" for policy in cause.policies)
            lines.append(
                f"| {cause.level} | {cause.severity} | {_cell(cause.resource)} | {_cell(subject)} | {policies} |"
            )
        if len(causes) > _MOST_CAUSES:
            lines += ["", f"{len(causes) - _MOST_CAUSES} more."]
    if verdict.lost:
        lines += ["", *(line for line in verdict.lines() if line.startswith("Data store "))]
    return "\n".join(lines) + "\n"


def _headline(verdict: Verdict) -> str:
    if not verdict.complete:
        return "⚠️ Not evaluated to the end"
    if verdict.mandatory:
        return "❌ Blocked by policy"
    return "✅ No mandatory violation"


def _differences(comparison: Comparison) -> list[str]:
    kinds = (
        (comparison.new, "new"),
        (comparison.fixed, "fixed"),
        (comparison.exempted, "exempted since"),
        (comparison.unchanged, "unchanged"),
        (comparison.not_evaluated, "not evaluated this time"),
    )
    counts = [f"{len(keys)} {word}" for keys, word in kinds if keys or word in ("new", "fixed", "unchanged")]
    lines = [f"Against the base, by policy and resource: {', '.join(counts)}."]
    if not comparison.base_is_complete:
        lines.append("The base run broke off: what is new here may have been there before.")
    for keys, title in ((comparison.new, "New"), (comparison.fixed, "Fixed")):
        if keys:
            lines += ["", f"**{title}**", "", *_listed(keys)]
    return lines


def _listed(keys: Sequence[Key]) -> list[str]:
    lines = [f"- {_code(policy)}: {_resource(urn)}" for _, policy, urn in keys[:_MOST_FINDINGS]]
    more = len(keys) - _MOST_FINDINGS
    return [*lines, f"- {more} more"] if more > 0 else lines


def _resource(urn: str) -> str:
    *_, kind, name = ["", *urn.split("::", 3)]
    return _code(f"{kind.rpartition(':')[2]} '{name}'") if urn else "the stack"


def _code(text: str) -> str:
    """A name of someone's choosing, in which Markdown and HTML then mean nothing."""
    return f"`{one_line(text).replace('`', '')}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
