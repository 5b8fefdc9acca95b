"""Which resources have policy documents: identity-based policies, trust policies and resource-based policies."""

from __future__ import annotations

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.document.document import Document, parse_document
from pulumi_guardrails.aws.iam.document.lambda_permissions import PERMISSION_LOCATIONS, permission_document
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource

IDENTITY_POLICY_LOCATIONS = (
    resource_types.ROLE,
    resource_types.ROLE_POLICY,
    resource_types.USER_POLICY,
    resource_types.GROUP_POLICY,
    resource_types.IAM_POLICY,
)
"""Kinds with identity-based policies: what a principal may do."""

TRUST_POLICY_LOCATIONS = (resource_types.ROLE,)
"""Kinds with a trust policy: who may assume the role."""

_RESOURCE_POLICY: dict[Kind, str] = {
    resource_types.BUCKET: "policy",
    resource_types.BUCKET_POLICY: "policy",
    resource_types.KMS_KEY: "policy",
    resource_types.KMS_EXTERNAL_KEY: "policy",
    resource_types.KMS_REPLICA_KEY: "policy",
    resource_types.KMS_KEY_POLICY: "policy",
    resource_types.SQS_QUEUE: "policy",
    resource_types.SQS_QUEUE_POLICY: "policy",
    resource_types.SNS_TOPIC: "policy",
    resource_types.SNS_TOPIC_POLICY: "policy",
    resource_types.SECRET: "policy",
    resource_types.SECRET_POLICY: "policy",
    resource_types.ECR_REPOSITORY_POLICY: "policy",
    resource_types.ECR_REPOSITORY_TEMPLATE: "repositoryPolicy",
    resource_types.DYNAMODB_RESOURCE_POLICY: "policy",
    resource_types.LOG_RESOURCE_POLICY: "policyDocument",
    resource_types.VPC_ENDPOINT: "policy",
    resource_types.VPC_ENDPOINT_POLICY: "policy",
    resource_types.ECR_REGISTRY_POLICY: "policy",
    resource_types.S3_ACCESS_POINT: "policy",
    resource_types.S3_ACCESS_POINT_POLICY: "policy",
    resource_types.S3_OBJECT_LAMBDA_POLICY: "policy",
    resource_types.LAMBDA_RESOURCE_POLICY: "policy",
    resource_types.LOG_DESTINATION_POLICY: "accessPolicy",
    resource_types.LOG_DELIVERY_DESTINATION_POLICY: "deliveryDestinationPolicy",
    resource_types.OPENSEARCH_DOMAIN: "accessPolicies",
    resource_types.ACMPCA_POLICY: "policy",
    resource_types.AMP_RESOURCE_POLICY: "policyDocument",
    resource_types.BACKUP_VAULT_POLICY: "policy",
    resource_types.AGENTCORE_RESOURCE_POLICY: "policy",
    resource_types.CLOUDSEARCH_POLICY: "accessPolicy",
    resource_types.EVENT_BUS_POLICY: "policy",
    resource_types.CODEARTIFACT_DOMAIN_POLICY: "policyDocument",
    resource_types.CODEARTIFACT_REPOSITORY_POLICY: "policyDocument",
    resource_types.CODEBUILD_RESOURCE_POLICY: "policy",
    resource_types.DSQL_CLUSTER_POLICY: "policy",
    resource_types.ECR_PUBLIC_POLICY: "policy",
    resource_types.EFS_POLICY: "policy",
    resource_types.OPENSEARCH_POLICY: "accessPolicies",
    resource_types.GLACIER_VAULT: "accessPolicy",
    resource_types.GLACIER_VAULT_LOCK: "policy",
    resource_types.GLUE_RESOURCE_POLICY: "policy",
    resource_types.KINESIS_RESOURCE_POLICY: "policy",
    resource_types.MEDIASTORE_POLICY: "policy",
    resource_types.MSK_CLUSTER_POLICY: "policy",
    resource_types.NETWORK_FIREWALL_POLICY: "policy",
    resource_types.OAM_SINK_POLICY: "policy",
    resource_types.OPENSEARCH_INGESTION_POLICY: "policy",
    resource_types.SMS_VOICE_POLICY: "policy",
    resource_types.REDSHIFT_RESOURCE_POLICY: "policy",
    resource_types.REDSHIFT_SERVERLESS_POLICY: "policy",
    resource_types.S3_FILES_POLICY: "policy",
    resource_types.S3_VECTORS_POLICY: "policy",
    resource_types.S3_ACCESS_GRANTS_POLICY: "policy",
    resource_types.S3_OUTPOSTS_POLICY: "policy",
    resource_types.S3_MULTI_REGION_POLICY: "details.policy",
    resource_types.S3_TABLE_BUCKET_POLICY: "resourcePolicy",
    resource_types.S3_TABLE_POLICY: "resourcePolicy",
    resource_types.MODEL_PACKAGE_GROUP_POLICY: "resourcePolicy",
    resource_types.SCHEMA_REGISTRY_POLICY: "policy",
    resource_types.SES_IDENTITY_POLICY: "policy",
    resource_types.LATTICE_RESOURCE_POLICY: "policy",
    resource_types.XRAY_RESOURCE_POLICY: "policyDocument",
}
"""By kind: the property with its policy, or the path to it.

Not among them are policies that grant no access by themselves: of REST APIs, which answer everyone without one as well
(API Gateway Developer Guide, "Control access to a REST API with API Gateway resource policies"), of VPC Lattice's
authentication, which is for clients in its own networks, and those that are in no form of IAM.
"""

