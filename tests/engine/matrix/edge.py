"""Mutants of the load balancer, the distribution, the web ACL, the tasks and the logs."""

from __future__ import annotations

from tests.engine.mutants import (
    BALANCER,
    DISTRIBUTION,
    ECS_CLUSTER,
    KEY,
    LISTENER,
    LOG_GROUP,
    OWN_KEY,
    SERVICE,
    TASK,
    WAF,
    WEB_ACL,
    Mutant,
    bend,
    edited,
)
from tests.engine.stacks import Change

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
TLS = {"alb_certificate_arn": CERTIFICATE}

MUTANTS: list[Mutant] = [
    edited(
        "one line: a task has a public IP address",
        "ml_api/service.py",
        "assign_public_ip=False",
        "assign_public_ip=True",
        ("ecs-no-public-address", "api"),
    ),
    edited(
        "one line: logs are kept a week",
        "ml_api/log_group.py",
        "retention_in_days=RETENTION_DAYS",
        "retention_in_days=7",
        *(("log-retention", name) for name in ("api", "database", "flow-logs", "insights", "load-balancer")),
    ),
    # private tasks
    bend(
        "a task has a public IP address",
        "ecs-no-public-address",
        SERVICE,
        "api",
        set={"networkConfiguration.assignPublicIp": True},
    ),
    # retention
    bend(
        "the group of Container Insights has another name",
        "log-groups-declared",
        LOG_GROUP,
        "insights",
        at="api",
        set={"name": "/insights"},
    ),
    bend(
        "the group of the database has another name",
        "log-groups-declared",
        LOG_GROUP,
        "database",
        at="database",
        set={"name": "/database"},
    ),
    bend(
        "the group of the containers has another name",
        "log-groups-declared",
        LOG_GROUP,
        "api",
        at="api",
        set={"name": "/api"},
    ),
    bend("logs are kept a week", "log-retention", LOG_GROUP, "api", set={"retentionInDays": 7}),
    bend("logs are kept forever", "log-retention", LOG_GROUP, "flow-logs", set={"retentionInDays": 0}),
    bend("retention is not set", "log-retention", LOG_GROUP, "load-balancer", remove=["retentionInDays"]),
    bend("logs are kept a year", "log-retention", LOG_GROUP, "database", set={"retentionInDays": 365}),
    # encryption in transit
    # Without HTTPS for viewers, the load balancer's HTTP listeners are not exempt either.
    Mutant(
        "viewers may use HTTP",
        (Change(DISTRIBUTION, "cdn", {"defaultCacheBehavior.viewerProtocolPolicy": "allow-all"}),),
        frozenset(
            {("cloudfront-viewers-https", "cdn")}
            | {("listener-encrypted", name) for name in ("http", "api-v1", "api-v2", "error-page", "health")}
        ),
    ),
    bend(
        "an old TLS policy",
        "listener-tls-policy",
        LISTENER,
        "https",
        set={"sslPolicy": "ELBSecurityPolicy-2016-08"},
        config=TLS,
    ),
    bend(
        "the origin may use TLS 1.0",
        "cloudfront-origin-tls-versions",
        DISTRIBUTION,
        "cdn",
        set={"origins.0.customOriginConfig.originSslProtocols": ["TLSv1", "TLSv1.2"]},
    ),
    # load balancer
    bend(
        "access logs are off", "load-balancer-access-logs", BALANCER, "load-balancer", set={"accessLogs.enabled": False}
    ),
    bend("access logs are not set", "load-balancer-access-logs", BALANCER, "load-balancer", remove=["accessLogs"]),
    bend(
        "invalid headers are passed on",
        "load-balancer-drops-invalid-headers",
        BALANCER,
        "load-balancer",
        set={"dropInvalidHeaderFields": False},
    ),
    bend(
        "requests are only monitored for desync",
        "load-balancer-desync-mitigation",
        BALANCER,
        "load-balancer",
        set={"desyncMitigationMode": "monitor"},
    ),
    # ECS
    bend("an old platform version", "ecs-platform-version", SERVICE, "api", set={"platformVersion": "1.3.0"}),
    bend(
        "Container Insights is off",
        "ecs-container-insights",
        ECS_CLUSTER,
        "api",
        set={"settings": [{"name": "containerInsights", "value": "disabled"}]},
    ),
    bend(
        "the root file system can be written",
        "ecs-read-only-root",
        TASK,
        "api",
        set={"containerDefinitions.0.readonlyRootFilesystem": False},
    ),
    bend(
        "a container is privileged",
        "ecs-host-isolation",
        TASK,
        "api",
        set={"containerDefinitions.0.privileged": True},
    ),
    bend(
        "a container does not log",
        "ecs-container-logging",
        TASK,
        "api",
        remove=["containerDefinitions.0.logConfiguration"],
    ),
    bend(
        "a secret is in an environment variable",
        "ecs-no-secret-in-environment",
        TASK,
        "api",
        set={"containerDefinitions.0.environment": [{"name": "DB_PASSWORD", "value": "correct-horse-1"}]},
    ),
    # CloudFront and the web ACL
    bend(
        "no security headers",
        "cloudfront-strict-transport",
        DISTRIBUTION,
        "cdn",
        set={"defaultCacheBehavior.responseHeadersPolicyId": ""},
    ),
    bend("a web ACL without rules", "web-acl-rules", WEB_ACL, "waf", set={"rules": []}, config=WAF),
    # the customer managed key
    bend("the key does not rotate", "kms-rotation", KEY, "data", set={"enableKeyRotation": False}, config=OWN_KEY),
]
