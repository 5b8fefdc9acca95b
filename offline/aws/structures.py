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
    kind = "db" if place.token.endswith(":Instance") else "cluster"
    name = f"rds!{kind}-{place.uuid('secret')}-{place.characters('lower', 6, 'secret')}"
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


def _graph_urls(place: Place) -> Any:
    host = f"{place.characters('lower', 26, 'graph')}.{{}}.{place.region}.{regions.dns_suffix(place.region)}/graphql"
    return {
        "GRAPHQL": f"https://{host.format('appsync-api')}",
        "REALTIME": f"wss://{host.format('appsync-realtime-api')}",
    }


def _cache_nodes(place: Place) -> Any:
    """The nodes of a cache, numbered from 0001 ("Finding a node's endpoint", ElastiCache user guide)."""
    count, port = plain(place.values.get("numCacheNodes")), plain(place.values.get("port"))
    default = 11211.0 if plain(place.values.get("engine")) == "memcached" else 6379.0
    host = f"{place.id}.{place.characters('lower', 6, 'cache')}.{{}}.use1.cache.{regions.dns_suffix(place.region)}"
    return [
        {
            "id": f"{number:04}",
            "address": host.format(f"{number:04}"),
            "port": port or default,
            "availabilityZone": f"{place.region}a",
        }
        for number in range(1, int(count or 1) + 1)
    ]


def _cache_endpoint(place: Place) -> Any:
    host = f"{place.id}.{place.characters('lower', 6, 'cache')}.{place.service}.{place.region}"
    return [{"address": f"{host}.{regions.dns_suffix(place.region)}", "port": 6379.0}]


def _endpoint_names(place: Place) -> Any:
    """The host names of an interface endpoint; a gateway endpoint has none."""
    if plain(place.values.get("vpcEndpointType")) != "Interface":
        return []
    service = str(plain(place.values.get("serviceName"))).rpartition(f".{place.region}.")[2].replace(".", "-")
    host = f"{place.id}-{place.characters('lower', 8, 'dns')}.{service}.{place.region}.vpce"
    zone = f"Z{place.characters('letters', 13, 'zone')}"
    return [{"dnsName": f"{host}.{regions.dns_suffix(place.region)}", "hostedZoneId": zone}]


def _endpoint_interfaces(place: Place) -> Any:
    subnets = plain(place.values.get("subnetIds")) or []
    return [f"eni-{place.characters('hex', 17, f'interface {index}')}" for index in range(len(subnets))]


def _firewall_endpoints(place: Place) -> Any:
    mappings = plain(place.values.get("subnetMappings")) or []
    zones = regions.zone_names(place.region)
    return [
        {
            "syncStates": [
                {
                    "availabilityZone": zones[index % len(zones)],
                    "attachments": [
                        {
                            "endpointId": f"vpce-{place.characters('hex', 17, f'endpoint {index}')}",
                            "subnetId": plain(mapping).get("subnetId"),
                        }
                    ],
                }
                for index, mapping in enumerate(mappings)
            ]
        }
    ]


def _broker_instances(place: Place) -> Any:
    host = f"{place.id}.mq.{place.region}.{regions.dns_suffix(place.region)}"
    rabbit = str(plain(place.values.get("engineType"))).lower() == "rabbitmq"
    endpoint = f"amqps://{host}:5671" if rabbit else f"ssl://{host}:61617"
    return [{"consoleUrl": f"https://{host}", "endpoints": [endpoint], "ipAddress": "10.0.0.10"}]


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
    "aws:rds/instance:Instance": {**_RDS, "masterUserSecrets": _managed_password},
    "aws:eks/cluster:Cluster": {
        "identities": _issuer_of_cluster,
        "certificateAuthority": lambda place: {"data": place.characters("letters", 64, "certificate")},
    },
    "aws:eks/nodeGroup:NodeGroup": {
        "resources": lambda place: [{"autoscalingGroups": [{"name": f"eks-{place.uuid('group')}"}]}]
    },
    "aws:appsync/graphQLApi:GraphQLApi": {"uris": _graph_urls},
    "aws:elasticache/cluster:Cluster": {"cacheNodes": _cache_nodes},
    "aws:elasticache/serverlessCache:ServerlessCache": {"endpoints": _cache_endpoint},
    "aws:memorydb/cluster:Cluster": {"clusterEndpoints": _cache_endpoint},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        "dnsEntries": _endpoint_names,
        "networkInterfaceIds": _endpoint_interfaces,
    },
    "aws:networkfirewall/firewall:Firewall": {"firewallStatuses": _firewall_endpoints},
    "aws:mq/broker:Broker": {"instances": _broker_instances},
    "aws:globalaccelerator/accelerator:Accelerator": {
        "ipSets": lambda place: [{"ipAddresses": ["198.51.100.10", "203.0.113.10"], "ipFamily": "IPv4"}]
    },
    "aws:directoryservice/directory:Directory": {"dnsIpAddresses": lambda place: ["10.0.0.10", "10.0.1.10"]},
    "aws:ses/domainDkim:DomainDkim": {
        "dkimTokens": lambda place: [place.characters("lower", 32, f"token {index}") for index in range(3)]
    },
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

COMPUTED_INSIDE: dict[str, dict[str, tuple[str, ...]]] = {
    "aws:eks/cluster:Cluster": {"vpcConfig": ("clusterSecurityGroupId", "vpcId")},
    "aws:lambda/function:Function": {"vpcConfig": ("vpcId",)},
    "aws:ec2/instance:Instance": {"rootBlockDevice": ("volumeId", "deviceName")},
    "aws:elasticsearch/domain:Domain": {"vpcOptions": ("vpcId",)},
    "aws:opensearch/domain:Domain": {"vpcOptions": ("vpcId",)},
}
"""What AWS adds to an object that the program gives; the package declares it as something that may be absent."""

MADE_ON_DEMAND = {
    "masterUserSecrets": "manageMasterUserPassword",
    "engineVersionActual": "engineVersion",
    "streamArn": "streamEnabled",
    "streamLabel": "streamEnabled",
}
"""What AWS makes or removes when an input asks for it: an update that changes the input changes it.

A preview shows what it was, as the real plugin does (terraform-provider-aws issue 31557).
"""
