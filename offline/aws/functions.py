"""The functions (data sources) that the stand-in answers, and what it answers."""

from __future__ import annotations

from collections.abc import Callable

from offline.aws import lookups, managed_policies, policy_document, prefix_lists, regions
from offline.aws.computed import nested_value
from offline.aws.lookups import accounts, catalogue
from offline.aws.lookups.kit import Answer, Arguments, RefusedError
from offline.aws.place import Place
from offline.aws.schema import Function
from offline.aws.values import plain
from offline.aws.world import World

UNANSWERED = frozenset({"aws:lambda/getInvocation:getInvocation"})
"""Functions whose answer is not what a thing looks like, but what a program of the account's owner says."""


def answer(function: Function, arguments: Arguments, region: str, world: World | None = None) -> Answer:
    """Answer a function whose arguments have been checked and are all known.

    Args:
        function: what the package says about the function.
        arguments: plain values, no secrets and no unknowns.
        region: the provider's region; the argument `region` overrides it.
        world: what the run has seen so far.

    Returns:
        The answer; what must stay secret in it is a `Secret`.

    Raises:
        RefusedError: the function is not one that the stand-in answers, or AWS would refuse.
    """
    given = {name: plain(value) for name, value in arguments.items() if plain(value) is not None}
    place = Place(function.token, repr(sorted(given.items())), str(given.get("region") or region))
    world = world or World()
    if function.token in ANSWERS:
        found = {**given, **ANSWERS[function.token](given, place)}
    elif function.token in _OF_WORLD:
        found = _OF_WORLD[function.token](world)
    else:
        token, several = lookups.resource_token(function.token)
        if function.token in UNANSWERED or (not token and lookups.is_said_by_others(function.token)):
            raise RefusedError(
                "the stand-in does not know what AWS would answer; take the value from the stack's configuration, or "
                "add an answer to offline/aws/lookups"
            )
        if token:
            found = lookups.look_up(function, token, several, given, place.region, world)
        else:
            found = lookups.make_up(function, given, place.region)
        if function.token in accounts.ADDED:
            found |= accounts.ADDED[function.token](given, place)
    place.id = str(found.get("id", ""))
    for name, declared in function.outputs.items():
        if declared.required and name not in found:
            found[name] = nested_value(place, declared, name)
    return {name: value for name, value in found.items() if name in function.outputs}


_OF_WORLD: dict[str, Callable[[World], Answer]] = {
    "aws:index/getDefaultTags:getDefaultTags": lambda world: {"id": "", "tags": dict(world.default_tags)}
}
"""Answers that are about the provider itself."""


def _caller_identity(given: Arguments, place: Place) -> Answer:
    return {
        "id": place.account,
        "accountId": place.account,
        "arn": f"arn:{regions.partition(place.region)}:iam::{place.account}:user/offline-stand-in",
        "userId": "AIDAOFFLINESTANDIN00A",
    }


def _region(given: Arguments, place: Place) -> Answer:
    name = str(given.get("region") or given.get("name") or given.get("id") or place.region)
    if not regions.is_known(name):
        raise RefusedError(f"there is no region {name}")
    return {
        "id": name,
        "name": name,
        "region": name,
        "endpoint": f"ec2.{name}.{regions.dns_suffix(name)}",
        "description": name,
    }


def _partition(given: Arguments, place: Place) -> Answer:
    partition = regions.partition(place.region)
    return {
        "id": partition,
        "partition": partition,
        "dnsSuffix": regions.dns_suffix(place.region),
        "reverseDnsPrefix": regions.reverse_dns_prefix(place.region),
    }


def _availability_zones(given: Arguments, place: Place) -> Answer:
    """All zones of a region are available and need no opt-in, so those filters change nothing; others are refused."""
    names, ids = regions.zone_names(place.region), regions.zone_ids(place.region)
    if not names:
        raise RefusedError(f"there is no region {place.region}")
    for condition in given.get("filters") or []:
        accepted = {"opt-in-status": "opt-in-not-required", "state": "available", "region-name": place.region}
        if accepted.get(condition["name"]) not in condition["values"]:
            raise RefusedError(
                f"the filter {condition['name']}={','.join(condition['values'])} on zones is not answered; "
                "those answered are opt-in-status=opt-in-not-required, state=available and region-name"
            )
    if given.get("state", "available") != "available":
        names, ids = [], []
    zones = [
        (name, zone_id)
        for name, zone_id in zip(names, ids, strict=True)
        if name not in (given.get("excludeNames") or []) and zone_id not in (given.get("excludeZoneIds") or [])
    ]
    return {
        "id": place.region,
        "names": [name for name, _ in zones],
        "zoneIds": [zone_id for _, zone_id in zones],
        "groupNames": [place.region],
        "region": place.region,
    }


