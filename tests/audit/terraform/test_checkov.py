"""What is read of Checkov's report, and what is said where there is none: a program of a few lines stands in for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from audit.preview_document import parse
from audit.terraform import checkov
from audit.terraform.checkov import Check, CheckovError, Opinion, Waiver, as_json, ask, find, read_waivers
from audit.terraform.plan import Plan, plan

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
BUCKET = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::logs"
TABLE = "urn:pulumi:dev::shop::aws:dynamodb/table:Table::sessions"


@pytest.fixture
def made() -> Plan:
    states = [
        {"urn": BUCKET, "type": "aws:s3/bucket:Bucket", "inputs": {"logging": {"targetBucket": UNKNOWN}}},
        {"urn": TABLE, "type": "aws:dynamodb/table:Table", "inputs": {"hashKey": "id"}},
    ]
    return plan(parse(json.dumps({"steps": [{"op": "create", "newState": state} for state in states]})))


def record(check: str, address: str, result: str, keys: Sequence[str] = ()) -> dict[str, Any]:
    outcome = {"result": result, "evaluated_keys": list(keys)}
    return {
        "check_id": check,
        "check_name": check.lower(),
        "resource": address,
        "resource_address": address,
        "check_result": outcome,
    }


def stand_in(folder: Path, written: Any, errors: str = "") -> list[str]:
    """The command of a program that writes this, and beside it how it was run."""
    program = folder / "stand_in.py"
    text = written if isinstance(written, str) else json.dumps(written)
    program.write_text(
        "import json, os, sys\n"
        "plan = json.load(open(sys.argv[sys.argv.index('--file') + 1]))\n"
        f"json.dump([sys.argv[1:], dict(os.environ), os.getcwd(), plan], open({str(folder / 'run.json')!r}, 'w'))\n"
        f"sys.stderr.write({errors!r})\n"
        f"sys.stdout.write({text!r})\n",
        encoding="utf-8",
    )
    return [sys.executable, str(program)]


def report(failed: Sequence[Mapping[str, Any]], passed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    results = {"failed_checks": list(failed), "passed_checks": list(passed), "parsing_errors": []}
    return {"results": results, "summary": {"checkov_version": "3.3.30"}}


def test_a_check_is_of_the_resource_of_its_address(made: Plan, tmp_path: Path) -> None:
    failed = [record("CKV_AWS_1", "aws_s3_bucket.logs", "FAILED"), record("CKV_AWS_2", "aws_s3_bucket.else", "FAILED")]
    passed = [record("CKV2_AWS_3", "aws_dynamodb_table.sessions", "PASSED", ["hash_key"])]
    found = ask(made, stand_in(tmp_path, report(failed, passed)))
    assert found.version == "3.3.30"
    assert found.checks == (
        Check("CKV_AWS_1", "ckv_aws_1", BUCKET, Opinion.FAILED),
        Check("CKV2_AWS_3", "ckv2_aws_3", TABLE, Opinion.PASSED),
    )
    assert [one.is_of_graph for one in found.checks] == [False, True]


def test_a_check_that_looks_at_what_is_not_known_yet_has_not_failed(made: Plan, tmp_path: Path) -> None:
    keys = ["logging/[0]/target_bucket", "logging/*/target_bucket", "bucket"]
    failed = [record("CKV_AWS_1", "aws_s3_bucket.logs", "FAILED", keys)]
    passed = [record("CKV_AWS_2", "aws_s3_bucket.logs", "PASSED", ["logging"])]
    one, other = ask(made, stand_in(tmp_path, report(failed, passed))).checks
    assert (one.opinion, one.unknown) == (Opinion.UNKNOWN, tuple(sorted(keys[:2])))
    assert (other.opinion, other.unknown) == (Opinion.PASSED, ())


def test_a_check_that_passes_by_a_value_that_nothing_computes_has_not_passed(made: Plan, tmp_path: Path) -> None:
    passed = [record("CKV_AWS_1", "aws_s3_bucket.logs", "PASSED", ["logging/[0]/target_bucket"])]
    (one,) = ask(made, stand_in(tmp_path, report([], passed))).checks
    assert (one.opinion, one.unknown) == (Opinion.UNKNOWN, ("logging/[0]/target_bucket",))
    states = [
        {"urn": BUCKET, "type": "aws:s3/bucket:Bucket", "inputs": {"bucket": UNKNOWN}},
        {"urn": f"{BUCKET}-acl", "type": "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
         "inputs": {"bucket": UNKNOWN}, "propertyDependencies": {"bucket": [BUCKET]}},
    ]  # fmt: skip
    computed = plan(parse(json.dumps({"steps": [{"op": "create", "newState": state} for state in states]})))
    address = "aws_s3_bucket_public_access_block.logs-acl"
    (one,) = ask(computed, stand_in(tmp_path, report([], [record("CKV_AWS_1", address, "PASSED", ["bucket"])]))).checks
    assert one.opinion is Opinion.PASSED


def test_a_waiver_exempts_what_it_names_and_one_that_exempts_nothing_is_reported(made: Plan, tmp_path: Path) -> None:
    failed = [record("CKV_AWS_1", "aws_s3_bucket.logs", "FAILED"), record("CKV_AWS_1", "aws_s3_bucket.x", "FAILED")]
    passed = [record("CKV_AWS_2", "aws_s3_bucket.logs", "PASSED")]
    waivers = (
        Waiver("CKV_AWS_1", "*aws:s3/bucket:Bucket::logs", "It has no readers."),
        Waiver("CKV_AWS_2", "*", "It passes."),
        Waiver("CKV_AWS_1", "urn:pulumi:dev::*Table*", "It is no table."),
        Waiver("CKV_AWS_1", "urn:pulumi:prod::*", "It is another stack."),
    )
    found = ask(made, stand_in(tmp_path, report(failed, passed)), waivers)
    assert [(one.opinion, one.reason) for one in found.checks] == [
        (Opinion.WAIVED, "It has no readers."),
        (Opinion.PASSED, ""),
    ]
    assert found.unused_waivers == waivers[1:3]
    written = json.loads(as_json(found))
    assert written["summary"] == {"failed": 0, "unknown": 0, "waived": 1, "passed": 1}
    assert written["checks"][0] == {
        "check": "CKV_AWS_1",
        "name": "ckv_aws_1",
        "resource": BUCKET,
        "result": "waived",
        "reason": "It has no readers.",
    }


def test_checkov_is_run_without_the_users_settings_and_without_a_network(
    made: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BC_API_KEY", "hunter2")
    ask(made, stand_in(tmp_path, report([], [])))
    arguments, environment, folder, read = json.loads((tmp_path / "run.json").read_text())
    assert {"--skip-download", "--soft-fail", "terraform_plan"} <= set(arguments)
    assert environment["EVAL_TF_PLAN_AFTER_UNKNOWN"] == "1"
    assert environment["HOME"] == folder != str(Path.cwd())
    assert "BC_API_KEY" not in environment
    assert read == made.document


def test_a_plan_without_a_resource_that_is_checked_gives_no_checks(made: Plan, tmp_path: Path) -> None:
    found = ask(made, stand_in(tmp_path, {"passed": 0, "failed": 0, "checkov_version": "3.3.30"}))
    assert (found.version, found.checks) == ("3.3.30", ())


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "Checkov wrote no JSON (exit code 0: No module named x)."),
        ("[]", "Checkov wrote a JSON list; expected the report of one framework."),
        ({"results": {"parsing_errors": ["tfplan.json"]}}, "Checkov could not read the plan."),
    ],
)
def test_what_is_no_report_is_said_in_a_sentence(made: Plan, tmp_path: Path, written: Any, sentence: str) -> None:
    with pytest.raises(CheckovError) as error:
        ask(made, stand_in(tmp_path, written, "Traceback\nNo module named x\n"))
    assert str(error.value) == sentence


def test_a_command_that_is_not_there_is_said_in_a_sentence(made: Plan) -> None:
    with pytest.raises(CheckovError, match=r"^Checkov cannot be run as /no/checkov: No such file or directory\.$"):
        ask(made, ["/no/checkov"])


def test_the_projects_own_checkov_comes_before_the_one_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(checkov, "OWN", tmp_path / "own" / "checkov")
    assert find() is None
    other = tmp_path / "checkov"
    other.touch(0o755)
    assert find() == [str(other)]
    checkov.OWN.parent.mkdir()
    checkov.OWN.touch()
    assert find() == [str(checkov.OWN)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", r"^w\.json is no JSON: .*\.$"),
        ("{}", r"^w\.json is a JSON dict; expected a list of waivers\.$"),
        ('[{"check": "CKV_AWS_1", "resource": "*"}]', r"^w\.json, waiver 1: expected an object of the texts .*\.$"),
        ('[{"check": "a", "resource": "*", "reason": "b", "until": "c"}]', r"^w\.json, waiver 1: expected an object"),
        ('[{"check": "CKV_AWS_1", "resource": "*", "reason": " "}]', r"^w\.json, waiver 1: .* must not be blank\.$"),
    ],
)
def test_a_file_of_another_form_is_no_file_of_waivers(text: str, sentence: str) -> None:
    with pytest.raises(CheckovError, match=sentence):
        read_waivers(text, "w.json")
