"""Condition keys that AWS documents: their types, what they say, and which actions support them.

The keys of the services come from the Service Authorization Reference (`service_authorization.zip`), those of every
service from the page "AWS global condition context keys" of the AWS IAM User Guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from functools import cache, lru_cache

from pulumi_guardrails.aws.iam.catalogue.service_authorization import (
    Action,
    keys_of_no_service,
    may_be,
    resources_of,
    service,
    service_prefixes,
)
from pulumi_guardrails.core.frozen import fast_dataclass

RESOURCE_KEYS = (
    "*:resourcetag/",
    "aws:requesttag/",
    "cloudwatch:namespace",
    "dynamodb:leadingkeys",
    "ec2:createaction",
    "ecs:cluster",
    "ecs:service",
    "iam:awsservicename",
    "kms:encryptioncontext:",
    "kms:requestalias",
    "kms:resourcealiases",
    "lambda:functionarn",
    "rds:cluster-tag/",
    "rds:db-tag/",
    "s3:dataaccesspointarn",
    "s3:existingobjecttag/",
    "secretsmanager:secretid",
)
"""Condition keys that say which resources a statement is about, as an ARN would.

Sources: Service Authorization Reference, the pages of the services; AWS IAM User Guide, "AWS global condition context
keys", properties of the resource; AWS KMS Developer Guide, "Use aliases to control access to KMS keys"; Amazon EC2 User
Guide, "Grant permission to tag Amazon EC2 resources during creation".
"""

CALLER_KEYS = (
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:principalorgid",
    "aws:principaltag/",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpcsourceip",
    "kms:viaservice",
)
"""Condition keys that say who calls, from where or through what (AWS IAM User Guide, the same page)."""


class KeyType(Enum):
    """The type of a condition key's values, in the words of the reference."""

    STRING = "String"
    ARN = "ARN"
    NUMERIC = "Numeric"
    DATE = "Date"
    BOOL = "Bool"
    IP_ADDRESS = "IPAddress"


@fast_dataclass(frozen=True)
class ConditionKey:
    """A condition key.

    Attributes:
        name: Its name as AWS writes it; what a program chooses in it, such as a tag's key, is left out.
        type: The type of its values, or of each of them.
        is_multivalued: Whether a request can have several values of it.
        may_be_missing: Whether a request can lack it: of a key that every request has it is false.
    """

    name: str
    type: KeyType
    is_multivalued: bool = False
    may_be_missing: bool = True

    @property
    def needs_more(self) -> bool:
        """Whether its name goes on with what a program chooses, such as the key of a tag."""
        return self.name.endswith(("/", ":"))


_MULTIVALUED = "ArrayOf"
_CHOSEN = re.compile(r"(?:[$<].*|(?<=/)tag-key)$")
"""What a program chooses in a key's name, as the reference writes it: `${TagKey}`, `<key>` or `tag-key`."""

_GLOBAL = {
    KeyType.STRING: (
        "aws:CalledViaFirst aws:CalledViaLast aws:Ec2InstanceSourceVpc aws:FederatedProvider aws:PrincipalAccount "
        "aws:PrincipalOrgID aws:PrincipalServiceName aws:PrincipalTag/ aws:PrincipalType aws:referer aws:RequestTag/ "
        "aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID aws:ResourceTag/ aws:SourceAccount "
        "aws:SourceIdentity aws:SourceOrgID aws:SourceOwner aws:SourceVpc aws:SourceVpce aws:UserAgent aws:userid "
        "aws:username aws:VpceAccount aws:VpceOrgID"
    ),
    KeyType.ARN: "aws:ChatbotSourceArn aws:PrincipalArn aws:SignInSessionArn aws:SourceArn aws:SourceVpcArn",
    KeyType.NUMERIC: "aws:MultiFactorAuthAge",
    KeyType.DATE: "aws:CurrentTime aws:EpochTime aws:TokenIssueTime",
    KeyType.BOOL: (
        "aws:AssumedRoot aws:IsMcpServiceAction aws:MultiFactorAuthPresent aws:PrincipalIsAWSService "
        "aws:SecureTransport aws:ViaAWSMCPService aws:ViaAWSService"
    ),
    KeyType.IP_ADDRESS: "aws:Ec2InstanceSourcePrivateIPv4 aws:SourceIp aws:VpcSourceIp",
}
_GLOBAL_MULTIVALUED = (
    "aws:CalledVia aws:CalledViaAWSMCP aws:PrincipalOrgPaths aws:PrincipalServiceNamesList aws:ResourceOrgPaths "
    "aws:SourceOrgPaths aws:TagKeys aws:VpceOrgPaths"
)
_IN_EVERY_REQUEST = (
    "aws:CurrentTime aws:EpochTime aws:PrincipalType aws:RequestedRegion aws:SecureTransport aws:UserAgent "
    "aws:userid aws:ViaAWSService aws:PrincipalIsAWSService"
)
"""Source: AWS IAM User Guide, "AWS global condition context keys", the availability of each. `aws:SourceOwner` is one
of Amazon SNS (Developer Guide, "Example cases for Amazon SNS access control")."""

