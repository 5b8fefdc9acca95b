"""What the table of the policy on tags cannot say: the provider's tags, which types have tags, and the remediation."""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Mapping
from typing import Any

import pytest

from pulumi_guardrails.aws.resource_types import KINDS
from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.core.verdict import Outcome
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge, remedied
from pulumi_guardrails.policies.tagging import TAGGABLE
from tests.policypack.cases import policies_by_name, resource

POLICY = policies_by_name()["resource-tagged"]
QUEUE = "aws:sqs/queue:Queue"
TEAM: dict[str, Any] = {"required": ["Team"]}


def has_tags(token: str) -> bool | None:
    """Whether the type has the input `tags` in the plugin's schema; None where the SDK has it under another name."""
    _, module, name = token.split(":")
    package = {"lambda": "lambda_"}.get(module.split("/")[0], module.split("/")[0])
    try:
        found = getattr(importlib.import_module(f"pulumi_aws.{package}"), name)
    except (ModuleNotFoundError, AttributeError):
        return None
    return "tags" in inspect.signature(found._internal_init).parameters


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK warns of its own old names when it is imported
def test_every_kind_that_can_have_tags_is_judged_and_no_other() -> None:
    asked = {token: answer for token in KINDS if (answer := has_tags(token)) is not None}
    assert {token for token, answer in asked.items() if answer} == {
        token for kind in TAGGABLE for token in kind.tokens if token in asked
    }


@pytest.mark.parametrize(
    ("own", "defaults", "outcome"),
    [
        ({}, {"tags": {"Team": "a"}}, Outcome.COMPLIANT),
        ({}, json.dumps({"tags": {"Team": "a"}}), Outcome.COMPLIANT),
        ({"Team": "a"}, None, Outcome.COMPLIANT),
        ({"Team": ""}, {"tags": {"Team": "a"}}, Outcome.VIOLATION),
        ({}, {"tags": {"Team": ""}}, Outcome.VIOLATION),
        ({}, {"tags": {"Owner": "a"}}, Outcome.VIOLATION),
        ({}, UNKNOWN, Outcome.UNDECIDED),
        ({}, {"tags": {"Team": UNKNOWN}}, Outcome.COMPLIANT),
        (UNKNOWN, {"tags": {"Team": "a"}}, Outcome.UNDECIDED),
    ],
)
def test_the_providers_default_tags_count(own: Any, defaults: Any, outcome: Outcome) -> None:
    judged = resource(QUEUE, tags=own)
    judged.provider = {"defaultTags": defaults}
    assert judge(POLICY, judged, configure(POLICY, TEAM)).outcome is outcome


def remediated(settings: Mapping[str, Any], **properties: Any) -> Mapping[str, Any] | None:
    return remedied(POLICY, resource(QUEUE, **properties), configure(POLICY, settings))


def test_the_remediation_takes_stack_and_project_from_the_urn_and_the_rest_from_configuration() -> None:
    assert remediated({"values": {"Team": "search"}}, name="jobs", tags={"Repository": "r", "Project": "other"}) == {
        "name": "jobs",
        "tags": {
            "Repository": "r",
            "Project": "other",
            "Environment": "dev",
            "Team": "search",
            "ManagedBy": "Pulumi",
        },
    }


def test_the_remediation_needs_no_configuration_where_the_urn_has_all_values() -> None:
    values = {"Environment": "dev", "Project": "ml-api", "ManagedBy": "Pulumi"}
    assert remediated({"required": list(values)}, name="jobs") == {"name": "jobs", "tags": values}


def test_the_remediation_has_nothing_to_add_to_what_is_no_object() -> None:
    assert POLICY.remediation is not None
    settings = configure(POLICY, {"required": ["ManagedBy"]}).settings
    assert POLICY.remediation(resource(QUEUE, tags="no object"), settings) == {}


def test_the_remediation_keeps_a_secret_tag_secret() -> None:
    properties = remediated({"required": ["ManagedBy"]}, tags={"Token": Secret("x")})
    assert properties == {"tags": {"Token": Secret("x"), "ManagedBy": "Pulumi"}}


@pytest.mark.parametrize("tags", ["no object", UNKNOWN, {"Team": UNKNOWN}])
def test_the_remediation_leaves_alone_what_it_cannot_read_or_has_no_value_for(tags: Any) -> None:
    assert remediated(TEAM, tags=tags) is None
    assert remediated({}, tags={"Repository": "r"}) is None
