"""The network: a VPC over three zones, public subnets for what faces the internet, private ones for everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .documents import allow, document
from .names import Names
from .sessions import SESSION_ACTIONS

VPC_CIDR = "10.0.0.0/16"
PUBLIC_CIDRS = ("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24")
PRIVATE_CIDRS = ("10.0.10.0/24", "10.0.11.0/24", "10.0.12.0/24")
ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class NetworkArgs:
    """Names, and the three availability zones to use."""

    names: Names
    zones: Sequence[str]


class Network(pulumi.ComponentResource):
    """The VPC, its subnets, their routes and the gateway endpoints. Returns the ids that others attach to."""

    vpc_id: pulumi.Output[str]
    public_subnet_ids: Sequence[pulumi.Output[str]]
    private_subnet_ids: Sequence[pulumi.Output[str]]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:network:Network", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._args = args
        vpc = aws.ec2.Vpc(
            name,
            cidr_block=VPC_CIDR,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": args.names.of("vpc")},
            opts=self._child,
        )
        # A VPC comes with a group that lets its members talk to each other. Adopting it without rules takes them away.
        aws.ec2.DefaultSecurityGroup(
            name, vpc_id=vpc.id, tags={"Name": args.names.of("default-unused")}, opts=self._child
        )
        public = self._subnets(vpc, "public", PUBLIC_CIDRS)
        private = self._subnets(vpc, "private", PRIVATE_CIDRS)
        gateway = aws.ec2.InternetGateway(
            name, vpc_id=vpc.id, tags={"Name": args.names.of("internet")}, opts=self._child
        )
        nat = self._nat_gateway(public[0], gateway)
        public_table = self._route_table(vpc, "public", public)
        aws.ec2.Route(
            "public-internet",
            route_table_id=public_table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self._child,
        )
        private_table = self._route_table(vpc, "private", private)
        aws.ec2.Route(
            "private-nat",
            route_table_id=private_table.id,
            destination_cidr_block=ANYWHERE,
            nat_gateway_id=nat.id,
            opts=self._child,
        )
        self._gateway_endpoint(vpc, private_table, "s3", s3_endpoint_policy(args.names))
        self._gateway_endpoint(vpc, private_table, "dynamodb", dynamodb_endpoint_policy(args.names))
        self.vpc_id = vpc.id
        self.public_subnet_ids = [subnet.id for subnet in public]
        self.private_subnet_ids = [subnet.id for subnet in private]
        self.register_outputs({"vpc_id": self.vpc_id})

    def _subnets(self, vpc: aws.ec2.Vpc, tier: str, cidrs: Sequence[str]) -> list[aws.ec2.Subnet]:
        """One subnet a zone. None gives its members a public address by itself: load balancer and NAT bring theirs."""
        return [
            aws.ec2.Subnet(
                f"{tier}-{number}",
                vpc_id=vpc.id,
                cidr_block=cidr,
                availability_zone=zone,
                map_public_ip_on_launch=False,
                tags={"Name": self._args.names.of(f"{tier}-{number}"), "Tier": tier},
                opts=self._child,
            )
            for number, (cidr, zone) in enumerate(zip(cidrs, self._args.zones, strict=True), start=1)
        ]

    def _nat_gateway(self, subnet: aws.ec2.Subnet, gateway: aws.ec2.InternetGateway) -> aws.ec2.NatGateway:
        """The way out of the private subnets. It works only once the VPC has its internet gateway."""
        after_gateway = pulumi.ResourceOptions(parent=self, depends_on=[gateway])
        tags = {"Name": self._args.names.of("nat")}
        address = aws.ec2.Eip("nat", domain="vpc", tags=tags, opts=after_gateway)
        return aws.ec2.NatGateway("nat", subnet_id=subnet.id, allocation_id=address.id, tags=tags, opts=after_gateway)

    def _route_table(self, vpc: aws.ec2.Vpc, tier: str, subnets: Sequence[aws.ec2.Subnet]) -> aws.ec2.RouteTable:
        """One table for all subnets of a tier."""
        table = aws.ec2.RouteTable(
            tier, vpc_id=vpc.id, tags={"Name": self._args.names.of(tier), "Tier": tier}, opts=self._child
        )
        for number, subnet in enumerate(subnets, start=1):
            aws.ec2.RouteTableAssociation(
                f"{tier}-{number}", route_table_id=table.id, subnet_id=subnet.id, opts=self._child
            )
        return table

    def _gateway_endpoint(self, vpc: aws.ec2.Vpc, table: aws.ec2.RouteTable, service: str, policy: str) -> None:
        """A free way to S3 or DynamoDB, beside the NAT gateway that charges for every gigabyte."""
        aws.ec2.VpcEndpoint(
            service,
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{self._args.names.region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id],
            policy=policy,
            tags={"Name": self._args.names.of(service)},
            opts=self._child,
        )


def s3_endpoint_policy(names: Names) -> str:
    """Only the layers of ECR images, which ECR serves from this bucket through signed addresses.

    Source: Amazon ECR User Guide, "Minimum Amazon S3 bucket permissions for Amazon ECR".
    """
    layers = f"arn:aws:s3:::prod-{names.region}-starport-layer-bucket/*"
    return document(allow("ReadImageLayers", ["s3:GetObject"], [layers], principal="*"))


def dynamodb_endpoint_policy(names: Names) -> str:
    """Only item operations on the session table, by this account."""
    return document(
        allow(
            "UseTheSessionTable",
            SESSION_ACTIONS,
            [names.session_table_arn],
            principal="*",
            condition={"StringEquals": {"aws:PrincipalAccount": names.account_id}},
        )
    )
