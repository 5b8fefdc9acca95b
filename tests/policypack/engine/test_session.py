"""The session of one stack, without the engine's protocol: what is judged at once, what waits, and what is fixed."""

from __future__ import annotations

from datetime import date

import pytest

from pulumi_guardrails.core.policy import Level
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.engine.configuration import ConfigurationError
from pulumi_guardrails.engine.session import Results, Session
from tests.policypack.cases import policies_by_name, resource

RETENTION, FLOW_LOG = (policies_by_name()[name] for name in ("log-retention", "vpc-flow-log"))
TODAY = date(2030, 6, 15)


@pytest.fixture
def session() -> Session:
    return Session([RETENTION, FLOW_LOG], lambda: TODAY)


def group(days: object) -> Resource:
    return resource("aws:cloudwatch/logGroup:LogGroup", "api", retentionInDays=days)


def reported(results: Results) -> list[tuple[str, str, Level]]:
    return [(report.policy.name, report.urn.rsplit("::", 1)[-1], report.level) for report in results.reports]


def test_a_violation_of_a_resource_is_reported_before_the_stack_is_there(session: Session) -> None:
    assert reported(session.analyze(group(7.0))) == [("log-retention", "api", Level.MANDATORY)]


def test_at_a_preview_what_is_undecided_waits_for_the_stack_and_has_not_passed_until_then(session: Session) -> None:
    hidden = group(UNKNOWN)
    first = session.analyze(hidden)
    assert first.reports == []
    assert [policy.name for policy, _ in first.not_applicable] == ["log-retention"]
    source = resource("aws:any/any:Any", "days")
    hidden.dependencies = {"retentionInDays": [source.urn]}
    whole = session.analyze_stack(Stack([hidden, source]))
    assert reported(whole) == [("log-retention", "api", Level.ADVISORY)]
    assert "computed from Any 'days' (aws:any/any:Any)" in whole.reports[0].message


def test_during_an_update_what_is_undecided_is_reported_at_once(session: Session) -> None:
    session.is_preview = False
    assert reported(session.analyze(group(UNKNOWN))) == [("log-retention", "api", Level.ADVISORY)]


def test_a_stack_policy_without_anything_to_judge_has_not_passed(session: Session) -> None:
    session.analyze(group(30.0))
    results = session.analyze_stack(Stack([group(30.0)]))
    assert [policy.name for policy, _ in results.not_applicable] == ["vpc-flow-log"]


def test_a_level_and_a_setting_hold_for_their_policy_alone(session: Session) -> None:
    session.configure("log-retention", Level.ADVISORY, {"maximumDays": 60, "minimumDays": 60})
    session.configure("vpc-flow-log", Level.MANDATORY, {})
    vpc = resource("aws:ec2/vpc:Vpc", "network")
    assert reported(session.analyze(group(30.0))) == [("log-retention", "api", Level.ADVISORY)]
    assert reported(session.analyze_stack(Stack([vpc]))) == [("vpc-flow-log", "network", Level.MANDATORY)]


def test_a_policy_that_the_pack_does_not_have_cannot_be_configured(session: Session) -> None:
    with pytest.raises(ConfigurationError, match="no policy 'log-retentoin'"):
        session.configure("log-retentoin", Level.ADVISORY, {})


def test_only_a_policy_whose_level_is_remediate_changes_a_resource(session: Session) -> None:
    short = group(7.0)
    assert session.remediate(short)[0] == []
    session.configure("log-retention", Level.REMEDIATE, {})
    remediations, skipped = session.remediate(short)
    assert [(one.policy.name, one.properties) for one in remediations] == [("log-retention", {"retentionInDays": 30})]
    assert skipped == []
    assert short.properties == {"retentionInDays": 30}


def test_a_resource_without_properties_is_left_out_unless_the_engine_offered_it(session: Session) -> None:
    bare = group(7.0)
    assert session.is_left_out(bare.urn, {})
    session.offer(bare.urn)
    assert not session.is_left_out(bare.urn, {})


def test_a_resource_is_only_read_where_others_were_analyzed_and_it_was_not(session: Session) -> None:
    assert not session.is_only_read("urn")
    session.analyze(group(30.0))
    assert session.is_only_read("urn")
    assert session.inputs_of(group(30.0).urn) == {"retentionInDays": 30.0}
