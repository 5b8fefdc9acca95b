"""The matrix: programs one mutation away from the compliant stack, and the policy that has to block each.

`blocked` names every policy and resource that may rightly object, usually one; any other violation is a false alarm.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.engine.stacks import Change

SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
ECS_CLUSTER = "aws:ecs/cluster:Cluster"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
TABLE = "aws:dynamodb/table:Table"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
SECRET = "aws:secretsmanager/secret:Secret"
KEY = "aws:kms/key:Key"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
IN_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OUT_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
SUBNET = "aws:ec2/subnet:Subnet"

WAF = {"waf": "true"}
OWN_KEY = {"customer_managed_key": "true"}


@dataclass(frozen=True)
class Mutant:
    """One mutation.

    Attributes:
        id: What is broken, as a short phrase; the documented constraint first where it is one of the six.
        changes: Properties bent.
        blocked: Policy and resource name of each rightful violation.
        extra: Python that runs after the program.
        edits: Changes to the program's own text, as `preview` takes them.
        config: The stack's configuration.
        policies: The pack's configuration.
        refused: AWS refuses it too, and so ends the preview before the stack is evaluated as a whole.
        without: Policies that it would violate as well beside what violates them.
    """

    id: str
    changes: tuple[Change, ...]
    blocked: frozenset[tuple[str, str]]
    extra: str = ""
    edits: tuple[tuple[str, str, str], ...] = ()
    config: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, Any] = field(default_factory=dict)
    refused: bool = False
    without: frozenset[str] = frozenset()


def bend(id: str, policy: str, type: str, name: str, /, at: str = "", **more: Any) -> Mutant:
    """A mutant that bends one resource: `set` and `remove` as in `Change`, blocked by one policy at that resource."""
    change = Change(type, name, more.pop("set", {}), more.pop("remove", ()))
    return Mutant(id, (change,), frozenset({(policy, at or name)}), **more)


def edited(id: str, file: str, old: str, new: str, *blocked: tuple[str, str]) -> Mutant:
    """A mutant whose program differs in one place."""
    return Mutant(id, (), frozenset(blocked), edits=((file, old, new),))


def statement(**parts: Any) -> str:
    """A policy document of one statement that allows."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "Test", "Effect": "Allow", **parts}]})
