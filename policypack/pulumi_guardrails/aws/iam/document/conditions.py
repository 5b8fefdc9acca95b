"""Which values of a condition key restrict a statement, and which are as good as a wildcard.

A condition restricts a statement only as far as its values do: `arn:aws:iam::aws:policy/*` is every AWS managed policy,
and `0.0.0.0/0` is every address. Which values are specific depends on the key.
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


def is_specific(text: str) -> bool:
    """Whether a value is more than wildcards; of an ARN, whether its account or its resource is."""
    if not text.startswith("arn:"):
        return not (is_pattern(text) and not text.strip("*?:/"))
    return is_specific_arn(text)


def is_specific_arn(arn: str) -> bool:
    """Whether an ARN has an account ID, or where it can have none, a resource whose name no other account can use."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return False
    account, resource = parts[4], parts[5]
    return not is_pattern(account) if account else not resource.startswith(("*", "?"))


def is_specific_network(text: str) -> bool:
    """Whether a value is an IP address or a CIDR block that is not as wide as the internet."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST_PREFIX[network.version]


def _excludes_permissive_policies(text: str) -> bool:
    """Whether a value is a policy, or policies of one path, without those of AWS that are overly permissive."""
    return _is_specific_policy(text, may_be_overly_permissive)


def _names_boundary(text: str) -> bool:
    """Whether a value is a policy, or policies of one path, without AWS managed policies that limit nothing."""
    return _is_specific_policy(text, may_limit_nothing)


def _is_specific_policy(text: str, is_excluded: Callable[[str], bool]) -> bool:
    written = without_variables(text)
    owner, _, policy = written.rpartition(":")
    name = policy.partition("/")[2]
    if not name.strip("*?/"):
        return False
    by_aws = overlap(owner.rpartition(":")[2], "aws")
    return not (by_aws and is_excluded(name))


def _is_specific_service(text: str) -> bool:
    """Whether a value is one service, also in any Region: `logs.*.amazonaws.com`."""
    return not is_pattern(without_variables(text).partition(".")[0])


def _is_specific_principal(text: str) -> bool:
    """Whether a value is a principal, or principals of one path or prefix, in any account."""
    kind, slash, name = _resource(text).partition("/")
    return bool(name.strip("*?/")) if slash else not is_pattern(kind)


def _has_specific_prefix(text: str) -> bool:
    """Whether a value begins without a wildcard: with an account ID, an organization ID or a VPC ID."""
    return not is_pattern(without_variables(text).partition("/")[0])


def _is_specific_alias(text: str) -> bool:
    """Whether a value is an alias of a KMS key, or aliases of one prefix."""
    return bool(text.removeprefix("alias/").strip("*?"))


def _resource(text: str) -> str:
    """The last part of an ARN: that of a principal, and of a policy, has no colon."""
    return text.rpartition(":")[2]


def _is_specific_resource_of(name: str) -> Callable[[str], bool]:
    """Whether a value is less than every resource that an action applies to."""
    return lambda text: not any(is_unlimited(found, text) for found in expand(name))


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "iam:policyarn": _excludes_permissive_policies,
    "iam:permissionsboundary": _names_boundary,
    "iam:passedtoservice": _is_specific_service,
    "kms:viaservice": _is_specific_service,
    "aws:calledvia": _is_specific_service,
    "aws:calledviafirst": _is_specific_service,
    "aws:calledvialast": _is_specific_service,
    "aws:principalarn": _is_specific_principal,
    "aws:sourceip": is_specific_network,
    "aws:vpcsourceip": is_specific_network,
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
        _has_specific_prefix,
    ),
    "kms:requestalias": _is_specific_alias,
    "kms:resourcealiases": _is_specific_alias,
    "secretsmanager:secretid": _is_specific_resource_of("secretsmanager:GetSecretValue"),
    "lambda:functionarn": _is_specific_resource_of("lambda:InvokeFunction"),
    "ecs:cluster": _is_specific_resource_of("ecs:DescribeClusters"),
    "ecs:service": _is_specific_resource_of("ecs:DescribeServices"),
}
"""By condition key in lower case, the test of a value.

Sources: Service Authorization Reference, the pages of the services; AWS IAM User Guide, "AWS global condition context
keys".
"""


def value_test(key: str) -> Callable[[str], bool]:
    """The test whether a value of a condition key, in lower case, is specific."""
    return _TESTS.get(key, is_specific)


def requires_tag(condition: Condition) -> bool | None:
    """Whether a condition with `Null` requires that the resource or the request has a tag.

    Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators", the operator to check existence; the
    policy of the AWS Load Balancer Controller (docs/install/iam_policy.json) limits its write actions in this way.
    """
    if ":resourcetag/" not in condition.key and not condition.key.startswith("aws:requesttag/"):
        return False
    values = condition.values
    if values.malformed or any(text != "false" for text in values.known):
        return False
    return None if values.unknown else bool(values.known)
