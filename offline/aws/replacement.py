"""Which changed properties make AWS replace a resource.

The package's documentation says so for about a thousand properties; where it says so without a condition it is
believed. For the types of stacks like this one, where it is silent, the table below says it: it lists what the AWS
CloudFormation template reference marks "Update requires: Replacement".
"""

from __future__ import annotations

import re

from offline.aws.naming import name_property
from offline.aws.schema import Resource

_UNCONDITIONAL = re.compile(
    r"(?:^|\. |\(|\n)\s*(?:"
    r"(?:Required|Optional)?,? ?-? ?[Ff]orces new resource"
    r"|Chang(?:ing|es to) (?:this|it)(?: value| argument| parameter| attribute)?"
    r" (?:will )?(?:force Terraform to |force terraform to )?"
    r"(?:forces? (?:a )?new resource|creates? a new resource|forces? replacement|recreates? the resource"
    r"|forces? recreation)"
    r")[^.,]*(?:\.|\)|$)"
)

_NETWORK = {
    "aws:ec2/vpc:Vpc": "cidrBlock ipv4IpamPoolId ipv4NetmaskLength",
    "aws:ec2/subnet:Subnet": "vpcId cidrBlock availabilityZone availabilityZoneId outpostArn",
    "aws:ec2/natGateway:NatGateway": "subnetId allocationId connectivityType privateIp",
    "aws:ec2/eip:Eip": "domain networkBorderGroup publicIpv4Pool address",
    "aws:ec2/routeTable:RouteTable": "vpcId",
    "aws:ec2/route:Route": "routeTableId destinationCidrBlock destinationIpv6CidrBlock destinationPrefixListId",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "subnetId gatewayId",
    "aws:ec2/securityGroup:SecurityGroup": "description vpcId namePrefix",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "vpcId",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "securityGroupId",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "securityGroupId",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "vpcId serviceName vpcEndpointType serviceRegion",
    "aws:ec2/flowLog:FlowLog": "vpcId subnetId eniId trafficType logDestination logDestinationType iamRoleArn logFormat"
    " maxAggregationInterval destinationOptions",
    "aws:lb/loadBalancer:LoadBalancer": "internal loadBalancerType customerOwnedIpv4Pool",
    "aws:lb/targetGroup:TargetGroup": "port protocol protocolVersion vpcId targetType ipAddressType",
    "aws:lb/listener:Listener": "loadBalancerArn",
    "aws:lb/listenerRule:ListenerRule": "listenerArn",
    "aws:cloudfront/vpcOrigin:VpcOrigin": "",
}
_COMPUTE = {
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "clusterName",
    "aws:ecs/taskDefinition:TaskDefinition": "containerDefinitions cpu memory ephemeralStorage executionRoleArn family"
    " ipcMode networkMode pidMode placementConstraints proxyConfiguration requiresCompatibilities runtimePlatform"
    " taskRoleArn"
    " volumes enableFaultInjection",
    "aws:ecs/service:Service": "cluster launchType schedulingStrategy deploymentController iamRole",
    "aws:appautoscaling/target:Target": "resourceId scalableDimension serviceNamespace",
    "aws:appautoscaling/policy:Policy": "resourceId scalableDimension serviceNamespace",
}
_DATA = {
    "aws:rds/cluster:Cluster": "clusterIdentifier clusterIdentifierPrefix databaseName masterUsername engine engineMode"
    " storageEncrypted kmsKeyId availabilityZones dbSubnetGroupName snapshotIdentifier sourceRegion"
    " restoreToPointInTime s3Import",
    "aws:rds/clusterInstance:ClusterInstance": "clusterIdentifier identifier identifierPrefix engine availabilityZone"
    " dbSubnetGroupName",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": "family description namePrefix",
    "aws:dynamodb/table:Table": "hashKey rangeKey localSecondaryIndexes importTable",
    "aws:secretsmanager/secret:Secret": "namePrefix",
    "aws:secretsmanager/secretVersion:SecretVersion": "secretId secretString secretBinary",
    "aws:kms/key:Key": "keyUsage customerMasterKeySpec multiRegion",
    "aws:s3/bucket:Bucket": "bucketPrefix objectLockEnabled",
    **{
        f"aws:s3/bucket{kind}:Bucket{kind}": "bucket expectedBucketOwner"
        for kind in ("LifecycleConfiguration", "ServerSideEncryptionConfiguration", "Versioning")
    },
    **{f"aws:s3/bucket{kind}:Bucket{kind}": "bucket" for kind in ("OwnershipControls", "Policy", "PublicAccessBlock")},
}
_OTHER = {
    "aws:cloudwatch/logGroup:LogGroup": "namePrefix logGroupClass",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyName",
    "aws:iam/role:Role": "path namePrefix",
    "aws:iam/policy:Policy": "path description namePrefix",
    "aws:iam/rolePolicy:RolePolicy": "role namePrefix",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "role policyArn",
    "aws:acm/certificate:Certificate": "domainName subjectAlternativeNames validationMethod keyAlgorithm"
    " certificateAuthorityArn",
    "aws:acm/certificateValidation:CertificateValidation": "certificateArn validationRecordFqdns",
    "aws:route53/record:Record": "zoneId name type setIdentifier",
    "aws:wafv2/webAcl:WebAcl": "scope",
    "aws:wafv2/webAclAssociation:WebAclAssociation": "resourceArn webAclArn",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "resourceArn",
}
_TABLE = {
    token: frozenset(names.split()) for group in (_NETWORK, _COMPUTE, _DATA, _OTHER) for token, names in group.items()
}

RENAMED_IN_PLACE = frozenset(
    {
        "aws:cloudfront/cachePolicy:CachePolicy",
        "aws:cloudfront/originRequestPolicy:OriginRequestPolicy",
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
    }
)
"""Types whose name AWS changes in place; any other is replaced when its name changes."""


def replaces(resource: Resource, name: str) -> bool:
    """Tell whether AWS replaces a resource of this type when the property changes."""
    if name == "region":
        return True
    if name == name_property(resource):
        return resource.token not in RENAMED_IN_PLACE
    token = resource.token.replace("aws:alb/", "aws:lb/")
    declared = resource.inputs.get(name)
    return name in _TABLE.get(token, ()) or (declared is not None and _UNCONDITIONAL.search(declared.doc) is not None)
