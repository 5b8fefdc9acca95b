"""Good resources of the kinds that only the policy on tags judges."""

from __future__ import annotations

from typing import Any

TAGS = {
    "Environment": "dev",
    "Repository": "ml-api",
    "Team": "platform",
    "Project": "ml-api",
    "ManagedBy": "Pulumi",
}

GOOD: dict[str, dict[str, Any]] = {
    f"aws:{token}": {"tags": TAGS, **({"cidrBlock": "10.0.0.0/16"} if token == "ec2/vpc:Vpc" else {})}
    for token in (
        "ec2/vpc:Vpc",
        "ec2/defaultVpc:DefaultVpc",
        "ec2/internetGateway:InternetGateway",
        "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
        "ec2/natGateway:NatGateway",
        "ec2/routeTable:RouteTable",
        "ec2/defaultRouteTable:DefaultRouteTable",
        "ec2/vpcPeeringConnection:VpcPeeringConnection",
        "ec2/flowLog:FlowLog",
        "ec2/managedPrefixList:ManagedPrefixList",
        "ec2/instance:Instance",
        "ec2/launchTemplate:LaunchTemplate",
        "ec2/networkInterface:NetworkInterface",
        "ec2/eip:Eip",
        "lambda/function:Function",
        "elasticache/cluster:Cluster",
        "elasticache/replicationGroup:ReplicationGroup",
        "appautoscaling/target:Target",
        "elasticache/subnetGroup:SubnetGroup",
        "memorydb/subnetGroup:SubnetGroup",
        "redshift/subnetGroup:SubnetGroup",
        "docdb/subnetGroup:SubnetGroup",
        "neptune/subnetGroup:SubnetGroup",
        "rds/subnetGroup:SubnetGroup",
        "rds/snapshot:Snapshot",
        "rds/snapshotCopy:SnapshotCopy",
        "rds/clusterSnapshot:ClusterSnapshot",
        "rds/clusterSnapshotCopy:ClusterSnapshotCopy",
        "cloudwatch/logDelivery:LogDelivery",
        "cloudwatch/logDeliverySource:LogDeliverySource",
        "cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        "iam/user:User",
        "ecrpublic/repository:Repository",
        "ec2/vpnGateway:VpnGateway",
        "eks/cluster:Cluster",
        "dax/cluster:Cluster",
        "dms/replicationInstance:ReplicationInstance",
        "batch/computeEnvironment:ComputeEnvironment",
        "apprunner/vpcConnector:VpcConnector",
        "sagemaker/notebookInstance:NotebookInstance",
        "sagemaker/domain:Domain",
        "fsx/lustreFileSystem:LustreFileSystem",
        "fsx/ontapFileSystem:OntapFileSystem",
        "fsx/openZfsFileSystem:OpenZfsFileSystem",
        "fsx/windowsFileSystem:WindowsFileSystem",
        "transfer/server:Server",
        "glue/connection:Connection",
        "ec2clientvpn/endpoint:Endpoint",
        "ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint",
        "route53/resolverEndpoint:ResolverEndpoint",
        "apigatewayv2/vpcLink:VpcLink",
        "emrserverless/application:Application",
        "docdb/elasticCluster:ElasticCluster",
        "timestreaminfluxdb/dbInstance:DbInstance",
    )
}
