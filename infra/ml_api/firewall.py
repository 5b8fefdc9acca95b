"""Who may talk to whom: internet or CloudFront → load balancer → tasks → database, each link one rule resource.

A rule a resource, rather than lists inside the groups, lets the engine name both ends of a link before either exists.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .names import Names
from .network import ANYWHERE

HTTP_PORT = 80
HTTPS_PORT = 443
CONTAINER_PORT = 8080
DATABASE_PORT = 5432

IN = aws.vpc.SecurityGroupIngressRule
OUT = aws.vpc.SecurityGroupEgressRule


# The addresses from which CloudFront's edge locations reach origins.
# Source: Amazon CloudFront Developer Guide, "Locations and IP address ranges of CloudFront edge servers".
CLOUDFRONT_PREFIX_LIST = "com.amazonaws.global.cloudfront.origin-facing"


@dataclass(frozen=True)
class FirewallArgs:
    """Names, the VPC the groups belong to, and the one port of the load balancer if only CloudFront may reach it."""

    names: Names
    vpc_id: pulumi.Input[str]
    cloudfront_port: int | None


class Firewall(pulumi.ComponentResource):
    """The three security groups and their rules. Returns the groups' ids."""

    load_balancer_group_id: pulumi.Output[str]
    task_group_id: pulumi.Output[str]
    database_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:network:Firewall", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._args = args
        load_balancer = self._group("load-balancer", "ML API load balancer: web traffic in, tasks out")
        task = self._group("task", "ML API tasks: load balancer in, database and AWS services out")
        database = self._group("database", "ML API database: tasks in, nothing out")

        self._entrance(load_balancer)
        self._rule(OUT, "load-balancer-task", load_balancer, CONTAINER_PORT, "Requests to the tasks", peer=task)
        self._rule(
            IN, "task-load-balancer", task, CONTAINER_PORT, "Requests from the load balancer", peer=load_balancer
        )
        self._rule(OUT, "task-database", task, DATABASE_PORT, "Queries to the database", peer=database)
        # Images, secrets, logs and sessions are behind public addresses that change: no narrower range exists. S3 and
        # DynamoDB are in it, although the route to them is their endpoint. DNS goes to the VPC's own resolver, which
        # security groups do not filter.
        self._rule(OUT, "task-https", task, HTTPS_PORT, "HTTPS to AWS services and the image registry", cidr=ANYWHERE)
        self._rule(IN, "database-task", database, DATABASE_PORT, "Queries from the tasks", peer=task)

        self.load_balancer_group_id = load_balancer.id
        self.task_group_id = task.id
        self.database_group_id = database.id
        self.register_outputs({})

    def _group(self, part: str, description: str) -> aws.ec2.SecurityGroup:
        """A group without rules of its own: the provider also removes the one by which AWS lets all traffic out."""
        return aws.ec2.SecurityGroup(
            part,
            name=self._args.names.of(part),
            description=description,
            vpc_id=self._args.vpc_id,
            tags={"Name": self._args.names.of(part)},
            opts=self._child,
        )

    def _entrance(self, load_balancer: aws.ec2.SecurityGroup) -> None:
        """Lets the internet in, or CloudFront alone, so that nobody passes by the web ACL in front of it.

        The prefix list counts as 55 of the 60 rules that a group may have: it fits once. The rule from it is another
        resource, since AWS does not change the kind of a rule's source. Sources: Amazon VPC User Guide, "Available
        AWS-managed prefix lists"; Amazon EC2 API Reference, "ModifySecurityGroupRules".
        """
        port = self._args.cloudfront_port
        if port is None:
            self._rule(IN, "load-balancer-http", load_balancer, HTTP_PORT, "HTTP from the internet", cidr=ANYWHERE)
            self._rule(IN, "load-balancer-https", load_balancer, HTTPS_PORT, "HTTPS from the internet", cidr=ANYWHERE)
            return
        origins = aws.ec2.get_managed_prefix_list_output(
            name=CLOUDFRONT_PREFIX_LIST, opts=pulumi.InvokeOutputOptions(parent=self)
        )
        description = "Requests from CloudFront"
        self._rule(IN, "load-balancer-cloudfront", load_balancer, port, description, prefix_list_id=origins.id)

    def _rule(
        self,
        direction: type[aws.vpc.SecurityGroupIngressRule] | type[aws.vpc.SecurityGroupEgressRule],
        rule: str,
        group: aws.ec2.SecurityGroup,
        port: int,
        description: str,
        *,
        cidr: str | None = None,
        peer: aws.ec2.SecurityGroup | None = None,
        prefix_list_id: pulumi.Input[str] | None = None,
    ) -> None:
        """Lets one TCP port in or out, between a group and a range, another group or a prefix list."""
        direction(
            rule,
            security_group_id=group.id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=cidr,
            referenced_security_group_id=peer.id if peer is not None else None,
            prefix_list_id=prefix_list_id,
            description=description,
            opts=self._child,
        )
