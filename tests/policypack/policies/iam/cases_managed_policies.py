"""The table of the IAM policy about managed policies."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource
from tests.policypack.good.iam import ACCOUNT

MANAGED = "iam-no-elevated-managed-policy"
POLICY = resource("aws:iam/policy:Policy", "own", name="own")
OWN = Ref("aws:iam/policy:Policy", "own")
PASSED_ON = Ref("aws:ssm/parameter:Parameter", "passing")
PARAMETER = resource("aws:ssm/parameter:Parameter", "passing", value=OWN)
AWS = "arn:aws:iam::aws:policy/"
ATTACHMENT = "rolePolicyAttachment:RolePolicyAttachment"
ADMINISTRATOR = f"{AWS}AdministratorAccess"
S3_BOUND: dict[str, Any] = {"permissionsBoundary": f"{AWS}AmazonS3FullAccess"}


def case(
    says: str, outcome: Outcome, kind: str, finds: str = "", settings: dict[str, Any] | None = None, **properties: Any
) -> Case:
    """The verdict on one attachment in a stack that has a policy of its own."""
    stack = [resource(f"aws:iam/{kind}", "attached", **properties), POLICY]
    return Case(
        MANAGED, says, outcome, stack=stack, at="attached", settings=settings or {}, finds=(finds,) if finds else ()
    )


CASES = [
    case("an administrator attached to a role", VIOLATION, ATTACHMENT, "AdministratorAccess", policyArn=ADMINISTRATOR),
    *(
        case(f"{name}", VIOLATION, ATTACHMENT, policyArn=f"{AWS}{name}")
        for name in (
            "PowerUserAccess",
            "IAMFullAccess",
            "AmazonS3FullAccess",
            "AWSLambda_FullAccess",
            "SecretsManagerReadWrite",
            "ReadOnlyAccess",
            "job-function/DatabaseAdministrator",
            "job-function/DataScientist",
        )
    ),
    *(
        case(f"{name}, which {does}", VIOLATION, ATTACHMENT, f'{name}", which {does}', policyArn=f"{AWS}{name}")
        for name, does in (
            ("AdministratorAccess", "grants administrator access"),
            ("AmazonS3ReadOnlyAccess", "allows reading the data of all resources"),
            ("AmazonDynamoDBReadOnlyAccess", "allows reading the data of all resources"),
            ("AmazonSSMReadOnlyAccess", "allows reading the data of all resources"),
            ("service-role/AmazonEC2RoleforSSM", "allows reading the data of all resources"),
            ("service-role/AmazonElasticMapReduceRole", "allows privilege escalation"),
            ("AWSCodeBuildAdminAccess", "allows reading the data of all resources"),
            ("AWSCodeArtifactReadOnlyAccess", "exposes the credentials of all resources"),
            ("SecurityAudit", "allows a whole service"),
            ("SomeNewFullAccess", "names no resource"),
        )
    ),
    *(
        case(f"as bounds {name}", COMPLIANT, "role:Role", permissionsBoundary=f"{AWS}{name}")
        for name in ("AmazonS3FullAccess", "PowerUserAccess", "AmazonSSMReadOnlyAccess")
    ),
    case("bounds beside the only list", COMPLIANT, "role:Role", "", {"onlyAllowed": True}, **S3_BOUND),
    case("bounds of the stack", COMPLIANT, "role:Role", permissionsBoundary=OWN),
    case("bounds not known", UNDECIDED, "role:Role", permissionsBoundary=UNKNOWN),
    case("bounds of a wrong type", VIOLATION, "role:Role", permissionsBoundary=7.0),
    case("good bounds beside an administrator", VIOLATION, "role:Role", managedPolicyArns=[ADMINISTRATOR], **S3_BOUND),
    case("no ARN at all", COMPLIANT, ATTACHMENT, policyArn="x:x:x:x:aws:policy/AdministratorAccess"),
    case("an ARN that ends too early", COMPLIANT, ATTACHMENT, "", {"onlyAllowed": True}, policyArn="arn:aws:iam::aws"),
    case("an ARN with more colons", VIOLATION, ATTACHMENT, policyArn="arn:aws:iam::aws:policy:x/AdministratorAccess"),
    case("in another partition", VIOLATION, ATTACHMENT, policyArn="arn:aws-cn:iam::aws:policy/AmazonS3FullAccess"),
    case("attached to a user", VIOLATION, "userPolicyAttachment:UserPolicyAttachment", policyArn=ADMINISTRATOR),
    case("attached to a group", VIOLATION, "groupPolicyAttachment:GroupPolicyAttachment", policyArn=ADMINISTRATOR),
    case("attached to several", VIOLATION, "policyAttachment:PolicyAttachment", policyArn=ADMINISTRATOR),
    case(
        "in a role's own list", VIOLATION, "role:Role", "managedPolicyArns[1]", managedPolicyArns=["x", ADMINISTRATOR]
    ),
    case("as a role's bounds", VIOLATION, "role:Role", "which limits nothing", permissionsBoundary=ADMINISTRATOR),
    case("as bounds with a way round", VIOLATION, "role:Role", permissionsBoundary=f"{AWS}IAMFullAccess"),
    case("as a user's bounds", VIOLATION, "user:User", permissionsBoundary=ADMINISTRATOR),
    *(
        case(
            f"in the only list of a {who}",
            VIOLATION,
            f"{who}PolicyAttachmentsExclusive:{token}",
            policyArns=[ADMINISTRATOR],
        )
        for who, token in (
            ("role", "RolePolicyAttachmentsExclusive"),
            ("user", "UserPolicyAttachmentsExclusive"),
            ("group", "GroupPolicyAttachmentsExclusive"),
        )
    ),
    case("a wrong type", VIOLATION, ATTACHMENT, "7", policyArn=7.0),
    case("a policy for one job", COMPLIANT, ATTACHMENT, policyArn=f"{AWS}service-role/AWSLambdaBasicExecutionRole"),
    *(
        case(f"{name}, which AWS documents for the role of a service", COMPLIANT, ATTACHMENT, policyArn=f"{AWS}{name}")
        for name in (
            "AmazonSSMManagedInstanceCore",
            "service-role/AWSLambdaSQSQueueExecutionRole",
            "service-role/AWSBackupServiceRolePolicyForBackup",
        )
    ),
    case(
        "a policy for the role of a service, attached to a user",
        VIOLATION,
        "userPolicyAttachment:UserPolicyAttachment",
        policyArn=f"{AWS}service-role/AWSBackupServiceRolePolicyForBackup",
    ),
    case("a policy of the account", COMPLIANT, ATTACHMENT, policyArn=f"arn:aws:iam::{ACCOUNT}:policy/FullAccess"),
    case("a policy of the stack", COMPLIANT, ATTACHMENT, policyArn=OWN),
    case("a policy of the stack in a list", COMPLIANT, "role:Role", managedPolicyArns=[OWN]),
    case("a policy not known", UNDECIDED, ATTACHMENT, "policyArn", policyArn=UNKNOWN),
    case("a list not known", UNDECIDED, "role:Role", managedPolicyArns=UNKNOWN),
    case("an administrator beside one not known", VIOLATION, "role:Role", managedPolicyArns=[UNKNOWN, ADMINISTRATOR]),
    case("a role without any", NOT_APPLICABLE, "role:Role", name="a"),
    case(
        "one allowed by name",
        COMPLIANT,
        ATTACHMENT,
        "",
        {"allowed": ["ReadOnlyAccess"]},
        policyArn=f"{AWS}ReadOnlyAccess",
    ),
    case(
        "one allowed by pattern",
        COMPLIANT,
        ATTACHMENT,
        "",
        {"allowed": ["*/ReadOnly*"]},
        policyArn=f"{AWS}ReadOnlyAccess",
    ),
    case(
        "one for a job that is not in the only list",
        VIOLATION,
        ATTACHMENT,
        "allowed",
        {"onlyAllowed": True},
        policyArn=f"{AWS}service-role/AWSLambdaBasicExecutionRole",
    ),
    case(
        "a policy of the account beside the only list", COMPLIANT, ATTACHMENT, "", {"onlyAllowed": True}, policyArn=OWN
    ),
    Case(
        MANAGED,
        "a policy whose ARN another resource passes on",
        UNDECIDED,
        stack=[
            resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attached", policyArn=PASSED_ON),
            PARAMETER,
            POLICY,
        ],
        at="attached",
        finds=("policyArn is not known before the update",),
    ),
    Case(
        MANAGED,
        "a boundary whose ARN another resource passes on",
        UNDECIDED,
        stack=[resource("aws:iam/role:Role", "attached", permissionsBoundary=PASSED_ON), PARAMETER, POLICY],
        at="attached",
        finds=("permissionsBoundary is not known before the update",),
    ),
]
