"""The script that derives how resources are named in Terraform, and the file that it made."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from audit.terraform.mapping import DATA, MANY, ONE, Argument, resource_type, terraform_provider
from offline.aws import source
from tools.derivation import DerivationError
from tools.terraform_schema import Argument as Written
from tools.terraform_schema import derive, main, pair, read_release

TOPIC = """
function snsTopicPolicyToHclTerraform(struct) {
    const attrs = {
        sid: {
            value: cdktf.stringToHclTerraform(struct.sid),
            isBlock: false,
            type: "simple",
            storageClassType: "string",
        },
    };
}
class SnsTopic extends cdktf.TerraformResource {
    synthesizeHclAttributes() {
        const attrs = {
            display_name: {
                value: cdktf.stringToHclTerraform(this._displayName),
                isBlock: false,
                type: "simple",
                storageClassType: "string",
            },
            name: {
                value: cdktf.stringToHclTerraform(this._name),
                isBlock: false,
                type: "simple",
                storageClassType: "string",
            },
            tags: {
                value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(this._tags),
                isBlock: false,
                type: "map",
                storageClassType: "stringMap",
            },
            owners: {
                value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._owners),
                isBlock: false,
                type: "set",
                storageClassType: "stringList",
            },
            single: {
                value: snsTopicPolicyToHclTerraform(this._single.internalValue),
                isBlock: true,
                type: "list",
                storageClassType: "SnsTopicPolicyList",
            },
            statement: {
                value: cdktf.listMapperHcl(snsTopicPolicyToHclTerraform, true)(this._statement.internalValue),
                isBlock: true,
                type: "set",
                storageClassType: "SnsTopicPolicyList",
            },
            nested: {
                value: snsTopicPolicyToHclTerraform(this._nested.internalValue),
                isBlock: true,
                type: "struct",
                storageClassType: "SnsTopicPolicy",
            },
            anything: {
                value: cdktf.anyToHclTerraform(this._anything),
                isBlock: false,
                type: "simple",
                storageClassType: "any",
            },
        };
    }
}
SnsTopic.tfResourceType = "aws_sns_topic";
"""


def tarball(folder: Path, files: Mapping[str, str]) -> Path:
    found = folder / "cdktf-provider-aws-1.2.3.tgz"
    with tarfile.open(found, "w:gz") as archive:
        for name, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return found


README = "# CDKTF prebuilt bindings for hashicorp/aws provider version 6.7.8\n"
FILES = {"README.md": README, "lib/sns-topic/index.js": TOPIC, "lib/data-aws-sns-topic/index.js": TOPIC}


def test_a_release_says_how_each_argument_is_written(tmp_path: Path) -> None:
    release = read_release(tarball(tmp_path, FILES))
    assert release.version == "6.7.8"
    assert {one.name: one.nesting for one in release.resources["aws_sns_topic"]} == {
        "display_name": "simple",
        "name": "simple",
        "tags": "map",
        "owners": "list",
        "single": "one",
        "statement": "many",
        "nested": "object",
        "anything": "any",
    }
    assert release.blocks["aws_sns_topic", "snsTopicPolicyToHclTerraform"] == (Written("sid", "simple"),)


@pytest.mark.parametrize("files", [{}, {"README.md": README}, {"lib/sns-topic/index.js": TOPIC}])
def test_another_tarball_is_refused_in_a_sentence(tmp_path: Path, files: Mapping[str, str]) -> None:
    with pytest.raises(DerivationError, match=r"has no resource types; expected a release of @cdktf/provider-aws\.$"):
        read_release(tarball(tmp_path, files))


def test_what_is_no_tarball_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.tgz"
    other.write_text("no tarball", encoding="utf-8")
    assert main([str(other), "--target", str(tmp_path / "x.gz")]) == 1
    assert capsys.readouterr().err.startswith(f"{other} is no tarball of @cdktf/provider-aws: ")


def test_the_same_release_gives_the_same_data(tmp_path: Path) -> None:
    one, other = tmp_path / "one.gz", tmp_path / "other.gz"
    release = tarball(tmp_path, {**FILES, "lib/sns-topic/index.js": TOPIC.replace("sns_topic", "x_y")})
    assert derive(release, one) == derive(release, other) == 0
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "properties", "found"),
    [
        ([Written("cidr_block", "simple")], ["cidrBlock"], {"cidrBlock": "cidr_block"}),
        ([Written("ingress", "many")], ["ingress"], {"ingress": "ingress"}),
        ([Written("subnet", "many"), Written("subnets", "list")], ["subnets"], {"subnets": "subnet"}),
        ([Written("policy", "many")], ["policies"], {"policies": "policy"}),
        ([Written("tagged_addresses", "list")], ["taggedAddresses"], {"taggedAddresses": "tagged_addresses"}),
        ([Written("kinesis", "many")], ["kineses"], {"kineses": "kinesis"}),
        ([Written("zones", "one")], ["zone"], {"zone": "zones"}),
        ([Written("rest_api_id", "simple")], ["restApi"], {"restApi": "rest_api_id"}),
        ([Written("other", "simple")], ["restApi"], {}),
    ],
)
def test_an_argument_is_found_by_the_rules_of_the_bridge(
    arguments: list[Written], properties: list[str], found: Mapping[str, str]
) -> None:
    assert {name: one.name for name, one in pair(arguments, properties, {}).items()} == found


def test_the_committed_data_names_its_sources_and_has_most_types() -> None:
    data = json.loads(gzip.decompress(DATA.read_bytes()))
    assert data["source"] == "cdktf-provider-aws-21.22.1.tgz"
    assert data["pulumi_aws"] == source.version(), "derive the mapping again"
    assert terraform_provider() == "6.25.0"
    assert data["resources"].keys() | set(data["unmapped"]) == source.resource_classes().keys()
    assert len(data["resources"]) > 1500
    assert not data["resources"].keys() & set(data["unmapped"])
    known, total = len(data["resources"]), len(source.resource_classes())
    page = (Path(__file__).parents[2] / "docs" / "checkov.md").read_text(encoding="utf-8")
    assert f"{known:,} of the {total:,} types of `pulumi_aws` {source.version()}" in page


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("aws:lb/loadBalancer:LoadBalancer", "aws_lb"),
        ("aws:rds/instance:Instance", "aws_db_instance"),
        ("aws:rds/cluster:Cluster", "aws_rds_cluster"),
        ("aws:rds/subnetGroup:SubnetGroup", "aws_db_subnet_group"),
        ("aws:ec2/vpc:Vpc", "aws_vpc"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule"),
        ("aws:cloudwatch/eventRule:EventRule", "aws_cloudwatch_event_rule"),
        ("aws:cloudtrail/trail:Trail", "aws_cloudtrail"),
        ("aws:directconnect/connection:Connection", "aws_dx_connection"),
        ("aws:amp/workspace:Workspace", "aws_prometheus_workspace"),
        ("aws:s3/bucketV2:BucketV2", "aws_s3_bucket"),
        ("aws:s3/bucketVersioningV2:BucketVersioningV2", "aws_s3_bucket_versioning"),
        ("aws:s3/bucketObjectv2:BucketObjectv2", "aws_s3_object"),
        ("aws:opensearch/serverlessCollection:ServerlessCollection", "aws_opensearchserverless_collection"),
        ("aws:waf/ipSet:IpSet", "aws_waf_ipset"),
        ("aws:workmail/domain:Domain", None),
    ],
)
def test_a_type_is_the_one_that_terraform_has(token: str, kind: str | None) -> None:
    found = resource_type(token)
    assert (found.name if found else None) == kind


def test_a_resource_has_its_arguments_and_what_is_secret() -> None:
    found = resource_type("aws:rds/instance:Instance")
    assert found is not None
    assert "password" in found.secret
    assert found.arguments["allocatedStorage"] == Argument("allocated_storage")
    assert found.arguments["blueGreenUpdate"].nesting == ONE
    assert found.arguments["blueGreenUpdate"].block == {"enabled": Argument("enabled")}
    acl = resource_type("aws:wafv2/webAcl:WebAcl")
    assert acl is not None
    assert acl.arguments["rules"].name == "rule"
    assert acl.arguments["rules"].nesting == MANY
