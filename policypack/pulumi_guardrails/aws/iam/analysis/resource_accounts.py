"""Which account a resource is in, by its own ARN and policy, and which accounts the stack is in.

At a first preview the engine knows neither ARNs nor the account. The account of a resource follows from its ARN or URL,
from the resources in the statements of its policy, and for a KMS key from a rule of KMS; that of the stack from its
provider, from the ARNs of resources that exist already, and from ARNs that contain the known name of one of its
resources.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.analysis.statements import allows, some_text
from pulumi_guardrails.aws.iam.document.document import Document, Statement
from pulumi_guardrails.aws.iam.document.policy_locations import resource_documents
from pulumi_guardrails.aws.iam.wildcards import matches
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import kleene_all, kleene_not
from pulumi_guardrails.core.value import Secret, Value

_ARN_PROPERTIES: Mapping[Kind, tuple[str, ...]] = {
    resource_types.DYNAMODB_RESOURCE_POLICY: ("resourceArn",),
    resource_types.SECRET_POLICY: ("secretArn",),
    resource_types.KMS_KEY_POLICY: ("keyId",),
    resource_types.KMS_REPLICA_KEY: ("primaryKeyArn",),
    resource_types.SQS_QUEUE_POLICY: ("queueUrl",),
    resource_types.LAMBDA_PERMISSION: ("function",),
    resource_types.LAMBDA_LAYER_PERMISSION: ("layerName",),
    resource_types.LAMBDA_RESOURCE_POLICY: ("resourceArn",),
    resource_types.S3_ACCESS_POINT_POLICY: ("accessPointArn",),
    resource_types.KMS_GRANT: ("keyId",),
    resource_types.ACMPCA_POLICY: ("resourceArn",),
    resource_types.AGENTCORE_RESOURCE_POLICY: ("resourceArn",),
    resource_types.CODEBUILD_RESOURCE_POLICY: ("resourceArn",),
    resource_types.KINESIS_RESOURCE_POLICY: ("resourceArn",),
    resource_types.MSK_CLUSTER_POLICY: ("clusterArn",),
    resource_types.NETWORK_FIREWALL_POLICY: ("resourceArn",),
    resource_types.OAM_SINK_POLICY: ("sinkIdentifier",),
    resource_types.OPENSEARCH_INGESTION_POLICY: ("resourceArn",),
    resource_types.SMS_VOICE_POLICY: ("resourceArn",),
    resource_types.REDSHIFT_RESOURCE_POLICY: ("resourceArn",),
    resource_types.REDSHIFT_SERVERLESS_POLICY: ("resourceArn",),
    resource_types.S3_VECTORS_POLICY: ("vectorBucketArn",),
    resource_types.S3_OUTPOSTS_POLICY: ("bucket",),
    resource_types.S3_TABLE_BUCKET_POLICY: ("tableBucketArn",),
    resource_types.S3_TABLE_POLICY: ("tableBucketArn",),
    resource_types.LATTICE_RESOURCE_POLICY: ("resourceArn",),
}
"""By kind: the properties with an ARN or URL of the resource that a policy protects; of other kinds `arn`.

Source: AWS KMS Developer Guide, "Multi-Region keys in AWS KMS": a replica is in the account of its primary key.
"""

_QUEUE_URL = re.compile(r"^https://[^/]+/([0-9]{12})/")
_ACCOUNT = re.compile(r"^[0-9]{12}$")

_KEYS = (
    resource_types.KMS_KEY,
    resource_types.KMS_EXTERNAL_KEY,
    resource_types.KMS_REPLICA_KEY,
    resource_types.KMS_KEY_POLICY,
)

_PUT_KEY_POLICY = "kms:putkeypolicy"


def is_account(text: str) -> bool:
    """Whether a text is an account ID."""
    return _ACCOUNT.match(text) is not None


def account_of(text: str) -> str:
    """The account ID in an ARN or in a queue's URL; empty where there is none."""
    if url := _QUEUE_URL.match(text):
        return url[1]
    parts = text.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[0] == "arn" and is_account(parts[4]) else ""


