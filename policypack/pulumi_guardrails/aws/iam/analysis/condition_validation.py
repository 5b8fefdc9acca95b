"""What is wrong with the conditions of a statement: wrong keys and values, and conditions that restrict nothing.

A condition that AWS takes and that never holds, or always does, reads like a restriction. Where it leaves open what it
seems to close, the problem `opens`: an Allow under a condition that always holds, a Deny under one that never does.

Sources: AWS IAM User Guide, "IAM policy validation check reference", "IAM JSON policy elements: Condition operators",
"Single-valued vs. multivalued context keys" and "AWS global condition context keys".
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pulumi_guardrails.aws.iam.analysis.statements import IN_VPC, VPCS, finding_on, names
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import (
    RESTRICT_ACCESS,
    SUGGESTIONS,
    VALID_CONDITIONS,
    Check,
    named_after,
)
from pulumi_guardrails.aws.iam.catalogue.condition_keys import (
    ConditionKey,
    KeyType,
    closest_key,
    condition_key,
    has_known_prefix,
    is_not_supported,
    is_of_identity_provider,
    key_prefix,
    lacks_chosen_part,
    supports,
)
from pulumi_guardrails.aws.iam.catalogue.service_authorization import Action, expand
from pulumi_guardrails.aws.iam.document.document import Effect, Statement
from pulumi_guardrails.aws.iam.document.elements import Condition
from pulumi_guardrails.aws.iam.document.operators import VARIABLE_FAMILIES, Family, accepts, family_of
from pulumi_guardrails.aws.iam.wildcards import is_everything, is_pattern, matches
from pulumi_guardrails.aws.regions import is_region
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.verdict import Finding

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?$")
_DATE = re.compile(r"^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?)?$")
"""The forms of ISO 8601 in the W3C's profile, which the page of the operators names."""

_EPOCH = re.compile(r"^\d{5,}$")
_VPC = re.compile(r"^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$")
_VPC_ENDPOINT = re.compile(r"^vpce-(?:[0-9a-f]{8}|[0-9a-f]{17})$")
_SERVICE_PRINCIPAL = re.compile(r"^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal)$")
_VIA_SERVICE = re.compile(r"^[a-z0-9-]+\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?$")

_EVERY_ADDRESS = ("0.0.0.0/0", "::/0")

_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "fc00::/7",
            "fe80::/10",
            "::1/128",
        ),
    )
)
"""Networks of which no request comes from the internet (RFC 1918, 6598, 1122, 3927, 4193 and 4291)."""

_SERVICE_PRINCIPAL_KEYS = (
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "iam:passedtoservice",
)
_OF_THE_CALLER = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltag/",
    "aws:username",
)
"""Keys that a request of a service does not have (the same page, "Properties of the principal")."""

_OF_THE_SESSION = (
    "ec2:roledelivery",
    "ec2:sourceinstancearn",
    "glue:credentialissuingservice",
    "glue:roleassumedby",
    "lambda:sourcefunctionarn",
    "ssm:sourceinstancearn",
)
"""Keys of a service that its role sessions have in the requests to every other service (Amazon EC2 User Guide, "Grant
permissions", and the guides of AWS Glue, AWS Lambda and AWS Systems Manager)."""

_TAG_KEYS = ("aws:resourcetag/", "aws:requesttag/", "aws:tagkeys")
_SESSION_ACTIONS = {
    "aws:requesttag/": "sts:TagSession",
    "aws:tagkeys": "sts:TagSession",
    "sts:transitivetagkeys": "sts:TagSession",
    "sts:sourceidentity": "sts:SetSourceIdentity",
}
"""By condition key of a trust policy: the action without which no request has it (AWS IAM User Guide, "Pass session
tags in AWS STS" and "Monitor and control actions taken with assumed roles")."""

_ENCRYPTION_KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id"

_MANY = 3


@fast_dataclass(frozen=True)
class Problem:
    """Something that is wrong with a condition.

    Attributes:
        checks: AWS's checks that find it; empty where only the guide warns of it.
        says: What is wrong, as the rest of a sentence that begins with the condition.
        expected: What would pass.
        fix: What to change.
        value: The value that it is about; empty where it is about the condition as a whole.
        opens: Whether it leaves open what the condition seems to close.
    """

    checks: tuple[Check, ...]
    says: str
    expected: str = ""
    fix: str = ""
    value: str = ""
    opens: bool = False

    @property
    def policy(self) -> str:
        """The ID of the policy that reports it: by its checks, and whether it opens."""
        speak = {policy for check in self.checks for policy in check.policies}
        if RESTRICT_ACCESS in speak and (self.opens or VALID_CONDITIONS not in speak):
            return RESTRICT_ACCESS
        return SUGGESTIONS if SUGGESTIONS in speak else VALID_CONDITIONS


