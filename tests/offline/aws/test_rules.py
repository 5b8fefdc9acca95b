"""What AWS refuses: each case bends one thing of a resource that is otherwise accepted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from offline.aws import rules, source
from offline.aws.rules.kit import Rule
from offline.aws.values import UNKNOWN, Secret

Problems = Callable[..., list[str]]

ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:{}"
CONTAINER = {"name": "api", "image": "nginx", "portMappings": [{"containerPort": 8080}]}
BEHAVIOUR = {
    "targetOriginId": "lb",
    "viewerProtocolPolicy": "https-only",
    "cachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    "allowedMethods": ["GET", "HEAD"],
    "cachedMethods": ["GET", "HEAD"],
}

EXPIRY = {
    "rulePriority": 1,
    "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10},
    "action": {"type": "expire"},
}

GOOD: dict[str, dict[str, Any]] = {
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": {"repository": "r", "policy": json.dumps({"rules": [EXPIRY]})},
    "aws:ec2/securityGroupRule:SecurityGroupRule": {
        "type": "ingress",
        "protocol": "-1",
        "fromPort": 0.0,
        "toPort": 0.0,
        "cidrBlocks": ["0.0.0.0/0"],
        "securityGroupId": "sg-1",
    },
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": {"name": "p", "family": "aurora-postgresql16"},
    "aws:lambda/function:Function": {"role": "arn:aws:iam::123456789012:role/f", "runtime": "python3.13"},
    "aws:sns/topic:Topic": {"name": "alarms", "tags": {"Team": "a b_.:/=+-@"}},
    "aws:ec2/vpc:Vpc": {"cidrBlock": "10.0.0.0/16", "tags": {"Team": "a"}},
    "aws:ec2/securityGroup:SecurityGroup": {"name": "web", "description": "Web"},
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "securityGroupId": "sg-1",
        "ipProtocol": "tcp",
        "fromPort": 80.0,
        "toPort": 80.0,
        "cidrIpv4": "0.0.0.0/0",
    },
    "aws:ec2/route:Route": {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"},
    "aws:ec2/natGateway:NatGateway": {"subnetId": "subnet-1", "allocationId": "eipalloc-1"},
    "aws:ec2/flowLog:FlowLog": {
        "vpcId": "vpc-1",
        "trafficType": "ALL",
        "logDestination": "arn:aws:logs:us-east-1:123456789012:log-group:x",
        "iamRoleArn": "arn:aws:iam::123456789012:role/x",
    },
    "aws:lb/loadBalancer:LoadBalancer": {"name": "api", "subnets": ["subnet-1", "subnet-2"]},
    "aws:lb/targetGroup:TargetGroup": {
        "name": "api",
        "port": 8080.0,
        "protocol": "HTTP",
        "vpcId": "vpc-1",
        "targetType": "ip",
        "healthCheck": {"path": "/health", "interval": 30.0, "timeout": 5.0},
    },
    "aws:lb/listener:Listener": {
        "loadBalancerArn": ARN.format("loadbalancer/app/a/1"),
        "port": 443.0,
        "protocol": "HTTPS",
        "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
        "defaultActions": [{"type": "forward", "targetGroupArn": ARN.format("targetgroup/a/1")}],
    },
    "aws:lb/listenerRule:ListenerRule": {
        "listenerArn": ARN.format("listener/app/a/1/2"),
        "priority": 10.0,
        "actions": [{"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "404"}}],
        "conditions": [{"pathPattern": {"values": ["/api/*"]}}],
    },
    "aws:ecs/taskDefinition:TaskDefinition": {
        "family": "api",
        "cpu": "1024",
        "memory": "2048",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": json.dumps([CONTAINER]),
    },
    "aws:ecs/service:Service": {
        "name": "api",
        "desiredCount": 2.0,
        "capacityProviderStrategies": [{"capacityProvider": "FARGATE", "base": 2.0, "weight": 30.0}],
    },
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
        "clusterName": "api",
        "capacityProviders": ["FARGATE"],
        "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1.0}],
    },
    "aws:appautoscaling/target:Target": {
        "minCapacity": 2.0,
        "maxCapacity": 10.0,
        "serviceNamespace": "ecs",
        "resourceId": "service/c/s",
        "scalableDimension": "ecs:service:DesiredCount",
    },
    "aws:appautoscaling/policy:Policy": {
        "policyType": "TargetTrackingScaling",
        "serviceNamespace": "ecs",
        "resourceId": "service/c/s",
        "scalableDimension": "ecs:service:DesiredCount",
        "targetTrackingScalingPolicyConfiguration": {
            "targetValue": 1000.0,
            "predefinedMetricSpecification": {
                "predefinedMetricType": "ALBRequestCountPerTarget",
                "resourceLabel": "app/a/1/targetgroup/b/2",
            },
        },
    },
    "aws:rds/cluster:Cluster": {
        "clusterIdentifier": "ml-db",
        "engine": "aurora-postgresql",
        "masterUsername": "dbadmin",
        "masterPassword": Secret("long-enough"),
        "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 2.0},
    },
    "aws:dynamodb/table:Table": {
        "name": "sessions",
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "ttl": {"enabled": True, "attributeName": "ttl"},
    },
    "aws:cloudwatch/logGroup:LogGroup": {"name": "/aws/ecs/api", "retentionInDays": 30.0},
    "aws:s3/bucket:Bucket": {"bucket": "logs-1"},
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "bucket": "logs",
        "rules": [{"id": "old", "status": "Enabled", "expiration": {"days": 30.0}}],
    },
    "aws:s3/bucketPolicy:BucketPolicy": {
        "bucket": "logs",
        "policy": json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Principal": "*"}],
            }
        ),
    },
    "aws:iam/role:Role": {
        "name": "task",
        "assumeRolePolicy": json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "x.amazonaws.com"},
                },
            }
        ),
    },
    "aws:kms/alias:Alias": {"name": "alias/api", "targetKeyId": "key"},
    "aws:secretsmanager/secret:Secret": {"name": "db", "recoveryWindowInDays": 7.0},
    "aws:secretsmanager/secretVersion:SecretVersion": {"secretId": "s", "secretString": Secret("x")},
    "aws:cloudfront/distribution:Distribution": {
        "enabled": True,
        "origins": [{"originId": "lb", "domainName": "x.example.com"}],
        "defaultCacheBehavior": BEHAVIOUR,
        "restrictions": {"geoRestriction": {"restrictionType": "none"}},
        "viewerCertificate": {"cloudfrontDefaultCertificate": True},
        "customErrorResponses": [{"errorCode": 503.0, "responseCode": 503.0, "responsePagePath": "/e.html"}],
    },
    "aws:wafv2/webAcl:WebAcl": {
        "name": "api",
        "scope": "REGIONAL",
        "defaultAction": {"allow": {}},
        "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "api", "sampledRequestsEnabled": True},
    },
    "aws:route53/record:Record": {"zoneId": "Z1", "name": "a", "type": "A", "ttl": 60.0, "records": ["192.0.2.1"]},
    "aws:acm/certificate:Certificate": {"domainName": "*.example.com", "validationMethod": "DNS"},
}


@pytest.mark.parametrize("token", GOOD)
def test_a_good_resource_is_accepted(problems: Problems, token: str) -> None:
    assert problems(token, GOOD[token]) == []


def bend(inputs: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of the inputs with one value changed; None takes it away."""
    head, _, rest = path.partition(".")
    inner = inputs.get(head)
    if rest and isinstance(inner, list):
        return {**inputs, head: [bend(inner[0], rest, value), *inner[1:]]}
    return {**inputs, head: bend(inner or {}, rest, value) if rest else value}


