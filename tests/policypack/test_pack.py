"""Policies are selected by what they are about, and by no word that none of them has."""

from __future__ import annotations

from typing import Any

import pulumi_policy
import pytest

from pulumi_guardrails.core.policy import Framework, Severity
from pulumi_guardrails.pack import SelectionError, select, serve
from tests.policypack.cases import policies_by_name


def names(**criteria: Any) -> set[str]:
    return {policy.name for policy in select(**criteria)}


def test_without_an_argument_every_policy_is_selected() -> None:
    assert [policy.name for policy in select()] == list(policies_by_name())


def test_a_selection_is_by_name_framework_control_severity_service_and_topic() -> None:
    everything = policies_by_name().values()
    assert [policy.name for policy in select("log-retention")] == ["log-retention"]
    cis = {policy.name for policy in everything if Framework.CIS in policy.controls}
    assert cis
    assert names(framework="CIS") == names(framework="cis") == names(framework=Framework.CIS.title) == cis
    critical = {policy.name for policy in everything if policy.severity is Severity.CRITICAL}
    assert names(severity="critical") == critical
    assert names(service="rds") == {policy.name for policy in everything if policy.module.startswith("rds.")}
    assert names(topic="encryption-at-rest") < set(policies_by_name())
    assert names(control="FSBP:RDS.3") == names(control="RDS.3")
    assert "rds-storage-encrypted" in names(control="RDS.3")


def test_of_several_words_any_will_do_and_of_several_arguments_all_must_fit() -> None:
    assert names(service=["rds", "kms"]) == names(service="rds") | names(service="kms")
    assert names(service="rds", severity="high") == names(service="rds") & names(severity="high")


def test_what_is_excluded_is_left_out_by_name_or_by_another_selection() -> None:
    rds = names(service="rds")
    assert names(service="rds", exclude="rds-storage-encrypted") == rds - {"rds-storage-encrypted"}
    assert names(exclude=[*select(service="rds"), "log-retention"]) == set(policies_by_name()) - rds - {"log-retention"}


@pytest.mark.parametrize(
    ("criteria", "sentence"),
    [
        ({"framework": "CISS"}, "The package has no policy of the framework 'CISS'; did you mean CIS?"),
        ({"severity": "hgih"}, "The package has no policy of the severity 'hgih'; did you mean high?"),
        (
            {"severity": "x"},
            "The package has no policy of the severity 'x'; expected one of critical, high, low, medium.",
        ),
        ({"service": "rdss"}, "The package has no policy of the service 'rdss'; did you mean rds?"),
        ({"topic": "enkryption"}, "The package has no policy of the topic 'enkryption'; did you mean encryption?"),
        ({"control": "KMS.44"}, "The package has no policy of the control 'KMS.44'; did you mean KMS.4?"),
        (
            {"exclude": "log-retentoin"},
            "The package has no policy 'log-retentoin'; did you mean log-retention?",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_word_that_no_policy_has_is_refused_with_the_nearest(criteria: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SelectionError) as refused:
        select(**criteria)
    assert str(refused.value) == sentence


def test_a_name_that_no_policy_has_is_refused() -> None:
    with pytest.raises(SelectionError, match="did you mean log-retention"):
        select("log-retentions")


def test_another_packs_policy_cannot_be_excluded() -> None:
    other = pulumi_policy.StackValidationPolicy("acme-owner", "Has an owner.", validate=lambda _args, _report: None)
    with pytest.raises(SelectionError, match="acme-owner"):
        select(exclude=[other])


@pytest.mark.parametrize(
    ("policies", "sentence"),
    [
        ([], "has no policy"),
        (["log-retention"], "'log-retention' is no policy"),
        (
            [pulumi_policy.StackValidationPolicy("log-retention", "Mine.", validate=lambda *_: None), *select()],
            "Two policies are named log-retention",
        ),
    ],
    ids=["none", "a name", "twice one name"],
)
def test_a_pack_that_cannot_be_ends_in_one_sentence(policies: list[Any], sentence: str) -> None:
    with pytest.raises(SystemExit) as ended:
        serve("acme", policies)
    assert sentence in str(ended.value)


def test_an_initial_configuration_that_would_break_every_preview_is_refused_at_once() -> None:
    wrong = {"log-retentoin": pulumi_policy.EnforcementLevel.ADVISORY}
    with pytest.raises(SystemExit) as ended:
        serve("acme", select("log-retention"), initial_config=wrong)
    assert "initial_config is wrong: log-retentoin: the pack has no such policy" in str(ended.value)
