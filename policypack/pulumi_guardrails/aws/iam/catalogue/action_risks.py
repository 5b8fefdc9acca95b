"""The risk of each action on all resources: which one policy answers for it where a statement does not limit it.

Each action has one concern, the highest_risk, so that a grant is reported once. The lists name what the Service
Authorization Reference's access levels do not tell: that a read returns credentials or data, that a write lets its
caller become somebody else.
"""

from __future__ import annotations

from enum import Enum

from pulumi_guardrails.aws.iam.catalogue.escalation_methods import ESCALATION_ACTIONS
from pulumi_guardrails.aws.iam.catalogue.service_authorization import Access, Action

PASS_ROLE = "iam:PassRole"  # noqa: S105 - an action

CREDENTIALS = frozenset(
    {
        "codeartifact:GetAuthorizationToken",
        "codepipeline:PollForJobs",
        "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
        "connect:GetFederationToken",
        "dsql:DbConnect",
        "dsql:DbConnectAdmin",
        "ec2:GetPasswordData",
        "elasticache:Connect",
        "gamelift:GetComputeAuthToken",
        "gamelift:RequestUploadCredentials",
        "iam:CreateServiceSpecificCredential",
        "iam:ResetServiceSpecificCredential",
        "iam:UpdateAccessKey",
        "lightsail:GetInstanceAccessDetails",
        "lightsail:GetRelationalDatabaseMasterUserPassword",
        "mediapackage:RotateIngestEndpointCredentials",
        "rds-db:connect",
        "redshift:GetClusterCredentials",
        "redshift:GetClusterCredentialsWithIAM",
        "redshift-serverless:GetCredentials",
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:AssumeRoot",
        "sts:GetFederationToken",
    }
)
"""Actions whose answer is a credential, or access as good as one (their descriptions in the Service Authorization
Reference). Actions that support no resource are not among them, as nothing could limit them:
`ecr:GetAuthorizationToken` opens only repositories that another statement has to name."""

DATA_READS = frozenset(
    {
        "athena:GetQueryResults",
        "cassandra:Select",
        "codecommit:GitPull",
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:GetRecords",
        "dynamodb:PartiQLSelect",
        "dynamodb:Query",
        "dynamodb:Scan",
        "es:ESHttpGet",
        "kinesis:GetRecords",
        "kms:Decrypt",
        "lambda:GetFunction",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:StartQuery",
        "neptune-db:ReadDataViaQuery",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "secretsmanager:GetSecretValue",
        "sqs:ReceiveMessage",
        "ssm:GetParameter",
        "ssm:GetParameterHistory",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
        "timestream:Select",
    }
)
"""Actions that return what a service stores, rather than how it is set up (the Service Authorization Reference)."""


CRITICAL_ACTIONS = (
    "access-analyzer:DeleteAnalyzer",
    "account:CloseAccount",
    "backup:DeleteBackupVault",
    "backup:DeleteRecoveryPoint",
    "cloudtrail:DeleteTrail",
    "cloudtrail:StopLogging",
    "config:DeleteConfigurationRecorder",
    "config:StopConfigurationRecorder",
    "ec2:DeleteFlowLogs",
    "ec2:DisableEbsEncryptionByDefault",
    "guardduty:DeleteDetector",
    "guardduty:DisassociateFromAdministratorAccount",
    "iam:CreateOpenIDConnectProvider",
    "iam:CreateSAMLProvider",
    "iam:CreateUser",
    "iam:DeactivateMFADevice",
    "kms:DisableKey",
    "kms:ScheduleKeyDeletion",
    "logs:DeleteLogGroup",
    "logs:DeleteRetentionPolicy",
    "organizations:LeaveOrganization",
    "s3:PutAccountPublicAccessBlock",
    "securityhub:DisableSecurityHub",
)
"""Actions that no workload has a use for, on whatever resource: they end detection, recovery or the account, or make
principals that stay. What lets a principal raise its own permissions is not among them: `escalation_methods` has it.

Sources: MITRE ATT&CK, T1562.008 (disable or modify cloud logs), T1485 (data destruction), T1490 (inhibit system
recovery) and T1136.003 (create a cloud account); the actions' descriptions in the Service Authorization Reference.
"""


class RiskCategory(Enum):
    """The risk of an action that is not limited to resources."""

    PASS_ROLE = "passes a role to a service"  # noqa: S105 - a description
    ESCALATION = "allows privilege escalation"
    CREDENTIALS = "exposes credentials"
    DATA = "reads stored data"
    PERMISSIONS = "changes permissions"
    WRITE = "changes resources"
    OTHER = "reads, lists or tags resources"


def risk_category_of(action: Action) -> RiskCategory:
    """The category with the highest risk of an action."""
    name = str(action)
    if name == PASS_ROLE:
        return RiskCategory.PASS_ROLE
    if name in ESCALATION_ACTIONS:
        return RiskCategory.ESCALATION
    if name in CREDENTIALS:
        return RiskCategory.CREDENTIALS
    if name in DATA_READS:
        return RiskCategory.DATA
    if action.access is Access.PERMISSIONS:
        return RiskCategory.PERMISSIONS
    return RiskCategory.WRITE if action.access is Access.WRITE else RiskCategory.OTHER
