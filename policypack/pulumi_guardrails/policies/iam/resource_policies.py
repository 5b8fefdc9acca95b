"""IAM: which access resource policies allow: public access, cross-account access, and access by services."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.analysis.confused_deputy import (
    SOURCE_KEYS,
    base_service,
    has_account_prefix,
    source_is_restricted,
)
from pulumi_guardrails.aws.iam.analysis.cross_account_access import judge_by_resource, judge_by_stack
from pulumi_guardrails.aws.iam.analysis.private_resources import (
    OF_PRIVATE_RESOURCE,
    REASON,
    is_private,
    unknown_of_private,
)
from pulumi_guardrails.aws.iam.analysis.public_access import each_grant_in, open_to_everyone
from pulumi_guardrails.aws.iam.analysis.resource_accounts import stack_accounts
from pulumi_guardrails.aws.iam.analysis.statements import (
    Premise,
    allowing,
    finding_on,
    judge_statements,
    not_restricted,
    restricted_by,
    undecided_where,
    violation_where,
)
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check, named_after
from pulumi_guardrails.aws.iam.document.document import Element, Statement
from pulumi_guardrails.aws.iam.document.lambda_permissions import PERMISSION_LOCATIONS
from pulumi_guardrails.aws.iam.document.policy_locations import (
    ACCESS_POLICY_LOCATIONS,
    GENERIC_RESOURCE_POLICY_LOCATIONS,
    RESOURCE_POLICY_LOCATIONS,
    access_documents,
)
from pulumi_guardrails.core.policy import (
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    accounts_setting,
    list_setting,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import kleene_any
from pulumi_guardrails.core.verdict import Verdict, all_in, all_of, not_applicable, when

_OWN_GUARDS = ("kms:encryptioncontext:", "kms:calleraccount", "lambda:eventsourcetoken")
"""Conditions by which a service's own keys say for whom it calls: what is encrypted, for whom, or which skill of Alexa.

Sources: AWS KMS Developer Guide, "AWS KMS condition keys"; AWS Lambda API reference, AddPermission (EventSourceToken).
"""

_S3 = "s3.amazonaws.com"
_SOURCE_OF_PERMISSION = "Set source_arn on it to the ARN of what calls, or source_account to your account."

_CROSS_ACCOUNT = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html"
_CONFUSED_DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
_QUEUE = (
    'aws.sqs.QueuePolicy("jobs", queue_url=queue.url, policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
    '"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", '
    '"Resource": "arn:aws:sqs:eu-west-1:123456789012:jobs", '
    '"Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:jobs"}}}]}))'
)


@ResourcePolicy(
    title="Queues, topics, functions, domains and other resources with a policy do not allow public access",
    why=(
        "A principal of * is everyone with an AWS account, and for some services everyone on the internet: they read "
        "messages, send their own, or run a function at the owner's cost."
    ),
    severity=Severity.CRITICAL,
    danger=True,
    kinds=(*GENERIC_RESOURCE_POLICY_LOCATIONS, *PERMISSION_LOCATIONS, resource_types.LAMBDA_FUNCTION_URL),
    rows=("No resource policy open to other accounts",),
    remediation_steps="Name the principals, or add a condition such as aws:PrincipalOrgID or aws:SourceArn.",
    example=_QUEUE,
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    topics=(Topic.IAM, Topic.PUBLIC_ACCESS),
    exemption=OF_PRIVATE_RESOURCE,
)
def resource_policy_not_public(resource: Resource, settings: Settings) -> Verdict:
    """No `*` as principal without a condition that restricts the caller; a permission counts as the statement it adds.

    A function's URL without authorization needs no statement of the program's: the plugin adds one for everyone
    (`internal/service/lambda/function_url.go` of hashicorp/terraform-provider-aws).
    """
    if resource.kind is resource_types.LAMBDA_FUNCTION_URL:
        return resource["authorizationType"].must_be_one_of("AWS_IAM")
    verdict = each_grant_in(access_documents(resource), open_to_everyone)
    if verdict.is_compliant:
        return verdict
    return when(is_private(resource), lambda: not_applicable(REASON), lambda: verdict, *unknown_of_private(resource))


@ResourcePolicy(
    title="A resource policy allows cross-account access to trusted accounts only",
    why=(
        "The administrators of the other account decide which of its principals get access. Name the accounts that are "
        "meant to have access in the configuration of this policy, where they are reviewed."
    ),
    severity=Severity.HIGH,
    danger=True,
    kinds=ACCESS_POLICY_LOCATIONS,
    rows=("No resource policy open to other accounts",),
    settings={
        "trustedAccounts": accounts_setting("Accounts, as twelve digits, that resource policies may give access to."),
    },
    remediation_steps=(
        "Remove the account, add a condition such as aws:PrincipalOrgID, or name it in the setting trustedAccounts."
    ),
    example=_QUEUE,
    url=_CROSS_ACCOUNT,
    topics=(Topic.IAM, Topic.CROSS_ACCOUNT),
)
def resource_policy_own_accounts(resource: Resource, settings: Settings) -> Verdict:
    """Principals of the resource's own account, as far as it tells by itself, or of trusted ones.

    Its account is told by its ARN, by what its statements are about, or for a key by who may change its policy. Where
    nothing tells, two accounts are one too many, and one is judged by `resource-policy-stack-accounts`.
    """
    verdict, left = judge_by_resource(resource, frozenset(settings["trustedAccounts"]))
    if verdict.is_compliant and left:
        return not_applicable("only the whole stack can tell which account it is in")
    return verdict.answered_by("trustedAccounts")


@StackPolicy(
    title="A resource policy allows access to the stack's own account and to trusted accounts only",
    why=(
        "The ARN of a bucket names no account, and the ARN of a key, a secret or a repository is not known before "
        "it is created. The provider, or the ARNs of other resources, tell which account the stack is in."
    ),
    severity=Severity.HIGH,
    danger=True,
    kinds=ACCESS_POLICY_LOCATIONS,
    rows=("No resource policy open to other accounts",),
    settings={
        "trustedAccounts": accounts_setting("Accounts, as twelve digits, that resource policies may give access to."),
    },
    remediation_steps=(
        "Remove the account, add a condition such as aws:PrincipalOrgID, or name it in the setting trustedAccounts. "
        "Where it is the stack's own account, set allowed_account_ids of the provider."
    ),
    example=(
        """\
