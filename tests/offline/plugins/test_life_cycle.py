"""A program with pulumi_random and pulumi_tls on the real engine, in the versions that its packages ask for."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import offline.__main__ as command
from offline.engine import Engine
from offline.tools import Tools

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi, pulumi_random as random, pulumi_tls as tls

config = pulumi.Config()
password = random.RandomPassword("password", length=20, keepers={"turn": config.get("turn") or "1"})
pet = random.RandomPet("pet")
key = tls.PrivateKey("key", algorithm="ED25519")
certificate = tls.SelfSignedCert("certificate", private_key_pem=key.private_key_pem, validity_period_hours=24,
                                 allowed_uses=["server_auth"], subject={"common_name": pet.id})
pulumi.export("password", password.result)
pulumi.export("pet", pet.id)
pulumi.export("subject", tls.get_certificate_output(content=certificate.cert_pem).certificates[0].subject)
"""


def _project(folder: Path, program: str, runtime: str = "{name: python, options: {virtualenv: .venv}}") -> Path:
    folder.mkdir()
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "Pulumi.yaml").write_text(f"name: small\nruntime: {runtime}\n", encoding="utf-8")
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    return folder


def test_a_stack_of_passwords_and_keys_lives(tools: Tools, tmp_path: Path) -> None:
    engine = Engine(tools, _project(tmp_path / "small", PROGRAM), tmp_path / "state")
    planned = engine.preview()
    assert planned.exit_code == 0, planned.output
    for line in ("password: [secret]", "pet     : [unknown]", "subject : [unknown]"):
        assert line in planned.output
    assert engine.up().events.changes == {"create": 5}
    outputs = engine.outputs()
    assert outputs["password"] == "[secret]"
    assert outputs["subject"] == f"CN={outputs['pet']}"
    assert "PRIVATE KEY" not in json.dumps(engine.export())
    assert engine.preview().events.changes == {"same": 5}
    assert engine.preview(config={"turn": "2"}).events.changes == {"replace": 1, "same": 4}
    assert engine.destroy().events.changes == {"delete": 5}


def test_a_plugin_without_a_stand_in_ends_in_one_sentence(
    tools: Tools, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program = "import pulumi\npulumi.CustomResource('docker:index/image:Image', 'image', {})\n"
    project = _project(tmp_path / "small", program)
    assert command.main(["preview", "--project", str(project), "--state", str(tmp_path / "state")]) != 0
    captured = capfd.readouterr()
    assert "Traceback" not in captured.out + captured.err
    last = captured.out.splitlines()[-1]
    assert last.startswith("The offline engine stands in for the plugins aws, random and tls alone, not for docker: ")