RESOURCE_POLICY_LOCATIONS = tuple(_RESOURCE_POLICY)
"""Kinds with a resource-based policy: who may do what with the resource."""

GENERIC_RESOURCE_POLICY_LOCATIONS = (
    resource_types.SQS_QUEUE,
    resource_types.SQS_QUEUE_POLICY,
    resource_types.SNS_TOPIC,
    resource_types.SNS_TOPIC_POLICY,
    resource_types.DYNAMODB_RESOURCE_POLICY,
    resource_types.LOG_RESOURCE_POLICY,
    resource_types.ECR_REGISTRY_POLICY,
    resource_types.S3_ACCESS_POINT,
    resource_types.S3_ACCESS_POINT_POLICY,
    resource_types.S3_OBJECT_LAMBDA_POLICY,
    resource_types.LAMBDA_RESOURCE_POLICY,
    resource_types.LOG_DESTINATION_POLICY,
    resource_types.LOG_DELIVERY_DESTINATION_POLICY,
    resource_types.OPENSEARCH_DOMAIN,
    resource_types.ACMPCA_POLICY,
    resource_types.AMP_RESOURCE_POLICY,
    resource_types.BACKUP_VAULT_POLICY,
    resource_types.AGENTCORE_RESOURCE_POLICY,
    resource_types.CLOUDSEARCH_POLICY,
    resource_types.EVENT_BUS_POLICY,
    resource_types.CODEARTIFACT_DOMAIN_POLICY,
    resource_types.CODEARTIFACT_REPOSITORY_POLICY,
    resource_types.CODEBUILD_RESOURCE_POLICY,
    resource_types.DSQL_CLUSTER_POLICY,
    resource_types.ECR_PUBLIC_POLICY,
    resource_types.EFS_POLICY,
    resource_types.OPENSEARCH_POLICY,
    resource_types.GLACIER_VAULT,
    resource_types.GLACIER_VAULT_LOCK,
    resource_types.GLUE_RESOURCE_POLICY,
    resource_types.KINESIS_RESOURCE_POLICY,
    resource_types.MEDIASTORE_POLICY,
    resource_types.MSK_CLUSTER_POLICY,
    resource_types.NETWORK_FIREWALL_POLICY,
    resource_types.OAM_SINK_POLICY,
    resource_types.OPENSEARCH_INGESTION_POLICY,
    resource_types.SMS_VOICE_POLICY,
    resource_types.REDSHIFT_RESOURCE_POLICY,
    resource_types.REDSHIFT_SERVERLESS_POLICY,
    resource_types.S3_FILES_POLICY,
    resource_types.S3_VECTORS_POLICY,
    resource_types.S3_ACCESS_GRANTS_POLICY,
    resource_types.S3_OUTPOSTS_POLICY,
    resource_types.S3_MULTI_REGION_POLICY,
    resource_types.S3_TABLE_BUCKET_POLICY,
    resource_types.S3_TABLE_POLICY,
    resource_types.MODEL_PACKAGE_GROUP_POLICY,
    resource_types.SCHEMA_REGISTRY_POLICY,
    resource_types.SES_IDENTITY_POLICY,
    resource_types.LATTICE_RESOURCE_POLICY,
    resource_types.XRAY_RESOURCE_POLICY,
)
"""Kinds whose resource-based policy has no policies of the pack of its own, as buckets, keys, repositories and secrets
have."""

