"""The partitions of AWS and their Regions.

Sources: AWS General Reference, "AWS service endpoints", and AWS Regions and Availability Zones User Guide, "Available
AWS Regions", with the announced ones. The list is written by hand: a Region newer than the pack has to be added.
"""

from __future__ import annotations

_REGIONS = {
    "aws": (
        "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 "
        "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 "
        "ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 "
        "eu-west-3 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 "
        "us-west-1 us-west-2"
    ),
    "aws-cn": "cn-north-1 cn-northwest-1",
    "aws-us-gov": "us-gov-east-1 us-gov-west-1",
    "aws-iso": "us-iso-east-1 us-iso-west-1",
    "aws-iso-b": "us-isob-east-1 us-isob-west-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-east-1 us-isof-south-1",
    "aws-eusc": "eusc-de-east-1",
}

PARTITIONS = tuple(_REGIONS)
"""The partitions, as an ARN names them."""

_ALL = frozenset(region for regions in _REGIONS.values() for region in regions.split())


def is_region(text: str) -> bool:
    """Whether a text is the code of a Region of any partition."""
    return text in _ALL
