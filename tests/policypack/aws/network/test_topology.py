"""The network of every stack in the policies' tables can be shown, and every path that violates is one of its edges."""

from __future__ import annotations

import json

from pulumi_guardrails.aws.iam.permissions import permissions
from pulumi_guardrails.aws.network.reachability.tiers import SETTINGS
from pulumi_guardrails.aws.network.topology import Topology
from pulumi_guardrails.core.stack import Stack
from tests.policypack.cases import Case, all_cases

DEFAULTS = {name: setting.default for name, setting in SETTINGS.items()}
PATHS = "no-internet-path-to-private-tier"


def stack_of(case: Case) -> Stack:
    return Stack(case.stack or ([] if case.declared.on_stack else [case.resource]))


def test_every_edge_is_between_nodes_and_every_name_is_told_once() -> None:
    for case in all_cases():
        shown = Topology(stack_of(case), DEFAULTS | dict(case.settings)).as_json()
        nodes = [node["id"] for node in shown["nodes"]]
        edges = [edge["id"] for edge in shown["edges"]]
        assert len(set(nodes)) == len(nodes), case.id
        assert len(set(edges)) == len(edges), case.id
        assert {edge[end] for edge in shown["edges"] for end in ("source", "target")} <= set(nodes), case.id
        for edge in shown["edges"]:
            assert bool(edge["unknown"]) is (edge["allowed"] == "possible"), (case.id, edge)
        json.dumps(shown)


def test_a_path_that_violates_begins_at_the_internet_and_goes_from_node_to_node() -> None:
    paths = 0
    for case in (case for case in all_cases() if case.policy == PATHS):
        stack = stack_of(case)
        topology = Topology(stack, DEFAULTS | dict(case.settings))
        shown = topology.as_json()
        edges = {edge["id"]: edge for edge in shown["edges"]}
        for resource, verdict in case.verdicts_in(stack):
            for finding in verdict.findings if verdict.is_violation and resource is not None else ():
                if not finding.trail:
                    continue
                assert resource is not None
                path = [edges[identity] for identity in topology.path_of(resource, finding)]
                paths += 1
                assert len(path) == len(finding.trail), case.id
                assert path[0]["source"] == "internet", case.id
                assert all(edge["allowed"] == "yes" for edge in path), case.id
                assert path[-1]["declared"] is not True, case.id
    assert paths > 20


def test_the_permissions_of_every_stack_can_be_told() -> None:
    for case in all_cases():
        shown = permissions(stack_of(case))
        principals = {principal["id"] for principal in shown["principals"]}
        for grant in shown["grants"]:
            named = {one["id"] for one in grant["principals"] if one["id"].startswith("urn:")}
            assert named <= principals, case.id
            assert grant["known"] is not bool(grant["unknown"]), (case.id, grant)
        json.dumps(shown)