def condition_problems(statement: Statement, is_trust: bool = False) -> Iterator[tuple[Problem, Finding]]:
    """Everything that is wrong with the known conditions of a statement, each with its finding.

    What depends on a part that is not known yet is left out: whether the statement allows, and its other conditions.
    """
    for condition in statement.conditions.known:
        for problem in _by_itself(statement, condition):
            yield problem, _finding(statement, condition, problem)
        if _has_mixed_types(condition):
            mixed = Problem((Check.INVALID_CONDITION_DATA_TYPE,), "has values of several JSON types", "values of one")
            yield mixed, _finding(statement, condition, mixed)
        for problem in _of_statement(statement, condition, is_trust):
            yield problem, _finding(statement, condition, problem)


def _by_itself(statement: Statement, condition: Condition) -> Sequence[Problem]:
    """The problems of a condition by itself; where the effect is not known, those that it has with either."""
    shape, present = _shape(condition), _may_be_required(statement, condition.key)
    if statement.effect is not None or not statement.may_allow:
        return _of_condition(shape, statement.effect is not Effect.DENY, present)
    denied = _of_condition(shape, False, present)
    return [problem for problem in _of_condition(shape, True, present) if problem in denied]


def _may_be_required(statement: Statement, key: str) -> bool:
    """Whether another condition of a statement holds only where the request has a key, or may once it is known."""
    return bool(statement.conditions.unknown) or any(
        one.key == key and one.operator == "Null" and (one.values.unknown or one.values.known == ("false",))
        for one in statement.conditions.known
    )


def hollow_conditions(statement: Statement, effect: Effect) -> list[Condition]:
    """The known conditions of a statement that leave open what they seem to close, if it has this effect."""
    allows = effect is not Effect.DENY

    def problems(condition: Condition) -> Iterator[Problem]:
        yield from _of_condition(_shape(condition), allows, _may_be_required(statement, condition.key))
        yield from _of_statement(statement, condition, False)

    return [one for one in statement.conditions.known if any(problem.opens for problem in problems(one))]


def _finding(statement: Statement, condition: Condition, problem: Problem) -> Finding:
    """A problem as a finding, which shows nothing of a secret."""
    texts = condition.values
    secret = texts.value.secret
    label = "a condition" if secret else f"the condition {condition.written}"
    shown = texts.shown(problem.value) if problem.value else ""
    value = f" with the value {shown}" if shown else ""
    expected = f"; expected {problem.expected}" if problem.expected else ""
    says = f"has {label}{value}: it {problem.says}{expected}"
    fix = "" if secret and problem.value and problem.value in problem.fix else problem.fix
    finding = finding_on(statement, says, "Condition", shown, problem.expected, fix)
    return named_after(finding, *problem.checks)


def _has_mixed_types(condition: Condition) -> bool:
    raw = condition.values.value.raw
    return isinstance(raw, list) and len({type(one) for one in raw if isinstance(one, (str, bool, int, float))}) > 1


@fast_dataclass(frozen=True)
class _Shape:
    """What of a condition its problems depend on, wherever it stands: they are found once for equal ones."""

    operator: str
    key: str
    texts: tuple[str, ...]
    qualifier: str
    if_exists: bool
    is_empty: bool


def _shape(condition: Condition) -> _Shape:
    values = condition.values
    empty = not (values.known or values.unknown or values.malformed)
    return _Shape(condition.operator, condition.key, values.known, condition.qualifier, condition.if_exists, empty)