_NOT_SUPPORTED = "aws:arn"
"""The key that AWS replaced by `aws:PrincipalArn` and `aws:SourceArn`, in lower case."""


@lru_cache(maxsize=1)
def _global_keys() -> Mapping[str, ConditionKey]:
    written = [(name, kind, False) for kind, names in _GLOBAL.items() for name in names.split()]
    written += [(name, KeyType.STRING, True) for name in _GLOBAL_MULTIVALUED.split()]
    always = _IN_EVERY_REQUEST.split()
    return {name.lower(): ConditionKey(name, kind, several, name not in always) for name, kind, several in written}


@fast_dataclass(frozen=True)
class _ServiceKeys:
    """The condition keys of a service by name in lower case, and those that actions and resource types support."""

    keys: Mapping[str, ConditionKey]
    of_actions: Mapping[str, frozenset[str]]
    of_types: Mapping[str, frozenset[str]]


@cache
def _service_keys(prefix: str) -> _ServiceKeys:
    found = service(prefix)
    if found is None:
        return _ServiceKeys({}, {}, {})
    written = json.loads(found.written_keys)
    names = [_CHOSEN.sub("", name).lower() for name in sorted(written["keys"])]
    sets = [frozenset(names[int(place)] for place in places.split(",")) for places in written["sets"]]
    return _ServiceKeys(
        _read(written["keys"]),
        {name: sets[place] for name, place in written["actions"].items()},
        {name: sets[place] for name, place in written["types"].items()},
    )


@lru_cache(maxsize=1)
def _other_keys() -> Mapping[str, ConditionKey]:
    return _read(keys_of_no_service())


def _read(written: Mapping[str, str]) -> dict[str, ConditionKey]:
    keys = {}
    for name, kind in written.items():
        plain = _CHOSEN.sub("", name)
        several = kind.startswith(_MULTIVALUED)
        keys[plain.lower()] = ConditionKey(plain, KeyType(kind.removeprefix(_MULTIVALUED)), several)
    return keys


def key_prefix(name: str) -> str:
    """The part of a key's name before the first colon, in lower case: a service, `aws`, or an identity provider."""
    return name.partition(":")[0].lower()


def is_of_identity_provider(name: str) -> bool:
    """Whether a key is a claim of an identity provider's tokens: its prefix is a host, which no service's is."""
    return "." in key_prefix(name) or "/" in key_prefix(name)


def has_known_prefix(name: str) -> bool:
    """Whether a key begins with `aws`, a service or an identity provider."""
    prefix = key_prefix(name)
    if prefix == "aws" or prefix in service_prefixes() or is_of_identity_provider(name):
        return True
    return any(key_prefix(other) == prefix for other in _other_keys())


@lru_cache(maxsize=4096)
def condition_key(name: str) -> ConditionKey | None:
    """The key with a name, in any case; None where AWS documents none."""
    prefix, wanted = key_prefix(name), name.lower()
    known: Mapping[str, ConditionKey] = _global_keys() if prefix == "aws" else _service_keys(prefix).keys
    if not known:
        known = _other_keys()
    whole = known.get(wanted)
    if whole:
        return whole
    return next((key for place, key in known.items() if key.needs_more and wanted.startswith(place)), None)


def lacks_chosen_part(name: str) -> bool:
    """Whether a key is one that has to go on, such as `aws:ResourceTag/` with the key of a tag, and does not."""
    wanted = name.lower().rstrip("/")
    return name.endswith("/") or (condition_key(name) is None and condition_key(f"{wanted}/") is not None)


def is_not_supported(name: str) -> bool:
    """Whether a key is the one that AWS does not support any more."""
    return name.lower() == _NOT_SUPPORTED


def supports(action: Action, key: ConditionKey, resources: Sequence[str] = ("*",)) -> bool:
    """Whether the reference lists a key for an action, or for a type of resource that it works on.

    Args:
        action: The action.
        key: The key.
        resources: The resources of the statement, which leave out the types that none of them can be.
    """
    listed, wanted = _service_keys(action.service), key.name.lower()
    if wanted in listed.of_actions.get(action.name, ()):
        return True
    types = resources_of(action)
    return any(
        wanted in listed.of_types.get(kind, ()) and any(may_be(resource, arn) for resource in resources)
        for kind, arn in types.items()
    )


def closest_key(name: str) -> str:
    """The key of the same prefix whose name is most like a misspelt one; empty where none comes near."""
    prefix = key_prefix(name)
    keys = _global_keys() if prefix == "aws" else _service_keys(prefix).keys
    near = get_close_matches(name.lower()[:100], list(keys), 1)
    return keys[near[0]].name if near else ""