def own_account(resource: Resource, documents: Iterable[Document]) -> str:
    """The account that a resource with a policy is in, by its own properties; empty where they do not tell."""
    for name in _ARN_PROPERTIES.get(resource.kind, ("arn",)) if resource.kind else ():
        if account := account_of(resource[name].as_text() or ""):
            return account
    return _policy_administrator(resource, documents) if resource.kind in _KEYS else ""


def _policy_administrator(key: Resource, documents: Iterable[Document]) -> str:
    """The one account whose principals may change a key's policy, which is then the key's own account.

    KMS rejects a policy that locks its caller out, unless that check is bypassed, and accepts a policy only from the
    key's own account. Sources: AWS KMS API reference, CreateKey (Policy) and PutKeyPolicy ("Cross-account use:
    No").
    """
    accounts: set[str] = set()
    if key["bypassPolicyLockoutSafetyCheck"].is_true() is not False:
        return ""
    for document in documents:
        if not document.statements:
            return ""
        for statement in document.statements:
            changes = _allows_put_key_policy(statement)
            if changes is False:
                continue
            if changes is None or statement.principals.unknown or statement.not_principals.present:
                return ""
            for principal in statement.principals.known:
                if principal.kind == "AWS":
                    accounts.add(principal.account)
    return accounts.pop() if len(accounts) == 1 else ""


def _allows_put_key_policy(statement: Statement) -> bool | None:
    def names_it(pattern: str) -> bool:
        return matches(pattern.lower(), _PUT_KEY_POLICY)

    negated = kleene_not(some_text(statement.not_actions, names_it))
    acts = negated if statement.not_actions.present else some_text(statement.actions, names_it)
    return kleene_all([allows(statement), acts])


# --- the accounts of the stack


@fast_dataclass(frozen=True)
class StackAccounts:
    """The accounts that a stack's resources are in.

    Attributes:
        known: Those that the stack shows.
        complete: Whether there can be no other.
    """

    known: frozenset[str]
    complete: bool


_PROVIDER = "pulumi:providers:aws"

_CREDENTIALS = ("profile", "accessKey", "sharedCredentialsFiles", "sharedConfigFiles")
"""Properties of a provider that decide which account it uses, where no role and no list of accounts does."""

_NAMED: Mapping[Kind, tuple[str, str]] = {
    resource_types.DYNAMODB_TABLE: ("dynamodb", "table/"),
    resource_types.SQS_QUEUE: ("sqs", ""),
    resource_types.SNS_TOPIC: ("sns", ""),
    resource_types.LOG_GROUP: ("logs", "log-group:"),
    resource_types.LAMBDA_FUNCTION: ("lambda", "function:"),
    resource_types.SECRET: ("secretsmanager", "secret:"),
    resource_types.ECR_REPOSITORY: ("ecr", "repository/"),
    resource_types.ECS_CLUSTER: ("ecs", "cluster/"),
}
"""By kind with a `name`: the service and what comes before the name in its ARN (Service Authorization Reference).

Roles and policies are not among them: many accounts have a role of one name, and roles assume such roles.
"""

_END_OF_NAME = re.compile(r"(?=$|[/:])")
_END_OF_SECRET = re.compile(r"(?=(?:-[A-Za-z0-9]{6}|-\?{6})?(?:$|:))")
"""Where a name in an ARN may end: before a part of the resource, and before the random suffix of a secret's ARN."""

_CALLER_ELEMENTS = frozenset({"Principal", "NotPrincipal", "Condition"})
"""Elements of a statement about the caller, not the resource: an ARN in them may well be of another account."""


