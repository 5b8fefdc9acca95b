"""A small stack's life on the real engine: what the stand-in answers is what the engine makes of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from offline.aws import LABEL
from offline.engine import Engine, Result
from offline.tools import Tools

pytestmark = pytest.mark.engine

PROGRAM = """
import json, pulumi, pulumi_aws as aws

config = pulumi.Config()
zones = aws.get_availability_zones(state="available")
network = aws.ec2.Vpc("network", cidr_block=config.get("cidr") or "10.0.0.0/16", tags={"Team": "a"})
subnets = [
    aws.ec2.Subnet(f"subnet-{n}", vpc_id=network.id, cidr_block=f"10.0.{n}.0/24", availability_zone=zones.names[n])
    for n in range(2)
]
balancer = aws.lb.LoadBalancer("api", name="api", subnets=[subnet.id for subnet in subnets],
                               internal=config.get_bool("internal"))
logs = aws.cloudwatch.LogGroup("logs", retention_in_days=config.get_int("days") or 30)
role = aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}]},
    indent=config.get_int("indent")))
database = aws.rds.Cluster("database", engine="aurora-postgresql", master_username="dbadmin", skip_final_snapshot=True,
                           cluster_identifier="db", master_password=config.require_secret("db_password"))
certificate = aws.acm.Certificate.get("certificate", "arn:aws:acm:us-east-1:123456789012:certificate/1")
pulumi.export("domain", certificate.domain_name)
pulumi.export("endpoint", database.endpoint)
pulumi.export("address", balancer.dns_name)
"""
LINES = """
import pulumi, pulumi_aws as aws
exec(pulumi.Config().require("lines"))
"""
"""A program of the lines that a test gives, which imports no service that they do not name."""

CONFIG = {"aws:region": "us-east-1", "life:db_password": "hunter2-hunter2"}


def engine_of(tools: Tools, tmp_path: Path, program: str) -> Engine:
    project = tmp_path / "project"
    project.mkdir()
    (project / ".venv").symlink_to(sys.prefix)
    (project / "Pulumi.yaml").write_text(
        "name: life\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\n", encoding="utf-8"
    )
    (project / "__main__.py").write_text(program, encoding="utf-8")
    return Engine(tools, project, tmp_path / "state")


@pytest.fixture
def engine(tools: Tools, tmp_path: Path) -> Engine:
    """The engine on a program of the lines that it is configured with."""
    return engine_of(tools, tmp_path, LINES)


def preview(engine: Engine, lines: str) -> Result:
    return engine.preview(config=of(lines))


def of(lines: str) -> Mapping[str, str]:
    return {"aws:region": "us-east-1", "life:lines": lines}


def changes(result: Result) -> Mapping[str, int]:
    assert result.events.changes is not None, result.output
    return result.events.changes


@pytest.mark.long
def test_a_stack_lives_from_preview_to_destroy(tools: Tools, tmp_path: Path) -> None:
    engine = engine_of(tools, tmp_path, PROGRAM)
    first = engine.preview(config=CONFIG)
    assert first.exit_code == 0, first.output
    created = engine.up(config=CONFIG)
    assert created.exit_code == 0, created.output
    assert changes(created) == changes(first)
    outputs: dict[str, Any] = engine.outputs()
    assert outputs["domain"] == "api.example.com"
    assert outputs["endpoint"].endswith(".us-east-1.rds.amazonaws.com")
    assert outputs["address"].startswith("api-")

    # A document that is written another way is the same.
    updated = changes(engine.preview(config={**CONFIG, "life:indent": "2", "life:days": "90"}))
    assert updated.keys() == {"same", "update"}
    assert updated["update"] == 1
    assert changes(engine.preview(config={**CONFIG, "life:cidr": "10.0.0.0/17"}))["replace"] >= 3
    assert engine.refresh(config=CONFIG).exit_code == 0

    # A refresh has changed nothing, so this is all that the update does.
    replaced = engine.up(config={**CONFIG, "life:internal": "true"})
    assert changes(replaced).keys() == {"same", "replace"}, replaced.output
    assert changes(replaced)["replace"] == 1
    assert engine.outputs()["address"] != outputs["address"]
    assert [file for file in tmp_path.rglob("*.json") if "hunter2" in file.read_text(encoding="utf-8")] == []

    destroyed = engine.destroy(config=CONFIG)
    assert destroyed.exit_code == 0, destroyed.output
    assert engine.export()["deployment"].get("resources", []) == []


def test_an_imported_resource_is_imported_and_not_replaced(engine: Engine) -> None:
    table = (
        "aws.dynamodb.Table('{imported}', name='{name}', hash_key='id', billing_mode='PAY_PER_REQUEST',"
        " attributes=[dict(name='id', type='S')], tags=dict(Team='a'),"
        " opts=pulumi.ResourceOptions(import_='{imported}'));"
    )
    same = (
        "aws.ec2.Vpc('i', cidr_block='10.9.0.0/16', opts=pulumi.ResourceOptions(import_='vpc-0123456789abcdef0'));"
        f"{table.format(imported='games', name='games')}"
    )
    beside_another = preview(engine, same + table.format(imported="matches", name="players"))
    assert changes(beside_another) == {"create": 1, "import": 3, "replace": 1}
    # Of the three that are imported, the one that is another than the program says is replaced.
    assert "name: {matches} => {players}" in beside_another.output
    assert changes(engine.up(config=of(same))) == {"create": 1, "import": 2}
    assert changes(preview(engine, same)).keys() == {"same"}


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("aws.ec2.Vpc('bad', cidr_block='10.0.0.1/16')", "cidrBlock must be an IPv4 network"),
        (
            "aws.lb.TargetGroup('bad', target_type='lambda', health_check={'pth': '/'})",
            "healthCheck.pth is no property of lb.TargetGroupHealthCheckArgs",
        ),
        ("aws.iot.get_registration_code()", "aws:iot/getRegistrationCode:getRegistrationCode: the stand-in does not"),
        ("pulumi.export('x', aws.iot.get_registration_code_output().id)", "the stand-in does not know what AWS"),
        ("aws.ec2.get_instance_type(instance_type='huge')", "there is no instance type 'huge'"),
        ("aws.acm.Certificate.get('bad', 'mine')", "expected an ARN of acm"),
    ],
)
def test_what_the_stand_in_refuses_stops_the_preview(engine: Engine, lines: str, reason: str) -> None:
    result = preview(engine, lines)
    assert result.exit_code != 0
    assert f"{LABEL}: " in result.output
    assert reason in result.output
    assert "Traceback" not in result.output


def test_look_ups_of_what_the_stack_makes_are_answered_by_what_it_made(engine: Engine) -> None:
    lines = (
        "network = aws.ec2.Vpc('network', cidr_block='10.0.0.0/16');"
        "subnet = aws.ec2.Subnet('subnet', vpc_id=network.id, cidr_block='10.0.0.0/24');"
        "pulumi.export('cidr', aws.ec2.get_vpc_output(id=network.id).cidr_block);"
        "pulumi.export('vpc', network.id);"
        "pulumi.export('of', aws.ec2.get_subnet_output(id=subnet.id).vpc_id);"
        "pulumi.export('password', aws.secretsmanager.get_secret_version_output(secret_id='db').secret_string)"
    )
    assert preview(engine, lines).exit_code == 0
    made = engine.up(config=of(lines))
    assert made.exit_code == 0, made.output
    outputs = engine.outputs()
    assert outputs["cidr"] == "10.0.0.0/16"
    assert outputs["of"] == outputs["vpc"]
    assert outputs["password"] == "[secret]"


TABLE = (
    "aws.dynamodb.Table({!r}, name='sessions', hash_key='{}', billing_mode='PAY_PER_REQUEST',"
    " attributes=[dict(name='{}', type='S')], opts=pulumi.ResourceOptions({}))"
)
ELSEWHERE = "provider=aws.Provider('other', region={!r})"


@pytest.mark.parametrize(("region", "expected"), [("us-east-1", False), ("eu-west-1", True)])
def test_two_resources_have_one_name_only_in_two_regions(engine: Engine, region: str, expected: bool) -> None:
    """Each provider has a process of its own."""
    tables = [TABLE.format("a", "id", "id", ""), TABLE.format("b", "id", "id", ELSEWHERE.format(region))]
    result = preview(engine, "; ".join(tables))
    assert (result.exit_code == 0) is expected, result.output
    assert ("and AWS gives a name once in a region" in result.output) is not expected


def test_a_replacement_has_no_name_that_what_it_replaces_still_has(engine: Engine) -> None:
    def up(key: str, name: str, options: str = "") -> Result:
        return engine.up(config=of(TABLE.format(name, key, key, options)))

    assert up("id", "table").exit_code == 0
    assert up("other", "table").exit_code == 0  # the plugin deletes it first, because the program chose the name
    beside = up("id", "table", "delete_before_replace=False")
    assert beside.exit_code != 0
    assert "name is also that of what it replaces, which is deleted later" in beside.output
    renamed = up("other", "renamed")
    assert "name is also that of 'table'" in renamed.output
    assert up("other", "renamed", "aliases=[pulumi.Alias(name='table')]").exit_code == 0


def test_without_a_region_nothing_is_previewed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    result = engine.preview(config={"life:lines": "aws.ec2.Vpc('network', cidr_block='10.0.0.0/16')"})
    assert result.exit_code != 0
    assert "region is missing: set aws:region" in result.output