ENDPOINT_POLICY_LOCATIONS = (resource_types.VPC_ENDPOINT, resource_types.VPC_ENDPOINT_POLICY)
"""Kinds whose policy grants no access, but limits what principals in the network may access."""

ACCESS_POLICY_LOCATIONS = (
    *(kind for kind in RESOURCE_POLICY_LOCATIONS if kind not in ENDPOINT_POLICY_LOCATIONS),
    *PERMISSION_LOCATIONS,
)
"""Kinds that grant principals access to a resource, by a policy document or by a permission without one."""

_NO_POLICY = "{}"
"""What removes the policy of an access point (Pulumi Registry, aws.s3.AccessPoint, `policy`)."""

POLICY_LOCATIONS = (*IDENTITY_POLICY_LOCATIONS, *RESOURCE_POLICY_LOCATIONS)
"""Every kind with a policy document."""


def identity_documents(resource: Resource) -> list[Document]:
    """The identity-based policies of a resource; of a role its inline policies."""
    if resource.kind is resource_types.ROLE:
        blocks = resource["inlinePolicies"]
        items = blocks.elements()
        return [parse_document(blocks)] if items is None else [parse_document(item["policy"]) for item in items]
    return [parse_document(resource["policy"])] if resource.kind in IDENTITY_POLICY_LOCATIONS else []


def has_policy(resource: Resource) -> bool:
    """Whether a resource has, or may have, an identity-based policy: told without reading it."""
    return not resource["inlinePolicies" if resource.kind is resource_types.ROLE else "policy"].is_absent


def trust_documents(resource: Resource) -> list[Document]:
    """The trust policy of a role."""
    return [parse_document(resource["assumeRolePolicy"])] if resource.kind in TRUST_POLICY_LOCATIONS else []


def _document_property(resource: Resource) -> str:
    """The property with the resource-based policy; empty for other kinds."""
    return _RESOURCE_POLICY.get(resource.kind, "") if resource.kind else ""


def resource_documents(resource: Resource) -> list[Document]:
    """The resource-based policy of a resource."""
    name = _document_property(resource)
    if not name or (resource.kind is resource_types.S3_ACCESS_POINT and resource[name].raw == _NO_POLICY):
        return []
    first, *members = name.split(".")
    written = resource[first]
    for member in members:
        written = written[member]
    return [parse_document(written)]


def access_documents(resource: Resource) -> list[Document]:
    """The resource-based policy of a resource, or the one that corresponds to its permission."""
    return [permission_document(resource)] if resource.kind in PERMISSION_LOCATIONS else resource_documents(resource)


def all_documents(resource: Resource) -> list[Document]:
    """Every policy document of a resource."""
    return [*identity_documents(resource), *trust_documents(resource), *resource_documents(resource)]
