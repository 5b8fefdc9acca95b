"""What a condition names: by its key a resource or a caller, by its value one of them or all.

A condition limits a statement only as far as its values do: `arn:aws:iam::aws:policy/*` is every policy of AWS, and
`0.0.0.0/0` everywhere. Which value names something depends on its key.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping

from pulumi_guardrails.aws.iam.catalogue.managed_policies import may_be_overly_permissive, may_limit_nothing
from pulumi_guardrails.aws.iam.catalogue.service_authorization import expand, is_unlimited, without_variables
from pulumi_guardrails.aws.iam.document.elements import Condition
from pulumi_guardrails.aws.iam.wildcards import is_pattern, overlap

# S3 takes a wider range than these for the whole internet (Amazon S3 User Guide, "Blocking public access to your Amazon
# S3 storage", the meaning of "public").
_WIDEST_PREFIX = {4: 8, 6: 32}


def names_something(text: str) -> bool:
    """Whether a value is more than wildcards; of an ARN, that its account or its resource is."""
    if not text.startswith("arn:"):
        return not (is_pattern(text) and not text.strip("*?:/"))
    return names_owner(text)


def names_owner(arn: str) -> bool:
    """Whether an ARN names an account, or where it has none a resource, whose name no other account can have."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return False
    account, resource = parts[4], parts[5]
    return not is_pattern(account) if account else not resource.startswith(("*", "?"))


def names_network(text: str) -> bool:
    """Whether a value is an address or a network, and not one so wide that it is the internet."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST_PREFIX[network.version]


def _names_attachable(text: str) -> bool:
    """Whether a value is a policy, or policies of one path, without those of AWS that are overly permissive."""
    return _names_policy(text, may_be_overly_permissive)


def _names_boundary(text: str) -> bool:
    """Whether a value is a policy, or policies of one path, without those of AWS that bound nothing."""
    return _names_policy(text, may_limit_nothing)


def _names_policy(text: str, too_much: Callable[[str], bool]) -> bool:
    written = without_variables(text)
    owner, _, policy = written.rpartition(":")
    name = policy.partition("/")[2]
    if not name.strip("*?/"):
        return False
    by_aws = overlap(owner.rpartition(":")[2], "aws")
    return not (by_aws and too_much(name))


def _names_service(text: str) -> bool:
    """Whether a value is one service, be it of any region: `logs.*.amazonaws.com`."""
    return not is_pattern(without_variables(text).partition(".")[0])


def _names_principal(text: str) -> bool:
    """Whether a value is a principal, or principals of one path or prefix, of whatever account."""
    kind, slash, name = _resource(text).partition("/")
    return bool(name.strip("*?/")) if slash else not is_pattern(kind)


def _names_head(text: str) -> bool:
    """Whether a value begins with what is fixed: an account, an organisation, a network's id."""
    return not is_pattern(without_variables(text).partition("/")[0])


def _names_alias(text: str) -> bool:
    """Whether a value is an alias of a key, or aliases of one prefix."""
    return bool(text.removeprefix("alias/").strip("*?"))


def _resource(text: str) -> str:
    """The last part of an ARN: that of a principal, and of a policy, has no colon."""
    return text.rpartition(":")[2]


def _names_resource_of(name: str) -> Callable[[str], bool]:
    """Whether a value is not every resource that an action works on."""
    return lambda text: not any(is_unlimited(found, text) for found in expand(name))


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "iam:policyarn": _names_attachable,
    "iam:permissionsboundary": _names_boundary,
    "iam:passedtoservice": _names_service,
    "kms:viaservice": _names_service,
    "aws:calledvia": _names_service,
    "aws:calledviafirst": _names_service,
    "aws:calledvialast": _names_service,
    "aws:principalarn": _names_principal,
    "aws:sourceip": names_network,
    "aws:vpcsourceip": names_network,
    **dict.fromkeys(
        (
            "aws:principalaccount",
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:sourceaccount",
            "aws:sourceorgid",
            "aws:sourceorgpaths",
            "aws:sourcevpc",
            "aws:sourcevpce",
            "kms:calleraccount",
        ),
        _names_head,
    ),
    "kms:requestalias": _names_alias,
    "kms:resourcealiases": _names_alias,
    "secretsmanager:secretid": _names_resource_of("secretsmanager:GetSecretValue"),
    "lambda:functionarn": _names_resource_of("lambda:InvokeFunction"),
    "ecs:cluster": _names_resource_of("ecs:DescribeClusters"),
    "ecs:service": _names_resource_of("ecs:DescribeServices"),
}
"""By condition key in lower case, the test of a value.

Sources: Service Authorization Reference, the pages of the services; AWS IAM User Guide, "AWS global condition context
keys".
"""


def value_test(key: str) -> Callable[[str], bool]:
    """What a value of a condition key, in lower case, has to pass to name something."""
    return _TESTS.get(key, names_something)


def asks_for_a_tag(condition: Condition) -> bool | None:
    """Whether a condition with `Null` asks that the resource have a tag, or get one with the request.

    Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators", the operator to check existence; the
    policy of the AWS Load Balancer Controller (docs/install/iam_policy.json) limits its writes so.
    """
    if ":resourcetag/" not in condition.key and not condition.key.startswith("aws:requesttag/"):
        return False
    values = condition.values
    if values.malformed or any(text != "false" for text in values.known):
        return False
    return None if values.unknown else bool(values.known)
