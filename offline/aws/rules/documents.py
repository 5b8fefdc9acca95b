"""Judges IAM policy documents the way IAM's own grammar does.

Source: "Grammar of the IAM JSON policy language" (IAM user guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.check import Failure
from offline.aws.rules.kit import json_value

_TOP = frozenset({"Version", "Id", "Statement"})
_STATEMENT = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_VERSIONS = ("2012-10-17", "2008-10-17")

_RESOURCES = {
    "aws:iam/role:Role": False,
    "aws:ecr/repositoryPolicy:RepositoryPolicy": None,
}
"""Types whose policies must not name a resource, or need not: what they are attached to is the resource."""

_LONGEST = 131_072
"""How long any policy document may be: what the APIs of IAM and KMS take before a service's own limit is looked at.

Source: IAM and AWS KMS API references, CreatePolicy and CreateKey, length constraints.
"""

_LONGEST_BY_TYPE = {
    "aws:iam/policy:Policy": 6_144,
    "aws:iam/rolePolicy:RolePolicy": 10_240,
    "aws:iam/role:Role": 8_192,
    "aws:iam/groupPolicy:GroupPolicy": 5_120,
    "aws:iam/userPolicy:UserPolicy": 2_048,
    "aws:s3/bucketPolicy:BucketPolicy": 20_480,
    "aws:kms/key:Key": 32_768,
    "aws:kms/keyPolicy:KeyPolicy": 32_768,
    "aws:secretsmanager/secret:Secret": 20_480,
    "aws:secretsmanager/secretPolicy:SecretPolicy": 20_480,
    "aws:ecr/repositoryPolicy:RepositoryPolicy": 10_240,
    "aws:dynamodb/resourcePolicy:ResourcePolicy": 20_480,
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": 5_120,
    "aws:ec2/vpcEndpoint:VpcEndpoint": 20_480,
}
"""How many characters the policy of a type may have; of a role's trust policy, the most that a quota can be raised to.

White space is not counted by IAM, and so by none here. Sources: "IAM and AWS STS quotas" (IAM), "Bucket policies"
(Amazon S3), "Quotas" (AWS KMS, Amazon DynamoDB, AWS PrivateLink), PutResourcePolicy (AWS Secrets Manager and Amazon
CloudWatch Logs API references), SetRepositoryPolicy (Amazon ECR API reference).
"""


def check_policy(text: str, path: str, token: str = "") -> Iterator[Failure]:
    """Yield what makes a text no policy document.

    Args:
        text: the document.
        path: the property that holds it.
        token: the type of the resource that has it.
    """
    resources = _RESOURCES.get(token, True)
    longest = _LONGEST_BY_TYPE.get(token, _LONGEST)
    written = len(text) if len(text) > _LONGEST else sum(not character.isspace() for character in text)
    if written > longest:
        yield Failure(path, f"must be a policy document of at most {longest:,} characters, found {written:,}")
        return
    document = json_value(text)
    if not isinstance(document, Mapping):
        yield Failure(path, "must be a JSON policy document, and is no JSON object")
        return
    for key in document:
        if key not in _TOP:
            yield Failure(path, f"is no policy document: {key!r} is none of {', '.join(sorted(_TOP))}")
    if document.get("Version", _VERSIONS[0]) not in _VERSIONS:
        yield Failure(path, f"must have the Version {' or '.join(_VERSIONS)}, found {document['Version']!r}")
    statements = document.get("Statement")
    for index, statement in enumerate(statements if isinstance(statements, list) else [statements]):
        where = f"statement {index + 1}"
        if isinstance(statement, Mapping):
            yield from (Failure(path, f"{where} {reason}") for reason in _statement(statement, resources))
        else:
            yield Failure(path, "must have a Statement that is an object or a list of objects")


def _statement(statement: Mapping[str, Any], resources: bool | None) -> Iterator[str]:
    for key in statement:
        if key not in _STATEMENT:
            yield f"has {key!r}, which is none of {', '.join(sorted(_STATEMENT))}"
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield f"must have the Effect Allow or Deny, found {statement.get('Effect')!r}"
    for pair in (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")):
        if all(key in statement for key in pair):
            yield f"has both {pair[0]} and {pair[1]}"
    if "Action" not in statement and "NotAction" not in statement:
        yield "must have an Action"
    if resources is False:
        if "Principal" not in statement and "NotPrincipal" not in statement:
            yield "must have a Principal"
        if "Resource" in statement or "NotResource" in statement:
            yield "has a Resource, which a trust policy must not have"
    elif resources and "Resource" not in statement and "NotResource" not in statement:
        yield "must have a Resource"
    yield from _actions(statement)
    if "Condition" in statement and not _is_condition(statement["Condition"]):
        yield "has a Condition that is no map of operators to keys and values"


def _actions(statement: Mapping[str, Any]) -> Iterator[str]:
    for key in ("Action", "NotAction"):
        actions = statement.get(key, [])
        for action in actions if isinstance(actions, list) else [actions]:
            if not isinstance(action, str) or (action != "*" and ":" not in action):
                yield f"has the {key} {action!r}; an action is written service:Name"


def _is_condition(condition: Any) -> bool:
    return isinstance(condition, Mapping) and all(isinstance(keys, Mapping) for keys in condition.values())
