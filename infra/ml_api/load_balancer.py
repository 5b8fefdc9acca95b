"""The application load balancer: what the internet and CloudFront reach, and what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .firewall import CONTAINER_PORT
from .listeners import HEALTH_PATH, Listeners, ListenersArgs
from .log_group import log_group
from .names import Names


@dataclass(frozen=True)
class LoadBalancerArgs:
    """Names and settings, where the load balancer stands, and the bucket policy that lets it write its access logs."""

    names: Names
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    certificate_arn: str | None
    key_arn: pulumi.Input[str] | None
    log_bucket_ready: pulumi.Resource
    protect: bool


class LoadBalancer(pulumi.ComponentResource):
    """Load balancer, target group, listeners and path rules.

    Returns its address, what auto-scaling measures, and ``ready``: a service can join the target group only after it.
    """

    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    target_group_arn_suffix: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:edge:LoadBalancer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        names = args.names
        # The load balancer itself delivers to S3 only; this group is for what ships its access logs to CloudWatch.
        log_group(name, names.load_balancer_log_group, args.key_arn, child)
        balancer = aws.lb.LoadBalancer(
            name,
            name=names.load_balancer,
            load_balancer_type="application",
            internal=False,
            subnets=args.subnet_ids,
            security_groups=[args.security_group_id],
            access_logs=aws.lb.LoadBalancerAccessLogsArgs(bucket=names.log_bucket, enabled=True),
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=args.protect,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.log_bucket_ready], protect=args.protect),
        )
        targets = aws.lb.TargetGroup(
            name,
            name=names.target_group,
            vpc_id=args.vpc_id,
            target_type="ip",
            protocol="HTTP",
            port=CONTAINER_PORT,
            deregistration_delay=30,
            health_check=aws.lb.TargetGroupHealthCheckArgs(
                path=HEALTH_PATH,
                protocol="HTTP",
                matcher="200",
                interval=30,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=3,
            ),
            opts=child,
        )
        listeners = Listeners(name, ListenersArgs(balancer.arn, targets.arn, args.certificate_arn), child)
        self.ready = listeners.ready
        self.arn = balancer.arn
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.arn_suffix = balancer.arn_suffix
        self.target_group_arn = targets.arn
        self.target_group_arn_suffix = targets.arn_suffix
        self.register_outputs({"dns_name": self.dns_name})