def definition(**fields: Any) -> str:
    return json.dumps([{**CONTAINER, **fields}])


def policy(**fields: Any) -> str:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **fields}]})


RULE = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
BALANCER, TARGET, LISTENER = "lb/loadBalancer:LoadBalancer", "lb/targetGroup:TargetGroup", "lb/listener:Listener"
LISTENER_RULE = "lb/listenerRule:ListenerRule"
TASK, SERVICE = "ecs/taskDefinition:TaskDefinition", "ecs/service:Service"
CAPACITY = "ecs/clusterCapacityProviders:ClusterCapacityProviders"
DATABASE, TABLE, LOGS = "rds/cluster:Cluster", "dynamodb/table:Table", "cloudwatch/logGroup:LogGroup"
CDN, ROLE, BUCKET_POLICY = "cloudfront/distribution:Distribution", "iam/role:Role", "s3/bucketPolicy:BucketPolicy"
LIFECYCLE = "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
METRIC = "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification"

BAD: list[tuple[str, str, Any, str | None]] = [
    ("ec2/vpc:Vpc", "cidrBlock", "10.0.0.1/16", "cidrBlock must be an IPv4 network"),
    ("ec2/vpc:Vpc", "cidrBlock", "10.0.0.0/8", "with a prefix from /16 to /28"),
    ("ec2/vpc:Vpc", "cidrBlock", "fd00::/64", "cidrBlock must be an IPv4 network"),
    ("ec2/vpc:Vpc", "tags", {"aws:x": "a"}, "tags.aws:x is no tag key"),
    ("ec2/vpc:Vpc", "tags", {"x": "a" * 257}, "tags.x must have at most 256"),
    ("ec2/vpc:Vpc", "tags", {f"k{n}": "" for n in range(51)}, "tags must be at most 50 tags"),
    *((DATABASE, "engineVersion", version, None) for version in ("16", "16.6", "16.99", "18.4", "19.1", UNKNOWN)),
    *(
        (DATABASE, "engineVersion", version, "engineVersion must be a version of aurora-postgresql that there is")
        for version in ("99.9", "16.0", "16.7", "8", "latest")
    ),
    ("rds/clusterParameterGroup:ClusterParameterGroup", "family", "aurora-mysql8.0", None),
    ("rds/clusterParameterGroup:ClusterParameterGroup", "family", "docdb5.0", None),
    ("rds/clusterParameterGroup:ClusterParameterGroup", "family", "aurora-postgresql99", "must be a family of aurora"),
    *(("lambda/function:Function", "runtime", name, None) for name in ("python3.16", "java29", "ruby4.0")),
    *(
        ("lambda/function:Function", "runtime", name, "runtime must be a runtime that there is")
        for name in ("python3.99", "python3.5", "java99", "cobol")
    ),
    ("ec2/vpc:Vpc", "tags", {"kubernetes.io/role (elb)": "<1>; ü%#"}, None),
    ("sns/topic:Topic", "tags", {"role (elb)": "1"}, "tags.role (elb) is no tag key"),
    ("sns/topic:Topic", "tags", {"role": "a;b"}, "tags.role must have at most 256 letters, digits"),
    ("ec2/securityGroupRule:SecurityGroupRule", "protocol", "all", None),
    ("ec2/securityGroupRule:SecurityGroupRule", "protocol", "50", None),
    ("ec2/securityGroupRule:SecurityGroupRule", "protocol", "256", "protocol must be tcp, udp, icmp"),
    ("ec2/securityGroupRule:SecurityGroupRule", "protocol", "http", "protocol must be tcp, udp, icmp"),
    ("ec2/securityGroupRule:SecurityGroupRule", "cidrBlocks", ["0.0.0.0"], "cidrBlocks[0] must be an IPv4 network"),
    ("ec2/securityGroup:SecurityGroup", "ingress", [{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0}], None),
    (
        "ec2/securityGroup:SecurityGroup",
        "ingress",
        [{"protocol": "-1", "fromPort": 0.0, "toPort": 65535.0}],
        "ingress[0].toPort must be 0 when protocol is -1, found 65535",
    ),
    (
        "ec2/securityGroup:SecurityGroup",
        "egress",
        [{"protocol": "web", "fromPort": 0.0, "toPort": 0.0}],
        "egress[0].protocol must be tcp, udp",
    ),
    ("ecr/lifecyclePolicy:LifecyclePolicy", "policy", "{}", "policy must be a JSON object with a list of rules"),
    (
        "ecr/lifecyclePolicy:LifecyclePolicy",
        "policy",
        json.dumps({"rules": [{**EXPIRY, "action": {"type": "delete"}}]}),
        "policy rule 1 must have the action.type expire or transition",
    ),
    ("ec2/securityGroup:SecurityGroup", "name", "sg-web", "name must be 1 to 255 characters"),
    ("ec2/securityGroup:SecurityGroup", "namePrefix", "web", "namePrefix conflicts with name"),
    ("ec2/securityGroup:SecurityGroup", "description", "für", "description must be at most 255"),
    (RULE, "prefixListId", "pl-1", "exactly one of cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId"),
    (RULE, "cidrIpv4", None, "exactly one of"),
    (RULE, "cidrIpv4", "0.0.0.0", "cidrIpv4 must be an IPv4 network"),
    (RULE, "toPort", None, "toPort is required when ipProtocol is tcp"),
    (RULE, "toPort", 79.0, "toPort must not be below fromPort"),
    (RULE, "ipProtocol", "-1", "fromPort must not be set when ipProtocol is -1"),
    (RULE, "fromPort", 70000.0, "must be from -1 to 65535"),
    ("ec2/route:Route", "natGatewayId", "nat-1", "exactly one of"),
    ("ec2/natGateway:NatGateway", "allocationId", None, "allocationId is required when connectivityType is not set"),
    ("ec2/flowLog:FlowLog", "iamRoleArn", None, "iamRoleArn is required"),
    ("ec2/flowLog:FlowLog", "iamRoleArn", "role", "iamRoleArn must be an ARN"),
    ("ec2/flowLog:FlowLog", "trafficType", "EVERYTHING", "trafficType must be one of ACCEPT, ALL, REJECT"),
    (BALANCER, "name", "internal-api", "name must be 1 to 32 letters"),
    (BALANCER, "name", "a" * 33, "name must be 1 to 32 letters"),
    (BALANCER, "subnets", ["subnet-1"], "subnets must be in at least 2 availability zones"),
    (TARGET, "vpcId", None, "vpcId is required unless targetType is lambda"),
    (TARGET, "targetType", "lambda", "port must not be set when targetType is 'lambda'"),
    (TARGET, "healthCheck.timeout", 30.0, "healthCheck.timeout must be below the interval"),
    (TARGET, "healthCheck.path", "health", "healthCheck.path must be a path"),
    (LISTENER, "certificateArn", None, "certificateArn is required when protocol is 'HTTPS'"),
    (LISTENER, "protocol", "HTTP", "certificateArn must not be set when protocol is 'HTTP'"),
    (LISTENER, "defaultActions.targetGroupArn", None, "exactly one of targetGroupArn, forward"),
    (LISTENER, "defaultActions.type", "redirect", "defaultActions[0].redirect is required"),
    (LISTENER_RULE, "priority", 0.0, "priority must be from 1 to 50000"),
    (LISTENER_RULE, "conditions", [{}], "exactly one of hostHeader"),
    (LISTENER_RULE, "actions.fixedResponse.statusCode", "300", "must be a status code of 2XX, 4XX or 5XX"),
    (LISTENER_RULE, "actions.fixedResponse.contentType", "text/xml", "contentType must be one of"),
    (TASK, "memory", "1024", "memory must be from 2048 to 8192 MiB"),
    (TASK, "cpu", "1000", "cpu must be one of 256, 512, 1024"),
    (TASK, "cpu", None, "cpu is required of a task that runs on Fargate"),
    (TASK, "networkMode", "bridge", "networkMode must be awsvpc"),
    (TASK, "family", "api!", "family must be 1 to 255 letters"),
    (TASK, "containerDefinitions", "api", "containerDefinitions must be a JSON list"),
    (TASK, "containerDefinitions", "[]", "containerDefinitions must be a JSON list"),
    (TASK, "containerDefinitions", definition(image=None), "[0] must have an image"),
    (TASK, "containerDefinitions", definition(cpu="256"), "[0] has a cpu that must be a whole number"),
    (TASK, "containerDefinitions", definition(portMappings="8080"), "has a portMappings that must be a list"),
    (TASK, "containerDefinitions", definition(portMappings=["8080"]), "an item in portMappings that is no object"),
    (TASK, "containerDefinitions", definition(logConfiguration="x"), "has a logConfiguration that must be an object"),
    (TASK, "containerDefinitions", definition(essential=False), "at least one container that is essential"),
    (TASK, "containerDefinitions", definition(environment=[{"name": "A", "value": 1}]), "an item in environment"),
    (
        TASK,
        "containerDefinitions",
        definition(portMappings=[{"containerPort": 8080, "hostPort": 80}]),
        "hostPort 80, which must equal the containerPort 8080",
    ),
    (
        TASK,
        "containerDefinitions",
        definition(logConfiguration={"logDriver": "awslogs"}),
        "executionRoleArn is required on Fargate",
    ),
    (SERVICE, "launchType", "FARGATE", "conflicts with launchType"),
    (SERVICE, "capacityProviderStrategies.weight", 0.0, "must give at least one capacity provider a weight"),
    (SERVICE, "capacityProviderStrategies.weight", 1001.0, "must be from 0 to 1000"),
    (CAPACITY, "capacityProviders", ["FARGATE_SPOT"], "names FARGATE, which is not among the capacityProviders"),
    ("appautoscaling/target:Target", "minCapacity", 11.0, "minCapacity must not be above the maxCapacity of 10"),
    ("appautoscaling/target:Target", "resourceId", "c/s", "resourceId must be service/CLUSTER/SERVICE"),
    ("appautoscaling/policy:Policy", f"{METRIC}.resourceLabel", None, "resourceLabel is required"),
    ("appautoscaling/policy:Policy", f"{METRIC}.resourceLabel", "a", "resourceLabel must be app/NAME/ID"),
    ("appautoscaling/policy:Policy", "policyType", "StepScaling", "must not be set when policyType is 'StepScaling'"),
    (DATABASE, "manageMasterUserPassword", True, "conflicts with manageMasterUserPassword"),
    (DATABASE, "masterPassword", None, "masterPassword or manageMasterUserPassword is required"),
    (DATABASE, "masterUsername", None, "masterUsername is required"),
    (DATABASE, "clusterIdentifier", "ml--db", "clusterIdentifier must be 1 to 63"),
    (DATABASE, "databaseName", "ml-api", "databaseName must be 1 to 63 letters"),
    (DATABASE, "backupRetentionPeriod", 36.0, "backupRetentionPeriod must be from 1 to 35"),
    (DATABASE, "serverlessv2ScalingConfiguration.minCapacity", 0.7, "must be a multiple of 0.5 ACU"),
    (DATABASE, "serverlessv2ScalingConfiguration.minCapacity", 4.0, "minCapacity must not be above the maxCapacity"),
    (DATABASE, "enabledCloudwatchLogsExports", ["postgres"], "enabledCloudwatchLogsExports[0] must be one of"),
    (DATABASE, "kmsKeyId", "arn:aws:kms:us-east-1:123456789012:key/1", "storageEncrypted must be true"),
    (TABLE, "attributes", [{"name": "other", "type": "S"}], "attributes must define id"),
    (TABLE, "rangeKey", "sort", "attributes must define sort"),
    (TABLE, "readCapacity", 1.0, "readCapacity must not be set when billingMode is 'PAY_PER_REQUEST'"),
    (TABLE, "billingMode", None, "readCapacity is required when billingMode is not set"),
    (TABLE, "attributes.type", "X", "attributes[0].type must be one of B, N, S"),
    (TABLE, "ttl.attributeName", None, "ttl.attributeName is required when enabled is true"),
    (LOGS, "retentionInDays", 31.0, "retentionInDays must be one of 0, 1, 3"),
    (LOGS, "name", "a b", "name must be 1 to 512"),
    ("s3/bucket:Bucket", "bucket", "Logs", "bucket must be 3 to 63 lower-case"),
    ("s3/bucket:Bucket", "bucket", "192.168.0.1", "bucket must be 3 to 63 lower-case"),
    (LIFECYCLE, "rules.expiration", None, "another action is required"),
    (LIFECYCLE, "rules.status", "On", "status must be one of Enabled, Disabled"),
    (BUCKET_POLICY, "policy", "{", "policy must be a JSON policy document"),
    (BUCKET_POLICY, "policy", policy(Effect="allow"), "must have the Effect Allow or Deny"),
    (BUCKET_POLICY, "policy", policy(Action="GetObject"), "has the Action 'GetObject'"),
    (BUCKET_POLICY, "policy", policy(NotAction="s3:*"), "has both Action and NotAction"),
    (BUCKET_POLICY, "policy", policy(Resources="*"), "has 'Resources', which is none of"),
    (BUCKET_POLICY, "policy", policy(Condition=["x"]), "has a Condition that is no map"),
    (BUCKET_POLICY, "policy", policy(Sid="a" * 20_300), None),
    (
        BUCKET_POLICY,
        "policy",
        policy(Sid="a" * 20_400),
        "must be a policy document of at most 20,480 characters, found 20,5",
    ),
    (BUCKET_POLICY, "policy", "[" * 200_000, "must be a policy document of at most 20,480 characters, found 200,000"),
    (BUCKET_POLICY, "policy", "[" * 20_000, "policy must be a JSON policy document"),
    (ROLE, "assumeRolePolicy", policy() + " " * 10_000, "must have a Principal"),
    (ROLE, "assumeRolePolicy", policy(Sid="a" * 8_200), "at most 8,192 characters"),
    (ROLE, "assumeRolePolicy", policy(), "must have a Principal"),
    (ROLE, "assumeRolePolicy", policy(Principal="*"), "has a Resource, which a trust policy must not have"),
    (ROLE, "name", "a" * 65, "name must be 1 to 64"),
    (ROLE, "maxSessionDuration", 60.0, "maxSessionDuration must be from 3600 to 43200"),
    (ROLE, "permissionsBoundary", None, None),
    ("kms/alias:Alias", "name", "api", "name must be alias/"),
    ("secretsmanager/secret:Secret", "recoveryWindowInDays", 3.0, "recoveryWindowInDays must be 0 or from 7 to 30"),
    ("secretsmanager/secretVersion:SecretVersion", "secretString", None, "exactly one of secretString"),
    (CDN, "defaultCacheBehavior.targetOriginId", "s3", "names 's3', which is none of the origins: lb"),
    (CDN, "defaultCacheBehavior.cachePolicyId", None, "exactly one of cachePolicyId, forwardedValues"),
    (CDN, "defaultCacheBehavior.maxTtl", 60.0, "maxTtl must not be set with cachePolicyId"),
    (CDN, "defaultCacheBehavior.allowedMethods", ["GET"], "cachedMethods has HEAD"),
    (CDN, "viewerCertificate.cloudfrontDefaultCertificate", False, "must be true unless one of"),
    (CDN, "aliases", ["api.example.com"], "must be a certificate of one's own"),
    (
        CDN,
        "viewerCertificate",
        {"acmCertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1", "sslSupportMethod": "sni-only"},
        "must be of a certificate in us-east-1",
    ),
    (CDN, "customErrorResponses.responsePagePath", None, "responseCode and responsePagePath go together"),
    (CDN, "customErrorResponses.errorCode", 418.0, "errorCode must be one of 400, 403"),
    (CDN, "comment", "c" * 129, "comment must be at most 128 characters"),
    (CDN, "httpVersion", "http4", "httpVersion must be one of"),
    ("wafv2/webAcl:WebAcl", "defaultAction", {"allow": {}, "block": {}}, "exactly one of allow, block"),
    ("wafv2/webAcl:WebAcl", "scope", "GLOBAL", "scope must be one of REGIONAL, CLOUDFRONT"),
    ("route53/record:Record", "ttl", None, "ttl is required with records"),
    ("acm/certificate:Certificate", "validationMethod", None, "validationMethod is required"),
    ("acm/certificate:Certificate", "domainName", "nowhere", "domainName must be a domain name"),
]


