"""Draws the network of a stack from what `inspect` of a policy pack says of it, as an SVG picture.

The picture stands alone: it refers to no font, style sheet or address. Its colors are custom properties, so that a page
can set others; what a color says, a line or a label says as well. The same network gives the same picture.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from audit.graphviz_layout import laid_out

_SVG = "http://www.w3.org/2000/svg"
_MOST_SINGLE_NODES = 40
"""The most nodes that are drawn one by one: of more, those that are alike are one node with their number."""

_MOST_NAMED = 3
_MOST_DESCRIBED = 20
_LONGEST_LABEL = 34

_SHAPES = {
    "internet": "ellipse",
    "addresses": "note",
    "database": "cylinder",
    "cache": "cylinder",
}
_OUTSIDE = ("internet", "cdn", "addresses")
"""What is in no VPC."""

_SIDE_KINDS = ("endpoint", "gateway", "nat-gateway")
"""What is beside the tiers of a VPC, not in one."""

_STATES = {
    "violates": "violates a policy",
    "leads": "on the way of a path that violates a policy",
    "waived": "violates a policy, waived",
    "possible": "possible: not known before the update",
    "allowed": "allowed",
    "beside": "without a security group",
}
"""How an edge is drawn, the gravest first, and what the legend says of it."""

_STYLE = """
.network-picture { --network-background: #ffffff; --network-ink: #1f2328; --network-muted: #57606a;
  --network-line: #57606a; --network-node: #f6f8fa; --network-tier: #eaf2fb; --network-vpc: #fbfcfd;
  --network-violation: #b3001b; background: var(--network-background);
  font-family: Helvetica, Arial, sans-serif; }
