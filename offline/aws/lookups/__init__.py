"""Look-ups of things that the program did not make: `aws.ec2.get_vpc(default=True)`, `aws.iam.get_role(name="ops")`.

Nothing can be asked about them, so the stand-in says what such a thing looks like, the way it makes up what AWS
computes of a resource: what is asked for is answered with the arguments, with ids and ARNs of the right form, and with
everything that the package declares. The same question has the same answer, and the thing with an id is that of the id.
"""

from __future__ import annotations

import re
from typing import Any

from offline.aws import source
from offline.aws.computed import resource_id, value_of
from offline.aws.existing import told_by_id
from offline.aws.formats import FORMATS
from offline.aws.lookups import network
from offline.aws.lookups.kit import Answer, Arguments
from offline.aws.outputs import fill
from offline.aws.place import Place
from offline.aws.schema import Function, Property, Resource, Type
from offline.aws.schema import resource as resource_of
from offline.aws.values import UNKNOWN, plain
from offline.aws.world import World

_OF_RESOURCE = {
    "aws:apigateway/getKey:getKey": "aws:apigateway/apiKey:ApiKey",
    "aws:ebs/getEbsVolumes:getEbsVolumes": "aws:ebs/volume:Volume",
    "aws:ebs/getSnapshotIds:getSnapshotIds": "aws:ebs/snapshot:Snapshot",
    "aws:ec2/getElasticIp:getElasticIp": "aws:ec2/eip:Eip",
    "aws:lb/getLbs:getLbs": "aws:lb/loadBalancer:LoadBalancer",
    "aws:servicediscovery/getDnsNamespace:getDnsNamespace": "aws:servicediscovery/privateDnsNamespace:"
    "PrivateDnsNamespace",
    "aws:vpc/getSecurityGroupRule:getSecurityGroupRule": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/getSecurityGroupRules:getSecurityGroupRules": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
}
"""What a function looks for where its name does not say it."""

_MANY = 2
"""How many things a question about all of a kind finds."""


def resource_token(function_token: str) -> tuple[str, bool]:
    """Return the type of resource that a function looks for, and whether for several; an empty type if it is none."""
    if function_token in _OF_RESOURCE:
        return _OF_RESOURCE[function_token], function_token.endswith(("s", "Ids"))
    found = re.fullmatch(r"aws:([\w-]+)/get\w+:get(\w+)", function_token)
    if found is None:
        return "", False
    module, name = found[1], found[2]
    for kind, several in ((name, False), *((kind, True) for kind in _singulars(name))):
        token = f"aws:{module}/{kind[0].lower()}{kind[1:]}:{kind}"
        if token in source.resource_classes():
            return token, several
    return "", False


def _singulars(name: str) -> list[str]:
    endings = (("ies", "y"), ("es", ""), ("s", ""), ("Ids", ""), ("Arns", ""))
    return [name.removesuffix(old) + new for old, new in endings if name.endswith(old) and name != old]


def look_up(function: Function, token: str, several: bool, given: Arguments, region: str, world: World) -> Answer:
    """Answer a function that looks for resources of a type.

    Args:
        function: what the package says about the function.
        token: the type of resource that it looks for.
        several: whether it looks for several of them.
        given: its arguments, plain.
        region: where it looks.
        world: what the run has seen.
    """
    resource = resource_of(token)
    asked = {**_asked(given), **_filtered(given)}
    if given.get("tags") and asked["tags"] != given["tags"]:
        asked["tags"] = {**given["tags"], **asked["tags"]}
    if several:
        return _several(function, resource, asked, given, region, world)
    place = _place(resource, function, asked, given, region)
    return _describe(function, resource, place, asked, given, world)


_SAID_BY_OTHERS = re.compile(
    r"(?:BrokerEngineTypes|CipherText|ContainerDefinition|Credentials|Document|Export|Invocation|Objects?|Product"
    r"|PublicKey|RegistrationCode|Script|Sdk|Secrets?|SigningCertificate|Simulation|StreamKey|TaskExecution)$"
)
"""Functions whose answer is not what something looks like: what it holds, decides, costs, or says when it is run."""


def is_said_by_others(function_token: str) -> bool:
    """Tell whether only AWS, or who keeps something there, can say what a function answers."""
    return _SAID_BY_OTHERS.search(function_token) is not None


def make_up(function: Function, given: Arguments, region: str) -> Answer:
    """Answer a function that looks for nothing that a program could make, from what the package declares."""
    module, name = function.token.split(":")[1].split("/")[0], function.token.rpartition(":get")[2]
    kind = (_singulars(name) or [name])[0]
    places = [
        Place(f"aws:{module}/{kind[0].lower()}{kind[1:]}:{kind}", f"{sorted(given.items())!r} {index}", region)
        for index in range(_MANY)
    ]
    for place in places:
        place.values = dict(given)
        place.id = resource_id(place)
    answer: Answer = {"id": region if _singulars(name) else places[0].id}
    for name, declared in function.outputs.items():
        if given.get(name) is not None:
            answer[name] = given[name]
        elif declared.type.kind == "list" and declared.type.items[0].kind == "string":
            item = Property(name.removesuffix("s"), declared.type.items[0], required=True)
            answer[name] = [value for value in (value_of(place, item) for place in places) if value]
        elif name != "id" and declared.required:
            answer[name] = value_of(places[0], declared)
    return answer


def _asked(given: Arguments) -> dict[str, Any]:
    """Return the arguments that say what to look for."""
    return {name: value for name, value in given.items() if name not in ("filters", "region", "mostRecent")}


