"""What the examples of the policies refer to and do not make: other resources of the program, and other arguments."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws


def _trusting(service: str) -> str:
    """The trust policy of a role that one service assumes for this account."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _role(name: str) -> Callable[[], aws.iam.Role]:
    return lambda: aws.iam.Role(name, assume_role_policy=_trusting("ecs-tasks.amazonaws.com"))


def _subnet(name: str, zone: str, tier: str) -> aws.ec2.Subnet:
    """A subnet, with a route to the internet as its tier has it: by a NAT gateway in the private one."""
    subnet = aws.ec2.Subnet(name, vpc_id="vpc-1", cidr_block="10.0.0.0/24", availability_zone=zone, tags={"Tier": tier})
    table = aws.ec2.RouteTable(name, vpc_id="vpc-1")
    aws.ec2.Route(
        name,
        route_table_id=table.id,
        destination_cidr_block="0.0.0.0/0",
        nat_gateway_id="nat-1" if tier == "private" else None,
        gateway_id="igw-1" if tier == "public" else None,
    )
    aws.ec2.RouteTableAssociation(name, route_table_id=table.id, subnet_id=subnet.id)
    return subnet


def _subnets(tier: str) -> Callable[[], list[pulumi.Output[str]]]:
    return lambda: [_subnet(f"{tier}-{zone}", f"us-east-1{zone}", tier).id for zone in "ab"]


def _private_table() -> aws.ec2.RouteTable:
    table = aws.ec2.RouteTable("private", vpc_id="vpc-1")
    subnet = aws.ec2.Subnet("private-1", vpc_id="vpc-1", cidr_block="10.0.0.0/24", tags={"Tier": "private"})
    aws.ec2.RouteTableAssociation("private-1", route_table_id=table.id, subnet_id=subnet.id)
    return table


def _group(name: str) -> Callable[[], aws.ec2.SecurityGroup]:
    return lambda: aws.ec2.SecurityGroup(name, description=f"The {name} tier", vpc_id="vpc-1")


def _load_balancer() -> aws.lb.LoadBalancer:
    return aws.lb.LoadBalancer("balancer", load_balancer_type="application", subnets=["subnet-1", "subnet-2"])


def _distribution() -> aws.cloudfront.Distribution:
    return aws.cloudfront.Distribution("distribution", **OTHERS["aws.cloudfront.Distribution"])


def _web_acl() -> aws.wafv2.WebAcl:
    return aws.wafv2.WebAcl(
        "acl",
        scope="REGIONAL",
        default_action={"allow": {}},
        visibility_config={
            "cloudwatch_metrics_enabled": True,
            "metric_name": "acl",
            "sampled_requests_enabled": True,
        },
    )


def _rotation() -> aws.lambda_.Function:
    return aws.lambda_.Function("rotation", role="arn:aws:iam::123456789012:role/rotation", image_uri="rotation:1")


def _table() -> aws.dynamodb.Table:
    return aws.dynamodb.Table("sessions", hash_key="id", attributes=[{"name": "id", "type": "S"}])