@lru_cache(maxsize=4096)
def _of_condition(shape: _Shape, allows: bool, is_present: bool) -> tuple[Problem, ...]:
    """The problems of a condition by itself.

    Args:
        shape: The condition.
        allows: Whether its statement allows; else it denies.
        is_present: Whether another condition of the statement holds only where the request has the key.
    """
    family = family_of(shape.operator)
    if family is None:
        return ()
    found = list(_of_key(shape.key))
    key = condition_key(shape.key)
    if shape.is_empty:
        found.append(_empty(shape))
    elif family is Family.NULL:
        if shape.qualifier:
            always = "always true" if shape.qualifier == "ForAllValues" else "always false"
            says = f"is {always}, with a qualifier before Null"
            found.append(Problem((Check.NULL_WITH_QUALIFIER,), says, "Null alone", f"Remove {shape.qualifier}:."))
    else:
        found.extend(_of_qualifier(shape, key, allows, is_present))
        if key and not accepts(key, family):
            wanted = ", ".join(sorted(one.value for one in Family if one is not Family.NULL and accepts(key, one)))
            says = f"compares {key.name}, whose type is {key.type.value}, with {shape.operator}"
            found.append(Problem((Check.TYPE_MISMATCH,), says, f"an operator of type {wanted}"))
    found.extend(_of_values(shape, family, key, allows))
    return tuple(found)


def _of_key(key: str) -> Iterator[Problem]:
    """What is wrong with the key alone."""
    if ":" not in key:
        yield Problem((Check.INVALID_CONDITION_KEY_FORMAT,), "names a key without a service", "service:key")
    elif lacks_chosen_part(key):
        yield Problem((Check.MISSING_TAG_KEY_IN_CONDITION,), "names no tag key", f"{key.rstrip('/')}/TAG-KEY")
    elif is_not_supported(key):
        checks = (Check.UNSUPPORTED_GLOBAL_CONDITION_KEY, Check.DEPRECATED_GLOBAL_CONDITION_KEY)
        yield Problem(checks, "names a key that AWS does not support", "aws:PrincipalArn or aws:SourceArn")
    elif is_of_identity_provider(key) or condition_key(key):
        return
    elif not has_known_prefix(key):
        says = f"names a key of {key_prefix(key)}, which is no service"
        yield Problem((Check.INVALID_SERVICE,), says, "a key of aws or of a service")
    else:
        of_aws = key_prefix(key) == "aws"
        check = Check.INVALID_GLOBAL_CONDITION_KEY if of_aws else Check.INVALID_SERVICE_CONDITION_KEY
        like = closest_key(key)
        fix = f"Write {like}, if that is meant." if like else ""
        yield Problem((check,), "names a key that does not exist", "a key that the service documents", fix)


def _empty(shape: _Shape) -> Problem:
    if shape.qualifier == "ForAllValues":
        check, says = Check.EMPTY_ARRAY_CONDITION_FORALLVALUES, "has no values, and holds only where the key is missing"
    elif shape.qualifier == "ForAnyValue":
        check, says = Check.EMPTY_ARRAY_CONDITION_FORANYVALUE, "has no values, and never holds"
    elif shape.if_exists:
        check, says = Check.EMPTY_ARRAY_CONDITION_IFEXISTS, "has no values, and holds only where the key is missing"
    else:
        check, says = Check.EMPTY_ARRAY_CONDITION, "has no values"
    return Problem((check,), says, "values, or Null for a key that is missing")


def _of_qualifier(shape: _Shape, key: ConditionKey | None, allows: bool, is_present: bool) -> Iterator[Problem]:
    """What is wrong with `ForAllValues`, `ForAnyValue` and `IfExists`, or with their absence."""
    bare = f"{shape.operator}{'IfExists' if shape.if_exists else ''}"
    if shape.qualifier and shape.key.endswith(":aud"):
        says = "has a qualifier for an audience, which most tokens have one of"
        yield Problem((Check.CONFIRM_AUDIENCE_CLAIM_TYPE,), says, bare, f"Write {bare}, if tokens have one audience.")
        return
    if key is None:
        return
    if key.is_multivalued and not shape.qualifier:
        says = f"compares {key.name}, which can have several values, without a qualifier"
        yield Problem((Check.MISSING_QUALIFIER,), says, f"ForAllValues:{bare} or ForAnyValue:{bare}")
    holds_without = "holds for every request that has no such key"
    null = f'Add "Null": {{"{key.name}": "false"}} to the Condition.'
    if shape.qualifier == "ForAllValues" and not key.is_multivalued:
        says = f"has ForAllValues for {key.name}, which has one value: it {holds_without}"
        opens = allows and key.may_be_missing and not is_present
        yield Problem(
            (Check.FORALLVALUES_WITH_SINGLE_VALUED_KEY,), says, bare, "Remove ForAllValues: from it.", opens=opens
        )
    elif shape.qualifier == "ForAllValues" and allows and not is_present:
        yield Problem((), holds_without, "also a Null condition on the key", null)
    elif shape.if_exists and allows and not is_present and "Not" not in shape.operator and _may_be_withheld(key):
        yield Problem((), holds_without, shape.operator, f"Write {shape.operator}, or {null[0].lower()}{null[1:]}")


