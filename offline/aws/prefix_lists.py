"""The prefix lists that AWS manages, by the names and ids under which it publishes them."""

from __future__ import annotations

import hashlib

from offline.aws import regions

_IDS = {
    ("s3", "us-east-1"): "pl-63a5400a",
    ("s3", "us-east-2"): "pl-7ba54012",
    ("s3", "us-west-1"): "pl-6ba54002",
    ("s3", "us-west-2"): "pl-68a54001",
    ("s3", "eu-west-1"): "pl-6da54004",
    ("s3", "eu-central-1"): "pl-6ea54007",
    ("dynamodb", "us-east-1"): "pl-02cd2c6b",
    ("dynamodb", "us-east-2"): "pl-4ca54025",
    ("dynamodb", "us-west-1"): "pl-6ea54007",
    ("dynamodb", "us-west-2"): "pl-00a54069",
    ("dynamodb", "eu-west-1"): "pl-6fa54006",
    ("dynamodb", "eu-central-1"): "pl-66a5400f",
    ("cloudfront.origin-facing", "us-east-1"): "pl-3b927c52",
    ("cloudfront.origin-facing", "us-east-2"): "pl-b6a144df",
    ("cloudfront.origin-facing", "us-west-1"): "pl-4ea04527",
    ("cloudfront.origin-facing", "us-west-2"): "pl-82a045eb",
    ("cloudfront.origin-facing", "eu-west-1"): "pl-4fa04526",
    ("cloudfront.origin-facing", "eu-central-1"): "pl-a3a144ca",
}
"""Ids in the regions most used, as `aws ec2 describe-managed-prefix-lists` shows them to every account.

Another region's are made up in the same form, and follow from the name."""

_REGIONAL = ("s3", "dynamodb", "vpc-lattice", "ipv6.vpc-lattice")
_GLOBAL = ("cloudfront.origin-facing", "groundstation")


def names(region: str) -> list[str]:
    """Return the names of the lists that AWS manages in a region ("Available AWS-managed prefix lists", VPC guide)."""
    prefix = regions.reverse_dns_prefix(region)
    return [f"{prefix}.{region}.{service}" for service in _REGIONAL] + [f"{prefix}.global.{name}" for name in _GLOBAL]


def prefix_list_id(name: str, region: str) -> str:
    """Return the id of a managed list, given its name ("com.amazonaws.us-east-1.s3")."""
    for service in (*_REGIONAL, *_GLOBAL):
        if name.endswith(f".{service}") and (service, region) in _IDS:
            return _IDS[service, region]
    return f"pl-{hashlib.sha256(f'{region}/{name}'.encode()).hexdigest()[:8]}"


def entries(name: str) -> list[dict[str, str]]:
    """Return the address ranges of a list: of AWS's own for its own services, shortened to one a list."""
    ranges = {"s3": "52.216.0.0/15", "dynamodb": "52.94.0.0/22", "cloudfront.origin-facing": "130.176.0.0/17"}
    found = next((cidr for service, cidr in ranges.items() if name.endswith(f".{service}")), "198.51.100.0/24")
    return [{"cidr": found, "description": ""}]
