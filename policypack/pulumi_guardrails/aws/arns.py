"""Which resources have an ARN that a program can write before they exist, because it ends with a name that it gives."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "aws:cloudwatch/eventBus:EventBus": "name",
    "aws:cloudwatch/eventRule:EventRule": "name",
    "aws:cloudwatch/logGroup:LogGroup": "name",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
    "aws:dynamodb/table:Table": "name",
    "aws:ecr/repository:Repository": "name",
    "aws:ecs/cluster:Cluster": "name",
    "aws:iam/policy:Policy": "name",
    "aws:iam/role:Role": "name",
    "aws:iam/user:User": "name",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "name",
    "aws:kinesis/stream:Stream": "name",
    "aws:lambda/function:Function": "name",
    "aws:rds/cluster:Cluster": "cluster_identifier",
    "aws:rds/instance:Instance": "identifier",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:s3/bucketV2:BucketV2": "bucket",
    "aws:sfn/stateMachine:StateMachine": "name",
    "aws:sns/topic:Topic": "name",
    "aws:sqs/queue:Queue": "name",
}
"""The argument that names a resource, by type token: its ARN is made of that name, the account and the Region. The ARNs
of others, such as keys, load balancers and distributions, end with an id of AWS's. Source: Service Authorization
Reference, "Resource types defined by", of each service."""

CLASSES_OF_PROPERTIES: Mapping[str, str] = {
    "dbClusterParameterGroupName": "aws.rds.ClusterParameterGroup",
    "dbSubnetGroupName": "aws.rds.SubnetGroup",
    "parameterGroupName": "aws.rds.ParameterGroup",
    "responseHeadersPolicyId": "aws.cloudfront.ResponseHeadersPolicy",
    "taskDefinition": "aws.ecs.TaskDefinition",
}
"""The class in `pulumi_aws` that reads what a property names, by its name, where its text alone does not tell."""

CLASSES: Mapping[str, str] = {
    "acl-*": "aws.ec2.NetworkAcl",
    "arn:aws*:iam::*:policy/*": "aws.iam.Policy",
    "arn:aws*:rds:*:cluster:*": "aws.rds.Cluster",
    "arn:aws*:rds:*:db:*": "aws.rds.Instance",
    "igw-*": "aws.ec2.InternetGateway",
    "pcx-*": "aws.ec2.VpcPeeringConnection",
    "pl-*": "aws.ec2.ManagedPrefixList",
    "rtb-*": "aws.ec2.RouteTable",
    "sg-*": "aws.ec2.SecurityGroup",
    "subnet-*": "aws.ec2.Subnet",
    "vpc-*": "aws.ec2.Vpc",
}
"""The class in `pulumi_aws` that reads an existing resource, by a pattern of its id or ARN (Amazon EC2 User
Guide, "Resource IDs"; Service Authorization Reference)."""