def _may_be_withheld(key: ConditionKey) -> bool:
    """Whether it is the caller on whom it depends that a request has a key.

    A service has its own keys for some of its resources only: for them AWS documents IfExists with Allow.
    """
    return key.may_be_missing and key_prefix(key.name) in ("aws", "sts")


def _of_values(shape: _Shape, family: Family, key: ConditionKey | None, allows: bool) -> Iterator[Problem]:
    """What is wrong with the values, for the operator and for the key."""
    negated = "Not" in shape.operator
    for text in dict.fromkeys(shape.texts):
        if "${" in text:
            if family not in VARIABLE_FAMILIES:
                says = f"has a policy variable, which {shape.operator} does not support"
                yield Problem((Check.INVALID_VARIABLE_FOR_OPERATOR,), says, "a value, or a String operator", value=text)
        else:
            yield from _of_value(shape, family, text)
        if shape.operator.startswith("String") and "Like" not in shape.operator and is_pattern(_fixed(text)):
            like = "StringNotLike" if negated else "StringLike"
            effect = "always" if negated else "never"
            says = f"takes the wildcard as a character under {shape.operator}, and so {effect} holds"
            fix = f"Write {like}, if a wildcard is meant."
            yield Problem((Check.WILDCARD_WITHOUT_LIKE_OPERATOR,), says, like, fix, text, opens=allows == negated)
        like_arn = key and key.type is KeyType.ARN and family is Family.STRING and "Like" in shape.operator
        if like_arn and is_pattern(_fixed(text).rstrip("*?")) and not is_everything(text):
            arn = shape.operator.replace("String", "Arn")
            says = f"lets a wildcard stand for several parts of an ARN under {shape.operator}"
            yield Problem((Check.STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS,), says, arn, f"Write {arn}.", text)
    if family in (Family.BOOL, Family.NULL) and len(shape.texts) > 1:
        both = {text.lower() for text in shape.texts} >= {"true", "false"}
        says = "has several Boolean values" + (", and so always holds" if both else "")
        yield Problem((Check.INVALID_CONDITION_MULTIPLE_BOOLEAN,), says, "true or false", opens=both and allows)
    if family is Family.NUMERIC and len(shape.texts) > 1 and "Than" in shape.operator:
        numbers = [float(text) for text in shape.texts if _NUMBER.match(text)]
        if len(numbers) == len(shape.texts):
            least = "Greater" in shape.operator
            one = min(numbers) if least else max(numbers)
            says = f"has several numbers, of which the {'least' if least else 'greatest'} decides"
            yield Problem((Check.REDUNDANT_CONDITION_VALUE_NUM,), says, f"{one:g} alone")
    if family is Family.IP_ADDRESS:
        every = [text for text in shape.texts if text in _EVERY_ADDRESS]
        if every and allows != negated:
            says = f"names every address, and so {'never' if negated else 'always'} holds"
            yield Problem((), says, "the addresses that are meant", value=every[0])
    if shape.key == "aws:sourceip" and family is Family.IP_ADDRESS:
        yield from _of_addresses(shape, negated, allows)


def _of_value(shape: _Shape, family: Family, text: str) -> Iterator[Problem]:
    """What is wrong with a value that has no variable."""
    if family in (Family.BOOL, Family.NULL):
        if text.lower() not in ("true", "false"):
            yield Problem((Check.TYPE_MISMATCH_BOOLEAN,), "is no Boolean", "true or false", value=text)
    elif family is Family.NUMERIC:
        if not _NUMBER.match(text):
            yield Problem((Check.TYPE_MISMATCH_NUMBER,), "is no number", "a number", value=text)
    elif family is Family.DATE:
        if _EPOCH.match(text):
            if shape.key == "aws:epochtime":
                return
            yield Problem((Check.INVALID_DATE_VALUE,), "is a date in epoch time", "YYYY-MM-DDThh:mm:ssZ", value=text)
        elif not _DATE.match(text):
            yield Problem((Check.TYPE_MISMATCH_DATE,), "is no date", "YYYY-MM-DDThh:mm:ssZ", value=text)
    elif family is Family.IP_ADDRESS:
        yield from _of_range(text)
    elif family is Family.BINARY:
        if not _is_base64(text):
            yield Problem((Check.TYPE_MISMATCH_STRING,), "is no text in Base64", "a text in Base64", value=text)
    elif family is Family.ARN and text.count(":") < 5 and not is_everything(text):
        yield Problem((Check.TYPE_MISMATCH,), "is no ARN", "arn:PARTITION:SERVICE:REGION:ACCOUNT:NAME", value=text)
    if family in (Family.STRING, Family.ARN):
        yield from _of_named_value(shape, text)


