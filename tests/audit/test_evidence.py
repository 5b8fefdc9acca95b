"""The evidence of a run: each policy and resource has one outcome, and nothing counts as met that was not evaluated."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.description import Description, Policy, Waiver
from audit.events import Check, EventLog, Finding, PolicyException, Remediation, Step, read
from audit.evidence import Evidence, Exemption, Outcome, gather, natural
from audit.preview_document import Source
from audit.properties import PropertyChange

SAMPLES = Path(__file__).with_name("samples")
PACK = "guardrails"
PREFIX = "urn:pulumi:prod::api::"
KEY = f"{PREFIX}aws:kms/key:Key::key"
TOPIC = f"{PREFIX}aws:sns/topic:Topic::topic"

ON_KEYS = Policy(
    PACK,
    "kms-rotation",
    "A key is rotated",
    "mandatory",
    "high",
    {"CIS": ("2.10", "2.9")},
    resource_types=frozenset({"aws:kms/key:Key"}),
    on_stack=False,
)
ON_STACK = Policy(PACK, "key-used", "A key is used", "advisory", "low", {"CIS": ("2.9",)}, on_stack=True)


def described(*policies: Policy) -> Description:
    return Description(PACK, "1.0.0", {policy.name: policy for policy in policies})


def finding(policy: Policy, message: str, resource: str = KEY, level: str = "mandatory", **more: object) -> Finding:
    exceptions = more.get("exceptions", ())
    assert isinstance(exceptions, tuple)
    return Finding(policy.name, PACK, level, policy.severity, resource, f"{policy.title}.\n{message}", exceptions)


def log(
    *findings: Finding,
    passed: tuple[str, ...] = (),
    on_stack: tuple[str, ...] | None = (),
    compliant: dict[tuple[str, str], tuple[str, ...]] | None = None,
    remediations: tuple[Remediation, ...] = (),
) -> EventLog:
    """A run over a key and a topic; `passed` on the key, `on_stack` on the stack, None where it broke off before."""
    failed = tuple(one.policy for one in findings if one.resource == KEY)
    checks = [Check(PACK, KEY, passed, failed), Check(PACK, TOPIC, (), ())]
    if on_stack is not None:
        checks.append(Check(PACK, None, on_stack, tuple(one.policy for one in findings)))
    return EventLog(
        steps=(Step(KEY, "aws:kms/key:Key", "create"), Step(TOPIC, "aws:sns/topic:Topic", "create")),
        checks=tuple(checks),
        findings=findings,
        remediations=remediations,
        compliant=compliant or {},
    )


def outcome(evidence: Evidence, policy: Policy, resource: str = KEY) -> Outcome:
    (found,) = [one for one in evidence.results if (one.policy.name, one.resource) == (policy.name, resource)]
    return found.outcome


def result(evidence: Evidence, control: str) -> str:
    return next(one.result for one in evidence.controls() if one.id == control)


def test_what_passed_passed_on_its_resource_and_does_not_apply_to_another() -> None:
    evidence = gather(log(passed=("kms-rotation",)), [described(ON_KEYS)])
    assert outcome(evidence, ON_KEYS) is Outcome.PASSED
    assert outcome(evidence, ON_KEYS, TOPIC) is Outcome.NOT_APPLICABLE
    assert (evidence.project, evidence.stack, evidence.verdict) == ("api", "prod", "compliant")


def test_what_passes_on_the_stack_passes_on_the_resources_that_the_pack_names() -> None:
    named = gather(log(on_stack=("key-used",), compliant={(PACK, "key-used"): (KEY, TOPIC)}), [described(ON_STACK)])
    assert [one.resource for one in named.results] == [KEY, TOPIC]
    silent = gather(log(on_stack=("key-used",)), [described(ON_STACK)])
    assert [(one.resource, one.outcome) for one in silent.results] == [("", Outcome.PASSED)]


def test_a_policy_that_waited_for_the_stack_passes_where_the_stack_settled_it() -> None:
    evidence = gather(log(compliant={(PACK, "kms-rotation"): (KEY,)}), [described(ON_KEYS)])
    assert outcome(evidence, ON_KEYS) is Outcome.PASSED


@pytest.mark.parametrize(
    ("message", "level", "expected", "control"),
    [
        ("Key 'key': enableKeyRotation is false.", "mandatory", Outcome.VIOLATED, "not met"),
        ("Undecided: Key 'key': enableKeyRotation is not known.", "advisory", Outcome.UNDECIDED, "undecided"),
        ("Undecided: Key 'key': enableKeyRotation is not known.", "mandatory", Outcome.UNDECIDED, "undecided"),
        (
            "Waived: Key 'key': it is. [Waiver: until June; approved by Ada; expires 2027-06-30]\nSee page",
            "advisory",
            Outcome.WAIVED,
            "waived",
        ),
    ],
)
def test_a_finding_counts_as_what_it_says(message: str, level: str, expected: Outcome, control: str) -> None:
    evidence = gather(log(finding(ON_KEYS, message, level=level)), [described(ON_KEYS)])
    assert outcome(evidence, ON_KEYS) is expected
    assert result(evidence, "2.10") == control
    assert evidence.blocks is (level == "mandatory")


def test_a_waiver_says_why_by_whom_and_until_when() -> None:
    message = "Waived: Key 'key': it is. [Waiver: moved; by June; approved by Ada; expires 2027-06-30]\nSee page"
    (one, *_) = gather(log(finding(ON_KEYS, message, level="advisory")), [described(ON_KEYS)]).results
    assert one.exemption == Exemption("moved; by June", "Ada", "2027-06-30")
    assert one.level == "mandatory"


def test_an_exception_is_no_pass() -> None:
    excepted = finding(ON_KEYS, "Key 'key': it is.", exceptions=(PolicyException("EXC-1", "agreed"),))
    evidence = gather(log(excepted), [described(ON_KEYS)])
    assert outcome(evidence, ON_KEYS) is Outcome.EXCEPTED
    assert evidence.results[0].exemption == Exemption("agreed", id="EXC-1")
    assert result(evidence, "2.10") == "waived"
    assert not evidence.blocks


def test_a_line_on_the_stack_is_of_the_pack_that_it_names_and_of_a_stack_that_was_evaluated() -> None:
    of_another = gather(log(compliant={("other", "kms-rotation"): (KEY,)}), [described(ON_KEYS)])
    assert outcome(of_another, ON_KEYS) is Outcome.NOT_APPLICABLE
    early = gather(log(on_stack=None, compliant={(PACK, "kms-rotation"): (KEY,)}), [described(ON_KEYS)])
    assert outcome(early, ON_KEYS) is Outcome.NOT_EVALUATED


def test_what_blocks_is_violated_whatever_its_text_says() -> None:
    waived = "Waived: it is. [Waiver: none; approved by nobody; expires 2999-01-01]"
    evidence = gather(log(finding(ON_KEYS, waived)), [described(ON_KEYS)])
    assert outcome(evidence, ON_KEYS) is Outcome.VIOLATED
    idle = "The waiver of '*' (none; approved by nobody) matches no resource of this stack: remove it."
    evidence = gather(log(finding(ON_STACK, idle, resource="")), [described(ON_STACK)])
    assert evidence.notes == ()
    assert evidence.blocks


def test_a_remediation_counts_unless_the_violation_stands() -> None:
    fixed = Remediation("kms-rotation", PACK, KEY, (PropertyChange("enableKeyRotation", False, True),))
    evidence = gather(log(passed=("kms-rotation",), remediations=(fixed,)), [described(ON_KEYS)])
    assert outcome(evidence, ON_KEYS) is Outcome.REMEDIATED
    assert result(evidence, "2.10") == "met"
    stands = gather(log(finding(ON_KEYS, "Key 'key': it is."), remediations=(fixed,)), [described(ON_KEYS)])
    assert outcome(stands, ON_KEYS) is Outcome.VIOLATED


def test_a_control_is_met_by_all_of_its_policies_or_not_at_all() -> None:
    both = [described(ON_KEYS, ON_STACK)]
    evidence = gather(log(finding(ON_STACK, "Key 'key': it is.", level="advisory"), passed=("kms-rotation",)), both)
    assert (result(evidence, "2.10"), result(evidence, "2.9")) == ("met", "not met")
    assert evidence.verdict == "advisory"


def test_nothing_is_met_that_was_not_evaluated() -> None:
    broken_off = gather(log(passed=("kms-rotation",), on_stack=None), [described(ON_KEYS, ON_STACK)])
    assert outcome(broken_off, ON_STACK, "") is Outcome.NOT_EVALUATED
    assert (result(broken_off, "2.10"), result(broken_off, "2.9")) == ("not evaluated", "not evaluated")
    assert broken_off.verdict == "incomplete"
    waiting = gather(log(on_stack=None), [described(ON_KEYS)])
    assert outcome(waiting, ON_KEYS) is Outcome.NOT_EVALUATED
    off = gather(log(), [described(Policy(PACK, "off", level="disabled", frameworks={"CIS": ("1.1",)}, on_stack=True))])
    assert result(off, "1.1") == "not evaluated"


def test_an_idle_waiver_is_a_note_and_no_violation() -> None:
    message = "The waiver of '*::gone' (old; approved by Ada) matches no resource of this stack: remove it."
    idle = Finding("kms-rotation", PACK, "advisory", "high", "", f"A key is rotated.\n{message}")
    evidence = gather(log(idle, passed=("kms-rotation",)), [described(ON_KEYS)])
    assert evidence.notes == (f"kms-rotation: {message}",)
    assert evidence.verdict == "compliant"


def test_controls_are_in_the_order_of_their_numbers() -> None:
    evidence = gather(log(passed=("kms-rotation",)), [described(ON_KEYS)])
    assert [one.id for one in evidence.controls()] == ["2.9", "2.10"]
    assert sorted(["A.10", "A.9", "B"], key=lambda word: natural([word])) == ["A.9", "A.10", "B"]


def test_what_blocks_and_is_severe_comes_first() -> None:
    low = Policy(PACK, "low", "Low", "mandatory", "low")
    found = [
        finding(ON_STACK, "Key 'key': it is.", level="advisory"),
        finding(low, "Key 'key': it is."),
        finding(ON_KEYS, "Key 'key': it is."),
    ]
    evidence = gather(log(*found), [described(ON_KEYS, ON_STACK)])
    violated = [one.policy.name for one in evidence.results if one.outcome is Outcome.VIOLATED]
    assert violated == ["kms-rotation", "low", "key-used"]


def test_of_a_pack_that_does_not_describe_itself_the_log_is_all_there_is() -> None:
    evidence = gather(read(SAMPLES / "blocked.jsonl"), sources={})
    assert evidence.undescribed == ("toy-pack",)
    assert {one.policy.title for one in evidence.results if one.outcome is Outcome.VIOLATED} == {"There is one part."}
    assert evidence.count(Outcome.UNDECIDED) == 3
    assert evidence.verdict == "violations"


def test_a_resource_has_its_line_of_the_program() -> None:
    evidence = gather(log(), sources={KEY: Source("infra/keys.py", 7)})
    assert [one.source for one in evidence.resources] == [Source("infra/keys.py", 7), None]


def test_waivers_are_shown_whether_or_not_they_are_needed() -> None:
    waiver = Waiver("kms-rotation", "*::key", "old", "Ada", "2027-01-01")
    policy = Policy(PACK, "kms-rotation", waivers=(waiver,))
    assert [one for policy in gather(log(), [described(policy)]).policies for one in policy.waivers] == [waiver]
