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
exec(config.get("extra") or "")
"""
CONFIG = {"aws:region": "us-east-1", "life:db_password": "hunter2-hunter2"}


@pytest.fixture
def engine(tools: Tools, tmp_path: Path) -> Engine:
    project = tmp_path / "project"
    project.mkdir()
    (project / ".venv").symlink_to(sys.prefix)
    (project / "Pulumi.yaml").write_text(
        "name: life\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\n", encoding="utf-8"
    )
    (project / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    return Engine(tools, project, tmp_path / "state")


def preview(engine: Engine, **config: str) -> Result:
    return engine.preview(config={**CONFIG, **{f"life:{key}": value for key, value in config.items()}})


def changes(result: Result) -> Mapping[str, int]:
    assert result.events.changes is not None, result.output
    return result.events.changes


def test_a_stack_lives_from_preview_to_destroy(engine: Engine, tmp_path: Path) -> None:
    first = preview(engine)
    assert first.exit_code == 0, first.output
    created = engine.up(config=CONFIG)
    assert created.exit_code == 0, created.output
    outputs: dict[str, Any] = engine.outputs()
    assert outputs["domain"] == "api.example.com"
    assert outputs["endpoint"].endswith(".us-east-1.rds.amazonaws.com")
    assert outputs["address"].startswith("api-")

    assert changes(preview(engine, indent="2")).keys() == {"same"}
    assert changes(preview(engine, days="90"))["update"] == 1
    assert changes(preview(engine, cidr="10.0.0.0/17"))["replace"] >= 3
    assert engine.refresh(config=CONFIG).exit_code == 0
    assert changes(preview(engine)).keys() == {"same"}

    replaced = engine.up(config={**CONFIG, "life:internal": "true"})
    assert changes(replaced)["replace"] == 1, replaced.output
    assert engine.outputs()["address"] != outputs["address"]
    assert [file for file in tmp_path.rglob("*.json") if "hunter2" in file.read_text(encoding="utf-8")] == []

    destroyed = engine.destroy(config=CONFIG)
    assert destroyed.exit_code == 0, destroyed.output
    assert engine.export()["deployment"].get("resources", []) == []


def test_an_imported_resource_is_imported_and_not_replaced(engine: Engine) -> None:
    extra = (
        "options = pulumi.ResourceOptions(import_='games');"
        "aws.dynamodb.Table('t', name='{}', hash_key='id', billing_mode='PAY_PER_REQUEST',"
        " attributes=[dict(name='id', type='S')], tags=dict(Team='a'), opts=options);"
        "aws.ec2.Vpc('i', cidr_block='10.9.0.0/16', opts=pulumi.ResourceOptions(import_='vpc-0123456789abcdef0'))"
    )
    same = preview(engine, extra=extra.format("games"))
    assert changes(same)["import"] == 2
    assert "replace" not in changes(same)
    other = preview(engine, extra=extra.format("players"))
    assert changes(other)["replace"] == 1
    assert "name: {games} => {players}" in other.output
    assert engine.up(config={**CONFIG, "life:extra": extra.format("games")}).exit_code == 0
    assert changes(preview(engine, extra=extra.format("games"))).keys() == {"same"}


@pytest.mark.parametrize(
    ("extra", "reason"),
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
def test_what_the_stand_in_refuses_stops_the_preview(engine: Engine, extra: str, reason: str) -> None:
    result = preview(engine, extra=extra)
    assert result.exit_code != 0
    assert f"{LABEL}: " in result.output
    assert reason in result.output
    assert "Traceback" not in result.output


def test_look_ups_of_what_the_stack_makes_are_answered_by_what_it_made(engine: Engine) -> None:
    extra = (
        "pulumi.export('cidr', aws.ec2.get_vpc_output(id=network.id).cidr_block);"
        "pulumi.export('vpc', network.id);"
        "pulumi.export('of', aws.ec2.get_subnet_output(id=subnets[0].id).vpc_id);"
        "pulumi.export('password', aws.secretsmanager.get_secret_version_output(secret_id='db').secret_string)"
    )
    assert preview(engine, extra=extra).exit_code == 0
    made = engine.up(config={**CONFIG, "life:extra": extra})
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
    extra = "; ".join([TABLE.format("a", "id", "id", ""), TABLE.format("b", "id", "id", ELSEWHERE.format(region))])
    result = preview(engine, extra=extra)
    assert (result.exit_code == 0) is expected, result.output
    assert ("and AWS gives a name once in a region" in result.output) is not expected


def test_a_replacement_has_no_name_that_what_it_replaces_still_has(engine: Engine) -> None:
    def up(key: str, name: str, options: str = "") -> Result:
        return engine.up(config={**CONFIG, "life:extra": TABLE.format(name, key, key, options)})

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
    result = engine.preview(config={"life:db_password": "hunter2-hunter2"})
    assert result.exit_code != 0
    assert "region is missing: set aws:region" in result.output
