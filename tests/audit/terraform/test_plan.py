"""The plan of a preview: names, blocks, what is not known, secrets, references, actions and providers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from audit.preview_document import parse
from audit.terraform.plan import Plan, plan
from audit.terraform.values import SENSITIVE

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::shop::{kind}::{name}"


def step(kind: str, name: str, inputs: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    state = {"urn": urn(kind, name), "type": kind, "custom": True, "inputs": inputs}
    return {"op": more.pop("op", "create"), "newState": {**state, **more}}


def of(*steps: Mapping[str, Any], config: Mapping[str, Any] | None = None) -> Plan:
    return plan(parse(json.dumps({"config": config or {}, "steps": steps})))


def change(made: Plan, address: str) -> Mapping[str, Any]:
    (found,) = (one["change"] for one in made.document["resource_changes"] if one["address"] == address)
    return dict(found)


def expressions(made: Plan, address: str) -> Mapping[str, Any]:
    resources = made.document["configuration"]["root_module"]["resources"]
    (found,) = (one["expressions"] for one in resources if one["address"] == address)
    return dict(found)


TABLE, BUCKET, FUNCTION = "aws:dynamodb/table:Table", "aws:s3/bucket:Bucket", "aws:lambda/function:Function"
SERVICE, GROUP, SUBNET = "aws:ecs/service:Service", "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/subnet:Subnet"


def test_a_name_is_the_arguments_and_a_single_block_a_list_of_one() -> None:
    inputs = {
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "pointInTimeRecovery": {"enabled": True},
        "tags": {"CostCentre": "1"},
        "__defaults": ["name"],
    }
    assert change(of(step(TABLE, "sessions", inputs)), "aws_dynamodb_table.sessions")["after"] == {
        "hash_key": "id",
        "attribute": [{"name": "id", "type": "S"}],
        "point_in_time_recovery": [{"enabled": True}],
        "tags": {"CostCentre": "1"},
        "tags_all": {"CostCentre": "1"},
    }


@pytest.mark.parametrize(
    ("kind", "inputs", "after"),
    [
        (FUNCTION, {"name": "f"}, {"function_name": "f"}),
        ("aws:lambda/permission:Permission", {"function": "f"}, {"function_name": "f"}),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", {"name": "a"}, {"alarm_name": "a"}),
        ("aws:s3/bucketV2:BucketV2", {"bucket": "b"}, {"bucket": "b"}),
        ("aws:wafv2/ipSet:IpSet", {"addresses": ["10.0.0.0/8"]}, {"addresses": ["10.0.0.0/8"]}),
        ("aws:iam/rolePolicy:RolePolicy", {"policy": '{"Version": "x"}'}, {"policy": '{"Version": "x"}'}),
        ("aws:iot/topicRule:TopicRule", {"kineses": [{"streamName": "s"}]}, {"kinesis": [{"stream_name": "s"}]}),
    ],
)
def test_names_that_differ_from_camel_case(kind: str, inputs: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    found = of(step(kind, "x", inputs)).document["planned_values"]["root_module"]["resources"][0]["values"]
    assert {name: value for name, value in found.items() if name != "tags_all"} == after


def test_statements_of_wafv2_have_no_schema_and_repeat_in_the_singular() -> None:
    statement = {
        "andStatement": {
            "statements": [
                {"geoMatchStatement": {"countryCodes": ["DE", "FR"]}},
                {
                    "managedRuleGroupStatement": {
                        "name": "AWSManagedRulesBotControlRuleSet",
                        "managedRuleGroupConfigs": [{"loginPath": "/login"}],
                        "ruleActionOverrides": [{"name": "r", "actionToUse": {"count": {}}}],
                    }
                },
            ]
        }
    }
    inputs = {"scope": "REGIONAL", "rules": [{"name": "r", "priority": 0, "statement": statement}]}
    (rule,) = change(of(step("aws:wafv2/webAcl:WebAcl", "acl", inputs)), "aws_wafv2_web_acl.acl")["after"]["rule"]
    assert rule["statement"] == [
        {
            "and_statement": [
                {
                    "statement": [
                        {"geo_match_statement": [{"country_codes": ["DE", "FR"]}]},
                        {
                            "managed_rule_group_statement": [
                                {
                                    "name": "AWSManagedRulesBotControlRuleSet",
                                    "managed_rule_group_configs": [{"login_path": "/login"}],
                                    "rule_action_override": [{"name": "r", "action_to_use": [{"count": [{}]}]}],
                                }
                            ]
                        },
                    ]
                }
            ]
        }
    ]


def test_what_is_not_known_yet_is_unknown_and_not_a_value() -> None:
    inputs = {
        "cluster": UNKNOWN,
        "networkConfiguration": {"subnets": [UNKNOWN, "subnet-1"], "assignPublicIp": False},
        "loadBalancers": UNKNOWN,
    }
    made = of(step(SERVICE, "api", inputs))
    found = change(made, "aws_ecs_service.api")
    assert found["after"] == {
        "network_configuration": [{"subnets": [None, "subnet-1"], "assign_public_ip": False}],
        "tags_all": {},
    }
    assert found["after_unknown"] == {
        "cluster": True,
        "network_configuration": [{"subnets": [True, False]}],
        "load_balancer": True,
        "id": True,
    }
    assert UNKNOWN not in made.text


@pytest.mark.parametrize("secret", ["[secret]", SECRET, {**SECRET, "ciphertext": "v1:xyz"}])
def test_a_secret_is_sensitive_wherever_it_is(secret: Any) -> None:
    inputs = {
        "environment": {"variables": {"TOKEN": secret, "MODE": "a"}},
        "description": secret,
        "vpcConfig": secret,
        "layers": [secret],
    }
    made = of(step(FUNCTION, "f", inputs))
    found = change(made, "aws_lambda_function.f")
    assert found["after"] == {
        "environment": [{"variables": {"TOKEN": SENSITIVE, "MODE": "a"}}],
        "description": SENSITIVE,
        "layers": [SENSITIVE],
        "tags_all": {},
    }
    assert found["after_unknown"] == {"vpc_config": True, "id": True}
    assert found["after_sensitive"] == {
        "environment": [{"variables": {"TOKEN": True}}],
        "description": True,
        "vpc_config": True,
        "layers": [True],
    }
    assert "hunter2" not in made.text


def test_what_the_provider_calls_secret_is_sensitive_though_the_program_does_not() -> None:
    made = of(step("aws:rds/instance:Instance", "database", {"password": "hunter2", "username": "owner"}))
    assert change(made, "aws_db_instance.database")["after"]["password"] == SENSITIVE


def test_the_text_of_an_asset_is_left_out() -> None:
    code = {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", "assets": {"a.py": {"text": "x"}}}
    made = of(step(FUNCTION, "f", {"code": {**code, "hash": "abc"}}))
    assert change(made, "aws_lambda_function.f")["after"]["filename"] == "asset-abc"


def test_an_unknown_part_refers_to_the_resource_that_its_argument_is_named_after() -> None:
    network = {"subnets": [UNKNOWN, UNKNOWN], "securityGroups": [UNKNOWN]}
    sources = {"networkConfiguration": [urn(SUBNET, "a"), urn(GROUP, "task"), urn(SUBNET, "b")]}
    made = of(
        *(step(SUBNET, name, {}) for name in "ab"),
        step(GROUP, "task", {}),
        step(SERVICE, "api", {"networkConfiguration": network}, propertyDependencies=sources),
    )
    (block,) = expressions(made, "aws_ecs_service.api")["network_configuration"]
    assert block["security_groups"] == {"references": ["aws_security_group.task.id", "aws_security_group.task"]}
    assert block["subnets"]["references"] == ["aws_subnet.a.id", "aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b"]


def test_a_known_part_refers_to_the_resource_whose_output_it_has() -> None:
    arn = "arn:aws:s3:::logs-of-the-shop"
    bucket = step(BUCKET, "logs", {}, id="logs-of-the-shop", outputs={"arn": arn, "bucket": "logs-of-the-shop"})
    sources = {name: [urn(BUCKET, "logs")] for name in ("bucket", "policy")}
    policy = step(
        "aws:s3/bucketPolicy:BucketPolicy",
        "logs",
        {"bucket": "logs-of-the-shop", "policy": json.dumps({"Resource": f"{arn}/*"})},
        propertyDependencies=sources,
    )
    found = expressions(of(bucket, policy), "aws_s3_bucket_policy.logs")
    assert found["bucket"]["references"] == ["aws_s3_bucket.logs.id", "aws_s3_bucket.logs"]
    assert found["policy"]["references"] == ["aws_s3_bucket.logs.arn", "aws_s3_bucket.logs"]


def test_what_no_part_is_named_after_is_referred_to_where_something_is_unknown() -> None:
    sources = {"policy": [urn(BUCKET, "logs")]}
    policy = step("aws:iam/policy:Policy", "reads", {"policy": UNKNOWN}, propertyDependencies=sources)
    found = expressions(of(step(BUCKET, "logs", {}), policy), "aws_iam_policy.reads")
    assert found == {"policy": {"references": ["aws_s3_bucket.logs.id", "aws_s3_bucket.logs"]}}


@pytest.mark.parametrize(
    ("operation", "actions"),
    [
        ("create", ["create"]),
        ("update", ["update"]),
        ("same", ["no-op"]),
        ("import", ["no-op"]),
        ("create-replacement", ["create", "delete"]),
        ("delete-replaced", ["delete", "create"]),
    ],
)
def test_an_operation_is_an_action(operation: str, actions: list[str]) -> None:
    assert change(of(step(BUCKET, "b", {}, op=operation)), "aws_s3_bucket.b")["actions"] == actions


def test_an_update_has_what_was_before_and_a_deletion_nothing_after() -> None:
    old = {"urn": urn(BUCKET, "b"), "type": BUCKET, "inputs": {"bucket": "before"}}
    updated = {**step(BUCKET, "b", {"bucket": "after"}, op="update"), "oldState": old}
    deleted = {"op": "delete", "oldState": {**old, "urn": urn(BUCKET, "gone")}}
    made = of(updated, deleted)
    found = change(made, "aws_s3_bucket.b")
    assert (found["before"]["bucket"], found["after"]["bucket"]) == ("before", "after")
    gone = change(made, "aws_s3_bucket.gone")
    assert (gone["actions"], gone["before"]["bucket"], gone["after"]) == (["delete"], "before", None)
    assert "aws_s3_bucket.gone" not in made.urns


def test_a_state_changes_nothing() -> None:
    state = {"urn": urn(BUCKET, "b"), "type": BUCKET, "custom": True, "inputs": {"bucket": "x"}, "id": "x"}
    made = plan(parse(json.dumps({"deployment": {"resources": [state]}})))
    found = change(made, "aws_s3_bucket.b")
    assert (found["actions"], found["before"], found["after_unknown"]) == (["no-op"], found["after"], {})
    assert found["after"]["id"] == "x"


def test_resources_of_one_name_have_addresses_of_their_own() -> None:
    first, second, third = (f"urn:pulumi:dev::shop::shop:Site${BUCKET}::{name}" for name in ("7 a", "7/a", "a"))
    steps = [step(BUCKET, "a", {})]
    steps += [
        {"op": "create", "newState": {"urn": one, "type": BUCKET, "inputs": {}}} for one in (first, second, third)
    ]
    assert list(of(*steps).urns) == [
        "aws_s3_bucket.a",
        "aws_s3_bucket._7_a",
        "aws_s3_bucket._7_a_2",
        "aws_s3_bucket.a_2",
    ]


def test_providers_have_their_region_and_default_tags_and_no_credentials() -> None:
    tags = json.dumps({"tags": {"Team": "search"}})
    main = step("pulumi:providers:aws", "main", {"region": "eu-west-1", "defaultTags": tags, "secretKey": "hunter2"})
    other = step("pulumi:providers:aws", "edge", {"region": "us-east-1"})
    made = of(
        main,
        other,
        step(BUCKET, "a", {"tags": {"Tier": "x"}}, provider=f"{urn('pulumi:providers:aws', 'main')}::id"),
        step(BUCKET, "b", {}, provider=f"{urn('pulumi:providers:aws', 'main')}::id"),
        step(BUCKET, "c", {}, provider=f"{urn('pulumi:providers:aws', 'edge')}::id"),
    )
    configuration = made.document["configuration"]
    assert configuration["provider_config"]["aws"]["expressions"] == {
        "region": {"constant_value": "eu-west-1"},
        "default_tags": [{"tags": {"constant_value": {"Team": "search"}}}],
    }
    assert configuration["provider_config"]["aws.edge"]["alias"] == "edge"
    keys = {one["address"]: one["provider_config_key"] for one in configuration["root_module"]["resources"]}
    assert keys == {"aws_s3_bucket.a": "aws", "aws_s3_bucket.b": "aws", "aws_s3_bucket.c": "aws.edge"}
    assert change(made, "aws_s3_bucket.a")["after"]["tags_all"] == {"Team": "search", "Tier": "x"}
    assert "hunter2" not in made.text


def test_the_region_of_the_stack_is_that_of_the_default_provider() -> None:
    made = of(step(BUCKET, "a", {}), config={"aws:region": "eu-west-1"})
    expressions = made.document["configuration"]["provider_config"]["aws"]["expressions"]
    assert expressions == {"region": {"constant_value": "eu-west-1"}}


def test_a_property_newer_than_the_schema_is_written_as_its_name_suggests_and_listed() -> None:
    made = of(step(BUCKET, "a", {"quantumStorage": True}), step(TABLE, "t", {"ttl": {"newThing": 1}}))
    assert change(made, "aws_s3_bucket.a")["after"]["quantum_storage"] is True
    assert change(made, "aws_dynamodb_table.t")["after"]["ttl"] == [{"new_thing": 1}]
    assert [(one.type, one.property) for one in made.not_mapped] == [
        (BUCKET, "quantumStorage"),
        (TABLE, "ttl.newThing"),
    ]


def test_what_is_not_mapped_is_listed_with_the_reason() -> None:
    component = step("shop:index:Site", "s", {})
    component["newState"]["custom"] = False
    made = of(
        component,
        step("random:index/randomPet:RandomPet", "r", {}),
        step("aws:workmail/domain:Domain", "d", {}),
        step(BUCKET, "read", {}, op="read"),
        step(BUCKET, "external", {}, external=True),
        step("pulumi:pulumi:Stack", "shop-dev", {}),
    )
    assert made.urns == {}
    reasons = [one.reason.split(":")[0].split(";")[0] for one in made.not_mapped]
    assert reasons == [
        "a component",
        "a resource of the provider random",
        "a type that version 6.25.0 of the Terraform provider does not have",
        "only read",
        "only read",
    ]
