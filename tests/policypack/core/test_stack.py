"""Which resource a value refers to: by what is known of it, else by the engine's dependency edges."""

from __future__ import annotations

import pytest

from pulumi_guardrails.aws.resource_types import BUCKET, DYNAMODB_TABLE, LOAD_BALANCER, LOG_GROUP
from pulumi_guardrails.core.references import IncomingReferences
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack, means_all
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Value
from pulumi_guardrails.core.verdict import Outcome
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge_stack
from tests.policypack.cases import Ref, policies_by_name, resource, urn_of

GROUP, TABLE, STORE = LOG_GROUP.tokens[0], DYNAMODB_TABLE.tokens[0], BUCKET.tokens[0]
LB = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/api/1"


def made(item: Resource, **outputs: object) -> Resource:
    """A resource as the engine knows it after an update."""
    item.outputs = {**item.properties, **outputs}
    return item


def test_a_known_name_refers_to_the_resource_of_the_kind_asked_for_and_to_no_other() -> None:
    group, table = resource(GROUP, "group", name="api"), resource(TABLE, "table", name="api")
    owner = resource(STORE, "owner", bucket="other", target="api")
    stack = Stack([group, table, owner])
    assert stack.reference(owner["target"], LOG_GROUP).candidates == [group]
    assert stack.reference(owner["target"], LOG_GROUP, DYNAMODB_TABLE).candidates == [group, table]
    assert stack.reference(owner["target"], BUCKET).candidates == []


def test_a_resource_does_not_refer_to_itself_by_its_own_name() -> None:
    owner, twin = resource(GROUP, "owner", name="api"), resource(GROUP, "twin", name="api")
    assert Stack([owner, twin]).reference(owner["name"], LOG_GROUP).candidates == [twin]


def test_an_unknown_value_refers_by_edges_to_the_resources_of_the_kind_that_the_stack_has() -> None:
    table = resource(TABLE, "table")
    owner = resource(STORE, "owner", target=UNKNOWN)
    owner.dependencies = {"target": [urn_of(TABLE, "table"), urn_of(TABLE, "elsewhere"), owner.urn]}
    stack = Stack([table, owner])
    assert stack.reference(owner["target"], DYNAMODB_TABLE).candidates == [table]
    assert stack.reference(owner["target"], LOG_GROUP).candidates == []
    assert stack.sources_of(owner["target"]) == [None, table, owner]
    assert stack.sources_of(owner["other"]) == []


def test_an_absent_value_refers_to_nothing_whatever_the_edges_say() -> None:
    owner = resource(STORE, "owner")
    owner.dependencies = {"target": [urn_of(TABLE, "table")]}
    assert Stack([resource(TABLE, "table"), owner]).reference(owner["target"], DYNAMODB_TABLE).candidates == []


def test_a_value_that_is_passed_on_by_another_resource_may_be_what_that_was_given() -> None:
    table, other = resource(TABLE, "table"), resource(TABLE, "other")
    between = resource(GROUP, "between", tags=Ref(TABLE, "table"))
    owner = resource(STORE, "owner", target=Ref(GROUP, "between"))
    reference = Stack([table, other, between, owner]).reference(owner["target"], DYNAMODB_TABLE)
    assert (reference.to(table), reference.to(other)) == (None, False)
    assert (reference.direct, reference.only, reference.is_open) == ([], None, False)


def test_a_name_that_two_properties_take_from_one_source_may_be_one_name() -> None:
    source = "random:index/randomId:RandomId"
    named, other = resource(TABLE, "named", name=Ref(source, "id")), resource(TABLE, "other", name=Ref(source, "more"))
    owner = resource(STORE, "owner", target=Ref(source, "id"))
    stack = Stack([named, other, owner, resource(source, "id"), resource(source, "more")])
    by_name, by_id = (
        stack.reference(owner["target"], DYNAMODB_TABLE, named="name"),
        stack.reference(owner["target"], DYNAMODB_TABLE),
    )
    assert (by_name.to(named), by_name.to(other)) == (None, False)
    assert by_id.to(named) is False


