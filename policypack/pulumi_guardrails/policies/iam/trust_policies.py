"""IAM: which principals can assume a role."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_guardrails.aws.iam.analysis.confused_deputy import (
    SERVICES_WITHOUT_SOURCE,
    SOURCE_KEYS,
    base_service,
    source_is_restricted,
)
from pulumi_guardrails.aws.iam.analysis.statements import (
    allowing,
    allows,
    finding_on,
    judge_statements,
    not_restricted,
    undecided_where,
    unrestricted_by,
    violation_where,
)
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check, named_after
from pulumi_guardrails.aws.iam.document.document import Document, Element, Statement
from pulumi_guardrails.aws.iam.document.policy_locations import TRUST_POLICY_LOCATIONS, trust_documents
from pulumi_guardrails.aws.iam.wildcards import is_pattern
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, Topic, accounts_setting, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, not_applicable, undecided, violation

_TOGETHER = (
    # Amazon CloudFront Developer Guide, "Set up IAM permissions and roles for Lambda@Edge"
    {"edgelambda.amazonaws.com", "lambda.amazonaws.com"},
    # Amazon MWAA User Guide, "Amazon MWAA execution role"
    {"airflow.amazonaws.com", "airflow-env.amazonaws.com"},
    # Amazon Redshift Management Guide, "Authorizing Amazon Redshift to access AWS services on your behalf"
    {"redshift.amazonaws.com", "redshift-serverless.amazonaws.com"},
    # Amazon CloudFront Developer Guide, "Set up IAM permissions and roles for Lambda@Edge", service-linked roles
    {"logger.cloudfront.amazonaws.com", "replicator.lambda.amazonaws.com"},
)
"""Services of one thing, whose role both have to be trusted with."""

_NAMING_KEYS = (
    "aws:principalarn",
    "aws:principaltag/",
    "aws:userid",
    "aws:username",
    "sts:externalid",
    "sts:sourceidentity",
)
"""Conditions that pick principals out of an account (AWS IAM User Guide, "AWS global condition context keys"), or the
one customer of a third party ("Access to AWS accounts owned by third parties")."""

_TRUST_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
_TRUST_EXAMPLE = (
    'aws.iam.Role("task", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
    '"Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole", '
    '"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}))'
)


@ResourcePolicy(
    title="A trust policy names the principals that can assume the role",
    why=(
        "A role that trusts everyone can be assumed from any AWS account. A role that trusts a whole account can be "
        "assumed by every principal of that account that its administrators allow."
    ),
    severity=Severity.CRITICAL,
    danger=True,
    kinds=TRUST_POLICY_LOCATIONS,
    rows=("A trust policy names its principal; no `*`, no whole account for a service role",),
    settings={
        "trustedAccounts": accounts_setting("Accounts, as twelve digits, all of whose principals a role may trust."),
    },
    remediation_steps="Name the role, user or service in Principal.",
    example=_TRUST_EXAMPLE,
    url=_TRUST_PAGE,
    topics=(Topic.IAM, Topic.TRUST),
)
def iam_trust_names_principals(resource: Resource, settings: Settings) -> Verdict:
    """No `*` in any kind of principal, and no whole account unless a condition picks principals out of it."""
    trusted = frozenset(settings["trustedAccounts"])
    return judge_statements(trust_documents(resource), lambda statement: all_in(_named(statement, trusted)))


def _named(statement: Statement, trusted: frozenset[str]) -> Iterator[Verdict]:
    for principal in statement.principals.known:
        shown = statement.principals.shown(principal)
        if is_pattern(principal.name):
            says = f"trusts {shown}, which is a wildcard"
            finding = finding_on(statement, says, "Principal", shown, "a principal by name")
            finding = named_after(finding, Check.ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL)
            yield violation_where(finding, allowing(statement))
        elif principal.is_whole_account and principal.account not in trusted:
            finding = finding_on(
                statement,
                f"trusts every principal of an account, {shown}, without a condition such as sts:ExternalId",
                "Principal",
                shown,
                "a role or user of it by ARN, or a condition on sts:ExternalId or aws:PrincipalArn",
                f'Name the role, as in {{"AWS": "arn:aws:iam::{principal.account}:role/NAME"}}.'
                if not statement.principals.value.secret
                else "",
            )
            verdict = violation_where(finding, allowing(statement), unrestricted_by(statement, _NAMING_KEYS))
            yield verdict.answered_by("trustedAccounts")
    yield undecided_where(statement.unknown_of(statement.principals), allowing(statement))


@ResourcePolicy(
    title="A trust policy trusts a single service",
    why=(
        "A role that several services can assume has the permissions of all of them together, so that a principal with "
        "access to one of the services reaches what was meant for another."
    ),
    severity=Severity.MEDIUM,
    kinds=TRUST_POLICY_LOCATIONS,
    remediation_steps="Create one role for each service, with the permissions that the service needs.",
    example=_TRUST_EXAMPLE,
    url=_TRUST_PAGE,
    topics=(Topic.IAM, Topic.TRUST),
)
def iam_role_trusts_one_service(resource: Resource, settings: Settings) -> Verdict:
    """At most one service over all statements that allow; a service in several regions is one."""
    return all_in(
        [_one_service(document) for document in trust_documents(resource)], not_applicable("it holds no trust policy")
    )


def _one_service(document: Document) -> Verdict:
    granting = [statement for statement in document.statements if statement.may_allow]
    certain = {service for s in granting if allows(s) for service in _services(s)}
    possible = {service for s in granting for service in _services(s)}
    if len(certain) > 1 and certain not in _TOGETHER:
        serving = [s for s in granting if _services(s)]
        secret = any(s.principals.value.secret for s in serving)
        found = "[secret]" if secret else ", ".join(sorted(certain))
        return violation(
            f"the trust policy trusts several services: {found}",
            path=" and ".join(f"{s.value.path}.Principal" for s in serving),
            actual=found,
            expected="one service",
            fix="Create a role for each service.",
        )
    unknown = [value for s in granting for value in s.unknown_of(s.principals)]
    if unknown or (not document.statements and document.unknowns):
        return undecided(*(unknown or document.unknowns))
    if len(possible) > 1 and possible not in _TOGETHER:
        return undecided(*(value for s in granting for value in s.unknown_in(Element.EFFECT)))
    return COMPLIANT if document.statements else not_applicable("it holds no trust policy that can be read")


def _services(statement: Statement) -> list[str]:
    return [base_service(one.name) for one in statement.principals.known if one.kind == "Service"]


@ResourcePolicy(
    title="A trust policy protects against the confused deputy problem",
    why=(
        "A service acts for all its customers. Without a condition on the source, another customer's resource that "
        "names the role's ARN can make the service use it: the confused deputy."
    ),
    severity=Severity.MEDIUM,
    kinds=TRUST_POLICY_LOCATIONS,
    rows=("A service role's trust guards against the confused deputy (source account or ARN)",),
    settings={
        "servicesWithoutSource": list_setting(
            [], "Services, such as ec2.amazonaws.com, that tell no source account or ARN when they assume a role."
        ),
    },
    remediation_steps=(
        "Add a condition on aws:SourceAccount with your account, and on aws:SourceArn where the source is known."
    ),
    example=_TRUST_EXAMPLE,
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    topics=(Topic.IAM, Topic.TRUST, Topic.CONFUSED_DEPUTY),
)
def iam_trust_guards_confused_deputy(resource: Resource, settings: Settings) -> Verdict:
    """Each statement for a service has a source account, ARN or organisation; services that send none are excepted."""
    without = frozenset({*SERVICES_WITHOUT_SOURCE, *settings["servicesWithoutSource"]})
    return judge_statements(trust_documents(resource), lambda statement: _guarded(statement, without)).answered_by(
        "servicesWithoutSource"
    )


def _guarded(statement: Statement, without: frozenset[str]) -> Verdict:
    services = [service for service in _services(statement) if service not in without]
    premises = allowing(statement), not_restricted(statement, SOURCE_KEYS, source_is_restricted(statement.conditions))
    if not services:
        return undecided_where(statement.unknown_of(statement.principals), *premises)
    name = "the service" if statement.principals.value.secret else services[0]
    finding = finding_on(
        statement,
        f"lets {name} assume the role without a condition on the source account, ARN or organization",
        "Condition",
        expected="a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID with your account or organization",
        fix='Add "Condition": {"StringEquals": {"aws:SourceAccount": "YOUR-ACCOUNT"}} to the statement.',
    )
    return violation_where(finding, *premises)
