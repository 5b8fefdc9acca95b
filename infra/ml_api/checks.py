"""What configured values must look like. Each check returns None for a good value, for a bad one what is expected."""

from __future__ import annotations

import json
import re

import pulumi_aws as aws

# The name of the target group, `ml-api-tg-<suffix>`, is the tightest of the stack's names: a target group's name may
# have 32 characters. Source: Elastic Load Balancing API Reference, "CreateTargetGroup".
MAX_SUFFIX_LENGTH = 32 - len("ml-api-tg-")

# Source: AWS General Reference, "Tag naming limits and requirements".
MAX_TAG_VALUE_LENGTH = 256

# Source: Amazon RDS API Reference, "CreateDBCluster", MasterUserPassword. The lower bound is this project's own.
MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 128
_NOT_IN_PASSWORDS = '/@" '

MIN_AURORA_MAJOR_VERSION = 15

# Regions of the `aws` partition. Those of the China, GovCloud, ISO and European Sovereign partitions have no CloudFront
# that takes a certificate and delivers logs in us-east-1, which is how this stack's edge is built.
REGIONS = frozenset(region.value for region in aws.Region if re.fullmatch(r"(?!cn-)[a-z]{2}-[a-z]+-\d", region.value))

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DOMAIN_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_IMAGE = re.compile(
    r"(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?/)?"
    r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*"
    r"(?P<tag>:\w[\w.-]{0,127})?(?P<digest>@sha256:[0-9a-f]{64})?",
    re.ASCII,
)


def environment_suffix(value: str) -> str | None:
    """The suffix becomes part of bucket, cluster, role and load balancer names: it must be legal in all of them."""
    if re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", value) and len(value) <= MAX_SUFFIX_LENGTH:
        return None
    return (
        f"1 to {MAX_SUFFIX_LENGTH} lower-case letters, digits and single hyphens, "
        "starting and ending with a letter or a digit"
    )


def region(value: str) -> str | None:
    """A commercial region that the installed AWS provider knows. How many zones it has is asked of AWS itself."""
    return None if value in REGIONS else f"one of {', '.join(sorted(REGIONS))}"


def tag_value(value: str) -> str | None:
    """A value that AWS accepts for a tag."""
    if re.fullmatch(r"[\w .:/=+@-]+", value) and len(value) <= MAX_TAG_VALUE_LENGTH and value.strip() == value:
        return None
    return f"1 to {MAX_TAG_VALUE_LENGTH} letters, digits, inner spaces and . : / = + - @ _"


def password(value: str) -> str | None:
    """A password that Aurora PostgreSQL accepts and that is not weak. The answer never repeats the value."""
    classes = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
    legal = all("!" <= character <= "~" and character not in _NOT_IN_PASSWORDS for character in value)
    strong = sum(bool(re.search(kind, value)) for kind in classes) >= 3
    if legal and strong and MIN_PASSWORD_LENGTH <= len(value) <= MAX_PASSWORD_LENGTH:
        return None
    return (
        f'{MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} printable ASCII characters other than / @ " and space, '
        "with at least three of lower-case letters, capitals, digits and symbols"
    )


def image(value: str) -> str | None:
    """A container image reference that names a tag or a digest, so that it is clear what runs."""
    found = _IMAGE.fullmatch(value)
    if found and (found["tag"] or found["digest"]):
        return None
    return "an image reference with a tag or a digest, such as registry.example.com/team/api:1.4.2"


def certificate_arn(value: str, in_region: str) -> str | None:
    """The ARN of an ACM certificate in one region."""
    if re.fullmatch(rf"arn:aws:acm:{re.escape(in_region)}:\d{{12}}:certificate/{_UUID}", value):
        return None
    return f"the ARN of an ACM certificate in {in_region}, arn:aws:acm:{in_region}:<account>:certificate/<id>"


def domain_name(value: str) -> str | None:
    """A fully qualified domain name without wildcard. ACM's limit for a certificate's first name is 64 characters."""
    if re.fullmatch(rf"(?:{_DOMAIN_LABEL}\.)+[a-z]{{2,63}}", value) and len(value) <= 64:
        return None
    return "a fully qualified domain name of at most 64 lower-case characters without wildcard, such as api.example.com"


def hosted_zone_id(value: str) -> str | None:
    """The id of a Route 53 hosted zone."""
    if re.fullmatch(r"Z[A-Z0-9]{1,31}", value):
        return None
    return "the id of a Route 53 hosted zone, such as Z2FDTNDATAQYW2"


def provider_value(value: str) -> str | None:
    """A value of the AWS provider: a list or a map arrives as JSON, all else as it is written."""
    try:
        json.loads(value) if value.startswith(("[", "{")) else value
    except json.JSONDecodeError:
        return "a list or a map as JSON"
    return None


def boolean(value: str) -> str | None:
    """A switch."""
    return None if value in ("true", "false") else "true or false"


def aurora_engine_version(value: str) -> str | None:
    """A major version, or a major and a minor one, of Aurora PostgreSQL."""
    found = re.fullmatch(r"(\d{2})(?:\.\d{1,2})?", value)
    if found and int(found[1]) >= MIN_AURORA_MAJOR_VERSION:
        return None
    return f"a version of Aurora PostgreSQL of major {MIN_AURORA_MAJOR_VERSION} or later, such as 15.4 or 16"