@media (prefers-color-scheme: dark) { .network-picture { --network-background: #0d1117; --network-ink: #e6edf3;
  --network-muted: #9da7b3; --network-line: #9da7b3; --network-node: #21262d; --network-tier: #161f2c;
  --network-vpc: #11161d; --network-violation: #ff7b72; } }
.network-picture text { fill: var(--network-ink); font-family: inherit; paint-order: stroke; stroke-width: 3px; }
.network-picture .vpc-label > text { stroke: var(--network-vpc); }
.network-picture .tier-label > text { stroke: var(--network-tier); }
.network-picture .node > :is(path, polygon, ellipse, polyline) { fill: var(--network-node);
  stroke: var(--network-line); }
.network-picture .outside > :is(path, polygon, ellipse) { stroke-dasharray: 4 3; }
.network-picture .vpc > :is(path, polygon) { fill: var(--network-vpc); stroke: var(--network-line); }
.network-picture .tier > :is(path, polygon) { fill: var(--network-tier); stroke: var(--network-line);
  stroke-dasharray: 2 3; }
.network-picture .edge path { fill: none; stroke: var(--network-line); stroke-width: 1.3; }
.network-picture .edge polygon { fill: var(--network-line); stroke: var(--network-line); }
.network-picture .edge text { stroke: var(--network-background); }
.network-picture .possible path { stroke-dasharray: 1.5 4; stroke-linecap: round; stroke-width: 2; }
.network-picture .beside path { stroke-dasharray: 7 4; stroke: var(--network-muted); }
.network-picture .waived path { stroke-dasharray: 9 3 2 3; }
.network-picture :is(.violates, .leads) path { stroke: var(--network-violation); stroke-width: 3.2; }
.network-picture .violates path { stroke-dasharray: 10 4; }
.network-picture :is(.violates, .leads) polygon { fill: var(--network-violation); stroke: var(--network-violation); }
.network-picture .violates text { fill: var(--network-violation); font-weight: bold; }
"""


@dataclass(frozen=True)
class _Node:
    """One node of the picture: a node of the network, or several that are alike.

    Attributes:
        name: Its name in the graph.
        members: The nodes of the network.
    """

    name: str
    members: tuple[Mapping[str, Any], ...]

    @property
    def first(self) -> Mapping[str, Any]:
        return self.members[0]

    @property
    def title(self) -> str:
        """What it is, in words."""
        what = self.first["type"]
        tier = f", {self.first['tier']} tier" if self.first["tier"] else ""
        names = ", ".join(one["label"] for one in self.members)
        return f"{what} {names}{tier}".strip() if what else f"{names}{tier}"

    @property
    def label(self) -> str:
        lines = [line for one in self.members[:_MOST_NAMED] for line in _wrapped(one["label"])]
        if len(self.members) > _MOST_NAMED:
            lines.append(f"and {len(self.members) - _MOST_NAMED} more like them")
        return "\n".join([*lines, *([self.first["type"]] if self.first["type"] else [])])


@dataclass(frozen=True)
class _Edge:
    """One edge of the picture: all of the network's from one node to another that are drawn alike.

    Attributes:
        source: The name of the node that it leaves.
        target: The name of the node that it enters.
        state: How it is drawn: a key of `_STATES`.
        traffic: What passes, once each.
        policies: The policies that it violates.
    """

    source: str
    target: str
    state: str
    traffic: tuple[str, ...]
    policies: tuple[str, ...]

    @property
    def label(self) -> str:
        said = {"violates": "violates", "waived": "waived:"}.get(self.state, "")
        return "\n".join([*self.traffic, *(f"{said} {policy}" for policy in self.policies)])


def network_svg(network: Mapping[str, Any]) -> str:
    """The picture of a network: the value of `network` in what `inspect` of a policy pack prints.

    The internet is at the top. There is a box for each VPC, and one in it for each tier; edges have their ports. What
    violates a policy is red, thick and dashed, and says which policy; what cannot be decided yet is dotted. A network
    without anything in it is a sentence. Of a network with more than forty nodes, those that are alike are one.

    Raises:
        LayoutError: Where Graphviz fails.
    """
    if all(node["kind"] == "internet" for node in network["nodes"]):
        return _sentence(network)
    nodes = _grouped(network)
    edges = _merged(network, nodes)
    tree = ElementTree.fromstring(_without_doctype(laid_out(_dot(network, nodes, edges))))  # noqa: S314 - Graphviz's own
    return _finished(tree, network, nodes, edges)


# --- which nodes and edges


def _grouped(network: Mapping[str, Any]) -> list[_Node]:
    """The nodes of the picture: alike are those that agree in all that is drawn of them, their neighbors included."""
    nodes = network["nodes"]
    if len(nodes) <= _MOST_SINGLE_NODES:
        return [_Node(f"n{number}", (node,)) for number, node in enumerate(nodes)]
    states = {edge["id"]: state for edge, state in _states(network)}
    likeness: dict[str, Any] = {
        node["id"]: (node["kind"], node["type"], node["tier"], tuple(node["vpcs"]), node["public"])
        if node["kind"] not in ("internet", "addresses")
        else node["id"]
        for node in nodes
    }
    while True:
        around: dict[str, set[Any]] = {node["id"]: set() for node in nodes}
        for edge in network["edges"]:
            drawn = (edge["traffic"], states[edge["id"]])
            around[edge["source"]].add(("to", likeness[edge["target"]], *drawn))
            around[edge["target"]].add(("from", likeness[edge["source"]], *drawn))
        # Numbers stand for what is alike, so that they do not grow with each round.
        numbers: dict[Any, int] = {}
        refined = {
            one: numbers.setdefault((likeness[one], frozenset(beside)), len(numbers)) for one, beside in around.items()
        }
        settled = len(numbers) == len(set(likeness.values()))
        likeness = refined
        if settled:
            break
    groups: dict[int, list[Mapping[str, Any]]] = {}
    for node in nodes:
        groups.setdefault(likeness[node["id"]], []).append(node)
    return [_Node(f"n{number}", tuple(members)) for number, members in enumerate(groups.values())]


def _states(network: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each edge with how it is drawn, the gravest of what is to say of it."""
    open_violations = [one for one in network["violations"] if not one["waived"]]
    violating = {edge for one in open_violations for edge in one["edges"]}
    leading = {edge for one in open_violations for edge in one["path"]}
    waived = {edge for one in network["violations"] for edge in one["edges"]}
    for edge in network["edges"]:
        if edge["id"] in violating:
            yield edge, "violates"
        elif edge["id"] in leading:
            yield edge, "leads"
        elif edge["id"] in waived:
            yield edge, "waived"
        elif edge["allowed"] == "possible":
            yield edge, "possible"
        else:
            yield edge, "allowed" if edge["kind"] == "security-group" else "beside"


def _merged(network: Mapping[str, Any], nodes: Sequence[_Node]) -> list[_Edge]:
    names = {member["id"]: node.name for node in nodes for member in node.members}
    policies: dict[str, list[str]] = {}
    for violation in network["violations"]:
        for edge in violation["edges"]:
            policies.setdefault(edge, []).append(violation["policy"])
    found: dict[tuple[str, str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for edge, state in _states(network):
        key = (names[edge["source"]], names[edge["target"]], state)
        traffic, violated = found.setdefault(key, ({}, {}))
        traffic[edge["traffic"]] = None
        violated.update(dict.fromkeys(policies.get(edge["id"], ()) if state in ("violates", "waived") else ()))
    return [_Edge(*key, tuple(traffic), tuple(violated)) for key, (traffic, violated) in found.items()]


# --- the graph that is laid out


def _dot(network: Mapping[str, Any], nodes: Sequence[_Node], edges: Sequence[_Edge]) -> str:
    # Loaded here: the other commands of `audit` run where Graphviz is not installed.
    import pygraphviz  # type: ignore[import-untyped]  # it has no types

    graph = pygraphviz.AGraph(directed=True, strict=False)
    graph.graph_attr.update(
        rankdir="TB", compound="true", bgcolor="transparent", nodesep="0.45", ranksep="0.7", fontname="Helvetica"
    )
    graph.node_attr.update(shape="box", style="rounded", fontname="Helvetica", fontsize="11", margin="0.14,0.08")
    graph.edge_attr.update(fontname="Helvetica", fontsize="10", arrowsize="0.8")
    for node in nodes:
        graph.add_node(
            node.name,
            label=_escaped(node.label),
            shape=_SHAPES.get(node.first["kind"], "box"),
            id=node.name,
            **{"class": node.first["kind"]},
        )
    kinds = {node.name: node.first["kind"] for node in nodes}
    depths = {tier["name"]: depth for depth, tier in enumerate(network["tiers"])}
    places = {node.name: depths.get(node.first["tier"]) for node in nodes}
    for number, edge in enumerate(edges):
        is_outbound = kinds[edge.target] == "internet"
        ends = (edge.target, edge.source) if is_outbound else (edge.source, edge.target)
        # What goes back to a tier further up does not decide what is above what.
        source, target = places[edge.source], places[edge.target]
        is_back = source is not None and target is not None and source > target
        graph.add_edge(
            *ends,
            key=f"e{number}",
            id=f"e{number}",
            dir="back" if is_outbound else "forward",
            label=_escaped("\n".join(f"\N{NO-BREAK SPACE}{line}" for line in edge.label.splitlines())),
            constraint="false" if is_back else "true",
            **{"class": edge.state},
        )
    # What nothing leads to is below the internet all the same.
    below = {edge.target for edge in edges if kinds[edge.target] != "internet"}
    internet = next((name for name, kind in kinds.items() if kind == "internet"), "")
    for node in nodes:
        if internet and node.name not in below and node.first["kind"] not in _OUTSIDE:
            graph.add_edge(internet, node.name, key=f"{node.name} below", style="invis")
    for place, (name, members) in enumerate(_by_vpc(network, nodes)):
        vpc = graph.add_subgraph(
            [node.name for node in members],
            name=f"cluster_v{place}",
            label=_escaped(name),
            labeljust="l",
            fontsize="12",
            **{"class": "vpc"},
        )
        for row, (tier, those) in enumerate(_by_tier(network, members)):
            vpc.add_subgraph(
                [node.name for node in those],
                name=f"cluster_v{place}t{row}",
                label=_escaped(tier),
                labeljust="l",
                fontsize="10",
                **{"class": "tier"},
            )
    return str(graph.to_string())


def _by_vpc(network: Mapping[str, Any], nodes: Sequence[_Node]) -> list[tuple[str, list[_Node]]]:
    """The nodes in each VPC; what may be in one of several is in a box of its own, which names them."""
    labels = {vpc["id"]: ", ".join(filter(None, (f"VPC {vpc['label']}", vpc["cidr"]))) for vpc in network["vpcs"]}
    labels["default"] = "Default VPC of the account"
    found: dict[str, list[_Node]] = {}
    for node in nodes:
        if node.first["kind"] not in _OUTSIDE:
            name = " or ".join(labels.get(vpc, vpc) for vpc in node.first["vpcs"])
            found.setdefault(name or "VPC that the stack does not show", []).append(node)
    return list(found.items())


def _by_tier(network: Mapping[str, Any], nodes: Sequence[_Node]) -> list[tuple[str, list[_Node]]]:
    """The nodes in each tier, by what its box says: the tier, its subnets, and the Availability Zones of those."""
    found: dict[str, list[_Node]] = {}
    for node in nodes:
        if node.first["tier"]:
            subnets = {True: ", public subnets", False: ", private subnets"}.get(node.first["public"], "")
            found.setdefault(f"{node.first['tier']} tier{subnets}", []).append(node)
        elif node.first["kind"] in _SIDE_KINDS:
            found.setdefault("gateways and endpoints", []).append(node)
    zones = {subnet["id"]: subnet["zone"] for subnet in network["subnets"]}
    named: list[tuple[str, list[_Node]]] = []
    for name, those in found.items():
        theirs = {zones[one] for node in those for member in node.members for one in member["subnets"] if one in zones}
        named.append(("\n".join([name, *filter(None, [", ".join(sorted(filter(None, theirs)))])]), those))
    return named


def _wrapped(text: str) -> list[str]:
    """A name in at most two lines; its node's title has all of it."""
    return textwrap.wrap(text, _LONGEST_LABEL, max_lines=2, placeholder="…") or [""]


def _escaped(text: str) -> str:
    """A label in which nothing is an escape sequence or an entity of the DOT language but the ends of its lines."""
    return text.replace("&", "&amp;").replace("\\", "\\\\").replace("\n", "\\n")


# --- the picture


def _without_doctype(svg: str) -> str:
    """Graphviz names the address of a document type, which a picture that stands alone does not."""
    return re.sub(r"<!DOCTYPE[^>]*>", "", svg, count=1)


def _finished(
    tree: ElementTree.Element, network: Mapping[str, Any], nodes: Sequence[_Node], edges: Sequence[_Edge]
) -> str:
    ElementTree.register_namespace("", _SVG)
    titles = {node.name: node.title for node in nodes}
    states = Counter(edge.state for edge in edges)
    said = {f"e{number}": _spoken(edge, titles) for number, edge in enumerate(edges)}
    canvas = next(group for group in tree if group.get("class") == "graph")
    for group in canvas.iter(f"{{{_SVG}}}g"):
        identity = group.attrib.pop("id", "")
        title = group.find(f"{{{_SVG}}}title")
        if title is not None:
            spoken = titles.get(identity) or said.get(identity)
            if spoken is None:
                group.remove(title)
            else:
                title.text = spoken
    _raise_labels(canvas)
    width, height = (float(number) for number in tree.attrib["viewBox"].split()[2:])
    shown = [state for state in _STATES if states[state]]
    whole = height + 18.0 * len(shown) + 12
    canvas.tail = "\n"
    tree.append(_legend(shown, height))
    return _written(tree, max(width, 330.0), whole, _description(network, edges, titles))


def _raise_labels(canvas: ElementTree.Element) -> None:
    """Draw the names of boxes above the edges that cross them: what is later in a picture is above the rest."""
    for box in list(canvas):
        kind = next((name for name in ("vpc", "tier") if name in (box.get("class") or "").split()), "")
        if kind:
            label = ElementTree.SubElement(canvas, f"{{{_SVG}}}g", {"class": f"{kind}-label"})
            label.tail = "\n"
            for text in box.findall(f"{{{_SVG}}}text"):
                box.remove(text)
                label.append(text)


def _legend(states: Sequence[str], top: float) -> ElementTree.Element:
    legend = ElementTree.Element(f"{{{_SVG}}}g", {"class": "legend"})
    for row, state in enumerate(states):
        y = top + 14 + 18 * row
        entry = ElementTree.SubElement(legend, f"{{{_SVG}}}g", {"class": f"edge {state}"})
        ElementTree.SubElement(entry, f"{{{_SVG}}}path", {"d": f"M8,{y:g}H48"})
        word = ElementTree.SubElement(legend, f"{{{_SVG}}}text", {"x": "58", "y": f"{y + 4:g}", "font-size": "11"})
        word.text = _STATES[state]
    return legend


def _spoken(edge: _Edge, titles: Mapping[str, str]) -> str:
    policies = f"; {', '.join(edge.policies)}" if edge.policies else ""
    ends = f"{titles[edge.source]} to {titles[edge.target]}"
    return f"{ends}: {', '.join(edge.traffic)} ({_STATES[edge.state]}{policies})"


def _description(network: Mapping[str, Any], edges: Sequence[_Edge], titles: Mapping[str, str]) -> str:
    counted = f"{len(network['nodes'])} nodes and {len(network['edges'])} edges."
    violating = [edge for edge in edges if edge.state == "violates"]
    found = "; ".join(_spoken(edge, titles) for edge in violating[:_MOST_DESCRIBED])
    more = f"; and {len(violating) - _MOST_DESCRIBED} more" if len(violating) > _MOST_DESCRIBED else ""
    return f"{counted} {f'Violations: {found}{more}.' if violating else 'No edge violates a policy.'}"


def _sentence(network: Mapping[str, Any]) -> str:
    """The picture of a stack that has nothing to draw."""
    text = "The stack has no network: no VPC, no load balancer, no distribution."
    if network["vpcs"]:
        names = ", ".join(vpc["label"] for vpc in network["vpcs"][:_MOST_NAMED])
        text = f"The stack has {len(network['vpcs'])} VPC ({names}), and nothing that is reached in it."
    tree = ElementTree.Element(f"{{{_SVG}}}svg")
    ElementTree.SubElement(tree, f"{{{_SVG}}}text", {"x": "12", "y": "32", "font-size": "14"}).text = text
    return _written(tree, 560.0, 56.0, text)


def _written(tree: ElementTree.Element, width: float, height: float, description: str) -> str:
    """The picture as text, with its size, its style and what it is for those who do not see it."""
    tree.attrib = {
        "viewBox": f"0 0 {width:g} {height:g}",
        "width": f"{width:g}",
        "height": f"{height:g}",
        "role": "img",
        "class": "network-picture",
        "aria-labelledby": "network-picture-title network-picture-description",
    }
    style = ElementTree.Element(f"{{{_SVG}}}style")
    style.text = _STYLE
    title = ElementTree.Element(f"{{{_SVG}}}title", {"id": "network-picture-title"})
    title.text = "The network of the stack"
    described = ElementTree.Element(f"{{{_SVG}}}desc", {"id": "network-picture-description"})
    described.text = description
    for place, element in enumerate(_with_line_ends((title, described, style))):
        tree.insert(place, element)
    return f"{ElementTree.tostring(tree, encoding='unicode')}\n"


def _with_line_ends(elements: Iterable[ElementTree.Element]) -> Iterator[ElementTree.Element]:
    for element in elements:
        element.tail = "\n"
        yield element
