"""What the analysis of a stack costs grows with the stack, and not with its square: calls are counted, not seconds."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from types import FrameType
from typing import Any

import pytest

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge_stack
from pulumi_guardrails.engine.session import Session
from tests.policypack.cases import Ref, policies_by_name, resource

VPC, SUBNET, GROUP = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/securityGroup:SecurityGroup"
TABLE, ROUTE = "aws:ec2/routeTable:RouteTable", "aws:ec2/route:Route"
GATEWAY, ASSOCIATION = "aws:ec2/internetGateway:InternetGateway", "aws:ec2/routeTableAssociation:RouteTableAssociation"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"
TASK, SERVICE, BUCKET = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service", "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
OF_BALANCER = Ref(GROUP, "balancer")
HTTPS = {"ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}],
}
GRANT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:*:*:table/t"}],
}


def part(n: int) -> Iterator[Resource]:
    """A service in a network of its own, with its role, its database and its bucket."""

    def ref(token: str, name: str) -> Ref:
        return Ref(token, f"{name}-{n}")

    def made(token: str, name: str, /, **properties: Any) -> Resource:
        return resource(token, f"{name}-{n}", **properties)

    yield made(VPC, "vpc", cidrBlock="10.0.0.0/16")
    yield made(GATEWAY, "gateway", vpcId=ref(VPC, "vpc"))
    for zone in ("a", "b"):
        yield made(SUBNET, f"subnet-{zone}", vpcId=ref(VPC, "vpc"), availabilityZone=f"eu-west-1{zone}")
        yield made(TABLE, f"table-{zone}", vpcId=ref(VPC, "vpc"))
        yield made(ROUTE, f"route-{zone}", routeTableId=ref(TABLE, f"table-{zone}"), gatewayId=ref(GATEWAY, "gateway"))
        yield made(
            ASSOCIATION, f"of-{zone}", routeTableId=ref(TABLE, f"table-{zone}"), subnetId=ref(SUBNET, f"subnet-{zone}")
        )
    for group in ("tasks", "database"):
        yield made(GROUP, group, vpcId=ref(VPC, "vpc"), description=group)
    yield made(
        INGRESS,
        "ingress",
        securityGroupId=ref(GROUP, "database"),
        referencedSecurityGroupId=ref(GROUP, "tasks"),
        ipProtocol="tcp",
        fromPort=5432.0,
        toPort=5432.0,
    )
    yield made(ROLE, "role", name=f"role-{n}", assumeRolePolicy=json.dumps(TRUST))
    yield made(ROLE_POLICY, "policy", role=ref(ROLE, "role"), policy=json.dumps(GRANT))
    yield made(TASK, "task", executionRoleArn=ref(ROLE, "role"), containerDefinitions="[]")
    subnets, groups = [ref(SUBNET, "subnet-a"), ref(SUBNET, "subnet-b")], [ref(GROUP, "tasks")]
    yield made(
        SERVICE,
        "service",
        taskDefinition=ref(TASK, "task"),
        networkConfiguration={"subnets": subnets, "securityGroups": groups},
    )
    yield made(CLUSTER, "cluster", clusterIdentifier=f"cluster-{n}", vpcSecurityGroupIds=[ref(GROUP, "database")])
    yield made(INSTANCE, "instance", clusterIdentifier=ref(CLUSTER, "cluster"))
    yield made(INSTANCE, "by-name", clusterIdentifier=f"cluster-{n}")
    yield made(BUCKET, "bucket", bucket=f"bucket-{n}")
    yield made(BLOCK, "block", bucket=ref(BUCKET, "bucket"))
    yield made("aws:dynamodb/table:Table", "named", name=f"named-{n}")
    by_arn = json.dumps(GRANT).replace("*:*:table/t", f"eu-west-1:123456789012:table/named-{n}")
    yield made(ROLE_POLICY, "by-arn", role=ref(ROLE, "role"), policy=by_arn)
    yield from others(made, ref)


def others(made: Callable[..., Resource], ref: Callable[[str, str], Ref]) -> Iterator[Resource]:
    """What else stacks have a lot of."""
    balancer, listener = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/listener:Listener"
    subnets, groups = [ref(SUBNET, "subnet-a"), ref(SUBNET, "subnet-b")], [ref(GROUP, "tasks")]
    yield made(balancer, "balancer", subnets=subnets, securityGroups=groups, loadBalancerType="application")
    yield made("aws:lb/targetGroup:TargetGroup", "targets", vpcId=ref(VPC, "vpc"), port=8080.0, protocol="HTTP")
    yield made(listener, "listener", loadBalancerArn=ref(balancer, "balancer"), port=443.0, protocol="HTTPS")
    acl = "aws:wafv2/webAcl:WebAcl"
    yield made(acl, "acl", scope="REGIONAL")
    yield made(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        "protects",
        webAclArn=ref(acl, "acl"),
        resourceArn=ref(balancer, "balancer"),
    )
    instance, interface = "aws:ec2/instance:Instance", "aws:ec2/networkInterface:NetworkInterface"
    yield made(interface, "interface", subnetId=ref(SUBNET, "subnet-a"), securityGroups=groups)
    yield made(instance, "server", networkInterfaces=[{"networkInterfaceId": ref(interface, "interface")}])
    yield made("aws:ec2/flowLog:FlowLog", "flow", vpcId=ref(VPC, "vpc"), trafficType="ALL")
    nacl = "aws:ec2/networkAcl:NetworkAcl"
    yield made(nacl, "nacl", vpcId=ref(VPC, "vpc"), subnetIds=subnets)
    yield made("aws:ec2/natGateway:NatGateway", "nat", subnetId=ref(SUBNET, "subnet-a"))
    yield made(
        "aws:ec2/vpcEndpoint:VpcEndpoint", "endpoint", vpcId=ref(VPC, "vpc"), serviceName="com.amazonaws.eu-west-1.s3"
    )
    user, team = "aws:iam/user:User", "aws:iam/group:Group"
    yield made(user, "user")
    yield made(team, "team")
    yield made(
        "aws:iam/userGroupMembership:UserGroupMembership", "in", user=ref(user, "user"), groups=[ref(team, "team")]
    )
    yield made("aws:iam/groupPolicy:GroupPolicy", "of-team", group=ref(team, "team"), policy=json.dumps(GRANT))
    managed = "aws:iam/policy:Policy"
    yield made(managed, "managed", policy=json.dumps(GRANT))
    yield made(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "attached",
        role=ref(ROLE, "role"),
        policyArn=ref(managed, "managed"),
    )
    table = "aws:dynamodb/table:Table"
    yield made(table, "items", billingMode="PROVISIONED", readCapacity=5.0, writeCapacity=5.0)
    target = "aws:appautoscaling/target:Target"
    yield made(target, "scaled", resourceId=ref(table, "items"), scalableDimension="dynamodb:table:ReadCapacityUnits")
    yield made("aws:appautoscaling/policy:Policy", "scaling", resourceId=ref(target, "scaled"))
    yield made("aws:kms/key:Key", "key", enableKeyRotation=True)
    yield made(
        "aws:s3/bucketPolicy:BucketPolicy", "bucket-policy", bucket=ref(BUCKET, "bucket"), policy=json.dumps(TRUST)
    )
    function = "aws:lambda/function:Function"
    yield made(function, "function", role=ref(ROLE, "role"))
    yield made(
        "aws:lambda/permission:Permission",
        "permission",
        function=ref(function, "function"),
        principal="events.amazonaws.com",
        action="lambda:InvokeFunction",
    )
    yield made("aws:cloudwatch/logGroup:LogGroup", "logs", retentionInDays=30.0)
    yield from writers_of_logs(made, ref)
    yield made("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", alarmActions=[])
    yield made("aws:ecs/cluster:Cluster", "ecs")
    yield made("aws:secretsmanager/secret:Secret", "secret")
    yield made(
        "aws:secretsmanager/secretRotation:SecretRotation",
        "rotation",
        secretId=ref("aws:secretsmanager/secret:Secret", "secret"),
    )
    yield made("aws:cloudfront/distribution:Distribution", "edge", origins=[{"domainName": ref(balancer, "balancer")}])


def writers_of_logs(made: Callable[..., Resource], ref: Callable[[str, str], Ref]) -> Iterator[Resource]:
    """What writes to a group of a known name, by reference, by the API that its name is of, and to one of nobody."""
    group, api, settings = (
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:apigateway/restApi:RestApi",
        "aws:apigateway/methodSettings:MethodSettings",
    )
    yield made(group, "flows", name=UNKNOWN, retentionInDays=30.0)
    yield made("aws:ec2/flowLog:FlowLog", "flows", logDestination=ref(group, "flows"), trafficType="ALL")
    yield made(api, "api")
    yield made(settings, "methods", restApi=ref(api, "api"), stageName="prod", settings={"loggingLevel": "INFO"})
    yield made(group, "methods", name=ref(api, "api"), retentionInDays=30.0)
    yield made("aws:codebuild/project:Project", "build", name="build")
    yield made("aws:eks/cluster:Cluster", "control", name=UNKNOWN, enabledClusterLogTypes=["audit"])


def shared_group(members: int) -> Iterator[Resource]:
    """One security group that many instances and many rules have in common."""
    yield resource(GROUP, "shared", description="shared")
    for n in range(members):
        ports = {"ipProtocol": "tcp", "fromPort": n + 1.0, "toPort": n + 1.0}
        yield resource(INGRESS, f"rule-{n}", securityGroupId=Ref(GROUP, "shared"), cidrIpv4=f"10.0.{n}.0/24", **ports)
        yield resource("aws:ec2/instance:Instance", f"server-{n}", vpcSecurityGroupIds=[Ref(GROUP, "shared")])


def shared_source(members: int) -> Iterator[Resource]:
    """Services of one security group behind one load balancer, which many databases accept."""
    yield from balancer()
    yield resource(GROUP, "tasks", description="tasks")
    yield resource(INGRESS, "in", securityGroupId=Ref(GROUP, "tasks"), referencedSecurityGroupId=OF_BALANCER, **HTTPS)
    yield resource(EGRESS, "out", securityGroupId=Ref(GROUP, "tasks"), cidrIpv4="0.0.0.0/0", ipProtocol="-1")
    for n in range(members):
        yield resource(SERVICE, f"service-{n}", networkConfiguration={"securityGroups": [Ref(GROUP, "tasks")]})
        yield resource(GROUP, f"database-{n}", description="database")
        yield resource(CLUSTER, f"cluster-{n}", vpcSecurityGroupIds=[Ref(GROUP, f"database-{n}")], port=5432.0)
        yield resource(
            INGRESS,
            f"rule-{n}",
            securityGroupId=Ref(GROUP, f"database-{n}"),
            referencedSecurityGroupId=Ref(GROUP, "tasks"),
            ipProtocol="tcp",
            fromPort=5432.0,
            toPort=5432.0,
        )


def range_of_network(members: int) -> Iterator[Resource]:
    """Services behind one load balancer, each of which also accepts the whole network, and so each other."""
    yield resource(VPC, "vpc", cidrBlock="10.0.0.0/16")
    yield from balancer()
    for n in range(members):
        group = Ref(GROUP, f"tasks-{n}")
        yield resource(GROUP, f"tasks-{n}", description="tasks", vpcId=Ref(VPC, "vpc"))
        yield resource(INGRESS, f"in-{n}", securityGroupId=group, referencedSecurityGroupId=OF_BALANCER, **HTTPS)
        yield resource(INGRESS, f"range-{n}", securityGroupId=group, cidrIpv4="10.0.0.0/16", **HTTPS)
        yield resource(EGRESS, f"out-{n}", securityGroupId=group, cidrIpv4="0.0.0.0/0", ipProtocol="-1")
        yield resource(SERVICE, f"service-{n}", networkConfiguration={"securityGroups": [group]})


def balancer() -> Iterator[Resource]:
    """A load balancer that accepts the internet."""
    yield resource(GROUP, "balancer", description="balancer")
    yield resource(INGRESS, "internet", securityGroupId=OF_BALANCER, cidrIpv4="0.0.0.0/0", **HTTPS)
    yield resource(EGRESS, "to-tasks", securityGroupId=OF_BALANCER, cidrIpv4="0.0.0.0/0", ipProtocol="-1")
    yield resource("aws:lb/loadBalancer:LoadBalancer", "balancer", securityGroups=[OF_BALANCER])


def shared_role(members: int) -> Iterator[Resource]:
    """One role with many policies, and one policy with many roles."""
    policy, attached = "aws:iam/policy:Policy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    yield resource(ROLE, "shared", assumeRolePolicy=json.dumps(TRUST))
    yield resource(policy, "shared", policy=json.dumps(GRANT))
    for n in range(members):
        yield resource(policy, f"policy-{n}", policy=json.dumps(GRANT))
        yield resource(attached, f"of-shared-{n}", role=Ref(ROLE, "shared"), policyArn=Ref(policy, f"policy-{n}"))
        yield resource(ROLE, f"role-{n}", assumeRolePolicy=json.dumps(TRUST))
        yield resource(attached, f"of-role-{n}", role=Ref(ROLE, f"role-{n}"), policyArn=Ref(policy, "shared"))


def unknown_settings(members: int) -> Iterator[Resource]:
    """Buckets beside settings of buckets that are not known, nor computed from anything that the engine names."""
    for n in range(members):
        yield resource(BUCKET, f"bucket-{n}", bucket=f"bucket-{n}")
        yield resource("aws:s3/bucketPolicy:BucketPolicy", f"policy-{n}", bucket=UNKNOWN, policy=json.dumps(TRUST))
        yield resource("aws:s3/bucketVersioning:BucketVersioning", f"versioning-{n}", bucket=UNKNOWN)
        yield resource("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", f"l-{n}", bucket=UNKNOWN)
        yield resource("aws:s3/bucketLogging:BucketLogging", f"logging-{n}", bucket=UNKNOWN, targetBucket=UNKNOWN)
        yield resource(BLOCK, f"block-{n}", bucket=UNKNOWN)


def unknown_owners(members: int) -> Iterator[Resource]:
    """Load balancers, networks, web ACLs and clusters beside what may be of any of them."""
    balancer, acl, cluster = "aws:lb/loadBalancer:LoadBalancer", "aws:wafv2/webAcl:WebAcl", "aws:ecs/cluster:Cluster"
    for n in range(members):
        yield resource(balancer, f"edge-{n}", name=f"edge-{n}", loadBalancerType=("network", "application")[n % 2])
        yield resource("aws:lb/listener:Listener", f"listener-{n}", loadBalancerArn=UNKNOWN, port=443.0, protocol="TLS")
        yield resource("aws:wafv2/webAclAssociation:WebAclAssociation", f"of-{n}", resourceArn=UNKNOWN, webAclArn="a")
        yield resource(VPC, f"vpc-{n}", cidrBlock="10.0.0.0/16")
        yield resource("aws:ec2/flowLog:FlowLog", f"flow-{n}", vpcId=UNKNOWN, trafficType="ALL")
        yield resource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", f"default-{n}", vpcId=UNKNOWN)
        yield resource(acl, f"acl-{n}", scope="REGIONAL")
        yield resource("aws:wafv2/webAclRule:WebAclRule", f"rule-{n}", webAclArn=UNKNOWN, statement=UNKNOWN)
        logging = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
        yield resource(logging, f"logging-{n}", resourceArn=UNKNOWN, logDestinationConfigs=["arn"])
        yield resource(cluster, f"cluster-{n}", name=f"cluster-{n}")
        yield resource(SERVICE, f"service-{n}", cluster=UNKNOWN, enableExecuteCommand=True)


def unknown_members(members: int) -> Iterator[Resource]:
    """Databases and tables beside what may be a part of any of them, or cover any."""
    table, target = "aws:dynamodb/table:Table", "aws:appautoscaling/target:Target"
    for n in range(members):
        yield resource(CLUSTER, f"cluster-{n}", clusterIdentifier=f"cluster-{n}")
        yield resource(INSTANCE, f"instance-{n}", clusterIdentifier=UNKNOWN)
        yield resource(table, f"table-{n}", name=f"table-{n}", billingMode="PROVISIONED")
        yield resource(target, f"target-{n}", resourceId=UNKNOWN, scalableDimension="dynamodb:table:ReadCapacityUnits")
        yield resource("aws:backup/selection:Selection", f"plan-{n}", resources=[UNKNOWN])
        delivered = {"resourceArn": UNKNOWN, "logType": "ACCESS_LOGS"}
        yield resource("aws:cloudfront/distribution:Distribution", f"edge-{n}")
        yield resource("aws:cloudwatch/logDeliverySource:LogDeliverySource", f"source-{n}", name=f"s-{n}", **delivered)
        yield resource("aws:cloudwatch/logDelivery:LogDelivery", f"delivery-{n}", deliverySourceName=UNKNOWN)


def unknown_interfaces(members: int) -> Iterator[Resource]:
    """Instances and network interfaces of which none is known to be attached to another."""
    instance, interface = "aws:ec2/instance:Instance", "aws:ec2/networkInterface:NetworkInterface"
    for n in range(members):
        yield resource(instance, f"server-{n}", networkInterfaces=[{"networkInterfaceId": UNKNOWN}])
        yield resource(interface, f"interface-{n}", attachments=[{"instance": UNKNOWN}])


def unknown_principals(members: int) -> Iterator[Resource]:
    """Roles beside policies that may be of any of them."""
    for n in range(members):
        yield resource(ROLE, f"role-{n}", name=f"role-{n}", assumeRolePolicy=json.dumps(TRUST))
        yield resource(ROLE_POLICY, f"policy-{n}", role=UNKNOWN, policy=json.dumps(GRANT))


def unknown_names(members: int) -> Iterator[Resource]:
    """Roles, users and groups whose names are not known, beside policies of principals that are named by a text."""
    for n in range(members):
        for kind in ("role", "user", "group"):
            token = f"aws:iam/{kind}:{kind.capitalize()}"
            attached = {"managedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}
            of_role = {"assumeRolePolicy": json.dumps(TRUST), **attached} if kind == "role" else {}
            yield resource(token, f"{kind}-{n}", name=UNKNOWN, **of_role)
            embedded = f"{token}Policy".replace(f"/{kind}:", f"/{kind}Policy:")
            yield resource(embedded, f"{kind}-policy-{n}", policy=json.dumps(GRANT), **{kind: f"named-{n}"})


def unknown_arns(members: int) -> Iterator[Resource]:
    """Roles and users that attach policies which are not known, or passed on, beside policies of the stack."""
    passing, managed, trust = "aws:other/thing:Thing", "aws:iam/policy:Policy", json.dumps(TRUST)
    every = [Ref(managed, f"policy-{n}") for n in range(members)]
    yield resource(passing, "all", of=every)
    yield resource(ROLE, "bounded-by-all", assumeRolePolicy=trust, permissionsBoundary=every)
    for n in range(members):
        yield resource(managed, f"policy-{n}", policy=json.dumps(GRANT))
        for name, arn in (("open", UNKNOWN), ("passed", Ref(passing, "all"))):
            yield resource(ROLE, f"{name}-attaches-{n}", assumeRolePolicy=trust, managedPolicyArns=[arn])
            yield resource(ROLE, f"{name}-bounded-{n}", assumeRolePolicy=trust, permissionsBoundary=arn)
            yield resource("aws:iam/user:User", f"{name}-bounded-{n}", permissionsBoundary=arn)


def unknown_roles(members: int) -> Iterator[Resource]:
    """Task definitions whose roles are named by a text, or passed on, beside roles whose names are not known."""
    passing = "aws:other/thing:Thing"
    yield resource(passing, "all", of=[Ref(ROLE, f"role-{n}") for n in range(members)])
    containers = json.dumps([{"name": "a", "image": "i", "secrets": [{"name": "A", "valueFrom": "/parameter"}]}])
    for n in range(members):
        yield resource(ROLE, f"role-{n}", name=UNKNOWN, assumeRolePolicy=json.dumps(TRUST))
        for name, role in (("named", f"arn:aws:iam::123456789012:role/named-{n}"), ("passed", Ref(passing, "all"))):
            roles = {"executionRoleArn": role, "taskRoleArn": role}
            yield resource(TASK, f"{name}-{n}", containerDefinitions=containers, **roles)


def backup_selections(members: int) -> Iterator[Resource]:
    """Tables beside selections that name a table each, and beside those of which not even the number is known."""
    for n in range(members):
        yield resource("aws:dynamodb/table:Table", f"table-{n}", name=f"table-{n}")
        arn = f"arn:aws:dynamodb:eu-west-1:123456789012:table/table-{n}"
        yield resource("aws:backup/selection:Selection", f"named-{n}", resources=[arn])
        yield resource("aws:dynamodb/table:Table", f"other-{n}", name=f"other-{n}")
        yield resource("aws:backup/selection:Selection", f"open-{n}", resources=UNKNOWN)


def unknown_outputs(members: int) -> Iterator[Resource]:
    """What is in groups and subnets that another stack gives, beside groups of this one."""
    network = "pulumi:pulumi:StackReference"
    yield resource(network, "network", name="organization/network/dev")
    for n in range(members):
        groups, subnets = [Ref(network, "network")], [Ref(network, "network")]
        yield resource(GROUP, f"group-{n}", description="group")
        yield resource(SERVICE, f"service-{n}", networkConfiguration={"subnets": subnets, "securityGroups": groups})
        yield resource("aws:ec2/instance:Instance", f"server-{n}", vpcSecurityGroupIds=groups, subnetId=subnets[0])


def passed_on_groups(members: int) -> Iterator[Resource]:
    """What is in security groups that one resource passes on, which is computed from all of them."""
    other = "aws:other/thing:Thing"
    passed_on = [Ref(other, "all")]
    yield resource(other, "all", of=[Ref(GROUP, f"group-{n}") for n in range(members)])
    for n in range(members):
        yield resource(GROUP, f"group-{n}", description="group")
        yield resource("aws:efs/mountTarget:MountTarget", f"files-{n}", securityGroups=passed_on)
        yield resource(SERVICE, f"service-{n}", networkConfiguration={"securityGroups": passed_on})
        yield resource(CLUSTER, f"cluster-{n}", vpcSecurityGroupIds=passed_on)


def passed_on_subnets(members: int) -> Iterator[Resource]:
    """What is in subnets that one resource passes on, which is computed from all of them."""
    other = "aws:other/thing:Thing"
    passed_on = Ref(other, "all")
    yield resource(other, "all", of=[Ref(SUBNET, f"subnet-{n}") for n in range(members)])
    for n in range(members):
        yield resource(SUBNET, f"subnet-{n}", cidrBlock=f"10.0.{n}.0/24", availabilityZone="eu-west-1a")
        yield resource("aws:lb/loadBalancer:LoadBalancer", f"balancer-{n}", subnets=[passed_on])
        yield resource("aws:ec2/instance:Instance", f"server-{n}", subnetId=passed_on)


def unknown_associations(members: int) -> Iterator[Resource]:
    """Subnets of which the stack names no VPC, beside route tables that may be of any of them."""
    for n in range(members):
        yield resource(SUBNET, f"subnet-{n}", cidrBlock=f"10.0.{n}.0/24", availabilityZone="eu-west-1a")
        yield resource(ASSOCIATION, f"association-{n}", subnetId=UNKNOWN, routeTableId=UNKNOWN)


def prefix_lists(members: int) -> Iterator[Resource]:
    """One rule for many prefix lists, of each of which the entries are declared elsewhere."""
    named = "aws:ec2/managedPrefixList:ManagedPrefixList"
    for n in range(members):
        yield resource(named, f"list-{n}", name=f"list-{n}")
    ids = [Ref(named, f"list-{n}") for n in range(members)]
    block = {"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "prefixListIds": ids}
    yield resource(GROUP, "group", description="group", ingress=[block])


def list_of_all(members: int) -> Iterator[Resource]:
    """One backup selection of all tables."""
    table = "aws:dynamodb/table:Table"
    for n in range(members):
        yield resource(table, f"table-{n}", name=f"table-{n}")
    yield resource(
        "aws:backup/selection:Selection", "all", resources=[Ref(table, f"table-{n}") for n in range(members)]
    )


def sources_by_name(members: int) -> Iterator[Resource]:
    """Replicas and snapshots, each of a database that it names."""
    instance = "aws:rds/instance:Instance"
    for n in range(members):
        yield resource(instance, f"source-{n}", identifier=f"source-{n}", engine="postgres")
        yield resource(instance, f"replica-{n}", identifier=f"replica-{n}", replicateSourceDb=f"source-{n}")
        yield resource(CLUSTER, f"restored-{n}", clusterIdentifier=f"restored-{n}", snapshotIdentifier=f"snapshot-{n}")


def unknown_origins(members: int) -> Iterator[Resource]:
    """Load balancers beside distributions and records of which any may be in front of any of them."""
    for n in range(members):
        control = {"domainName": UNKNOWN, "originId": "o", "originAccessControlId": UNKNOWN}
        yield resource("aws:lb/loadBalancer:LoadBalancer", f"balancer-{n}", loadBalancerType="application")
        yield resource("aws:route53/record:Record", f"record-{n}", name=f"record-{n}", records=UNKNOWN)
        yield resource("aws:cloudfront/distribution:Distribution", f"edge-{n}", origins=[control])
        yield resource(
            "aws:cloudfront/originAccessControl:OriginAccessControl", f"signing-{n}", signingBehavior="always"
        )


def parts_of_one_property(members: int) -> Iterator[Resource]:
    """One task definition with many parts that are not known, and as many sources."""
    group = "aws:cloudwatch/logGroup:LogGroup"
    for n in range(members):
        yield resource(group, f"group-{n}", retentionInDays=30.0)
    yield resource(TASK, "task", containerDefinitions=[Ref(group, f"group-{n}") for n in range(members)])


def parts(number: int) -> Iterator[Resource]:
    """Many services, each in a network of its own."""
    for n in range(number):
        yield from part(n)


def watched_alarms(members: int) -> Iterator[Resource]:
    """Alarms without actions of their own, each with a composite alarm that has some."""
    for n in range(members):
        yield resource("aws:cloudwatch/metricAlarm:MetricAlarm", f"alarm-{n}", name=f"alarm-{n}")
        composite = {"alarmRule": f"ALARM(alarm-{n})", "alarmActions": ["arn"]}
        yield resource("aws:cloudwatch/compositeAlarm:CompositeAlarm", f"composite-{n}", **composite)


def calls_in(work: Callable[[], object]) -> int:
    """How many functions some work calls."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def calls_for(resources: Sequence[Resource]) -> int:
    """How many functions are called to evaluate a stack by every policy on stacks."""
    policies = [policy for policy in policies_by_name().values() if policy.on_stack]
    configurations = {policy.name: configure(policy, {}) for policy in policies}

    def work() -> None:
        stack = Stack(resources)
        for policy in policies:
            judge_stack(policy, stack, configurations[policy.name])

    return calls_in(work)