def _filtered(given: Arguments) -> dict[str, Any]:
    """Return what filters say, as arguments: `vpc-id` is vpcId, `tag:Name` is a tag."""
    found: dict[str, Any] = {}
    for condition in given.get("filters") or []:
        name, values = str(condition.get("name") or ""), condition.get("values") or []
        value = str(values[0]).replace("*", "") if values else ""
        if name.startswith("tag:"):
            found["tags"] = {**found.get("tags", {}), name.removeprefix("tag:"): value}
        else:
            found[re.sub(r"[-.](\w)", lambda match: match[1].upper(), name)] = value
    return found


def _place(resource: Resource, function: Function, asked: Arguments, given: Arguments, region: str) -> Place:
    """Return where the thing is that is asked for, with the id that AWS gives it."""
    kind = resource.token.rpartition(":")[2]
    identifier = next((str(asked[name]) for name in ("id", f"{kind[0].lower()}{kind[1:]}Id") if asked.get(name)), "")
    arn = asked.get("arn")
    if not identifier and isinstance(arn, str) and _id_is_arn(resource):
        identifier = arn
    named = {**_by_input(resource, asked), **asked}
    key = _naming_input(resource)
    names = [name for name, value in asked.items() if isinstance(value, str) and name.endswith(("Name", "Identifier"))]
    names += [name for name, declared in function.inputs.items() if declared.required and name in asked]
    if key in resource.inputs and key not in named and names:
        named[key] = asked[names[0]]
    if identifier:
        named.update(told_by_id(resource, identifier))
    place = Place(resource.token, _identity(named.get(key), given), region)
    place.values = {name: value for name, value in named.items() if name in resource.inputs or name == "arn"}
    place.id = identifier or resource_id(place)
    return place


def _by_input(resource: Resource, asked: Arguments) -> dict[str, Any]:
    """Return the arguments that name another thing by what the resource calls it: `clusterArn` is its cluster."""
    bases = {re.sub(r"(?:Arn|Id|Identifier|Name)$", "", name): value for name, value in asked.items()}
    return {name: value for name, value in bases.items() if name in resource.inputs and name not in asked}


def _naming_input(resource: Resource) -> str:
    """Return the input that names a resource of the type."""
    words = re.findall(r"\{(\w+)\}", FORMATS.get(resource.token, {}).get("id", ""))
    naming = (word for word in words if word in resource.inputs and word != "region")
    return resource.imported_by or next(naming, "name")


def _identity(name: Any, given: Arguments) -> str:
    """Return what tells the thing from others: its name where it has one, else the whole question."""
    return f"name {name}" if name else repr(sorted(given.items()))


def _id_is_arn(resource: Resource) -> bool:
    form = FORMATS.get(resource.token, {})
    return form.get("arn") == "{id}" or resource_id(Place(resource.token, "", "us-east-1")).startswith("arn:")


def _describe(
    function: Function, resource: Resource, place: Place, asked: Arguments, given: Arguments, world: World
) -> Answer:
    shape = network.describe(resource.token, place, asked, world)
    seen = world.find(resource.token, place.id)
    answer: Answer = {"id": place.id}
    for name, declared in function.outputs.items():
        known = plain(seen.get(name))
        if known is not None and known is not UNKNOWN and declared.type.kind not in ("list", "object"):
            answer[name] = seen[name]
        elif name in shape:
            answer[name] = shape[name]
        elif given.get(name) is not None:
            answer[name] = given[name]
        elif name in ("tags", "instanceTags") and declared.type.kind == "map":
            answer[name] = asked.get("tags", {})
        elif name != "id" and declared.required:
            answer[name] = fill(_value(resource, place, declared), declared.type, place, name, known=True)
    # Asked for by its id from now on, it is what it is now.
    world.remember(resource.token, place.id, {**answer, **seen})
    return answer


def _value(resource: Resource, place: Place, declared: Property) -> Any:
    if declared.name == "region" and declared.type.kind == "string":
        return place.region
    if declared.name in place.values:
        return place.values[declared.name]
    kind = resource.token.rpartition(":")[2]
    if declared.name == f"{kind[0].lower()}{kind[1:]}Id":
        return place.id
    given = resource.inputs.get(declared.name)
    return value_of(place, declared, optional_input=given is not None and not given.required)


def _several(
    function: Function, resource: Resource, asked: Arguments, given: Arguments, region: str, world: World
) -> Answer:
    """Answer with lists, of which the same item of each is of the same thing."""
    places = network.places(resource.token, region, asked, given, world)
    if places is None:
        places = [Place(resource.token, f"{sorted(given.items())!r} {index}", region) for index in range(_MANY)]
        for place in places:
            place.values = {name: value for name, value in asked.items() if name in resource.inputs}
            place.id = resource_id(place)
    answer: Answer = {"id": region}
    for name, declared in function.outputs.items():
        if given.get(name) is not None:
            answer[name] = given[name]
        elif declared.type.kind == "list" and declared.type.items[0].kind == "string":
            items = [_item(resource, place, name, asked, world) for place in places]
            answer[name] = items if all(items) else []
        elif name in ("tags", "instanceTags") and declared.type.kind == "map":
            answer[name] = asked.get("tags", {})
    return answer


def _item(resource: Resource, place: Place, name: str, asked: Arguments, world: World) -> str:
    singular = name.removesuffix("s")
    kind = resource.token.rpartition(":")[2]
    if singular in ("id", "allocationId", f"{kind[0].lower()}{kind[1:]}Id"):
        return place.id
    shape = network.describe(resource.token, place, asked, world)
    if singular in shape:
        return str(shape[singular])
    return str(value_of(place, resource.outputs.get(singular, Property(singular, Type("string"), required=True))))
