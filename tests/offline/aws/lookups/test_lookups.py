"""Things that no program made, found by their name, their id or their ARN."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from offline.aws import schema, source
from offline.aws.check import check_properties
from offline.aws.functions import ANSWERS, UNANSWERED, answer
from offline.aws.lookups import is_said_by_others, resource_token
from offline.aws.lookups.kit import RefusedError
from offline.aws.values import Secret, to_struct
from offline.aws.world import World

ACCOUNT = "us-east-1:123456789012"


def ask(function: str, region: str = "us-east-1", /, **arguments: Any) -> dict[str, Any]:
    module, name = function.split("/")
    return answer(schema.function(f"aws:{module}/{name}:{name}"), arguments, region)


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("iam/getRole", {"name": "ops"}, {"id": "ops", "arn": "arn:aws:iam::123456789012:role/ops"}),
        ("iam/getUser", {"userName": "ada"}, {"arn": "arn:aws:iam::123456789012:user/ada"}),
        ("iam/getPolicy", {"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {"name": "ReadOnlyAccess"}),
        ("iam/getInstanceProfile", {"name": "web"}, {"arn": "arn:aws:iam::123456789012:instance-profile/web"}),
        ("dynamodb/getTable", {"name": "t"}, {"arn": f"arn:aws:dynamodb:{ACCOUNT}:table/t"}),
        ("sns/getTopic", {"name": "t"}, {"arn": f"arn:aws:sns:{ACCOUNT}:t"}),
        ("sqs/getQueue", {"name": "q"}, {"url": "https://sqs.us-east-1.amazonaws.com/123456789012/q"}),
        ("cloudwatch/getLogGroup", {"name": "/a"}, {"arn": f"arn:aws:logs:{ACCOUNT}:log-group:/a"}),
        ("ecs/getCluster", {"clusterName": "c"}, {"arn": f"arn:aws:ecs:{ACCOUNT}:cluster/c"}),
        (
            "ecs/getService",
            {"clusterArn": f"arn:aws:ecs:{ACCOUNT}:cluster/c", "serviceName": "s"},
            {"arn": f"arn:aws:ecs:{ACCOUNT}:service/c/s"},
        ),
        ("lambda/getFunction", {"functionName": "f"}, {"arn": f"arn:aws:lambda:{ACCOUNT}:function:f"}),
        ("eks/getCluster", {"name": "c"}, {"id": "c", "status": "ACTIVE"}),
        ("rds/getCluster", {"clusterIdentifier": "db"}, {"arn": f"arn:aws:rds:{ACCOUNT}:cluster:db"}),
        ("rds/getInstance", {"dbInstanceIdentifier": "db"}, {"dbInstanceIdentifier": "db"}),
        ("s3/getBucket", {"bucket": "b"}, {"id": "b", "bucketRegionalDomainName": "b.s3.us-east-1.amazonaws.com"}),
        ("ecr/getRepository", {"name": "app"}, {"repositoryUrl": "123456789012.dkr.ecr.us-east-1.amazonaws.com/app"}),
        ("kms/getAlias", {"name": "alias/a"}, {"arn": f"arn:aws:kms:{ACCOUNT}:alias/a"}),
        ("ssm/getParameter", {"name": "/app/url"}, {"arn": f"arn:aws:ssm:{ACCOUNT}:parameter/app/url"}),
        ("elb/getHostedZoneId", {}, {"id": "Z35SXDOTRQ7X7K"}),
        ("index/getArn", {"arn": "arn:aws:s3:::b/k:1"}, {"service": "s3", "account": "", "resource": "b/k:1"}),
        ("index/getService", {"reverseDnsName": "com.amazonaws.eu-west-1.s3"}, {"region": "eu-west-1"}),
        ("index/getAvailabilityZone", {"name": "us-east-1b"}, {"zoneId": "use1-az2", "nameSuffix": "b"}),
        ("organizations/getOrganization", {}, {"masterAccountId": "123456789012"}),
        ("ec2/getInstanceType", {"instanceType": "c7g.2xlarge"}, {"defaultVcpus": 8.0, "memorySize": 16384.0}),
        ("rds/getEngineVersion", {"engine": "postgres", "version": "15.4"}, {"parameterGroupFamily": "postgres15"}),
        ("rds/getEngineVersion", {"engine": "mysql"}, {"parameterGroupFamily": "mysql8.0"}),
        ("kinesis/getStream", {"name": "s"}, {"arn": f"arn:aws:kinesis:{ACCOUNT}:stream/s"}),
    ],
)
def test_a_thing_has_what_it_is_asked_by(function: str, arguments: dict[str, Any], expected: dict[str, Any]) -> None:
    found = ask(function, **arguments)
    assert found.items() >= expected.items()
    assert found.items() >= {name: value for name, value in arguments.items() if name in found}.items()
    assert found == ask(function, **arguments)


def test_one_thing_is_the_same_whichever_way_it_is_asked_for() -> None:
    by_name = ask("lb/getLoadBalancer", name="web")
    by_arn = ask("lb/getLoadBalancer", arn=by_name["arn"])
    assert by_arn["dnsName"] == by_name["dnsName"]
    assert by_arn["name"] == "web"
    secret = ask("secretsmanager/getSecret", name="db")
    assert ask("secretsmanager/getSecret", arn=secret["arn"])["name"] == "db"
    assert ask("secretsmanager/getSecretVersion", secretId="db")["arn"] == secret["arn"]
    key = ask("kms/getKey", keyId="alias/app")
    assert ask("kms/getAlias", name="alias/app")["targetKeyId"] == key["id"]
    assert ask("kms/getKey", keyId=key["arn"])["id"] == key["id"]


def test_another_region_has_another_arn() -> None:
    assert ask("dynamodb/getTable", "eu-west-1", name="t")["arn"].split(":")[3] == "eu-west-1"
    assert ask("dynamodb/getTable", name="t", region="eu-west-1")["arn"].split(":")[3] == "eu-west-1"


def test_lists_are_of_the_same_things() -> None:
    found = ask("ec2/getEips")
    assert len(found["allocationIds"]) == len(found["publicIps"]) == 2
    assert all(re.fullmatch(r"eipalloc-[0-9a-f]{17}", identifier) for identifier in found["allocationIds"])
    found = ask("ec2/getInstances", instanceTags={"Role": "web"})
    assert len(set(found["ids"])) == len(found["privateIps"]) == 2
    assert found["ipv6Addresses"] == []


def test_an_image_is_as_it_is_asked_for() -> None:
    filters = [{"name": "name", "values": ["ubuntu/images/hvm-ssd/ubuntu-*-arm64-server-*"]}]
    found = ask("ec2/getAmi", mostRecent=True, owners=["099720109477"], filters=filters)
    assert re.fullmatch(r"ami-[0-9a-f]{17}", found["id"])
    assert (found["architecture"], found["ownerId"]) == ("arm64", "099720109477")
    assert found["name"] == "ubuntu/images/hvm-ssd/ubuntu-20250101-arm64-server-20250101"
    assert found["rootDeviceName"] == "/dev/sda1"
    assert ask("ec2/getAmi", owners=["amazon"], nameRegex="^amzn2-.*")["name"] == "amzn2-20250101"


def test_offerings_are_in_the_zones_of_the_region() -> None:
    filters = [{"name": "instance-type", "values": ["t3.micro"]}]
    found = ask("ec2/getInstanceTypeOfferings", locationType="availability-zone", filters=filters)
    assert found["locations"] == [f"us-east-1{letter}" for letter in "abcdef"]
    assert set(found["instanceTypes"]) == {"t3.micro"}


def test_regions_are_those_of_the_partition() -> None:
    assert {"us-east-1", "eu-west-1"} <= set(ask("index/getRegions")["names"])
    assert ask("index/getRegions", "cn-north-1")["names"] == ["cn-north-1", "cn-northwest-1"]


def test_what_is_secret_comes_as_a_secret() -> None:
    value = ask("secretsmanager/getSecretVersion", secretId="db")["secretString"]
    assert isinstance(value, Secret)
    assert {"username", "password"} <= json.loads(value.value).keys()
    token = ask("ecr/getAuthorizationToken")
    assert isinstance(token["password"], Secret)
    assert isinstance(token["authorizationToken"], Secret)
    assert token["proxyEndpoint"] == "https://123456789012.dkr.ecr.us-east-1.amazonaws.com"
    for function, name, arguments in (
        ("ssm/getParameter", "value", {"name": "p"}),
        ("eks/getClusterAuth", "token", {"name": "c"}),
        ("secretsmanager/getRandomPassword", "randomPassword", {}),
    ):
        assert isinstance(ask(function, **arguments)[name], Secret)


def test_a_published_parameter_is_an_image() -> None:
    assert ask("ssm/getParameter", name="/aws/service/ami-amazon-linux-latest/al2023")["insecureValue"].startswith(
        "ami-"
    )
    recommended = ask("ssm/getParameter", name="/aws/service/ecs/optimized-ami/amazon-linux-2/recommended")
    assert json.loads(recommended["insecureValue"])["image_id"].startswith("ami-")


@pytest.mark.parametrize(
    ("function", "arguments", "reason"),
    [
        ("index/getAvailabilityZone", {"name": "us-east-1z"}, "no zone us-east-1z in us-east-1"),
        ("ec2/getInstanceType", {"instanceType": "huge"}, "no instance type 'huge'"),
        ("index/getArn", {"arn": "role"}, "'role' is no ARN"),
        ("secretsmanager/getSecret", {}, "one of arn and name is required"),
        ("iam/getPolicy", {}, "one of arn and name is required"),
    ],
)
def test_a_question_that_aws_refuses_is_refused(function: str, arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        ask(function, **arguments)


def test_what_no_program_could_make_is_answered_from_what_the_package_declares() -> None:
    found = ask("ec2/getPublicIpv4Pools")
    assert len(set(found["poolIds"])) == 2
    assert ask("eks/getAddonVersion", addonName="coredns", kubernetesVersion="1.33")["addonName"] == "coredns"
    assert ask("ssoadmin/getInstances")["arns"][0].startswith("arn:aws:sso:::instance/ssoins-")
    assert "-ats.iot.us-east-1." in ask("iot/getEndpoint", endpointType="iot:Data-ATS")["endpointAddress"]


FUNCTIONS = sorted(
    {
        token
        for path in source.root().rglob("get_*.py")
        for token in re.findall(r"invoke_output\('(aws:[^']+)'", path.read_text(encoding="utf-8"))
    }
)
TOLD = [
    token
    for token in FUNCTIONS
    if token not in {*ANSWERS, *UNANSWERED} and (resource_token(token)[0] or not is_said_by_others(token))
]


def test_most_functions_of_the_package_are_answered_by_the_type_of_resource_they_look_for() -> None:
    assert len([token for token in FUNCTIONS if resource_token(token)[0]]) > 450
    assert resource_token("aws:ec2/getSubnets:getSubnets") == ("aws:ec2/subnet:Subnet", True)
    assert resource_token("aws:pricing/getProduct:getProduct") == ("", False)


@pytest.mark.parametrize("token", TOLD[::2])
def test_an_answer_has_everything_that_the_package_declares(token: str) -> None:
    function = schema.function(token)
    if any(item.type.kind == "object" for item in function.inputs.values() if item.required):
        pytest.skip("it takes what has no sample")
    arguments: dict[str, Any] = {}
    for name, declared in function.inputs.items():
        if declared.required:
            arguments[name] = {"string": "example", "boolean": True, "list": [], "map": {}}.get(declared.type.kind, 1.0)
    found = answer(function, arguments, "us-east-1", World())
    assert list(check_properties(found, function.outputs, token)) == []
    assert to_struct(found)