def calls_of_run(resources: Sequence[Resource], is_preview: bool) -> int:
    """How many functions a preview or an update calls: first for each resource, then for the stack."""
    session = Session(list(policies_by_name().values()), lambda: date(2030, 1, 1))
    session.is_preview = is_preview

    def work() -> None:
        for one in resources:
            session.analyze(one)
        session.analyze_stack(Stack(resources))

    return calls_in(work)


SHAPES = [
    parts,
    shared_group,
    shared_source,
    range_of_network,
    shared_role,
    unknown_settings,
    unknown_owners,
    unknown_members,
    unknown_interfaces,
    unknown_principals,
    unknown_names,
    unknown_arns,
    unknown_roles,
    backup_selections,
    unknown_outputs,
    passed_on_groups,
    passed_on_subnets,
    unknown_associations,
    prefix_lists,
    list_of_all,
    sources_by_name,
    unknown_origins,
]


@pytest.mark.parametrize("stack", SHAPES, ids=lambda stack: stack.__name__)
def test_four_times_the_stack_costs_about_four_times_the_work(stack: Callable[[int], Iterator[Resource]]) -> None:
    calls_for([*stack(1)])  # what is read once, such as the tables of actions
    small, large = calls_for([*stack(8)]), calls_for([*stack(32)])
    assert large / small < 4 * 1.01


@pytest.mark.parametrize("is_preview", [True, False], ids=["preview", "update"])
@pytest.mark.parametrize(
    "stack",
    [parts, watched_alarms, shared_role, parts_of_one_property, unknown_associations],
    ids=lambda stack: stack.__name__,
)
def test_four_times_the_stack_costs_a_preview_and_an_update_about_four_times_the_work(
    stack: Callable[[int], Iterator[Resource]], is_preview: bool
) -> None:
    calls_of_run([*stack(1)], is_preview)
    small, large = (calls_of_run([*stack(members)], is_preview) for members in (8, 32))
    assert large / small < 4 * 1.01
