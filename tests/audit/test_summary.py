"""The comment on a pull request: the verdict, then a row for each cause."""

from __future__ import annotations

from audit.comparison import Comparison
from audit.events import Check, EventLog, Finding
from audit.summary import summary
from audit.verdict import judge

URN = "urn:pulumi:prod::api::aws:kms/key:Key::{}"


def log(*findings: Finding, complete: bool = True) -> EventLog:
    checks = [Check("pulumi-guardrails", URN.format("a"), ("kms-description",), ("kms-rotation",))]
    checks += [Check("pulumi-guardrails", None, ("network-chain",), ())] if complete else []
    return EventLog(checks=tuple(checks), findings=findings, changes={"create": 2})


def found(name: str, level: str) -> Finding:
    message = f"Keys are rotated.\nKey '{name}': enableKeyRotation is false; expected true. Set it."
    return Finding("kms-rotation", "pulumi-guardrails", level, "medium", URN.format(name), message)


def test_what_blocks_stands_first() -> None:
    text = summary(judge(log(found("b", "advisory"), found("a", "mandatory"))))
    assert text.startswith("## ❌ Blocked by policy\n")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert rows[1:] == [
        "| mandatory | medium | Key 'a' | `enableKeyRotation` | `kms-rotation` |",
        "| advisory | medium | Key 'b' | `enableKeyRotation` | `kms-rotation` |",
    ]


def test_a_stack_without_findings_has_no_table() -> None:
    text = summary(judge(log()))
    assert text.startswith("## ✅ No mandatory violation\n")
    assert "2 checks passed" in text
    assert "|" not in text


def test_a_run_that_broke_off_is_not_called_clean() -> None:
    assert summary(judge(log(complete=False))).startswith("## ⚠️ Not evaluated to the end\n")


def test_of_many_causes_the_first_are_shown_and_the_others_counted() -> None:
    text = summary(judge(log(*(found(f"k{number}", "mandatory") for number in range(80)))))
    assert len([line for line in text.splitlines() if line.startswith("| mandatory")]) == 50
    assert "30 more." in text


def compared(**kinds: tuple[tuple[str, str, str], ...]) -> Comparison:
    empty: dict[str, tuple[tuple[str, str, str], ...]] = dict.fromkeys(
        ("new", "fixed", "exempted", "unchanged", "not_evaluated"), ()
    )
    return Comparison(**(empty | kinds), base_is_complete=True)


def test_against_a_base_new_and_fixed_findings_are_listed() -> None:
    new = (("pack", "kms-rotation", URN.format("a")), ("pack", "network-chain", ""))
    fixed = (("pack", "kms-rotation", "urn:pulumi:prod::api::api:x:Y$aws:kms/key:Key::`<b>::c"),)
    text = summary(judge(log()), compared(new=new, fixed=fixed, unchanged=new))
    assert "Against the base, by policy and resource: 2 new, 1 fixed, 2 unchanged.\n" in text
    assert "**New**\n\n- `kms-rotation`: `Key 'a'`\n- `network-chain`: the stack\n" in text
    assert "**Fixed**\n\n- `kms-rotation`: `Key '<b>::c'`\n" in text


def test_what_was_exempted_or_not_evaluated_is_counted_apart() -> None:
    key = ("pack", "kms-rotation", URN.format("a"))
    text = summary(judge(log()), compared(exempted=(key,), not_evaluated=(key, key)))
    assert "0 new, 0 fixed, 1 exempted since, 0 unchanged, 2 not evaluated this time." in text
    assert "Fixed" not in text


def test_of_many_differences_the_first_are_listed() -> None:
    text = summary(judge(log()), compared(new=tuple(("pack", f"p{number}", "") for number in range(23))))
    assert text.count("- `p") == 20
    assert "- 3 more\n" in text
