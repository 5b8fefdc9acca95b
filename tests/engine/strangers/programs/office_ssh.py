"""A host that the office reaches by SSH, and that answers pings."""

import pulumi_aws as aws

vpc = aws.ec2.get_vpc(default=True)
group = aws.ec2.SecurityGroup(
    "office",
    vpc_id=vpc.id,
    description="SSH from the office",
    ingress=[
        {
            "protocol": "tcp",
            "from_port": 22,
            "to_port": 22,
            "cidr_blocks": ["203.0.113.7/32"],
            "description": "SSH from the office",
        },
        {"protocol": "icmp", "from_port": 8, "to_port": -1, "cidr_blocks": ["0.0.0.0/0"], "description": "Pings"},
    ],
    egress=[
        {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"], "description": "Updates"}
    ],
)
aws.ec2.Instance("office", ami="ami-0123456789abcdef0", instance_type="t3.micro", vpc_security_group_ids=[group.id])
