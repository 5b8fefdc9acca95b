"""IAM: what the execution role of an ECS task is allowed, held against what its task definition asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import partial

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.analysis.statements import judge_known, where
from pulumi_guardrails.aws.iam.analysis.task_execution_permissions import (
    GET_PARAMETERS,
    GET_SECRET,
    LOG_IN,
    PULLS,
    Need,
    TaskNeeds,
    shown,
)
from pulumi_guardrails.aws.iam.attachment.policy_attachments import policies_named
from pulumi_guardrails.aws.iam.attachment.roles import attached_arns, homes_of, may_have_more, task_roles
from pulumi_guardrails.aws.iam.catalogue.service_authorization import expand, is_unlimited
from pulumi_guardrails.aws.iam.document.document import Effect, Statement
from pulumi_guardrails.aws.iam.wildcards import matches
from pulumi_guardrails.core.policy import Settings, Severity, stack_policy
from pulumi_guardrails.core.references import target_of
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Finding,
    Outcome,
    Verdict,
    all_in,
    not_applicable,
    undecided,
    violation,
)

_SECRET_READS = frozenset({GET_SECRET, "ssm:GetParameter", GET_PARAMETERS})
_PULLS = frozenset({"ecr:BatchCheckLayerAvailability", *PULLS})

_PULL_POLICIES = (
    "arn:aws*:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    "arn:aws*:iam::aws:policy/AmazonEC2ContainerRegistry*",
)
"""Managed policies of AWS that allow every pull from ECR.

Source: AWS Managed Policy Reference Guide, the pages of these policies.
"""


@stack_policy(
    title="A task's execution role reads exactly what its task definition names",
    why=(
        "The execution role fetches the image and the secrets before the containers start. A secret or repository that "
        "no container asks for is a grant that nobody uses, until somebody else does; one that a container asks for "
        "and the role may not read shows only at run time, as a task that never starts."
    ),
    severity=Severity.MEDIUM,
    kinds=(resource_types.ECS_TASK_DEFINITION,),
    mend="Grant exactly the secrets under secrets and the repository under image in container_definitions.",
    example=(
        'aws.iam.RolePolicy("execution", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
        '"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], '
        '"Resource": ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:ml-api-db-??????"]}]}))'
    ),
    url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    topics=("iam", "least privilege", "ecs"),
)
def iam_execution_role_matches_task(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Each grant of the execution role is one that a container needs, and each need of a container is granted.

    A role outside the stack is not judged. A denial under a condition, one in a policy from outside the stack, and a
    grant by the policy of a secret, a repository or a key, is not looked for.
    """
    for role, definitions in task_roles(stack, "executionRoleArn").items():
        needs = TaskNeeds.of(definitions)
        for home, documents in homes_of(stack, role):
            yield home, judge_known(documents, partial(_used, needs))
    for definition in stack.of(resource_types.ECS_TASK_DEFINITION):
        yield definition, _startable(stack, definition)


def _startable(stack: Stack, definition: Resource) -> Verdict:
    """Whether the execution role of a task definition may read all that its containers name."""
    found = TaskNeeds.of([definition])
    given = definition["executionRoleArn"]
    if given.is_absent:
        # An image may be pulled with the instance's role, a secret may not.
        first = next(iter(found.secrets.values()), None)
        if first is None:
            return not_applicable("it has no execution role, and no container needs one")
        return violation(given.path, "not set, though a container asks for a secret", "a role that may read it")
    role = target_of(stack, given, definition, resource_types.ROLE)
    if role is None:
        return not_applicable("its execution role is not one of the stack")
    homes = list(homes_of(stack, role))
    documents = [document for _, held in homes for document in held]
    statements = [(home, one) for home, held in homes for document in held for one in document.statements]
    hidden = any(document.unknowns for document in documents if not document.statements) or may_have_more(stack, role)
    foreign = [arn for owner, arn in attached_arns(stack, role) if not policies_named(stack, arn, owner)]
    parts = [_granted(need, role, statements, foreign, hidden) for need in found.needs.values()]
    parts.extend(undecided(part.path, part.shown, part.property_name) for _, part in found.unknown)
    return all_in(parts, not_applicable("its containers name no secret and no repository of ECR"))


