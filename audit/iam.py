"""The IAM matrix of a report: principal × action × resource, from what `inspect` of a policy pack says of a stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOBODY = "no principal of this stack"
"""The principal of a statement that applies to none that the stack shows."""

_SOURCES = {
    "inline": "inline policy",
    "managed": "managed policy",
    "aws-managed": "AWS managed policy",
    "external": "managed policy outside this stack",
    "trust": "trust policy of",
    "resource": "resource-based policy of",
    "endpoint": "VPC endpoint policy of",
}
_OF_A_RESOURCE = ("trust", "resource", "endpoint")
_NOT_KNOWN = "not known"
_EVERYTHING_IN_IT = "what its document allows"


@dataclass(frozen=True)
class Row:
    """One cell of the matrix that is not empty.

    Attributes:
        principal: Who, in words.
        principal_urn: The principal's URN; empty for one outside the stack.
        effect: `Allow` or `Deny`; empty where that is not known.
        action: The action as it is written, or in words.
        resource: The resource as it is written, or in words.
        source: Where the grant comes from, in words: policy and statement.
        source_urn: The URN of the resource with the policy, or with its attachment: findings on it are of this grant.
        conditions: The conditions, in words; empty for none.
        boundary: The principal's permissions boundary, in words; empty for none.
        unknown: What is not known, and what computes it, in words; empty where all is.
        grant: The id of the grant in the document.
    """

    principal: str
    principal_urn: str
    effect: str
    action: str
    resource: str
    source: str
    source_urn: str
    conditions: str
    boundary: str
    unknown: tuple[str, ...]
    grant: str

    @property
    def known(self) -> bool:
        """Whether all of it is known."""
        return not self.unknown


def iam_table(iam: Mapping[str, Any]) -> list[Row]:
    """The rows of the matrix, in the order of the document: one for each principal, action and resource of a statement.

    Args:
        iam: The value of `iam` in what `inspect` of a policy pack prints.
    """
    principals = {principal["id"]: principal for principal in iam["principals"]}
    return [row for grant in iam["grants"] for row in _rows(grant, principals)]


def _rows(grant: Mapping[str, Any], principals: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    source = grant["source"]
    # Who may do it, each with what has to be known to tell.
    touched: list[tuple[str, list[Mapping[str, Any]]]] = [(one["id"], one["unknown"]) for one in grant["principals"]]
    if grant["not_principals"]:
        touched.append((f"everyone but {', '.join(grant['not_principals'])}", []))
    unread = [f"the document cannot be read: {problem}" for problem in grant["problems"]]
    for identity, doubts in touched or [("", [])]:
        principal = principals.get(identity)
        boundary = principal["boundary"] if principal is not None else None
        unknown = [*grant["unknown"], *doubts, *(boundary["unknown"] if boundary is not None else ())]
        for action in _actions(grant):
            for resource in _resources(grant):
                yield Row(
                    principal=_who(identity, principal, source["kind"]),
                    principal_urn=identity if principal is not None else "",
                    effect=grant["effect"],
                    action=action,
                    resource=resource,
                    source=_from(source),
                    source_urn=source["resource"],
                    conditions=" and ".join(map(_condition, grant["conditions"])),
                    boundary="" if boundary is None else _boundary(boundary),
                    unknown=tuple(dict.fromkeys([*map(_unknown, unknown), *unread])),
                    grant=grant["id"],
                )


def _who(identity: str, principal: Mapping[str, Any] | None, kind: str) -> str:
    if principal is not None:
        return f"{principal['kind']} {principal['label']}"
    # A document of a resource names its principals by itself: without one, they are not known.
    nobody = _NOT_KNOWN if kind in _OF_A_RESOURCE else NOBODY
    return {"": nobody, "*": "everyone (*)"}.get(identity, identity)


def _actions(grant: Mapping[str, Any]) -> Sequence[str]:
    written = [*grant["actions"], *_all_but("actions", grant["not_actions"])]
    return written or [_EVERYTHING_IN_IT if grant["source"]["index"] is None else _NOT_KNOWN]


def _resources(grant: Mapping[str, Any]) -> Sequence[str]:
    written = [*grant["resources"], *_all_but("resources", grant["not_resources"])]
    if written:
        return written
    if grant["source"]["kind"] in _OF_A_RESOURCE and grant["known"]:
        return [_name(grant["source"]["resource"])]
    return [_EVERYTHING_IN_IT if grant["source"]["index"] is None else _NOT_KNOWN]


def _all_but(what: str, written: Sequence[str]) -> list[str]:
    return [f"all {what} but {', '.join(written)}"] if written else []


def _from(source: Mapping[str, Any]) -> str:
    policy = _name(source["resource"]) if source["kind"] in _OF_A_RESOURCE else source["policy"]
    named = f"{_SOURCES[source['kind']]} {policy or _name(source['resource'])}"
    if source["index"] is None:
        return named
    return f"{named}, statement {source['sid'] or source['index']}"


def _condition(condition: Mapping[str, Any]) -> str:
    return f"{condition['key']} {condition['operator']} {', '.join(condition['values']) or _NOT_KNOWN}"


def _boundary(boundary: Mapping[str, Any]) -> str:
    return boundary["arn"] or " or ".join(map(_name, boundary["policies"])) or _NOT_KNOWN


def _unknown(unknown: Mapping[str, Any]) -> str:
    """What is not known: the property and its resource, why, and what computes it."""
    of_resource = f" of {_name(unknown['resource'])}" if unknown["resource"] else ""
    return f"{unknown['path']}{of_resource}: {unknown['cause']}{_computed_from(unknown['computed_from'])}"


def _computed_from(urns: Iterable[str]) -> str:
    names = ", ".join(map(_name, urns))
    return f"; computed from {names}" if names else ""


def _name(urn: str) -> str:
    """A resource in words: the last word of its type, and its name."""
    parts = urn.split("::", 3)
    return f"{parts[2].rpartition(':')[2]} {parts[3]}" if len(parts) == 4 else urn
