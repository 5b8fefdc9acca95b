"""Whose account a resource lies in: what its own ARN and policy tell, and what the whole stack shows.

At a first preview the engine knows neither ARNs nor the account. An account is told by the ARN or URL of the resource
that a policy is for, by the resources that its statements name, and for a key by KMS's own rule; and for the stack by
its provider, by the ARNs of what is already made, and by ARNs that name one of its resources by its known name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.analysis.statements import allows, some_text
from pulumi_guardrails.aws.iam.document.document import Document, Statement
from pulumi_guardrails.aws.iam.document.policy_locations import resource_documents
from pulumi_guardrails.aws.iam.wildcards import matches
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import kleene_all, kleene_not
from pulumi_guardrails.core.value import Value

_OWN_ARNS: Mapping[Kind, tuple[str, ...]] = {
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
}
"""By kind: what names the resource that a policy is for, by an ARN or URL of its own account; of others `arn`.

Source: AWS KMS Developer Guide, "Multi-Region keys in AWS KMS": a replica lies in the account of its primary key.
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
    """Whether a text is the number of an account."""
    return _ACCOUNT.match(text) is not None


def account_of(text: str) -> str:
    """The account in an ARN or in a queue's URL; empty where there is none."""
    if url := _QUEUE_URL.match(text):
        return url[1]
    parts = text.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[0] == "arn" and is_account(parts[4]) else ""


def own_account(resource: Resource, documents: Iterable[Document]) -> str:
    """The account that a resource with a policy lies in, as far as it tells by itself; empty where it does not."""
    for name in _OWN_ARNS.get(resource.kind, ("arn",)) if resource.kind else ():
        if account := account_of(resource[name].as_text() or ""):
            return account
    return _keeper(resource, documents) if resource.kind in _KEYS else ""


def _keeper(key: Resource, documents: Iterable[Document]) -> str:
    """The one account whose principals may change a key's policy: it has to be the key's own.

    KMS refuses a policy that does not let its caller change it again, unless that check is bypassed, and takes it only
    from the key's own account. Sources: AWS KMS API reference, CreateKey (Policy) and PutKeyPolicy ("Cross-account use:
    No").
    """
    keepers: set[str] = set()
    if key["bypassPolicyLockoutSafetyCheck"].is_true() is not False:
        return ""
    for document in documents:
        if not document.statements:
            return ""
        for statement in document.statements:
            changes = _lets_change_policy(statement)
            if changes is False:
                continue
            if changes is None or statement.principals.unknown or statement.not_principals.present:
                return ""
            for principal in statement.principals.known:
                if principal.kind == "AWS":
                    keepers.add(principal.account)
    return keepers.pop() if len(keepers) == 1 else ""


def _lets_change_policy(statement: Statement) -> bool | None:
    def names_it(pattern: str) -> bool:
        return matches(pattern.lower(), _PUT_KEY_POLICY)

    negated = kleene_not(some_text(statement.not_actions, names_it))
    acts = negated if statement.not_actions.present else some_text(statement.actions, names_it)
    return kleene_all([allows(statement), acts])


# --- what the stack shows


@dataclass(frozen=True)
class StackAccounts:
    """The accounts that a stack's resources lie in.

    Attributes:
        known: Those that something tells.
        complete: Whether there can be no other.
    """

    known: frozenset[str]
    complete: bool


_PROVIDER = "pulumi:providers:aws"

_CREDENTIALS = ("profile", "accessKey", "sharedCredentialsFiles", "sharedConfigFiles")
"""Properties of a provider that decide whose account it works in, where no role and no list of accounts does."""

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

_AFTER_NAME = re.compile(r"^(?:$|[/:])")
_AFTER_SECRET = re.compile(r"^(?:-[A-Za-z0-9]{6}|-\?{6})?(?:$|:)")
"""What may follow a name in an ARN: a part of the resource, and before it the random end of a secret's ARN."""

_WHO = frozenset({"Principal", "NotPrincipal", "Condition"})
"""Elements of a statement that say who, not what: an ARN in them may well be of another account."""


def stack_accounts(stack: Stack) -> StackAccounts:
    """The accounts of a stack. Use it by `Stack.shared`."""
    providers = [provider for provider in stack.resources if provider.type == _PROVIDER]
    by_provider = {provider: _told_by(provider) for provider in providers}
    told = {account for found in by_provider.values() if found for account in found}
    silent = [provider for provider, found in by_provider.items() if not found]
    if providers and not silent:
        return StackAccounts(frozenset(told), True)
    made = {account for resource in stack.resources if (account := _made_in(resource))}
    seen = made or _named_in(stack)
    one_silent = len({_credentials(provider) for provider in silent}) <= 1 and all(
        by_provider[provider] is not None for provider in silent
    )
    return StackAccounts(frozenset(told | seen), one_silent and bool(seen - told))


def _told_by(provider: Resource) -> frozenset[str] | None:
    """The accounts that a provider says it works in: none where it says nothing, None where that is not known yet.

    Source: Pulumi Registry, the provider's configuration: allowedAccountIds, assumeRoles (each taken on from the one
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


def _made_in(resource: Resource) -> str:
    """The account of a resource that is already made, which the ARN that AWS gave it tells; or of a key, its policy."""
    if resource.is_read:
        return ""
    arn = resource.outputs.get("arn")
    if isinstance(arn, str) and "arn" not in resource.properties:
        return account_of(arn)
    return _keeper(resource, resource_documents(resource)) if resource.kind in _KEYS else ""


def _named_in(stack: Stack) -> set[str]:
    """The account of the ARNs that name a resource of the stack; none where they name several accounts."""
    names = {
        (service, before, name)
        for kind, (service, before) in _NAMED.items()
        for resource in stack.of(kind)
        if not resource.is_read and (name := resource["name"].as_text())
    }
    if not names:
        return set()
    arns = {text for resource in stack.resources for text in _arns_in(Value.of(resource.properties, ""))}
    found = {account_of(arn) for arn in arns if _is_named(arn, names)} - {""}
    return found if len(found) == 1 else set()


def _is_named(arn: str, names: Iterable[tuple[str, str, str]]) -> bool:
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return False
    after = _AFTER_SECRET if parts[2] == "secretsmanager" else _AFTER_NAME
    return any(
        parts[2] == service
        and parts[5].startswith(before + name)
        and after.match(parts[5][len(before) + len(name) :]) is not None
        for service, before, name in names
    )


def _arns_in(value: Value) -> Iterator[str]:
    """Every ARN in a value, in the JSON documents inside it too, that says what something is about, not for whom."""
    raw: Any = value.raw
    if isinstance(raw, str):
        if raw.startswith("arn:"):
            yield raw
        elif raw.startswith(("{", "[")):
            document = value.parsed_json()
            if not isinstance(document.raw, str):
                yield from _arns_in(document)
    elif isinstance(raw, Mapping):
        for name, member in value.members():
            if name not in _WHO:
                yield from _arns_in(member)
    elif isinstance(raw, list):
        for item in value.elements() or ():
            yield from _arns_in(item)
