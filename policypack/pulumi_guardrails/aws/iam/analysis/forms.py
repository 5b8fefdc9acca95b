"""The kinds of policy, which differ in what their statements must and may not have."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from pulumi_guardrails.aws.iam.document.document import Document
from pulumi_guardrails.aws.iam.document.policy_locations import (
    identity_documents,
    resource_documents,
    trust_documents,
)
from pulumi_guardrails.core.resource import Resource


class Form(Enum):
    """A kind of policy."""

    IDENTITY = "identity policy"
    TRUST = "trust policy"
    RESOURCE = "resource policy"


def documents_by_form(resource: Resource) -> Iterator[tuple[Document, Form]]:
    """Every policy document that a resource has, with its kind."""
    for documents, form in (
        (identity_documents(resource), Form.IDENTITY),
        (trust_documents(resource), Form.TRUST),
        (resource_documents(resource), Form.RESOURCE),
    ):
        yield from ((document, form) for document in documents if not document.value.is_absent)
