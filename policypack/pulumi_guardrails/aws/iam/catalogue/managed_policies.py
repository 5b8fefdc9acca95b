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
from typing import Any

from pulumi_guardrails.aws.iam.wildcards import overlap
from pulumi_guardrails.core.frozen import fast_dataclass

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
        # EKS User Guide, "Amazon EKS node IAM role"
        "AmazonEKS_CNI_Policy",
    }
)
"""The policies that AWS's documentation says to attach to a role that a service or an instance assumes.

They name no resource, since AWS writes them for every account, and change when the service does: there is no narrower
policy of one's own to keep up with them.
"""

EXECUTION_POLICIES = frozenset(
    {
        # Lambda Developer Guide, "Defining Lambda function permissions with an execution role"
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaVPCAccessExecutionRole",
        "AWSXRayDaemonWriteAccess",
        "CloudWatchLambdaInsightsExecutionRolePolicy",
        # ECS Developer Guide, "Amazon ECS task execution IAM role"
        "AmazonECSTaskExecutionRolePolicy",
        # EKS User Guide, "Amazon EKS node IAM role" and "Amazon EKS Pod execution IAM role"
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKSWorkerNodeMinimalPolicy",
        "AmazonEKSFargatePodExecutionRolePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEC2ContainerRegistryReadOnly",
        # App Runner Developer Guide, "How App Runner works with IAM"
        "AWSAppRunnerServicePolicyForECRAccess",
        # RDS User Guide, "Setting up Enhanced Monitoring"
        "AmazonRDSEnhancedMonitoringRole",
        # CloudWatch User Guide, "Create IAM roles and users for use with the CloudWatch agent"
        "CloudWatchAgentServerPolicy",
    }
)
"""The policies without a high risk that AWS's documentation says to attach to the role of a function, a task or a node.

They write logs and metrics, pull images, and let a function into its VPC: a part of one is as harmless as the whole.
"""

_WITHOUT_TWINS = frozenset(
    {
        "AWSBackupServiceRolePolicyForBackup",
        "AWSBackupServiceRolePolicyForRestores",
        "AWSBatchServiceRole",
        "AWS_ConfigRole",
    }
)
"""Service policies that pass roles or read every service: their documents are left out."""

REPEATABLE = (SERVICE_POLICIES | EXECUTION_POLICIES) - _WITHOUT_TWINS
"""The policies whose statements may be written in a policy of one's own: what AWS documents for such a role."""

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


@fast_dataclass(frozen=True)
class PublishedStatement:
    """A statement of a policy of AWS that allows.

    Attributes:
        actions: Its actions, in lower case.
        resources: Its resources.
        condition: Its condition block; empty for none.
        is_whole: Whether only the very actions count: each of them for itself would be more than a role needs.
    """

    actions: frozenset[str]
    resources: frozenset[str]
    condition: Mapping[str, Any]
    is_whole: bool

    def has(
        self, actions: Iterable[str], resources: Iterable[str], condition: Mapping[str, Any], more_actions: bool = False
    ) -> bool:
        """Whether another statement allows just this, or where that will do, a part of it.

        Args:
            actions: The actions that are known.
            resources: The resources that are known.
            condition: Its condition block; empty for none.
            more_actions: Whether it has actions that are not known yet, which may be those that are missing.
        """
        named = {action.lower() for action in actions}
        complete = more_actions or (named == self.actions if self.is_whole else bool(named))
        anywhere = "*" in self.resources or self.resources.issuperset(resources)
        given = not self.condition or condition == self.condition
        return complete and named <= self.actions and anywhere and given


@cache
def published_statements() -> tuple[PublishedStatement, ...]:
    """The statements of the policies in `REPEATABLE`."""
    table = json.loads(_TABLE.read_text(encoding="utf-8"))
    return tuple(
        PublishedStatement(
            frozenset(action.lower() for action in one["actions"]),
            frozenset(one["resources"]),
            one.get("condition", {}),
            name not in EXECUTION_POLICIES,
        )
        for name, statements in table["statements"].items()
        for one in statements
    )


@cache
def _broken() -> Mapping[str, str]:
    """By name of a policy of AWS: the policy of the pack with the highest risk that it breaks."""
    table = json.loads(_TABLE.read_text(encoding="utf-8"))
    return {name: policy for policy, names in table["breaks"].items() for name in names}
