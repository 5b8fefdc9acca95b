"""What AWS offers: regions and zones, images, instance types, engine versions, addresses and names of services."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from offline.aws import regions
from offline.aws.computed import MOMENT
from offline.aws.lookups.kit import Answer, Arguments, RefusedError, filters
from offline.aws.place import Place

AMAZON_ACCOUNT, CANONICAL_ACCOUNT = "137112412989", "099720109477"
"""The accounts that publish Amazon Linux and Ubuntu ("Find an AMI", EC2 user guide; Ubuntu's EC2 documentation)."""


def _regions(given: Arguments, place: Place) -> Answer:
    partition = regions.partition(place.region)
    names = [name for name in regions.names() if regions.partition(name) == partition]
    wanted = filters(given).get("region-name")
    return {"id": partition, "names": [name for name in names if wanted is None or name in wanted]}


def _availability_zone(given: Arguments, place: Place) -> Answer:
    zones = dict(zip(regions.zone_names(place.region), regions.zone_ids(place.region), strict=True))
    wanted = filters(given)
    name = given.get("name") or next(iter(wanted.get("zone-name", [])), None)
    zone_id = given.get("zoneId") or next(iter(wanted.get("zone-id", [])), None)
    for zone, identifier in zones.items():
        if name in (zone, None) and zone_id in (identifier, None):
            return {
                "id": zone,
                "name": zone,
                "nameSuffix": zone.removeprefix(place.region),
                "zoneId": identifier,
                "zoneType": "availability-zone",
                "region": place.region,
                "groupName": f"{place.region}-zg-1",
                "groupLongName": place.region,
                "networkBorderGroup": place.region,
                "optInStatus": "opt-in-not-required",
                "state": "available",
                "parentZoneId": "",
                "parentZoneName": "",
            }
    raise RefusedError(f"there is no zone {name or zone_id} in {place.region}; there are {', '.join(zones)}")


def _image(given: Arguments, place: Place) -> Answer:
    wanted = filters(given)
    pattern = next(iter(wanted.get("name", [])), None) or given.get("nameRegex") or "al2023-ami-2023.6.20250101-x86_64"
    asked = next(iter(wanted.get("architecture", [])), "")
    architecture = asked or ("arm64" if "arm64" in pattern or "aarch64" in pattern else "x86_64")
    name = re.sub(r"[\\^$]|\.\*|\*", lambda match: "20250101" if "*" in match[0] else "", pattern).replace("?", "0")
    identifier = next(iter(wanted.get("image-id", [])), None) or f"ami-{place.characters('hex', 17, 'image')}"
    owner = next(iter(given.get("owners") or ["amazon"]))
    windows = "windows" in name.lower()
    root = "/dev/sda1" if windows or "ubuntu" in name or owner == CANONICAL_ACCOUNT else "/dev/xvda"
    snapshot = f"snap-{place.characters('hex', 17, 'snapshot')}"
    volume = {
        "delete_on_termination": "true",
        "encrypted": "false",
        "iops": "0",
        "snapshot_id": snapshot,
        "throughput": "0",
        "volume_size": "8",
        "volume_type": "gp3",
    }
    platform = "Windows" if windows else "Linux/UNIX"
    return {
        "id": identifier,
        "imageId": identifier,
        "arn": f"arn:{regions.partition(place.region)}:ec2:{place.region}::image/{identifier}",
        "name": name,
        "description": name,
        "imageLocation": f"{owner}/{name}",
        "architecture": architecture,
        "ownerId": {"amazon": AMAZON_ACCOUNT, "aws-marketplace": "679593333241", "self": place.account}.get(
            owner, owner
        ),
        "imageOwnerAlias": owner if owner in ("amazon", "aws-marketplace") else "",
        "imageType": "machine",
        "platform": "windows" if windows else "",
        "platformDetails": platform,
        "usageOperation": "RunInstances:0002" if windows else "RunInstances",
        "public": owner != "self",
        "creationDate": MOMENT,
        "deprecationTime": "",
        "lastLaunchedTime": "",
        "rootDeviceName": root,
        "rootDeviceType": "ebs",
        "rootSnapshotId": snapshot,
        "blockDeviceMappings": [{"deviceName": root, "ebs": volume, "noDevice": "", "virtualName": ""}],
        "virtualizationType": "hvm",
        "hypervisor": "xen",
        "enaSupport": True,
        "sriovNetSupport": "simple",
        "bootMode": "uefi-preferred",
        "imdsSupport": "v2.0",
        "tpmSupport": "",
        "kernelId": "",
        "ramdiskId": "",
        "stateReason": {"code": "UNSET", "message": "UNSET"},
        "productCodes": [],
        "tags": {},
    }


def _images(given: Arguments, place: Place) -> Answer:
    return {"id": str(place.digest("question") % 2**32), "ids": [_image(given, place)["id"]]}


_SIZES = {"nano": 2, "micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4}
"""Virtual CPUs by size; a size of N times xlarge has 4 N."""
_MEMORY = {"nano": 512, "micro": 1024, "small": 2048, "medium": 4096}
_PER_CPU = {"c": 2048, "r": 8192, "x": 16384}
"""Memory in MiB by size of burstable types, and for each virtual CPU by family; 4096 in the others."""


def _instance_type(given: Arguments, place: Place) -> Answer:
    name = str(given["instanceType"])
    found = re.fullmatch(r"([a-z]+)(\d+)([a-z-]*)\.(?:(\d+)xlarge|metal(?:-\d+xl)?|(\w+))", name)
    if found is None or (found[5] and found[5] not in _SIZES):
        raise RefusedError(f"there is no instance type {name!r}; expected a family and a size, such as t3.micro")
    cpus = int(found[4]) * 4 if found[4] else _SIZES.get(found[5] or "", 96)
    memory = _MEMORY.get(found[5] or "", cpus * _PER_CPU.get(found[1][0], 4096))
    arm = "g" in found[3] or found[1] == "a"
    threads = 1 if arm else 2
    return {
        "id": name,
        "instanceType": name,
        "currentGeneration": True,
        "burstablePerformanceSupported": found[1] == "t",
        "bareMetal": "metal" in name,
        "defaultVcpus": float(cpus),
        "defaultCores": float(max(1, cpus // threads)),
        "defaultThreadsPerCore": float(threads),
        "memorySize": float(memory),
        "supportedArchitectures": ["arm64"] if arm else ["x86_64"],
        "supportedVirtualizationTypes": ["hvm"],
        "supportedRootDeviceTypes": ["ebs"],
        "supportedUsagesClasses": ["on-demand", "spot"],
        "supportedPlacementStrategies": ["cluster", "partition", "spread"],
        "supportedCpuFeatures": [],
        "bootModes": ["uefi"] if arm else ["legacy-bios", "uefi"],
        "hypervisor": "" if "metal" in name else "nitro",
        "ebsEncryptionSupport": "supported",
        "ebsNvmeSupport": "required",
        "ebsOptimizedSupport": "default",
        "enaSupport": "required",
        "encryptionInTransitSupported": int(found[2]) >= 5,
        "freeTierEligible": name in ("t2.micro", "t3.micro", "t4g.micro"),
        "ipv6Supported": True,
        "maximumNetworkInterfaces": 3.0,
        "maximumIpv4AddressesPerInterface": 10.0,
        "maximumIpv6AddressesPerInterface": 10.0,
        "maximumNetworkCards": 1.0,
        "networkPerformance": "Up to 5 Gigabit",
        "validCores": [float(max(1, cpus // threads))],
        "validThreadsPerCores": [float(threads)],
    }


_OFFERED = ("t3.micro", "t3.small", "t3.medium", "t4g.small", "m5.large", "m7g.large", "c5.large", "r5.large")


def _instance_types(given: Arguments, place: Place) -> Answer:
    return {"id": place.region, "instanceTypes": filters(given).get("instance-type") or list(_OFFERED)}


def _offerings(given: Arguments, place: Place) -> Answer:
    kind = given.get("locationType") or "region"
    wanted = filters(given)
    names, identifiers = regions.zone_names(place.region), regions.zone_ids(place.region)
    everywhere = {"availability-zone": names, "availability-zone-id": identifiers}.get(kind, [place.region])
    locations = [location for location in everywhere if location in wanted.get("location", everywhere)]
    pairs = [(name, location) for name in wanted.get("instance-type") or _OFFERED for location in locations]
    return {
        "id": place.region,
        "instanceTypes": [name for name, _ in pairs],
        "locations": [location for _, location in pairs],
        "locationTypes": [kind] * len(pairs),
    }


def _offering(given: Arguments, place: Place) -> Answer:
    preferred = given.get("preferredInstanceTypes") or _offerings(given, place)["instanceTypes"]
    return {"id": preferred[0], "instanceType": preferred[0], "location": place.region, "locationType": "region"}


ENGINE_VERSIONS: dict[str, tuple[str, str]] = {
    "aurora-mysql": ("8.0.mysql_aurora.3.08.2", "aurora-mysql8.0"),
    "aurora-postgresql": ("16.6", "aurora-postgresql16"),
    "docdb": ("5.0.0", "docdb5.0"),
    "mariadb": ("11.4.4", "mariadb11.4"),
    "mysql": ("8.0.40", "mysql8.0"),
    "neptune": ("1.3.4.0", "neptune1.3"),
    "postgres": ("17.4", "postgres17"),
}
"""A version that each engine has, and the family of its parameter groups (`aws rds describe-db-engine-versions`)."""


def _engine_version(given: Arguments, place: Place) -> Answer:
    engine = str(given.get("engine") or ("docdb" if ":docdb/" in f":{place.token[4:]}" else "neptune"))
    version, family = ENGINE_VERSIONS.get(engine, ("1.0", f"{engine}1.0"))
    asked = given.get("version") or next(iter(given.get("preferredVersions") or []), None)
    if asked:
        version = str(asked)
        family = re.sub(r"\d+(\.\d+)?$", _major(engine, version), family)
    return {
        "id": version,
        "engine": engine,
        "engineDescription": engine,
        "version": version,
        "versionActual": version,
        "versionDescription": f"{engine} {version}",
        "parameterGroupFamily": given.get("parameterGroupFamily") or family,
        "status": "available",
        "exportableLogTypes": ["postgresql"] if "postgres" in engine else ["audit", "error", "general", "slowquery"],
        "supportedModes": ["provisioned"],
        "supportsLogExportsToCloudwatch": True,
        "supportsReadReplica": True,
        "supportsGlobalDatabases": engine.startswith("aurora"),
    }


def _major(engine: str, version: str) -> str:
    parts = version.split(".")
    return parts[0] if "postgres" in engine or engine.startswith("sqlserver") else ".".join(parts[:2])


def _orderable(given: Arguments, place: Place) -> Answer:
    engine = str(given.get("engine") or "docdb")
    preferred = [given.get("instanceClass"), *(given.get("preferredInstanceClasses") or []), "db.t4g.medium"]
    instance_class = next(name for name in preferred if name)
    versions = [given.get("engineVersion"), *(given.get("preferredEngineVersions") or [])]
    version = next((name for name in versions if name), None) or ENGINE_VERSIONS.get(engine, ("1.0", ""))[0]
    return {
        "id": instance_class,
        "engine": engine,
        "engineVersion": version,
        "instanceClass": instance_class,
        "licenseModel": given.get("licenseModel")
        or ("postgresql-license" if "postgres" in engine else "general-public-license"),
        "availabilityZones": regions.zone_names(place.region),
        "availabilityZoneGroup": place.region,
        "storageType": given.get("storageType") or ("aurora" if engine.startswith("aurora") else "gp3"),
        "supportedEngineModes": ["provisioned"],
        "supportedNetworkTypes": ["IPV4"],
        "supportsStorageEncryption": True,
        "multiAzCapable": True,
        "vpc": True,
    }


def _ip_ranges(given: Arguments, place: Place) -> Answer:
    return {
        "id": "1735689600",
        "cidrBlocks": ["130.176.0.0/17" if "cloudfront" in given["services"] else "52.94.76.0/22"],
        "ipv6CidrBlocks": ["2600:9000::/28"],
        "createDate": "2025-01-01-00-00-00",
        "syncToken": 1735689600.0,
    }


def _service(given: Arguments, place: Place) -> Answer:
    reverse = given.get("reverseDnsName") or ".".join(reversed(str(given.get("dnsName") or "").split(".")))
    prefix = regions.reverse_dns_prefix(place.region)
    parts = str(reverse).removeprefix(f"{prefix}.").split(".") if reverse.strip(".") else []
    region = parts[0] if len(parts) > 1 else place.region
    service = str(given.get("serviceId") or (parts[-1] if parts else ""))
    name = f"{prefix}.{region}.{service}"
    return {
        "id": name,
        "serviceId": service,
        "region": region,
        "partition": regions.partition(region),
        "dnsName": ".".join(reversed(name.split("."))),
        "reverseDnsName": name,
        "reverseDnsPrefix": prefix,
        "supported": True,
    }


def _service_principal(given: Arguments, place: Place) -> Answer:
    service, suffix = str(given["serviceName"]), regions.dns_suffix(place.region)
    # All but a few services have the same principal in every partition ("AWS service principals", IAM).
    suffix = "amazonaws.com" if regions.partition(place.region) == "aws" else suffix
    return {"id": f"{service}.{place.region}.{suffix}", "name": f"{service}.{suffix}", "suffix": suffix}


def _arn(given: Arguments, place: Place) -> Answer:
    parts = str(given["arn"]).split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        raise RefusedError(f"{given['arn']!r} is no ARN; expected arn:partition:service:region:account:resource")
    names = ("partition", "service", "region", "account", "resource")
    return {"id": given["arn"], **dict(zip(names, parts[1:], strict=True))}


def _load_balancer_zone(given: Arguments, place: Place) -> Answer:
    network = given.get("loadBalancerType") == "network"
    zone = None if network else regions.LOAD_BALANCER_ZONES.get(place.region)
    return {"id": zone or f"Z{place.characters('letters', 13, 'zone')}"}


_TRAIL_ACCOUNTS = {
    "ap-northeast-1": "216624486486",
    "ap-southeast-1": "903692715234",
    "ap-southeast-2": "284668455005",
    "eu-central-1": "035351147821",
    "eu-west-1": "859597730677",
    "us-east-1": "086441151436",
    "us-east-2": "475085895292",
    "us-west-1": "388731089494",
    "us-west-2": "113285607260",
}
"""Accounts that deliver CloudTrail's logs ("Amazon S3 bucket policy for CloudTrail", CloudTrail user guide)."""


def _trail_account(given: Arguments, place: Place) -> Answer:
    account = _TRAIL_ACCOUNTS.get(place.region)
    if account is None:
        raise RefusedError(f"the account of CloudTrail in {place.region} is not known; allow the service principal")
    return {"id": account, "arn": f"arn:{regions.partition(place.region)}:iam::{account}:root"}


def _billing_account(given: Arguments, place: Place) -> Answer:
    return {"id": "386209384616", "arn": "arn:aws:iam::386209384616:root"}


def _log_delivery_user(given: Arguments, place: Place) -> Answer:
    """The user that delivers CloudFront's standard logs ("Standard logging (legacy)", CloudFront developer guide)."""
    return {"id": "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"}


def _canonical_user(given: Arguments, place: Place) -> Answer:
    return {"id": Place(place.token, "account", "").characters("hex", 64, place.account), "displayName": ""}


def _identity_center(given: Arguments, place: Place) -> Answer:
    """The one instance of IAM Identity Center of an organization, and its identity store."""
    fixed = Place(place.token, "instance", "")
    arn = f"arn:{regions.partition(place.region)}:sso:::instance/ssoins-{fixed.characters('hex', 16, 'instance')}"
    return {
        "id": place.region,
        "arns": [arn],
        "identityStoreIds": [f"d-{fixed.characters('hex', 10, 'store')}"],
    }


def _iot_endpoint(given: Arguments, place: Place) -> Answer:
    kind = "-ats" if str(given.get("endpointType") or "").endswith("ATS") else ""
    host = Place(place.token, "endpoint", place.region).characters("lower", 14, "host")
    address = f"{host}{kind}.iot.{place.region}.{regions.dns_suffix(place.region)}"
    return {"id": address, "endpointAddress": address}


def _spot_price(given: Arguments, place: Place) -> Answer:
    return {"id": place.region, "spotPrice": "0.003100", "spotPriceTimestamp": MOMENT}


ANSWERS: Mapping[str, Callable[[Arguments, Place], Answer]] = {
    "aws:index/getRegions:getRegions": _regions,
    "aws:index/getAvailabilityZone:getAvailabilityZone": _availability_zone,
    "aws:index/getIpRanges:getIpRanges": _ip_ranges,
    "aws:index/getService:getService": _service,
    "aws:index/getServicePrincipal:getServicePrincipal": _service_principal,
    "aws:index/getArn:getArn": _arn,
    "aws:index/getBillingServiceAccount:getBillingServiceAccount": _billing_account,
    "aws:ec2/getAmi:getAmi": _image,
    "aws:ec2/getAmiIds:getAmiIds": _images,
    "aws:ec2/getInstanceType:getInstanceType": _instance_type,
    "aws:ec2/getInstanceTypes:getInstanceTypes": _instance_types,
    "aws:ec2/getInstanceTypeOffering:getInstanceTypeOffering": _offering,
    "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": _offerings,
    "aws:ec2/getSpotPrice:getSpotPrice": _spot_price,
    "aws:iot/getEndpoint:getEndpoint": _iot_endpoint,
    "aws:ssoadmin/getInstances:getInstances": _identity_center,
    "aws:rds/getEngineVersion:getEngineVersion": _engine_version,
    "aws:docdb/getEngineVersion:getEngineVersion": _engine_version,
    "aws:neptune/getEngineVersion:getEngineVersion": _engine_version,
    "aws:rds/getOrderableDbInstance:getOrderableDbInstance": _orderable,
    "aws:docdb/getOrderableDbInstance:getOrderableDbInstance": _orderable,
    "aws:neptune/getOrderableDbInstance:getOrderableDbInstance": _orderable,
    "aws:elb/getHostedZoneId:getHostedZoneId": _load_balancer_zone,
    "aws:lb/getHostedZoneId:getHostedZoneId": _load_balancer_zone,
    "aws:cloudtrail/getServiceAccount:getServiceAccount": _trail_account,
    "aws:cloudfront/getLogDeliveryCanonicalUserId:getLogDeliveryCanonicalUserId": _log_delivery_user,
    "aws:s3/getCanonicalUserId:getCanonicalUserId": _canonical_user,
}
"""The answers by function token."""
