"""What AWS's managed policies allow: which of them are overly permissive, and what their highest risk is.

The data is `managed_policies.json` beside this module, derived by `tools/managed_policies.py` from the policies'
documents (its source and checksum are in the file). A policy newer than the data is judged by its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from pulumi_guardrails.aws.iam.wildcards import overlap

_TABLE = Path(__file__).with_name("managed_policies.json")

ADMINISTERS = "iam-no-administrator-access"

HIGH_RISK: Mapping[str, str] = {
    ADMINISTERS: "grants administrator access",
    "iam-no-privilege-escalation": "allows privilege escalation",
    "iam-no-credentials-exposure": "exposes the credentials of all resources",
    "iam-no-data-exfiltration": "allows reading the data of all resources",
    "iam-no-service-wide-actions": "allows a whole service",
}
"""The policies of this pack that a managed policy may break, highest risk first, each with what it then does."""

SERVICE_POLICIES = frozenset(
    {
        # Lambda Developer Guide, "Defining Lambda function permissions with an execution role"
        "AWSLambdaDynamoDBExecutionRole",
        "AWSLambdaKinesisExecutionRole",
        "AWSLambdaMSKExecutionRole",
        "AWSLambdaSQSQueueExecutionRole",
        # Systems Manager User Guide, "Configure instance permissions required for Systems Manager"
        "AmazonSSMManagedInstanceCore",
        # CodeDeploy User Guide, "Create a service role for CodeDeploy"
        "AWSCodeDeployRoleForECS",
        "AWSCodeDeployRoleForECSLimited",
        "AWSCodeDeployRoleForLambda",
        "AWSCodeDeployRoleForLambdaLimited",
        # API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs"
        "AmazonAPIGatewayPushToCloudWatchLogs",
        # Config Developer Guide, "Permissions for the IAM role assigned to AWS Config"
        "AWS_ConfigRole",
        # Elastic Beanstalk Developer Guide, "Managing Elastic Beanstalk instance profiles"
        "AWSElasticBeanstalkMulticontainerDocker",
        "AWSElasticBeanstalkWebTier",
        "AWSElasticBeanstalkWorkerTier",
        # Backup Developer Guide, "IAM service roles"
        "AWSBackupServiceRolePolicyForBackup",
        "AWSBackupServiceRolePolicyForRestores",
        # Batch User Guide, "AWS managed policies for Batch"
        "AWSBatchServiceRole",
        # Glue User Guide, "Create an IAM role for AWS Glue"
        "AWSGlueServiceRole",
    }
)
"""The policies that AWS's documentation says to attach to a role that a service or an instance assumes.

They name no resource, since AWS writes them for every account, and change when the service does: there is no narrower
policy of one's own to keep up with them.
"""

_ELEVATED = ("*Administrator*", "*FullAccess*", "*PowerUser*", "*ReadWrite*")
"""How AWS names the policies that allow most of a service (AWS IAM User Guide, "AWS managed policies")."""


def is_of_aws(arn: str) -> bool:
    """Whether an ARN names a policy that AWS manages."""
    parts = arn.split(":")
    return len(parts) > 5 and parts[0] == "arn" and parts[4] == "aws"


def name_of(arn: str) -> str:
    """The name in the ARN of a policy, without its path."""
    return arn.rpartition("/")[2]


def highest_risk(arn: str) -> str:
    """The highest risk of an overly permissive policy of AWS, in words; empty where none is known."""
    name = name_of(arn)
    broken = _broken().get(name)
    if broken:
        return HIGH_RISK[broken]
    return "names no resource" if any(fnmatchcase(name, pattern) for pattern in _ELEVATED) else ""


def limits_nothing(arn: str) -> bool:
    """Whether a policy of AWS as permissions boundary limits nothing, be it by privilege escalation."""
    return _broken().get(name_of(arn)) == ADMINISTERS


def may_be_overly_permissive(pattern: str) -> bool:
    """Whether a path and name with wildcards may be that of a policy of AWS that is overly permissive."""
    return any(overlap(pattern, one) for one in _ELEVATED) or _may_be(pattern, _broken())


def may_limit_nothing(pattern: str) -> bool:
    """Whether a path and name with wildcards may be that of a policy of AWS that is no limit as a boundary."""
    return _may_be(pattern, (name for name, policy in _broken().items() if policy == ADMINISTERS))


def _may_be(pattern: str, names: Iterable[str]) -> bool:
    """The table has no paths: any may stand before a name."""
    return any(overlap(pattern, name) or overlap(pattern, f"*/{name}") for name in names)


@cache
def _broken() -> Mapping[str, str]:
    """By name of a policy of AWS: the policy of the pack with the highest risk that it breaks."""
    table = json.loads(_TABLE.read_text(encoding="utf-8"))
    return {name: policy for policy, names in table["breaks"].items() for name in names}
