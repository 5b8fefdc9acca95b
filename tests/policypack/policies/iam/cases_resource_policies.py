"""The table of the policy about resources open to everyone, and what the tables about resource policies share."""

from __future__ import annotations

import json
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource, rows
from tests.policypack.good.iam import (
    ACCESS_POINT,
    ACCOUNT,
    DELIVERY_DESTINATION,
    DESTINATION,
    FUNCTION,
    OBJECT_LAMBDA,
    QUEUE,
    ROLE_ARN,
    TABLE,
    TOPIC,
    document,
    grant,
)
from tests.policypack.policies.iam.cases_documents import QUEUE_POLICY

PUBLIC = "resource-policy-not-public"

TABLE_POLICY = "aws:dynamodb/resourcePolicy:ResourcePolicy"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
LOG_POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
PERMISSION = "aws:lambda/permission:Permission"
FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
LAYER = "aws:lambda/layerVersionPermission:LayerVersionPermission"
STRANGER = "210987654321"
OTHER = f"arn:aws:iam::{STRANGER}:root"
SEND = "sqs:SendMessage"


def case(
    policy: str, says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), token: str = QUEUE_POLICY
) -> Case:
    name = "policyDocument" if token == LOG_POLICY else "policy"
    return Case(policy, says, outcome, {name: document(*statements)}, token, finds=finds)


def sends(principal: Any, **elements: Any) -> dict[str, Any]:
    return grant(principal, SEND, QUEUE, **elements)


def reads(principal: Any, **elements: Any) -> dict[str, Any]:
    return grant(principal, "s3:GetObject", "arn:aws:s3:::data/*", **elements)


def equal(key: str, value: Any) -> dict[str, Any]:
    return {"StringEquals": {key: value}}


