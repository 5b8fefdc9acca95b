"""How AWS spells the ids, ARNs and host names of the resources that stacks like this one are made of.

A template per property; `id` is what the plugin returns as the resource's id. Words in braces are filled in:

- `{hex:17}` is that many hex digits; `{digits:n}`, `{letters:n}` (upper case), `{lower:n}`, `{byte}` and `{uuid}` are
  likewise made up, and follow from the resource alone;
- `{account}`, `{region}`, `{partition}`, `{suffix}` (of the partition's host names) say where it is;
- `{id}`, `{last:name}` (of a property, what follows its last slash), `{after:text}` (of the id, what follows the text),
  `{parent:name:old:new}` (an ARN made from a parent's) are taken from what is known;
- any other word is a property of the resource.

Sources: the section "Import" of each resource's page in the Pulumi registry for ids; "Actions, resources, and condition
keys for AWS services" (Service Authorization Reference) for ARNs.

A type that is not listed gets generic values (`offline.aws.computed`), so the table may stay short.
"""

from __future__ import annotations

_EC2 = "arn:{partition}:ec2:{region}:{account}"
_ELB = "arn:{partition}:elasticloadbalancing:{region}:{account}"
_RDS = "arn:{partition}:rds:{region}:{account}"
_LB_PATH = "app/{name}/{hex:16}"
_TARGET_GROUP_PATH = "targetgroup/{name}/{hex:16}"

_LOAD_BALANCER = {
    "id": f"{_ELB}:loadbalancer/{_LB_PATH}",
    "arn": "{id}",
    "arnSuffix": "{after:loadbalancer/}",
    "dnsName": "{name}-{digits:10}.{region}.elb.{suffix}",
    "zoneId": "{loadBalancerZone}",
}
_TARGET_GROUP = {"id": f"{_ELB}:{_TARGET_GROUP_PATH}", "arn": "{id}", "arnSuffix": "{after::}"}
_LISTENER = {"id": "{parent:loadBalancerArn:loadbalancer:listener}/{hex:16}", "arn": "{id}"}
_LISTENER_RULE = {"id": "{parent:listenerArn:listener:listener-rule}/{hex:16}", "arn": "{id}"}
_BUCKET = {
    "id": "{bucket}",
    "arn": "arn:{partition}:s3:::{bucket}",
    "bucketDomainName": "{bucket}.s3.{suffix}",
    "bucketRegionalDomainName": "{bucket}.s3.{region}.{suffix}",
    "bucketRegion": "{region}",
    "hostedZoneId": "Z{letters:13}",
}
_SAME_AS_BUCKET = {"id": "{bucket}"}
_WEBSITE = {
    **_SAME_AS_BUCKET,
    "websiteDomain": "s3-website-{region}.{suffix}",
    "websiteEndpoint": "{bucket}.s3-website-{region}.{suffix}",
}
_PROPERTY_OF_BUCKET = (
    "Acl",
    "LifecycleConfiguration",
    "Logging",
    "OwnershipControls",
    "Policy",
    "PublicAccessBlock",
    "ServerSideEncryptionConfiguration",
    "Versioning",
)

_WITH_TWIN = ("Acl", "LifecycleConfiguration", "Logging", "ServerSideEncryptionConfiguration", "Versioning")

_INVOKE = (
    "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/"
    "arn:{partition}:lambda:{region}:{account}:function:{name}/invocations"
)
_EXECUTE = "arn:{partition}:execute-api:{region}:{account}:{id}"

