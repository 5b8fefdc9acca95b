"""What a resource looks like before and after an update."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from offline.aws import formats, outputs, schema
from offline.aws.check import check_properties
from offline.aws.place import Place
from offline.aws.values import DEFAULTS, UNKNOWN, Secret, has_unknown

Create = Callable[..., dict[str, Any]]
VPC = "aws:ec2/vpc:Vpc"
CLUSTER = "aws:rds/cluster:Cluster"


def test_before_an_update_what_aws_computes_is_unknown(plan: Create) -> None:
    found = plan(VPC, cidrBlock="10.0.0.0/16")
    assert found["id"] is found["arn"] is found["defaultSecurityGroupId"] is UNKNOWN
    assert found["cidrBlock"] == "10.0.0.0/16"


def test_before_an_update_what_follows_from_the_configuration_is_known(plan: Create) -> None:
    found = plan(VPC, default_tags={"Team": "a", "Env": "b"}, tags={"Env": "c"})
    assert found["region"] == "us-east-1"
    assert found["tagsAll"] == {"Team": "a", "Env": "c"}


@pytest.mark.parametrize("tags", [UNKNOWN, Secret(UNKNOWN)])
def test_tags_not_known_yet_make_all_tags_unknown(plan: Create, tags: Any) -> None:
    assert plan(VPC, tags=tags)["tagsAll"] is UNKNOWN


def test_secret_tags_make_all_tags_secret(plan: Create) -> None:
    assert plan(VPC, tags=Secret({"a": "b"}))["tagsAll"] == Secret({"a": "b"})


def test_before_an_update_a_gap_in_a_nested_object_is_unknown(plan: Create) -> None:
    found = plan("aws:cloudfront/distribution:Distribution", defaultCacheBehavior={"targetOriginId": "o"})
    assert found["defaultCacheBehavior"]["targetOriginId"] == "o"
    assert has_unknown(found["defaultCacheBehavior"])


@pytest.mark.parametrize(
    ("token", "inputs", "expected"),
    [
        (VPC, {}, {"id": r"vpc-[0-9a-f]{17}", "arn": r"arn:aws:ec2:us-east-1:123456789012:vpc/vpc-[0-9a-f]{17}"}),
        ("aws:ec2/securityGroup:SecurityGroup", {"name": "a"}, {"id": r"sg-[0-9a-f]{17}", "ownerId": r"123456789012"}),
        (
            "aws:lb/loadBalancer:LoadBalancer",
            {"name": "api"},
            {
                "id": r"arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/api/[0-9a-f]{16}",
                "arnSuffix": r"app/api/[0-9a-f]{16}",
                "dnsName": r"api-\d{10}\.us-east-1\.elb\.amazonaws\.com",
                "zoneId": "Z35SXDOTRQ7X7K",
            },
        ),
        ("aws:lb/targetGroup:TargetGroup", {"name": "tg"}, {"arnSuffix": r"targetgroup/tg/[0-9a-f]{16}"}),
        (
            "aws:lb/listener:Listener",
            {"loadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/api/0a"},
            {"arn": r"arn:aws:elasticloadbalancing:us-east-1:1:listener/app/api/0a/[0-9a-f]{16}"},
        ),
        (
            "aws:cloudfront/distribution:Distribution",
            {},
            {"id": r"E[A-Z]{13}", "domainName": r"d[a-z0-9]{13}\.cloudfront\.net", "hostedZoneId": "Z2FDTNDATAQYW2"},
        ),
        (
            CLUSTER,
            {"clusterIdentifier": "ml", "engine": "aurora-postgresql"},
            {"id": "ml", "endpoint": r"ml\.cluster-[a-z0-9]{12}\.us-east-1\.rds\.amazonaws\.com"},
        ),
        ("aws:s3/bucket:Bucket", {"bucket": "b"}, {"id": "b", "arn": "arn:aws:s3:::b"}),
        ("aws:iam/role:Role", {"name": "r"}, {"id": "r", "arn": "arn:aws:iam::123456789012:role/r"}),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "/a"}, {"id": "/a", "arn": r"arn:aws:logs:.*:log-group:/a"}),
        (
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            {"serviceName": "com.amazonaws.us-east-1.s3"},
            {"prefixListId": "pl-63a5400a"},
        ),
        ("aws:kms/key:Key", {}, {"id": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"}),
        (
            "aws:ecs/service:Service",
            {"name": "s", "cluster": "arn:aws:ecs:us-east-1:1:cluster/c"},
            {"id": "arn:aws:ecs:us-east-1:123456789012:service/c/s"},
        ),
        ("aws:sns/topic:Topic", {"name": "t"}, {"arn": r"arn:aws:sns:us-east-1:123456789012:t"}),
        (
            "aws:dynamodb/table:Table",
            {"name": "t", "streamEnabled": True},
            {"streamArn": r"arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2025-.*"},
        ),
        ("aws:dynamodb/table:Table", {"name": "t"}, {"streamArn": ""}),
        ("aws:efs/fileSystem:FileSystem", {}, {"id": r"fs-[0-9a-f]{17}"}),
        ("aws:codebuild/project:Project", {"name": "build"}, {"id": "build"}),
        ("aws:msk/cluster:Cluster", {}, {"arn": r"arn:aws:kafka:us-east-1:123456789012:cluster/\w+/[\w-]{36}"}),
        ("aws:wafv2/ipSet:IpSet", {"name": "t"}, {"id": r"ip-set-[0-9a-f]{17}"}),
    ],
)
def test_after_an_update_it_has_the_form_that_aws_gives_it(
    create: Create, token: str, inputs: dict[str, Any], expected: dict[str, str]
) -> None:
    found = create(token, **inputs)
    assert not has_unknown(found)
    for name, pattern in expected.items():
        assert re.fullmatch(pattern, found[name]), (name, found[name])


def test_other_partitions_have_other_arns_and_host_names(create: Create) -> None:
    found = create("aws:lb/loadBalancer:LoadBalancer", region="cn-north-1", name="api")
    assert found["arn"].startswith("arn:aws-cn:")
    assert found["dnsName"].endswith(".elb.amazonaws.com.cn")


def test_the_same_resource_gets_the_same_values_and_another_gets_others(create: Create) -> None:
    assert create(VPC, logical_name="a") == create(VPC, logical_name="a")
    assert create(VPC, logical_name="a")["id"] != create(VPC, logical_name="b")["id"]
    assert (
        create(VPC, logical_name="a", cidrBlock="10.0.0.0/16")["id"]
        != create(VPC, logical_name="a", cidrBlock="10.1.0.0/16")["id"]
    )


def test_no_secret_decides_a_value(create: Create) -> None:
    one, two = (create(VPC, tags=Secret({"a": value})) for value in ("x", "y"))
    assert one["id"] == two["id"]


def test_a_value_made_of_a_secret_is_secret(create: Create) -> None:
    assert create("aws:iam/role:Role", name=Secret("hidden"))["arn"] == Secret("arn:aws:iam::123456789012:role/hidden")


def test_a_secret_input_is_a_secret_output_and_so_is_what_the_package_says(create: Create) -> None:
    given = create(CLUSTER, databaseName=Secret("db"), masterPassword="plain")
    assert given["databaseName"] == Secret("db")
    assert given["masterPassword"] == Secret("plain")


def test_a_password_that_rds_manages_has_its_secret(create: Create) -> None:
    (secret,) = create(CLUSTER, clusterIdentifier="ml", manageMasterUserPassword=True)["masterUserSecrets"]
    assert re.fullmatch(r"arn:aws:secretsmanager:us-east-1:\d{12}:secret:rds!cluster-[\w-]+", secret["secretArn"])
    assert create(CLUSTER, clusterIdentifier="ml", masterPassword=Secret("x"))["masterUserSecrets"] == []


def test_a_certificate_has_a_record_for_each_of_its_names(create: Create) -> None:
    names = ["www.example.com"]
    found = create(
        "aws:acm/certificate:Certificate",
        domainName="example.com",
        subjectAlternativeNames=names,
        validationMethod="DNS",
    )
    records = found["domainValidationOptions"]
    assert [record["domainName"] for record in records] == ["example.com", "www.example.com"]
    assert all(record["resourceRecordName"].endswith(f".{record['domainName']}.") for record in records)


def test_what_the_program_did_not_ask_for_is_empty_rather_than_made_up(create: Create) -> None:
    assert create(CLUSTER, clusterIdentifier="ml")["kmsKeyId"] == ""


@pytest.mark.parametrize("token", sorted(formats.FORMATS))
def test_outputs_have_the_types_that_the_package_declares(create: Create, token: str) -> None:
    resource = schema.resource(token)
    found = {name: value for name, value in create(token).items() if name != "id"}
    assert list(check_properties(found, resource.outputs, token)) == []


@pytest.mark.parametrize("token", sorted(formats.FORMATS))
def test_every_format_is_of_a_property_that_exists(token: str) -> None:
    assert set(formats.FORMATS[token]) <= {"id", *schema.resource(token).outputs}


def change(old: dict[str, Any], new: dict[str, Any], *, preview: bool = False) -> dict[str, Any]:
    resource = schema.resource(CLUSTER)
    before = outputs.created(resource, Place(CLUSTER, "thing", "us-east-1"), old)
    place = Place(CLUSTER, "ml", "us-east-1", id="ml")
    return outputs.updated(resource, place, before, old, new, preview=preview)


def test_an_update_keeps_what_aws_had_computed_and_takes_the_new_inputs() -> None:
    old = {"clusterIdentifier": "ml", "backupRetentionPeriod": 7.0, DEFAULTS: []}
    before = change(old, old)
    after = change(old, {**old, "backupRetentionPeriod": 14.0, "tags": {"a": "b"}}, preview=True)
    assert after["backupRetentionPeriod"] == 14.0
    assert after["tagsAll"] == {"a": "b"}
    assert after["endpoint"] == before["endpoint"]
    assert DEFAULTS not in after


def test_an_update_that_takes_an_input_away_leaves_nothing_of_it() -> None:
    old = {"clusterIdentifier": "ml", "databaseName": "mine", "masterPassword": Secret("x")}
    after = change(old, {"clusterIdentifier": "ml"})
    assert after["databaseName"] == ""
    assert "masterPassword" not in after


def test_an_update_that_lets_rds_manage_the_password_makes_its_secret_which_a_preview_does_not_show() -> None:
    given = {"clusterIdentifier": "ml", "masterPassword": Secret("x")}
    managed = {"clusterIdentifier": "ml", "manageMasterUserPassword": True}
    assert change(given, managed, preview=True)["masterUserSecrets"] == []
    (secret,) = change(given, managed)["masterUserSecrets"]
    assert ":secret:rds!cluster-" in secret["secretArn"]
    assert change(managed, given)["masterUserSecrets"] == []
    assert change(managed, {**managed, "port": 5433.0}) == {**change(managed, managed), "port": 5433.0}


INTERFACE = {"vpcEndpointType": "Interface", "serviceName": "com.amazonaws.us-east-1.ecr.api", "subnetIds": ["a", "b"]}
SUBNETS = [{"subnetId": "subnet-1"}, {"subnetId": "subnet-2"}]


@pytest.mark.parametrize(
    ("token", "inputs", "look"),
    [
        ("aws:appsync/graphQLApi:GraphQLApi", {}, lambda found: found["uris"]["GRAPHQL"]),
        ("aws:elasticache/cluster:Cluster", {"numCacheNodes": 2.0}, lambda found: found["cacheNodes"][1]["address"]),
        ("aws:elasticache/serverlessCache:ServerlessCache", {}, lambda found: found["endpoints"][0]["address"]),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", INTERFACE, lambda found: found["dnsEntries"][0]["dnsName"]),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", INTERFACE, lambda found: found["networkInterfaceIds"][1]),
        (
            "aws:networkfirewall/firewall:Firewall",
            {"subnetMappings": SUBNETS},
            lambda found: found["firewallStatuses"][0]["syncStates"][1]["attachments"][0]["endpointId"],
        ),
        ("aws:mq/broker:Broker", {"engineType": "RabbitMQ"}, lambda found: found["instances"][0]["endpoints"][0]),
        ("aws:globalaccelerator/accelerator:Accelerator", {}, lambda found: found["ipSets"][0]["ipAddresses"][1]),
        ("aws:ses/domainDkim:DomainDkim", {"domain": "example.com"}, lambda found: found["dkimTokens"][2]),
        ("aws:directoryservice/directory:Directory", {}, lambda found: found["dnsIpAddresses"][1]),
        ("aws:eks/cluster:Cluster", {}, lambda found: found["certificateAuthority"]["data"]),
        ("aws:eks/nodeGroup:NodeGroup", {}, lambda found: found["resources"][0]["autoscalingGroups"][0]["name"]),
        (
            "aws:rds/instance:Instance",
            {"manageMasterUserPassword": True},
            lambda found: found["masterUserSecrets"][0]["secretArn"],
        ),
    ],
)
def test_what_programs_take_out_of_a_resource_is_there(
    create: Create, token: str, inputs: dict[str, Any], look: Callable[[dict[str, Any]], str]
) -> None:
    assert look(create(token, **inputs))


def test_what_aws_adds_to_an_object_that_is_given_is_not_known_before(plan: Create, create: Create) -> None:
    given = {"roleArn": "arn:aws:iam::123456789012:role/kube", "vpcConfig": {"subnetIds": ["subnet-1"]}}
    assert plan("aws:eks/cluster:Cluster", **given)["vpcConfig"]["clusterSecurityGroupId"] is UNKNOWN
    made = create("aws:eks/cluster:Cluster", **given)["vpcConfig"]
    assert made["clusterSecurityGroupId"].startswith("sg-")
    assert made["subnetIds"] == ["subnet-1"]
    chosen = {**given, "vpcConfig": Secret({"subnetIds": [], "vpcId": "vpc-1"})}
    assert create("aws:eks/cluster:Cluster", **chosen)["vpcConfig"].value["vpcId"] == "vpc-1"
