"""A network whose database is open to the internet, and permissions of each form."""

import json

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
subnets = [
    aws.ec2.Subnet(
        f"private-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{place}.0/24", availability_zone=f"us-east-1{zone}"
    )
    for place, zone in enumerate("ab")
]
web = aws.ec2.SecurityGroup(
    "web",
    vpc_id=vpc.id,
    description="Web",
    ingress=[
        {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"], "description": "Requests"},
        {
            "protocol": "tcp",
            "from_port": 22,
            "to_port": 22,
            "cidr_blocks": ["198.51.100.0/24"],
            "description": "Office",
        },
    ],
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"], "description": "All"}],
)
data = aws.ec2.SecurityGroup("data", vpc_id=vpc.id, description="Data")
aws.vpc.SecurityGroupIngressRule(
    "from-web",
    security_group_id=data.id,
    referenced_security_group_id=web.id,
    ip_protocol="tcp",
    from_port=5432,
    to_port=5432,
    description="From the servers",
)
aws.vpc.SecurityGroupIngressRule(
    "hole",
    security_group_id=data.id,
    cidr_ipv4="0.0.0.0/0",
    ip_protocol="tcp",
    from_port=5432,
    to_port=5432,
    description="Opened for a test",
)
aws.ec2.Instance(
    "server",
    ami="ami-0123456789abcdef0",
    instance_type="t3.micro",
    subnet_id=subnets[0].id,
    vpc_security_group_ids=[web.id],
)
group = aws.rds.SubnetGroup("data", subnet_ids=[subnet.id for subnet in subnets])
aws.rds.Instance(
    "data",
    engine="postgres",
    instance_class="db.t4g.micro",
    allocated_storage=20,
    username="owner",
    password=pulumi.Output.secret("hunter2hunter2"),
    db_subnet_group_name=group.name,
    vpc_security_group_ids=[data.id],
    skip_final_snapshot=True,
)


def document(*statements: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


limits = aws.iam.Policy(
    "limits", name="limits", policy=document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
)
role = aws.iam.Role(
    "server",
    name="server",
    permissions_boundary=limits.arn,
    assume_role_policy=document(
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    ),
)
bucket = aws.s3.Bucket("files", bucket="stranger-files")
shared = aws.iam.Policy(
    "shared",
    name="shared",
    policy=bucket.arn.apply(
        lambda arn: document({"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"{arn}/*"})
    ),
)
aws.iam.RolePolicyAttachment("shared", role=role.name, policy_arn=shared.arn)
aws.iam.RolePolicyAttachment("logs", role=role.name, policy_arn="arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy")
aws.iam.RolePolicy(
    "own",
    name="own",
    role=role.name,
    policy=document(
        {
            "Sid": "Tell",
            "Effect": "Allow",
            "Action": ["sns:Publish", "sns:Subscribe"],
            "Resource": ["arn:aws:sns:us-east-1:123456789012:alerts"],
            "Condition": {"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}},
        },
        {"Effect": "Deny", "NotAction": "sns:*", "NotResource": "arn:aws:sns:*:*:*"},
    ),
)
aws.s3.BucketPolicy(
    "files",
    bucket=bucket.bucket,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Everyone",
                    "Effect": "Deny",
                    "Action": "s3:*",
                    "Principal": "*",
                    "Resource": "arn:aws:s3:::stranger-files/*",
                },
                {
                    "Sid": "Server",
                    "Effect": "Allow",
                    "Action": "s3:PutObject",
                    "Resource": "arn:aws:s3:::stranger-files/*",
                    "Principal": {"AWS": "arn:aws:iam::123456789012:role/server"},
                },
            ],
        }
    ),
)
people = aws.iam.Group("people", name="people")
person = aws.iam.User("person", name="person")
aws.iam.UserGroupMembership("person", user=person.name, groups=[people.name])
aws.iam.GroupPolicy(
    "people",
    name="people",
    group=people.name,
    policy=document({"Effect": "Allow", "Action": "iam:ChangePassword", "Resource": "*"}),
)
