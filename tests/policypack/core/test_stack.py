"""Which resource a value refers to, by what is known of it and else by the engine's edges."""

from __future__ import annotations

from pulumi_guardrails.aws.resource_types import BUCKET, DYNAMODB_TABLE, LOG_GROUP
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.cases import Ref, resource, urn_of

GROUP, TABLE, STORE = LOG_GROUP.tokens[0], DYNAMODB_TABLE.tokens[0], BUCKET.tokens[0]


def test_a_known_name_refers_to_the_resource_of_the_kind_asked_for_and_to_no_other() -> None:
    group, table = resource(GROUP, "group", name="api"), resource(TABLE, "table", name="api")
    owner = resource(STORE, "owner", bucket="other", target="api")
    stack = Stack([group, table, owner])
    assert stack.referred(owner["target"], owner, LOG_GROUP) == [group]
    assert stack.referred(owner["target"], owner, LOG_GROUP, DYNAMODB_TABLE) == [group, table]
    assert stack.referred(owner["target"], owner, BUCKET) == []


def test_a_resource_does_not_refer_to_itself_by_its_own_name() -> None:
    owner, twin = resource(GROUP, "owner", name="api"), resource(GROUP, "twin", name="api")
    assert Stack([owner, twin]).referred(owner["name"], owner, LOG_GROUP) == [twin]


def test_an_unknown_value_refers_by_edges_to_the_resources_of_the_kind_that_the_stack_has() -> None:
    table = resource(TABLE, "table")
    owner = resource(STORE, "owner", target=UNKNOWN)
    owner.dependencies = {"target": [urn_of(TABLE, "table"), urn_of(TABLE, "elsewhere"), owner.urn]}
    stack = Stack([table, owner])
    assert stack.referred(owner["target"], owner, DYNAMODB_TABLE) == [table]
    assert stack.referred(owner["target"], owner, LOG_GROUP) == []
    assert stack.origin_of(owner, "target") == "Table 'table', Bucket 'owner'"
    assert stack.origin_of(owner, "other") == ""


def test_an_absent_value_refers_to_nothing_whatever_the_edges_say() -> None:
    owner = resource(STORE, "owner")
    owner.dependencies = {"target": [urn_of(TABLE, "table")]}
    assert Stack([resource(TABLE, "table"), owner]).referred(owner["target"], owner, DYNAMODB_TABLE) == []


def test_what_refers_to_a_resource_is_found_from_its_side() -> None:
    table = resource(TABLE, "table")
    of_table = resource(STORE, "a", target=Ref(TABLE, "table"))
    of_none = resource(STORE, "b")
    stack = Stack([table, of_table, of_none])
    assert stack.refer_to(table, "target", BUCKET) == [of_table]
    assert stack.refer_to(table, "target", LOG_GROUP) == []


def test_a_type_that_the_pack_does_not_know_is_at_its_urn_and_of_no_kind() -> None:
    unknown = resource("aws:any/any:Any", "unknown", name="api")
    stack = Stack([unknown])
    assert stack.at(unknown.urn) is unknown
    assert stack.of(LOG_GROUP, BUCKET) == []


def test_what_is_made_of_a_stack_is_made_once() -> None:
    made: list[Stack] = []
    stack = Stack([])

    def build(of: Stack) -> int:
        made.append(of)
        return 7

    assert [stack.shared(build), stack.shared(build)] == [7, 7]
    assert made == [stack]
