"""An organisation's own pack: ten of our policies from an installed wheel, and one of its own, on the real engine."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from audit.events import Finding
from offline.engine import Engine, Result
from offline.layout import REPOSITORY
from offline.tools import Tools
from tests.engine.programs import write_program
from tests.engine.stacks import PACK

OURS = (
    "dynamodb-point-in-time-recovery",
    "ecr-scan-on-push",
    "iam-no-service-wide-actions",
    "kms-rotation",
    "log-retention",
    "network-chain",
    "rds-storage-encrypted",
    "s3-versioning",
    "sg-public-ports",
    "iam-trust-names-principals",
)
LEVELS = '{"kms-rotation": pulumi_policy.EnforcementLevel.MANDATORY}'

OWN_PACK = f"""
import pulumi_policy
from pulumi_guardrails.pack import select, serve

def has_team(args, report_violation):
    if args.resource_type == "aws:cloudwatch/logGroup:LogGroup" and "Team" not in (args.props.get("tags") or {{}}):
        report_violation("The log group has no tag Team.")

team = pulumi_policy.ResourceValidationPolicy(
    "acme-team", "Every log group has a team.", has_team,
    enforcement_level=pulumi_policy.EnforcementLevel.MANDATORY,
)
serve("acme", [*select(*{OURS!r}), team], initial_config={LEVELS})
"""
OF_OURS = f"""
import pulumi_policy
from pulumi_guardrails.pack import select, serve
serve("ours", select(*{OURS!r}), initial_config={LEVELS})
"""
STOCK = f"""
import pulumi_policy
from pulumi_guardrails.pack import select
pulumi_policy.PolicyPack("stock", select(*{OURS!r}))
"""
PROGRAM = """
import pulumi_aws as aws

for name, days in {"kept": 30, "short": 7, "old": 3}.items():
    aws.cloudwatch.LogGroup(name, retention_in_days=days, tags={"Team": "search"} if name == "kept" else None)
aws.kms.Key("key", enable_key_rotation=False)
aws.dynamodb.Table("sessions", hash_key="id", billing_mode="PAY_PER_REQUEST", attributes=[{"name": "id", "type": "S"}])
key = aws.kms.Key("unknown", enable_key_rotation=True)
aws.cloudwatch.LogGroup("undecided", retention_in_days=key.key_id.apply(len), tags={"Team": "search"})
"""
CONFIGURATION = {
    "log-retention": {
        "waivers": [{"resource": "*::old", "reason": "migration", "approvedBy": "security", "expires": "2999-01-01"}]
    }
}

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Packs:
    """The packs' folders, and the environment that the wheel is installed in."""

    acme: Path
    ours: Path
    stock: Path
    python: Path


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Packs:
    """Two packs in an environment that has nothing but the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("own")
    ignored = shutil.ignore_patterns("venv", "__pycache__")
    source = shutil.copytree(PACK, folder / "source", ignore=ignored)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--wheel-dir", str(folder / "dist"), str(source)], check=True, cwd=folder
    )
    (wheel,) = (folder / "dist").glob("*.whl")
    environment = folder / "venv"
    venv.create(environment)
    python = environment / "bin" / "python"
    # Neither a pip of its own nor bytecode that nothing imports: either takes as long as the rest.
    install = [*pip, "--python", str(python), "install", "--no-compile", str(wheel)]
    subprocess.run(install, check=True, cwd=folder)
    made = {name: folder / name for name in ("acme", "ours", "stock")}
    for name, program in {"acme": OWN_PACK, "ours": OF_OURS, "stock": STOCK}.items():
        made[name].mkdir()
        (made[name] / "__main__.py").write_text(program, encoding="utf-8")
        description = f"version: 1.2.3\nruntime:\n  name: python\n  options:\n    virtualenv: {environment}\n"
        (made[name] / "PulumiPolicy.yaml").write_text(description, encoding="utf-8")
    return Packs(**made, python=python)


@pytest.fixture(scope="module")
def previewed(tools: Tools, packs: Packs, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Result]:
    """Previews the program with one of `Packs`, once for all tests."""

    @cache
    def preview(name: str) -> Result:
        folder = tmp_path_factory.mktemp(name)
        engine = Engine(tools, write_program(folder / "project", PROGRAM, "stranger"), folder / "state")
        pack: Path = getattr(packs, name)
        return engine.preview(policy_pack=pack, config={"aws:region": "us-east-1"}, policy_pack_config=CONFIGURATION)

    return preview


def said(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(found.policy, found.resource.rsplit("::", 1)[-1]) for found in findings}


def found_by_ours(result: Result) -> Counter[Finding]:
    """What our policies found, whatever the pack is named; the engine asks in an order that varies."""
    return Counter(replace(found, pack="") for found in result.events.findings if found.policy in OURS)


def passed_by_ours(result: Result) -> Counter[tuple[str | None, frozenset[str], frozenset[str]]]:
    """Which of our policies passed and failed, by resource."""
    ours = frozenset(OURS)
    return Counter((check.resource, ours & {*check.passed}, ours & {*check.failed}) for check in result.events.checks)


def test_the_wheel_carries_the_library_and_its_licence_and_nothing_of_the_repository(packs: Packs) -> None:
    listing = [str(packs.python), "-c", "import pulumi_guardrails, pathlib; print(pulumi_guardrails.__file__)"]
    where = subprocess.run(listing, check=True, capture_output=True, text=True, cwd=packs.acme).stdout.strip()
    library = Path(where).parent
    assert packs.python.parent.parent in library.parents
    source = PACK / "pulumi_guardrails"
    expected = {path.relative_to(source) for path in source.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    found = {path.relative_to(library) for path in library.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert found == expected
    assert list(library.parent.glob("pulumi_guardrails-*.dist-info/licenses/LICENSE"))
    assert (PACK / "LICENSE").read_bytes() == (REPOSITORY / "LICENSE").read_bytes()


@pytest.mark.engine
def test_a_pack_of_ten_of_ours_and_one_of_its_own_holds_a_stack_to_all(previewed: Callable[[str], Result]) -> None:
    result = previewed("acme")
    verdict = result.verdict
    assert verdict.complete, result.output
    assert {check.pack for check in result.events.checks} == {"acme"}
    assert said(verdict.mandatory) == {
        ("acme-team", "short"),
        ("acme-team", "old"),
        ("log-retention", "short"),
        ("kms-rotation", "key"),
        ("dynamodb-point-in-time-recovery", "sessions"),
    }
    assert said(verdict.undecided) == {("log-retention", "undecided")}
    assert "acme@v1.2.3" in result.output


@pytest.mark.engine
def test_the_log_of_our_policies_is_the_same_in_either_pack(previewed: Callable[[str], Result]) -> None:
    mixed, alone = previewed("acme"), previewed("ours")
    assert found_by_ours(mixed)
    assert found_by_ours(mixed) == found_by_ours(alone)
    assert passed_by_ours(mixed) == passed_by_ours(alone)


@pytest.mark.engine
def test_the_objects_work_in_a_stock_policy_pack(previewed: Callable[[str], Result]) -> None:
    """A waiver makes a policy not applicable there, and what is undecided is what the SDK says of an unknown value."""
    verdict = previewed("stock").verdict
    assert said(verdict.mandatory) == {
        ("log-retention", "short"),
        ("dynamodb-point-in-time-recovery", "sessions"),
    }
    assert said(verdict.advisory) == {("kms-rotation", "key")}
    assert {found.policy for found in verdict.skipped} == {"log-retention"}
    assert "Undecided: LogGroup 'undecided'" in verdict.skipped[0].message
