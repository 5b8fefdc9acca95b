"""Whether one resource refers to another, with answers that may be open, before and after an update."""

from __future__ import annotations

import itertools

import pytest

from pulumi_guardrails.aws.resource_types import LOAD_BALANCER
from pulumi_guardrails.core.references import means_all, points_to, target_of
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Value
from pulumi_guardrails.core.verdict import Outcome
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge_stack
from tests.policypack.cases import Ref, policies_by_name, resource, urn_of

ANSWERS: tuple[Answer, ...] = (True, False, None)
LB = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/api/1"


def made(item: Resource, **outputs: object) -> Resource:
    """A resource as the engine knows it after an update."""
    item.outputs = {**item.properties, **outputs}
    return item


@pytest.mark.parametrize("answers", list(itertools.product(ANSWERS, repeat=3)))
def test_an_answer_reached_with_open_parts_holds_whatever_they_turn_out_to_be(answers: tuple[Answer, ...]) -> None:
    completed = [
        [next(guess) if answer is None else answer for answer in answers]
        for guess in (iter(bits) for bits in itertools.product((True, False), repeat=answers.count(None)))
    ]
    for combine, plain in ((kleene_all, all), (kleene_any, any)):
        possible = {plain(bool(answer) for answer in each) for each in completed}
        assert combine(answers) == (possible.pop() if len(possible) == 1 else None)


def test_no_answers_at_all_are_a_conjunction_that_holds_and_a_disjunction_that_does_not() -> None:
    assert kleene_all([]) is True
    assert kleene_any([]) is False


def test_the_opposite_of_an_open_answer_is_open() -> None:
    assert [kleene_not(answer) for answer in ANSWERS] == [False, True, None]


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
    answer = points_to(stack, arn, listener, balancer)
    assert (target_of(stack, arn, listener, LOAD_BALANCER) is balancer) is (answer is True)
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
    token = "aws:apprunner/service:Service"
    other, listener = resource(token, "other"), resource(LISTENER, loadBalancerArn=Ref(token, "other"))
    assert other.kind is None
    assert points_to(Stack([other, listener]), listener["loadBalancerArn"], listener, other) is False


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
