"""Wildcards that are overly broad: they match all services, a whole one, or permissions management as well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial

from pulumi_guardrails.aws.iam.analysis.statements import names, some_text
from pulumi_guardrails.aws.iam.catalogue.escalation_methods import ESCALATION_ACTIONS
from pulumi_guardrails.aws.iam.catalogue.service_authorization import (
    Access,
    Action,
    expand,
    fits,
    is_unlimited,
    service,
    service_prefixes,
)
from pulumi_guardrails.aws.iam.document.document import Statement
from pulumi_guardrails.aws.iam.wildcards import is_everything, is_pattern, matches
from pulumi_guardrails.core.frozen import fast_dataclass

_ROLE_WRITER = "iam:AttachRolePolicy"


@fast_dataclass(frozen=True)
class BroadGrant:
    """A wildcard of a statement that is overly broad.

    Attributes:
        pattern: The wildcard.
        says: What it stands for, as the end of a sentence.
        in_iam: Whether it reaches into IAM, so that what makes an administrator may be this wildcard.
        likely: Those of its actions that fit the statement's resources, without permissions management.
    """

    pattern: str
    says: str
    in_iam: bool
    likely: tuple[Action, ...]


def gives_administrator_access(statement: Statement) -> bool | None:
    """Whether the actions and resources of a statement, if it allows them, make its principal an administrator."""
    answers = (_all_of_iam(statement), _every_role(statement))
    return False if False in answers else None if None in answers else True


def includes_iam_actions(statement: Statement) -> bool | None:
    """Whether a statement is about an action of IAM at all."""
    if statement.not_actions.present:
        left = _within("iam", "*").difference(*(_within("iam", pattern) for pattern in statement.not_actions.known))
        return False if not left else None if statement.not_actions.unknown else True
    return some_text(statement.actions, lambda pattern: bool(_within("iam", pattern)))


def broad_grants(statement: Statement) -> Iterator[BroadGrant]:
    """The wildcards of a statement that are overly broad, each with what it stands for."""
    together = _whole_services(statement.actions.known)
    for pattern in statement.actions.known:
        says = _says(pattern, together)
        if says:
            yield BroadGrant(pattern, says, bool(_within("iam", pattern)), _likely(statement, pattern))


def specific_actions(statement: Statement) -> list[Action]:
    """The actions a statement names, or matches by wildcards none of which is overly broad by itself."""
    return [found for pattern in statement.actions.known for found in _specific(pattern)]


@lru_cache(maxsize=4096)
def _specific(pattern: str) -> Sequence[Action]:
    """What a wildcard, or the name of an action, stands for that is not overly broad by itself."""
    return () if _says(pattern, _whole_services([pattern])) else tuple(expand(pattern))


def _says(pattern: str, whole_services: frozenset[str]) -> str:
    """What an overly broad wildcard matches; empty for any other wildcard, and for an action by name."""
    if not is_pattern(pattern):
        return ""
    if is_everything(pattern):
        return "matches every action of every service"
    reached = _services_of(pattern)
    if len(reached) > 1:
        return f"matches actions of {len(reached)} services ({names(reached)})"
    expanded = expand(pattern)
    whole = service(reached[0]) if reached else None
    if whole and whole.prefix in whole_services:
        return f"matches all {len(whole.actions)} actions of {whole.title}"
    permissions = [found for found in expanded if found.access is Access.PERMISSIONS]
    if permissions and len(permissions) < len(expanded):
        return f"matches permissions management ({names(permissions)}) beside {len(expanded) - len(permissions)} others"
    return ""


@lru_cache(maxsize=1024)
def _services_of(pattern: str) -> tuple[str, ...]:
    prefix = pattern.lower().partition(":")[0]
    if not is_pattern(prefix):
        return (prefix,) if prefix in service_prefixes() else ()
    return tuple(one for one in sorted(service_prefixes()) if matches(prefix, one))


def _whole_services(patterns: Iterable[str]) -> frozenset[str]:
    """The services all of whose actions some wildcards match together."""
    taken: dict[str, set[str]] = {}
    for pattern in patterns:
        if is_pattern(pattern) and len(_services_of(pattern)) == 1:
            for found in expand(pattern):
                taken.setdefault(found.service, set()).add(found.name.lower())
    return frozenset(prefix for prefix, found in taken.items() if _is_whole(prefix, found))


def _is_whole(prefix: str, found: set[str]) -> bool:
    known = service(prefix)
    return known is not None and found == set(known.actions)


@lru_cache(maxsize=4096)
def _within(prefix: str, pattern: str) -> frozenset[str]:
    """The actions of one service that a wildcard stands for, in lower case, without reading other services."""
    known = service(prefix)
    names_of_service = frozenset(known.actions) if known else frozenset[str]()
    if is_everything(pattern):
        return names_of_service
    start, _, verb = pattern.lower().partition(":")
    return frozenset(filter(partial(matches, verb), names_of_service)) if matches(start, prefix) else frozenset()


def _all_of_iam(statement: Statement) -> bool | None:
    """Whether all of IAM is allowed; by NotAction, whether it leaves a step by which a principal gains permissions."""
    if statement.not_actions.present:
        steps = {step.partition(":")[2].lower() for step in ESCALATION_ACTIONS if step.startswith("iam:")}
        left = steps.difference(*(_within("iam", pattern) for pattern in statement.not_actions.known))
        return False if not left else None if statement.not_actions.unknown else True
    taken = frozenset[str]().union(*(_within("iam", pattern) for pattern in statement.actions.known))
    if taken == _within("iam", "*"):
        return True
    return None if statement.actions.unknown else False


def _every_role(statement: Statement) -> bool | None:
    """Whether a statement is about every role; by NotResource it is, unless that names everything."""
    if statement.not_resources.present:
        named = some_text(statement.not_resources, is_everything)
        return None if named is None else not named
    return some_text(
        statement.resources, lambda text: any(is_unlimited(writer, text) for writer in expand(_ROLE_WRITER))
    )


def _likely(statement: Statement, pattern: str) -> tuple[Action, ...]:
    if len(_services_of(pattern)) != 1:
        return ()
    return tuple(
        found
        for found in expand(pattern)
        if found.access is not Access.PERMISSIONS
        and found.resource_types
        and any(fits(found, resource) for resource in statement.resources.known)
    )