@pytest.mark.parametrize(("token", "path", "value", "reason"), BAD)
def test_what_aws_refuses_is_refused(problems: Problems, token: str, path: str, value: Any, reason: str | None) -> None:
    found = problems(f"aws:{token}", bend(GOOD[f"aws:{token}"], path, value))
    if reason is None:
        assert found == []
    else:
        assert any(reason in problem for problem in found), found


@pytest.mark.parametrize("token", GOOD)
def test_nothing_is_refused_for_what_is_not_known_yet(problems: Problems, token: str) -> None:
    for name in GOOD[token]:
        assert problems(token, {**GOOD[token], name: UNKNOWN}) == []


ODD = ("", "x", "{}", "[]", "null", "1", "[1]", "[{}]", '{"Statement": 1}', '{"Statement": [1]}', '[{"secrets": [1]}]')


@pytest.mark.parametrize("token", GOOD)
def test_no_text_however_odd_breaks_the_rules(problems: Problems, token: str) -> None:
    """A rule may refuse or accept; it must not fail, or one resource's mistake would hide behind a crash."""
    for path in _texts(GOOD[token]):
        for odd in ODD:
            problems(token, bend(GOOD[token], path, odd))


def _texts(inputs: dict[str, Any], prefix: str = "") -> list[str]:
    """Return the paths, as `bend` takes them, of every text in a resource."""
    found: list[str] = []
    for name, value in inputs.items():
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            found += _texts(inner, f"{prefix}{name}.")
        elif isinstance(value, str):
            found.append(f"{prefix}{name}")
    return found


