"""The scaffold of a new policy."""

from __future__ import annotations

import ast

import pytest

from tools.new_policy import files_for, main


def test_a_new_policy_is_two_files_of_valid_python() -> None:
    files = files_for("bucket-has-owner", "BUCKET")
    assert sorted(path.name for path in files) == ["bucket_has_owner.py", "cases_bucket_has_owner.py"]
    for text in files.values():
        ast.parse(text)
        assert "TODO" in text


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("Bucket", "BUCKET", "lower-case words"),
        ("../etc/passwd-x", "BUCKET", "lower-case words"),
        ("log-retention", "LOG_GROUP", "already"),
        ("bucket-has-owner", "BUCKIT", "pulumi_guardrails.aws.resource_types"),
    ],
)
def test_what_will_not_do_is_refused_in_one_sentence(
    name: str, kind: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, kind]) == 2
    assert said in capsys.readouterr().err