def test_a_known_name_may_be_that_of_a_resource_whose_name_is_not_known() -> None:
    hidden, known = resource(TABLE, "hidden", name=UNKNOWN), resource(TABLE, "known", name="known")
    owner = resource(STORE, "owner", target="sessions")
    reference = Stack([hidden, known, owner]).reference(owner["target"], DYNAMODB_TABLE, named="name")
    assert (reference.to(hidden), reference.to(known), reference.only) == (None, False, None)


def test_as_many_unknown_members_of_a_list_as_resources_are_each_of_them() -> None:
    tables = [resource(TABLE, "a"), resource(TABLE, "b")]
    owner = resource(STORE, "owner", target=[Ref(TABLE, "a"), Ref(TABLE, "b")])
    members = owner["target"].elements() or ()
    stack = Stack([*tables, owner])
    assert [stack.reference(members[0], DYNAMODB_TABLE, among=members).to(table) for table in tables] == [True, True]
    assert [stack.reference(members[0], DYNAMODB_TABLE).to(table) for table in tables] == [None, None]


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


@pytest.mark.parametrize("path", ["subnets", "dnsAddress", "subnet"])
def test_only_a_declared_list_that_is_unknown_as_a_whole_means_all_that_it_was_computed_from(path: str) -> None:
    unknown = Value.of(UNKNOWN, path)
    assert not means_all([unknown], 2)
    assert means_all([unknown.listed()], 2)
    assert not means_all([*(Value.of([UNKNOWN], path).listed().elements() or ())], 2)
    assert means_all([unknown], 1)


def referring(stack: Stack, listener: Resource, balancer: Resource) -> Answer:
    """What is said of one listener and one load balancer, both ways round."""
    arn = listener["loadBalancerArn"]
    reference = stack.reference(arn, LOAD_BALANCER)
    answer = reference.to(balancer)
    assert (reference.only is balancer) is (answer is True)
    assert [found.answer for found in IncomingReferences(stack, (LOAD_BALANCER,), [arn]).to(balancer)] == (
        [] if answer is False else [answer]
    )
    return answer


def answer_of(listener: Resource, *others: Resource) -> Answer:
    balancer = resource(LB, "balancer")
    stack = Stack([balancer, listener, *others])
    return referring(stack, listener, balancer)


def test_an_unknown_value_refers_to_what_it_is_computed_from() -> None:
    assert answer_of(resource(LISTENER, loadBalancerArn=Ref(LB, "balancer"))) is True
    assert answer_of(resource(LISTENER, loadBalancerArn=Ref(LB, "other")), resource(LB, "other")) is False


def test_an_unknown_value_of_two_of_a_kind_may_be_either() -> None:
    listener = resource(LISTENER, loadBalancerArn=UNKNOWN)
    listener.dependencies = {"loadBalancerArn": [urn_of(LB, "balancer"), urn_of(LB, "other")]}
    assert answer_of(listener, resource(LB, "other")) is None


def test_an_unknown_value_from_nowhere_may_be_anything() -> None:
    assert answer_of(resource(LISTENER, loadBalancerArn=UNKNOWN)) is None


@pytest.mark.parametrize("value", [ABSENT, ARN, "", 7.0, {"a": 1}])
def test_a_value_that_is_known_before_the_resource_is_made_is_not_its(value: object) -> None:
    listener = resource(LISTENER, **({} if value is ABSENT else {"loadBalancerArn": value}))
    assert answer_of(listener) is False


def test_nothing_is_said_to_refer_to_what_the_pack_does_not_know() -> None:
    token = "aws:appstream/stack:Stack"
    other, listener = resource(token, "other"), resource(LISTENER, loadBalancerArn=Ref(token, "other"))
    assert other.kind is None
    assert Stack([other, listener]).reference(listener["loadBalancerArn"], LOAD_BALANCER).to(other) is False


