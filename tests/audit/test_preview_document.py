"""What is read of the document of a preview, and of an exported state."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.preview_document import Declared, DocumentError, Source, parse

URN = "urn:pulumi:dev::api::aws:sns/topic:Topic::topic"


def state(**more: Any) -> dict[str, Any]:
    return {"urn": URN, "type": "aws:sns/topic:Topic", "inputs": {"name": "a"}} | more


@pytest.mark.parametrize(
    ("document", "operations"),
    [
        ({"steps": [{"op": "create", "newState": state()}]}, ("create",)),
        ({"version": 3, "deployment": {"resources": [state()]}}, ()),
    ],
    ids=["preview", "state"],
)
def test_a_resource_is_read_from_either_document(document: dict[str, Any], operations: tuple[str, ...]) -> None:
    declared = Declared(URN, "aws:sns/topic:Topic", {"name": "a"}, operations=operations)
    assert parse(json.dumps(document)).resources == {URN: declared}


def test_a_resource_is_read_from_an_event_log_which_does_not_say_what_it_is_computed_from() -> None:
    metadata = {"op": "update", "urn": URN, "type": "aws:sns/topic:Topic", "old": state(inputs={}), "new": state()}
    log = "\n".join(json.dumps(event) for event in [{"resourcePreEvent": {"metadata": metadata}}, {"cancelEvent": {}}])
    document = parse(log)
    assert document.resources[URN].inputs == {"name": "a"}
    assert (document.resources[URN].operations, document.resources[URN].before) == (("update",), {})
    assert not document.has_sources


def test_what_is_no_object_has_no_members() -> None:
    document = {"steps": [{"newState": state(inputs=["a"], outputs="b", propertyDependencies=[1])}, {"newState": "c"}]}
    assert parse(json.dumps(document)).resources[URN].inputs == {}


def test_a_replaced_resource_is_there_and_a_deleted_one_is_removed() -> None:
    steps = [
        {"op": "create-replacement", "oldState": state(inputs={"name": "b"}), "newState": state()},
        {"op": "replace", "oldState": state(inputs={"name": "b"}), "newState": state()},
        {"op": "delete-replaced", "oldState": state(inputs={"name": "b"})},
        {"op": "delete", "oldState": state(urn="urn:other")},
    ]
    document = parse(json.dumps({"steps": steps}))
    assert document.resources[URN].operations == ("create-replacement", "replace", "delete-replaced")
    assert document.resources[URN].before == {"name": "b"}
    assert list(document.removed) == ["urn:other"]


def test_what_is_deleted_is_not_there() -> None:
    document = {"steps": [{"op": "delete", "oldState": state()}], "changeSummary": {"delete": 1}}
    assert parse(json.dumps(document)).resources == {}
    pending = {"deployment": {"resources": [state(delete=True)]}}
    assert parse(json.dumps(pending)).resources == {}


def test_a_property_has_the_resources_that_it_is_computed_from() -> None:
    key = "urn:pulumi:dev::api::aws:kms/key:Key::key"
    document = {"steps": [{"newState": state(propertyDependencies={"kmsMasterKeyId": [key], "name": None})}]}
    assert parse(json.dumps(document)).resources[URN].sources == {"kmsMasterKeyId": (key,), "name": ()}


def test_a_line_is_one_of_the_program_and_not_of_a_library() -> None:
    trace = [
        {"sourcePosition": "project:///.venv/lib/python3.11/site-packages/pulumi_aws/sns/topic.py#10"},
        {"sourcePosition": "project:///../../usr/lib/python3.11/asyncio/events.py#80"},
        {"sourcePosition": "project:///infra/topics.py#12"},
        {"sourcePosition": "project:///infra/__main__.py#3"},
    ]
    document = {"steps": [{"newState": state(sourcePosition=trace[0]["sourcePosition"], stackTrace=trace)}]}
    assert parse(json.dumps(document)).sources == {URN: Source("infra/topics.py", 12)}


def test_a_provider_has_its_version() -> None:
    provider = {"urn": "urn:x", "type": "pulumi:providers:aws", "inputs": {"version": "7.51.1"}}
    assert parse(json.dumps({"steps": [{"newState": provider}]})).providers == {"aws": "7.51.1"}


def test_a_provider_that_the_engine_makes_has_its_version_in_its_name() -> None:
    provider = "urn:pulumi:dev::api::pulumi:providers:aws::default_7_51_1::04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    assert parse(json.dumps({"steps": [{"newState": state(provider=provider)}]})).providers == {"aws": "7.51.1"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '"x"', '{"resources": []}'])
def test_another_text_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(DocumentError, match=r"^it is .*\.$"):
        parse(text)
