"""The stack file of an offline run."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from offline.configuration import compose, is_secret, project_name, qualified, salt
from offline.layout import OfflineError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project named shop with nothing else."""
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
    return tmp_path


def _stack_file(project: Path, text: str) -> None:
    (project / "Pulumi.dev.yaml").write_text(text, encoding="utf-8")


def test_the_values_of_the_run_go_over_those_of_the_file(project: Path) -> None:
    _stack_file(project, "config:\n  aws:region: us-east-1\n  shop:team: one\n  shop:list: [1, {a: b}]\n")
    composed = yaml.safe_load(
        compose(project, "dev", {"team": "two", "aws:region": "eu-west-1", "waf": "true"}, {}, "s")
    )
    assert composed == {
        "config": {"aws:region": "eu-west-1", "shop:team": "two", "shop:list": [1, {"a": "b"}], "shop:waf": "true"},
        "encryptionsalt": "s",
    }


def test_a_project_without_a_stack_file_has_the_values_of_the_run(project: Path) -> None:
    assert yaml.safe_load(compose(project, "dev", {"team": "two"}, {}, "s"))["config"] == {"shop:team": "two"}


def test_an_empty_stack_file_is_one_without_values(project: Path) -> None:
    _stack_file(project, "# nothing yet\n")
    assert yaml.safe_load(compose(project, "dev", {}, {}, "s"))["config"] == {}


def test_how_the_owner_encrypts_is_left_out(project: Path) -> None:
    _stack_file(project, "secretsprovider: awskms://x\nencryptedkey: abc\nencryptionsalt: theirs\nconfig: {}\n")
    assert yaml.safe_load(compose(project, "dev", {}, {}, "ours")) == {"config": {}, "encryptionsalt": "ours"}


@pytest.mark.parametrize("value", ["{secure: abc}", "[{secure: abc}]", "{inner: {secure: abc}}"])
def test_what_only_the_owner_can_decrypt_has_to_be_given(project: Path, value: str) -> None:
    _stack_file(project, f"config:\n  shop:db_password: {value}\n")
    with pytest.raises(OfflineError, match=r"shop:db_password is encrypted .* SECRETS=db_password"):
        compose(project, "dev", {}, {}, "s")
    composed = compose(project, "dev", {}, {"db_password": "not-in-the-file"}, "s")
    assert "not-in-the-file" not in composed
    assert "secure" not in composed


@pytest.mark.parametrize("text", ["config: [", "- a list", "just text"])
def test_a_stack_file_that_is_none_is_one_sentence(project: Path, text: str) -> None:
    _stack_file(project, text)
    with pytest.raises(OfflineError, match=r"Pulumi\.dev\.yaml (is no valid YAML|holds a)"):
        compose(project, "dev", {}, {}, "s")


def test_names(project: Path) -> None:
    assert project_name(project) == "shop"
    assert qualified("team", "shop") == "shop:team"
    assert qualified("aws:region", "shop") == "aws:region"


@pytest.mark.parametrize(
    ("key", "secret"), [("db_password", True), ("shop:API_TOKEN", True), ("clientSecret", True), ("team", False)]
)
def test_a_key_says_whether_it_is_a_secret(key: str, secret: bool) -> None:
    assert is_secret(key) is secret


def test_the_salt_is_read_back(project: Path) -> None:
    _stack_file(project, compose(project, "dev", {}, {}, "v1:abc=:v1:def"))
    assert salt(project / "Pulumi.dev.yaml") == "v1:abc=:v1:def"
