"""Settings that stand in a resource of their own, and the resource they belong to.

A bucket's encryption, a secret's rotation or a key's policy may be written in the resource itself or in one of its
own. Here is who belongs to whom: certainly, where a name or a single dependency edge says so, or possibly, where the
name is not known yet. What only possibly belongs never makes a policy pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.references import ByTarget
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


@fast_dataclass(frozen=True)
class Attached:
    """The settings of one resource.

    Attributes:
        certain: Those that belong to it.
        possible: The properties by which others may turn out to; the same object for all that the same may belong to.
        name: The name of the resource.
    """

    certain: Sequence[Resource]
    possible: Sequence[Value]
    name: Value

    def undecided(self, reference: Value) -> Verdict:
        """Undecided whether the settings with this property belong to it."""
        assert reference.owner is not None
        unknown = reference if reference.is_unknown else self.name
        return undecided(unknown, whether=f"{reference.owner.label} belongs to it")


def attached(stack: Stack, owner: Resource, kind: Kind) -> Attached:
    """The settings of a kind that belong to `owner`, or may."""
    found = stack.shared(_BY_OWNER[kind])
    certain = [value.owner for value in found.certain(owner) if value.owner is not None]
    return Attached(certain, found.possible(owner), owner[_NAMES[_OWNERS[kind][1]]])


def declared(
    stack: Stack,
    owner: Resource,
    kind: Kind,
    missing: Verdict,
    inline: Iterable[Verdict] = (),
    check: Callable[[Resource], Verdict] | None = None,
) -> Verdict:
    """Whether `owner` has settings of a kind that pass `check`, or has them inline.

    AWS keeps one of each kind for an owner: of several the last one written holds, which may be any of them.

    Args:
        stack: The stack.
        owner: The resource that should have them.
        kind: The kind of settings.
        missing: The verdict where there are none at all.
        inline: Verdicts on what is written in the owner itself; none where nothing is.
        check: What the settings have to be like; None where any will do.
    """
    found = attached(stack, owner, kind)
    written = all_in([*inline, *map(check or _passes, found.certain)], missing)
    if written.is_violation:
        return any_of(written, *map(found.undecided, found.possible[:1]))
    if check is None:
        return written
    # What passes by itself may be overwritten by what does not.
    wrong = (one for one in found.possible if one.owner is not None and not check(one.owner).is_compliant)
    return all_in([written, *map(found.undecided, wrong)])


def _passes(_settings: Resource) -> Verdict:
    return COMPLIANT


def first_set(of: Resource | Value, *names: str) -> Value:
    """The first of several spellings of a property that is set; the first spelling where none is."""
    values = [of[name] for name in names]
    return next((value for value in values if not value.is_absent), values[0])


def _by_owner(kind: Kind, stack: Stack) -> ByTarget[Value]:
    property_name, owner_kind = _OWNERS[kind]
    found: ByTarget[Value] = ByTarget()
    for settings in stack.of(kind):
        reference = stack.reference(settings[property_name], owner_kind, named=_NAMES[owner_kind])
        found.add(reference.value, reference.targets, reference.is_open)
    return found


_BY_OWNER: Mapping[Kind, Callable[[Stack], ByTarget[Value]]] = {kind: partial(_by_owner, kind) for kind in _OWNERS}