FORMATS: dict[str, dict[str, str]] = {
    "aws:ec2/vpc:Vpc": {
        "id": "vpc-{hex:17}",
        "arn": f"{_EC2}:vpc/{{id}}",
        "defaultSecurityGroupId": "sg-{hex:17}",
        "defaultNetworkAclId": "acl-{hex:17}",
        "defaultRouteTableId": "rtb-{hex:17}",
        "mainRouteTableId": "rtb-{hex:17}",
        "dhcpOptionsId": "dopt-{hex:17}",
        "instanceTenancy": "default",
    },
    "aws:ec2/subnet:Subnet": {
        "id": "subnet-{hex:17}",
        "arn": f"{_EC2}:subnet/{{id}}",
        "availabilityZone": "{region}a",
    },
    "aws:ec2/internetGateway:InternetGateway": {"id": "igw-{hex:17}", "arn": f"{_EC2}:internet-gateway/{{id}}"},
    "aws:ec2/natGateway:NatGateway": {
        "id": "nat-{hex:17}",
        "networkInterfaceId": "eni-{hex:17}",
        "associationId": "eipassoc-{hex:17}",
        "privateIp": "10.0.0.{byte}",
        "publicIp": "203.0.113.{byte}",
    },
    "aws:ec2/eip:Eip": {
        "id": "eipalloc-{hex:17}",
        "allocationId": "{id}",
        "arn": f"{_EC2}:elastic-ip/{{id}}",
        "associationId": "eipassoc-{hex:17}",
        "publicIp": "203.0.113.{byte}",
        "publicDns": "ec2-203-0-113-{byte}.compute-1.{suffix}",
        "domain": "vpc",
    },
    "aws:ec2/routeTable:RouteTable": {"id": "rtb-{hex:17}", "arn": f"{_EC2}:route-table/{{id}}"},
    "aws:ec2/route:Route": {"id": "r-{routeTableId}{digits:10}", "origin": "CreateRoute", "state": "active"},
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {"id": "rtbassoc-{hex:17}"},
    "aws:ec2/securityGroup:SecurityGroup": {"id": "sg-{hex:17}", "arn": f"{_EC2}:security-group/{{id}}"},
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
        "id": "sg-{hex:17}",
        "arn": f"{_EC2}:security-group/{{id}}",
        "name": "default",
        "description": "default VPC security group",
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "id": "sgr-{hex:17}",
        "securityGroupRuleId": "{id}",
        "arn": f"{_EC2}:security-group-rule/{{id}}",
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        "id": "sgr-{hex:17}",
        "securityGroupRuleId": "{id}",
        "arn": f"{_EC2}:security-group-rule/{{id}}",
    },
    "aws:ec2/securityGroupRule:SecurityGroupRule": {"id": "sgrule-{digits:10}", "securityGroupRuleId": "sgr-{hex:17}"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        "id": "vpce-{hex:17}",
        "arn": f"{_EC2}:vpc-endpoint/{{id}}",
        "prefixListId": "{prefixList}",
        "state": "available",
        "ipAddressType": "ipv4",
    },
    "aws:ec2/flowLog:FlowLog": {"id": "fl-{hex:17}", "arn": f"{_EC2}:vpc-flow-log/{{id}}"},
    "aws:ec2/managedPrefixList:ManagedPrefixList": {"id": "pl-{hex:17}", "arn": f"{_EC2}:prefix-list/{{id}}"},
    "aws:lb/loadBalancer:LoadBalancer": _LOAD_BALANCER,
    "aws:alb/loadBalancer:LoadBalancer": _LOAD_BALANCER,
    "aws:lb/targetGroup:TargetGroup": _TARGET_GROUP,
    "aws:alb/targetGroup:TargetGroup": _TARGET_GROUP,
    "aws:lb/listener:Listener": _LISTENER,
    "aws:alb/listener:Listener": _LISTENER,
    "aws:lb/listenerRule:ListenerRule": _LISTENER_RULE,
    "aws:alb/listenerRule:ListenerRule": _LISTENER_RULE,
    "aws:ecs/cluster:Cluster": {"id": "arn:{partition}:ecs:{region}:{account}:cluster/{name}", "arn": "{id}"},
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {"id": "{clusterName}"},
    "aws:ecs/taskDefinition:TaskDefinition": {
        "id": "{family}",
        "arn": "arn:{partition}:ecs:{region}:{account}:task-definition/{family}:{revision}",
        "arnWithoutRevision": "arn:{partition}:ecs:{region}:{account}:task-definition/{family}",
    },
    "aws:ecs/service:Service": {
        "id": "arn:{partition}:ecs:{region}:{account}:service/{last:cluster}/{name}",
        "arn": "{id}",
        "iamRole": "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "platformVersion": "LATEST",
    },
    "aws:appautoscaling/target:Target": {
        "id": "{resourceId}",
        "arn": "arn:{partition}:application-autoscaling:{region}:{account}:scalable-target/{hex:36}",
        "roleArn": "arn:{partition}:iam::{account}:role/aws-service-role/"
        "ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
    },
    "aws:appautoscaling/policy:Policy": {
        "id": "{name}",
        "arn": "arn:{partition}:autoscaling:{region}:{account}:scalingPolicy:{uuid}:"
        "resource/{serviceNamespace}/{resourceId}:policyName/{name}",
    },
    "aws:rds/cluster:Cluster": {
        "clusterIdentifier": "tf-{digits:24}",
        "id": "{clusterIdentifier}",
        "arn": f"{_RDS}:cluster:{{clusterIdentifier}}",
        "clusterResourceId": "cluster-{letters:26}",
        "endpoint": "{clusterIdentifier}.cluster-{lower:12}.{region}.rds.{suffix}",
        "readerEndpoint": "{clusterIdentifier}.cluster-ro-{lower:12}.{region}.rds.{suffix}",
        "hostedZoneId": "Z{letters:13}",
        "engineVersionActual": "{engineVersion}",
        "caCertificateIdentifier": "rds-ca-rsa2048-g1",
    },
    "aws:rds/clusterInstance:ClusterInstance": {
        "identifier": "tf-{digits:24}",
        "id": "{identifier}",
        "arn": f"{_RDS}:db:{{identifier}}",
        "dbiResourceId": "db-{letters:26}",
        "endpoint": "{identifier}.{lower:12}.{region}.rds.{suffix}",
        "engineVersionActual": "{engineVersion}",
        "caCertIdentifier": "rds-ca-rsa2048-g1",
    },
    "aws:rds/subnetGroup:SubnetGroup": {"id": "{name}", "arn": f"{_RDS}:subgrp:{{name}}"},
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": {"id": "{name}", "arn": f"{_RDS}:cluster-pg:{{name}}"},
    "aws:rds/parameterGroup:ParameterGroup": {"id": "{name}", "arn": f"{_RDS}:pg:{{name}}"},
    "aws:dynamodb/table:Table": {
        "id": "{name}",
        "arn": "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        "id": "{name}",
        "arn": "arn:{partition}:logs:{region}:{account}:log-group:{name}",
        "logGroupClass": "STANDARD",
    },
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": {
        "id": "{name}",
        "arn": "arn:{partition}:logs:{region}:{account}:delivery-source:{name}",
        "service": "cloudfront",
    },
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {
        "id": "{name}",
        "arn": "arn:{partition}:logs:{region}:{account}:delivery-destination:{name}",
        "deliveryDestinationType": "S3",
    },
    "aws:cloudwatch/logDelivery:LogDelivery": {
        "id": "{letters:16}",
        "arn": "arn:{partition}:logs:{region}:{account}:delivery:{id}",
    },
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {"id": "{policyName}"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "id": "{name}",
        "arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}",
    },
    "aws:iam/role:Role": {
        "id": "{name}",
        "arn": "arn:{partition}:iam::{account}:role{path}{name}",
        "uniqueId": "AROA{letters:17}",
    },
    "aws:iam/policy:Policy": {
        "id": "arn:{partition}:iam::{account}:policy{path}{name}",
        "arn": "{id}",
        "policyId": "ANPA{letters:17}",
    },
    "aws:iam/rolePolicy:RolePolicy": {"id": "{role}:{name}"},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"id": "{role}/{policyArn}"},
    "aws:kms/key:Key": {"id": "{uuid}", "keyId": "{id}", "arn": "arn:{partition}:kms:{region}:{account}:key/{id}"},
    "aws:kms/alias:Alias": {
        "id": "{name}",
        "arn": "arn:{partition}:kms:{region}:{account}:{name}",
        "targetKeyArn": "arn:{partition}:kms:{region}:{account}:key/{last:targetKeyId}",
    },
    "aws:s3/bucket:Bucket": _BUCKET,
    "aws:s3/bucketV2:BucketV2": _BUCKET,
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration": _WEBSITE,
    "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2": _WEBSITE,
    **{f"aws:s3/bucket{kind}:Bucket{kind}": _SAME_AS_BUCKET for kind in _PROPERTY_OF_BUCKET},
    **{f"aws:s3/bucket{kind}V2:Bucket{kind}V2": _SAME_AS_BUCKET for kind in _WITH_TWIN},
    "aws:cloudfront/distribution:Distribution": {
        "id": "E{letters:13}",
        "arn": "arn:{partition}:cloudfront::{account}:distribution/{id}",
        "domainName": "d{lower:13}.cloudfront.net",
        "hostedZoneId": "Z2FDTNDATAQYW2",
        "etag": "E{letters:13}",
        "status": "Deployed",
        "callerReference": "terraform-{digits:26}",
    },
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
        "id": "{uuid}",
        "arn": "arn:{partition}:cloudfront::{account}:response-headers-policy/{id}",
        "etag": "E{letters:13}",
    },
    "aws:cloudfront/cachePolicy:CachePolicy": {
        "id": "{uuid}",
        "arn": "arn:{partition}:cloudfront::{account}:cache-policy/{id}",
        "etag": "E{letters:13}",
    },
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": {
        "id": "{uuid}",
        "arn": "arn:{partition}:cloudfront::{account}:origin-request-policy/{id}",
        "etag": "E{letters:13}",
    },
    "aws:cloudfront/vpcOrigin:VpcOrigin": {
        "id": "vo_{letters:22}",
        "arn": "arn:{partition}:cloudfront::{account}:vpcorigin/{id}",
    },
    "aws:acm/certificate:Certificate": {
        "id": "arn:{partition}:acm:{region}:{account}:certificate/{uuid}",
        "arn": "{id}",
        "domainName": "api.example.com",
        "status": "ISSUED",
        "type": "AMAZON_ISSUED",
        "keyAlgorithm": "RSA_2048",
        "validationMethod": "DNS",
        "renewalEligibility": "ELIGIBLE",
    },
    "aws:acm/certificateValidation:CertificateValidation": {"id": "{timestamp}"},
    "aws:route53/zone:Zone": {
        "id": "Z{letters:20}",
        "zoneId": "{id}",
        "name": "example.com",
        "arn": "arn:{partition}:route53:::hostedzone/{id}",
    },
    "aws:route53/record:Record": {"id": "{zoneId}_{name}_{type}", "fqdn": "{name}"},
    "aws:wafv2/webAcl:WebAcl": {
        "id": "{uuid}",
        "arn": "arn:{partition}:wafv2:{region}:{account}:{wafScope}/webacl/{name}/{id}",
        "lockToken": "{uuid}",
    },
    "aws:wafv2/webAclAssociation:WebAclAssociation": {"id": "{webAclArn},{resourceArn}"},
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {"id": "{resourceArn}"},
    "aws:secretsmanager/secret:Secret": {
        "id": "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{lower:6}",
        "arn": "{id}",
    },
    "aws:secretsmanager/secretVersion:SecretVersion": {
        "id": "{secretId}|{uuid}",
        "arn": "{secretId}",
        "versionId": "{uuid}",
    },
    "aws:secretsmanager/secretPolicy:SecretPolicy": {"id": "{secretArn}"},
    "aws:lambda/function:Function": {
        "id": "{name}",
        "arn": "arn:{partition}:lambda:{region}:{account}:function:{name}",
        "invokeArn": _INVOKE,
        "qualifiedArn": "arn:{partition}:lambda:{region}:{account}:function:{name}:$LATEST",
        "version": "$LATEST",
    },
    "aws:lambda/functionUrl:FunctionUrl": {
        "id": "{last:functionName}",
        "functionUrl": "https://{lower:32}.lambda-url.{region}.on.aws/",
        "urlId": "{lower:32}",
    },
    "aws:sns/topic:Topic": {"id": "arn:{partition}:sns:{region}:{account}:{name}", "arn": "{id}"},
    "aws:sqs/queue:Queue": {
        "id": "https://sqs.{region}.{suffix}/{account}/{name}",
        "url": "{id}",
        "arn": "arn:{partition}:sqs:{region}:{account}:{name}",
    },
    "aws:sfn/stateMachine:StateMachine": {
        "id": "arn:{partition}:states:{region}:{account}:stateMachine:{name}",
        "arn": "{id}",
    },
    "aws:kinesis/stream:Stream": {
        "id": "arn:{partition}:kinesis:{region}:{account}:stream/{name}",
        "arn": "{id}",
    },
    "aws:apigateway/restApi:RestApi": {
        "id": "{lower:10}",
        "arn": "arn:{partition}:apigateway:{region}::/restapis/{id}",
        "executionArn": _EXECUTE,
        "rootResourceId": "{lower:10}",
    },
    "aws:apigateway/stage:Stage": {
        "id": "ags-{last:restApi}-{stageName}",
        "arn": "arn:{partition}:apigateway:{region}::/restapis/{last:restApi}/stages/{stageName}",
        "invokeUrl": "https://{last:restApi}.execute-api.{region}.{suffix}/{stageName}",
        "executionArn": "arn:{partition}:execute-api:{region}:{account}:{last:restApi}/{stageName}",
    },
    "aws:apigatewayv2/api:Api": {
        "id": "{lower:10}",
        "arn": "arn:{partition}:apigateway:{region}::/apis/{id}",
        "apiEndpoint": "https://{id}.execute-api.{region}.{suffix}",
        "executionArn": _EXECUTE,
    },
    "aws:eks/cluster:Cluster": {
        "id": "{name}",
        "arn": "arn:{partition}:eks:{region}:{account}:cluster/{name}",
        "endpoint": "https://{letters:32}.gr7.{region}.eks.{suffix}",
        "version": "1.33",
        "platformVersion": "eks.1",
    },
    "aws:ec2/instance:Instance": {
        "id": "i-{hex:17}",
        "arn": f"{_EC2}:instance/{{id}}",
        "instanceState": "running",
        "privateIp": "10.0.0.{byte}",
        "privateDns": "ip-10-0-0-{byte}.{region}.compute.internal",
        "publicIp": "203.0.113.{byte}",
        "publicDns": "ec2-203-0-113-{byte}.{region}.compute.{suffix}",
        "primaryNetworkInterfaceId": "eni-{hex:17}",
    },
    "aws:ec2/keyPair:KeyPair": {
        "id": "{keyName}",
        "keyPairId": "key-{hex:17}",
        "arn": f"{_EC2}:key-pair/{{keyName}}",
    },
    "aws:rds/instance:Instance": {
        "identifier": "tf-{digits:24}",
        "id": "db-{letters:26}",
        "arn": f"{_RDS}:db:{{identifier}}",
        "resourceId": "{id}",
        "address": "{identifier}.{lower:12}.{region}.rds.{suffix}",
        "endpoint": "{identifier}.{lower:12}.{region}.rds.{suffix}:{port}",
        "hostedZoneId": "Z{letters:13}",
        "engineVersionActual": "{engineVersion}",
    },
    "aws:cognito/userPool:UserPool": {
        "id": "{region}_{lower:9}",
        "arn": "arn:{partition}:cognito-idp:{region}:{account}:userpool/{id}",
        "endpoint": "cognito-idp.{region}.{suffix}/{id}",
    },
    "aws:cloudwatch/eventRule:EventRule": {
        "id": "{name}",
        "arn": "arn:{partition}:events:{region}:{account}:rule/{name}",
    },
    "aws:iam/user:User": {
        "id": "{name}",
        "arn": "arn:{partition}:iam::{account}:user{path}{name}",
        "uniqueId": "AIDA{letters:17}",
    },
    "aws:iam/group:Group": {
        "id": "{name}",
        "arn": "arn:{partition}:iam::{account}:group{path}{name}",
        "uniqueId": "AGPA{letters:17}",
    },
    "aws:iam/instanceProfile:InstanceProfile": {
        "id": "{name}",
        "arn": "arn:{partition}:iam::{account}:instance-profile{path}{name}",
        "uniqueId": "AIPA{letters:17}",
    },
    "aws:ecr/repository:Repository": {
        "id": "{name}",
        "arn": "arn:{partition}:ecr:{region}:{account}:repository/{name}",
        "registryId": "{account}",
        "repositoryUrl": "{account}.dkr.ecr.{region}.{suffix}/{name}",
    },
}
"""The formats by resource token."""
