"""The network of a platform team, whose subnets and groups other stacks use."""

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("platform", cidr_block="10.20.0.0/16", enable_dns_hostnames=True)
gateway = aws.ec2.InternetGateway("platform", vpc_id=vpc.id)
table = aws.ec2.RouteTable(
    "public", vpc_id=vpc.id, routes=[aws.ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", gateway_id=gateway.id)]
)
for number, zone in enumerate(("us-east-1a", "us-east-1b")):
    subnet = aws.ec2.Subnet(
        f"public-{number}", vpc_id=vpc.id, cidr_block=f"10.20.{number}.0/24", availability_zone=zone
    )
    aws.ec2.RouteTableAssociation(f"public-{number}", subnet_id=subnet.id, route_table_id=table.id)
web = aws.ec2.SecurityGroup(
    "web",
    vpc_id=vpc.id,
    description="For the load balancers of other stacks",
    ingress=[
        aws.ec2.SecurityGroupIngressArgs(
            protocol="tcp", from_port=443, to_port=443, cidr_blocks=["0.0.0.0/0"], description="HTTPS"
        )
    ],
)
pulumi.export("web_group_id", web.id)
