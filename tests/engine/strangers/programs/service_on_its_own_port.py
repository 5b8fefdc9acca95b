"""A service on port 8000 in a VPC of its own, written with care."""

import json

import pulumi_aws as aws

vpc = aws.ec2.Vpc("shop", cidr_block="10.30.0.0/16")
gateway = aws.ec2.InternetGateway("shop", vpc_id=vpc.id)
public_table = aws.ec2.RouteTable(
    "shop-public", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}]
)
private_table = aws.ec2.RouteTable("shop-private", vpc_id=vpc.id)
subnets: dict[str, list[aws.ec2.Subnet]] = {"public": [], "private": []}
for offset, (tier, table) in enumerate((("public", public_table), ("private", private_table))):
    for number, zone in enumerate("ab"):
        subnet = aws.ec2.Subnet(
            f"shop-{tier}-{zone}",
            vpc_id=vpc.id,
            cidr_block=f"10.30.{10 * offset + number}.0/24",
            availability_zone=f"us-east-1{zone}",
        )
        aws.ec2.RouteTableAssociation(f"shop-{tier}-{zone}", subnet_id=subnet.id, route_table_id=table.id)
        subnets[tier].append(subnet)
balancer_group = aws.ec2.SecurityGroup("shop-lb", vpc_id=vpc.id, description="The load balancer of the shop")
task_group = aws.ec2.SecurityGroup("shop-task", vpc_id=vpc.id, description="The tasks of the shop")
aws.vpc.SecurityGroupIngressRule(
    "shop-https",
    security_group_id=balancer_group.id,
    cidr_ipv4="0.0.0.0/0",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    description="HTTPS from clients",
)
aws.vpc.SecurityGroupEgressRule(
    "shop-to-task",
    security_group_id=balancer_group.id,
    referenced_security_group_id=task_group.id,
    ip_protocol="tcp",
    from_port=8000,
    to_port=8000,
    description="Requests to the tasks",
)
aws.vpc.SecurityGroupIngressRule(
    "shop-from-lb",
    security_group_id=task_group.id,
    referenced_security_group_id=balancer_group.id,
    ip_protocol="tcp",
    from_port=8000,
    to_port=8000,
    description="Requests from the load balancer",
)
balancer = aws.lb.LoadBalancer(
    "shop", security_groups=[balancer_group.id], subnets=[subnet.id for subnet in subnets["public"]]
)
targets = aws.lb.TargetGroup("shop", port=8000, protocol="HTTP", target_type="ip", vpc_id=vpc.id)
aws.lb.Listener(
    "shop",
    load_balancer_arn=balancer.arn,
    port=443,
    protocol="HTTPS",
    ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    certificate_arn="arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
)
task = aws.ecs.TaskDefinition(
    "shop",
    family="shop",
    cpu="256",
    memory="512",
    network_mode="awsvpc",
    requires_compatibilities=["FARGATE"],
    container_definitions=json.dumps(
        [{"name": "shop", "image": "public.ecr.aws/nginx/nginx:1.27", "portMappings": [{"containerPort": 8000}]}]
    ),
)
aws.ecs.Service(
    "shop",
    cluster=aws.ecs.Cluster("shop").arn,
    task_definition=task.arn,
    launch_type="FARGATE",
    network_configuration={
        "subnets": [subnet.id for subnet in subnets["private"]],
        "security_groups": [task_group.id],
    },
    load_balancers=[{"target_group_arn": targets.arn, "container_name": "shop", "container_port": 8000}],
)
