"""IAM: which tokens of an identity provider a role takes: whose, and meant for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pulumi_guardrails.aws.iam.analysis.statements import (
    Premise,
    allowing,
    finding_on,
    judge_statements,
    not_restricted,
    restricted_by,
    some_text,
    undecided_where,
    violation_where,
)
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check, named_after
from pulumi_guardrails.aws.iam.catalogue.identity_providers import GITHUB, Claim, claim_of
from pulumi_guardrails.aws.iam.document.document import Element, Statement
from pulumi_guardrails.aws.iam.document.elements import Condition
from pulumi_guardrails.aws.iam.document.policy_locations import TRUST_POLICY_LOCATIONS, trust_documents
from pulumi_guardrails.aws.iam.wildcards import is_pattern, matches
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, Topic
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.verdict import Finding, Verdict, all_in, not_applicable

_COMPARING = ("StringEquals", "StringEqualsIgnoreCase", "StringLike")

_FEDERATING = ("sts:assumerolewithwebidentity", "sts:assumerolewithsaml")

_MOST_SHOWN = 3


@ResourcePolicy(
    title="A trust policy for GitHub Actions restricts the repository and the audience",
    why=(
        "GitHub signs the tokens of every repository with one issuer. A trust policy that does not name the "
        "repository, or names it by a wildcard, lets the workflows of any repository assume the role."
    ),
    severity=Severity.CRITICAL,
    danger=True,
    kinds=TRUST_POLICY_LOCATIONS,
    rows=("A GitHub OIDC trust pins repository and audience",),
    remediation_steps=(
        f'Add the conditions StringEquals {GITHUB}:aud "sts.amazonaws.com" and '
        f'StringLike {GITHUB}:sub "repo:OWNER/REPOSITORY:*", better still with one branch or environment.'
    ),
    example=(
        'aws.iam.Role("deploy", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
        '"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", '
        f'"Principal": {{"Federated": "arn:aws:iam::123456789012:oidc-provider/{GITHUB}"}}, '
        f'"Condition": {{"StringEquals": {{"{GITHUB}:aud": "sts.amazonaws.com", '
        f'"{GITHUB}:sub": "repo:our-company/ml-api:ref:refs/heads/main"}}}}}}]}}))'
    ),
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
    topics=(Topic.IAM, Topic.TRUST, Topic.FEDERATION),
)
def iam_github_trust_pins_repository(resource: Resource, settings: Settings) -> Verdict:
    """Each statement for GitHub's issuer: the audience is AWS, and owner and repository have no wildcard."""
    documents = trust_documents(resource)
    verdict = judge_statements(documents, _restricted)
    statements = [statement for document in documents for statement in document.statements]
    if verdict.is_compliant and all(_is_github(statement) is False for statement in statements):
        return not_applicable("its trust is not for GitHub Actions")
    return verdict


def _is_github(statement: Statement) -> bool | None:
    """Whether a statement is for GitHub's issuer: by its principal, or by conditions only that issuer's tokens meet."""
    federated = [p.name for p in statement.principals.known if p.kind == "Federated"]
    if any(f"/{GITHUB}" in f"/{name}" for name in federated):
        return True
    if any(condition.key.startswith(GITHUB) for condition in statement.conditions.known):
        return True
    return None if statement.principals.unknown else False


def _restricted(statement: Statement) -> Verdict:
    github = Premise(_is_github(statement), statement.unknown_in(Element.PRINCIPAL))
    parts = []
    for claim, test, expected in (
        ("aud", _is_sts, '"sts.amazonaws.com"'),
        ("sub", _is_repository, '"repo:OWNER/REPOSITORY:…" with no wildcard in owner and repository'),
    ):
        conditions = [c for c in statement.conditions.known if c.key.startswith(GITHUB) and c.key.endswith(f":{claim}")]
        finding = _unrestricted(statement, f"{GITHUB}:{claim}", conditions, expected)
        written = any(condition.values.known for condition in conditions)
        named = (
            Check.SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED if written else Check.MISSING_GITHUB_REPO_CONDITION_KEY
        )
        finding = named_after(
            finding, *([named] if claim == "sub" else [Check.MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL])
        )
        parts.append(violation_where(finding, allowing(statement), github, _open_claim(statement, conditions, test)))
    return all_in(parts)


