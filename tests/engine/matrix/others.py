"""Mutants of keys, secrets, certificates, image repositories, capacity, alarms and the web ACL's log."""

from __future__ import annotations

from tests.engine.mutants import KEY, LISTENER, OWN_KEY, SECRET, TABLE, WAF, Mutant, bend, statement

ACCOUNT = "123456789012"
TLS = {"alb_certificate_arn": f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"}
DOMAIN = {"domain_name": "ml-api.example.com", "hosted_zone_id": "Z0123456789EXAMPLE00"}
HELLO = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "200"}}
OTHER_ACL = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:regional/webacl/other/01234567-89ab-cdef-0123-456789abcdef"

MUTANTS: list[Mutant] = [
    bend("a secret has no description", "secret-description", SECRET, "connection", remove=["description"]),
    bend("the key has no description", "kms-description", KEY, "data", set={"description": ""}, config=OWN_KEY),
    bend(
        "anyone may use the key",
        "kms-key-policy",
        KEY,
        "data",
        set={"policy": statement(Principal="*", Action="kms:Decrypt", Resource="*")},
        config=OWN_KEY,
    ),
    bend(
        "the lockout safety check is bypassed",
        "kms-lockout-check",
        KEY,
        "data",
        set={"bypassPolicyLockoutSafetyCheck": True},
        config=OWN_KEY,
    ),
    bend(
        "the certificate is validated by email",
        "certificate-dns-validation",
        "aws:acm/certificate:Certificate",
        "edge",
        set={"validationMethod": "EMAIL"},
        config=DOMAIN,
    ),
    bend(
        "HTTP is answered beside HTTPS",
        "listener-encrypted",
        LISTENER,
        "http",
        set={"defaultActions": [HELLO]},
        config=TLS,
    ),
    bend(
        "the table has a fixed capacity",
        "dynamodb-capacity",
        TABLE,
        "sessions",
        set={"billingMode": "PROVISIONED", "readCapacity": 5, "writeCapacity": 5},
    ),
    bend(
        "the web ACL does not log",
        "web-acl-logs",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        "waf",
        at="waf",
        set={"resourceArn": OTHER_ACL},
        config=WAF,
    ),
    Mutant(
        "image tags are mutable, and images are not scanned",
        (),
        frozenset({("ecr-immutable-tags", "api"), ("ecr-scan-on-push", "api"), ("ecr-encryption", "api")}),
        extra='import pulumi_aws as aws\naws.ecr.Repository("api", name="ml/api")',
    ),
    Mutant(
        "an alarm has no actions",
        (),
        frozenset({("alarm-actions", "errors")}),
        extra="""
import pulumi_aws as aws
aws.cloudwatch.MetricAlarm("errors", comparison_operator="GreaterThanThreshold", evaluation_periods=1, threshold=1,
    metric_name="HTTPCode_ELB_5XX_Count", namespace="AWS/ApplicationELB", period=60, statistic="Sum")
""",
    ),
    bend(
        "a resource without an owner",
        "resource-tagged",
        TABLE,
        "sessions",
        set={"tags": {"Environment": "dev", "Repository": "ml-api", "Project": "ml-api", "ManagedBy": "Pulumi"}},
        policies={"resource-tagged": "mandatory"},
    ),
]
