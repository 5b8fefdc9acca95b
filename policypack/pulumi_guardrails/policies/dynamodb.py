"""DynamoDB: tables whose past can be restored, that are encrypted with a key in KMS, and that grow with their load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from pulumi_guardrails.aws.resource_types import DYNAMODB_TABLE, DYNAMODB_TABLE_REPLICA, SCALING_POLICY, SCALING_TARGET
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import (
    Constraint,
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    sets,
)
from pulumi_guardrails.core.references import ByTarget, Doubts, Question
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value, snake_case
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, all_of, violation

_OF_SCALING = ("resourceId", "scalableDimension")

_DIMENSIONS = ("dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits")
"""What of a provisioned table has to grow (Application Auto Scaling API Reference, ScalableTarget)."""


def _replicas_too(table: Resource, path: str, name: str) -> Mapping[str, Any]:
    """What switches something on for a table, by path, and for each of its replicas, by name."""
    replicas = table["replicas"].elements()
    fixed = [{**item.raw, name: True} for item in replicas or () if isinstance(item.raw, Mapping)]
    if replicas is None or len(fixed) != len(replicas):
        # A list without the replica that cannot be read would have AWS delete it, and its copy of the table.
        return {}
    return {path: True} | ({"replicas": fixed} if fixed else {})


def _restore_everywhere(table: Resource, settings: Settings) -> Mapping[str, Any]:
    switch = "pointInTimeRecovery"
    return _replicas_too(table, switch if table.kind is DYNAMODB_TABLE_REPLICA else f"{switch}.enabled", switch)


def _protect_everywhere(table: Resource, settings: Settings) -> Mapping[str, Any]:
    return _replicas_too(table, "deletionProtectionEnabled", "deletionProtectionEnabled")


def _on_each_replica(table: Resource, name: str) -> Verdict:
    """A switch of a replica's own, which is off by default."""
    return table["replicas"].each(
        lambda replica: replica[name].with_default(False).must_be(True, f"Set {snake_case(name)}=True on the replica.")
    )


