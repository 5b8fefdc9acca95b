"""Which groups a property refers to, and how a message names them."""

from __future__ import annotations

import pytest

from pulumi_guardrails.aws.network.model.cidr_and_ports import read_range
from pulumi_guardrails.aws.network.model.security_group_rules import Peer
from pulumi_guardrails.aws.network.model.security_groups import Group, GroupReference, Groups
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN, Secret, Value
from tests.policypack.aws.network.world import GROUP, INSTANCE
from tests.policypack.cases import resource, urn_of

ONE, OTHER = Group("one", "Group 'one'"), Group("other", "Group 'other'")


def reference_of(groups: object, edges: list[str]) -> GroupReference:
    """The groups of an instance, whose property was computed from what `edges` name, beside the one group `one`."""
    owner = resource(INSTANCE, "host", vpcSecurityGroupIds=groups)
    owner.dependencies = {"vpcSecurityGroupIds": edges}
    stack = Stack([resource(GROUP, "one"), resource("aws:ssm/parameter:Parameter", "setting"), owner])
    return stack.shared(Groups).reference(owner, [owner["vpcSecurityGroupIds"].listed()])


def test_a_group_is_the_same_whether_its_id_is_a_secret_or_not() -> None:
    stack = Stack([resource(INSTANCE, "host")])
    owner, groups = stack.resources[0], stack.shared(Groups)
    (plain,) = groups.reference(owner, [Value.of("sg-0123", "groups")]).groups
    (secret,) = groups.reference(owner, [Value.of(Secret("sg-0123"), "groups")]).groups
    assert plain == secret
    assert "sg-0123" in plain.label
    assert "sg-0123" not in secret.label


@pytest.mark.parametrize(
    ("reference", "has"),
    [
        (GroupReference((ONE,)), True),
        (GroupReference((ONE,), optional=True), None),
        (GroupReference((ONE, OTHER), certain=False), None),
        (GroupReference((ONE, OTHER), certain=False, optional=True), None),
        (GroupReference((ONE, OTHER), possible=frozenset({ONE})), None),
        (GroupReference((ONE, OTHER), possible=frozenset({OTHER})), True),
        (GroupReference((OTHER,)), False),
        (GroupReference((OTHER,), unknown=Value.of(UNKNOWN, "groups")), None),
    ],
)
def test_a_reference_is_certain_where_nothing_leaves_it_open(reference: GroupReference, has: bool | None) -> None:
    assert reference.has(ONE) is has


def test_a_deployed_group_is_referred_to_in_its_own_rules_by_its_own_id_alone() -> None:
    own = resource(GROUP, "own")
    own.outputs = {"id": "sg-0123"}
    groups = Stack([own]).shared(Groups)
    assert groups.reference(own, [Value.of("sg-0123", "ingress")]).groups == (groups.of(own),)
    assert groups.of(own) not in groups.reference(own, [Value.of("sg-4567", "ingress")]).groups


SETTING = urn_of("aws:ssm/parameter:Parameter", "setting")


@pytest.mark.parametrize(
    ("groups", "edges", "may_be_more"),
    [
        ([UNKNOWN], [urn_of(GROUP, "one")], False),
        ([UNKNOWN, UNKNOWN], [urn_of(GROUP, "one")], False),
        ([UNKNOWN, UNKNOWN], [urn_of(GROUP, "one"), SETTING], True),
        ([UNKNOWN, UNKNOWN], [urn_of(GROUP, "one"), urn_of(GROUP, "of-another-stack")], True),
        (UNKNOWN, [urn_of(GROUP, "one")], False),
        (UNKNOWN, [urn_of(GROUP, "one"), SETTING], True),
        ([UNKNOWN], [SETTING], True),
        ([UNKNOWN], [], True),
    ],
)
def test_a_part_computed_from_anything_but_the_network_may_be_another_group(
    groups: list[object], edges: list[str], may_be_more: bool
) -> None:
    reference = reference_of(groups, edges)
    assert (reference.unknown is not None) is may_be_more
    assert bool(reference.doubts) is may_be_more
    assert len(reference.groups) == (1 if urn_of(GROUP, "one") in edges else 0)


@pytest.mark.parametrize(
    ("peer", "shown"),
    [
        (Peer(Value.of("10.0.0.0/8", "cidrIpv4"), range=read_range("10.0.0.0/8")), "10.0.0.0/8"),
        (
            Peer(Value.of("10.0.0.0/8", "entries"), range=read_range("10.0.0.0/8"), prefix_list="the list"),
            "10.0.0.0/8 in the list",
        ),
        (Peer(Value.of(UNKNOWN, "groups"), groups=GroupReference((ONE, OTHER))), "Group 'one' and Group 'other'"),
        (Peer(Value.of(UNKNOWN, "groups"), groups=GroupReference((ONE,), certain=False)), "Group 'one'"),
        (
            Peer(Value.of(UNKNOWN, "groups"), groups=GroupReference((ONE, OTHER), certain=False)),
            "one of Group 'one', Group 'other'",
        ),
        (Peer(Value.of(UNKNOWN, "cidrIpv4")), "cidrIpv4 (not known before the update)"),
        (Peer(Value.of(UNKNOWN, "prefixListId"), prefix_list="the list"), "the list (not known before the update)"),
        (Peer(Value.of(Secret("10.0.0.0/8"), "cidrIpv4"), range=read_range("10.0.0.0/8")), "[secret]"),
    ],
)
def test_a_message_names_the_peer_of_a_rule(peer: Peer, shown: str) -> None:
    assert str(peer) == shown
