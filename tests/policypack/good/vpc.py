"""Good resources of the network and its security groups."""

from __future__ import annotations

from typing import Any

_WEB = {"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "description": "HTTPS"}
_ENTRY = {
    "action": "allow",
    "ruleNo": 100.0,
    "protocol": "tcp",
    "cidrBlock": "0.0.0.0/0",
    "fromPort": 443.0,
    "toPort": 443.0,
}

GOOD: dict[str, dict[str, Any]] = {
    "aws:ec2/subnet:Subnet": {
        "vpcId": "vpc-0123",
        "cidrBlock": "10.0.0.0/24",
        "availabilityZone": "us-east-1a",
        "mapPublicIpOnLaunch": False,
    },
    "aws:ec2/defaultSubnet:DefaultSubnet": {"availabilityZone": "us-east-1a", "mapPublicIpOnLaunch": False},
    "aws:ec2/securityGroup:SecurityGroup": {
        "vpcId": "vpc-0123",
        "description": "Load balancer: web traffic in, tasks out",
        "ingress": [{**_WEB, "cidrBlocks": ["0.0.0.0/0"]}],
        "egress": [{**_WEB, "cidrBlocks": ["0.0.0.0/0"]}],
    },
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"vpcId": "vpc-0123"},
    "aws:ec2/securityGroupRule:SecurityGroupRule": {
        "securityGroupId": "sg-0123",
        "type": "ingress",
        "cidrBlocks": ["0.0.0.0/0"],
        **_WEB,
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "securityGroupId": "sg-0123",
        "cidrIpv4": "0.0.0.0/0",
        "ipProtocol": "tcp",
        "fromPort": 443.0,
        "toPort": 443.0,
        "description": "HTTPS from the internet",
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        "securityGroupId": "sg-0123",
        "cidrIpv4": "0.0.0.0/0",
        "ipProtocol": "tcp",
        "fromPort": 443.0,
        "toPort": 443.0,
        "description": "HTTPS to AWS services",
    },
    "aws:ec2/networkAcl:NetworkAcl": {"vpcId": "vpc-0123", "ingress": [_ENTRY]},
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": {"defaultNetworkAclId": "acl-0123", "ingress": [_ENTRY]},
    "aws:ec2/networkAclRule:NetworkAclRule": {
        "networkAclId": "acl-0123",
        "ruleNumber": 100.0,
        "ruleAction": "allow",
        "protocol": "tcp",
        "cidrBlock": "0.0.0.0/0",
        "fromPort": 443.0,
        "toPort": 443.0,
    },
}