def stack_accounts(stack: Stack) -> StackAccounts:
    """The accounts of a stack. Use it by `Stack.shared`."""
    providers = [provider for provider in stack.resources if provider.type == _PROVIDER]
    by_provider = {provider: _accounts_of_provider(provider) for provider in providers}
    declared = {account for found in by_provider.values() if found for account in found}
    silent = [provider for provider, found in by_provider.items() if not found]
    if providers and not silent:
        return StackAccounts(frozenset(declared), True)
    created = {account for resource in stack.resources if (account := _account_of_created(resource))}
    seen = created or _account_of_references(stack)
    one_silent = len({_credentials(provider) for provider in silent}) <= 1 and all(
        by_provider[provider] is not None for provider in silent
    )
    return StackAccounts(frozenset(declared | seen), one_silent and bool(seen - declared))


def _accounts_of_provider(provider: Resource) -> frozenset[str] | None:
    """The accounts that a provider is configured for: none where it sets no account, None where that is not known yet.

    Source: Pulumi Registry, the provider's configuration: allowedAccountIds, assumeRoles (each assumed with the one
    before; assumeRole before version 7), assumeRoleWithWebIdentity.
    """
    for name, roles in (
        ("allowedAccountIds", False),
        ("assumeRoles", True),
        ("assumeRole", True),
        ("assumeRoleWithWebIdentity", True),
    ):
        value = provider[name].parsed_json()
        items = value.elements()
        if items is None or any(item.is_unknown for item in items):
            return None
        if not items:
            continue
        texts = [items[-1]["roleArn"]] if roles else items
        if any(text.is_unknown for text in texts):
            return None
        accounts = {_digits(text.as_text() or "") for text in texts} - {""}
        if accounts:
            return frozenset(accounts)
    return frozenset()


def _digits(text: str) -> str:
    return text if is_account(text) else account_of(text)


def _credentials(provider: Resource) -> str:
    return repr([provider.properties.get(name) for name in _CREDENTIALS])


def _account_of_created(resource: Resource) -> str:
    """The account of a resource that exists already, by the ARN that AWS gave it; of a KMS key by its policy."""
    if resource.is_read:
        return ""
    arn = resource.outputs.get("arn")
    if isinstance(arn, str) and "arn" not in resource.properties:
        return account_of(arn)
    return _policy_administrator(resource, resource_documents(resource)) if resource.kind in _KEYS else ""


def _account_of_references(stack: Stack) -> set[str]:
    """The account of the ARNs that contain the name of one of the stack's resources; none where there are several."""
    names = {
        (service, before + name)
        for kind, (service, before) in _NAMED.items()
        for resource in stack.of(kind)
        if not resource.is_read and (name := resource["name"].as_text())
    }
    if not names:
        return set()
    arns = {text for resource in stack.resources for text in _arns_in(resource.properties)}
    found = {account_of(arn) for arn in arns if _is_named(arn, names)} - {""}
    return found if len(found) == 1 else set()


def _is_named(arn: str, names: Collection[tuple[str, str]]) -> bool:
    """Whether an ARN is that of a name, each of which is given with its service and what comes before it in an ARN."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return False
    service, text = parts[2], parts[5]
    ends = _END_OF_SECRET if service == "secretsmanager" else _END_OF_NAME
    return any((service, text[: end.start()]) in names for end in ends.finditer(text))


def _arns_in(raw: Any) -> Iterator[str]:
    """Every ARN in a plain value and in the JSON documents inside it, without those of principals and conditions."""
    if isinstance(raw, Secret):
        raw = raw.value
    if isinstance(raw, str):
        if raw.startswith("arn:"):
            yield raw
        elif raw.startswith(("{", "[")):
            document = Value.of(raw, "").parsed_json().raw
            if not isinstance(document, str):
                yield from _arns_in(document)
    elif isinstance(raw, (dict, Mapping)):  # the first is soonest told
        for name, member in raw.items():
            if name not in _CALLER_ELEMENTS:
                yield from _arns_in(member)
    elif isinstance(raw, list):
        for item in raw:
            yield from _arns_in(item)
