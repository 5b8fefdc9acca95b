"""WordPress on an instance, with its database on RDS, all in the default network."""

import pulumi
import pulumi_aws as aws

password = pulumi.Config().get_secret("password") or pulumi.Output.secret("Correct-Horse-9-Staple")
web = aws.ec2.SecurityGroup(
    "wordpress",
    description="Web traffic",
    ingress=[
        {"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": ["0.0.0.0/0"]} for port in (80, 443)
    ],
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
)
data = aws.ec2.SecurityGroup(
    "wordpress-db",
    description="The database",
    ingress=[{"protocol": "tcp", "from_port": 3306, "to_port": 3306, "security_groups": [web.id]}],
)
database = aws.rds.Instance(
    "wordpress",
    allocated_storage=20,
    engine="mysql",
    engine_version="8.0",
    instance_class="db.t3.micro",
    db_name="wordpress",
    username="wordpress",
    password=password,
    vpc_security_group_ids=[data.id],
    skip_final_snapshot=True,
)
aws.ec2.Instance(
    "wordpress",
    ami="ami-0123456789abcdef0",
    instance_type="t3.small",
    vpc_security_group_ids=[web.id],
    user_data=database.endpoint.apply(lambda endpoint: f"#!/bin/sh\necho {endpoint} > /etc/wordpress-db\n"),
)
