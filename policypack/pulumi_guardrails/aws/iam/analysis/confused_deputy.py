"""Whose resource a service acts for: the condition keys that say so, and the services that do not tell.

Sources: AWS IAM User Guide, "The confused deputy problem" and "AWS global condition context keys" (`aws:SourceAccount`,
`aws:SourceArn`, `aws:SourceOrgID`, `aws:SourceOrgPaths`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pulumi_guardrails.aws.iam.analysis.statements import is_restricting, restricted_by
from pulumi_guardrails.aws.iam.document.conditions import is_specific_arn
from pulumi_guardrails.aws.iam.document.document import Statement
from pulumi_guardrails.aws.iam.document.elements import Condition, Conditions
from pulumi_guardrails.aws.iam.wildcards import is_pattern

SOURCE_KEYS = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")
"""Condition keys with the account, ARN or organization for which a service acts."""

_REGIONAL = re.compile(r"^([a-z0-9-]+(?:\.[a-z0-9-]+)?)\.[a-z]{2}(?:-[a-z]+)+-[0-9]\.amazonaws\.com")

SERVICES_WITHOUT_SOURCE: Mapping[str, str] = {
    "ec2.amazonaws.com": (
        "An instance gets its role through an instance profile of its own account, and EC2 tells no source. Reported, "
        "with AWS Support's answer, in issue 2810 of prowler-cloud/prowler."
    ),
    "cloudtrail.amazonaws.com": (
        "Delivery to CloudWatch Logs fails with a source condition in the role's trust (issue 4714 of "
        "prowler-cloud/prowler); the role in the AWS CloudTrail User Guide has none."
    ),
    "elastictranscoder.amazonaws.com": "Jobs fail with a source condition (issue 4714 of prowler-cloud/prowler).",
}
"""Services that assume a role without sending the source, each with where that is known from.

AWS publishes no list. Lambda is not in it: the AWS Lambda Developer Guide ("Working with AWS managed policies in the
execution role") asks for both keys. Others can be named in the policy's configuration.
"""


_PREFIXED = {"logdelivery.elasticloadbalancing.amazonaws.com"}
"""Services that tell no source but write under the account of their customer, so that the path in Resource guards.

Source: Elastic Load Balancing, User Guide for Application Load Balancers, "Enable access logs".
"""

_OWN_PREFIX = re.compile(r"/AWSLogs/[0-9]{12}/")


def has_account_prefix(service: str, statement: Statement) -> bool | None:
    """Whether the resources of a statement keep such a service to one account's prefix."""
    resources = statement.resources
    if base_service(service) not in _PREFIXED or not all(map(_OWN_PREFIX.search, resources.known)):
        return False
    return None if resources.unknown else bool(resources.known)


def base_service(name: str) -> str:
    """A service's name without region and country: `logs.eu-west-1.amazonaws.com` is `logs.amazonaws.com`.

    In China some services, EC2 among them, have it with `.cn`, as the policy of Karpenter's controller names them.
    """
    written = name.lower()
    found = _REGIONAL.match(written)
    return f"{found.group(1)}.amazonaws.com" if found else written.removesuffix(".cn")


def source_is_restricted(conditions: Conditions) -> bool | None:
    """Whether the conditions name the source account, ARN or organisation for which a service may act."""
    return restricted_by(conditions, SOURCE_KEYS, _restricts_source)


def _restricts_source(condition: Condition) -> bool | None:
    """An ARN guards only where it names the account, or a resource whose name no other account can have."""
    return is_restricting(condition, _is_specific_source)


def _is_specific_source(text: str) -> bool:
    return is_specific_arn(text) if text.startswith("arn:") else not is_pattern(text.partition("/")[0])
