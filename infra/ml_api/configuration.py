"""The keys of the stack's configuration, each declared once: the program and README's table are made from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import checks

Check = Callable[[str], "str | None"]


@dataclass(frozen=True)
class Key:
    """One key of the configuration.

    Attributes:
        name: Its name; one of another namespace than the project's has that in front.
        meaning: What it decides, in Markdown.
        check: Whether a value will do; None where that depends on other values, and the reader checks it.
        variable: The environment variable that stands in for it.
        default: The value where nothing is set; None where there is no fixed one.
        otherwise: What holds then, in Markdown.
        secret: Whether its value is to be encrypted.
    """

    name: str
    meaning: str
    check: Check | None = None
    variable: str | None = None
    default: str | None = None
    otherwise: str = "none"
    secret: bool = False


ENVIRONMENT_SUFFIX = Key(
    "environment_suffix",
    "ends every name",
    checks.environment_suffix,
    variable="ENVIRONMENT_SUFFIX",
    otherwise="the stack's name",
)
REGION = Key(
    "aws:region",
    "a region with at least three availability zones",
    checks.region,
    variable="AWS_REGION",
    default="us-east-1",
)
REPOSITORY = Key(
    "repository", "the tag `Repository`", checks.tag_value, variable="REPOSITORY", otherwise="the project's name"
)
TEAM = Key("team", "the tag `Team`", checks.tag_value, variable="TEAM", default="platform")
DB_PASSWORD = Key(
    "db_password",
    "Aurora's password; without it Aurora makes and rotates one in Secrets Manager",
    checks.password,
    secret=True,
)
CONTAINER_IMAGE = Key(
    "container_image",
    "the image of the API: it listens on 8080 without root and answers `/health` with 200. The root file system is "
    "read-only and `/tmp` a scratch volume: an image that runs without root declares `VOLUME /tmp`, or cannot write "
    "there",
    checks.image,
    otherwise="nginx, unprivileged",
)
ALB_CERTIFICATE_ARN = Key(
    "alb_certificate_arn", "a certificate in the stack's region: HTTPS on 443, and 80 redirects to it"
)
DOMAIN_NAME = Key("domain_name", "the name that clients use, together with `hosted_zone_id`", checks.domain_name)
HOSTED_ZONE_ID = Key("hosted_zone_id", "the Route 53 zone that contains `domain_name`", checks.hosted_zone_id)
CLOUDFRONT_CERTIFICATE_ARN = Key(
    "cloudfront_certificate_arn",
    "a certificate in us-east-1 for the domain name",
    otherwise="one that the stack creates and validates by DNS",
)
WAF = Key(
    "waf",
    "a web ACL on CloudFront and one on the load balancer, which then lets nobody in but CloudFront",
    checks.boolean,
    default="false",
)
AURORA_ENGINE_VERSION = Key(
    "aurora_engine_version",
    'major version 15 or later; in quotes in a stack file, where `16.10` is the number 16.1 and `"16.10"` the version',
    checks.aurora_engine_version,
    default="15.4",
)
CUSTOMER_MANAGED_KEY = Key(
    "customer_managed_key", "a KMS key of the stack instead of AWS-managed ones", checks.boolean, default="false"
)
PROTECT = Key(
    "protect",
    "protection from deletion, by Pulumi and by AWS; without it `pulumi destroy` removes everything",
    checks.boolean,
    default="false",
)
FINAL_SNAPSHOT = Key(
    "final_snapshot",
    "a snapshot of the database when it is deleted, and its automated backups stay",
    checks.boolean,
    otherwise="as `protect`",
)

KEYS = (
    ENVIRONMENT_SUFFIX,
    REGION,
    REPOSITORY,
    TEAM,
    DB_PASSWORD,
    CONTAINER_IMAGE,
    ALB_CERTIFICATE_ARN,
    DOMAIN_NAME,
    HOSTED_ZONE_ID,
    CLOUDFRONT_CERTIFICATE_ARN,
    WAF,
    AURORA_ENGINE_VERSION,
    CUSTOMER_MANAGED_KEY,
    PROTECT,
    FINAL_SNAPSHOT,
)
"""Every key, in the order of README's table."""