def test_after_the_update_a_known_arn_is_found_again() -> None:
    balancer = made(resource(LB, "balancer"), arn=ARN)
    listener = resource(LISTENER, loadBalancerArn=ARN)
    assert referring(Stack([balancer, listener]), listener, balancer) is True


@pytest.mark.parametrize(
    ("domain", "outcome"), [("api.elb.amazonaws.com", Outcome.COMPLIANT), ("files.example.com", Outcome.VIOLATION)]
)
def test_after_the_update_plain_http_behind_cloudfront_is_told_by_the_load_balancers_name(
    domain: str, outcome: Outcome
) -> None:
    balancer = made(resource(LB, "balancer", loadBalancerType="application"), arn=ARN, dnsName="api.elb.amazonaws.com")
    listener = resource(LISTENER, loadBalancerArn=ARN, protocol="HTTP", defaultActions=[{"type": "forward"}])
    distribution = resource(
        DISTRIBUTION,
        origins=[{"domainName": domain}],
        defaultCacheBehavior={"viewerProtocolPolicy": "https-only"},
    )
    policy = policies_by_name()["listener-encrypted"]
    reached = judge_stack(policy, Stack([balancer, listener, distribution]), configure(policy, {}))
    assert [(r.name if r else "", verdict.outcome) for r, verdict in reached] == [("under-test", outcome)]


def test_after_the_update_a_subnet_is_found_by_its_id() -> None:
    subnets = [
        made(resource("aws:ec2/subnet:Subnet", name, availabilityZone="us-east-1a"), id=f"subnet-{name}")
        for name in ("a", "b")
    ]
    balancer = resource(LB, "balancer", subnets=["subnet-a", "subnet-b"])
    policy = policies_by_name()["load-balancer-multiple-zones"]
    [(_, verdict)] = judge_stack(policy, Stack([balancer, *subnets]), configure(policy, {}))
    assert verdict.outcome is Outcome.VIOLATION


def test_one_value_that_is_computed_from_a_resource_of_another_kind_too_may_be_of_that_one() -> None:
    table, other = resource(TABLE, "table"), resource(GROUP, "other")
    edges = [urn_of(TABLE, "table"), urn_of(GROUP, "other")]
    for target in (UNKNOWN, [UNKNOWN], {"arn": UNKNOWN}):
        owner = resource(STORE, "owner", target=target)
        owner.dependencies = {"target": edges}
        stack = Stack([table, other, owner])
        [value] = owner["target"].unknown_parts()
        assert stack.reference(value, DYNAMODB_TABLE).to(table) is None
        assert stack.reference(value, DYNAMODB_TABLE, LOG_GROUP).to(table) is None


@pytest.mark.parametrize("target", [[UNKNOWN, UNKNOWN], {"arn": UNKNOWN, "log": UNKNOWN}])
def test_where_a_property_has_as_many_unknown_members_as_sources_each_source_is_meant(target: object) -> None:
    table, other = resource(TABLE, "table"), resource(GROUP, "other")
    owner = resource(STORE, "owner", target=target)
    owner.dependencies = {"target": [urn_of(TABLE, "table"), urn_of(GROUP, "other")]}
    value = next(owner["target"].unknown_parts())
    assert Stack([table, other, owner]).reference(value, DYNAMODB_TABLE).to(table) is True


def test_a_component_is_no_source_beside_the_resource_in_it() -> None:
    component, table = resource("acme:index:Store", "store"), resource(TABLE, "table")
    table.parent = component.urn
    owner = resource(STORE, "owner", target=UNKNOWN)
    owner.dependencies = {"target": [component.urn, table.urn]}
    stack = Stack([component, table, owner])
    assert stack.reference(owner["target"], DYNAMODB_TABLE).to(table) is True
    assert stack.sources_of(owner["target"]) == [table]
