"""`python -m audit run`, `from` and `state` on the real engine: one command, one folder, and what it says is there."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.__main__ import main
from audit.folder import verify
from offline.engine import Engine
from offline.layout import REPOSITORY
from offline.tools import Tools
from tests.engine.programs import PRELUDE, write_program
from tests.engine.stacks import PACK
from tests.engine.test_evidence_formats import PLANTED, WITH_SECRETS

pytestmark = pytest.mark.engine

OPEN_DATABASE = """
network = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16")
gateway = aws.ec2.InternetGateway("network", vpc_id=network.id)
table = aws.ec2.RouteTable("public", vpc_id=network.id)
aws.ec2.Route("public", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", gateway_id=gateway.id)
subnets = []
for number, zone in enumerate(("us-east-1a", "us-east-1b")):
    subnet = aws.ec2.Subnet(f"public-{number}", vpc_id=network.id, cidr_block=f"10.0.{number}.0/24",
        availability_zone=zone)
    aws.ec2.RouteTableAssociation(f"public-{number}", subnet_id=subnet.id, route_table_id=table.id)
    subnets.append(subnet.id)
group = aws.ec2.SecurityGroup("open", vpc_id=network.id, description="Open", ingress=[
    {"protocol": "tcp", "from_port": 5432, "to_port": 5432, "cidr_blocks": ["0.0.0.0/0"]}])
places = aws.rds.SubnetGroup("database", subnet_ids=subnets)
aws.rds.Instance("database", instance_class="db.t4g.micro", engine="postgres", allocated_storage=20,
    username="owner", manage_master_user_password=True, storage_encrypted=True, publicly_accessible=True,
    db_subnet_group_name=places.name, vpc_security_group_ids=[group.id], skip_final_snapshot=True)
role = aws.iam.Role("reader", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))
aws.iam.RolePolicy("reader", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Sid": "All", "Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}))
"""

COMPLIANT = 'aws.cloudwatch.LogGroup("kept", retention_in_days=30, tags={"a": "b"})\n'

BASELINE = PACK / "config" / "baseline.json"
STRICT_FILE = PACK / "config" / "strict.json"


@pytest.fixture
def run(tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, Path]]:
    """Runs a program of these lines; gives the exit code and the evidence folder."""
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))

    def run(code: str, *options: str, name: str = "evidence") -> tuple[int, Path]:
        project = write_program(tmp_path / "program", PRELUDE + code)
        (project / "Pulumi.dev.yaml").write_text("config:\n  aws:region: us-east-1\n", encoding="utf-8")
        offline = ["-m", "offline", "--project", str(project), "--state", str(tmp_path / "state"), "pulumi", "--"]
        out = tmp_path / name
        arguments = ["run", "--stack", "dev", "--cwd", str(project), "--pulumi", shlex.join([sys.executable, *offline])]
        return main([*arguments, "--policy-pack", str(PACK), "--out", str(out), *options]), out

    return run


def test_a_violation_is_in_every_file_and_in_the_picture(
    run: Callable[..., tuple[int, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = run(OPEN_DATABASE)
    assert code == 1
    assert "Not compliant: mandatory policies are violated" in capsys.readouterr().out
    assert verify(out).differences == ()
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "rds-not-publicly-accessible" in page
    assert "__main__.py:" in page
    picture = (out / "network.svg").read_text(encoding="utf-8")
    assert "violates" in picture
    assert picture.split("?>")[-1].strip().splitlines()[-1] in page
    iam = json.loads((out / "iam.json").read_text(encoding="utf-8"))
    assert {"dynamodb:*"} <= {action for grant in iam["grants"] for action in grant["actions"]}
    assert any(one["resource"].endswith("::reader") for one in iam["findings"])
    planned = json.loads((out / "terraform-plan.json").read_text(encoding="utf-8"))["planned_values"]
    assert "aws_db_instance.database" in {one["address"] for one in planned["root_module"]["resources"]}
    checks = json.loads((out / "checkov.json").read_text(encoding="utf-8"))["checks"]
    public = next(one for one in checks if one["check"] == "CKV_AWS_17")
    assert (public["resource"].endswith("::database"), public["result"]) == (True, "failed")
    assert "Where our policies and Checkov differ" in page
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert results["provenance"]["versions"]["Pulumi"].startswith("v3.")
    assert results["provenance"]["versions"]["provider aws"]
    assert "--policy-pack" in results["provenance"]["command"]


def test_what_passed_with_the_stack_in_view_passed_on_its_resources_and_is_written_again_from_the_log_that_was_kept(
    run: Callable[..., tuple[int, Path]], tmp_path: Path
) -> None:
    log = tmp_path / "events.jsonl"
    code, first = run(COMPLIANT, "--config", str(BASELINE), "--checkov", "off", "--event-log", str(log))
    assert code == 0
    assert (first / "terraform-plan.json").exists()
    assert not (first / "checkov.json").exists()
    assert "There is no second opinion: Checkov was not asked" in (first / "report.html").read_text(encoding="utf-8")
    results = json.loads((first / "results.json").read_text(encoding="utf-8"))
    assert results["verdict"] in ("compliant", "advisory")
    assert results["undescribedPacks"] == []
    passed = {(row["policy"], row["name"]) for row in results["results"] if row["outcome"] == "passed"}
    assert ("log-retention", "kept") in passed

    again = ["from", str(log), "--policy-pack", str(PACK), "--config", str(BASELINE)]
    again += ["--base", str(first / "results.json")]
    assert main([*again, "--out", str(tmp_path / "again")]) == 0
    assert "against the base" in (tmp_path / "again" / "summary.md").read_text(encoding="utf-8").lower()
    assert verify(tmp_path / "again", log).differences == ()
    rows = json.loads((tmp_path / "again" / "results.json").read_text(encoding="utf-8"))["results"]
    assert [(row["policy"], row["outcome"]) for row in rows] == [
        (row["policy"], row["outcome"]) for row in results["results"]
    ]
    page = (tmp_path / "again" / "report.html").read_text(encoding="utf-8")
    assert "There is no picture: the document of the preview was not given (--preview)." in page


def test_a_program_that_fails_half_way_leaves_evidence_that_says_so(run: Callable[..., tuple[int, Path]]) -> None:
    code, out = run(COMPLIANT + 'raise RuntimeError("broken")\n', "--checkov", "/no/checkov")
    assert code == 2
    assert "There is no second opinion: Checkov cannot be run as /no/checkov" in (out / "report.html").read_text(
        "utf-8"
    )
    found = verify(out)
    assert (found.differences, found.is_complete) == ((), False)
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert (results["complete"], results["verdict"]) == (False, "incomplete")
    assert "This evidence is incomplete" in (out / "report.html").read_text(encoding="utf-8")


def test_stacks_that_exist_are_one_folder_with_a_page_that_leads_to_them(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_program(tmp_path / "project", PRELUDE + OPEN_DATABASE, "stranger")
    engine = Engine(tools, project, tmp_path / "state")
    assert engine.up(config={"aws:region": "us-east-1"}).exit_code == 0
    states = tmp_path / "states"
    states.mkdir()
    exported = json.dumps(engine.export())
    for name in ("a", "b"):
        (states / f"{name}.json").write_text(exported.replace("::stranger::", f"::{name}::"), encoding="utf-8")
    for name, value in engine.variables().items():
        monkeypatch.setenv(name, value)
    command = ["state", str(states), "--pulumi", str(tools.cli), "--policy-pack", str(PACK), "--out"]
    assert main([*command, str(tmp_path / "both")]) == 1
    for name in ("a", "b"):
        rows = json.loads((tmp_path / "both" / f"{name}.dev" / "results.json").read_text("utf-8"))["results"]
        outcomes = {(row["policy"], row["outcome"]) for row in rows}
        assert {("rds-not-publicly-accessible", "violated"), ("rds-storage-encrypted", "passed")} <= outcomes
        assert (tmp_path / "both" / f"{name}.dev" / "network.svg").exists()
        assert (tmp_path / "both" / f"{name}.dev" / "terraform-plan.json").exists()
        assert not (tmp_path / "both" / f"{name}.dev" / "checkov.json").exists()
    assert 'href="a.dev/report.html"' in (tmp_path / "both" / "index.html").read_text(encoding="utf-8")
    assert verify(tmp_path / "both").differences == ()
    (states / "a.json").unlink()
    (states / "broken.json").write_text("{}", encoding="utf-8")
    capsys.readouterr()
    assert main([*command, str(tmp_path / "with-broken")]) == 2
    assert "broken.json: could not be evaluated: it cannot be read: expected what `pulumi stack export` writes" in (
        capsys.readouterr().out
    )
    assert not verify(tmp_path / "with-broken").is_complete


def test_no_file_of_the_folder_has_a_secret(run: Callable[..., tuple[int, Path]]) -> None:
    code, out = run(WITH_SECRETS, "--config", str(STRICT_FILE))
    assert code == 1
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert results["complete"]
    assert verify(out).differences == ()
    blocked = {(row["policy"], row["name"]) for row in results["results"] if row["outcome"] == "violated"}
    for policy in ("lambda-no-secret-in-environment", "ecs-no-secret-in-environment"):
        assert (policy, "planted-plain") in blocked
    assert {"terraform-plan.json", "report.html", "iam.json", "network.svg"} <= {path.name for path in out.iterdir()}
    assert [path.name for path in out.rglob("*") if path.is_file() and PLANTED in path.read_text("utf-8")] == []


def test_an_update_that_gives_access_says_what_it_newly_allows(
    run: Callable[..., tuple[int, Path]], tools: Tools, tmp_path: Path
) -> None:
    role = OPEN_DATABASE[OPEN_DATABASE.index("role = ") :]
    narrow = role.replace('"dynamodb:*", "Resource": "*"', '"dynamodb:GetItem", "Resource": "*"')
    assert narrow != role
    project = write_program(tmp_path / "program", PRELUDE + narrow)
    engine = Engine(tools, project, tmp_path / "state")
    assert engine.up(config={"aws:region": "us-east-1"}).exit_code == 0
    _, out = run(role, "--checkov", "off")
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Access that this update gives and the state before did not" in page
    assert "dynamodb:PutItem" in page
    _, same = run(narrow, "--checkov", "off", name="same")
    assert "The update gives no access that the state before did not." in (same / "report.html").read_text("utf-8")
