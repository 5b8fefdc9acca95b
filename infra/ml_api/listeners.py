"""How requests get through the load balancer to the tasks: its listeners, and their rules for paths."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .firewall import HTTP_PORT, HTTPS_PORT

HEALTH_PATH = "/health"
ERROR_PAGE_PATH = "/errors/unavailable"
# In order of priority. Health is served as well, so that anyone can see from outside whether the API answers.
FORWARDED_PATHS = {"api-v1": "/api/v1/*", "api-v2": "/api/v2/*", "health": HEALTH_PATH}

# TLS 1.3, and of TLS 1.2 only ciphers with forward secrecy and authenticated encryption.
# Source: User Guide for Application Load Balancers, "Security policies for your Application Load Balancer".
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


@dataclass(frozen=True)
class ListenersArgs:
    """The load balancer that listens, the tasks it forwards to, and its certificate if there is one."""

    load_balancer_arn: pulumi.Input[str]
    target_group_arn: pulumi.Input[str]
    certificate_arn: str | None


class Listeners(pulumi.ComponentResource):
    """Listeners and path rules. Returns ``ready``: a service can join the target group only after these."""

    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: ListenersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:edge:Listeners", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._args = args
        listener = self._listener()
        self.ready = [listener, *self._path_rules(listener)]
        self.register_outputs({})

    def _listener(self) -> aws.lb.Listener:
        """The listener that serves requests. With a certificate it is the HTTPS one, and HTTP redirects to it."""
        if self._args.certificate_arn is None:
            return aws.lb.Listener(
                "http",
                load_balancer_arn=self._args.load_balancer_arn,
                port=HTTP_PORT,
                protocol="HTTP",
                default_actions=[_not_found()],
                opts=self._child,
            )
        aws.lb.Listener(
            "http",
            load_balancer_arn=self._args.load_balancer_arn,
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
            load_balancer_arn=self._args.load_balancer_arn,
            port=HTTPS_PORT,
            protocol="HTTPS",
            certificate_arn=self._args.certificate_arn,
            ssl_policy=TLS_POLICY,
            default_actions=[_not_found()],
            opts=self._child,
        )

    def _path_rules(self, listener: aws.lb.Listener) -> list[aws.lb.ListenerRule]:
        """The paths that reach the tasks, and the error page that CloudFront fetches when no task answers."""
        forward = aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=self._args.target_group_arn)
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
