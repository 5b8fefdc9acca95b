"""The verdict of a run as Markdown, for the comment on a pull request."""

from __future__ import annotations

from audit.verdict import Verdict

_MOST_CAUSES = 50
"""A comment on GitHub takes 65,536 characters."""


def summary(verdict: Verdict) -> str:
    """The verdict, and a row for each cause, what blocks first."""
    first, *_ = verdict.lines()
    lines = [f"## {_headline(verdict)}", "", first]
    if verdict.policies:
        lines += ["", next(line for line in verdict.lines() if " evaluated: " in line)]
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


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
