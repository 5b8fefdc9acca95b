"""The plan of real previews, and what the real Checkov says of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit import preview_document
from audit.preview_document import Declared, Document
from audit.terraform.checkov import OWN, Check, Opinion, Waiver, ask, find, read_waivers
from audit.terraform.plan import Plan, plan
from audit.terraform.redaction import redacted
from audit.terraform.values import SENSITIVE
from offline.engine import Engine
from offline.layout import REPOSITORY
from offline.tools import Tools
from tests.engine.programs import PRELUDE, write_program
from tests.engine.strangers.outcomes import PROGRAMS
from tests.engine.test_evidence_formats import PLANTED, WITH_SECRETS

pytestmark = pytest.mark.engine

WAIVERS = read_waivers((REPOSITORY / "infra" / "checkov-waivers.json").read_text(encoding="utf-8"), "waivers")
AWS = {"aws:region": "us-east-1"}
VARIANTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "dev": ("dev", {}),
    "prod": ("prod", {}),
    "waf": ("dev", {"waf": "true"}),
    "customer_managed_key": ("dev", {"customer_managed_key": "true"}),
}
SECRET = "hunter2-of-the-tests"

SECRETS = f"""
held = pulumi.Output.secret("{SECRET}")
aws.rds.Instance("database", instance_class="db.t4g.micro", engine="postgres", allocated_storage=20, username="owner",
    password="{SECRET}", skip_final_snapshot=True)
aws.ssm.Parameter("parameter", type="SecureString", value="{SECRET}")
secret = aws.secretsmanager.Secret("secret")
aws.secretsmanager.SecretVersion("version", secret_id=secret.id, secret_string="{SECRET}")
aws.sns.Topic("topic", display_name=held, tags={{"Key": held}})
aws.codebuild.Project("build", service_role="arn:aws:iam::123456789012:role/build",
    artifacts={{"type": "NO_ARTIFACTS"}}, source={{"type": "NO_SOURCE", "buildspec": held}},
    environment={{"compute_type": "BUILD_GENERAL1_SMALL", "image": "aws/codebuild/standard:7.0",
        "type": "LINUX_CONTAINER", "environment_variables": [{{"name": "TOKEN", "value": held}}]}})
aws.s3.BucketObject("object", bucket="a-bucket-of-the-tests", content=held)
"""

OTHERS = """
import pulumi_random as random

