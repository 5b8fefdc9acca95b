"""Which physical names AWS gives to one thing at a time, and within what.

Only types whose `Create…` refuses a name that is taken are here; one that changes what is there instead, such as
`PutMetricAlarm`, or returns it, such as `CreateTopic`, refuses nothing. Source: the errors of each service's `Create…`
in its API reference ("EntityAlreadyExists", "ResourceInUseException" and the like).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from offline.aws import source
from offline.aws.regions import partition
from offline.aws.values import DEFAULTS, UNKNOWN, Secret, plain

REGION, ACCOUNT, EVERYWHERE = "in a region", "in an account", "in all of AWS"


@dataclass(frozen=True)
class Unique:
    """What a name is unique by: the property that holds it, within what it is, and further properties that tell apart.

    `kind` is shared by the types whose names are in one space.
    """

    kind: str
    name: str = "name"
    within: str = REGION
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class Name:
    """A name that a resource takes: a key that no other may have, the property that holds it, and where it is taken."""

    key: str
    property: str
    within: str


_NAMED_IN_REGION = """
    autoscaling/group backup/vault batch/computeEnvironment batch/jobQueue cloudformation/stack cloudtrail/trail
    cloudwatch/eventBus cloudwatch/logGroup codebuild/project codedeploy/application codepipeline/pipeline
    dynamodb/table ec2/launchConfiguration ec2/launchTemplate ec2/placementGroup ecr/repository ecs/cluster eks/cluster
    elasticache/parameterGroup elasticache/subnetGroup elb/loadBalancer glue/catalogDatabase glue/crawler glue/job
    kinesis/firehoseDeliveryStream kinesis/stream kms/alias lambda/function lb/loadBalancer lb/targetGroup
    rds/clusterParameterGroup rds/optionGroup rds/parameterGroup rds/subnetGroup redshift/subnetGroup
    secretsmanager/secret sfn/stateMachine ssm/document ssm/parameter
"""
_NAMED_IN_ACCOUNT = """
    cloudfront/cachePolicy cloudfront/function cloudfront/keyGroup cloudfront/keyValueStore
    cloudfront/originAccessControl cloudfront/originRequestPolicy cloudfront/publicKey cloudfront/responseHeadersPolicy
    iam/group iam/instanceProfile iam/policy iam/role iam/samlProvider iam/serverCertificate iam/user
"""
_DATABASE = Unique("database instance", "identifier")
_DATABASE_CLUSTER = Unique("database cluster", "clusterIdentifier")
_SEARCH_DOMAIN = Unique("search domain", "domainName")

_UNIQUE: dict[str, Unique] = {
    **{kind: Unique(kind) for kind in _NAMED_IN_REGION.split()},
    **{kind: Unique(kind, within=ACCOUNT) for kind in _NAMED_IN_ACCOUNT.split()},
    **dict.fromkeys(("s3/bucket", "s3/bucketV2"), Unique("bucket", "bucket", EVERYWHERE)),
    **dict.fromkeys(("rds/instance", "rds/clusterInstance", "docdb/clusterInstance"), _DATABASE),
    **dict.fromkeys(("rds/cluster", "docdb/cluster", "neptune/cluster"), _DATABASE_CLUSTER),
    **dict.fromkeys(("opensearch/domain", "elasticsearch/domain"), _SEARCH_DOMAIN),
    **{f"wafv2/{kind}": Unique(f"wafv2/{kind}", apart=("scope",)) for kind in ("ipSet", "ruleGroup", "webAcl")},
    "wafv2/regexPatternSet": Unique("wafv2/regexPatternSet", apart=("scope",)),
    "ec2/keyPair": Unique("key pair", "keyName"),
    "ec2/securityGroup": Unique("security group", within="in a VPC", apart=("vpcId",)),
    "ecs/service": Unique("ECS service", within="in a cluster", apart=("cluster",)),
    "eks/nodeGroup": Unique("node group", "nodeGroupName", "in a cluster", ("clusterName",)),
    "eks/addon": Unique("add-on", "addonName", "in a cluster", ("clusterName",)),
    "elasticache/cluster": Unique("cache cluster", "clusterId"),
    "elasticache/replicationGroup": Unique("replication group", "replicationGroupId"),
    "redshift/cluster": Unique("warehouse", "clusterIdentifier"),
    "msk/cluster": Unique("Kafka cluster", "clusterName"),
    "lambda/alias": Unique("alias of a function", within="for a function", apart=("functionName",)),
    "cloudwatch/logStream": Unique("log stream", within="in a log group", apart=("logGroupName",)),
    "apigateway/stage": Unique("stage", "stageName", "of an API", ("restApi",)),
    "apigatewayv2/stage": Unique("stage", within="of an API", apart=("apiId",)),
    "ec2/route": Unique("route", "destinationCidrBlock", "in a route table", ("routeTableId",)),
    "route53/record": Unique("record", within="in a zone", apart=("zoneId", "type", "setIdentifier")),
}
_CASELESS = frozenset({"iam/group", "iam/instanceProfile", "iam/policy", "iam/role", "iam/user", "database instance"})
"""Kinds of which names that differ in case alone are one ("IAM and AWS STS quotas"; RDS keeps lower case)."""

UNIQUE = {
    token: _UNIQUE[module]
    for token in source.resource_classes()
    for module in [token.removeprefix("aws:").rpartition(":")[0].replace("alb/", "lb/")]
    if module in _UNIQUE
}
"""What is unique of a resource, by its token."""


def taken(token: str, inputs: Mapping[str, Any], region: str, account: str) -> Iterator[Name]:
    """Yield the names that a resource takes; none of one that is not known yet, or unknown in where it is.

    Args:
        token: the type of the resource.
        inputs: what the last check returned.
        region: where it is.
        account: whose it is, in any form that tells accounts apart.
    """
    unique = UNIQUE.get(token)
    if unique is None or (token.startswith("aws:route53/") and plain(inputs.get("allowOverwrite")) is True):
        return
    if isinstance(inputs.get(unique.name), Secret) or unique.name in (inputs.get(DEFAULTS) or []):
        # A key goes into a file, where no secret may be; a made-up name is nobody else's.
        return
    name = inputs.get(unique.name)
    apart = [plain(inputs.get(other)) for other in unique.apart]
    if not isinstance(name, str) or not name or UNKNOWN in (name, *apart):
        return
    if unique.kind in _CASELESS:
        name = name.lower()
    where = {
        EVERYWHERE: [partition(region)],
        ACCOUNT: [partition(region), account],
    }.get(unique.within, [region, account])
    yield Name(json.dumps([unique.kind, *where, *map(str, apart), name]), unique.name, unique.within)
