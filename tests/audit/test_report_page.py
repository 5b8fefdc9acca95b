"""The evidence page as a person uses it, in a real browser: Debian's Chromium. Without one these tests are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from audit import second_opinion
from audit.cost import Comparison, Estimate, Expected, Line
from audit.description import ConfiguredException, Description, Policy, Waiver
from audit.events import Check, EventLog, Finding, Remediation, Step
from audit.evidence import Evidence, Outcome, Provenance, Result, gather
from audit.preview_document import Source
from audit.properties import PropertyChange
from audit.report import Appendices, Section, report
from audit.terraform import checkov
from audit.terraform.plan import NotMapped

PACK = "guardrails"
KEY = "urn:pulumi:prod::api::aws:kms/key:Key::key"
TOPIC = "urn:pulumi:prod::api::aws:sns/topic:Topic::<b>topic</b>"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SCRIPT = "<script>document.title='owned'</script>"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)")


_PASSED = checkov.Check("CKV_AWS_7", "Ensure rotation of keys is enabled", KEY, checkov.Opinion.PASSED)
_WAIVED = checkov.Check("CKV_AWS_33", "Ensure no wildcard", KEY, checkov.Opinion.WAIVED, reason="A key of the tests.")
_OURS = Result(Policy(PACK, "kms-rotation", "Keys are rotated"), KEY, Outcome.PASSED, "mandatory")
_VIOLATED = replace(_OURS, outcome=Outcome.VIOLATED)
SECOND_OPINION = second_opinion.SideBySide(
    checkov.SecondOpinion("3.3.30", (_WAIVED, _PASSED), (checkov.Waiver("CKV_AWS_1", "*", "Nothing."),)),
    (
        second_opinion.Comparison(KEY, None, (_VIOLATED,), ("kms-rotation",), False, second_opinion.NOT_EXPLAINED),
        second_opinion.Comparison(KEY, _PASSED, (_OURS,), ("kms-rotation",), True),
    ),
    (_WAIVED,),
    (NotMapped("urn:x", "random:index/randomPet:RandomPet", "a resource of the provider random"),),
)
"""Both judges, with something in every part of the section."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with something in every section."""
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    picture = "<svg xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 9 9'><title>The network</title></svg>"
    cost = Estimate(
        "us-east-1",
        "2026-11-26",
        "list prices",
        (Line("KMS", KEY, 1, 1, "1 key × 1 $"),),
        {"aws:sagemaker/endpoint:Endpoint": 2},
        (Comparison("KMS", (1, 1), Expected("KMS", 5, 6)),),
    )
    appendices = Appendices(
        network=Section(picture), cost=Section(cost), iam=Section(missing="a"), second_opinion=Section(SECOND_OPINION)
    )
    path.write_text(report(evidence(), appendices), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    """The page, which asks nothing of a network and complains of nothing."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    asked: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        said.append(message.text)

    opened.on("console", listen)
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(file.as_uri())
    yield opened
    assert said == []
    assert asked == [file.as_uri()]
    context.close()


def evidence() -> Evidence:
    rotation = Policy(
        PACK,
        "kms-rotation",
        "A key is rotated",
        "mandatory",
        "high",
        {"CIS": ("2.9", "2.10")},
        "kms",
        frozenset({"aws:kms/key:Key"}),
        False,
        "Rotate it.",
        "https://example.com/kms",
        (Waiver("kms-rotation", "*::old", "old", "Ada", "2027-01-01"),),
    )
    encrypted = Policy(PACK, "sns-encrypted", "A topic is encrypted", "advisory", "low", {"CIS": ("3.1",)}, "sns")
    named = Policy(PACK, "named", "Every resource has a name", "advisory", "medium", on_stack=False)
    log = EventLog(
        steps=(Step(KEY, "aws:kms/key:Key", "create"), Step(TOPIC, "aws:sns/topic:Topic", "update")),
        checks=(
            Check(PACK, KEY, ("named",), ("kms-rotation",)),
            Check(PACK, TOPIC, ("named",), ("sns-encrypted",)),
            Check(PACK, None, (), ()),
        ),
        findings=(
            Finding("kms-rotation", PACK, "mandatory", "high", KEY, f"A key is rotated.\nKey 'key': {SCRIPT}"),
            Finding("sns-encrypted", PACK, "advisory", "low", TOPIC, "A topic is encrypted.\nUndecided: Topic: key."),
        ),
        remediations=(Remediation("named", PACK, TOPIC, (PropertyChange("name", None, SCRIPT),)),),
    )
    excepted = ConfiguredException("EXC-7", "agreed in March", ("named",), ("*::topic",))
    descriptions = [Description(PACK, "1.0.0", {one.name: one for one in (rotation, encrypted, named)}, (excepted,))]
    told = Provenance("pulumi preview", "2026-11-26T10:00:00+00:00", "", "ada@host", "abc", True, {"Pulumi": "v3"})
    return gather(log, descriptions, {KEY: Source("infra/keys.py", 7)}, told)


def rows(page: Page, section: str) -> int:
    return page.locator(f"section[aria-labelledby={section}] tr[data-row]:visible").count()


def test_the_verdict_is_seen_first(page: Page) -> None:
    assert page.get_by_role("status").first.inner_text() == "✗Not compliant: mandatory policies are violated"
    assert page.title().startswith("Not compliant: ")


def test_what_comes_from_a_program_is_text(page: Page) -> None:
    assert SCRIPT in page.locator("#findings ~ .scroll").first.inner_text()
    assert "<b>topic</b>" in page.locator("body").inner_text()


def test_a_search_leaves_the_rows_that_have_all_words(page: Page) -> None:
    assert rows(page, "findings") == 2
    page.get_by_label("Search").fill("rotat KEY")
    assert rows(page, "findings") == 1
    assert page.locator("#told").inner_text().endswith(" rows")
    page.get_by_role("button", name="Clear").click()
    assert rows(page, "findings") == 2
    assert page.locator("#told").inner_text() == ""


def test_outcomes_and_severities_filter(page: Page) -> None:
    page.get_by_label("Outcome").select_option("undecided")
    assert rows(page, "findings") == 1
    assert "sns-encrypted" in page.locator("section[aria-labelledby=findings] tr[data-row]:visible").inner_text()
    page.get_by_label("Outcome").select_option("")
    page.get_by_label("Severity").select_option("high")
    assert rows(page, "policies") == 1


def test_a_search_opens_the_framework_that_has_what_is_searched(page: Page) -> None:
    framework = page.locator("section[aria-labelledby='controls'] details")
    assert framework.get_attribute("open") is None
    page.get_by_label("Search").fill("2.10")
    assert framework.get_attribute("open") is not None
    assert rows(page, "controls") == 1


def test_a_column_sorts_both_ways_by_the_value_of_numbers(page: Page) -> None:
    page.get_by_role("button", name="Open all").click()
    header = page.locator("section[aria-labelledby=controls] th").first
    header.get_by_role("button").click()
    cells = page.locator("section[aria-labelledby=controls] tbody tr td:first-child")
    assert cells.all_inner_texts() == ["2.9", "2.10", "3.1"]
    assert header.get_attribute("aria-sort") == "ascending"
    header.get_by_role("button").click()
    assert cells.all_inner_texts() == ["3.1", "2.10", "2.9"]


def test_the_keyboard_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the findings"
    page.keyboard.press("Enter")
    assert page.url.endswith("#findings")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("topic")
    assert rows(page, "findings") == 1
    detail = page.locator("section[aria-labelledby=resources] details:visible").first
    detail.locator("summary").focus()
    page.keyboard.press("Enter")
    assert detail.get_attribute("open") is not None


def test_the_picture_is_there_and_has_a_name(page: Page) -> None:
    assert page.locator("#network ~ .picture svg").count() == 1
    assert page.get_by_role("img", name="The network").count() == 1


def test_every_section_is_filled(page: Page) -> None:
    text = page.locator("main").inner_text()
    for expected in (
        "infra/keys.py:7",
        "1 key × 1 $",
        "4 dollars below the least expected",
        "aws:sagemaker/endpoint:Endpoint",
        "approved by",
        "EXC-7",
        "agreed in March",
        "ada@host",
        "changes that are not committed",
    ):
        assert expected in text


def test_printing_opens_what_is_closed(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_inaccessible(browser: Browser, file: Path, scheme: str) -> None:
    # Axe is a script that the content security policy of the page refuses.
    context = browser.new_context(bypass_csp=True, color_scheme="dark" if scheme == "dark" else "light")
    opened = context.new_page()
    opened.goto(file.as_uri())
    opened.get_by_role("button", name="Open all").click()
    found = Axe().run(opened).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []
    context.close()


def test_without_scripts_everything_is_there(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(file.as_uri())
    assert opened.locator("tr[data-row]").count() > 8
    assert not opened.locator(".filters").is_visible()
    context.close()