def _prefix_list(given: Arguments, place: Place) -> Answer:
    filters = {item["name"]: item["values"] for item in given.get("filters") or []}
    unanswered = sorted(set(filters) - {"prefix-list-name", "prefix-list-id"})
    if unanswered:
        raise RefusedError(f"the filter {unanswered[0]} on prefix lists is not answered; prefix-list-name is")
    wanted_name = given.get("name") or next(iter(filters.get("prefix-list-name", [])), None)
    wanted_id = given.get("id") or given.get("prefixListId") or next(iter(filters.get("prefix-list-id", [])), None)
    for name in prefix_lists.names(place.region):
        list_id = prefix_lists.prefix_list_id(name, place.region)
        if name == wanted_name or list_id == wanted_id:
            return _describe_prefix_list(name, list_id, place)
    managed = ", ".join(prefix_lists.names(place.region))
    raise RefusedError(f"no prefix list {wanted_name or wanted_id} in {place.region}; AWS manages {managed}")


def _describe_prefix_list(name: str, list_id: str, place: Place) -> Answer:
    entries = prefix_lists.entries(name)
    found: Answer = {"id": list_id, "name": name, "region": place.region}
    if place.token.endswith("getPrefixList"):
        return {**found, "cidrBlocks": [entry["cidr"] for entry in entries]}
    return {
        **found,
        "arn": f"arn:{regions.partition(place.region)}:ec2:{place.region}:aws:prefix-list/{list_id}",
        "addressFamily": "IPv4",
        "ownerId": "AWS",
        "entries": entries,
        "maxEntries": 55.0,
        "tags": {},
        "version": 1.0,
    }


def _policy_document(given: Arguments, place: Place) -> Answer:
    try:
        rendered = policy_document.render(given)
    except policy_document.InvalidDocumentError as error:
        raise RefusedError(str(error)) from error
    return {**rendered, "id": str(place.digest("document") % 2**32)}


def _hosted_zone(given: Arguments, place: Place) -> Answer:
    if not given.get("zoneId") and not given.get("name"):
        raise RefusedError("one of zoneId and name is required to find a hosted zone")
    name = str(given.get("name") or "example.com").rstrip(".")
    zone_id = str(given.get("zoneId") or f"Z{place.characters('letters', 20, 'zone')}")
    return {
        "id": zone_id,
        "zoneId": zone_id,
        "name": name,
        "arn": f"arn:{regions.partition(place.region)}:route53:::hostedzone/{zone_id}",
        "nameServers": [f"ns-{number}.awsdns-{number % 64:02}.{tld}" for number, tld in _NAME_SERVERS],
        "primaryNameServer": "ns-1.awsdns-01.org",
        "privateZone": bool(given.get("privateZone", False)),
        "callerReference": "",
        "comment": "",
        "linkedServicePrincipal": "",
        "linkedServiceDescription": "",
    }


_NAME_SERVERS = ((1, "org"), (512, "net"), (1024, "com"), (1536, "co.uk"))


def _certificate(given: Arguments, place: Place) -> Answer:
    domain = given.get("domain")
    if not domain:
        raise RefusedError("domain is required to find a certificate")
    arn = f"arn:{regions.partition(place.region)}:acm:{place.region}:{place.account}:certificate/{_uuid(place)}"
    return {"id": arn, "arn": arn, "domain": domain, "status": "ISSUED"}


def _uuid(place: Place) -> str:
    digits = place.characters("hex", 32, "uuid")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _load_balancer_account(given: Arguments, place: Place) -> Answer:
    account = regions.LOAD_BALANCER_ACCOUNTS.get(place.region)
    if account is None:
        raise RefusedError(f"no account delivers load balancer logs in {place.region}: a service principal does")
    return {"id": account, "arn": f"arn:{regions.partition(place.region)}:iam::{account}:root"}


def _cloudfront_policy(kind: str) -> Callable[[Arguments, Place], Answer]:
    published = managed_policies.PUBLISHED[kind]

    def find(given: Arguments, place: Place) -> Answer:
        for name, policy_id in published.items():
            if given.get("name") == name or given.get("id") == policy_id:
                arn = f"arn:{regions.partition(place.region)}:cloudfront::aws:{kind}/{policy_id}"
                return {"id": policy_id, "name": name, "arn": arn, "etag": "E23ZP02F085DFQ"}
        wanted = given.get("name") or given.get("id") or "without name and id"
        raise RefusedError(f"AWS publishes no {kind} {wanted}; it publishes {', '.join(sorted(published))}")

    return find


ANSWERS: dict[str, Callable[[Arguments, Place], Answer]] = {
    **catalogue.ANSWERS,
    **accounts.ANSWERS,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:ec2/getPrefixList:getPrefixList": _prefix_list,
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": _prefix_list,
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy_document,
    "aws:route53/getZone:getZone": _hosted_zone,
    "aws:acm/getCertificate:getCertificate": _certificate,
    "aws:elb/getServiceAccount:getServiceAccount": _load_balancer_account,
    "aws:cloudfront/getCachePolicy:getCachePolicy": _cloudfront_policy("cache-policy"),
    "aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy": _cloudfront_policy("origin-request-policy"),
    "aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy": _cloudfront_policy("response-headers-policy"),
}
"""The answers by function token, of those that are not told by the type of resource that they look for."""
