"""What the pack says of a program, at its defaults and with each ready configuration, in the form that is committed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from audit.events import Finding
from audit.verdict import Verdict, judge
from offline.engine import Engine
from offline.layout import REPOSITORY
from offline.tools import Tools
from tests.engine.recording import Request, read_requests, record
from tests.engine.replay import replay

HERE = Path(__file__).parent
PACK = REPOSITORY / "policypack"
EXPECTED = HERE / "expected.json"
OF_CONFIGURATIONS = HERE / "configurations.json"
CONFIGURATIONS: Mapping[str, Mapping[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((PACK / "config").glob("*.json"))
}
"""The ready configurations of the pack by name."""
FOLDERS = (HERE / "programs", REPOSITORY / "tests" / "offline" / "fixtures" / "programs")
PROGRAMS = {path.stem: path for folder in FOLDERS for path in sorted(folder.glob("*.py"))}

AWS = {"aws:region": "us-east-1"}

KINDS = ("mandatory", "advisory", "undecided", "skipped")

NETWORK = """
import pulumi
pulumi.export("vpc_id", "vpc-0123456789abcdef0")
pulumi.export("subnet_ids", ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
"""
"""The stack that the program `stack_reference` refers to."""

PACK_OF = """
import sys
sys.path.insert(0, {folder!r})
from pulumi_guardrails.pack import select, serve
serve({name!r}, select())
"""
"""A pack with all policies under a name of its own."""


@dataclass(frozen=True)
class Preview:
    """What the engine found of a program, and what it asked of the pack."""

    verdict: Verdict
    requests: Sequence[Request]


def previewed(tools: Tools, folder: Path, name: str, configuration: Mapping[str, Any] | None = None) -> Preview:
    """A preview of one program with all policies, recorded; raises AssertionError where it broke off."""
    file = folder / "requests.txt"
    result = record(_engine(tools, folder, name), file, config=AWS, policy_pack_config=configuration)
    if not result.verdict.complete:
        raise AssertionError(f"The preview of {name} broke off:\n{result.output[-3000:]}")
    return Preview(result.verdict, read_requests(file))


def previewed_with(
    tools: Tools, folder: Path, name: str, configurations: Mapping[str, Mapping[str, Any]]
) -> dict[str, Verdict]:
    """What the engine finds of a program with each of the configurations, by its name, in one preview.

    Each is that of a pack of its own, which has every policy of the published one. A pack that remediates would change
    what the others get.
    """
    options: list[str] = []
    for configuration, settings in configurations.items():
        pack = folder / "packs" / configuration
        pack.mkdir(parents=True)
        runtime = {"name": "python", "options": {"virtualenv": str(PACK / "venv")}}
        (pack / "PulumiPolicy.yaml").write_text(json.dumps({"runtime": runtime}), encoding="utf-8")
        (pack / "__main__.py").write_text(PACK_OF.format(folder=str(PACK), name=configuration), encoding="utf-8")
        file = pack / "configuration.json"
        file.write_text(json.dumps(settings), encoding="utf-8")
        options += ["--policy-pack", str(pack), "--policy-pack-config", str(file)]
    events = _engine(tools, folder, name).preview(config=AWS, arguments=options).events
    return {
        configuration: judge(
            replace(
                events,
                checks=tuple(one for one in events.checks if one.pack == configuration),
                findings=tuple(one for one in events.findings if one.pack == configuration),
                remediations=tuple(one for one in events.remediations if one.pack == configuration),
            )
        )
        for configuration in configurations
    }


def in_configurations(preview: Preview) -> dict[str, dict[str, Any]]:
    """What the pack says of a program, previewed with no configuration, in each ready one by its name."""
    return {name: counted(replay(preview.requests, given)) for name, given in CONFIGURATIONS.items()}


def counted(verdict: Verdict) -> dict[str, Any]:
    """How much a verdict says by kind, and how often each policy blocks; raises AssertionError for what is neither."""
    assert verdict.skipped == verdict.excepted == ()
    return {
        "mandatory": dict(sorted(Counter(finding.policy for finding in verdict.mandatory).items())),
        "advisory": len(verdict.advisory),
        "undecided": len(verdict.undecided),
        "remediated": verdict.remediated,
    }


def described(verdict: Verdict) -> dict[str, Any]:
    """Findings by level, policy and resource; undecided ones with what is not known; and the causes that a reader sees.

    Raises AssertionError where a policy speaks of a resource twice.
    """
    said = Counter((one.policy, one.resource, kind) for kind in KINDS for one in getattr(verdict, kind) if one.resource)
    assert not [key for key, times in said.items() if times > 1], said.most_common(3)
    return {
        "mandatory": _by_policy(verdict.mandatory),
        "advisory": _by_policy(verdict.advisory),
        "undecided": {
            f"{found.policy} {_name(found)}": found.message.partition("Undecided: ")[2].partition("\n")[0]
            for found in sorted(verdict.undecided, key=lambda found: (found.policy, found.resource))
        },
        "skipped": _by_policy(verdict.skipped),
        "findings": sum(len(getattr(verdict, kind)) for kind in KINDS),
        "causes": [cause.line() for cause in verdict.causes()],
    }


def _by_policy(findings: Iterable[Finding]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in findings:
        found.setdefault(finding.policy, []).append(_name(finding))
    return {policy: sorted(names) for policy, names in sorted(found.items())}


def _name(finding: Finding) -> str:
    return finding.resource.rsplit("::", 1)[-1]


def _engine(tools: Tools, folder: Path, name: str) -> Engine:
    if name == "stack_reference":
        Engine(tools, _project(folder / "network", "network", NETWORK), folder / "state").up()
    project = _project(folder / "project", "stranger", PROGRAMS[name].read_text(encoding="utf-8"))
    return Engine(tools, project, folder / "state")


def _project(folder: Path, name: str, program: str) -> Path:
    folder.mkdir(parents=True)
    (folder / ".venv").symlink_to(sys.prefix)
    description = f"name: {name}\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\n"
    (folder / "Pulumi.yaml").write_text(description, encoding="utf-8")
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    return folder


def read_expected() -> dict[str, dict[str, Any]]:
    """The committed outcomes by program."""
    expected: dict[str, dict[str, Any]] = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return expected


def read_of_configurations() -> dict[str, dict[str, dict[str, Any]]]:
    """The committed outcomes by ready configuration and program."""
    expected: dict[str, dict[str, dict[str, Any]]] = json.loads(OF_CONFIGURATIONS.read_text(encoding="utf-8"))
    return expected


def text_of_configurations(found: Mapping[str, Mapping[str, Any]]) -> str:
    """The outcomes in ready configurations by program as they are committed: by configuration, a program a line."""
    parts = (
        f' "{configuration}": {{\n'
        + ",\n".join(f'  "{name}": {json.dumps(found[name][configuration])}' for name in sorted(found))
        + "\n }"
        for configuration in CONFIGURATIONS
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"