@ResourcePolicy(
    title="A DynamoDB table has point-in-time recovery enabled",
    why=(
        "A faulty release or a careless script overwrites items in seconds; with point-in-time recovery the table can "
        "be restored to the second before, up to 35 days back. Without it there are only copies."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.POINT_IN_TIME_RECOVERY,
    kinds=(DYNAMODB_TABLE, DYNAMODB_TABLE_REPLICA),
    rows=("Point-in-time recovery is on",),
    controls=controls(
        FSBP="DynamoDB.2",
        PCI="10.3.3.10 10.5.1.6 3.2.1.5 3.3.1.1.5 3.3.1.3.5 3.3.2.5 3.3.3.5",
        SOC2="cc_7_4 cc_a_1_1",
        HIPAA="164_308_a_1_ii_b 164_308_a_7_i 164_308_a_7_ii_a 164_308_a_7_ii_b 164_308_a_7_ii_c 164_312_a_2_ii",
        NIST="cp_1_2 cp_2_5 cp_6_2 cp_9_a cp_9_b cp_9_c cp_10 cp_10_2",
    ),
    remediation_steps=(
        "Set point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True), and on every replica."
    ),
    example=(
        'aws.dynamodb.Table("sessions", hash_key="id", billing_mode="PAY_PER_REQUEST",\n'
        '    attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S")],\n'
        "    point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True))"
    ),
    url="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html",
    topics=(Topic.DATABASE, Topic.BACKUP),
    remediation=_restore_everywhere,
)
def dynamodb_point_in_time_recovery(table: Resource, settings: Settings) -> Verdict:
    """Of the table and of each replica, whose recovery is a switch of its own."""
    recovery = table["pointInTimeRecovery"]
    if table.kind is DYNAMODB_TABLE_REPLICA:
        return recovery.must_be(True)
    off_by_default = recovery["enabled"].with_default(False)
    fix = "Set point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True)."
    return all_of(off_by_default.must_be(True, fix), _on_each_replica(table, "pointInTimeRecovery"))


@ResourcePolicy(
    title="A DynamoDB table is encrypted with an AWS KMS key",
    why=(
        "DynamoDB encrypts every table, by default with a key of its own that no customer sees. With a key in KMS, "
        "AWS's or the customer's, each use is in CloudTrail, and the key's policy is a second lock."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.ENCRYPTION,
    kinds=(DYNAMODB_TABLE,),
    rows=("Encrypted at rest; with the customer's key where required",),
    controls=controls(
        PCI="3.5.1.11 3.5.1.12 8.3.2.18 8.3.2.19",
        SOC2="pi_1_5",
        HIPAA="164_308_a_4_ii_a 164_312_a_2_iv 164_312_e_2_ii",
        ISO27001="A.8.5 A.8.11 A.8.24",
        NIST="au_9_3 sc_8_3 sc_8_4 sc_13_a sc_28_1 si_19_4",
    ),
    remediation_steps="Set server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True).",
    example=(
        'aws.dynamodb.Table("sessions", hash_key="id", billing_mode="PAY_PER_REQUEST",\n'
        '    attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S")],\n'
        "    server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True))"
    ),
    url="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html",
    topics=(Topic.DATABASE, Topic.ENCRYPTION),
    remediation=sets(serverSideEncryption__enabled=True),
)
def dynamodb_encrypted(table: Resource, settings: Settings) -> Verdict:
    """Not enabled means DynamoDB's own key, enabled means a key in KMS."""
    fix = "Set server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True)."
    enabled = table["serverSideEncryption"]["enabled"].with_default(False)
    verdict = enabled.must_be(True, fix)
    if not verdict.is_violation or enabled.effective is not False:
        return verdict
    shown = "[secret]" if enabled.secret else "not set" if enabled.is_absent else "false"
    return enabled.mismatch(f"{shown}, and DynamoDB encrypts with a key of its own", "a key in KMS", fix)


@StackPolicy(
    title="A DynamoDB table is on demand, or its provisioned capacity has auto scaling",
    why=(
        "A table with fixed capacity refuses requests above it and is paid for below it. On demand it follows the "
        "load; provisioned it needs a scaling target and a scaling policy each for reads and for writes."
    ),
    severity=Severity.MEDIUM,
    kinds=(DYNAMODB_TABLE,),
    rows=("On demand, or provisioned with auto-scaling",),
    remediation_steps=(
        'Set billing_mode="PAY_PER_REQUEST", or add for read and write capacity an aws.appautoscaling.Target and an '
        "aws.appautoscaling.Policy."
    ),
    example=(
        'aws.dynamodb.Table("sessions", hash_key="id", billing_mode="PAY_PER_REQUEST",\n'
        '    attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S")])'
    ),
    url="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html",
    topics=(Topic.DATABASE, Topic.SCALING),
)
def dynamodb_capacity(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Where no mode is set a table is provisioned."""
    for table in stack.of(DYNAMODB_TABLE):
        yield table, _follows_its_load(stack, table)


def _follows_its_load(stack: Stack, table: Resource) -> Verdict:
    mode = table["billingMode"]
    if mode.effective == "PROVISIONED":
        return _scales(stack, table)
    return mode.must_be_one_of("PAY_PER_REQUEST")


def _scales(stack: Stack, table: Resource) -> Verdict:
    return all_in([_scales_by(stack, table, dimension) for dimension in _DIMENSIONS])


def _scales_by(stack: Stack, table: Resource, dimension: str) -> Verdict:
    """A target for this dimension of the table, and a policy that moves it."""
    scaling = stack.shared(_Scaling)
    answer, doubts = scaling.told[dimension](scaling.targets(table))
    if answer:
        return COMPLIANT
    capacity = dimension.rpartition(":")[2]
    if answer is None:
        return scaling.questions[dimension].undecided(doubts[table["name"].is_known], table["name"])
    return violation(
        f"The table has provisioned capacity without auto scaling of {capacity}",
        path="billingMode",
        actual=table["billingMode"].shown,
        expected="PAY_PER_REQUEST, or a scaling target with a scaling policy",
    )


_Targets = Sequence[tuple[Resource, Answer]]


def _by_urn(targets: _Targets) -> _Targets:
    return sorted(targets, key=lambda found: found[0].urn)


class _Scaling:
    """The scaling targets of each table, and the policies of each target; shared through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._policies: Sequence[Resource] = stack.of(SCALING_POLICY)
        self.told = {dimension: once(partial(self._tell, dimension)) for dimension in _DIMENSIONS}
        self.questions = {
            one: Question(f"auto scaling of {one.rpartition(':')[2]} is for this table") for one in _DIMENSIONS
        }
        self._of_nameless: Callable[[_Targets], _Targets] = once(
            lambda found: _by_urn([*found, *((target, None) for target in self._named)])
        )
        self._by_table: ByTarget[Resource] = ByTarget()
        self._named: list[Resource] = []
        self._by_text: dict[str, list[Resource]] = {}
        for target in stack.of(SCALING_TARGET):
            scaled = target["resourceId"]
            reference = stack.reference(scaled, DYNAMODB_TABLE, named="name")
            # Without an edge to a table it may be put together from the same text as a table's name.
            tables = reference.targets if reference.direct and scaled.is_unknown else ()
            self._by_table.add(target, tables, is_open=scaled.is_unknown and not tables)
            if not scaled.is_unknown:
                self._named.append(target)
                self._by_text.setdefault(scaled.as_text() or "", []).append(target)
        self._by_edge: ByTarget[Resource] = ByTarget()
        self._known: set[tuple[str | None, ...]] = set()
        self._has_unknown = False
        for policy in self._policies:
            values = [policy[name] for name in _OF_SCALING]
            for value in values:
                if value.is_unknown:
                    self._by_edge.add(policy, stack.reference(value, SCALING_TARGET).targets)
            if any(value.is_unknown for value in values):
                self._has_unknown = True
            else:
                self._known.add(tuple(value.as_text() for value in values))

    def targets(self, table: Resource) -> _Targets:
        """The scaling targets that are of a table (true), or may be (`None`), in the order of the stack."""
        name, found = table["name"].as_text(), self._by_table.of(table)
        if name is None:
            return self._of_nameless(found) if self._named else found
        named = self._by_text.get(f"table/{name}", ())
        return _by_urn([*found, *((target, True) for target in named)]) if named else found

    def _tell(self, dimension: str, targets: _Targets) -> tuple[Answer, tuple[Doubts, Doubts]]:
        """Whether one of some targets scales a table, and what leaves it open where its name is not known, and is."""
        answers: list[Answer] = []
        first: list[Value] = []
        more: list[Value] = []
        for target, is_of in targets:
            fits = target["scalableDimension"].holds(lambda text: text == dimension)
            answer = kleene_all([fits, is_of, self.moves(target)])
            if answer is None:
                owners = (target,) if None in answers else (target, *self._policies)
                parts = [one[name] for one in owners for name in ("resourceId", "scalableDimension")]
                (more if None in answers else first).extend(part for part in parts if not part.is_known)
            answers.append(answer)
        return kleene_any(answers), (Doubts([*first, None, *more], True), Doubts([*first, *more], False))

    def moves(self, target: Resource) -> Answer:
        """Whether a scaling policy is of a target: by the target's own properties, or by an edge to it."""
        if any(answer for _, answer in self._by_edge.of(target)):
            return True
        values = [target[name] for name in _OF_SCALING]
        if any(value.is_unknown for value in values):
            return None if self._has_unknown or self._known else False
        return (
            True if tuple(value.as_text() for value in values) in self._known else None if self._has_unknown else False
        )


@ResourcePolicy(
    title="A DynamoDB table has deletion protection enabled",
    why=(
        "Deletion protection is the last question before a table and its items are gone. It is off by default here, "
        "because a stack for development has to go as easily as it came: switch the policy on for production."
    ),
    severity=Severity.MEDIUM,
    off=True,
    kinds=(DYNAMODB_TABLE, DYNAMODB_TABLE_REPLICA),
    rows=("DynamoDB: Deletion protection is on (production)",),
    controls=controls(FSBP="DynamoDB.6"),
    remediation_steps="Set deletion_protection_enabled=True.",
    example=(
        'aws.dynamodb.Table("sessions", hash_key="id", billing_mode="PAY_PER_REQUEST",\n'
        '    attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S")], deletion_protection_enabled=True)'
    ),
    url="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html",
    topics=(Topic.DATABASE, Topic.AVAILABILITY),
    remediation=_protect_everywhere,
)
def dynamodb_deletion_protection(table: Resource, settings: Settings) -> Verdict:
    """Of the table and of each replica, which has a protection of its own."""
    own = table["deletionProtectionEnabled"].must_be(True)
    return all_of(own, _on_each_replica(table, "deletionProtectionEnabled"))
