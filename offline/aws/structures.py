"""Computed values that are more than one string: lists and numbers that follow from what the resource is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline.aws import regions
from offline.aws.place import Place
from offline.aws.values import has_unknown, plain, without_secrets

_ENGINE_PORTS = {"aurora-postgresql": 5432.0, "postgres": 5432.0, "aurora-mysql": 3306.0, "mysql": 3306.0}


def _engine_port(place: Place) -> Any:
    return _ENGINE_PORTS.get(str(plain(place.values.get("engine"))), 3306.0)


def _zones_of_cluster(place: Place) -> Any:
    return regions.zone_names(place.region)[:3]


def _managed_password(place: Place) -> Any:
    """The secret that RDS keeps ("Password management with Amazon RDS and AWS Secrets Manager")."""
    if plain(place.values.get("manageMasterUserPassword")) is not True:
        return []
    where = f"arn:{regions.partition(place.region)}:{{}}:{place.region}:{place.account}"
    name = f"rds!cluster-{place.uuid('secret')}-{place.characters('lower', 6, 'secret')}"
    given_key = plain(place.values.get("masterUserSecretKmsKeyId"))
    return [
        {
            "kmsKeyId": given_key or f"{where.format('kms')}:key/{place.uuid('key')}",
            "secretArn": f"{where.format('secretsmanager')}:secret:{name}",
            "secretStatus": "active",
        }
    ]


def _names_of_certificate(place: Place) -> list[str]:
    """The names that a certificate is for; one that is only looked up is for its domain and all right below it."""
    domain = str(plain(place.values.get("domainName")))
    others = without_secrets(place.values.get("subjectAlternativeNames") or [])
    looked_up = place.id == place.identity
    return list(dict.fromkeys([domain, *([f"*.{domain}"] if looked_up else []), *map(str, others)]))


def _validation_records(place: Place) -> Any:
    """The DNS records that prove a domain to ACM ("AWS Certificate Manager DNS validation")."""
    if plain(place.values.get("validationMethod")) != "DNS" or has_unknown(place.values.get("subjectAlternativeNames")):
        return []
    return [
        {
            "domainName": name,
            "resourceRecordName": f"_{place.characters('hex', 32, base)}.{base}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": f"_{place.characters('hex', 32, base + '/value')}.acm-validations.aws.",
        }
        for name in _names_of_certificate(place)
        for base in [name.removeprefix("*.")]
    ]


def _issuer_of_cluster(place: Place) -> Any:
    """The OIDC provider of an EKS cluster ("Create an IAM OIDC provider for your cluster")."""
    host = f"oidc.eks.{place.region}.{regions.dns_suffix(place.region)}"
    return [{"oidcs": [{"issuer": f"https://{host}/id/{place.characters('letters', 32, 'oidc')}"}]}]


def _name_servers(place: Place) -> Any:
    numbers = [place.digest(f"name server {index}") % 512 + 512 * index for index in range(4)]
    return [
        f"ns-{number}.awsdns-{number % 64:02}.{end}"
        for number, end in zip(numbers, ("com", "net", "org", "co.uk"), strict=True)
    ]


def _zone_id(place: Place) -> Any:
    zone = plain(place.values.get("availabilityZone"))
    ids = dict(zip(regions.zone_names(place.region), regions.zone_ids(place.region), strict=True))
    return ids.get(str(zone), next(iter(ids.values()), ""))


def _stream_of_table(place: Place) -> Any:
    """The ARN of a table's stream, which ends in when it was enabled ("DynamoDB Streams")."""
    if plain(place.values.get("streamEnabled")) is not True:
        return ""
    where = f"{regions.partition(place.region)}:dynamodb:{place.region}:{place.account}"
    return f"arn:{where}:table/{plain(place.values.get('name'))}/stream/{_STREAM_LABEL}"


_STREAM_LABEL = "2025-01-01T00:00:00.000"


def _revision(place: Place) -> Any:
    """The revision of a task definition. AWS counts; without a memory, another definition gets another number."""
    return float(1 + place.digest("revision") % 999)


_RDS: dict[str, Callable[[Place], Any]] = {"port": _engine_port}

STRUCTURES: dict[str, dict[str, Callable[[Place], Any]]] = {
    "aws:rds/cluster:Cluster": {
        **_RDS,
        "availabilityZones": _zones_of_cluster,
        "masterUserSecrets": _managed_password,
        "publiclyAccessible": lambda place: False,
    },
    "aws:rds/clusterInstance:ClusterInstance": _RDS,
    "aws:rds/instance:Instance": _RDS,
    "aws:eks/cluster:Cluster": {"identities": _issuer_of_cluster},
    "aws:ecs/taskDefinition:TaskDefinition": {"revision": _revision},
    "aws:acm/certificate:Certificate": {
        "domainValidationOptions": _validation_records,
        "subjectAlternativeNames": _names_of_certificate,
    },
    "aws:dynamodb/table:Table": {
        "streamArn": _stream_of_table,
        "streamLabel": lambda place: _STREAM_LABEL if plain(place.values.get("streamEnabled")) is True else "",
    },
    "aws:route53/zone:Zone": {"nameServers": _name_servers},
    "aws:ec2/subnet:Subnet": {"availabilityZoneId": _zone_id},
}
"""How a property follows from its resource, by resource token."""

MADE_ON_DEMAND = {
    "masterUserSecrets": "manageMasterUserPassword",
    "streamArn": "streamEnabled",
    "streamLabel": "streamEnabled",
}
"""What AWS makes or removes when an input asks for it: an update that changes the input changes it.

A preview shows what it was, as the real plugin does (terraform-provider-aws issue 31557).
"""
