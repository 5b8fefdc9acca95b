"""The picture of a network shows each node and edge, and tells what violates a policy without its color."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest

from audit.network import network_svg
from pulumi_guardrails.engine.configuration_file import check
from pulumi_guardrails.engine.documents import read_stack_document
from pulumi_guardrails.engine.inspection import inspect
from pulumi_guardrails.pack import select
from tests.policypack.engine.documents import DOCUMENTS

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2030, 6, 15)


@pytest.fixture(scope="module")
def network() -> dict[str, Any]:
    """The network of a real preview, whose database is open to the internet."""
    policies = select()
    stack = read_stack_document((DOCUMENTS / "preview.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = inspect(stack, policies, check("", policies, TODAY), TODAY)["network"]
    return found


def node(identity: str, kind: str = "compute", tier: str = "", **more: Any) -> dict[str, Any]:
    known = {"possible_tiers": [], "vpcs": [], "subnets": [], "subnets_certain": True, "public": None}
    return {"id": identity, "label": identity, "kind": kind, "type": "", "urn": "", "tier": tier, **known, **more}


def edge(identity: str, source: str, target: str, traffic: str = "TCP 443", **more: Any) -> dict[str, Any]:
    known = {"kind": "security-group", "allowed": "yes", "declared": True, "ingress": None, "egress": None}
    return {"id": identity, "source": source, "target": target, "traffic": traffic, "unknown": [], **known, **more}


def network_of(nodes: list[dict[str, Any]], edges: list[dict[str, Any]], *violations: dict[str, Any]) -> dict[str, Any]:
    tiers: list[dict[str, Any]] = [
        {"name": name, "ports": [], "from": []} for name in ("load balancer", "tasks", "database")
    ]
    everything = [node("internet", "internet"), *nodes]
    return {
        "nodes": everything,
        "edges": edges,
        "tiers": tiers,
        "vpcs": [],
        "subnets": [],
        "violations": list(violations),
    }


def violation(*path: str, edges: tuple[str, ...] = (), waived: bool = False) -> dict[str, Any]:
    violating = edges or path
    return {"policy": "network-chain", "resource": "r", "message": "m", "waived": waived} | {
        "path": list(path),
        "edges": list(violating),
    }


def groups(svg: str, name: str) -> list[ElementTree.Element]:
    """The groups of the picture of a class, the legend's aside."""
    tree = ElementTree.fromstring(svg)
    (legend,) = (group for group in tree.iter(f"{SVG}g") if group.get("class") == "legend")
    tree.remove(legend)
    return [group for group in tree.iter(f"{SVG}g") if name in (group.get("class") or "").split()]


def title_of(group: ElementTree.Element) -> str:
    return group.findtext(f"{SVG}title") or ""


def texts_of(group: ElementTree.Element) -> list[str]:
    return [(text.text or "").strip() for text in group.iter(f"{SVG}text")]


def words(svg: str) -> Iterator[str]:
    yield from (text for text in ElementTree.fromstring(svg).itertext() if text.strip())


def test_every_node_and_every_edge_is_there(network: dict[str, Any]) -> None:
    svg = network_svg(network)
    drawn = [" ".join(texts_of(group)) for group in groups(svg, "node")]
    for one in network["nodes"]:
        assert any(text.startswith(one["label"]) for text in drawn), one["label"]
    assert len(drawn) == len(network["nodes"])
    labels = {one["id"]: one["label"] for one in network["nodes"]}
    titles = [title_of(group) for group in groups(svg, "edge")]
    for one in network["edges"]:
        ends = (labels[one["source"]], labels[one["target"]])
        assert any(all(word in title for word in (*ends, one["traffic"])) for title in titles), one


def test_what_violates_is_told_by_a_label_a_line_and_the_description(network: dict[str, Any]) -> None:
    svg = network_svg(network)
    from_internet = next(group for group in groups(svg, "violates") if title_of(group).startswith("Internet to RDS"))
    assert "violates network-chain" in texts_of(from_internet)
    assert "violates no-internet-path-to-private-tier" in texts_of(from_internet)
    assert ".network-picture .violates path { stroke-dasharray" in svg
    description = ElementTree.fromstring(svg).findtext(f"{SVG}desc") or ""
    assert "Violations: Internet to RDS instance data, database tier: TCP 5432" in description
    assert "violates a policy" in list(words(svg))


def test_the_way_to_a_violation_is_marked_and_only_its_last_edge_named() -> None:
    nodes = [node("web"), node("data", "database")]
    edges = [edge("e1", "internet", "web"), edge("e2", "web", "data", "TCP 5432")]
    svg = network_svg(network_of(nodes, edges, violation("e1", "e2", edges=("e2",))))
    assert [title_of(group).partition(":")[0] for group in groups(svg, "leads")] == ["internet to web"]
    (last,) = groups(svg, "violates")
    assert texts_of(last) == ["TCP 5432", "violates network-chain"]