def _of_named_value(shape: _Shape, text: str) -> Iterator[Problem]:
    """What is wrong with a value by what its key holds: a Region, a VPC, a service, a KMS key."""
    wild = is_pattern(text)
    key = shape.key
    if key == "aws:requestedregion" and not wild and not is_region(text):
        yield Problem((Check.INVALID_REGION,), "is no Region", "a Region such as eu-west-1", value=text)
    elif key in ("aws:sourcevpc", "aws:ec2instancesourcevpc") and not wild and not _VPC.match(text):
        yield Problem((Check.INVALID_VPC_FORMAT,), "is no VPC ID", "vpc- and 8 or 17 hexadecimal digits", value=text)
    elif key == "aws:sourcevpce" and not wild and not _VPC_ENDPOINT.match(text):
        says = "is no VPC endpoint ID"
        yield Problem((Check.INVALID_VPCE_FORMAT,), says, "vpce- and 8 or 17 hexadecimal digits", value=text)
    elif key in _SERVICE_PRINCIPAL_KEYS and not wild and not _SERVICE_PRINCIPAL.match(text):
        says = "is no service principal"
        yield Problem((Check.INVALID_SERVICE_PRINCIPAL_FORMAT,), says, "SERVICE.amazonaws.com", value=text)
    elif key == "kms:viaservice" and not wild and not _VIA_SERVICE.match(text):
        says = "is no service in a Region"
        yield Problem((Check.INVALID_SERVICE_PRINCIPAL_FORMAT,), says, "SERVICE.REGION.amazonaws.com", value=text)
    elif key == _ENCRYPTION_KEY and not (text.startswith("arn:") or wild):
        says = "is not the ARN of a KMS key"
        yield Problem((Check.INVALID_KMS_KEY_VALUE,), says, "arn:aws:kms:REGION:ACCOUNT:key/ID", value=text)


def _of_range(text: str) -> Iterator[Problem]:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        yield Problem((Check.TYPE_MISMATCH_IP_RANGE,), "is no IP address range", "203.0.113.0/24", value=text)
        return
    if ipaddress.ip_address(text.partition("/")[0]) != network.network_address:
        says = "has bits after the prefix, which AWS ignores"
        yield Problem((Check.IMPROVE_IP_RANGE,), says, str(network), f"Write {network}.", text)


def _of_addresses(shape: _Shape, negated: bool, allows: bool) -> Iterator[Problem]:
    """Addresses that no request comes from: `aws:SourceIp` is the public address of the caller."""
    private = [text for text in shape.texts if _is_private(text)]
    if not private:
        return
    if len(private) == len(shape.texts):
        check = Check.PRIVATE_NOTIPADDRESS if negated else Check.PRIVATE_IP_ADDRESS
        says = f"names private addresses only, and so {'always' if negated else 'never'} holds"
        opens = allows == negated
    else:
        check = Check.PRIVATE_NOTIPADDRESS_SUBSET if negated else Check.PRIVATE_IP_ADDRESS_SUBSET
        says, opens = "names private addresses, which no request comes from, beside public ones", False
    yield Problem((check,), says, "public addresses, or aws:VpcSourceIp", value=private[0], opens=opens)


def _is_private(text: str) -> bool:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return any(network.version == one.version and network.subnet_of(one) for one in _NOT_PUBLIC)  # type: ignore[arg-type]


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _fixed(text: str) -> str:
    """A text without its variables, `${*}` and `${?}` among them, which stand for the characters."""
    return _VARIABLE.sub("", text)


