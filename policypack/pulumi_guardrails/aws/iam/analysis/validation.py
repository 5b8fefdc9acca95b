"""What AWS refuses in a policy document for its form, by the kind of policy it is.

Sources: AWS IAM User Guide, "Grammar of the IAM JSON policy language", "IAM JSON policy elements: Sid" and "Condition
operators". That IAM refuses a trust with a Resource, or with an action that assumes no role, is what it answers:
"Has prohibited field Resource", "AssumeRole policy may only specify STS AssumeRole actions" (issue 32872 of
hashicorp/terraform-provider-aws).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from itertools import repeat

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.analysis.document_quotas import exceeded_quotas
from pulumi_guardrails.aws.iam.analysis.forms import Form
from pulumi_guardrails.aws.iam.analysis.policy_variables import variable_problems
from pulumi_guardrails.aws.iam.analysis.resource_arns import arn_problem
from pulumi_guardrails.aws.iam.analysis.statements import finding_on
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check, named_after
from pulumi_guardrails.aws.iam.catalogue.service_authorization import without_variables
from pulumi_guardrails.aws.iam.document.document import Document, Effect, Statement
from pulumi_guardrails.aws.iam.document.elements import OPERATORS, Principal, Principals, Texts, is_kind
from pulumi_guardrails.aws.iam.wildcards import is_pattern, matches, overlap
from pulumi_guardrails.aws.regions import PARTITIONS
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Malformed, Value
from pulumi_guardrails.core.verdict import Finding

_STATEMENT_ELEMENTS = {
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
}

_TRUST_ACTIONS = (
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:setcontext",
    "sts:setsourceidentity",
    "sts:tagsession",
)

_NULL = "null"
_OPERATOR = re.compile(
    rf"^(?:(?:ForAllValues|ForAnyValue):)?(?:(?:{'|'.join(OPERATORS)})(?:IfExists)?|{_NULL})$", re.IGNORECASE
)
"""Every operator with its qualifier; that a key is missing can itself not be asked only where it is there."""

_SID = re.compile(r"^[A-Za-z0-9]*$")

_DOCUMENT_ELEMENTS = ("Version", "Id", "Statement")
_VERSIONS = ("2012-10-17", "2008-10-17")
"""The newest version, and the one before it, which knows no policy variables."""

_PARTITION = "|".join(map(re.escape, PARTITIONS))
_PRINCIPAL_FORMS = {
    "AWS": (
        re.compile(
            rf"^(?:\d{{12}}|A(?:ROA|IDA)[A-Z0-9]{{12,}}"
            rf"|arn:(?:{_PARTITION}):iam::(?:\d{{12}}|cloudfront):(?:root|(?:role|user)/.+)"
            rf"|arn:(?:{_PARTITION}):sts::\d{{12}}:(?:assumed-role/.+/.+|federated-user/.+|self))$"
        ),
        "an account ID, or the ARN of an account, a role, a user or a session",
    ),
    "Service": (
        re.compile(r"^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal)$"),
        "a service principal such as ecs-tasks.amazonaws.com",
    ),
    "CanonicalUser": (re.compile(r"^[0-9a-f]{64}$"), "a canonical user ID of 64 hexadecimal digits"),
}
"""By kind of principal: how its names are written, and in words (AWS IAM User Guide, "AWS JSON policy elements:
Principal"; the IDs of roles and users are what IAM makes of the ARNs of deleted ones)."""

_PROVIDER = re.compile(
    rf"^(?:arn:(?:{_PARTITION}):iam::\d{{12}}:(?:saml-provider|oidc-provider)/.+|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/.*)?)$"
)

_SAML = ":saml-provider/"
_ASSUMING: dict[str, Callable[[Principal], bool]] = {
    "sts:assumerole": lambda principal: principal.kind != "Federated",
    "sts:assumerolewithsaml": lambda principal: principal.kind == "Federated" and _SAML in principal.name,
    "sts:assumerolewithwebidentity": lambda principal: principal.kind == "Federated" and _SAML not in principal.name,
}
"""By action in lower case: whether a principal assumes a role by it (AWS STS API Reference)."""

_ASSUME = (
    "sts:AssumeRoleWithWebIdentity for an OIDC provider, sts:AssumeRoleWithSAML for a SAML provider and "
    "sts:AssumeRole for others"
)

_ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"
_ROLES_ANYWHERE_ACTIONS = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
"""What the trust in it has to allow (IAM Roles Anywhere User Guide, "Trust model")."""

_BUCKETS = (resource_types.BUCKET, resource_types.BUCKET_POLICY)
_SERVICE_OF = {
    **dict.fromkeys(_BUCKETS, "s3"),
    resource_types.SQS_QUEUE: "sqs",
    resource_types.SQS_QUEUE_POLICY: "sqs",
    resource_types.SNS_TOPIC: "sns",
    resource_types.SNS_TOPIC_POLICY: "sns",
    resource_types.KMS_KEY: "kms",
    resource_types.KMS_EXTERNAL_KEY: "kms",
    resource_types.KMS_REPLICA_KEY: "kms",
    resource_types.KMS_KEY_POLICY: "kms",
    resource_types.SECRET: "secretsmanager",
    resource_types.SECRET_POLICY: "secretsmanager",
    resource_types.ECR_REPOSITORY_POLICY: "ecr",
    resource_types.ECR_REPOSITORY_TEMPLATE: "ecr",
    resource_types.ECR_REGISTRY_POLICY: "ecr",
    resource_types.DYNAMODB_RESOURCE_POLICY: "dynamodb",
    resource_types.LAMBDA_RESOURCE_POLICY: "lambda",
}
"""By kind: the service whose actions its policy can name."""


def problems_of(document: Document, form: Form, resource: Resource | None = None) -> Iterator[Finding]:
    """Everything that AWS would refuse in a document.

    Args:
        document: The document.
        form: What kind of policy it is.
        resource: Whose policy it is; without it nothing is said of what only some resources take.
    """
    yield from document.problems
    yield from _document_elements(document)
    with_variables = False
    for statement in document.statements:
        yield from _problems(statement)
        if statement.value.is_known:
            yield from _misplaced(statement, form)
            yield from _principals(statement, form)
            if form is Form.TRUST:
                yield from _trusting(statement)
            elif resource is not None and form is Form.RESOURCE:
                yield from _foreign(statement, resource)
            with_variables = with_variables or any("${" in text for text in _texts_with_variables(statement))
    if with_variables:
        yield from _version_for_variables(document)
    if form is Form.IDENTITY:
        yield from _sids(document)
    if form is Form.TRUST:
        yield from _roles_anywhere(document)
    if resource is not None:
        yield from exceeded_quotas(document, form, resource)


def unknown_parts(document: Document, form: Form, resource: Resource) -> list[Value]:
    """What is not known yet and decides nothing but whether a document is well formed: names and the version.

    So does the bucket that a policy belongs to, where the policy names one.
    """
    sids = [statement.written_sid for statement in document.statements if statement.value.is_known]
    beside = [document.value[name] for name in ("Version", "Id")] if document.statements else []
    if resource.kind is resource_types.BUCKET_POLICY and any(map(_names_bucket, document.statements)):
        beside.append(resource["bucket"])
    return [part for part in (*beside, *(sids if form is Form.IDENTITY else ())) if part.is_unknown]


def _document_elements(document: Document) -> Iterator[Finding]:
    """What is wrong beside the statements."""
    for name, member in document.value.members():
        if name not in _DOCUMENT_ELEMENTS:
            says = f"{_place(member)} is not an element of a policy; expected one of {', '.join(_DOCUMENT_ELEMENTS)}"
            yield named_after(Finding(says, member.path, owner=member.owner), Check.INVALID_POLICY_ELEMENT)
    for name in ("Version", "Id"):
        written = document.value[name]
        if written.is_known and not isinstance(written.raw, (str, Malformed)):
            yield _finding(written, "a text", Check.DATA_TYPE_MISMATCH)
    version = document.value["Version"]
    if isinstance(version.raw, str) and version.raw not in _VERSIONS:
        yield _finding(version, f'"{_VERSIONS[0]}"', Check.INVALID_VERSION)


def _version_for_variables(document: Document) -> Iterator[Finding]:
    version = document.value["Version"]
    if version.is_absent or version.raw == _VERSIONS[1]:
        says = "uses policy variables, which AWS takes as plain text without the newest version"
        finding = Finding(f"{document.value.path} {says}", version.path, version.shown, owner=version.owner)
        fix = f'Set "Version": "{_VERSIONS[0]}" in it.'
        yield named_after(replace(finding, fix=fix), Check.VARIABLE_UNSUPPORTED_IN_VERSION)


def _texts_with_variables(statement: Statement) -> Iterator[str]:
    """The texts in which AWS replaces variables."""
    yield from statement.resources.known
    yield from statement.not_resources.known
    for condition in statement.conditions.known:
        yield from condition.values.known


def _problems(statement: Statement) -> Iterator[Finding]:
    """What is wrong with a statement in any policy."""
    if statement.value.is_unknown:
        return
    if not isinstance(statement.value.raw, dict):
        yield _finding(statement.value, "a statement as a JSON object", Check.DATA_TYPE_MISMATCH)
        return
    effect = statement.value["Effect"]
    if statement.effect is None and not effect.is_unknown:
        mistyped = Check.INVALID_EFFECT if isinstance(effect.raw, str) else Check.DATA_TYPE_MISMATCH
        yield _finding(effect, '"Allow" or "Deny"', Check.MISSING_EFFECT if effect.is_absent else mistyped)
    if not _STATEMENT_ELEMENTS.issuperset(statement.value.raw):
        yield from _unknown_elements(statement)
    yield from _combinations(statement)
    yield from _texts(statement)
    for principals in (statement.principals, statement.not_principals):
        yield from map(_malformed_principal, repeat(principals.value), principals.malformed)
    yield from (
        _finding(item, "an object from operator to condition key to values", Check.DATA_TYPE_MISMATCH)
        for item in statement.conditions.malformed
    )
    yield from _operators(statement.conditions.value)
    yield from _arns(statement)
    yield from _variables(statement)


def _unknown_elements(statement: Statement) -> Iterator[Finding]:
    known = ", ".join(sorted(_STATEMENT_ELEMENTS))
    for name, member in statement.value.members():
        if name not in _STATEMENT_ELEMENTS:
            says = f"{_place(member)} is not an element of a statement; expected one of {known}"
            yield named_after(Finding(says, member.path), Check.INVALID_POLICY_ELEMENT)


def _combinations(statement: Statement) -> Iterator[Finding]:
    pairs: tuple[tuple[Texts, Texts] | tuple[Principals, Principals], ...] = (
        (statement.actions, statement.not_actions),
        (statement.resources, statement.not_resources),
        (statement.principals, statement.not_principals),
    )
    for first, second in pairs:
        name = first.value.path.rpartition(".")[2]
        if first.present and second.present:
            finding = finding_on(statement, f"has both {name} and Not{name}; expected one of them", name)
            yield named_after(finding, Check.UNSUPPORTED_ELEMENT_COMBINATION)


def _texts(statement: Statement) -> Iterator[Finding]:
    """What is wrong with actions and resources as texts."""
    if not statement.actions.present and not statement.not_actions.present:
        yield _finding(statement.actions.value, "at least one action", Check.MISSING_ACTION)
    for part, empty in (
        (statement.actions, Check.EMPTY_ARRAY_ACTION),
        (statement.not_actions, Check.EMPTY_ARRAY_ACTION),
        (statement.resources, Check.EMPTY_ARRAY_RESOURCE),
        (statement.not_resources, Check.EMPTY_ARRAY_RESOURCE),
    ):
        if part.present and part.complete and not part.known and not part.malformed:
            yield _finding(part.value, "at least one text", empty)
        for item in part.malformed:
            yield _finding(item, "a text or a list of texts", Check.DATA_TYPE_MISMATCH)
        raw = part.value.raw
        if any(isinstance(one, (bool, int, float)) for one in (raw if isinstance(raw, list) else (raw,))):
            yield _finding(part.value, "a text or a list of texts", Check.DATA_TYPE_MISMATCH)


def _malformed_principal(whole: Value, item: Value) -> Finding:
    """What is no principal: of a key that AWS does not know, without a name, or of another form."""
    expected = '"*", or an object from AWS, Service, Federated or CanonicalUser to names'
    kind = item.path.removeprefix(f"{whole.path}.").partition("[")[0]
    if item.path == whole.path:
        empty = Check.EMPTY_ARRAY_PRINCIPAL if item.raw else Check.EMPTY_OBJECT_PRINCIPAL
        return _finding(item, expected, empty if isinstance(item.raw, dict) else Check.INVALID_PRINCIPAL_FORMAT)
    return _finding(item, expected, Check.INVALID_PRINCIPAL_FORMAT if is_kind(kind) else Check.INVALID_PRINCIPAL_KEY)


def _operators(conditions: Value) -> Iterator[Finding]:
    """Operators that are none, and keys that one operator has twice, in different case."""
    for written, block in conditions.members():
        if not _OPERATOR.match(written):
            like = get_close_matches(written.rpartition(":")[2].removesuffix("IfExists"), OPERATORS, 1)
            advice = f"Write {like[0]}, if that is meant." if like and not conditions.secret else ""
            says = f"{_place(block)} is not a condition operator; expected one such as StringEquals or ArnLike"
            with_null = written.rpartition(":")[2].lower() == f"{_NULL}ifexists"
            check = Check.NULL_WITH_IF_EXISTS if with_null else Check.INVALID_CONDITION_OPERATOR
            yield named_after(Finding(says, block.path, fix=advice), check)
        keys = [key.lower() for key, _ in block.members()]
        if len(keys) > len(set(keys)):
            says = f"{_place(block)} has a condition key twice, in different case; expected each key once"
            finding = Finding(says, block.path, fix="Write the values of both under one key.")
            yield named_after(finding, Check.DUPLICATE_KEYS_WITH_DIFFERENT_CASE)


def _arns(statement: Statement) -> Iterator[Finding]:
    for name, texts in (("Resource", statement.resources), ("NotResource", statement.not_resources)):
        for text in texts.known:
            problem = arn_problem(text)
            if problem is not None:
                shown = texts.shown(text)
                wrong = "is not well formed" if texts.value.secret else problem.says
                says = f"names the resource {shown}, which {wrong}; expected {problem.expected}"
                finding = finding_on(statement, says, name, shown, problem.expected)
                yield named_after(finding, problem.check)


def _variables(statement: Statement) -> Iterator[Finding]:
    """Variables that are none, and those where AWS replaces no variable."""
    places = [("Resource", statement.resources), ("NotResource", statement.not_resources)]
    places += [("Condition", condition.values) for condition in statement.conditions.known]
    for name, texts in places:
        for text in (one for one in texts.known if "${" in one):
            for problem in variable_problems(text):
                shown = texts.shown(text)
                fix = "" if texts.value.secret else problem.fix
                finding = finding_on(statement, f"has {shown} in {name}, which {problem.says}", name, shown, fix=fix)
                yield named_after(finding, problem.check)
    for name, part in (("Action", statement.actions), ("NotAction", statement.not_actions)):
        yield from (_no_variable(statement, name, part.shown(text)) for text in part.known if "${" in text)
    for name, whole in (("Principal", statement.principals), ("NotPrincipal", statement.not_principals)):
        yield from (_no_variable(statement, name, whole.shown(one)) for one in whole.known if "${" in one.name)


def _no_variable(statement: Statement, element: str, shown: str) -> Finding:
    says = f"has {shown} in {element}, where AWS replaces no policy variable"
    return named_after(finding_on(statement, says, element, shown), Check.VARIABLE_UNSUPPORTED_IN_ELEMENT)


def _misplaced(statement: Statement, form: Form) -> Iterator[Finding]:
    """An identity policy names resources and no principal, a trust the other way round, a resource policy who it is."""
    principal = statement.principals.present or statement.not_principals.present
    resource = statement.resources.present or statement.not_resources.present
    if form is Form.IDENTITY:
        if not resource:
            finding = finding_on(statement, "has no Resource, which an identity-based policy needs", "Resource")
            yield named_after(finding, Check.MISSING_RESOURCE)
        if principal:
            says = "has a Principal, which an identity-based policy does not have: it is what the policy is attached to"
            yield named_after(finding_on(statement, says, "Principal"), Check.UNSUPPORTED_PRINCIPAL)
        return
    if not principal:
        says = "has no Principal, which a resource-based or trust policy needs"
        yield named_after(finding_on(statement, says, "Principal"), Check.MISSING_PRINCIPAL)
    if form is Form.TRUST:
        if resource:
            says = "has a Resource, which a trust policy does not have: it is the role that the policy belongs to"
            finding = finding_on(statement, says, "Resource")
            yield named_after(finding, Check.ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE)
        if statement.not_principals.present:
            says = "has a NotPrincipal, which a trust policy does not have"
            finding = finding_on(statement, says, "NotPrincipal", expected="Principal")
            yield named_after(finding, Check.ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL)
        for text in statement.actions.known:
            if not any(matches(text.lower(), action) for action in _TRUST_ACTIONS):
                shown = statement.actions.shown(text)
                says = f"names the action {shown}, by which no role is assumed; expected sts:AssumeRole or one like it"
                finding = finding_on(statement, says, "Action", shown, "sts:AssumeRole")
                yield named_after(finding, Check.UNSUPPORTED_ACTION_IN_POLICY)


def _principals(statement: Statement, form: Form) -> Iterator[Finding]:
    """Principals that cannot be. A wildcard for everyone, and in a trust, is what other policies are about."""
    if form is Form.IDENTITY:
        return
    for name, principals in (("Principal", statement.principals), ("NotPrincipal", statement.not_principals)):
        for principal in principals.known:
            found = _wrong_principal(principal, form)
            if found and "${" not in principal.name:
                check, expected = found
                says = f"has the {name} {principals.shown(principal)}; expected {expected}"
                yield named_after(finding_on(statement, says, name, principals.shown(principal), expected), check)


def _wrong_principal(principal: Principal, form: Form) -> tuple[Check, str] | None:
    """Why a principal cannot be one, and what can; None where it can."""
    kind, name = principal.kind, principal.name
    if principal.is_everyone:
        return None
    if is_pattern(name):
        wildcard = (Check.UNSUPPORTED_WILDCARD_IN_PRINCIPAL, "a principal by name, or * alone under AWS")
        return None if form is Form.TRUST else wildcard
    if kind == "Federated":
        if form is Form.RESOURCE:
            return Check.FEDERATED_PRINCIPAL_NOT_SUPPORTED, "a role, a user, an account or a service"
        fits = _PROVIDER.match(name)
        expected = "the ARN of an OIDC or SAML provider, or the domain of an issuer"
        return None if fits else (Check.INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY, expected)
    form_of_kind, expected = _PRINCIPAL_FORMS[kind]
    return None if form_of_kind.match(name) else (Check.INVALID_PRINCIPAL_FORMAT, expected)


def _trusting(statement: Statement) -> Iterator[Finding]:
    """Actions by which the principals of a trust assume no role: each kind of token has an action of its own."""
    principals, actions = statement.principals, statement.actions
    if statement.effect is Effect.DENY or principals.unknown or not actions.complete or not principals.known:
        return
    for text in actions.known:
        takes = _ASSUMING.get(text.lower())
        if takes and not any(takes(principal) for principal in principals.known):
            shown = actions.shown(text)
            says = f"names the action {shown}, by which none of its principals assumes a role; expected {_ASSUME}"
            finding = finding_on(statement, says, "Action", shown, _ASSUME)
            yield named_after(finding, Check.MISMATCHED_ACTION_FOR_PRINCIPAL)


def _roles_anywhere(document: Document) -> Iterator[Finding]:
    """A trust in IAM Roles Anywhere without one of the three actions that the service calls."""
    ours = [
        one
        for one in document.statements
        if one.effect is Effect.ALLOW and any(p.name == _ROLES_ANYWHERE for p in one.principals.known)
    ]
    if not ours or document.unknowns or any(one.not_actions.present for one in ours):
        return
    texts = [text.lower() for one in ours for text in one.actions.known]
    missing = [one for one in _ROLES_ANYWHERE_ACTIONS if not any(matches(text, one.lower()) for text in texts)]
    if missing:
        expected = ", ".join(_ROLES_ANYWHERE_ACTIONS)
        says = f"trusts {_ROLES_ANYWHERE} without {' and '.join(missing)}; expected {expected}"
        finding = finding_on(ours[0], says, "Action", expected=expected, fix=f"Add {' and '.join(missing)} to Action.")
        yield named_after(finding, Check.MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY)


def _foreign(statement: Statement, resource: Resource) -> Iterator[Finding]:
    """Actions of another service than the resource's own, and the ARNs of other resources."""
    own = _SERVICE_OF.get(resource.kind) if resource.kind else None
    if own is None:
        return
    for text in statement.actions.known:
        prefix = text.lower().partition(":")[0]
        if ":" in text and not matches(prefix, own):
            shown = statement.actions.shown(text)
            says = f"names the action {shown}, of another service than the resource; expected an action of {own}"
            finding = finding_on(statement, says, "Action", shown, f"an action of {own}")
            yield named_after(finding, Check.UNSUPPORTED_ACTION_IN_POLICY)
    for text in statement.resources.known:
        if text.startswith("arn:") and arn_problem(text) is None and not _may_be_of(text, own, resource):
            shown = statement.resources.shown(text)
            says = f"names {shown}, which is not the resource that the policy belongs to"
            finding = finding_on(statement, says, "Resource", shown, "the ARN of the resource itself")
            yield named_after(finding, Check.UNSUPPORTED_RESOURCE_ARN_IN_POLICY)


def _names_bucket(statement: Statement) -> bool:
    return any(text.startswith("arn:") for text in statement.resources.known)


def _may_be_of(text: str, own: str, resource: Resource) -> bool:
    """Whether an ARN can be that of a resource, or of what is in it."""
    fields = without_variables(text).split(":", 5)
    if not matches(fields[2], own):
        return False
    bucket = resource["bucket"].as_text() if resource.kind in _BUCKETS else None
    return bucket is None or overlap(fields[5].partition("/")[0], bucket)


def _sids(document: Document) -> Iterator[Finding]:
    """The names of an identity policy's statements: letters and digits, and each once."""
    seen: set[str] = set()
    for statement in document.statements:
        sid = statement.written_sid
        text = sid.as_text()
        if sid.is_known and not isinstance(sid.raw, str) and statement.value.is_known:
            yield _finding(sid, "a text", Check.DATA_TYPE_MISMATCH)
        if not text:
            continue
        if not _SID.match(text):
            yield _finding(sid, "letters and digits without a space or a sign", Check.UNSUPPORTED_SID)
        if text in seen:
            says = f"the Sid {sid.shown} is that of two statements; expected a Sid of its own"
            yield named_after(Finding(says, sid.path, sid.shown), Check.UNIQUE_SIDS_REQUIRED)
        seen.add(text)


def _place(member: Value) -> str:
    """Where a member with a name of the program's own stands; a secret's name is not shown either."""
    return f"a part of {member.path.rpartition('.')[0]}" if member.secret else member.path


def _finding(value: Value, expected: str, check: Check) -> Finding:
    return named_after(Finding("", value.path, value.shown, expected, owner=value.owner), check)
