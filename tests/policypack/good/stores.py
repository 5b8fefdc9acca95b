"""Good resources of stores and brokers of which the pack knows no more than their place in the network."""

from __future__ import annotations

from typing import Any

_GROUPS, _SUBNETS = ["sg-0123"], ["subnet-0123", "subnet-4567"]

GOOD: dict[str, dict[str, Any]] = {
    "aws:elasticache/serverlessCache:ServerlessCache": {
        "engine": "valkey",
        "name": "sessions",
        "securityGroupIds": _GROUPS,
        "subnetIds": _SUBNETS,
    },
    "aws:memorydb/cluster:Cluster": {
        "aclName": "sessions",
        "nodeType": "db.t4g.small",
        "subnetGroupName": "private",
        "securityGroupIds": _GROUPS,
    },
    "aws:opensearch/domain:Domain": {"vpcOptions": {"securityGroupIds": _GROUPS, "subnetIds": _SUBNETS}},
    "aws:redshift/cluster:Cluster": {
        "clusterIdentifier": "reports",
        "nodeType": "ra3.large",
        "clusterSubnetGroupName": "private",
        "vpcSecurityGroupIds": _GROUPS,
    },
    "aws:redshiftserverless/workgroup:Workgroup": {
        "namespaceName": "reports",
        "workgroupName": "reports",
        "securityGroupIds": _GROUPS,
        "subnetIds": _SUBNETS,
    },
    "aws:docdb/cluster:Cluster": {"dbSubnetGroupName": "private", "vpcSecurityGroupIds": _GROUPS},
    "aws:neptune/cluster:Cluster": {"neptuneSubnetGroupName": "private", "vpcSecurityGroupIds": _GROUPS},
    "aws:msk/cluster:Cluster": {
        "kafkaVersion": "3.8.x",
        "numberOfBrokerNodes": 2.0,
        "brokerNodeGroupInfo": {
            "instanceType": "kafka.m7g.large",
            "clientSubnets": _SUBNETS,
            "securityGroups": _GROUPS,
        },
    },
    "aws:msk/serverlessCluster:ServerlessCluster": {
        "clientAuthentication": {"sasl": {"iam": {"enabled": True}}},
        "vpcConfigs": [{"subnetIds": _SUBNETS, "securityGroupIds": _GROUPS}],
    },
    "aws:mq/broker:Broker": {
        "engineType": "RabbitMQ",
        "engineVersion": "3.13",
        "hostInstanceType": "mq.m5.large",
        "securityGroups": _GROUPS,
        "subnetIds": _SUBNETS,
    },
}
