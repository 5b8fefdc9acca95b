"""The tables of the IAM policies about what an identity may do."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case
from tests.policypack.good.iam import ACCOUNT, REGION, TABLE, allow, document
from tests.policypack.policies.iam.cases_documents import GET, case, everywhere

ADMIN = "iam-no-administrator-access"
SWEEP = "iam-no-service-wide-actions"
RESOURCE = "iam-no-wildcard-resource"
CREDENTIALS = "iam-no-credentials-exposure"
DATA = "iam-no-data-exfiltration"
PERMISSIONS = "iam-no-unconstrained-permissions-management"
WRITE = "iam-no-unconstrained-write"

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
LAUNCH = ["subnet/subnet-1", "security-group/sg-1", "network-interface/*", "instance/*", "volume/*"]
LAUNCHED = [f"arn:aws:ec2:{REGION}::image/ami-1", *(f"{EC2}:{named}" for named in LAUNCH)]

EVERY_TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/*"


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def all_but(action: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "NotAction": action, "Resource": "*"}


def unconstrained(policy: str, action: str, every: str, one: str, by_caller: Outcome = COMPLIANT) -> list[Any]:
    """What holds for each policy about unlimited actions of one concern: `action` at `every` resource or at `one`."""
    tagged = when("StringEquals", "aws:ResourceTag/Team", "ml")
    wrong = allow(action, "*")
    return [
        *everywhere(policy, wrong, action, "every resource"),
        case(policy, "every resource of the kind", VIOLATION, allow(action, every), finds=(every,)),
        case(policy, "a wildcard beside a name", VIOLATION, allow(action, [one, "**"])),
        case(policy, "in another case", VIOLATION, allow(action.upper(), "?*")),
        case(policy, "one resource", COMPLIANT, allow(action, one)),
        case(policy, "a condition on the resource", COMPLIANT, {**wrong, **tagged}),
        case(
            policy,
            "a condition on the caller",
            by_caller,
            {**wrong, **when("StringEquals", "aws:SourceVpce", "vpce-1")},
        ),
        case(
            policy,
            "a condition that anything meets",
            VIOLATION,
            {**wrong, **when("StringLike", "aws:ResourceTag/Team", "*")},
        ),
        case(
            policy,
            "a condition that also holds without its key",
            VIOLATION,
            {**wrong, **when("StringEqualsIfExists", "aws:ResourceTag/Team", "ml")},
        ),
        case(
            policy,
            "a condition on all values, of which there may be none",
            VIOLATION,
            {**wrong, **when("ForAllValues:StringEquals", "aws:ResourceTag/Team", "ml")},
        ),
        case(
            policy,
            "a condition that takes some out",
            VIOLATION,
            {**wrong, **when("StringNotEquals", "aws:ResourceTag/Team", "ml")},
        ),
        case(
            policy,
            "a condition that limits nothing",
            VIOLATION,
            {**wrong, **when("Bool", "aws:SecureTransport", "true")},
        ),
        case(
            policy,
            "a condition not known",
            UNDECIDED,
            {**wrong, **when("StringEquals", "aws:ResourceTag/Team", UNKNOWN)},
        ),
        case(policy, "conditions not known", UNDECIDED, {**wrong, "Condition": UNKNOWN}),
        case(policy, "a resource not known", UNDECIDED, allow(action, UNKNOWN)),
        case(policy, "a resource not known beside every one", VIOLATION, allow(action, [UNKNOWN, "*"])),
        case(policy, "an action not known beside it", VIOLATION, allow([action, UNKNOWN], "*")),
        case(policy, "an action not known at every resource", UNDECIDED, allow(UNKNOWN, "*")),
        case(policy, "an action not known at a named resource", COMPLIANT, allow(UNKNOWN, one)),
        case(policy, "taken in by a wildcard over the service", COMPLIANT, allow(f"{action.partition(':')[0]}:*", "*")),
    ]


LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
INTERFACES = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]
SQS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
PULLS = ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer"]
CORE = [
    "ssm:DescribeAssociation",
    "ssm:GetDeployablePatchSnapshotForInstance",
    "ssm:GetDocument",
    "ssm:DescribeDocument",
    "ssm:GetManifest",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:PutInventory",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
    "ssm:UpdateInstanceInformation",
]
PUBLISHED = {
    "AWSLambdaBasicExecutionRole": allow(LOGS, "*"),
    "AWSLambdaBasicExecutionRole, in another case and order": allow(["LOGS:PutLogEvents", *LOGS[:2]], ["*"]),
    "AWSLambdaBasicExecutionRole, for log groups alone": allow(LOGS, "arn:aws:logs:*:*:*"),
    "a part of AWSLambdaBasicExecutionRole": allow(LOGS[1:], "*"),
    "AWSLambdaVPCAccessExecutionRole": allow([*LOGS, *INTERFACES], "*"),
    "AWSLambdaSQSQueueExecutionRole": allow([*SQS, *LOGS], "*"),
    "AmazonECSTaskExecutionRolePolicy": allow([*PULLS, "ecr:BatchGetImage", *LOGS[1:]], "*"),
    "AmazonSSMManagedInstanceCore": allow(CORE, "*"),
}
"""Statements of policies that AWS documents for the roles of services, as a program writes them."""

CASES = [
    *(
        case(policy, f"what {name} allows", COMPLIANT, statement)
        for name, statement in PUBLISHED.items()
        for policy in (WRITE, DATA, RESOURCE)
    ),
    case(WRITE, "more than what a service policy allows", VIOLATION, allow([*LOGS, "logs:DeleteLogGroup"], "*")),
    case(WRITE, "one action of a service policy with a high risk", VIOLATION, allow(SQS[1], "*")),
    case(DATA, "one action of a service policy with a high risk", VIOLATION, allow(CORE[5:7], "*")),
    case(WRITE, "all but what a service policy allows", COMPLIANT, all_but(LOGS)),
    case(
        WRITE,
        "a service policy's actions, one of them not known",
        UNDECIDED,
        allow([*SQS[1:], UNKNOWN], "*"),
        finds=("is that of a policy of AWS for such a role",),
    ),
    case(WRITE, "another action beside one not known", VIOLATION, allow(["sqs:PurgeQueue", UNKNOWN], "*")),
    Case(
        WRITE,
        "what AWSLambdaBasicExecutionRole allows, for a user",
        VIOLATION,
        {"policy": document(allow(LOGS, "*"))},
        "aws:iam/userPolicy:UserPolicy",
    ),
    *everywhere(ADMIN, allow("*", "*"), '"*"', "administrator"),
    *(
        case(ADMIN, f"in the spelling {action}", VIOLATION, allow(action, "*"))
        for action in ("*:*", "**", "?*", "*:?*", "?*:*", "iam:*", "IAM:*", "i?m:*", "ia*:*", "i*:**", "iam:?*")
    ),
    case(ADMIN, "by several wildcards together", VIOLATION, allow([f"iam:{c}*" for c in "acdegilprstu"], "*")),
    case(ADMIN, "on every role of the account", VIOLATION, allow("iam:*", f"arn:aws:iam::{ACCOUNT}:role/*")),
    case(ADMIN, "on everything of IAM", VIOLATION, allow("iam:*", "arn:aws:iam::*")),
    case(
        ADMIN,
        "on all resources but some",
        VIOLATION,
        {"Effect": "Allow", "Action": "*", "NotResource": TABLE},
    ),
    case(ADMIN, "all actions but some", VIOLATION, all_but(["s3:*", "iam:GetRole"]), finds=("NotAction", "s3:*")),
    case(
        ADMIN,
        "more actions than a message lists",
        VIOLATION,
        allow(["iam:*", "sqs:*", "sns:*", "s3:*"], "*"),
        finds=('"iam:*", "sqs:*", "sns:*" on every resource',),
    ),
    case(
        ADMIN, "all resources but some not known", UNDECIDED, {"Effect": "Allow", "Action": "*", "NotResource": UNKNOWN}
    ),
    case(ADMIN, "all resources but all", COMPLIANT, {"Effect": "Allow", "Action": "*", "NotResource": "*"}),
    case(ADMIN, "all actions but some not known", UNDECIDED, all_but(["s3:*", UNKNOWN])),
    case(ADMIN, "all actions but those of IAM", COMPLIANT, all_but("iam:*")),
    case(
        ADMIN,
        "under a condition",
        VIOLATION,
        {**allow("*", "*"), **when("Bool", "aws:MultiFactorAuthPresent", "true")},
    ),
    case(ADMIN, "every action on one table", COMPLIANT, allow("*", TABLE)),
    case(ADMIN, "everything in another service", COMPLIANT, allow("dynamodb:*", "*")),
    case(ADMIN, "what a service reads of IAM", COMPLIANT, allow(["iam:Get*", "iam:List*"], "*")),
    case(ADMIN, "an action not known at every resource", UNDECIDED, allow([GET, UNKNOWN], "*")),
    case(ADMIN, "every action at a resource not known", UNDECIDED, allow("*", UNKNOWN)),
    case(ADMIN, "an action not known at one table", COMPLIANT, allow(UNKNOWN, TABLE)),
    *everywhere(
        SWEEP,
        allow("dynamodb:*", TABLE),
        "dynamodb:*",
        "Amazon DynamoDB",
        "List those that are used, such as dynamodb:",
    ),
    case(
        SWEEP, "every action of every service", VIOLATION, allow("*", TABLE), finds=("every action of every service",)
    ),
    case(SWEEP, "several services", VIOLATION, allow("*:Get*", TABLE), finds=("services",)),
    case(SWEEP, "a service in another spelling", VIOLATION, allow("DynamoDB:?*", TABLE)),
    case(SWEEP, "a wildcard in the service", VIOLATION, allow("dynamod?:*", TABLE)),
    case(SWEEP, "several wildcards together", VIOLATION, allow([f"sqs:{c}*" for c in "acdglprstu"], "*")),
    case(SWEEP, "IAM where it makes no administrator", VIOLATION, allow("iam:*", f"arn:aws:iam::{ACCOUNT}:user/a")),
    case(
        SWEEP,
        "permissions beside data",
        VIOLATION,
        allow("s3:Put*", "arn:aws:s3:::a/*"),
        finds=("permissions management",),
    ),
    case(SWEEP, "some actions of one sort", COMPLIANT, allow(["dynamodb:*Item", "dynamodb:Describe*"], TABLE)),
    case(SWEEP, "no wildcard", COMPLIANT, allow(["s3:PutBucketPolicy", GET], TABLE)),
    case(SWEEP, "an administrator, another policy's finding", COMPLIANT, allow(["*", "iam:*"], "*")),
    case(SWEEP, "a service beside an administrator's wildcard", VIOLATION, allow(["iam:*", "dynamodb:*"], "*")),
    case(SWEEP, "an administrator perhaps", UNDECIDED, allow("iam:*", UNKNOWN)),
    case(SWEEP, "a service beside an action not known", VIOLATION, allow(["dynamodb:*", UNKNOWN], "*")),
    case(SWEEP, "an action not known", UNDECIDED, allow([GET, UNKNOWN], TABLE)),
    case(SWEEP, "a resource not known", VIOLATION, allow("dynamodb:*", UNKNOWN)),
    *unconstrained(RESOURCE, "dynamodb:DescribeTable", EVERY_TABLE, TABLE, VIOLATION),
    case(RESOURCE, "actions that support no resource", COMPLIANT, allow(["ecr:GetAuthorizationToken"], "*")),
    case(
        RESOURCE,
        "one that supports none beside one that does",
        VIOLATION,
        allow(["ec2:DescribeVpcs", "sqs:ListQueueTags"], "*"),
    ),
    case(RESOURCE, "a write, another policy's finding", COMPLIANT, allow("dynamodb:PutItem", "*")),
    case(
        RESOURCE,
        "a write that only its caller limits",
        VIOLATION,
        {**allow("dynamodb:PutItem", "*"), **when("StringEquals", "aws:SourceVpce", "vpce-1")},
        finds=("dynamodb:PutItem",),
    ),
    case(
        RESOURCE,
        "a key by its alias",
        COMPLIANT,
        {**allow("kms:DescribeKey", "*"), **when("StringEquals", "kms:ResourceAliases", "alias/a")},
    ),
    *unconstrained(
        CREDENTIALS, "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/*", f"arn:aws:iam::{ACCOUNT}:role/ml-api-deploy"
    ),
    case(CREDENTIALS, "roles of a prefix", COMPLIANT, allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/ml-api-*")),
    *unconstrained(DATA, "dynamodb:GetItem", EVERY_TABLE, TABLE),
    case(DATA, "every object of every bucket", VIOLATION, allow("s3:Get*", ["arn:aws:s3:::*"])),
    case(DATA, "every object of one bucket", COMPLIANT, allow("s3:GetObject", ["arn:aws:s3:::data/*"])),
    case(
        DATA,
        "a secret by its name",
        COMPLIANT,
        allow("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-??????"),
    ),
    case(
        DATA,
        "every secret",
        VIOLATION,
        allow("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:*:{ACCOUNT}:secret:*"),
    ),
    *unconstrained(
        PERMISSIONS, "sqs:AddPermission", f"arn:aws:sqs:*:{ACCOUNT}:*", f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
    ),
    *unconstrained(WRITE, "dynamodb:PutItem", EVERY_TABLE, TABLE),
    case(WRITE, "by one action", VIOLATION, allow("dynamodb:PutItem", "*"), finds=("on every resource of the type",)),
    case(
        WRITE,
        "by two actions, at more resources than a message lists",
        VIOLATION,
        allow(["dynamodb:PutItem", "dynamodb:DeleteItem"], [TABLE, f"{TABLE}-b", "*", EVERY_TABLE]),
        finds=("dynamodb:DeleteItem, dynamodb:PutItem on every resource of the type",),
    ),
    case(WRITE, "what supports no resource", COMPLIANT, allow("cloudwatch:PutMetricData", "*")),
    case(WRITE, "a way up, another policy's finding", COMPLIANT, allow("iam:PutRolePolicy", "*")),
    case(WRITE, "instances in a named subnet, group and image", COMPLIANT, allow("ec2:RunInstances", LAUNCHED)),
    case(
        WRITE,
        "instances of every sort",
        VIOLATION,
        allow("ec2:RunInstances", [f"{EC2}:*/*", f"arn:aws:ec2:{REGION}::image/*"]),
        finds=("ec2:RunInstances",),
    ),
    case(WRITE, "every instance beside every resource", VIOLATION, allow("ec2:RunInstances", [*LAUNCHED, "*"])),
    case(WRITE, "one type of several, whole", VIOLATION, allow("ec2:RunInstances", f"{EC2}:instance/*")),
    case(
        WRITE,
        "every instance in a subnet not known",
        UNDECIDED,
        allow("ec2:RunInstances", [f"{EC2}:instance/*", UNKNOWN]),
    ),
    case(WRITE, "every table beside one not known", VIOLATION, allow("dynamodb:PutItem", [EVERY_TABLE, UNKNOWN])),
    case(WRITE, "a resource not known of what supports none", COMPLIANT, allow("cloudwatch:PutMetricData", UNKNOWN)),
    case(
        PERMISSIONS,
        "devices that are named with the call",
        COMPLIANT,
        allow("iam:CreateVirtualMFADevice", "arn:aws:iam::*:mfa/*"),
    ),
    case(RESOURCE, "changes that AWS names", COMPLIANT, allow("route53:GetChange", "arn:aws:route53:::change/*")),
    case(RESOURCE, "changes that AWS names, not known", COMPLIANT, allow("route53:GetChange", UNKNOWN)),
    case(
        RESOURCE,
        "a wildcard of which some actions support no resource",
        VIOLATION,
        allow("sqs:List*", "*"),
        finds=('"Action": ["sqs:ListDeadLetterSourceQueues"', '"Action": ["sqs:ListQueues"], "Resource": ["*"]}.'),
    ),
    case(
        RESOURCE,
        "what a condition on its caller keeps",
        VIOLATION,
        {**allow("dynamodb:PutItem", "*"), **when("StringEquals", "aws:SourceVpc", "vpc-1")},
        finds=("Keep the Condition.",),
    ),
]
