"""How long a policy may be, by what it is the policy of.

Sources: AWS IAM User Guide, "IAM and AWS STS quotas", of which the default is taken for the trust policy, that a
request can raise; Amazon S3 API Reference, PutBucketPolicy; AWS KMS API Reference, PutKeyPolicy; AWS Secrets Manager
API Reference, PutResourcePolicy; Amazon SQS Developer Guide, "Amazon SQS policy quotas"; Amazon SNS API Reference,
SetTopicAttributes; Amazon DynamoDB Developer Guide, "Resource-based policy considerations".
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.analysis.forms import Form
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check, named_after
from pulumi_guardrails.aws.iam.document.document import Document
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Finding

_TRUST = 2_048
_IDENTITY = {
    resource_types.IAM_POLICY: 6_144,
    resource_types.ROLE: 10_240,
    resource_types.ROLE_POLICY: 10_240,
    resource_types.USER_POLICY: 2_048,
    resource_types.GROUP_POLICY: 5_120,
}
_RESOURCE = {
    resource_types.BUCKET: 20_480,
    resource_types.BUCKET_POLICY: 20_480,
    resource_types.KMS_KEY: 32_768,
    resource_types.KMS_EXTERNAL_KEY: 32_768,
    resource_types.KMS_REPLICA_KEY: 32_768,
    resource_types.KMS_KEY_POLICY: 32_768,
    resource_types.SECRET: 20_480,
    resource_types.SECRET_POLICY: 20_480,
    resource_types.SQS_QUEUE: 8_192,
    resource_types.SQS_QUEUE_POLICY: 8_192,
    resource_types.SNS_TOPIC: 30_720,
    resource_types.SNS_TOPIC_POLICY: 30_720,
    resource_types.DYNAMODB_RESOURCE_POLICY: 20_480,
}
_CHECKS = {
    Form.IDENTITY: Check.POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA,
    Form.TRUST: Check.POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA,
    Form.RESOURCE: Check.POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA,
}


def exceeded_quotas(document: Document, form: Form, resource: Resource) -> Iterator[Finding]:
    """The finding that a document is longer than AWS takes."""
    quotas = {Form.IDENTITY: _IDENTITY, Form.RESOURCE: _RESOURCE}.get(form, {})
    quota = _TRUST if form is Form.TRUST else quotas.get(resource.kind, 0) if resource.kind else 0
    length = _length(document.value, form is not Form.RESOURCE) if quota else 0
    if length > quota:
        without = "" if form is Form.RESOURCE else " without white space"
        path = document.value.path
        says = f"{path} has {length:,} characters{without}; expected at most {quota:,}"
        fix = "Write several policies, or fewer and wider statements."
        yield named_after(Finding(says, path, fix=fix, owner=document.value.owner), _CHECKS[form])


def _length(value: Value, without_space: bool) -> int:
    """How many characters a document has at least: what is not known of it counts as nothing."""
    text = json.dumps(value.raw, separators=(",", ":"), default=lambda _: "") if isinstance(value.raw, dict) else ""
    return len("".join(text.split())) if without_space else len(text)
