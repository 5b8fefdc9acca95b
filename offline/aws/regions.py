"""What AWS publishes about its regions: availability zones, partitions, the load balancers' zone and log accounts."""

from __future__ import annotations

ACCOUNT = "123456789012"
"""The account that AWS's own documentation uses in examples; it belongs to nobody."""

_ZONES: dict[str, tuple[str, str]] = {
    "af-south-1": ("abc", "afs1"),
    "ap-east-1": ("abc", "ape1"),
    "ap-east-2": ("abc", "ape2"),
    "ap-northeast-1": ("acd", "apne1"),
    "ap-northeast-2": ("abcd", "apne2"),
    "ap-northeast-3": ("abc", "apne3"),
    "ap-south-1": ("abc", "aps1"),
    "ap-south-2": ("abc", "aps2"),
    "ap-southeast-1": ("abc", "apse1"),
    "ap-southeast-2": ("abc", "apse2"),
    "ap-southeast-3": ("abc", "apse3"),
    "ap-southeast-4": ("abc", "apse4"),
    "ap-southeast-5": ("abc", "apse5"),
    "ap-southeast-6": ("abc", "apse6"),
    "ap-southeast-7": ("abc", "apse7"),
    "ca-central-1": ("abd", "cac1"),
    "ca-west-1": ("abc", "caw1"),
    "cn-north-1": ("abc", "cnn1"),
    "cn-northwest-1": ("abc", "cnnw1"),
    "eu-central-1": ("abc", "euc1"),
    "eu-central-2": ("abc", "euc2"),
    "eu-north-1": ("abc", "eun1"),
    "eu-south-1": ("abc", "eus1"),
    "eu-south-2": ("abc", "eus2"),
    "eu-west-1": ("abc", "euw1"),
    "eu-west-2": ("abc", "euw2"),
    "eu-west-3": ("abc", "euw3"),
    "il-central-1": ("abc", "ilc1"),
    "me-central-1": ("abc", "mec1"),
    "me-south-1": ("abc", "mes1"),
    "mx-central-1": ("abc", "mxc1"),
    "sa-east-1": ("abc", "sae1"),
    "us-east-1": ("abcdef", "use1"),
    "us-east-2": ("abc", "use2"),
    "us-gov-east-1": ("abc", "usge1"),
    "us-gov-west-1": ("abc", "usgw1"),
    "us-west-1": ("bc", "usw1"),
    "us-west-2": ("abcd", "usw2"),
}
"""Letters of the zones that a new account is given, and the prefix of their ids: "AWS Regions and Availability Zones"
and "Availability Zone IDs" (AWS documentation, as of 2025). us-west-1 has three zones, of which a new account gets two;
which letters an account sees differs from account to account there, in ap-northeast-1 and in ca-central-1."""

_PARTITIONS = {
    "cn-": ("aws-cn", "amazonaws.com.cn", "com.amazonaws.cn"),
    "us-gov-": ("aws-us-gov", "amazonaws.com", "com.amazonaws"),
}
_COMMERCIAL = ("aws", "amazonaws.com", "com.amazonaws")

LOAD_BALANCER_ZONES = {
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-south-1": "ZP97RAFLXTNZK",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
    "ap-southeast-2": "Z1GM3OXH4ZPM65",
    "ca-central-1": "ZQSVJUPU6J1EY",
    "eu-central-1": "Z215JYRZR1TBD5",
    "eu-north-1": "Z23TAZ6LKFMNIO",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-west-2": "ZHURV8PSTC4K8",
    "eu-west-3": "Z3Q77PNBQS71R4",
    "sa-east-1": "Z2P70J7HTTTPLU",
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-east-2": "Z3AADJGX6KTTL2",
    "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
}
"""Route 53 zone ids of load balancers: "Elastic Load Balancing endpoints and quotas" (AWS General Reference)."""

LOAD_BALANCER_ACCOUNTS = {
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251",
    "cn-north-1": "638102146993",
    "cn-northwest-1": "037604701340",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-gov-east-1": "190560391635",
    "us-gov-west-1": "048591011584",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}
"""Accounts that deliver access logs in regions opened before August 2022: "Enable access logs for your Application Load
Balancer" (Elastic Load Balancing documentation). Later regions deliver by service principal and have none."""


def names() -> list[str]:
    """Return the regions in the table."""
    return list(_ZONES)


def is_known(region: str) -> bool:
    """Tell whether the region is one whose zones are in the table."""
    return region in _ZONES


def zone_names(region: str) -> list[str]:
    """Return the availability zones of a region; empty if the region is not in the table."""
    letters, _ = _ZONES.get(region, ("", ""))
    return [f"{region}{letter}" for letter in letters]


def zone_ids(region: str) -> list[str]:
    """Return the ids of the zones, in the order of their names."""
    letters, prefix = _ZONES.get(region, ("", ""))
    return [f"{prefix}-az{number}" for number in range(1, len(letters) + 1)]


def partition(region: str) -> str:
    """Return the partition of a region, as it stands in ARNs."""
    return _partition(region)[0]


def dns_suffix(region: str) -> str:
    """Return what host names of AWS services end in."""
    return _partition(region)[1]


def reverse_dns_prefix(region: str) -> str:
    """Return what names of endpoint services begin with."""
    return _partition(region)[2]


def _partition(region: str) -> tuple[str, str, str]:
    return next((found for prefix, found in _PARTITIONS.items() if region.startswith(prefix)), _COMMERCIAL)
