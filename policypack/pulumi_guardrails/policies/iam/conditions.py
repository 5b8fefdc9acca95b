"""IAM: conditions of policy documents that compare what exists, and that restrict what they seem to."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_guardrails.aws.iam.analysis.condition_validation import condition_problems
from pulumi_guardrails.aws.iam.analysis.forms import Form, documents_by_form
from pulumi_guardrails.aws.iam.analysis.statements import judge_statements, undecided_where
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import RESTRICT_ACCESS, VALID_CONDITIONS
from pulumi_guardrails.aws.iam.document.document import Statement
from pulumi_guardrails.aws.iam.document.policy_locations import POLICY_LOCATIONS
from pulumi_guardrails.core.policy import Constraint, ResourcePolicy, Settings, Severity, Topic
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Outcome, Verdict, all_in, not_applicable

_EXAMPLE = (
    'aws.iam.RolePolicy("task", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
    '"Effect": "Allow", "Action": ["dynamodb:GetItem"], '
    '"Resource": ["arn:aws:dynamodb:eu-west-1:123456789012:table/sessions"], '
    '"Condition": {"StringLike": {"aws:PrincipalTag/team": "ml-*"}}}]}))'
)
_OPERATORS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"


@ResourcePolicy(
    title="The conditions of an IAM policy compare keys that exist with values of their type",
    why=(
        "AWS accepts a misspelled condition key, an address that is none and an operator for another type. The "
        "condition then never holds, or always does, and the statement does something other than it says."
    ),
    severity=Severity.MEDIUM,
    kinds=POLICY_LOCATIONS,
    remediation_steps="Write key, operator and values as the Service Authorization Reference lists them.",
    example=_EXAMPLE,
    url=_OPERATORS,
    topics=(Topic.IAM, Topic.CORRECTNESS),
)
def iam_conditions_are_valid(resource: Resource, settings: Settings) -> Verdict:
    """Keys, their types and qualifiers, and values; what leaves access open has a policy of its own."""
    return _judge(resource, VALID_CONDITIONS)


@ResourcePolicy(
    title="The conditions of an IAM policy restrict what they seem to restrict",
    why=(
        "A wildcard under StringEquals in a Deny denies nobody, and ForAllValues in an Allow holds for every request "
        "without the key. Whoever reads the statement takes it for a restriction that it is not."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.LEAST_PRIVILEGE,
    kinds=POLICY_LOCATIONS,
    remediation_steps="Write the condition so that an Allow does not always hold, and a Deny can.",
    example=_EXAMPLE,
    url=_OPERATORS,
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE),
)
def iam_conditions_restrict_access(resource: Resource, settings: Settings) -> Verdict:
    """No Allow under a condition that always holds, and no Deny under one that never does."""
    return _judge(resource, RESTRICT_ACCESS)


def _judge(resource: Resource, policy: str) -> Verdict:
    parts = [
        judge_statements([document], lambda statement, form=form: _checked(statement, form, policy))  # type: ignore[misc]
        for document, form in documents_by_form(resource)
    ]
    return all_in(parts, not_applicable("it holds no policy document"))


def _checked(statement: Statement, form: Form, policy: str) -> Verdict:
    problems = condition_problems(statement, form is Form.TRUST)
    found = tuple(finding for problem, finding in problems if problem.policy == policy)
    if found:
        return Verdict(Outcome.VIOLATION, found)
    return undecided_where(list(_unknown(statement)))


def _unknown(statement: Statement) -> Iterator[Value]:
    """What of a statement has to be known: its conditions, and with one whatever else it applies to.

    The ARN or ID of a resource that the stack creates is a value that its key takes, without a wildcard.
    """
    if statement.value.is_unknown or statement.conditions.known:
        yield from (value for value in statement.unknowns if not value.is_of_own_account)
    else:
        yield from statement.conditions.unknown
