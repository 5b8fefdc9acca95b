"""The generated pages are fresh, the site builds without a broken link, and no constraint is unaccounted for."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

import pulumi_guardrails
from pulumi_guardrails.registry import all_policies
from tools import docs
from tools.blocked_preview import BLOCKED, PAGES, PICTURE
from tools.constraints import ABOUT, LEFT_OUT, LEFT_OUT_CONTROLS, Constraint, constraints
from tools.docs import ROOT, between, main, render
from tools.site_hooks import on_config

CONTROLS = {row.name: row.controls for row in constraints()}


@pytest.fixture(scope="module")
def pages() -> dict[Path, str]:
    """Every generated page, rendered once: it takes a second, because the messages of all policies are one of them."""
    return render()


def test_the_generated_pages_are_fresh(pages: dict[Path, str]) -> None:
    assert docs.stale(pages) == [], "stale: run `make docs`"


def test_a_check_writes_nothing_and_fails_where_a_page_is_stale(
    pages: dict[Path, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "render", lambda: pages)
    assert main(["--check"]) == 0
    page, orphan = tmp_path / "a.md", tmp_path / "gone.md"
    orphan.touch()
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    monkeypatch.setattr(docs, "PAGES", tmp_path)
    monkeypatch.setattr(docs, "render", lambda: {page: "new"})
    assert main(["--check"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "a.md is stale: run `make docs`.",
        "gone.md is stale: run `make docs`.",
    ]
    assert not page.exists()
    assert main([]) == 0
    assert page.read_text(encoding="utf-8") == "new"
    assert not orphan.exists()


def test_only_what_stands_between_the_markers_is_written() -> None:
    text = "before\n<!-- x -->\nold\n<!-- /x -->\nafter\n"
    assert between(text, "x", "new") == "before\n<!-- x -->\n\nnew\n\n<!-- /x -->\nafter\n"
    with pytest.raises(ValueError, match="<!-- y -->"):
        between(text, "y", "new")


def test_every_constraint_is_covered_or_left_out_with_a_reason() -> None:
    covered = {row for policy in all_policies() for row in policy.rows}
    assert [row.name for row in constraints() if row.name not in covered | LEFT_OUT.keys()] == []
    assert covered & LEFT_OUT.keys() == set()
    assert all(reason.endswith(".") for reason in LEFT_OUT.values())


@pytest.mark.parametrize("policy", all_policies(), ids=lambda policy: policy.name)
def test_a_policy_claims_only_rows_of_the_table_and_controls_that_these_state(policy) -> None:  # type: ignore[no-untyped-def]
    assert set(policy.rows) <= CONTROLS.keys()
    for framework, ids in policy.controls.items():
        stated = {control for row in policy.rows for control in CONTROLS[row].get(framework.name, [])}
        assert set(ids) <= stated


@pytest.mark.parametrize("row", [row for row in constraints() if row.name not in LEFT_OUT], ids=lambda row: row.name)
def test_each_control_of_a_constraint_is_carried_by_a_policy_that_covers_it(row: Constraint) -> None:
    held = {
        (framework.name, control)
        for policy in all_policies()
        if row.name in policy.rows
        for framework, controls in policy.controls.items()
        for control in controls
    }
    stated = {(framework, control) for framework, controls in row.controls.items() for control in controls}
    assert {control for _, control in stated - held} <= LEFT_OUT_CONTROLS.keys()


def test_a_control_that_is_left_out_is_stated_and_carried_by_no_policy() -> None:
    stated = {control for row in constraints() for controls in row.controls.values() for control in controls}
    carried = {control for policy in all_policies() for controls in policy.controls.values() for control in controls}
    assert LEFT_OUT_CONTROLS.keys() <= stated - carried
    assert all(reason.endswith(".") for reason in LEFT_OUT_CONTROLS.values())


def test_every_policy_has_a_section_of_its_own(pages: dict[Path, str]) -> None:
    for policy in all_policies():
        assert pages[docs.PAGES / f"{policy.service}.md"].count(f"\n## {policy.name}\n") == 1


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True))
    return folder


def test_the_site_has_every_policy_at_its_address(site: Path) -> None:
    for policy in all_policies():
        page, _, anchor = policy.page.partition("#")
        assert f'id="{anchor}"' in (site / page / "index.html").read_text(encoding="utf-8")


def test_the_base_address_is_the_setting_of_the_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    config = str(ROOT / "mkdocs.yml")
    monkeypatch.setattr(pulumi_guardrails, "DOCUMENTATION_URL", "https://docs.example.com/")
    assert on_config(load_config(config)).site_url == "https://docs.example.com/"
    monkeypatch.setattr(pulumi_guardrails, "DOCUMENTATION_URL", "")
    assert not on_config(load_config(config)).site_url


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    loaded = re.compile(
        r"""<(?:script|img|iframe|link rel="(?:stylesheet|preconnect)")[^>]*(?:src|href)="(?:https?:)?//"""
    )
    for page in site.rglob("*.html"):
        assert loaded.search(page.read_text(encoding="utf-8")) is None, page.name


def test_the_pictures_need_nothing_from_elsewhere() -> None:
    # A page's address that a picture shows as text loads nothing; one in a tag or in a style may.
    loaded = re.compile(r"""<[^>]*https?://(?!www\.w3\.org/2000/svg)|url\(\s*["']?(?:https?:)?//|@import""")
    for picture in (ROOT / "docs" / "assets").glob("*.svg"):
        assert loaded.search(picture.read_text(encoding="utf-8")) is None, picture.name


def test_the_blocked_preview_shows_the_policies_as_they_are() -> None:
    drawn = html.unescape(re.sub(r"<[^>]+>", "", PICTURE.read_text(encoding="utf-8"))).replace("\xa0", " ")
    output = PAGES["blocked"].read_text(encoding="utf-8")
    shown = {policy for policy in all_policies() if f"  {policy.name}  (" in output}
    assert {"ecs-no-public-address", "sg-public-ports"} <= {policy.name for policy in shown}
    for policy in shown:
        assert policy.name in drawn
        assert f"{policy.title}." in drawn, "stale: run `make screenshot`"
        assert f"{policy.title}." in output, "stale: run `make screenshot`"
    for edit in BLOCKED:
        assert (ROOT / "infra" / edit.file).read_text(encoding="utf-8").count(edit.old) == 1


def test_no_page_names_a_folder_of_the_machine_it_was_made_on() -> None:
    for page in [*PAGES.values(), PICTURE]:
        assert "local: policypack" in page.read_text(encoding="utf-8").replace("&#160;", " ")


def test_a_check_of_checkov_is_about_policies_of_its_own_constraint() -> None:
    held = {policy.name: policy.rows for policy in all_policies()}
    for check, policies in ABOUT.items():
        rows = {row.name for row in constraints() if check in row.peers.get("Checkov", ())}
        for policy in policies:
            assert rows & set(held[policy]), f"{policy} covers no constraint that {check} checks"