SURROUNDINGS: Mapping[str, Callable[[], Any]] = {
    "access": lambda: aws.cloudfront.OriginAccessControl(
        "access", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4"
    ),
    "acl": _web_acl,
    "balancer": _load_balancer,
    "bucket": lambda: aws.s3.Bucket("bucket", bucket="my-logs"),
    "certificate": lambda: aws.acm.Certificate("certificate", domain_name="a.example.com", validation_method="DNS"),
    "cluster": lambda: aws.rds.Cluster("cluster", engine="aurora-postgresql", database_name="api"),
    "database_group": _group("database"),
    "definitions": lambda: json.dumps([{"name": "api", "image": "api:1"}]),
    "destination": lambda: aws.cloudwatch.LogDeliveryDestination(
        "destination",
        name="destination",
        delivery_destination_configuration={"destination_resource_arn": "arn:aws:s3:::my-logs"},
    ),
    "distribution": _distribution,
    "execution": _role("execution"),
    "files": lambda: aws.efs.FileSystem("files", encrypted=True),
    "group": lambda: aws.cloudwatch.LogGroup("group", name="aws-waf-logs-api", retention_in_days=30),
    "image": lambda: "123456789012.dkr.ecr.us-east-1.amazonaws.com/api:1",
    "key": lambda: aws.kms.Key("key", enable_key_rotation=True),
    "load_balancer_group": _group("load-balancer"),
    "log_group": lambda: aws.cloudwatch.LogGroup("log-group", retention_in_days=30),
    "logs": lambda: aws.s3.Bucket("logs", bucket="my-log-bucket"),
    "monitoring": _role("monitoring"),
    "nat": lambda: aws.ec2.NatGateway("nat", allocation_id="eipalloc-1", subnet_id="subnet-1"),
    "network_acl": lambda: aws.ec2.NetworkAcl("acl", vpc_id="vpc-1"),
    "partner_addresses": lambda: aws.ec2.ManagedPrefixList(
        "partner-addresses",
        name="partner",
        address_family="IPv4",
        max_entries=1,
        entries=[{"cidr": "0.0.0.0/0", "description": "Everywhere"}],
    ),
    "plan": lambda: aws.backup.Plan(
        "plan",
        name="daily",
        rules=[{"rule_name": "daily", "target_vault_name": "vault", "schedule": "cron(0 5 * * ? *)"}],
    ),
    "policy": lambda: aws.iam.Policy(
        "policy",
        policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:::jobs"}],
            }
        ),
    ),
    "private": _private_table,
    "private_subnet_ids": _subnets("private"),
    "public_a": lambda: _subnet("public-a", "us-east-1a", "public"),
    "public_b": lambda: _subnet("public-b", "us-east-1b", "public"),
    "public_subnet_ids": _subnets("public"),
    "queue": lambda: aws.sqs.Queue("queue"),
    "replication": _role("replication"),
    "repository": lambda: aws.ecr.Repository("repository"),
    "role": _role("role"),
    "rotation": _rotation,
    "secret": lambda: aws.secretsmanager.Secret("secret"),
    "sessions": lambda: aws.cloudwatch.LogGroup("sessions", retention_in_days=30),
    "snapshot": lambda: aws.rds.Snapshot("snapshot", db_instance_identifier="db", db_snapshot_identifier="db-1"),
    "table": _table,
    "target_group": lambda: aws.lb.TargetGroup("target-group", port=8080, protocol="HTTP", vpc_id="vpc-1"),
    "task": _role("task"),
    "task_group": _group("task"),
    "topic": lambda: aws.sns.Topic("topic"),
    "vpc": lambda: aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16"),
}
"""By name: how what an example refers to is made."""

_BEHAVIOR = {
    "target_origin_id": "api",
    "viewer_protocol_policy": "redirect-to-https",
    "allowed_methods": ["GET", "HEAD"],
    "cached_methods": ["GET", "HEAD"],
}
_ORIGIN = {
    "origin_id": "api",
    "domain_name": "api.example.com",
    "custom_origin_config": {
        "http_port": 80,
        "https_port": 443,
        "origin_protocol_policy": "https-only",
        "origin_ssl_protocols": ["TLSv1.2"],
    },
}
_CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"

OTHERS: Mapping[str, Mapping[str, Any]] = {
    "aws.cloudfront.Distribution": {
        "enabled": True,
        "origins": [_ORIGIN],
        "default_cache_behavior": _BEHAVIOR,
        "restrictions": {"geo_restriction": {"restriction_type": "none"}},
        "viewer_certificate": {"acm_certificate_arn": _CERTIFICATE, "ssl_support_method": "sni-only"},
    },
    "aws.codebuild.Project": {
        "artifacts": {"type": "NO_ARTIFACTS"},
        "service_role": "arn:aws:iam::123456789012:role/build",
        "source": {"type": "GITHUB", "location": "https://github.com/example/app.git"},
    },
    "aws.cloudwatch.MetricAlarm": {"comparison_operator": "GreaterThanThreshold", "evaluation_periods": 1},
    "aws.wafv2.WebAcl": {
        "scope": "REGIONAL",
        "default_action": {"allow": {}},
        "visibility_config": {
            "cloudwatch_metrics_enabled": True,
            "metric_name": "api",
            "sampled_requests_enabled": True,
        },
    },
}
"""By class: what `**others` stands for in an example, the arguments that its policy is not about."""