@pytest.mark.parametrize(
    "password", ["short", "has a space in it", "has/slash-in-it", 'has"quote-in-it', "has@at-in-it"]
)
def test_a_refused_password_is_never_shown(problems: Problems, password: str) -> None:
    found = problems(f"aws:{DATABASE}", {**GOOD[f"aws:{DATABASE}"], "masterPassword": Secret(password)})
    assert len(found) == 1
    assert found[0].endswith("found [secret]")


@pytest.mark.parametrize(
    ("token", "path", "value"),
    [
        ("appautoscaling/target:Target", "resourceId", "hush-hush"),
        (CDN, "defaultCacheBehavior.targetOriginId", "hush-hush"),
        (BUCKET_POLICY, "policy", policy(Action="hush-hush")),
        (TASK, "containerDefinitions", definition(cpu="hush-hush", image=None)),
    ],
)
def test_no_rule_quotes_a_secret(problems: Problems, token: str, path: str, value: str) -> None:
    found = problems(f"aws:{token}", bend(GOOD[f"aws:{token}"], path, Secret(value)))
    assert found
    assert "hush" not in str(found)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: f"{rule.types[0]}.{rule.path}")
def test_every_rule_has_a_source_and_is_of_a_type_that_exists(rule: Rule) -> None:
    assert rule.source
    assert {f"aws:{token}" for token in rule.types} <= set(source.resource_classes())
