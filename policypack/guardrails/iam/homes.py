"""Where policy documents live: on roles, users, groups, policies, and on the resources they protect."""

from __future__ import annotations

from guardrails import kinds
from guardrails.iam.documents import Document, parse_document
from guardrails.iam.permissions import PERMISSION_HOMES, permission_document
from guardrails.kinds import Kind
from guardrails.view import Resource

IDENTITY_HOMES = (kinds.ROLE, kinds.ROLE_POLICY, kinds.USER_POLICY, kinds.GROUP_POLICY, kinds.IAM_POLICY)
"""Kinds that hold identity policies: what a principal may do."""

TRUST_HOMES = (kinds.ROLE,)
"""Kinds that hold a trust policy: who may take the role on."""

_RESOURCE_POLICY: dict[Kind, str] = {
    kinds.BUCKET: "policy",
    kinds.BUCKET_POLICY: "policy",
    kinds.KMS_KEY: "policy",
    kinds.KMS_EXTERNAL_KEY: "policy",
    kinds.KMS_REPLICA_KEY: "policy",
    kinds.KMS_KEY_POLICY: "policy",
    kinds.SQS_QUEUE: "policy",
    kinds.SQS_QUEUE_POLICY: "policy",
    kinds.SNS_TOPIC: "policy",
    kinds.SNS_TOPIC_POLICY: "policy",
    kinds.SECRET: "policy",
    kinds.SECRET_POLICY: "policy",
    kinds.ECR_REPOSITORY_POLICY: "policy",
    kinds.DYNAMODB_RESOURCE_POLICY: "policy",
    kinds.LOG_RESOURCE_POLICY: "policyDocument",
    kinds.VPC_ENDPOINT: "policy",
    kinds.VPC_ENDPOINT_POLICY: "policy",
    kinds.ECR_REGISTRY_POLICY: "policy",
    kinds.S3_ACCESS_POINT: "policy",
    kinds.S3_ACCESS_POINT_POLICY: "policy",
    kinds.S3_OBJECT_LAMBDA_POLICY: "policy",
    kinds.LAMBDA_RESOURCE_POLICY: "policy",
    kinds.LOG_DESTINATION_POLICY: "accessPolicy",
    kinds.LOG_DELIVERY_DESTINATION_POLICY: "deliveryDestinationPolicy",
}

RESOURCE_HOMES = tuple(_RESOURCE_POLICY)
"""Kinds that hold a resource policy: who may do what with the resource."""

OPEN_HOMES = (
    kinds.SQS_QUEUE,
    kinds.SQS_QUEUE_POLICY,
    kinds.SNS_TOPIC,
    kinds.SNS_TOPIC_POLICY,
    kinds.DYNAMODB_RESOURCE_POLICY,
    kinds.LOG_RESOURCE_POLICY,
    kinds.ECR_REGISTRY_POLICY,
    kinds.S3_ACCESS_POINT,
    kinds.S3_ACCESS_POINT_POLICY,
    kinds.S3_OBJECT_LAMBDA_POLICY,
    kinds.LAMBDA_RESOURCE_POLICY,
    kinds.LOG_DESTINATION_POLICY,
    kinds.LOG_DELIVERY_DESTINATION_POLICY,
)
"""Kinds whose resource policy no policy of their own service judges: buckets, keys, repositories and secrets have one.
"""

ENDPOINT_HOMES = (kinds.VPC_ENDPOINT, kinds.VPC_ENDPOINT_POLICY)
"""Kinds whose policy lets nobody in, but limits what those who are in the network may do elsewhere."""

ADMITTING_HOMES = (*(kind for kind in RESOURCE_HOMES if kind not in ENDPOINT_HOMES), *PERMISSION_HOMES)
"""Kinds that let principals in to what they stand for, be it without a document."""

_NO_POLICY = "{}"
"""What removes the policy of an access point (Pulumi Registry, aws.s3.AccessPoint, `policy`)."""

EVERY_HOME = (*IDENTITY_HOMES, *RESOURCE_HOMES)
"""Every kind that holds a policy document."""


def identity_documents(resource: Resource) -> list[Document]:
    """The identity policies a resource holds; of a role those written inline."""
    if resource.kind is kinds.ROLE:
        blocks = resource["inlinePolicies"]
        items = blocks.elements()
        return [parse_document(blocks)] if items is None else [parse_document(item["policy"]) for item in items]
    return [parse_document(resource["policy"])] if resource.kind in IDENTITY_HOMES else []


def trust_documents(resource: Resource) -> list[Document]:
    """The trust policy of a role."""
    return [parse_document(resource["assumeRolePolicy"])] if resource.kind in TRUST_HOMES else []


def _document_property(resource: Resource) -> str:
    """The property that holds a resource policy; empty for other kinds."""
    return _RESOURCE_POLICY.get(resource.kind, "") if resource.kind else ""


def resource_documents(resource: Resource) -> list[Document]:
    """The resource policy a resource holds."""
    name = _document_property(resource)
    if not name or (resource.kind is kinds.S3_ACCESS_POINT and resource[name].raw == _NO_POLICY):
        return []
    return [parse_document(resource[name])]


def admitting_documents(resource: Resource) -> list[Document]:
    """The resource policy a resource holds, or the one that its permission stands for."""
    return [permission_document(resource)] if resource.kind in PERMISSION_HOMES else resource_documents(resource)


def all_documents(resource: Resource) -> list[Document]:
    """Every policy document a resource holds."""
    return [*identity_documents(resource), *trust_documents(resource), *resource_documents(resource)]
