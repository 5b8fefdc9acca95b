"""A stack is inspected from what the CLI prints of it: the same network and permissions, whatever the document."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from pulumi_guardrails.engine.configuration_file import check
from pulumi_guardrails.engine.documents import DocumentError, read_stack_document
from pulumi_guardrails.engine.inspection import inspect
from pulumi_guardrails.pack import select
from tests.policypack.engine.documents import DOCUMENTS

TODAY = date(2030, 6, 15)
URN = "urn:pulumi:dev::stranger::"
HOLE = f"{URN}aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::hole"
DATABASE = f"{URN}aws:rds/instance:Instance::data"
SERVER = f"{URN}aws:ec2/instance:Instance::server"
ROLE = f"{URN}aws:iam/role:Role::server"


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def inspected(source: Any, configuration: Mapping[str, Any] | None = None) -> dict[str, Any]:
    policies = select()
    checked = check(json.dumps(configuration or {}), policies, TODAY)
    assert not checked.problems
    return inspect(read_stack_document(json.dumps(source)), policies, checked, TODAY)


def shuffled(value: Any, order: random.Random) -> Any:
    """The document with its resources and its edges in another order, as the engine may give them."""
    if isinstance(value, dict):
        return {key: shuffled(item, order) for key, item in value.items()}
    if isinstance(value, list) and all(isinstance(item, str) and item.startswith("urn:") for item in value):
        return order.sample(value, len(value))
    return [shuffled(item, order) for item in value] if isinstance(value, list) else value


def violations(found: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["policy"], one["resource"]): one for one in found["network"]["violations"]}


def edge_between(found: Mapping[str, Any], source: str, target: str, rule: str) -> dict[str, Any]:
    (edge,) = (
        edge
        for edge in found["network"]["edges"]
        if (edge["source"], edge["target"]) == (source, target) and edge["ingress"]["urn"].endswith(f"::{rule}")
    )
    return dict(edge)


def grant_of(found: Mapping[str, Any], resource: str, index: int | None = 0) -> dict[str, Any]:
    (grant,) = (
        grant
        for grant in found["iam"]["grants"]
        if grant["source"]["resource"].endswith(resource) and grant["source"]["index"] == index
    )
    return dict(grant)


@pytest.mark.parametrize("name", ["preview", "state"])
def test_the_network_has_its_nodes_and_the_rules_between_them(name: str) -> None:
    found = inspected(document(name))
    nodes = {node["id"]: node for node in found["network"]["nodes"]}
    assert list(nodes) == ["internet", DATABASE, SERVER, "addresses:198.51.100.0/24"]
    database = nodes[DATABASE]
    assert (database["kind"], database["type"], database["tier"]) == ("database", "RDS instance", "database")
    assert database["vpcs"] == [f"{URN}aws:ec2/vpc:Vpc::main"]
    assert database["subnets"] == [f"{URN}aws:ec2/subnet:Subnet::private-{zone}" for zone in "ab"]
    assert database["subnets_certain"]
    assert database["public"] is False
    edge = edge_between(found, SERVER, DATABASE, "from-web")
    assert (edge["protocol"], edge["from_port"], edge["to_port"], edge["allowed"]) == ("tcp", 5432, 5432, "yes")
    assert edge["declared"] is True
    assert edge["ingress"]["peers"] == ["SecurityGroup 'web'"]
    assert edge["egress"]["path"] == "egress[0]"
    assert edge_between(found, "internet", DATABASE, "hole")["declared"] is False
    assert [vpc["cidr"] for vpc in found["network"]["vpcs"]] == ["10.0.0.0/16"]
    assert [(subnet["zone"], subnet["public"]) for subnet in found["network"]["subnets"]] == [
        ("us-east-1a", False),
        ("us-east-1b", False),
    ]


@pytest.mark.parametrize("name", ["preview", "state"])
def test_a_violation_names_the_edges_that_its_rule_allows(name: str) -> None:
    found = inspected(document(name))
    hole = edge_between(found, "internet", DATABASE, "hole")["id"]
    path = violations(found)["no-internet-path-to-private-tier", HOLE]
    assert path["path"] == path["edges"] == [hole]
    assert "the internet reaches Instance 'data'" in path["message"]
    beside = edge_between(found, SERVER, DATABASE, "hole")["id"]
    assert set(violations(found)["network-chain", HOLE]["edges"]) == {hole, beside}
    # What is not about traffic is about no edge.
    assert violations(found)["vpc-flow-log", f"{URN}aws:ec2/vpc:Vpc::main"]["edges"] == []


def test_what_is_wrong_with_a_rule_beside_its_traffic_is_about_no_edge() -> None:
    source = document("preview")
    group = next(step["newState"] for step in source["steps"] if step["urn"].endswith("SecurityGroup::web"))
    del group["inputs"]["ingress"][0]["description"]
    described = violations(inspected(source))["sg-described", group["urn"]]
    assert described["message"].startswith("ingress[0].description")
    assert described["edges"] == []


def test_a_finding_on_one_rule_of_a_group_is_not_about_another() -> None:
    source = document("preview")
    group = next(step["newState"] for step in source["steps"] if step["urn"].endswith("SecurityGroup::web"))
    group["inputs"]["ingress"][1]["cidrBlocks"] = ["198.51.100.0/24", "0.0.0.0/0"]
    found = inspected(source)
    ports = {edge["id"]: (edge["source"], edge["from_port"]) for edge in found["network"]["edges"]}
    on_group = [one for one in found["network"]["violations"] if one["resource"] == group["urn"]]
    of_ssh = [one for one in on_group if one["message"].startswith("ingress[1]") and one["edges"]]
    assert of_ssh
    assert {ports[edge] for one in of_ssh for edge in one["edges"]} == {("internet", 22)}


def test_of_a_rule_that_is_right_for_one_tier_only_the_edge_into_another_violates() -> None:
    source = document("preview")
    web = f"{URN}aws:ec2/securityGroup:SecurityGroup::web"
    groups = {"securityGroups": ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"]}
    balancer = step("aws:lb/loadBalancer:LoadBalancer", "front", groups, securityGroups=[web])
    service = step("aws:ecs/service:Service", "api", {"networkConfiguration": groups}, networkConfiguration=[web])
    found = inspected({**source, "steps": [*source["steps"], balancer, service]})
    edges = {edge["id"]: edge for edge in found["network"]["edges"]}
    chain = [
        one for one in found["network"]["violations"] if (one["policy"], one["resource"]) == ("network-chain", web)
    ]
    into = {edges[edge]["target"] for one in chain for edge in one["edges"] if edges[edge]["from_port"] == 443}
    assert service["urn"] in into
    assert balancer["urn"] not in into


def test_of_a_path_the_last_edge_violates() -> None:
    source = document("preview")
    rule = next(step["newState"] for step in source["steps"] if step["urn"] == HOLE)
    del rule["inputs"]["cidrIpv4"]
    rule["inputs"]["referencedSecurityGroupId"] = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    rule["propertyDependencies"]["referencedSecurityGroupId"] = [f"{URN}aws:ec2/securityGroup:SecurityGroup::web"]
    rule["inputs"] |= {"fromPort": 22, "toPort": 22}
    found = inspected(source)
    path = violations(found)["no-internet-path-to-private-tier", HOLE]
    first, last = path["path"]
    assert path["edges"] == [last] == [edge_between(found, SERVER, DATABASE, "hole")["id"]]
    assert first == edge_between(found, "internet", SERVER, "web")["id"]


def test_what_is_not_known_yet_is_possible_and_says_what_computes_it() -> None:
    source = document("preview")
    rule = next(step["newState"] for step in source["steps"] if step["urn"] == HOLE)
    rule["inputs"]["cidrIpv4"] = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    rule["propertyDependencies"]["cidrIpv4"] = [SERVER]
    edge = edge_between(inspected(source), "internet", DATABASE, "hole")
    assert edge["allowed"] == "possible"
    (unknown,) = edge["unknown"]
    assert (unknown["path"], unknown["resource"], unknown["computed_from"]) == ("cidrIpv4", HOLE, [SERVER])
    assert unknown["cause"] == "not known before the update"


def step(token: str, name: str, inputs: dict[str, Any], **edges: list[str]) -> dict[str, Any]:
    urn = f"{URN}{token}::{name}"
    state = {"urn": urn, "type": token, "custom": True, "inputs": inputs, "propertyDependencies": edges}
    return {"op": "create", "urn": urn, "newState": state}


def test_a_load_balancer_behind_a_vpc_origin_is_reached_from_its_distribution() -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    balancer = step("aws:lb/loadBalancer:LoadBalancer", "api", {"internal": True})
    origin = step(
        "aws:cloudfront/vpcOrigin:VpcOrigin",
        "api",
        {"vpcOriginEndpointConfig": {"arn": unknown, "name": "api"}},
        vpcOriginEndpointConfig=[balancer["urn"]],
    )
    distribution = step(
        "aws:cloudfront/distribution:Distribution",
        "cdn",
        {
            "origins": [
                {"domainName": "api.example.com", "originId": "api", "vpcOriginConfig": {"vpcOriginId": unknown}}
            ]
        },
        origins=[origin["urn"]],
    )
    found = inspected({"steps": [balancer, origin, distribution]})
    edges = [edge for edge in found["network"]["edges"] if edge["kind"] == "origin"]
    assert [(edge["source"], edge["target"], edge["allowed"]) for edge in edges] == [
        (distribution["urn"], balancer["urn"], "yes")
    ]


def test_a_policy_that_is_off_finds_nothing_and_a_waived_violation_says_so() -> None:
    waiver = {"resource": HOLE, "reason": "A test.", "approvedBy": "Ada", "expires": "2030-06-15"}
    found = violations(
        inspected(document("preview"), {"network-chain": "disabled", "sg-public-ports": {"waivers": [waiver]}})
    )
    assert ("network-chain", HOLE) not in found
    assert found["sg-public-ports", HOLE]["waived"]
    assert not found["no-internet-path-to-private-tier", HOLE]["waived"]
    expired = {**waiver, "expires": "2030-06-14"}
    again = violations(inspected(document("preview"), {"sg-public-ports": {"waivers": [expired]}}))
    assert not again["sg-public-ports", HOLE]["waived"]
    match = [{"policies": ["sg-public-ports"], "targets": [HOLE]}]
    exceptions = {"version": 2, "exceptions": {"EX-1": {"reason": "A test.", "match": match}}}
    excepted = violations(inspected(document("preview"), exceptions))
    assert {policy for (policy, _), one in excepted.items() if one["waived"]} == {"sg-public-ports"}


def test_the_tiers_are_those_of_the_configuration() -> None:
    tiers = [{"name": "servers", "kinds": ["instance"], "ports": [443], "from": ["internet"]}]
    names = ("network-chain", "no-internet-path-to-private-tier", "sg-ingress-from-internet", "sg-public-ports")
    found = inspected(document("preview"), {name: {"tiers": tiers} for name in names})
    assert found["network"]["tiers"] == [{"name": "servers", "ports": [443], "from": ["internet"]}]
    assert {node["label"]: node["tier"] for node in found["network"]["nodes"]}["server"] == "servers"


@pytest.mark.parametrize("name", ["preview", "state"])
def test_grants_name_their_policy_their_statement_and_whom_they_are_for(name: str) -> None:
    found = inspected(document(name))
    own = grant_of(found, "RolePolicy::own")
    assert own["source"]["kind"] == "inline"
    assert (own["source"]["policy"], own["source"]["sid"]) == ("own", "Tell")
    assert own["principals"] == [{"id": ROLE, "unknown": []}]
    assert (own["effect"], own["actions"]) == ("Allow", ["sns:Publish", "sns:Subscribe"])
    assert own["conditions"] == [{"operator": "StringEquals", "key": "aws:sourcevpc", "values": ["vpc-1", "vpc-2"]}]
    deny = grant_of(found, "RolePolicy::own", 1)
    assert (deny["effect"], deny["not_actions"], deny["not_resources"]) == ("Deny", ["sns:*"], ["arn:aws:sns:*:*:*"])
    of_group = grant_of(found, "GroupPolicy::people")
    assert {one["id"].rpartition("::")[2] for one in of_group["principals"]} == {"person", "people"}
    trust = grant_of(found, ROLE)
    assert (trust["source"]["kind"], trust["principals"][0]["id"]) == ("trust", "Service ec2.amazonaws.com")
    everyone = grant_of(found, "BucketPolicy::files")
    assert (everyone["source"]["kind"], everyone["principals"][0]["id"], everyone["effect"]) == (
        "resource",
        "*",
        "Deny",
    )
    (server,) = grant_of(found, "BucketPolicy::files", 1)["principals"]
    assert server["id"] == ROLE
    # Of which account the role is, only its ARN says, which a first preview does not know.
    assert bool(server["unknown"]) is (name == "preview")
    assert len({grant["id"] for grant in found["iam"]["grants"]}) == len(found["iam"]["grants"])


@pytest.mark.parametrize("name", ["preview", "state"])
def test_a_managed_policy_outside_the_stack_is_a_grant_by_its_arn(name: str) -> None:
    grant = grant_of(inspected(document(name)), "RolePolicyAttachment::logs", None)
    assert grant["source"]["kind"] == "aws-managed"
    assert grant["source"]["policy"] == "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
    assert grant["principals"] == [{"id": ROLE, "unknown": []}]
    assert not grant["known"]


def test_a_document_that_is_not_known_yet_says_what_computes_it() -> None:
    grant = grant_of(inspected(document("preview")), "Policy::shared", None)
    assert not grant["known"]
    assert grant["unknown"][0]["computed_from"] == [f"{URN}aws:s3/bucket:Bucket::files"]
    assert grant_of(inspected(document("state")), "Policy::shared")["actions"] == ["s3:GetObject"]


def test_a_boundary_is_the_principal_s_and_grants_nothing() -> None:
    found = inspected(document("state"))
    (role,) = (one for one in found["iam"]["principals"] if one["id"] == ROLE)
    limits = f"{URN}aws:iam/policy:Policy::limits"
    assert role["boundary"] == {
        "arn": "arn:aws:iam::123456789012:policy/limits",
        "policies": [limits],
        "unknown": [],
    }
    assert grant_of(found, limits)["principals"] == []


def test_a_secret_is_nowhere_and_no_known_text() -> None:
    source = document("preview")
    policy = next(step["newState"] for step in source["steps"] if step["urn"].endswith("RolePolicy::own"))
    policy["inputs"]["policy"] = "[secret]"
    grant = grant_of(inspected(source), "RolePolicy::own", None)
    assert (grant["known"], grant["actions"], grant["effect"]) == (False, [], "")
    assert grant["unknown"][0]["cause"] == "redacted, as a secret that nothing here can decrypt"
    exported = document("state")
    resource = next(one for one in exported["deployment"]["resources"] if one["urn"].endswith("RolePolicy::own"))
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
    resource["inputs"]["policy"] = resource["outputs"]["policy"] = secret
    shown = inspected(exported)
    assert not grant_of(shown, "RolePolicy::own", None)["known"]
    assert "hunter2" not in json.dumps(shown)


def test_a_secret_that_is_told_is_not_shown() -> None:
    source = document("preview")
    policy = next(step["newState"] for step in source["steps"] if step["urn"].endswith("RolePolicy::own"))
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": ["s3:Hunter2"]}
    statement = {"Effect": "Allow", "Action": secret, "Resource": "*"}
    policy["inputs"] |= {"policy": {"Statement": [statement]}, "name": {**secret, "value": "Hunter2"}}
    hole = next(step["newState"] for step in source["steps"] if step["urn"] == HOLE)
    hole["inputs"] |= {"toPort": {**secret, "value": 5433}, "cidrIpv4": {**secret, "value": "8.8.8.0/24"}}
    found = inspected(source)
    grant = grant_of(found, "RolePolicy::own")
    assert (grant["actions"], grant["source"]["policy"]) == (["[secret]"], "[secret]")
    edge = edge_between(found, "addresses:[secret]", DATABASE, "hole")
    assert (edge["traffic"], edge["to_port"], edge["ingress"]["peers"]) == ("[secret]", None, ["[secret]"])
    assert not {text for text in ("Hunter2", "5433", "8.8.8.0") if text in json.dumps(found)}


def test_a_policy_that_may_be_another_principal_s_says_what_has_to_be_known() -> None:
    source = document("preview")
    other = json.loads(
        json.dumps(next(step for step in source["steps"] if step["urn"] == ROLE)).replace(ROLE, f"{ROLE}-2")
    )
    other["newState"]["inputs"]["name"] = "server-2"
    source["steps"].append(other)
    policy = next(step["newState"] for step in source["steps"] if step["urn"].endswith("RolePolicy::own"))
    policy["inputs"]["role"] = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    policy["propertyDependencies"]["role"] = [ROLE, f"{ROLE}-2"]
    principals = {one["id"]: one["unknown"] for one in grant_of(inspected(source), "RolePolicy::own")["principals"]}
    assert set(principals) == {ROLE, f"{ROLE}-2"}
    for (unknown,) in principals.values():
        assert (unknown["path"], unknown["computed_from"]) == ("role", [ROLE, f"{ROLE}-2"])


@pytest.mark.parametrize("name", ["preview", "state"])
def test_the_order_of_the_engine_changes_nothing(name: str) -> None:
    source = document(name)
    states = [step["newState"] for step in source["steps"]] if name == "preview" else source["deployment"]["resources"]
    server = next(state for state in states if state["urn"] == SERVER)
    # With two groups, the rules of either may come first.
    groups = [f"{URN}aws:ec2/securityGroup:SecurityGroup::{one}" for one in ("web", "data")]
    server["propertyDependencies"]["vpcSecurityGroupIds"] = groups
    server["inputs"]["vpcSecurityGroupIds"] = ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"] * 2
    expected = inspected(source)
    for seed in range(5):
        order = random.Random(seed)
        other = shuffled(source, order)
        order.shuffle(other["steps"] if name == "preview" else other["deployment"]["resources"])
        assert inspected(other) == expected


def test_what_a_preview_removes_is_not_there_and_what_it_leaves_out_is_counted() -> None:
    source = document("preview")
    source["changeSummary"] = {"create": len(source["steps"]), "same": 7}
    next(step for step in source["steps"] if step["urn"] == HOLE)["op"] = "delete"
    found = inspected(source)
    assert found["left_out"] == 7
    assert ("network-chain", HOLE) not in violations(found)
    exported = document("state")
    next(one for one in exported["deployment"]["resources"] if one["urn"] == HOLE)["delete"] = True
    assert ("network-chain", HOLE) not in violations(inspected(exported))


def test_what_the_stack_only_reads_is_not_judged() -> None:
    exported = document("state")
    next(one for one in exported["deployment"]["resources"] if one["urn"] == HOLE)["external"] = True
    found = inspected(exported)
    assert HOLE not in {one["resource"] for one in found["network"]["violations"]}
    # Its rule is there all the same: the path is reported at what the stack can change.
    assert ("no-internet-path-to-private-tier", DATABASE) in violations(found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is no JSON"),
        ("Previewing update (dev)", "it is no JSON"),
        ("[]", "it has neither steps nor a deployment with resources"),
        ('{"version": 3, "deployment": 1}', "it has neither steps nor a deployment with resources"),
        ('{"steps": {}}', "it has neither steps nor a deployment with resources"),
        ('{"deployment": {"resources": [{"urn": 1}]}}', "one of its resources is not in the form of such a document"),
        ('{"steps": [{"op": "create", "newState": {"urn": "u"}}]}', "one of its resources is not in the form"),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_a_document_that_is_neither_is_refused(text: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read_stack_document(text)


@pytest.mark.parametrize("text", ['{"duration": 1}', '{"deployment": {"resources": null}}', '{"deployment": {}}'])
def test_a_stack_may_be_empty(text: str) -> None:
    assert read_stack_document(text).stack.resources == []


def test_new_access_is_that_of_a_preview_which_shows_all() -> None:
    found = inspected(document("preview"))["newAccess"]
    assert {one["label"] for one in found["access"]} == {"Group 'people'", "Role 'server'"}
    assert inspected(document("state"))["newAccess"] is None
    source = document("preview")
    source["changeSummary"]["same"] = 7
    assert inspected(source)["newAccess"] is None