def _of_statement(statement: Statement, condition: Condition, is_trust: bool) -> Iterator[Problem]:
    """What is wrong with a condition by the actions, the principals and the other conditions of its statement."""
    if condition.key == IN_VPC and not (statement.conditions.on(*VPCS) or statement.conditions.unknown):
        says = "restricts the address in a VPC without the VPC: another one can have the same addresses"
        fix = 'Add "StringEquals": {"aws:SourceVpc": "YOUR-VPC"} to the Condition.'
        yield Problem((Check.MISSING_PAIRED_CONDITION_KEYS,), says, "also aws:SourceVpc", fix, opens=True)
    if _is_for_services_only(statement) and statement.conditions.on(*_OF_THE_CALLER).count(condition):
        says = "names a key that requests of a service principal do not have"
        expected = "aws:SourceAccount, aws:SourceArn or aws:SourceOrgID"
        yield Problem((Check.UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL,), says, expected)
    if is_trust:
        yield from _of_session(statement, condition)
        return
    key = condition_key(condition.key)
    if key is None or condition.operator == "Null" or statement.value["Effect"].is_unknown:
        return
    if key.name.lower() in _TAG_KEYS:
        yield from _of_tags(statement, condition, key)
    elif key_prefix(key.name) != "aws" and key.name.lower() not in _OF_THE_SESSION:
        actions = _known_actions(statement)
        if actions and not any(supports(one, key) for one in actions) and all(one.complete for one in actions):
            says = f"names a key that {_shown(statement)} does not support"
            yield Problem((Check.UNSUPPORTED_ACTION_FOR_CONDITION_KEY,), says, "a key that the actions support")


def _of_session(statement: Statement, condition: Condition) -> Iterator[Problem]:
    """A condition of a trust policy on what a session has only by another action."""
    needed = next((one for key, one in _SESSION_ACTIONS.items() if condition.key.startswith(key)), "")
    actions = statement.actions
    if not needed or statement.effect is not Effect.ALLOW or not actions.complete or not actions.present:
        return
    if not any(matches(text.lower(), needed.lower()) for text in actions.known):
        says = f"is about what a session has only where {needed} is allowed as well"
        yield Problem((Check.MISSING_ACTION_FOR_CONDITION_KEY,), says, f"{needed} among the actions")


def _of_tags(statement: Statement, condition: Condition, key: ConditionKey) -> Iterator[Problem]:
    """A condition on tags for actions that have none: an Allow allows nothing, a Deny denies nothing."""
    allows = statement.effect is not Effect.DENY
    if not allows and condition.is_negated:
        return
    if statement.not_actions.present:
        says = f"applies only to the actions that support {key.name}, which NotAction does not tell"
        check = (
            Check.ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE
            if allows
            else Check.DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE
        )
        yield Problem((check,), says, "Action", "Name the actions that support it.", opens=not allows)
        return
    resources = statement.resources
    named = resources.known if resources.complete and resources.known else ("*",)
    without = [text for text in statement.actions.known if _support_none(text, key, named)]
    if not without:
        return
    check = (
        Check.ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE
        if allows
        else Check.DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE
    )
    shown = names(map(statement.actions.shown, without[:_MANY]))
    says = f"does not apply to {shown}, which {'is not allowed' if allows else 'is not denied'} by the statement"
    fix = "Move what does not support it to a statement without the condition."
    yield Problem((check,), says, f"actions that support {key.name}", fix, opens=not allows)


@lru_cache(maxsize=4096)
def _support_none(pattern: str, key: ConditionKey, resources: tuple[str, ...]) -> bool:
    """Whether none of the actions that a pattern stands for supports a key, on these resources."""
    if is_everything(pattern) or is_pattern(pattern.partition(":")[0]):
        return False
    actions = expand(pattern)
    return bool(actions) and not any(supports(one, key, resources) or not one.complete for one in actions)


def _known_actions(statement: Statement) -> Sequence[Action]:
    """The actions of a statement that names all of them by service; none where it does not."""
    actions = statement.actions
    if not actions.complete or not actions.present:
        return ()
    if any(is_pattern(text.partition(":")[0]) for text in actions.known):
        return ()
    expanded = [expand(text) for text in actions.known]
    return [one for found in expanded for one in found] if all(expanded) else ()


def _is_for_services_only(statement: Statement) -> bool:
    principals = statement.principals
    return bool(principals.known) and not principals.unknown and all(one.kind == "Service" for one in principals.known)


def _shown(statement: Statement) -> str:
    return names(map(statement.actions.shown, statement.actions.known[:_MANY]))