def test_an_undecided_edge_is_dotted_and_a_waived_one_says_so() -> None:
    nodes = [node("web"), node("data", "database")]
    edges = [edge("e1", "internet", "web", allowed="possible"), edge("e2", "web", "data")]
    svg = network_svg(network_of(nodes, edges, violation("e2", waived=True)))
    assert len(groups(svg, "possible")) == 1
    assert ".network-picture .possible path { stroke-dasharray" in svg
    (waived,) = groups(svg, "waived")
    assert "waived: network-chain" in texts_of(waived)
    assert not groups(svg, "violates")
    said = list(words(svg))
    assert "possible: not known before the update" in said
    assert "violates a policy" not in said


def test_tiers_are_boxes_in_that_of_their_vpc(network: dict[str, Any]) -> None:
    svg = network_svg(network)
    assert len(groups(svg, "vpc")) == len(groups(svg, "tier")) == 1
    assert [texts_of(group)[0] for group in groups(svg, "vpc-label")] == ["VPC main, 10.0.0.0/16"]
    (tier,) = groups(svg, "tier-label")
    assert texts_of(tier) == ["database tier, private subnets", "us-east-1a, us-east-1b"]


def test_what_goes_back_to_a_tier_does_not_turn_the_picture_over() -> None:
    nodes = [node("back", tier="tasks"), node("front", "load-balancer", tier="load balancer")]
    svg = network_svg(network_of(nodes, [edge("e1", "back", "front"), edge("e2", "front", "back")]))
    height = {texts_of(one)[0]: float(next(one.iter(f"{SVG}text")).attrib["y"]) for one in groups(svg, "node")}
    assert height["front"] < height["back"]


def test_the_same_network_gives_the_same_picture(network: dict[str, Any]) -> None:
    assert network_svg(network) == network_svg(json.loads(json.dumps(network)))


def test_the_picture_stands_alone_and_is_named_for_those_who_do_not_see_it(network: dict[str, Any]) -> None:
    svg = network_svg(network)
    for reference in ("href", "url(", "@import", "<!DOCTYPE", "<script", "<image", "http://", "https://"):
        assert reference not in svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
    tree = ElementTree.fromstring(svg)
    assert tree.get("role") == "img"
    named = {element.get("id"): element.text for element in tree if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert (tree.get("aria-labelledby") or "").split() == list(named)
    assert all(named.values())
    assert "prefers-color-scheme: dark" in svg


def test_of_many_nodes_those_that_are_alike_are_one_and_the_others_stay_apart() -> None:
    services = [node(f"service-{number}", tier="tasks", type="ECS service") for number in range(200)]
    edges = [edge(f"e{number}", "internet", one["id"]) for number, one in enumerate(services)]
    edges.append(edge("e200", "service-7", "internet", kind="route"))
    svg = network_svg(network_of(services, edges, violation("e3")))
    drawn = [texts_of(group) for group in groups(svg, "node")]
    assert sorted(text[0] for text in drawn) == ["internet", "service-0", "service-3", "service-7"]
    assert any("and 195 more like them" in text for text in drawn)
    titles = " ".join(title_of(group) for group in groups(svg, "node"))
    assert all(one["label"] in titles for one in services)


@pytest.mark.parametrize(
    ("vpcs", "said"),
    [([], "The stack has no network"), ([{"id": "v", "label": "main", "cidr": ""}], "The stack has 1 VPC (main)")],
    ids=["no VPC", "an empty VPC"],
)
def test_a_stack_without_a_network_is_a_sentence(vpcs: list[dict[str, str]], said: str) -> None:
    svg = network_svg({**network_of([], []), "vpcs": vpcs})
    assert any(text.startswith(said) for text in words(svg))
    assert not list(ElementTree.fromstring(svg).iter(f"{SVG}g"))


def test_a_name_is_shown_as_it_is_written() -> None:
    names = [
        'a"b',
        "back\\N\\lslash",
        "<b>&amp;",
        "ünïcode …",
        "x" * 80,
        "line\nend",
        "-> {} [x=1];",
        "whatever SecurityGroup 'web' is attached to",
    ]
    svg = network_svg(network_of([node(name) for name in names], [edge("e1", "internet", names[0])]))
    drawn = {text for group in groups(svg, "node") for text in texts_of(group)}
    assert {'a"b', "back\\N\\lslash", "<b>&amp;", "ünïcode …", "-> {} [x=1];"} <= drawn
    assert "x" * 34 in drawn
    assert not any(len(text) > 34 for text in drawn)
    assert {"whatever SecurityGroup 'web' is", "attached to"} <= drawn
    assert any("x" * 80 in title_of(group) for group in groups(svg, "node"))
