"""IAM: the policies that resources themselves hold, where their service has no policy of its own in this pack."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails import kinds
from guardrails.iam.documents import Statement
from guardrails.iam.grants import each_grant, open_to_everyone
from guardrails.iam.homes import OPEN_HOMES, RESOURCE_HOMES, document_property, resource_documents
from guardrails.iam.judging import allows, judge_statements, narrowed, offence, where
from guardrails.iam.sources import base_service, guarded, names_own_prefix
from guardrails.policy import Settings, Severity, list_setting, resource_policy
from guardrails.verdict import COMPLIANT, Finding, Verdict, all_in, not_applicable, undecided, violation
from guardrails.view import Resource, Value

_OTHER_ACCOUNT_KEYS = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
)
"""Conditions that say which principals of another account are meant (AWS IAM User Guide, "AWS global condition context
keys")."""

_CONFUSED_DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
_QUEUE = (
    'aws.sqs.QueuePolicy("jobs", queue_url=queue.url, policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
    '"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", '
    '"Resource": "arn:aws:sqs:eu-west-1:123456789012:jobs", '
    '"Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:jobs"}}}]}))'
)


@resource_policy(
    title="No queue, topic, table, log group or function is open to everyone",
    why=(
        "A principal of * is everyone with an AWS account, and for some services everyone on the internet: they read "
        "messages, send their own, or run a function at the owner's cost."
    ),
    severity=Severity.CRITICAL,
    kinds=(*OPEN_HOMES, kinds.LAMBDA_PERMISSION),
    rows=("No resource policy open to other accounts",),
    mend="Name the principals, or add a condition such as aws:PrincipalOrgID or aws:SourceArn.",
    example=_QUEUE,
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    topics=("iam", "public access"),
)
def resource_policy_not_public(resource: Resource, settings: Settings) -> Verdict:
    """No `*` as principal without a condition that pins the caller; of a Lambda permission, without a source."""
    if resource.kind is kinds.LAMBDA_PERMISSION:
        everyone = resource["principal"].holds(lambda name: name == "*")
        return _needs_source(resource, everyone, ("principalOrgId", "sourceArn", "sourceAccount"))
    name = document_property(resource)
    return each_grant(resource[name], open_to_everyone)


@resource_policy(
    title="A resource's policy lets in no account that is not named as trusted",
    why=(
        "Whoever administers the other account decides who gets in from there. An account that is meant to is named in "
        "the configuration of this policy, where it is reviewed."
    ),
    severity=Severity.HIGH,
    kinds=OPEN_HOMES,
    rows=("No resource policy open to other accounts",),
    settings={
        "trustedAccounts": list_setting([], "Accounts, as twelve digits, that resource policies may let in."),
    },
    mend="Remove the account, add a condition such as aws:PrincipalOrgID, or name it in the setting trustedAccounts.",
    example=_QUEUE,
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html",
    topics=("iam", "cross-account"),
)
def resource_policy_own_accounts(resource: Resource, settings: Settings) -> Verdict:
    """Principals of the resource's own account, which its ARN tells, or of trusted ones; others under a condition."""
    trusted = frozenset(settings["trustedAccounts"])
    arn = resource["resourceArn" if resource.kind is kinds.DYNAMODB_RESOURCE_POLICY else "arn"]
    return judge_statements(
        resource_documents(resource), lambda statement: all_in(_own(statement, trusted, _account_of(arn)))
    )


def _own(statement: Statement, trusted: frozenset[str], account: str) -> Iterator[Verdict]:
    own = {account, *map(_account, statement.resources.known)} - {""}
    kept = narrowed(statement.conditions, _OTHER_ACCOUNT_KEYS)
    for principal in statement.principals.known:
        if not principal.account or principal.account in own | trusted:
            continue
        shown = statement.principals.shown(principal)
        finding = Finding(
            where(statement, "Principal"),
            f"{shown}, of another account",
            "the resource's own account, or a trusted one",
        )
        if account or (own and statement.resources.complete):
            yield offence(statement, finding, allows(statement), None if kept is None else not kept)
        elif allows(statement) is not False and not kept:
            # No ARN tells the resource's account, so the principal's may be it.
            yield undecided(finding.subject, f"{shown}, which may be of another account")
    if statement.principals.unknown:
        yield offence(statement, Finding("", ""), allows(statement), None, None if kept is None else not kept)


def _account_of(arn: Value) -> str:
    text = arn.as_text()
    return _account(text) if text else ""


def _account(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4].isdigit() else ""


@resource_policy(
    title="A resource lets a service in for this account's own resources only",
    why=(
        "A service acts for all its customers. Without a condition on the source, another customer's topic, trail or "
        "distribution can make the service use this resource: the confused deputy."
    ),
    severity=Severity.MEDIUM,
    kinds=(*RESOURCE_HOMES, kinds.LAMBDA_PERMISSION),
    settings={
        "servicesWithoutSource": list_setting(
            [], "Services, such as example.amazonaws.com, that tell no source account or ARN when they call."
        ),
    },
    mend="Add a condition on aws:SourceAccount with your account, and on aws:SourceArn where the source is known.",
    example=_QUEUE,
    url=_CONFUSED_DEPUTY,
    topics=("iam", "confused deputy"),
)
def resource_policy_guards_confused_deputy(resource: Resource, settings: Settings) -> Verdict:
    """Each statement for a service has a source; of a Lambda permission, the source ARN or account."""
    if resource.kind is kinds.LAMBDA_PERMISSION:
        service = resource["principal"].holds(lambda name: isinstance(name, str) and name.endswith(".amazonaws.com"))
        return _needs_source(resource, service, ("sourceArn", "sourceAccount", "principalOrgId"))
    without = frozenset(settings["servicesWithoutSource"])
    return judge_statements(resource_documents(resource), lambda statement: _guards(statement, without))


def _guards(statement: Statement, without: frozenset[str]) -> Verdict:
    services = [one.name for one in statement.principals.known if one.kind == "Service"]
    bare = {one: names_own_prefix(one, statement) for one in services if base_service(one) not in without}
    asked = [service for service, prefixed in bare.items() if not prefixed]
    guard = guarded(statement.conditions)
    if guard is False:
        guard = narrowed(statement.conditions, ("kms:encryptioncontext:", "kms:calleraccount"))
    loose = None if guard is None else not guard
    if not asked:
        unknown = statement.principals.unknown
        return offence(statement, Finding("", ""), allows(statement), loose, None if unknown else False)
    finding = Finding(
        where(statement, "Condition"),
        f"without the source for which {asked[0] if not statement.principals.value.secret else 'the service'} calls",
        "a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID with your own account or organisation",
        'Add "Condition": {"StringEquals": {"aws:SourceAccount": "YOUR-ACCOUNT"}} to the statement.',
    )
    certain = any(bare[service] is False for service in asked)
    return offence(statement, finding, allows(statement), loose, True if certain else None)


def _needs_source(permission: Resource, applies: bool | None, properties: tuple[str, ...]) -> Verdict:
    """A Lambda permission for a principal of this sort has one of the properties."""
    values = [permission[name] for name in properties]
    if applies is False:
        return COMPLIANT if permission["principal"].is_known else not_applicable("it has no principal")
    if any(not value.is_absent and value.raw not in ("", None) for value in values):
        return COMPLIANT
    if applies is None:
        return undecided("principal", "not known before the update", "principal")
    shown = permission["principal"].shown
    return violation("principal", f"{shown} without a source", " or ".join(properties), "Set source_arn on it.")