def _granted(
    need: Need,
    role: Resource,
    statements: Sequence[tuple[Resource, Statement]],
    foreign: Iterable[Value],
    hidden: bool,
) -> Verdict:
    more = None if hidden else False
    denials = [(need.denied_by(statement), home, statement) for home, statement in statements]
    for answer, home, statement in denials:
        if answer:
            return violation(
                need.value.path,
                f"{need.value.shown}, which {role.label} may not read: "
                f"{home.label}, {where(statement)}, denies {need.action} on it",
                "an execution role that may",
                f"Take {need.action} on it out of what is denied.",
            )
    allowed = kleene_any(
        [
            *(need.granted_by(statement) for _, statement in statements),
            *(_granted_by_managed(need, arn) for arn in foreign),
            more,
        ]
    )
    answer = kleene_all([allowed, kleene_not(kleene_any([*(denied for denied, _, _ in denials), more]))])
    if answer:
        return COMPLIANT
    wanted = need.resources[0]
    if answer is None:
        return undecided(f"whether {role.label} may {need.action} what {need.value.path} names", "not known yet")
    document = {"Effect": "Allow", "Action": need.action, "Resource": wanted}
    secret = need.value.secret
    return violation(
        need.value.path,
        f"{need.value.shown}, which {role.label} may not read: no statement allows {need.action} on it",
        "an execution role that may",
        "" if secret else f"The narrowest statement that would do: {json.dumps(document)}.",
    )


def _granted_by_managed(need: Need, arn: Value) -> Answer:
    """Whether a policy from outside the stack grants it: of AWS's own that allow pulls this is known, of no other."""
    text = arn.as_text()
    if text is None or not any(matches(pattern, text) for pattern in _PULL_POLICIES):
        return None
    return need.action in (LOG_IN, *PULLS)


def _used(needs: TaskNeeds, statement: Statement) -> Verdict:
    if statement.effect is not Effect.ALLOW:
        return COMPLIANT
    actions = [found for pattern in statement.actions.known for found in expand(pattern)]
    parts = []
    for wanted, check in ((_SECRET_READS, _read), (_PULLS, _pulled)):
        judged = [found for found in actions if str(found) in wanted]
        for text in statement.resources.known:
            # Every secret, or every repository, is the finding of another policy.
            if judged and not any(is_unlimited(found, text) for found in judged):
                parts.append(check(statement, text, needs))
    return all_in(parts)


def _read(statement: Statement, text: str, needs: TaskNeeds) -> Verdict:
    if needs.is_secret(text):
        return COMPLIANT
    named = ", ".join(sorted(shown(needs.secrets.items()))) or "no secret"
    more = "which stands for others beside what its containers ask for"
    none = "which no container of its task definitions asks for"
    return _unused(statement, text, more if needs.is_wider(text) else none, named, needs)


def _pulled(statement: Statement, text: str, needs: TaskNeeds) -> Verdict:
    if needs.is_repository(text) or ":repository/" not in text:
        return COMPLIANT
    named = ", ".join(sorted(shown(needs.repositories.items()))) or "no repository of ECR"
    return _unused(statement, text, "from which no container of its task definitions comes", named, needs)


def _unused(statement: Statement, text: str, why: str, named: str, needs: TaskNeeds) -> Verdict:
    """A grant that nothing known uses: a violation, unless something not known yet may."""
    if needs.unknown:
        definition, value = needs.unknown[0]
        return undecided(f"{definition.label}: {value.path}", value.shown)
    found = f"{statement.resources.shown(text)}, {why}"
    return Verdict(Outcome.VIOLATION, (Finding(where(statement, "Resource"), found, named),))