def _open_claim(statement: Statement, conditions: list[Condition], test: Callable[[str], bool]) -> Premise:
    """That none of the conditions restricts its claim."""
    keys = [condition.key for condition in conditions]
    answer = restricted_by(statement.conditions, keys, lambda condition: _restricts(condition, test))
    return not_restricted(statement, keys, answer)


def _unrestricted(statement: Statement, key: str, conditions: list[Condition], expected: str) -> Finding:
    """The finding that no condition on a claim's key restricts it."""
    texts = [condition.values.shown(text) for condition in conditions for text in condition.values.known]
    shown = ", ".join(texts[:_MOST_SHOWN])
    says = f"does not restrict {key}: it is {shown}" if texts else f"has no condition on {key}"
    return finding_on(statement, f"{says}; expected {expected}", "Condition", shown, expected)


def _restricts(condition: Condition, test: Callable[[str], bool]) -> bool | None:
    """Whether every value of a condition passes; no other operator than these compares a claim."""
    if condition.operator not in _COMPARING or condition.if_exists:
        return False
    values = condition.values
    if condition.qualifier == "ForAllValues" or values.malformed or not all(map(test, values.known)):
        return False
    return None if values.unknown else bool(values.known)


def _is_sts(audience: str) -> bool:
    return audience == "sts.amazonaws.com"


def _is_repository(subject: str) -> bool:
    """Whether a subject names one repository; what follows it may be a pattern."""
    kind, _, rest = subject.partition(":")
    repository = rest.partition(":")[0]
    owner, slash, name = repository.partition("/")
    return kind == "repo" and bool(owner and slash and name) and not is_pattern(repository)


@ResourcePolicy(
    title="A trust policy for an identity provider restricts the tokens that it accepts",
    why=(
        "An issuer such as gitlab.com, Google or Cognito signs tokens for all its customers, and an issuer of your own "
        "for every pod of a cluster or every application of a tenant. Without a condition on a claim that tells them "
        "apart, each of them can assume the role. For shared issuers IAM rejects such a trust policy."
    ),
    severity=Severity.CRITICAL,
    danger=True,
    kinds=TRUST_POLICY_LOCATIONS,
    remediation_steps="Add a condition on the issuer's sub or aud, as the provider's own guide for AWS gives it.",
    example=(
        'aws.iam.Role("pods", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
        '"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", '
        '"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1"}, '
        '"Condition": {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/A1:aud": "sts.amazonaws.com", '
        '"oidc.eks.eu-west-1.amazonaws.com/id/A1:sub": "system:serviceaccount:jobs:worker"}}}]}))'
    ),
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
    topics=(Topic.IAM, Topic.TRUST, Topic.FEDERATION),
)
def iam_federated_trust_pins_claims(resource: Resource, settings: Settings) -> Verdict:
    """For each identity provider the claim that tells its customers apart; GitHub has a policy of its own."""
    documents = trust_documents(resource)
    verdict = judge_statements(documents, _claimed)
    statements = [statement for document in documents for statement in document.statements]
    if verdict.is_compliant and not any(map(_is_judged, statements)):
        return not_applicable("its trust is for no identity provider that this policy judges")
    return verdict


def _is_judged(statement: Statement) -> bool:
    return _federates(statement) is not False and bool(statement.principals.unknown or list(_claims(statement)))


def _federates(statement: Statement) -> bool | None:
    """Whether a statement lets a role be assumed with a token."""
    if statement.not_actions.present:
        return True
    return some_text(statement.actions, lambda text: any(matches(text.lower(), one) for one in _FEDERATING))


def _claims(statement: Statement) -> Iterable[tuple[str, Claim]]:
    for principal in statement.principals.known:
        claim = claim_of(principal.name) if principal.kind == "Federated" else None
        if claim:
            yield statement.principals.shown(principal), claim


def _claimed(statement: Statement) -> Verdict:
    federates = Premise(_federates(statement), statement.unknown_in(Element.ACTION))
    parts = []
    for shown, claim in _claims(statement):
        conditions = statement.conditions.on(*claim.keys)
        finding = _unrestricted(statement, f"{' or '.join(claim.keys)} for {shown}", conditions, claim.expected)
        if not claim.keys[0].startswith("saml:"):
            finding = named_after(finding, Check.MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL)
        open_claim = _open_claim(statement, conditions, claim.test)
        parts.append(violation_where(finding, allowing(statement), federates, open_claim))
    parts.append(undecided_where(statement.unknown_of(statement.principals), allowing(statement), federates))
    return all_in(parts)
