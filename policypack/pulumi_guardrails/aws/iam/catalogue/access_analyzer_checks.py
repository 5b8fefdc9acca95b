"""The checks of IAM Access Analyzer's policy validation, and which policy of the pack speaks for each.

Source: AWS IAM User Guide, "IAM policy validation check reference" (access-analyzer-reference-policy-checks), as
awsdocs/iam-user-guide has it at commit 141c09a (2021). The checks that AWS has added since are written from memory, as
the page itself was out of reach: their names are to be compared with it.

A message ends with AWS's own name of the check, by which whoever knows the console recognizes it. Where the page has a
check twice, for two messages, it stands here once.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.verdict import Finding


class FindingType(Enum):
    """What a check finds, as Access Analyzer ranks it."""

    ERROR = "Error"
    SECURITY = "Security warning"
    WARNING = "General warning"
    SUGGESTION = "Suggestion"


_ERROR, _SECURITY = FindingType.ERROR, FindingType.SECURITY
_WARNING, _SUGGESTION = FindingType.WARNING, FindingType.SUGGESTION

VALID_CONDITIONS = "iam-conditions-are-valid"
RESTRICT_ACCESS = "iam-conditions-restrict-access"
SUGGESTIONS = "iam-documents-follow-suggestions"
"""The policies to which the checks of conditions are divided."""

_GRAMMAR = "iam-documents-are-well-formed"
_ACTIONS = "iam-actions-exist"
_NEGATED = "iam-no-negated-allow"
_PASSING = "iam-pass-role-is-limited"
_GITHUB = "iam-github-trust-pins-repository"
_CLAIMS = "iam-federated-trust-pins-claims"
_TRUST = "iam-trust-names-principals"
_DEPUTY = "resource-policy-guards-confused-deputy"

_SCP = "of service control policies, which the pack does not read"
_RCP = "of resource control policies, which the pack does not read"


@fast_dataclass(frozen=True)
class _Row:
    """What the table says of a check.

    Attributes:
        title: AWS's name.
        type: What it finds.
        policies: The IDs of the policies that speak for it.
        reason: Why none does, as the rest of a sentence; empty where one does.
    """

    title: str
    type: FindingType
    policies: tuple[str, ...] = ()
    reason: str = ""


class Check(Enum):
    """A check of Access Analyzer's policy validation."""

    ARN_ACCOUNT_NOT_ALLOWED = _Row("ARN account not allowed", _ERROR, (_GRAMMAR,))
    ARN_REGION_NOT_ALLOWED = _Row("ARN Region not allowed", _ERROR, (_GRAMMAR,))
    DATA_TYPE_MISMATCH = _Row("Data type mismatch", _ERROR, (_GRAMMAR,))
    DUPLICATE_KEYS_WITH_DIFFERENT_CASE = _Row("Duplicate keys with different case", _ERROR, (_GRAMMAR,))
    EMPTY_VARIABLE = _Row("Empty variable", _ERROR, (_GRAMMAR,))
    FEDERATED_PRINCIPAL_NOT_SUPPORTED = _Row("Federated principal not supported", _ERROR, (_GRAMMAR,))
    INVALID_ACTION = _Row("Invalid action", _ERROR, (_ACTIONS,))
    INVALID_ARN_ACCOUNT = _Row("Invalid ARN account", _ERROR, (_GRAMMAR,))
    INVALID_ARN_PREFIX = _Row("Invalid ARN prefix", _ERROR, (_GRAMMAR,))
    INVALID_ARN_REGION = _Row("Invalid ARN Region", _ERROR, (_GRAMMAR,))
    INVALID_ARN_RESOURCE = _Row("Invalid ARN resource", _ERROR, (_GRAMMAR,))
    INVALID_ARN_SERVICE_CASE = _Row("Invalid ARN service case", _ERROR, (_GRAMMAR,))
    INVALID_CONDITION_DATA_TYPE = _Row("Invalid condition data type", _ERROR, (VALID_CONDITIONS,))
    INVALID_CONDITION_KEY_FORMAT = _Row("Invalid condition key format", _ERROR, (VALID_CONDITIONS,))
    INVALID_CONDITION_MULTIPLE_BOOLEAN = _Row(
        "Invalid condition multiple Boolean",
        _ERROR,
        (
            VALID_CONDITIONS,
            RESTRICT_ACCESS,
        ),
    )
    INVALID_CONDITION_OPERATOR = _Row("Invalid condition operator", _ERROR, (_GRAMMAR,))
    INVALID_EFFECT = _Row("Invalid effect", _ERROR, (_GRAMMAR,))
    INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY = _Row(
        "Invalid federated principal syntax in role trust policy", _ERROR, (_GRAMMAR,)
    )
    INVALID_GLOBAL_CONDITION_KEY = _Row(
        "Invalid global condition key",
        _ERROR,
        (
            VALID_CONDITIONS,
            _GRAMMAR,
        ),
    )
    INVALID_KMS_KEY_VALUE = _Row("Invalid kms key value", _ERROR, (VALID_CONDITIONS,))
    INVALID_PARTITION = _Row("Invalid partition", _ERROR, (_GRAMMAR,))
    INVALID_POLICY_ELEMENT = _Row("Invalid policy element", _ERROR, (_GRAMMAR,))
    INVALID_PRINCIPAL_FORMAT = _Row("Invalid principal format", _ERROR, (_GRAMMAR,))
    INVALID_PRINCIPAL_KEY = _Row("Invalid principal key", _ERROR, (_GRAMMAR,))
    INVALID_REGION = _Row("Invalid Region", _ERROR, (VALID_CONDITIONS,))
    INVALID_SERVICE = _Row(
        "Invalid service",
        _ERROR,
        (
            _GRAMMAR,
            VALID_CONDITIONS,
        ),
    )
    INVALID_SERVICE_CONDITION_KEY = _Row("Invalid service condition key", _ERROR, (VALID_CONDITIONS,))
    INVALID_SERVICE_IN_ACTION = _Row("Invalid service in action", _ERROR, (_ACTIONS,))
    INVALID_SERVICE_PRINCIPAL_FORMAT = _Row("Invalid service principal format", _ERROR, (VALID_CONDITIONS,))
    INVALID_VARIABLE_FOR_OPERATOR = _Row("Invalid variable for operator", _ERROR, (VALID_CONDITIONS,))
    INVALID_VERSION = _Row("Invalid version", _ERROR, (_GRAMMAR,))
    INVALID_VPC_FORMAT = _Row("Invalid vpc format", _ERROR, (VALID_CONDITIONS,))
    INVALID_VPCE_FORMAT = _Row("Invalid vpce format", _ERROR, (VALID_CONDITIONS,))
    JSON_SYNTAX_ERROR = _Row("Json syntax error", _ERROR, (_GRAMMAR,))
    MISMATCHED_ACTION_FOR_PRINCIPAL = _Row("Mismatched action for principal", _ERROR, (_GRAMMAR,))
    MISSING_ACTION = _Row("Missing action", _ERROR, (_GRAMMAR,))
    MISSING_ACTION_FOR_CONDITION_KEY = _Row("Missing action for condition key", _ERROR, (VALID_CONDITIONS,))
    MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY = _Row(
        "Missing action for roles anywhere trust policy", _ERROR, (_GRAMMAR,)
    )
    MISSING_ARN_ACCOUNT = _Row("Missing ARN account", _ERROR, (_GRAMMAR,))
    MISSING_ARN_FIELD = _Row("Missing ARN field", _ERROR, (_GRAMMAR,))
    MISSING_ARN_REGION = _Row("Missing ARN Region", _ERROR, (_GRAMMAR,))
    MISSING_BRACE_IN_VARIABLE = _Row("Missing brace in variable", _ERROR, (_GRAMMAR,))
    MISSING_EFFECT = _Row("Missing effect", _ERROR, (_GRAMMAR,))
    MISSING_PRINCIPAL = _Row("Missing principal", _ERROR, (_GRAMMAR,))
    MISSING_QUALIFIER = _Row("Missing qualifier", _ERROR, (VALID_CONDITIONS,))
    MISSING_QUOTE_IN_VARIABLE = _Row("Missing quote in variable", _ERROR, (_GRAMMAR,))
    MISSING_RESOURCE = _Row("Missing resource", _ERROR, (_GRAMMAR,))
    MISSING_STATEMENT = _Row("Missing statement", _ERROR, (_GRAMMAR,))
    MISSING_TAG_KEY_IN_CONDITION = _Row("Missing tag key in condition", _ERROR, (VALID_CONDITIONS,))
    NULL_WITH_IF_EXISTS = _Row("Null with if exists", _ERROR, (_GRAMMAR,))
    POLICY_SIZE_EXCEEDS_RCP_QUOTA = _Row("Policy size exceeds RCP quota", _ERROR, reason=_RCP)
    POLICY_SIZE_EXCEEDS_SCP_QUOTA = _Row("Policy size exceeds SCP quota", _ERROR, reason=_SCP)
    PRIVATE_IP_ADDRESS = _Row(
        "Private IP address",
        _ERROR,
        (
            VALID_CONDITIONS,
            RESTRICT_ACCESS,
        ),
    )
    PRIVATE_NOTIPADDRESS = _Row(
        "Private NotIpAddress",
        _ERROR,
        (
            VALID_CONDITIONS,
            RESTRICT_ACCESS,
        ),
    )
    RCP_SYNTAX_ERROR_ACTION = _Row("RCP syntax error action", _ERROR, reason=_RCP)
    RCP_SYNTAX_ERROR_ALLOW = _Row("RCP syntax error allow", _ERROR, reason=_RCP)
    RCP_SYNTAX_ERROR_NOTACTION = _Row("RCP syntax error NotAction", _ERROR, reason=_RCP)
    RCP_SYNTAX_ERROR_PRINCIPAL = _Row("RCP syntax error principal", _ERROR, reason=_RCP)
    ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL = _Row(
        "Role trust policy syntax error notprincipal", _ERROR, (_GRAMMAR,)
    )
    ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE = _Row("Role trust policy syntax error resource", _ERROR, (_GRAMMAR,))
    ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL = _Row(
        "Role trust policy unsupported wildcard in principal", _ERROR, (_TRUST,)
    )
    SCP_SYNTAX_ERROR_ACTION_WILDCARD = _Row("SCP syntax error action wildcard", _ERROR, reason=_SCP)
    SCP_SYNTAX_ERROR_ALLOW_CONDITION = _Row("SCP syntax error allow condition", _ERROR, reason=_SCP)
    SCP_SYNTAX_ERROR_ALLOW_NOTACTION = _Row("SCP syntax error allow NotAction", _ERROR, reason=_SCP)
    SCP_SYNTAX_ERROR_ALLOW_RESOURCE = _Row("SCP syntax error allow resource", _ERROR, reason=_SCP)
    SCP_SYNTAX_ERROR_NOTRESOURCE = _Row("SCP syntax error NotResource", _ERROR, reason=_SCP)
    SCP_SYNTAX_ERROR_PRINCIPAL = _Row("SCP syntax error principal", _ERROR, reason=_SCP)
    UNIQUE_SIDS_REQUIRED = _Row("Unique Sids required", _ERROR, (_GRAMMAR,))
    UNSUPPORTED_ACTION_FOR_CONDITION_KEY = _Row("Unsupported action for condition key", _ERROR, (VALID_CONDITIONS,))
    UNSUPPORTED_ACTION_IN_POLICY = _Row("Unsupported action in policy", _ERROR, (_GRAMMAR,))
    UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL = _Row(
        "Unsupported condition key for service principal", _ERROR, (VALID_CONDITIONS,)
    )
    UNSUPPORTED_ELEMENT_COMBINATION = _Row("Unsupported element combination", _ERROR, (_GRAMMAR,))
    UNSUPPORTED_GLOBAL_CONDITION_KEY = _Row("Unsupported global condition key", _ERROR, (VALID_CONDITIONS,))
    UNSUPPORTED_PRINCIPAL = _Row("Unsupported principal", _ERROR, (_GRAMMAR,))
    UNSUPPORTED_RESOURCE_ARN_IN_POLICY = _Row("Unsupported resource ARN in policy", _ERROR, (_GRAMMAR,))
    UNSUPPORTED_SID = _Row("Unsupported Sid", _ERROR, (_GRAMMAR,))
    UNSUPPORTED_SPACE_IN_VARIABLE = _Row("Unsupported space in variable", _ERROR, (_GRAMMAR,))
    UNSUPPORTED_SYMBOL_IN_VARIABLE = _Row("Unsupported symbol in variable", _ERROR, (_GRAMMAR,))
    UNSUPPORTED_WILDCARD_IN_PRINCIPAL = _Row("Unsupported wildcard in principal", _ERROR, (_GRAMMAR,))
    VARIABLE_UNSUPPORTED_IN_ELEMENT = _Row("Variable unsupported in element", _ERROR, (_GRAMMAR,))
    VARIABLE_UNSUPPORTED_IN_VERSION = _Row("Variable unsupported in version", _ERROR, (_GRAMMAR,))
    CREATE_SLR_WITH_NOTACTION_AND_NOTRESOURCE = _Row(
        "Create SLR with NotAction and NotResource", _WARNING, (SUGGESTIONS,)
    )
    CREATE_SLR_WITH_NOTRESOURCE = _Row("Create SLR with NotResource", _WARNING, (SUGGESTIONS,))
    CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOTRESOURCE = _Row(
        "Create SLR with star in action and NotResource", _WARNING, (SUGGESTIONS,)
    )
    CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE = _Row(
        "Create SLR with star in action and resource", _WARNING, (SUGGESTIONS,)
    )
    CREATE_SLR_WITH_STAR_IN_RESOURCE = _Row("Create SLR with star in resource", _WARNING, (SUGGESTIONS,))
    CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOTACTION = _Row(
        "Create SLR with star in resource and NotAction", _WARNING, (SUGGESTIONS,)
    )
    DEPRECATED_GLOBAL_CONDITION_KEY = _Row("Deprecated global condition key", _WARNING, (VALID_CONDITIONS,))
    INVALID_DATE_VALUE = _Row("Invalid date value", _WARNING, (SUGGESTIONS,))
    INVALID_ROLE_REFERENCE = _Row("Invalid role reference", _WARNING, (SUGGESTIONS,))
    INVALID_USER_REFERENCE = _Row("Invalid user reference", _WARNING, (SUGGESTIONS,))
    MISSING_VERSION = _Row("Missing version", _WARNING, (SUGGESTIONS,))
    POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA = _Row("Policy size exceeds identity policy quota", _WARNING, (_GRAMMAR,))
    POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA = _Row("Policy size exceeds resource policy quota", _WARNING, (_GRAMMAR,))
    POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA = _Row(
        "Policy size exceeds role trust policy quota", _WARNING, (_GRAMMAR,)
    )
    RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY = _Row(
        "RCP missing related principal condition key", _WARNING, reason=_RCP
    )
    RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY = _Row(
        "RCP missing related service principal condition key", _WARNING, reason=_RCP
    )
    RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK = _Row(
        "RCP missing service condition key null check", _WARNING, reason=_RCP
    )
    SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED = _Row(
        "Specific github repo and branch recommended", _WARNING, (_GITHUB,)
    )
    TYPE_MISMATCH = _Row("Type mismatch", _WARNING, (VALID_CONDITIONS,))
    TYPE_MISMATCH_BOOLEAN = _Row("Type mismatch Boolean", _WARNING, (VALID_CONDITIONS,))
    TYPE_MISMATCH_DATE = _Row("Type mismatch date", _WARNING, (VALID_CONDITIONS,))
    TYPE_MISMATCH_IP_RANGE = _Row("Type mismatch IP range", _WARNING, (VALID_CONDITIONS,))
    TYPE_MISMATCH_NUMBER = _Row("Type mismatch number", _WARNING, (VALID_CONDITIONS,))
    TYPE_MISMATCH_STRING = _Row("Type mismatch string", _WARNING, (VALID_CONDITIONS,))
    UNIQUE_SIDS_RECOMMENDED = _Row("Unique Sids recommended", _WARNING, (SUGGESTIONS,))
    WILDCARD_WITHOUT_LIKE_OPERATOR = _Row(
        "Wildcard without like operator",
        _WARNING,
        (
            VALID_CONDITIONS,
            RESTRICT_ACCESS,
        ),
    )
    ALLOW_WITH_NOTPRINCIPAL = _Row("Allow with NotPrincipal", _SECURITY, (_NEGATED,))
    DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE = _Row(
        "Deny NotAction with unsupported tag condition key for service", _SECURITY, (RESTRICT_ACCESS,)
    )
    DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE = _Row(
        "Deny with unsupported tag condition key for service", _SECURITY, (RESTRICT_ACCESS,)
    )
    FORALLVALUES_WITH_SINGLE_VALUED_KEY = _Row(
        "ForAllValues with single valued key",
        _SECURITY,
        (
            VALID_CONDITIONS,
            RESTRICT_ACCESS,
        ),
    )
    MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL = _Row(
        "Missing condition key for oidc principal", _SECURITY, (_CLAIMS, _GITHUB)
    )
    MISSING_GITHUB_REPO_CONDITION_KEY = _Row("Missing github repo condition key", _SECURITY, (_GITHUB,))
    MISSING_PAIRED_CONDITION_KEYS = _Row("Missing paired condition keys", _SECURITY, (RESTRICT_ACCESS,))
    PASS_ROLE_WITH_NOTACTION_AND_NOTRESOURCE = _Row("Pass role with NotAction and NotResource", _SECURITY, (_NEGATED,))
    PASS_ROLE_WITH_NOTRESOURCE = _Row("Pass role with NotResource", _SECURITY, (_PASSING,))
    PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOTRESOURCE = _Row(
        "Pass role with star in action and NotResource", _SECURITY, (_PASSING,)
    )
    PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE = _Row(
        "Pass role with star in action and resource", _SECURITY, (_PASSING,)
    )
    PASS_ROLE_WITH_STAR_IN_RESOURCE = _Row("Pass role with star in resource", _SECURITY, (_PASSING,))
    PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOTACTION = _Row(
        "Pass role with star in resource and NotAction", _SECURITY, (_NEGATED,)
    )
    RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL = _Row("Restrict access to service principal", _SECURITY, (_DEPUTY,))
    STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS = _Row(
        "String like operator with ARN condition keys", _SECURITY, (VALID_CONDITIONS,)
    )
    ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE = _Row(
        "Allow NotAction with unsupported tag condition key for service", _SUGGESTION, (SUGGESTIONS,)
    )
    ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE = _Row(
        "Allow with unsupported tag condition key for service", _SUGGESTION, (SUGGESTIONS,)
    )
    CONFIRM_AUDIENCE_CLAIM_TYPE = _Row("Confirm audience claim type", _SUGGESTION, (SUGGESTIONS,))
    EMPTY_ARRAY_ACTION = _Row("Empty array action", _SUGGESTION, (_GRAMMAR,))
    EMPTY_ARRAY_CONDITION = _Row("Empty array condition", _SUGGESTION, (SUGGESTIONS,))
    EMPTY_ARRAY_CONDITION_FORALLVALUES = _Row("Empty array condition ForAllValues", _SUGGESTION, (SUGGESTIONS,))
    EMPTY_ARRAY_CONDITION_FORANYVALUE = _Row("Empty array condition ForAnyValue", _SUGGESTION, (SUGGESTIONS,))
    EMPTY_ARRAY_CONDITION_IFEXISTS = _Row("Empty array condition IfExists", _SUGGESTION, (SUGGESTIONS,))
    EMPTY_ARRAY_PRINCIPAL = _Row("Empty array principal", _SUGGESTION, (_GRAMMAR,))
    EMPTY_ARRAY_RESOURCE = _Row("Empty array resource", _SUGGESTION, (_GRAMMAR,))
    EMPTY_OBJECT_CONDITION = _Row("Empty object condition", _SUGGESTION, (SUGGESTIONS,))
    EMPTY_OBJECT_PRINCIPAL = _Row("Empty object principal", _SUGGESTION, (_GRAMMAR,))
    EMPTY_SID_VALUE = _Row("Empty Sid value", _SUGGESTION, (SUGGESTIONS,))
    IMPROVE_IP_RANGE = _Row("Improve IP range", _SUGGESTION, (SUGGESTIONS,))
    NULL_WITH_QUALIFIER = _Row("Null with qualifier", _SUGGESTION, (SUGGESTIONS,))
    PRIVATE_IP_ADDRESS_SUBSET = _Row("Private IP address subset", _SUGGESTION, (SUGGESTIONS,))
    PRIVATE_NOTIPADDRESS_SUBSET = _Row("Private NotIpAddress subset", _SUGGESTION, (SUGGESTIONS,))
    REDUNDANT_ACTION = _Row("Redundant action", _SUGGESTION, (SUGGESTIONS,))
    REDUNDANT_CONDITION_VALUE_NUM = _Row("Redundant condition value num", _SUGGESTION, (SUGGESTIONS,))
    REDUNDANT_RESOURCE = _Row("Redundant resource", _SUGGESTION, (SUGGESTIONS,))
    REDUNDANT_STATEMENT = _Row("Redundant statement", _SUGGESTION, (SUGGESTIONS,))

    @property
    def title(self) -> str:
        """AWS's name of it."""
        return self.value.title

    @property
    def type(self) -> FindingType:
        """What it finds, as Access Analyzer ranks it."""
        return self.value.type

    @property
    def policies(self) -> tuple[str, ...]:
        """The IDs of the policies that speak for it; empty where none does."""
        return self.value.policies

    @property
    def reason(self) -> str:
        """Why no policy speaks for it; empty where one does."""
        return self.value.reason


def named_after(finding: Finding, *checks: Check) -> Finding:
    """A finding whose sentence ends with AWS's names of the checks; the same one where there are none."""
    if not checks:
        return finding
    name = f" (Access Analyzer: {', '.join(check.title for check in checks)})"
    if finding.message:
        return replace(finding, message=f"{finding.message}{name}")
    return replace(finding, expected=f"{finding.expected}{name}")