ours = aws.Provider("aws", allowed_account_ids=["123456789012"])
aws.s3.BucketPolicy(
    "logs",
    bucket="our-logs",
    policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:role/reader"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::our-logs/*",
        }],
    }),
    opts=pulumi.ResourceOptions(provider=ours),
)"""
    ),
    url=_CROSS_ACCOUNT,
    topics=(Topic.IAM, Topic.CROSS_ACCOUNT),
)
def resource_policy_stack_accounts(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """What a resource does not tell of its account, held against the accounts that the stack shows."""
    trusted = frozenset(settings["trustedAccounts"])
    accounts = stack.shared(stack_accounts)
    for resource in stack.of(*ACCESS_POLICY_LOCATIONS):
        verdict, left = judge_by_resource(resource, trusted)
        if not left or verdict.is_violation:
            yield resource, not_applicable("it is evaluated by resource-policy-own-accounts")
            continue
        found = all_in(judge_by_stack(foreign, accounts) for foreign in left).answered_by("trustedAccounts")
        hidden = found.is_compliant and verdict.is_undecided
        yield (
            resource,
            not_applicable("what is not known of it is reported by resource-policy-own-accounts") if hidden else found,
        )


@ResourcePolicy(
    title="A resource policy protects against the confused deputy problem",
    why=(
        "A service acts for all its customers. Without a condition on the source, another customer's topic, trail or "
        "distribution can make the service use this resource: the confused deputy."
    ),
    severity=Severity.MEDIUM,
    kinds=(*RESOURCE_POLICY_LOCATIONS, *PERMISSION_LOCATIONS),
    settings={
        "servicesWithoutSource": list_setting(
            [], "Services, such as example.amazonaws.com, that tell no source account or ARN when they call."
        ),
    },
    remediation_steps=(
        "Add a condition on aws:SourceAccount with your account, and on aws:SourceArn where the source is known."
    ),
    example=_QUEUE,
    url=_CONFUSED_DEPUTY,
    topics=(Topic.IAM, Topic.CONFUSED_DEPUTY),
)
def resource_policy_guards_confused_deputy(resource: Resource, settings: Settings) -> Verdict:
    """Each statement for a service has a source; a permission is judged as the statement it adds."""
    without = frozenset(settings["servicesWithoutSource"])
    verdict = judge_statements(access_documents(resource), lambda statement: _restricts_source(statement, without))
    return _of_owned_bucket(resource, verdict) if resource.kind is resource_types.LAMBDA_PERMISSION else verdict


def _restricts_source(statement: Statement, without: frozenset[str]) -> Verdict:
    services = [one.name for one in statement.principals.known if one.kind == "Service"]
    bare = {one: has_account_prefix(one, statement) for one in services if base_service(one) not in without}
    asked = [service for service, prefixed in bare.items() if not prefixed]
    guard = kleene_any([source_is_restricted(statement.conditions), restricted_by(statement.conditions, _OWN_GUARDS)])
    premises = allowing(statement), not_restricted(statement, (*SOURCE_KEYS, *_OWN_GUARDS), guard)
    if not asked:
        return undecided_where(statement.unknown_of(statement.principals), *premises)
    service = "a service" if statement.principals.value.secret else asked[0]
    finding = finding_on(
        statement,
        f"gives {service} access without a condition on the source account, ARN or organization",
        "Condition",
        expected="a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID with your account or organization",
        fix=_SOURCE_OF_PERMISSION
        if statement.value.property_name == "principal"
        else 'Add "Condition": {"StringEquals": {"aws:SourceAccount": "YOUR-ACCOUNT"}} to the statement.',
    )
    finding = named_after(finding, Check.RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL)
    certain = any(bare[service] is False for service in asked)
    without_prefix = Premise(True if certain else None, statement.unknown_in(Element.RESOURCE))
    return violation_where(finding, *premises, without_prefix).answered_by("servicesWithoutSource")


def _of_owned_bucket(permission: Resource, verdict: Verdict) -> Verdict:
    """The verdict on a permission; one for S3 needs an account besides.

    A bucket's ARN names none, and its name is free for others once it is deleted. Source: AWS Security Hub User Guide,
    Lambda.1: a function that S3 invokes has a condition such as AWS:SourceAccount.
    """
    by_s3 = permission["principal"].holds(lambda name: isinstance(name, str) and base_service(name) == _S3)
    owned = permission["sourceAccount"].must_be_set("the account of the bucket", "Set source_account on it.")
    return when(by_s3, lambda: all_of(verdict, owned), lambda: verdict, permission["principal"])
