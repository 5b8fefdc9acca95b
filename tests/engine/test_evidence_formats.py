"""A documented constraint that is broken fails in every file of the evidence, at the right resource; no secret does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from audit.capture import ask_pack
from audit.description import Description, parse
from audit.events import EventLog
from audit.evidence import Evidence, gather
from audit.formats import machine_readable
from audit.oscal import ASSESSMENT_PLAN, ASSESSMENT_RESULTS, COMPONENT_DEFINITION
from audit.summary import summary
from audit.verdict import judge
from offline.engine import Engine
from offline.tools import Tools
from pulumi_guardrails.core.policy import Constraint
from tests.audit.formats import valid_csv, valid_junit, valid_oscal, valid_results, valid_sarif
from tests.engine.mutants import Mutant
from tests.engine.programs import PRELUDE, write_program
from tests.engine.stacks import PACK
from tests.engine.test_matrix import MUTANTS, previewed

BROKEN = {
    Constraint.ENCRYPTION: "Aurora is not encrypted",
    Constraint.POINT_IN_TIME_RECOVERY: "point-in-time recovery is off",
    Constraint.PRIVATE_TASKS: "a task has a public IP address",
    Constraint.LOG_RETENTION: "logs are kept a week",
    Constraint.LEAST_PRIVILEGE: "the task has all of DynamoDB",
    Constraint.SECURITY_GROUP_CHAIN: "the database accepts the load balancer",
}
"""A mutant that breaks it, for each documented constraint."""

OSCAL = (COMPONENT_DEFINITION, ASSESSMENT_PLAN, ASSESSMENT_RESULTS)


def test_every_documented_constraint_is_broken_once() -> None:
    assert BROKEN.keys() == set(Constraint)


@cache
def described() -> Description:
    """What the pack says of its policies."""
    text = ask_pack(PACK, ["describe"])
    assert text is not None
    return parse(text)


def name_of(urn: str) -> str:
    return urn.split("::", 3)[-1]


def failures(content: Mapping[str, str | bytes]) -> dict[str, set[tuple[str, str]]]:
    """Policy and resource name of each failure, by the file that has it."""
    texts = {name: one.decode() if isinstance(one, bytes) else one for name, one in content.items()}
    valid_junit(texts["junit.xml"].encode())
    runs = valid_sarif(texts["results.sarif"])
    cases = ElementTree.fromstring(texts["junit.xml"]).iter("testcase")
    documents = valid_oscal({name: texts[name] for name in OSCAL})
    return {
        "results.json": {
            (row["policy"], row["name"])
            for row in valid_results(texts["results.json"])["results"]
            if (row["outcome"], row["level"]) == ("violated", "mandatory")
        },
        "results.csv": {
            (row["policy"], row["name"])
            for row in valid_csv(texts["results.csv"])
            if (row["outcome"], row["level"]) == ("violated", "mandatory")
        },
        "results.sarif": {
            (result["ruleId"], name_of(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]))
            for run in runs
            for result in run["results"]
            if result["level"] == "error"
        },
        "junit.xml": {
            (case.get("classname", "").rpartition(".")[2], name_of(case.get("name", "")))
            for case in cases
            if case.find("failure") is not None
        },
        "assessment-results.json": observed(documents["assessment-results"]["results"][0]),
    }


def observed(result: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The mandatory violations among the observations."""
    items = {item["uuid"]: item["description"] for item in result["local-definitions"]["inventory-items"]}
    found = set()
    for one in result["observations"]:
        said = {prop["name"]: prop["value"] for prop in one["props"]}
        if (said["outcome"], said["level"]) == ("violated", "mandatory"):
            found.add((said["policy"], name_of(items[one["subjects"][0]["subject-uuid"]])))
    return found


def unsatisfied(content: Mapping[str, str | bytes]) -> set[tuple[str, str]]:
    """The controls of whose findings the status is that they are not satisfied."""
    (result,) = json.loads(content["assessment-results.json"])["assessment-results"]["results"]
    found = set()
    for one in result["findings"]:
        if one["target"]["status"]["state"] == "not-satisfied":
            said = {prop["name"]: prop["value"] for prop in one["props"]}
            found.add((said["framework"], said["control"]))
    return found


def evidence_of(log: EventLog) -> Evidence:
    return gather(log, [described()])


def mutant(id: str) -> Mutant:
    return next(one for one in MUTANTS if one.id == id)