def unless(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def of_stack(policy: str, says: str, outcome: Outcome, token: str, **elements: Any) -> Case:
    """A queue's policy whose principal or condition is computed from a resource of the stack."""
    given = elements or {"Principal": {"AWS": Ref(token, "r")}}
    statement = {**sends("*"), **given}
    judged = resource(QUEUE_POLICY, "judged", queueUrl="q", policy=document(statement))
    return Case(policy, says, outcome, stack=[judged, resource(token, "r")], at="judged")


POINT, POINT_POLICY = "aws:s3/accessPoint:AccessPoint", "aws:s3control/accessPointPolicy:AccessPointPolicy"


def of_point(says: str, outcome: Outcome, *points: Resource, arn: Any = None, **finds: Any) -> Case:
    """An access point's policy for everyone, in a resource of its own, for the access points beside it."""
    judged = resource(POINT_POLICY, "judged", accessPointArn=arn or Ref(POINT, "p"), policy=document(reads("*")))
    if not arn:
        judged.dependencies = {"accessPointArn": [one.urn for one in points]}
    return Case(PUBLIC, says, outcome, stack=[judged, *points], at="judged", **finds)


def point(name: str = "p", **properties: Any) -> Resource:
    return resource(POINT, name, bucket="data", name=name, **properties)


DOMAIN, DOMAIN_POLICY = "aws:opensearch/domain:Domain", "aws:opensearch/domainPolicy:DomainPolicy"
SEARCHES = document(grant("*", "es:*", "*"))


def of_domain(says: str, outcome: Outcome, *, name: Any = "logs", **properties: Any) -> Case:
    """A domain's policy for everyone, in a resource of its own."""
    judged = resource(DOMAIN_POLICY, "judged", domainName=name, accessPolicies=SEARCHES)
    return Case(
        PUBLIC, says, outcome, stack=[judged, resource(DOMAIN, "d", domainName="logs", **properties)], at="judged"
    )


WITH_USERS = {"advancedSecurityOptions": {"enabled": True, "internalUserDatabaseEnabled": True}}
ANONYMOUS = {"advancedSecurityOptions": {"enabled": True, "anonymousAuthEnabled": True}}

IN_VPC: dict[str, Any] = {"vpcConfiguration": {"vpcId": UNKNOWN}}

_NEW = {
    "aws:acmpca/policy:Policy": "policy",
    "aws:amp/resourcePolicy:ResourcePolicy": "policyDocument",
    "aws:backup/vaultPolicy:VaultPolicy": "policy",
    "aws:bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy": "policy",
    "aws:cloudsearch/domainServiceAccessPolicy:DomainServiceAccessPolicy": "accessPolicy",
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": "policy",
    "aws:codeartifact/domainPermissions:DomainPermissions": "policyDocument",
    "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": "policyDocument",
    "aws:codebuild/resourcePolicy:ResourcePolicy": "policy",
    "aws:dsql/clusterPolicy:ClusterPolicy": "policy",
    "aws:ecrpublic/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:efs/fileSystemPolicy:FileSystemPolicy": "policy",
    "aws:elasticsearch/domainPolicy:DomainPolicy": "accessPolicies",
    "aws:glacier/vault:Vault": "accessPolicy",
    "aws:glacier/vaultLock:VaultLock": "policy",
    "aws:glue/resourcePolicy:ResourcePolicy": "policy",
    "aws:kinesis/resourcePolicy:ResourcePolicy": "policy",
    "aws:mediastore/containerPolicy:ContainerPolicy": "policy",
    "aws:msk/clusterPolicy:ClusterPolicy": "policy",
    "aws:networkfirewall/resourcePolicy:ResourcePolicy": "policy",
    "aws:oam/sinkPolicy:SinkPolicy": "policy",
    "aws:opensearchingest/resourcePolicy:ResourcePolicy": "policy",
    "aws:pinpoint/smsvoicev2ResourcePolicy:Smsvoicev2ResourcePolicy": "policy",
    "aws:redshift/resourcePolicy:ResourcePolicy": "policy",
    "aws:redshiftserverless/resourcePolicy:ResourcePolicy": "policy",
    "aws:s3/filesFileSystemPolicy:FilesFileSystemPolicy": "policy",
    "aws:s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy": "policy",
    "aws:s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy": "policy",
    "aws:s3control/bucketPolicy:BucketPolicy": "policy",
    "aws:s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy": "details.policy",
    "aws:s3tables/tableBucketPolicy:TableBucketPolicy": "resourcePolicy",
    "aws:s3tables/tablePolicy:TablePolicy": "resourcePolicy",
    "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy": "resourcePolicy",
    "aws:schemas/registryPolicy:RegistryPolicy": "policy",
    "aws:ses/identityPolicy:IdentityPolicy": "policy",
    "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy": "policy",
    "aws:vpclattice/resourcePolicy:ResourcePolicy": "policy",
    "aws:xray/resourcePolicy:ResourcePolicy": "policyDocument",
}
"""By type of other services: the property with its policy, or the path to it."""

CASES = [
    *(
        Case(PUBLIC, f"the policy of {token} for everyone", VIOLATION, {name: document(grant("*", "*", "*"))}, token)
        for token, name in _NEW.items()
    ),
    *(
        case(
            PUBLIC,
            f"a file system for everyone {says}",
            outcome,
            statement,
            token="aws:efs/fileSystemPolicy:FileSystemPolicy",
        )
        for says, outcome, value in (("in its network", COMPLIANT, "true"), ("outside it", VIOLATION, "false"))
        for statement in [grant("*", "*", "*", Condition={"Bool": {"elasticfilesystem:AccessedViaMountTarget": value}})]
    ),
    *rows(
        PUBLIC,
        "aws:cloudwatch/eventPermission:EventPermission",
        compliant=[
            ("an event bus for an account", {}),
            (
                "an event bus for an organization",
                {
                    "principal": "*",
                    "condition": {"type": "StringEquals", "key": "aws:PrincipalOrgID", "value": "o-1"},
                },
            ),
        ],
        violation=[("an event bus for everyone", {"principal": "*"})],
    ),
    *rows(
        PUBLIC,
        DOMAIN,
        compliant=[("a domain for a role", {"accessPolicies": document(grant({"AWS": ROLE_ARN}, "es:*", "*"))})],
        violation=[
            ("a domain on the internet for everyone", {"accessPolicies": SEARCHES, "vpcOptions": ABSENT}),
            (
                "a domain for everyone, without credentials",
                {"accessPolicies": json.dumps(SEARCHES), "vpcOptions": {}, **ANONYMOUS},
            ),
        ],
        undecided=[
            ("a domain for everyone whose network is not known", {"accessPolicies": SEARCHES, "vpcOptions": UNKNOWN}),
        ],
        not_applicable=[
            ("a domain in a VPC for everyone", {"accessPolicies": SEARCHES}),
            (
                "a domain for everyone with fine-grained access control",
                {"accessPolicies": SEARCHES, "vpcOptions": ABSENT, **WITH_USERS},
            ),
        ],
    ),
    of_domain("the policy of a domain on the internet for everyone", VIOLATION),
    of_domain("the policy of a domain in a VPC for everyone", NOT_APPLICABLE, vpcOptions={"subnetIds": [UNKNOWN]}),
    of_domain("the policy of a domain with users for everyone", NOT_APPLICABLE, **WITH_USERS),
    of_domain("the policy of a domain that is not the stack's for everyone", VIOLATION, name="other"),
    of_domain(
        "the policy of a domain by its edge", NOT_APPLICABLE, name=Ref(DOMAIN, "d"), vpcOptions={"subnetIds": ["s-1"]}
    ),
    of_point("the policy of an access point that is bound to a VPC", NOT_APPLICABLE, point(**IN_VPC)),
    of_point("the policy of an access point on the internet", VIOLATION, point()),
    of_point("the policy of an access point that is not the stack's", VIOLATION, arn=ACCESS_POINT),
    of_point(
        "the policy of an access point whose network is not known",
        UNDECIDED,
        point(vpcConfiguration=UNKNOWN),
        finds=("is in a VPC", "vpcConfiguration of AccessPoint 'p'"),
    ),
    of_point(
        "the policy of one of two access points",
        UNDECIDED,
        point("a", **IN_VPC),
        point("b"),
    ),
    of_point(
        "the policy of a bound access point by its name",
        NOT_APPLICABLE,
        point("readers", **IN_VPC),
        point("writers"),
        arn=ACCESS_POINT,
    ),
    of_stack(PUBLIC, "a role of the stack", COMPLIANT, "aws:iam/role:Role"),
    of_stack(PUBLIC, "a principal that another stack names", UNDECIDED, "pulumi:pulumi:StackReference"),
    of_stack(
        PUBLIC,
        "everyone from an endpoint of the stack",
        COMPLIANT,
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        Condition=equal("aws:SourceVpce", Ref("aws:ec2/vpcEndpoint:VpcEndpoint", "r")),
    ),
    of_stack(
        PUBLIC,
        "everyone but from an endpoint of the stack",
        VIOLATION,
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        Condition={"StringNotEquals": {"aws:SourceVpce": Ref("aws:ec2/vpcEndpoint:VpcEndpoint", "r")}},
    ),
    *rows(
        PUBLIC,
        FUNCTION_URL,
        compliant=[("a URL for signed requests", {})],
        violation=[("a URL for everyone", {"authorizationType": "NONE"}, 'authorizationType is "NONE"', "AWS_IAM")],
        undecided=[("a URL whose authorization is not known", {"authorizationType": UNKNOWN})],
    ),
    *rows(
        PUBLIC,
        QUEUE_POLICY,
        compliant=[("a service", {}), ("a role", {"policy": document(sends({"AWS": ROLE_ARN}))})],
        violation=[
            ("everyone", {"policy": json.dumps(document(sends("*")))}, "allows public access", "Grant"),
            ("everyone with an account", {"policy": document(sends({"AWS": ["*"]}))}),
        ],
        undecided=[
            ("a document not known", {"policy": UNKNOWN}),
            ("a principal not known", {"policy": document(sends({"AWS": UNKNOWN}))}),
        ],
        not_applicable=[
            ("no JSON, another policy's finding", {"policy": "{"}),
            ("a wrong type, another policy's finding", {"policy": 7.0}),
        ],
    ),
    case(
        PUBLIC,
        "everyone of one organisation",
        COMPLIANT,
        sends("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
    ),
    *(
        case(PUBLIC, says, outcome, sends("*", Condition={"StringLike": {key: value}}))
        for says, outcome, key, value in (
            ("everyone of one part of an organisation", COMPLIANT, "aws:PrincipalOrgPaths", "o-1/r-1/ou-1/*"),
            ("everyone of that part of any organisation", VIOLATION, "aws:PrincipalOrgPaths", "o-*/r-1/ou-1/*"),
            ("every session of one role", COMPLIANT, "aws:userid", "AROA0123456789EXAMPLE:*"),
            ("every session of any role", VIOLATION, "aws:userid", "AROA*:session"),
        )
    ),
    case(PUBLIC, "everyone denied", COMPLIANT, {**sends("*"), "Effect": "Deny"}),
    *(
        case(PUBLIC, f"everyone, and a Deny for {says}", outcome, sends("*"), {**sends("*"), "Effect": "Deny", **deny})
        for says, outcome, deny in (
            ("all", COMPLIANT, {}),
            ("all actions", COMPLIANT, {"Action": "sqs:*"}),
            ("another action", VIOLATION, {"Action": "sqs:DeleteMessage"}),
            ("requests without TLS", VIOLATION, {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}),
            ("all but the account", COMPLIANT, {"Principal": None, "NotPrincipal": {"AWS": ACCOUNT}}),
            ("all but everyone", VIOLATION, {"Principal": None, "NotPrincipal": "*"}),
            ("all but an organisation", COMPLIANT, unless("StringNotEquals", "aws:PrincipalOrgID", "o-1")),
            ("all but every organisation", VIOLATION, unless("StringNotLike", "aws:PrincipalOrgID", "o-*")),
            ("that organisation", VIOLATION, unless("StringEquals", "aws:PrincipalOrgID", "o-1")),
            ("all but one network", COMPLIANT, unless("NotIpAddress", "aws:SourceIp", "192.0.2.0/24")),
            ("all but every address", VIOLATION, unless("NotIpAddress", "aws:SourceIp", "0.0.0.0/0")),
            ("all but those with a tag", VIOLATION, unless("StringNotEquals", "aws:PrincipalTag/team", "ml")),
            ("all but an organisation not known", UNDECIDED, unless("StringNotEquals", "aws:PrincipalOrgID", UNKNOWN)),
            ("another action, whomever", VIOLATION, {"Action": "sqs:Get*", **unless("StringEquals", "k:a", UNKNOWN)}),
        )
    ),
    case(
        PUBLIC,
        "everyone, and a Deny for members of the organisation and one for all others",
        COMPLIANT,
        sends("*"),
        {**sends("*"), "Effect": "Deny", **unless("StringEquals", "aws:PrincipalOrgID", "o-1")},
        {**sends("*"), "Effect": "Deny", **unless("StringNotEquals", "aws:PrincipalOrgID", "o-1")},
    ),
    case(PUBLIC, "a topic for everyone", VIOLATION, grant("*", "sns:Publish", TOPIC), token=TOPIC_POLICY),
    case(PUBLIC, "a table for everyone", VIOLATION, grant("*", "dynamodb:GetItem", TABLE), token=TABLE_POLICY),
    case(PUBLIC, "log groups for everyone", VIOLATION, grant("*", "logs:PutLogEvents", "*"), token=LOG_POLICY),
    *rows(
        PUBLIC,
        "aws:lambda/resourcePolicy:ResourcePolicy",
        compliant=[("a function's own policy, for a role", {})],
        violation=[
            (
                "a function's own policy, for everyone",
                {"policy": document(grant("*", "lambda:InvokeFunction", FUNCTION))},
            )
        ],
    ),
    *rows(
        PUBLIC,
        "aws:s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy",
        violation=[
            (
                "an access point of Object Lambda for everyone",
                {"policy": document(grant("*", "s3-object-lambda:GetObject", OBJECT_LAMBDA))},
            )
        ],
    ),
    *rows(
        PUBLIC,
        "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy",
        violation=[
            (
                "a destination of logs for everyone",
                {"accessPolicy": document(grant("*", "logs:PutSubscriptionFilter", DESTINATION))},
            )
        ],
    ),
    *rows(
        PUBLIC,
        "aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy",
        violation=[
            (
                "a destination of delivered logs for everyone",
                {"deliveryDestinationPolicy": document(grant("*", "logs:CreateDelivery", DELIVERY_DESTINATION))},
            )
        ],
    ),
    *rows(PUBLIC, "aws:sqs/queue:Queue", violation=[("a queue's own policy", {"policy": document(sends("*"))})]),
    *rows(PUBLIC, "aws:sns/topic:Topic", not_applicable=[("a topic without a policy", {})]),
    *rows(
        PUBLIC,
        PERMISSION,
        compliant=[
            ("a function for a service", {}),
            ("a function for one organisation", {"principal": "*", "principalOrgId": "o-1", "sourceArn": ABSENT}),
            ("a function for everyone of one topic", {"principal": "*"}),
            (
                "a function for everyone of one account",
                {"principal": "*", "sourceArn": ABSENT, "sourceAccount": ACCOUNT},
            ),
        ],
        violation=[
            (
                "a function for everyone",
                {"principal": "*", "sourceArn": ABSENT},
                "allows public access",
                "the permission",
            ),
            ("a function for everyone of any source", {"principal": "*", "sourceArn": "*"}),
            ("a function for everyone of any topic", {"principal": "*", "sourceArn": "arn:aws:sns:*"}),
            ("a function for everyone of any account", {"principal": "*", "sourceArn": ABSENT, "sourceAccount": "*"}),
            (
                "a function's address for everyone",
                {"principal": "*", "sourceArn": ABSENT, "functionUrlAuthType": "NONE"},
            ),
            ("a function for everyone, with an empty source", {"principal": "*", "sourceArn": ""}),
        ],
        undecided=[
            ("a function for one not known", {"principal": UNKNOWN, "sourceArn": ABSENT}),
            ("a function for everyone of a source not known", {"principal": "*", "sourceArn": UNKNOWN}),
        ],
        not_applicable=[("a permission without a principal", {"principal": ABSENT})],
    ),
    *rows(
        PUBLIC,
        LAYER,
        compliant=[
            ("a layer for one account", {}),
            ("a layer for one organisation", {"principal": "*", "organizationId": "o-1"}),
        ],
        violation=[("a layer for everyone", {"principal": "*"}, "the permission")],
    ),
    *rows(
        PUBLIC,
        "aws:s3/accessPoint:AccessPoint",
        compliant=[("an access point for a role", {"policy": document(reads({"AWS": ROLE_ARN}))})],
        violation=[
            ("an access point for everyone", {"policy": document(reads("*"))}),
            ("an access point with an empty network", {"policy": document(reads("*")), "vpcConfiguration": {}}),
        ],
        undecided=[
            (
                "an access point whose network is not known yet",
                {"policy": document(reads("*")), "vpcConfiguration": UNKNOWN},
            )
        ],
        not_applicable=[
            (
                "an access point that is bound to a VPC",
                {"policy": document(reads("*")), "vpcConfiguration": {"vpcId": "vpc-0123"}},
            ),
            ("an access point without a policy", {}),
            ("an access point whose policy is removed", {"policy": "{}"}),
        ],
    ),
    *rows(
        PUBLIC,
        "aws:s3control/accessPointPolicy:AccessPointPolicy",
        violation=[("an access point's own policy for everyone", {"policy": document(reads("*"))})],
    ),
    *rows(
        PUBLIC,
        "aws:ecr/registryPolicy:RegistryPolicy",
        violation=[("a registry for everyone", {"policy": document(grant("*", "ecr:ReplicateImage", "*"))})],
    ),
    *rows(
        PUBLIC,
        "aws:kms/grant:Grant",
        compliant=[("a grant to a role", {})],
        not_applicable=[("a grant to nobody", {"granteePrincipal": ABSENT})],
    ),
]
