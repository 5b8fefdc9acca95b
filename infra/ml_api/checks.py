"""What configured values must look like. Each check returns None for a good value, for a bad one what is expected."""

from __future__ import annotations

import json
import re

import pulumi_aws as aws

# The name of the target group, `ml-api-tg-<suffix>`, is the tightest of the stack's names: a target group's name may
# have 32 characters. Source: Elastic Load Balancing API Reference, "CreateTargetGroup".
MAX_SUFFIX_LENGTH = 32 - len("ml-api-tg-")

# Source: AWS General Reference, "Tag naming limits and requirements"; of the prefixes, Amazon RDS API Reference, "Tag",
# and Amazon ECS API Reference, "Tag", which excludes every combination of capitals.
MAX_TAG_VALUE_LENGTH = 256
MAX_TAG_KEY_LENGTH = 128
RESERVED_TAG_PREFIXES = ("aws:", "rds:")

# Source: Amazon ECS API Reference, "ContainerDefinition", image.
MAX_IMAGE_LENGTH = 255
MAX_PORT = 65_535

# Source: AWS Certificate Manager User Guide, "Public certificate characteristics and limitations".
AMAZONS_DOMAINS = (".amazonaws.com", ".cloudfront.net", ".elasticbeanstalk.com")

# Source: Amazon RDS API Reference, "CreateDBCluster", MasterUserPassword. The lower bound is this project's own.
MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 128
_NOT_IN_PASSWORDS = '/@" '

# The minor versions of Aurora PostgreSQL by major version that AWS had published by October 2025. Those that it passed
# over (15.9, 16.5) never come; of later ones nobody can know here, so a plausible one is left to AWS.
# Source: Release Notes for Aurora PostgreSQL, "Aurora PostgreSQL updates".
AURORA_VERSIONS = {
    15: (2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 14),
    16: (1, 2, 3, 4, 6, 8, 9, 10),
    17: (4, 5, 6),
}
# PostgreSQL has a new major version a year, and four minor versions of each a year for five years.
# Source: PostgreSQL, "Versioning Policy".
MAX_AURORA_MAJOR_VERSION = max(AURORA_VERSIONS) + 4
MAX_AURORA_MINOR_VERSION = 30

# Regions of the `aws` partition. Those of the China, GovCloud, ISO and European Sovereign partitions have no CloudFront
# that takes a certificate and delivers logs in us-east-1, which is how this stack's edge is built.
REGIONS = frozenset(region.value for region in aws.Region if re.fullmatch(r"(?!cn-)[a-z]{2}-[a-z]+-\d", region.value))

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DOMAIN_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_IMAGE = re.compile(
    r"(?P<host>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::(?P<port>\d{1,5}))?/)?"
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
    """A value that every service of the stack accepts for a tag."""
    legal = re.fullmatch(r"[\w .:/=+@-]+", value) and value.strip() == value
    if legal and len(value) <= MAX_TAG_VALUE_LENGTH and not value.lower().startswith(RESERVED_TAG_PREFIXES):
        return None
    prefixes = " or ".join(RESERVED_TAG_PREFIXES)
    return (
        f"1 to {MAX_TAG_VALUE_LENGTH} letters, digits, inner spaces and . : / = + - @ _, not beginning with {prefixes}"
    )


def default_tags(value: str) -> str | None:
    """The AWS provider's default tags: AWS refuses bad ones only where it makes the first resource with them."""
    if provider_value(value) is not None:
        return provider_value(value)
    expected = 'a map of tags as JSON, such as {"tags": {"CostCenter": "42"}}, of keys and values that AWS accepts'
    try:
        tags = json.loads(value)["tags"]
        legal = all(
            len(key) <= MAX_TAG_KEY_LENGTH and tag_value(key) is None and (text == "" or tag_value(text) is None)
            for key, text in tags.items()
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return expected
    return None if legal else expected


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
    found = _IMAGE.fullmatch(value) if len(value) <= MAX_IMAGE_LENGTH else None
    if found and (found["tag"] or found["digest"]) and int(found["port"] or 0) <= MAX_PORT:
        return None
    return (
        f"an image reference of at most {MAX_IMAGE_LENGTH} characters with a tag or a digest, "
        "such as registry.example.com/team/api:1.4.2"
    )


def certificate_arn(value: str, in_region: str) -> str | None:
    """The ARN of an ACM certificate in one region."""
    if re.fullmatch(rf"arn:aws:acm:{re.escape(in_region)}:[0-9]{{12}}:certificate/{_UUID}", value):
        return None
    return f"the ARN of an ACM certificate in {in_region}, arn:aws:acm:{in_region}:<account>:certificate/<id>"


def domain_name(value: str) -> str | None:
    """A fully qualified domain name without wildcard. ACM's limit for a certificate's first name is 64 characters."""
    legal = re.fullmatch(rf"(?:{_DOMAIN_LABEL}\.)+(?:[a-z]{{2,63}}|xn--{_DOMAIN_LABEL})", value) and len(value) <= 64
    if legal and not f".{value}".endswith(AMAZONS_DOMAINS):
        return None
    return (
        "a fully qualified domain name of your own, of at most 64 lower-case characters without wildcard, "
        "such as api.example.com"
    )


def hosted_zone_id(value: str) -> str | None:
    """The id of a Route 53 hosted zone."""
    if re.fullmatch(r"Z[A-Z0-9]{1,31}", value):
        return None
    return "the id of a Route 53 hosted zone, such as Z2FDTNDATAQYW2"


def provider_value(value: str) -> str | None:
    """A value of the AWS provider: a list or a map arrives as JSON, all else as it is written."""
    try:
        json.loads(value) if value.startswith(("[", "{")) else value
    except (ValueError, RecursionError):
        return "a list or a map as JSON"
    return None


def boolean(value: str) -> str | None:
    """A switch."""
    return None if value in ("true", "false") else "true or false"


def aurora_engine_version(value: str) -> str | None:
    """A major version, or a major and a minor one, of Aurora PostgreSQL, that AWS has published or may yet."""
    found = re.fullmatch(r"([1-9][0-9])(?:\.(0|[1-9][0-9]?))?", value)
    expected = f"a version of Aurora PostgreSQL of major {min(AURORA_VERSIONS)} or later, such as 15.4 or 16"
    if not found or not min(AURORA_VERSIONS) <= int(found[1]) <= MAX_AURORA_MAJOR_VERSION:
        return expected
    if found[2] is None:
        return None
    published, minor = AURORA_VERSIONS.get(int(found[1]), ()), int(found[2])
    if minor in published or max(published, default=-1) < minor <= MAX_AURORA_MINOR_VERSION:
        return None
    known = f": {', '.join(f'{found[1]}.{number}' for number in published)} and later ones" if published else ""
    return f"a version of Aurora PostgreSQL that AWS has published{known}"
