"""The application load balancer: what the internet and CloudFront reach, and how requests get to the tasks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .firewall import CONTAINER_PORT, HTTP_PORT, HTTPS_PORT
from .log_group import log_group
from .names import Names

HEALTH_PATH = "/health"
ERROR_PAGE_PATH = "/errors/unavailable"
# In order of priority. Health is served as well, so that anyone can see from outside whether the API answers.
FORWARDED_PATHS = {"api-v1": "/api/v1/*", "api-v2": "/api/v2/*", "health": HEALTH_PATH}

# TLS 1.3, and of TLS 1.2 only ciphers with forward secrecy and authenticated encryption.
# Source: User Guide for Application Load Balancers, "Security policies for your Application Load Balancer".
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


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
        self._child = pulumi.ResourceOptions(parent=self)
        names = args.names
        # The load balancer itself delivers to S3 only; this group is for what ships its access logs to CloudWatch.
        log_group(name, names.load_balancer_log_group, args.key_arn, self._child)
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
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.log_bucket_ready]),
        )
        self._targets = aws.lb.TargetGroup(
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
            opts=self._child,
        )
        listener = self._listener(balancer, args.certificate_arn)
        self.ready = [listener, *self._path_rules(listener)]
        self.arn = balancer.arn
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.arn_suffix = balancer.arn_suffix
        self.target_group_arn = self._targets.arn
        self.target_group_arn_suffix = self._targets.arn_suffix
        self.register_outputs({"dns_name": self.dns_name})

    def _listener(self, balancer: aws.lb.LoadBalancer, certificate_arn: str | None) -> aws.lb.Listener:
        """The listener that serves requests. With a certificate it is the HTTPS one, and HTTP redirects to it."""
        if certificate_arn is None:
            return aws.lb.Listener(
                "http",
                load_balancer_arn=balancer.arn,
                port=HTTP_PORT,
                protocol="HTTP",
                default_actions=[_not_found()],
                opts=self._child,
            )
        aws.lb.Listener(
            "http",
            load_balancer_arn=balancer.arn,
            port=HTTP_PORT,
            protocol="HTTP",
            default_actions=[
                aws.lb.ListenerDefaultActionArgs(
                    type="redirect",
                    redirect=aws.lb.ListenerDefaultActionRedirectArgs(
                        protocol="HTTPS", port=str(HTTPS_PORT), status_code="HTTP_301"
                    ),
                )
            ],
            opts=self._child,
        )
        return aws.lb.Listener(
            "https",
            load_balancer_arn=balancer.arn,
            port=HTTPS_PORT,
            protocol="HTTPS",
            certificate_arn=certificate_arn,
            ssl_policy=TLS_POLICY,
            default_actions=[_not_found()],
            opts=self._child,
        )

    def _path_rules(self, listener: aws.lb.Listener) -> list[aws.lb.ListenerRule]:
        """The paths that reach the tasks, and the error page that CloudFront fetches when no task answers."""
        forward = aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=self._targets.arn)
        error_page = aws.lb.ListenerRuleActionArgs(
            type="fixed-response",
            fixed_response=aws.lb.ListenerRuleActionFixedResponseArgs(
                content_type="application/json",
                message_body=json.dumps({"error": "The service is temporarily unavailable. Please try again shortly."}),
                status_code="200",
            ),
        )
        paths = {**FORWARDED_PATHS, "error-page": ERROR_PAGE_PATH}
        return [
            aws.lb.ListenerRule(
                rule,
                listener_arn=listener.arn,
                priority=priority,
                conditions=[
                    aws.lb.ListenerRuleConditionArgs(
                        path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=[path])
                    )
                ],
                actions=[forward if rule in FORWARDED_PATHS else error_page],
                opts=self._child,
            )
            for priority, (rule, path) in enumerate(paths.items(), start=1)
        ]


def _not_found() -> aws.lb.ListenerDefaultActionArgs:
    """What any other path gets, without troubling a task."""
    return aws.lb.ListenerDefaultActionArgs(
        type="fixed-response",
        fixed_response=aws.lb.ListenerDefaultActionFixedResponseArgs(
            content_type="application/json", message_body=json.dumps({"error": "Not found"}), status_code="404"
        ),
    )
