"""No input makes a check of the network fail: whatever the value of a property, there is a verdict."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_guardrails.aws.network.model.declared_rules import RULE_LOCATIONS
from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS
from pulumi_guardrails.aws.resource_types import KINDS
from pulumi_guardrails.core.policy import Policy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.engine.configuration import configure
from tests.policypack.aws.network.tables import MODULES
from tests.policypack.aws.network.world import GROUP, SUBNET, VPC, world
from tests.policypack.cases import Ref, policies_by_name, resource

POLICIES = [p for p in policies_by_name().values() if p.module in MODULES]

anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(
            ("tcp", "-1", "0.0.0.0/0", "10.0.0.0/8", "::/0", "10.0.0.0/99", "sg-0123", "igw-0123", "ingress")
        ),
        st.just(UNKNOWN),
        st.builds(Secret, st.text(max_size=4)),
        st.sampled_from((Ref(GROUP, "task-group"), Ref(SUBNET, "public-0"), Ref(VPC, "vpc"))),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(("protocol", "fromPort", "toPort", "cidrBlocks", "securityGroups", "subnets", "self", "x")),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


def judge_all(stack: list[Resource]) -> None:
    """Every verdict of every policy, by the checks themselves: nothing catches what they raise."""
    seen = Stack(stack)
    for policy in POLICIES:
        configuration = configure(policy, {})
        if policy.on_stack:
            list(policy.check(seen, configuration.settings))
        else:
            for judged in seen.of(*policy.kinds):
                policy.check(judged, configuration.settings)


@settings(max_examples=150)
@given(st.data())
def test_any_value_in_any_property_is_judged(data: st.DataObject) -> None:
    stack = world()
    for _ in range(3):
        index = data.draw(st.integers(0, len(stack) - 1))
        bent = stack[index]
        name = data.draw(st.sampled_from(sorted(bent.properties)))
        stack[index] = resource(bent.type, bent.name, **{**bent.properties, name: data.draw(anything)})
    judge_all(stack)


NETWORK_TOKENS = sorted(
    {token for policy in POLICIES for kind in (*policy.kinds, *RULE_LOCATIONS, *ENI_OWNERS) for token in kind.tokens}
    | {token for token in KINDS if token.startswith(("aws:ec2/", "aws:vpc/"))}
)


def test_resources_without_any_property_are_judged() -> None:
    judge_all([resource(token, f"empty-{number}") for number, token in enumerate(NETWORK_TOKENS)])


@pytest.mark.parametrize("policy", [p for p in POLICIES if p.on_stack], ids=lambda policy: policy.name)
def test_resources_that_depend_on_each_other_in_a_circle_are_judged(policy: Policy) -> None:
    circle: list[Any] = [
        resource(GROUP, "one", ingress=[{"protocol": "-1", "securityGroups": [Ref(GROUP, "two")]}]),
        resource(GROUP, "two", ingress=[{"protocol": "-1", "securityGroups": [Ref(GROUP, "one")]}]),
        resource(SUBNET, "subnet", vpcId=Ref(SUBNET, "subnet")),
        resource(VPC, "vpc", cidrBlock=Ref(VPC, "vpc")),
    ]
    list(policy.check(Stack(world(*circle[:3], circle[3])), configure(policy, {}).settings))