@pytest.mark.engine
def test_a_broken_constraint_fails_everywhere(tools: Tools, tmp_path: Path) -> None:
    """All are broken at once, each at a place of its own, and each has to be in every file."""
    broken = {constraint: mutant(id) for constraint, id in BROKEN.items()}
    log = previewed(tools, tmp_path, list(broken.values())).events
    content = machine_readable(evidence_of(log))
    found, not_satisfied, lines = failures(content), unsatisfied(content), summary(judge(log)).splitlines()
    for constraint, one in broken.items():
        assert {file: one.blocked & places for file, places in found.items()} == dict.fromkeys(found, one.blocked)
        for policy, resource in one.blocked:
            controls = described().policies[policy].frameworks
            assert {(name, control) for name, ids in controls.items() for control in ids} <= not_satisfied, constraint
            assert any(f"'{resource}'" in line and f"`{policy}`" in line for line in lines), constraint
    assert found == dict.fromkeys(found, frozenset().union(*(one.blocked for one in broken.values())))


PLANTED = "Zq7-planted-9xT4vK2mWs8e"

WITH_SECRETS = f"""
import json
import pulumi_aws as aws

plain, hidden = "{PLANTED}-plain", pulumi.Output.secret("{PLANTED}-hidden")
role = aws.iam.Role("planted", assume_role_policy=json.dumps({{"Version": "2012-10-17", "Statement": []}}))
for kind, value in (("plain", plain), ("hidden", hidden)):
    aws.lambda_.Function(f"planted-{{kind}}", role=role.arn, runtime="python3.12", handler="a.b",
        code=pulumi.AssetArchive({{}}), environment={{"variables": {{"DB_PASSWORD": value, "API_KEY": value}}}})
    aws.rds.Instance(f"planted-{{kind}}", instance_class="db.t4g.micro", engine="postgres", allocated_storage=20,
        username="owner", password=value, skip_final_snapshot=True)
    aws.ssm.Parameter(f"planted-{{kind}}", type="String", value=value)
    aws.secretsmanager.SecretVersion(f"planted-{{kind}}", secret_id="planted", secret_string=value)
    aws.ec2.Instance(f"planted-{{kind}}", ami="ami-0123456789abcdef0", instance_type="t4g.micro",
        user_data=pulumi.Output.concat("#!/bin/sh\\nexport AWS_SECRET_ACCESS_KEY=", value))
    aws.ecs.TaskDefinition(f"planted-{{kind}}", family="planted", container_definitions=pulumi.Output.json_dumps(
        [{{"name": "a", "image": "nginx", "environment": [{{"name": "DB_PASSWORD", "value": value}}]}}]))
"""


BREAKS_OFF = """
password = pulumi.Config().require("password")
aws.cloudwatch.LogGroup("kept", retention_in_days=30)
raise RuntimeError(f"the database refuses {password}")
"""


@pytest.mark.engine
def test_a_run_that_broke_off_is_incomplete_in_every_file(tools: Tools, tmp_path: Path) -> None:
    project = write_program(tmp_path / "program", PRELUDE + BREAKS_OFF)
    engine = Engine(tools, project, tmp_path / "state", secrets=frozenset({"program:password"}))
    config = {"aws:region": "us-east-1", "program:password": PLANTED}
    evidence = evidence_of(engine.preview(policy_pack=PACK, config=config).events)
    content = machine_readable(evidence)
    assert any("the database refuses [secret]" in error for error in evidence.errors)
    assert not [name for name, one in content.items() if PLANTED in (one if isinstance(one, str) else one.decode())]
    head = valid_results(str(content["results.json"]))
    assert (head["complete"], head["verdict"]) == (False, "incomplete")
    assert head["counts"]["not evaluated"] > 0
    (run,) = valid_sarif(str(content["results.sarif"]))
    assert run["invocations"][0]["executionSuccessful"] is False
    assert [case.get("type") for case in ElementTree.fromstring(content["junit.xml"]).iter("error")] == ["incomplete"]
    (result,) = valid_oscal({name: str(content[name]) for name in OSCAL})["assessment-results"]["results"]
    assert "The run broke off before the stack was evaluated as a whole." in result["remarks"]
    # What speaks for a control may have waited for the stack as a whole.
    assert {one["target"]["status"]["state"] for one in result["findings"]} == {"not-satisfied"}
