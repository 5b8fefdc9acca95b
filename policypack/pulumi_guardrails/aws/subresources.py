"""Settings that stand in a resource of their own, and the resource they belong to.

A bucket's encryption, a secret's rotation or a key's policy may be written in the resource itself or in one of its
own. Here is who belongs to whom: certainly, where a name or a single dependency edge says so, or possibly, where the
name is not known yet. What only possibly belongs never makes a policy pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, any_of, undecided

_OWNERS: Mapping[Kind, tuple[str, Kind]] = {
    **dict.fromkeys(
        (
            resource_types.BUCKET_POLICY,
            resource_types.BUCKET_PUBLIC_ACCESS_BLOCK,
            resource_types.BUCKET_ENCRYPTION,
            resource_types.BUCKET_VERSIONING,
            resource_types.BUCKET_LIFECYCLE,
            resource_types.BUCKET_OWNERSHIP,
            resource_types.BUCKET_LOGGING,
            resource_types.BUCKET_REPLICATION,
            resource_types.BUCKET_OBJECT_LOCK,
        ),
        ("bucket", resource_types.BUCKET),
    ),
    resource_types.SECRET_ROTATION: ("secretId", resource_types.SECRET),
}
"""By kind of settings: the property that names the owner, and the owner's kind."""

_NAMES: Mapping[Kind, str] = {resource_types.BUCKET: "bucket", resource_types.SECRET: "name"}


@dataclass
class Attached:
    """The settings of one resource.

    Attributes:
        certain: Those that belong to it.
        possible: Those that may turn out to, each with what is not known of that.
    """

    certain: list[Resource] = field(default_factory=list)
    possible: list[tuple[Resource, Value]] = field(default_factory=list)


def attached(stack: Stack, owner: Resource, kind: Kind) -> Attached:
    """The settings of a kind that belong to `owner`, or may."""
    return stack.shared(_by_owner).get((kind, owner.urn), Attached())


def declared(
    stack: Stack,
    owner: Resource,
    kind: Kind,
    missing: Verdict,
    inline: Iterable[Verdict] = (),
    check: Callable[[Resource], Verdict] = lambda _settings: COMPLIANT,
) -> Verdict:
    """Whether `owner` has settings of a kind that pass `check`, or has them inline.

    AWS keeps one of each kind for an owner: of several the last one written holds, which may be any of them.

    Args:
        stack: The stack.
        owner: The resource that should have them.
        kind: The kind of settings.
        missing: The verdict where there are none at all.
        inline: Verdicts on what is written in the owner itself; none where nothing is.
        check: What the settings have to be like.
    """
    found = attached(stack, owner, kind)
    written = all_in([*inline, *map(check, found.certain)], missing)
    if written.is_violation:
        return any_of(written, *(_undecided(one, unknown) for one, unknown in found.possible))
    # What passes by itself may be overwritten by what does not.
    return all_in([written, *(_undecided(one, why) for one, why in found.possible if not check(one).is_compliant)])


def first_set(of: Resource | Value, *names: str) -> Value:
    """The first of several spellings of a property that is set; the first spelling where none is."""
    values = [of[name] for name in names]
    return next((value for value in values if not value.is_absent), values[0])


def _undecided(settings: Resource, unknown: Value) -> Verdict:
    return undecided(unknown, whether=f"{settings.label} belongs to it")


def _by_owner(stack: Stack) -> Mapping[tuple[Kind, str], Attached]:
    found: dict[tuple[Kind, str], Attached] = {}
    for kind, (property_name, owner_kind) in _OWNERS.items():
        for settings in stack.of(kind):
            value = settings[property_name]
            reference = stack.reference(value, owner_kind, named=_NAMES[owner_kind])
            answers = dict(reference.targets)
            for owner in stack.of(owner_kind) if reference.is_open else answers:
                attached_to = found.setdefault((kind, owner.urn), Attached())
                if answers.get(owner):
                    attached_to.certain.append(settings)
                else:
                    attached_to.possible.append((settings, value if value.is_unknown else owner[_NAMES[owner_kind]]))
    return found