class Group(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("shop:index:Group", name)

Group("group")
name = random.RandomPet("name")
aws.ec2.get_vpc(default=True)
aws.s3.BucketV2("old", bucket="an-old-bucket-of-the-tests")
aws.sns.Topic.get("elsewhere", "arn:aws:sns:us-east-1:123456789012:elsewhere")
"""


def document(engine: Engine, config: Mapping[str, str]) -> Document:
    result = engine.preview(config=config, arguments=["--json"])
    assert result.exit_code == 0, result.output[-3000:]
    return preview_document.parse(result.output)


@pytest.fixture(scope="module")
def stacks(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Document]:
    """A preview of this project's own stack in each variant."""
    return {
        variant: document(Engine(tools, REPOSITORY, tmp_path_factory.mktemp(variant), name), config)
        for variant, (name, config) in VARIANTS.items()
    }


def program(tools: Tools, folder: Path, code: str) -> Plan:
    return plan(document(Engine(tools, write_program(folder / "project", code), folder / "state"), AWS))


def opinions(plans: Mapping[str, Plan], waivers: tuple[Waiver, ...] = ()) -> Mapping[str, Sequence[Check]]:
    """What Checkov says of each plan.

    It is asked once, about all of them as one plan, because it takes longer to start than to check a stack. What it
    passes depends on relations, which go no further than a plan: each has addresses of its own.
    """
    command = find()
    assert command == [str(OWN)], "`make test` installs Checkov"
    found: dict[str, list[Check]] = {name: [] for name in plans}
    for one in ask(joined(list(plans.values())), command, waivers).checks:
        stack, numbered, rest = one.resource.split("::", 2)
        project, _, number = numbered.rpartition("-")
        found[list(plans)[int(number)]].append(replace(one, resource=f"{stack}::{project}::{rest}"))
    return found


def joined(plans: Sequence[Plan]) -> Plan:
    """The plans as one: names in Terraform, and projects in URNs, end with the number of their plan."""
    planned: list[Any] = []
    changes: list[Any] = []
    configured: list[Any] = []
    providers: dict[str, Any] = {}
    urns: dict[str, str] = {}
    for number, one in enumerate(plans):
        document = copy.deepcopy(dict(one.document))
        root = document["configuration"]["root_module"]["resources"]
        for resource in (*document["planned_values"]["root_module"]["resources"], *document["resource_changes"], *root):
            resource["address"] = numbered_address(resource["address"], number)
            resource["name"] += f"-{number}"
        for resource in root:
            resource["expressions"] = with_numbers(resource["expressions"], number)
            resource["provider_config_key"] = numbered_address(resource["provider_config_key"], number)
        planned += document["planned_values"]["root_module"]["resources"]
        changes += document["resource_changes"]
        configured += root
        for key, provider in document["configuration"]["provider_config"].items():
            numbered = numbered_address(key, number)
            providers[numbered] = {**provider, "alias": numbered.partition(".")[2]}
        for address, urn in one.urns.items():
            stack, project, rest = urn.split("::", 2)
            urns[numbered_address(address, number)] = f"{stack}::{project}-{number}::{rest}"
    return Plan(
        {
            **plans[0].document,
            "planned_values": {"root_module": {"resources": planned}},
            "resource_changes": changes,
            "configuration": {"provider_config": providers, "root_module": {"resources": configured}},
        },
        urns,
        (),
    )


def with_numbers(expressions: Any, number: int) -> Any:
    """The expressions of a resource, with references to the resources of their own plan."""
    if isinstance(expressions, list):
        return [with_numbers(item, number) for item in expressions]
    return {
        key: [numbered_address(to, number) for to in item] if key == "references" else with_numbers(item, number)
        for key, item in expressions.items()
    }


def numbered_address(reference: str, number: int) -> str:
    """The address of a resource, of one of its attributes or of a provider, with the number of its plan."""
    kind, name, *attributes = (reference if "." in reference else f"{reference}.default").split(".", 2)
    return ".".join((kind, f"{name}-{number}", *attributes))


@pytest.mark.long
def test_every_finding_of_checkov_in_our_stack_is_waived_with_a_reason(stacks: Mapping[str, Document]) -> None:
    found = opinions({variant: plan(stack) for variant, stack in stacks.items()}, WAIVERS)
    for variant, checks in found.items():
        wrong = [one for one in checks if one.opinion in (Opinion.FAILED, Opinion.UNKNOWN)]
        assert [(one.id, one.resource) for one in wrong] == [], variant
        assert sum(one.opinion is Opinion.PASSED for one in checks) > 150, variant
    waived = [one for one in found["prod"] if one.opinion is Opinion.WAIVED]
    of_prod = [one for one in WAIVERS if one.concerns(check.resource for check in found["prod"])]
    assert [one for one in of_prod if not any(one.holds_for(check.id, check.resource) for check in waived)] == []


@pytest.mark.long
def test_no_property_of_our_stack_is_lost(stacks: Mapping[str, Document]) -> None:
    for stack in stacks.values():
        require_all_properties(stack)


def require_all_properties(stack: Document) -> None:
    """Holds that each value of the stack is in its plan, or listed as what has no place there."""
    made = plan(stack)
    values = {one["address"]: one for one in made.document["planned_values"]["root_module"]["resources"]}
    unknown = {one["address"]: one["change"]["after_unknown"] for one in made.document["resource_changes"]}
    addresses = {urn: address for address, urn in made.urns.items()}
    listed = {one.urn for one in made.not_mapped}
    for urn, declared in stack.resources.items():
        if urn in listed or declared.type.startswith("pulumi:"):
            continue
        assert urn in addresses, f"{urn} is neither in the plan nor listed"
        address = addresses[urn]
        given = sum(1 for _ in leaves(declared.inputs))
        kept = sum(1 for _ in leaves(without_additions(values[address]["values"], declared)))
        left = sum(1 for one in leaves(without_additions(unknown[address], declared)) if one is True)
        assert kept + left >= given, f"{address} has {kept} values and {left} unknown ones of {given}"
    assert not [one for one in made.not_mapped if one.property]


def leaves(value: Any) -> Iterator[Any]:
    """Every value in a value that has no members, but for what is not set and what plugins note for themselves."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not key.startswith("__"):
                yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif value is not None:
        yield value


def without_additions(values: Mapping[str, Any], declared: Declared) -> Mapping[str, Any]:
    return {key: item for key, item in values.items() if key != "tags_all" and (key != "id" or "id" in declared.inputs)}


RELATIONS: Mapping[str, tuple[str, str, str]] = {
    "webserver": ("CKV2_AWS_5", "aws_instance", "vpc_security_group_ids"),
    "aurora": ("CKV2_AWS_27", "aws_rds_cluster", "db_cluster_parameter_group_name"),
    "cloudfront_oac": ("CKV2_AWS_23", "aws_route53_record", "alias"),
}
"""A check that passes by a relation, and the argument that has it, by program."""


def test_a_check_of_related_resources_passes_because_the_plan_has_their_relation(tools: Tools, tmp_path: Path) -> None:
    plans: dict[str, Plan] = {}
    for name, (_, kind, argument) in RELATIONS.items():
        made = program(tools, tmp_path / name, PROGRAMS[name].read_text(encoding="utf-8"))
        cut = copy.deepcopy(dict(made.document))
        removed = [
            resource["expressions"].pop(argument)
            for resource in cut["configuration"]["root_module"]["resources"]
            if resource["type"] == kind and argument in resource["expressions"]
        ]
        assert removed, name
        plans |= {name: made, f"{name}, cut": Plan(cut, made.urns, made.not_mapped)}
    found = opinions(plans)
    for name, (check, _, _) in RELATIONS.items():
        related = passed(found[name]) - passed(found[f"{name}, cut"])
        assert {one for one, _ in related} == {check}, name


def passed(found: Sequence[Check]) -> set[tuple[str, str]]:
    return {(one.id, one.resource) for one in found if one.opinion is Opinion.PASSED and one.is_of_graph}


def test_no_secret_is_in_a_plan_and_what_has_no_type_in_terraform_is_listed(tools: Tools, tmp_path: Path) -> None:
    made = program(tools, tmp_path, PRELUDE + SECRETS + WITH_SECRETS + OTHERS)
    values = {one["address"]: one["values"] for one in made.document["planned_values"]["root_module"]["resources"]}
    assert SECRET not in made.text
    assert values["aws_db_instance.database"]["password"] == SENSITIVE
    assert values["aws_sns_topic.topic"]["display_name"] == SENSITIVE
    # Of those that a program does not call secrets, the plan that is kept has none.
    assert f"{PLANTED}-hidden" not in made.text
    assert f"{PLANTED}-plain" in made.text, "Checkov looks for it"
    assert PLANTED not in json.dumps(redacted(made.document))
    assert {one.type for one in made.not_mapped} == {
        "shop:index:Group",
        "random:index/randomPet:RandomPet",
        "aws:sns/topic:Topic",
    }
    assert {address for address in values if "planted" not in address} == {
        "aws_codebuild_project.build",
        "aws_db_instance.database",
        "aws_s3_bucket.old",
        "aws_s3_bucket_object.object",
        "aws_secretsmanager_secret.secret",
        "aws_secretsmanager_secret_version.version",
        "aws_sns_topic.topic",
        "aws_ssm_parameter.parameter",
    }


def test_an_event_log_gives_the_same_values_and_no_references(tools: Tools, tmp_path: Path) -> None:
    engine = Engine(tools, write_program(tmp_path / "project", PROGRAMS["webserver"].read_text()), tmp_path / "state")
    log = tmp_path / "events.jsonl"
    result = engine.preview(config=AWS, arguments=["--json", "--event-log", str(log)])
    of_document = plan(preview_document.parse(result.output)).document
    of_log = plan(preview_document.parse(log.read_text(encoding="utf-8"))).document
    assert json.dumps(of_log["planned_values"]) == json.dumps(of_document["planned_values"])
    assert not any(one["expressions"] for one in of_log["configuration"]["root_module"]["resources"])
    assert any(one["expressions"] for one in of_document["configuration"]["root_module"]["resources"])
