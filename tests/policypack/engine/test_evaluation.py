"""What is reported for a verdict, and what a remedy makes of a resource's properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pulumi_guardrails.core.policy import Level, Policy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Finding,
    Outcome,
    Unknown,
    Verdict,
    all_of,
    mismatch,
    not_applicable,
    undecided,
    violation,
)
from pulumi_guardrails.engine.configuration import Configuration, OnUndecided, configure
from pulumi_guardrails.engine.evaluation import (
    judge,
    judge_stack,
    overall,
    page_of,
    remedied,
    reports_of,
    violation_message,
)
from pulumi_guardrails.engine.waivers import Waiver
from tests.policypack.cases import policies_by_name, resource

RETENTION, FLOW_LOG = (policies_by_name()[name] for name in ("log-retention", "vpc-flow-log"))
GROUP = "aws:cloudwatch/logGroup:LogGroup"
TODAY = date(2030, 6, 15)
GROUP_7_DAYS = resource(GROUP, "api", retentionInDays=7.0)
PLAIN = configure(RETENTION, {})
WRONG = mismatch("a", "b", "c", "d")
OPEN, APART = undecided(Unknown("days", property_name="days")), not_applicable("why")


def told(
    verdict: Verdict, configuration: Configuration = PLAIN, judged: Resource | None = None, **more: Any
) -> list[tuple[Level, str, str]]:
    reports = reports_of(RETENTION, Level.REMEDIATE, configuration, judged, verdict, TODAY, **more)
    return [(report.level, report.urn, report.message.partition("\n")[0]) for report in reports]


def test_a_violation_has_the_level_of_its_policy_and_one_report_with_every_finding() -> None:
    group = resource(GROUP, "api")
    both = all_of(WRONG, violation("e has f"))
    assert told(both, judged=group) == [
        (Level.REMEDIATE, group.urn, f"LogGroup 'api': a is b; expected c. e has f. d {RETENTION.remediation_steps}"),
    ]
    assert told(WRONG) == [(Level.REMEDIATE, "", "a is b; expected c. d")]


def test_of_many_findings_the_first_few_are_said_and_how_many_there_are_more() -> None:
    many = all_of(*(violation(f"entry {number} is open", fix="Close it.") for number in range(9)))
    ((_, _, message),) = told(many)
    assert message.startswith("entry 0 is open. entry 1 is open.")
    assert message.endswith("entry 4 is open. (4 more.) Close it.")


def test_verdicts_of_one_resource_and_outcome_are_one() -> None:
    group, other = resource(GROUP, "api"), resource(GROUP, "other")
    given = [
        (group, violation("a")),
        (other, violation("b")),
        (group, violation("c")),
        (group, OPEN),
        (group, violation("a")),
    ]
    policy = replace(FLOW_LOG, check=lambda stack, settings: given)
    found = judge_stack(policy, Stack([group, other]), configure(FLOW_LOG, {}))
    assert [(one, [each.message for each in verdict.findings]) for one, verdict in found] == [
        (group, ["a", "c"]),
        (other, ["b"]),
        (group, [""]),
    ]


@pytest.mark.parametrize("verdict", [COMPLIANT, APART])
def test_what_is_compliant_or_not_applicable_is_not_reported(verdict: Verdict) -> None:
    assert told(verdict) == []


def test_a_finding_with_a_message_is_a_sentence_of_its_own() -> None:
    assert violation_message(RETENTION, None, [Finding("The way is open", fix="Close it.")]) == (
        "The way is open. Close it."
    )


@pytest.mark.parametrize(
    ("choice", "level"), [(OnUndecided.ADVISORY, Level.ADVISORY), (OnUndecided.MANDATORY, Level.MANDATORY)]
)
def test_an_undecided_verdict_has_the_level_that_is_configured(choice: OnUndecided, level: Level) -> None:
    ((reached, urn, message),) = told(OPEN, replace(PLAIN, on_undecided=choice))
    assert (reached, urn) == (level, "")
    later = "Re-evaluated during the update, before the resource is created or changed."
    settle = "To decide at preview, set days to a value that the program knows."
    assert message == f"Undecided: days is not known before the update. {later} {settle}"


def test_an_undecided_verdict_can_be_ignored_and_a_violation_cannot() -> None:
    ignoring = replace(PLAIN, on_undecided=OnUndecided.IGNORE)
    assert told(OPEN, ignoring) == []
    assert told(WRONG, ignoring) != []


def test_an_undecided_verdict_says_what_is_not_known_of_which_resource_and_what_computes_it() -> None:
    vpc, other = resource("aws:ec2/vpc:Vpc", "a"), resource("aws:ec2/vpc:Vpc", "b")
    log = resource("aws:ec2/flowLog:FlowLog", "log", vpcId=UNKNOWN)
    log.dependencies = {"vpcId": [vpc.urn, other.urn]}
    verdict = undecided(log["vpcId"], whether="it covers the VPC")
    stack = Stack([vpc, other, log])
    sources = "computed from Vpc 'a' (aws:ec2/vpc:Vpc) and Vpc 'b' (aws:ec2/vpc:Vpc)"
    ((_, _, message),) = told(verdict, judged=log, stack=stack)
    assert f"cannot tell whether it covers the VPC: vpcId is not known before the update, {sources}." in message
    ((_, _, message),) = told(verdict, judged=vpc, stack=stack)
    assert "Vpc 'a': cannot tell whether it covers the VPC: vpcId of FlowLog 'log' is not known" in message
    log.dependencies = {}
    ((_, _, message),) = told(verdict, judged=log, stack=stack)
    assert "vpcId is not known before the update, and the engine names no source of it." in message


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        (
            Cause.OUTSIDE_STACK,
            'groupId is "sg-1", which is not part of this stack. '
            "Declare it in this stack or read it with aws.ec2.SecurityGroup.get, so that it is seen.",
        ),
        (Cause.CHOSEN_BY_AWS, "groupId is not set, so that AWS chooses it. Set group_id."),
        (
            Cause.INHERITED,
            "groupId is not set, so that it is taken from what the resource is made from. "
            "Set group_id to what the source has, or have the source in this stack.",
        ),
        (
            Cause.REDACTED,
            "groupId is redacted, as a secret that nothing here can decrypt. "
            "Evaluate the stack by pulumi preview, which passes secrets on to the policies decrypted.",
        ),
        (
            Cause.NOT_TARGETED,
            "groupId is left out by a targeted operation. Run the operation without --target and --exclude.",
        ),
        (
            Cause.AMBIGUOUS,
            "groupId is ambiguous. Check it by hand; onUndecided: ignore leaves it out of the report.",
        ),
        (
            Cause.NOT_EVALUATED,
            'groupId is "sg-1", which is more than this policy evaluates. '
            "Check it by hand; onUndecided: ignore leaves it out of the report.",
        ),
        (
            Cause.UNREADABLE,
            "groupId is in no form that the pack can read. Set group_id to a value that AWS documents for it.",
        ),
        (
            Cause.DEFECT,
            'groupId failed by a defect of the policy pack ("sg-1"). '
            "Report it with the policy's name; onUndecided: ignore leaves it out until it is fixed.",
        ),
    ],
)
def test_what_the_update_does_not_make_known_is_settled_by_what_its_cause_asks_for(cause: Cause, sentence: str) -> None:
    for preview in (True, False):
        ((_, _, message),) = told(undecided(Unknown("groupId", cause, '"sg-1"')), preview=preview)
        assert message == f"Undecided: {sentence}"


def test_after_the_update_nothing_is_said_of_an_evaluation_to_come() -> None:
    ((_, _, message),) = told(OPEN, preview=False)
    settle = "The update did not make it known: set days to a value that the program knows."
    assert message == f"Undecided: days is not known before the update. {settle}"


QUEUE, KEY, OTHER_STACK = "aws:sqs/queue:Queue", "aws:kms/key:Key", "pulumi:pulumi:StackReference"


@pytest.mark.parametrize(
    ("name", "sources", "settle"),
    [
        ("policy", [(QUEUE, "q")], "set name of Queue 'q', and write policy from that name, not from an output."),
        (
            "policy",
            [(QUEUE, "q"), (QUEUE, "r")],
            "set name of Queue 'q' and name of Queue 'r', and write policy from those names, not from outputs.",
        ),
        ("days", [(KEY, "k")], "set days to a value that the program knows, not one computed from Key 'k'."),
        ("topicArn", [(QUEUE, "q")], "set name of Queue 'q', and write topic_arn from that name, not from an output."),
        (
            "vpcId",
            [(KEY, "k")],
            "set vpc_id directly to an output of the resource that is meant, not one computed from ",
        ),
        ("vpcId", [], "set vpc_id directly to an output of the resource that is meant."),
        ("role", [(KEY, "k"), (QUEUE, "q")], "set role to an output of one of Key 'k' and Queue 'q' alone."),
    ],
)
def test_a_value_that_is_not_known_yet_is_settled_by_what_computes_it(
    name: str, sources: list[tuple[str, str]], settle: str
) -> None:
    judged = resource(GROUP, "api", **{name: UNKNOWN})
    computing = [resource(token, called) for token, called in sources]
    judged.dependencies = {name: [one.urn for one in computing]}
    ((_, _, message),) = told(undecided(judged[name]), judged=judged, stack=Stack([judged, *computing]))
    assert (
        f"Re-evaluated during the update, before the resource is created or changed. To decide at preview, {settle}"
        in message
    )


@pytest.mark.parametrize(
    ("sources", "settle"),
    [
        ([(KEY, "k")], "A preview knows policy once Key 'k' exists."),
        ([(KEY, "k"), (QUEUE, "q")], "A preview knows policy once Key 'k' and Queue 'q' exist."),
    ],
)
def test_an_arn_that_no_name_tells_is_known_once_its_resource_exists(
    sources: list[tuple[str, str]], settle: str
) -> None:
    judged = resource(GROUP, "api", policy=UNKNOWN)
    computing = [resource(token, called) for token, called in sources]
    judged.dependencies = {"policy": [one.urn for one in computing]}
    ((_, _, message),) = told(undecided(judged["policy"]), judged=judged, stack=Stack([judged, *computing]))
    assert message.endswith(f"before the resource is created or changed. {settle}")


def test_findings_that_ask_the_same_are_one_question() -> None:
    asked = [undecided(Unknown(name), whether="it is private") for name in ("a", "b", "c", "d")]
    ((_, _, message),) = told(all_of(*asked))
    unknown = "is not known before the update"
    assert f"cannot tell whether it is private: a {unknown}; b {unknown}; c {unknown}; 1 more." in message
    assert message.endswith("To decide at preview, set a, b and c to a value that the program knows.")


def test_what_waits_for_the_same_value_says_it_once() -> None:
    asked = [undecided(Unknown("a"), whether=f"it has {number}") for number in range(5)]
    ((_, _, message),) = told(all_of(*asked))
    assert message.startswith(
        "Undecided: cannot tell whether it has 0, or whether it has 1, or whether it has 2, and 2 more: "
        "a is not known before the update. Re-evaluated"
    )


def test_an_output_of_another_stack_is_settled_by_an_update_of_that_stack_alone() -> None:
    judged, network = resource(GROUP, "api", vpcId=UNKNOWN), resource(OTHER_STACK, "network")
    judged.dependencies = {"vpcId": [network.urn]}
    ((_, _, message),) = told(undecided(judged["vpcId"]), judged=judged, stack=Stack([judged, network]))
    assert message.endswith(
        "(pulumi:pulumi:StackReference). "
        "Update the stack that StackReference 'network' reads first: a preview then knows vpc_id."
    )


def test_what_aws_gives_a_resource_is_known_once_it_exists() -> None:
    judged = resource(GROUP, "api", tags={})
    ((_, _, message),) = told(undecided(judged.output("arn")), judged=judged, stack=Stack([judged]))
    assert "arn is not known before the update, given by AWS when the resource is created." in message
    assert message.endswith("A preview knows arn once LogGroup 'api' exists.")


def test_a_value_that_refers_to_the_judged_resource_is_not_what_is_open() -> None:
    judged, rule = resource(GROUP, "api"), resource(GROUP, "rule", groupId=UNKNOWN, port=UNKNOWN)
    rule.dependencies = {"groupId": [judged.urn]}
    stack = Stack([judged, rule])
    ((_, _, message),) = told(undecided(rule["groupId"], rule["port"]), judged=judged, stack=stack)
    assert "groupId" not in message
    assert "port of LogGroup 'rule' is not known" in message


def test_what_a_policy_knows_of_its_settlement_replaces_what_the_cause_says() -> None:
    one = Unknown("the account", settle="Set allowed_account_ids.")
    ((_, _, message),) = told(undecided(one))
    assert message == "Undecided: the account is not known before the update. Set allowed_account_ids."


def test_a_setting_that_tells_what_is_foreign_is_named() -> None:
    foreign = undecided(Unknown("subnets[0]", Cause.OUTSIDE_STACK, '"subnet-1"')).answered_by("privateSubnets")
    ((_, _, message),) = told(foreign)
    assert "Name it in the policy's setting privateSubnets, or declare it in this stack" in message


def test_properties_that_are_the_same_and_ought_to_be_the_same_are_one_sentence() -> None:
    alike = all_of(*(mismatch(path, "false", "true", "Set it.") for path in ("a", "b", "c")), mismatch("d", "1", "2"))
    ((_, _, message),) = told(alike)
    assert message.startswith("a, b and c are false; expected true. d is 1; expected 2. Set it.")


def test_a_second_sentence_begins_with_a_capital_unless_it_begins_with_a_property() -> None:
    ((_, _, message),) = told(all_of(*map(violation, ("the way is open", "the port is open", "port is 1"))))
    assert message.startswith("the way is open. The port is open. port is 1.")


LAST_LINES = [
    (Level.MANDATORY, "", True, "To accept it, use the policy's setting waivers. See "),
    (Level.MANDATORY, "minimumDays", True, "To accept it, use the policy's setting minimumDays or waivers. See "),
    (Level.MANDATORY, "minimumDays", False, "To accept it, use the policy's setting minimumDays. See "),
    (Level.MANDATORY, "", False, "See "),
    (Level.ADVISORY, "", True, "See "),
    (Level.ADVISORY, "minimumDays", True, "To accept it, use the policy's setting minimumDays. See "),
]


@pytest.mark.parametrize(("level", "setting", "of_resource", "line"), LAST_LINES)
def test_a_message_ends_with_what_accepts_the_finding_and_the_page_of_the_policy(
    level: Level, setting: str, of_resource: bool, line: str
) -> None:
    judged = resource(GROUP, "api") if of_resource else None
    (report,) = reports_of(RETENTION, level, PLAIN, judged, WRONG.answered_by(setting), TODAY)
    assert report.message.splitlines()[1:] == [f"{line}{RETENTION.url}"]


def test_a_setting_that_answers_some_findings_only_is_not_named() -> None:
    (report,) = reports_of(
        RETENTION, Level.ADVISORY, PLAIN, None, all_of(WRONG.answered_by("a"), violation("b")), TODAY
    )
    assert "setting" not in report.message.splitlines()[-1]


@pytest.mark.parametrize("days", [0, -1])
def test_what_is_undecided_or_has_a_waiver_ends_with_the_page_alone(days: int) -> None:
    waiver = Waiver("*", "moving on", "the owner", TODAY + timedelta(days))
    waiving = replace(PLAIN, waivers=(waiver,))
    for verdict in (WRONG, OPEN):
        (report,) = reports_of(RETENTION, Level.MANDATORY, waiving, resource(GROUP, "api"), verdict, TODAY)
        assert report.message.splitlines()[1:] == [f"See {RETENTION.url}"]


def test_where_the_documentation_is_published_the_page_is_that_of_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi_guardrails.DOCUMENTATION_URL", "https://example.com/")
    assert page_of(RETENTION) == "https://example.com/policies/cloudwatch/#log-retention"


def test_of_many_unknown_values_three_are_named_once_each() -> None:
    ((_, _, message),) = told(undecided(*(Unknown(name) for name in ("a", "b", "a", "c", "d", "e"))))
    assert "; b is" in message
    assert "; 2 more." in message


@pytest.mark.parametrize(("expires", "level"), [(TODAY, Level.ADVISORY), (date(2030, 6, 14), Level.REMEDIATE)])
def test_a_waiver_is_of_a_resource_and_never_of_the_stack(expires: date, level: Level) -> None:
    waiving = replace(PLAIN, waivers=(Waiver("*", "moving on", "the owner", expires),))
    ((reached, _, message),) = told(WRONG, waiving, resource(GROUP))
    assert reached is level
    assert "a is b" in message
    assert ("It has expired" in message) is (level is Level.REMEDIATE)
    assert told(WRONG, waiving) == told(WRONG)


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        ([], Outcome.NOT_APPLICABLE),
        ([APART], Outcome.NOT_APPLICABLE),
        ([APART, COMPLIANT], Outcome.COMPLIANT),
        ([COMPLIANT, OPEN], Outcome.UNDECIDED),
        ([OPEN, WRONG, COMPLIANT], Outcome.VIOLATION),
    ],
)
def test_the_evidence_of_a_stack_is_its_worst_verdict(verdicts: list[Verdict], outcome: Outcome) -> None:
    assert overall(verdicts).outcome is outcome


def failing(*_: Any) -> Any:
    raise KeyError("hunter2")


def test_a_defect_is_undecided_for_the_resource_or_the_stack() -> None:
    verdict = judge(replace(RETENTION, check=failing), GROUP_7_DAYS, PLAIN)
    ((judged, of_stack),) = judge_stack(replace(FLOW_LOG, check=failing), Stack([]), PLAIN)
    assert judged is None
    assert verdict == of_stack
    assert verdict.is_undecided
    ((unknown,),) = (finding.unknowns for finding in verdict.findings)
    assert (unknown.cause, unknown.shown) == (Cause.DEFECT, "KeyError")
    assert "hunter2" not in str(verdict)


def test_a_resource_of_another_kind_or_of_none_is_not_judged() -> None:
    never = replace(RETENTION, check=failing)
    for token in ("aws:kms/key:Key", "aws:any/any:Any"):
        assert judge(never, resource(token, name="x"), PLAIN).outcome is Outcome.NOT_APPLICABLE


def fixing(**changes: Any) -> Policy:
    """A policy that is always violated and fixed by these changes; `__` stands for a dot."""
    dotted: Mapping[str, Any] = {path.replace("__", "."): value for path, value in changes.items()}
    return replace(RETENTION, check=lambda *_: WRONG, remediation=lambda *_: dotted)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"other": 1}, {"other": 1, "block": {"inner": {"on": True}}}),
        ({"block": {"a": 1}}, {"block": {"a": 1, "inner": {"on": True}}}),
        ({"block": [{"a": 1, "inner": {"on": False}}]}, {"block": [{"a": 1, "inner": {"on": True}}]}),
    ],
)
def test_a_remedy_sets_what_is_nested_and_leaves_the_resource_as_it_was(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    broken = resource(GROUP, **before)
    was = repr(broken.properties)
    assert remedied(fixing(block__inner__on=True), broken, PLAIN) == after
    assert repr(broken.properties) == was


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Secret("off"), Secret("on")),
        (Secret([{"a": 1}]), Secret("on")),
        ([{"a": Secret(1)}, 2], Secret("on")),
        ({"a": [Secret(1)]}, Secret("on")),
        ([{"a": 1}], "on"),
        (None, "on"),
    ],
)
def test_what_takes_the_place_of_a_secret_is_one(before: Any, after: Any) -> None:
    assert remedied(fixing(block="on"), resource(GROUP, block=before), PLAIN) == {"block": after}
    nested = resource(GROUP, outer={"block": before})
    assert remedied(fixing(outer__block="on"), nested, PLAIN) == {"outer": {"block": after}}


def test_a_secret_that_a_remedy_keeps_is_marked_once() -> None:
    for value in ([{"a": Secret(1), "on": True}], Secret("new")):
        before = [{"a": Secret(1)}] if isinstance(value, list) else Secret("new")
        assert remedied(fixing(block=value), resource(GROUP, block=before), PLAIN) == {"block": value}


def test_a_setting_within_a_secret_block_is_set_within_it() -> None:
    broken = resource(GROUP, block=Secret({"inner": {"a": 1}}))
    assert remedied(fixing(block__inner__on=True), broken, PLAIN) == {"block": Secret({"inner": {"a": 1, "on": True}})}


@pytest.mark.parametrize(
    "policy",
    [
        fixing(),
        replace(fixing(on=True), remediation=None),
        replace(fixing(on=True), remediation=failing),
        replace(fixing(on=True), check=lambda *_: OPEN),
        replace(fixing(on=True), check=lambda *_: COMPLIANT),
    ],
)
def test_where_there_is_nothing_to_fix_or_no_way_to_nothing_is_fixed(policy: Policy) -> None:
    assert remedied(policy, GROUP_7_DAYS, PLAIN) is None


def test_what_one_of_several_unknown_parts_is_computed_from_is_said_of_the_whole_property() -> None:
    computing = resource(QUEUE, "q")
    judged = resource(GROUP, "api", network={"subnets": UNKNOWN, "groups": UNKNOWN})
    judged.dependencies = {"network": [computing.urn]}
    verdict = undecided(judged["network"]["subnets"])
    ((_, _, message),) = told(verdict, judged=judged, stack=Stack([judged, computing]))
    assert "network.subnets is not known before the update, and network is computed from Queue 'q'" in message
    assert message.endswith("set network.subnets directly to an output of the resource that is meant.")
