"""Good Elastic Load Balancing resources."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.value import UNKNOWN

_BALANCER: dict[str, Any] = {
    "name": "ml-api-alb-dev",
    "loadBalancerType": "application",
    "internal": False,
    "subnets": ["subnet-a", "subnet-b", "subnet-c"],
    "securityGroups": [UNKNOWN],
    "accessLogs": {"bucket": "ml-api-logs-dev", "enabled": True},
    "dropInvalidHeaderFields": True,
    "desyncMitigationMode": "defensive",
    "enableDeletionProtection": True,
}

_LISTENER: dict[str, Any] = {
    "loadBalancerArn": UNKNOWN,
    "port": 443.0,
    "protocol": "HTTPS",
    "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
    "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "defaultActions": [{"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "404"}}],
}

_RULE: dict[str, Any] = {
    "listenerArn": UNKNOWN,
    "priority": 1.0,
    "conditions": [{"pathPattern": {"values": ["/api/v1/*"]}}],
    "actions": [{"type": "forward", "targetGroupArn": UNKNOWN}],
}

_TARGETS: dict[str, Any] = {
    "name": "ml-api-tg-dev",
    "targetType": "ip",
    "protocol": "HTTP",
    "port": 8080.0,
    "vpcId": UNKNOWN,
    "healthCheck": {"path": "/health", "protocol": "HTTP", "interval": 30.0},
}

GOOD: dict[str, dict[str, Any]] = {
    f"aws:{module}/{token}": properties
    for module in ("lb", "alb", "elasticloadbalancingv2", "applicationloadbalancing")
    for token, properties in (
        ("loadBalancer:LoadBalancer", _BALANCER),
        ("listener:Listener", _LISTENER),
        ("listenerRule:ListenerRule", _RULE),
        ("targetGroup:TargetGroup", _TARGETS),
    )
} | {
    "aws:elb/loadBalancer:LoadBalancer": {
        "subnets": ["subnet-a", "subnet-b"],
        "securityGroups": [UNKNOWN],
        "listeners": [{"lbProtocol": "https", "lbPort": 443.0, "instanceProtocol": "http", "instancePort": 8080.0}],
    }
}
