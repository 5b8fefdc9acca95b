"""AWS Backup: databases and tables are covered by a backup plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from pulumi_guardrails.aws.resource_types import BACKUP_SELECTION, DYNAMODB_TABLE, RDS_CLUSTER, RDS_INSTANCE
from pulumi_guardrails.aws.tags import tag_of
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.references import ByTarget
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Cause, Unknown, Verdict, undecided, violation

_WHY = (
    "A backup plan keeps copies under one retention rule, in a vault that a principal who can delete the database "
    "cannot empty, and in another Region if required. Off by default: automated backups and point-in-time recovery "
    "have policies of their own, and a plan is usually made for an account rather than by each stack."
)
_COVER = "Add the resource's ARN, or a tag it has, to an aws.backup.Selection of a plan."
_URL = "https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html"

_ARNS = {
    RDS_CLUSTER: ("rds", "cluster:", "clusterIdentifier"),
    RDS_INSTANCE: ("rds", "db:", "identifier"),
    DYNAMODB_TABLE: ("dynamodb", "table/", "name"),
}
"""Service, beginning of the last part of the ARN, and the property that follows it (Service Authorization
Reference)."""


@StackPolicy(
    title="A database is covered by a backup plan",
    why=_WHY,
    severity=Severity.LOW,
    off=True,
    kinds=(RDS_CLUSTER, RDS_INSTANCE),
    rows=("Aurora and RDS: In a backup plan (advisory)",),
    controls=controls(PCI="10.3.3.1 10.3.3.20 10.3.3.21"),
    remediation_steps=_COVER,
    example='aws.backup.Selection("db", plan_id=plan.id, iam_role_arn=role.arn, resources=[cluster.arn])',
    url=_URL,
    topics=(Topic.DATABASE, Topic.BACKUP),
)
def rds_in_backup_plan(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """By its ARN, a pattern of ARNs or a tag."""
    return _planned(stack, RDS_CLUSTER, RDS_INSTANCE)


@StackPolicy(
    title="A DynamoDB table is covered by a backup plan",
    why=_WHY,
    severity=Severity.MEDIUM,
    off=True,
    kinds=(DYNAMODB_TABLE,),
    rows=("DynamoDB: In a backup plan (advisory)",),
    controls=controls(FSBP="DynamoDB.4", PCI="10.3.3.9 10.3.3.11", ISO27001="A.8.14"),
    remediation_steps=_COVER,
    example='aws.backup.Selection("sessions", plan_id=plan.id, iam_role_arn=role.arn, resources=[table.arn])',
    url=_URL,
    topics=(Topic.DATABASE, Topic.BACKUP),
)
def dynamodb_in_backup_plan(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """By its ARN, a pattern of ARNs or a tag."""
    return _planned(stack, DYNAMODB_TABLE)


def _planned(stack: Stack, *kinds: Kind) -> Iterable[tuple[Resource, Verdict]]:
    selections = stack.shared(_Selections)
    for resource in stack.of(*kinds):
        is_covered, unsure, question = selections.by_reference(resource)
        others = [(selection, _selects(stack, selection, resource)) for selection in selections.others]
        open_others = [selection for selection, answer in others if answer is None]
        if is_covered or any(answer for _, answer in others):
            yield resource, COMPLIANT
        elif open_others:
            yield resource, _open(sorted([*unsure, *open_others], key=lambda one: one.urn), resource)
        elif question is not None:
            yield resource, question
        else:
            yield resource, violation("No backup selection of this stack covers it")


def _open(unsure: Sequence[Resource], resource: Resource) -> Verdict:
    return undecided(*_deciding(unsure, resource), whether="a backup plan covers it")


class _Selections:
    """The backup selections of a stack: those that select by reference or by whole ARNs alone, and others."""

    def __init__(self, stack: Stack) -> None:
        self.others: list[Resource] = []
        self._by_target: ByTarget[Resource] = ByTarget()
        self._covers: Callable[[Sequence[Resource]], bool] = once(lambda found: not all(map(_has_exceptions, found)))
        self._unsure = once(_unsure)
        # What is not known of the selections is asked of every resource that they may cover.
        self._question: Callable[[Sequence[Resource]], Verdict | None] = once(_common_question)
        names = {kind: _Names.of(stack, kind) for kind in _ARNS}
        for selection in stack.of(BACKUP_SELECTION):
            items, tags = selection["resources"].elements(), selection["selectionTags"].elements()
            if tags == [] and selection["resources"].is_unknown:
                self._by_target.add(selection, (), True)
                continue
            if not items or tags != [] or not all(item.is_unknown or _is_whole(item) for item in items):
                self.others.append(selection)
                continue
            references = [stack.reference(item, *_ARNS, among=items) for item in items if item.is_unknown]
            for one in {id(reference.targets): reference for reference in references}.values():
                self._by_target.add(selection, one.targets, one.is_open)
            for item in items:
                for targets in _named_by(item, names):
                    self._by_target.add(selection, targets)

    def by_reference(self, resource: Resource) -> tuple[bool, Sequence[Resource], Verdict | None]:
        """Whether a selection names a resource; those of which it is not known, and what is asked of them."""
        if self._covers(self._by_target.certain(resource)):
            return True, (), None
        unsure = self._unsure(self._by_target.of(resource))
        question = self._question(unsure) or _open(unsure, resource) if unsure else None
        return False, unsure, question


class _Names(NamedTuple):
    """The resources of a kind by name; those whose name is not known, as what a text may name."""

    known: Mapping[str, Sequence[tuple[Resource, Answer]]]
    unknown: Sequence[tuple[Resource, Answer]]

    @staticmethod
    def of(stack: Stack, kind: Kind) -> _Names:
        known: dict[str, list[tuple[Resource, Answer]]] = {}
        unknown: list[tuple[Resource, Answer]] = []
        for resource in stack.of(kind):
            name = resource.output(_ARNS[kind][2]).as_text()
            if name is None:
                unknown.append((resource, None))
            else:
                known.setdefault(name, []).append((resource, True))
        return _Names(known, unknown)


def _is_whole(item: Value) -> bool:
    """Whether a text names one resource, or none: it has no wildcard."""
    return not set("*?[\N{REPLACEMENT CHARACTER}").intersection(item.as_text() or "*")


def _named_by(item: Value, names: Mapping[Kind, _Names]) -> Iterator[Sequence[tuple[Resource, Answer]]]:
    """The resources that an ARN without wildcards names, and those that it may name."""
    parts = (item.as_text() or "").split(":", 5)
    for kind, (service, start, _) in _ARNS.items():
        if len(parts) == 6 and parts[2] == service and parts[5].startswith(start):
            yield names[kind].known.get(parts[5].removeprefix(start), ())
            yield names[kind].unknown


def _common_question(unsure: Sequence[Resource]) -> Verdict | None:
    """What is asked of every resource that some selections may cover; None where it is about the resource itself."""
    is_open = any(True for selection in unsure for name in _SELECTING for _ in selection[name].unknown_parts())
    return _open(unsure, unsure[0]) if is_open else None


def _unsure(found: Sequence[tuple[Resource, Answer]]) -> Sequence[Resource]:
    """Which of some selections may cover what they name, where none does for sure."""
    return list(dict.fromkeys(selection for selection, _ in found))


_EXCEPTIONS = ("conditions", "notResources")
_SELECTING = ("resources", "selectionTags", *_EXCEPTIONS)
_WITHOUT_EXCEPTIONS = "Cover it by a selection without conditions and not_resources."


def _deciding(selections: Sequence[Resource], resource: Resource) -> list[Value | Unknown]:
    """What has to be known to tell what selections cover: their unknown parts, else their exceptions, else a name."""
    parts = [selection[name] for selection in selections for name in _SELECTING]
    unknown = [part for value in parts for part in value.unknown_parts()]
    name = resource[_ARNS[resource.kind][2]] if resource.kind in _ARNS else None
    tags = [resource["tags"]] if resource["tags"].is_unknown else []
    exceptions = [
        Unknown(part.path, Cause.NOT_EVALUATED, part.shown, part.owner, part.property_name, settle=_WITHOUT_EXCEPTIONS)
        for part in parts
        if part.path in _EXCEPTIONS and not part.is_absent
    ]
    found: Sequence[Value | Unknown] = unknown or tags or exceptions
    return list(found) or [name or parts[0]]


def _selects(stack: Stack, selection: Resource, resource: Resource) -> Answer:
    """Whether a selection covers a resource; `None` where that cannot be told, as where it has exceptions."""
    items, tags = selection["resources"].elements(), selection["selectionTags"].elements()
    answers = [_names(stack, item, items, resource) for item in items] if items is not None else [None]
    answers += [_tagged(resource, tag) for tag in tags] if tags is not None else [None]
    if any(answers):
        return None if _has_exceptions(selection) else True
    return None if None in answers else False


def _has_exceptions(selection: Resource) -> bool:
    return any(not selection[name].must_not_be_set().is_compliant for name in _EXCEPTIONS)


def _names(stack: Stack, item: Value, among: Sequence[Value], resource: Resource) -> Answer:
    if item.is_unknown:
        return stack.reference(item, *_ARNS, among=among).to(resource)
    text = item.as_text()
    if text is None or text == "*":
        return text == "*"
    return _matches(text.split(":", 5), resource)


def _matches(parts: Sequence[str], resource: Resource) -> bool | None:
    """Whether a pattern of ARNs fits; AWS Backup looks in its own region and account only."""
    if resource.kind not in _ARNS or len(parts) < 6:
        return False
    service, start, name_property = _ARNS[resource.kind]
    if not fnmatchcase(service, parts[2]):
        return False
    if fnmatchcase(f"{start}\N{REPLACEMENT CHARACTER}", parts[5]):
        return True
    name = resource.output(name_property).as_text()
    if name is None:
        return None if parts[5].startswith(start) else False
    return fnmatchcase(f"{start}{name}", parts[5])


def _tagged(resource: Resource, tag: Value) -> bool | None:
    """Whether a resource has a selection's tag."""
    key, wanted = tag["key"].as_text(), tag["value"].as_text()
    if key is None or wanted is None:
        return None if tag["key"].is_unknown or tag["value"].is_unknown else False
    own = [tag.holds(lambda value: value == wanted) for tag in (tag_of(resource, key), resource["tagsAll"][key])]
    return True if any(own) else None if None in own else False
