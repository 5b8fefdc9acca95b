"""IAM: what the execution role of an ECS task is allowed, held against what its task definition asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.analysis.statements import finding_on, judge_known
from pulumi_guardrails.aws.iam.analysis.task_execution_permissions import (
    GET_PARAMETERS,
    GET_SECRET,
    LOG_IN,
    PULLS,
    Need,
    TaskNeeds,
    shown,
)
from pulumi_guardrails.aws.iam.attachment.identity_policies import (
    AttachedArn,
    Holder,
    attached_arns,
    policies_of,
    task_roles,
)
from pulumi_guardrails.aws.iam.attachment.policy_attachments import referenced_policies
from pulumi_guardrails.aws.iam.catalogue.service_authorization import expand, is_unlimited
from pulumi_guardrails.aws.iam.document.document import Effect, Element, Statement
from pulumi_guardrails.aws.iam.document.policy_locations import identity_documents
from pulumi_guardrails.aws.iam.wildcards import matches
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import Constraint, Settings, Severity, StackPolicy, Topic
from pulumi_guardrails.core.references import consensus
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Outcome,
    Unknown,
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


@StackPolicy(
    title="An ECS task execution role can read exactly what its task definition names",
    why=(
        "The execution role fetches the image and the secrets before the containers start. A secret or repository that "
        "no container asks for is a grant that is unused, until an intruder uses it; one that a container asks for "
        "and the role may not read shows only at run time, as a task that never starts."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.LEAST_PRIVILEGE,
    kinds=(resource_types.ECS_TASK_DEFINITION,),
    remediation_steps=(
        "Grant exactly the secrets under secrets and the repository under image in container_definitions."
    ),
    example=(
        """\
aws.ecs.TaskDefinition(
    "api",
    family="api",
    execution_role_arn=execution.arn,
    container_definitions=json.dumps([{
        "name": "api",
        "image": "public.ecr.aws/nginx/nginx:1.27",
        "secrets": [{
            "name": "DB_PASSWORD",
            "valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ml-api-db-a1B2c3",
        }],
    }]),
)
aws.iam.RolePolicy(
    "execution",
    role=execution.name,
    policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["secretsmanager:GetSecretValue"],
            "Resource": ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:ml-api-db-a1B2c3"],
        }],
    }),
)"""
    ),
    url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE, Topic.ECS),
)
def iam_execution_role_matches_task(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Each grant of the execution role is one that a container needs, and each need of a container is granted.

    A role outside the stack is not judged. A denial under a condition, one in a policy from outside the stack, and a
    grant by the policy of a secret, a repository or a key, is not looked for.
    """
    starting = once(_Definitions)
    for role, definitions in task_roles(stack, "executionRoleArn").items():
        for holder in policies_of(stack, role):
            yield holder.resource, _is_used(holder, starting(definitions))
    by_name = once(_waiting_for_names)
    for definition in stack.of(resource_types.ECS_TASK_DEFINITION):
        yield definition, _startable(stack, definition, by_name)


class _Definitions:
    """The task definitions that have an execution role, or may: what they need, told once for all roles of the same.

    Args:
        definitions: The definitions.
    """

    def __init__(self, definitions: Sequence[Holder]) -> None:
        self._definitions = definitions
        self.doubts: Sequence[Value] = [one.doubt for one in definitions if one.doubt is not None]
        self.has_sure = len(self.doubts) < len(definitions)

    @cached_property
    def needs(self) -> TaskNeeds:
        """What they need together."""
        return TaskNeeds.of(one.resource for one in self._definitions)

    @cached_property
    def needs_for_sure(self) -> TaskNeeds:
        """What those need that have the role for sure."""
        return TaskNeeds.of(one.resource for one in self._definitions if one.doubt is None)

    @cached_property
    def is_of_role(self) -> Verdict:
        """The open question whether a policy of the role is one of an execution role."""
        return undecided(*self.doubts, whether=_APPLIES)

    @cached_property
    def is_needed(self) -> Verdict:
        """The open question whether one of those that may have the role needs what a policy allows."""
        return undecided(*self.doubts, whether="a task definition with this role needs what the policy allows")


_APPLIES = "the policy applies to the execution role of a task definition"


def _is_used(holder: Holder, definitions: _Definitions) -> Verdict:
    """Whether a policy of an execution role grants only what the task definitions need that have the role, or may."""
    documents = identity_documents(holder.resource)
    by_any = judge_known(documents, partial(_used, definitions.needs))
    if by_any.is_violation and holder.doubt is not None:
        return undecided(holder.doubt, whether=_APPLIES)
    if by_any.is_violation and not definitions.has_sure:
        return definitions.is_of_role
    if by_any.is_violation or not definitions.doubts or not definitions.has_sure:
        return by_any
    by_sure = judge_known(documents, partial(_used, definitions.needs_for_sure))
    return definitions.is_needed if by_sure.is_violation else by_any


def _startable(
    stack: Stack, definition: Resource, by_name: Callable[[Sequence[tuple[Resource, Answer]]], Verdict]
) -> Verdict:
    """Whether the execution role of a task definition may read all that its containers name.

    Args:
        stack: The stack.
        definition: The task definition.
        by_name: The verdict where the names of roles decide, one of which it may have.
    """
    needs = TaskNeeds.of([definition])
    given = definition["executionRoleArn"]
    if given.is_absent:
        # An image may be pulled with the instance's role, a secret may not.
        if not needs.secrets:
            if needs.unknown:
                return undecided(*(value for _, value in needs.unknown), whether="a container needs an execution role")
            return not_applicable("it has no execution role, and no container needs one")
        return violation(
            "executionRoleArn is not set, but a container needs a role to read its secrets",
            path=given.path,
            actual=given.shown,
            expected="a role that may read them",
            fix="Set execution_role_arn to the ARN of a role that may read them.",
        )
    reference = stack.reference(given, resource_types.ROLE, named="name")
    if reference.only is not None:
        return _may_start(stack, reference.only, needs)
    if not needs.needs and not needs.unknown:
        return _NEEDS_NOTHING
    if not reference.targets and not reference.is_open:
        return not_applicable("its execution role is not one of the stack")
    if not given.is_unknown:
        # A known ARN may be of a role whose name is not known, or of none in the stack.
        return by_name(reference.targets)
    unsure = undecided(given, whether=_MAY_READ)
    verdicts = [_may_start(stack, role, needs) for role in reference.direct]
    return consensus(verdicts, unsure) if verdicts else unsure


_MAY_READ = "its execution role may read what its containers name"


def _waiting_for_names(roles: Sequence[tuple[Resource, Answer]]) -> Verdict:
    return undecided(*(role["name"] for role, _ in roles), whether=_MAY_READ)


_NEEDS_NOTHING = not_applicable("its containers name no secret and no repository of ECR")


def _may_start(stack: Stack, role: Resource, needs: TaskNeeds) -> Verdict:
    """Whether a role may read all that containers name."""
    grants = _Grants.of(stack, role)
    parts = [_granted(need, grants) for need in needs.needs.values()]
    parts.extend(undecided(part) for _, part in needs.unknown)
    return all_in(parts, _NEEDS_NOTHING)


@fast_dataclass(frozen=True)
class _Grants:
    """What the policies of a role say.

    Attributes:
        role: The role.
        statements: The statements of the stack's policies, each with what holds it.
        foreign: The ARNs of attached policies that are not of this stack.
        hidden: What is not known of which statements there are.
    """

    role: Resource
    statements: Sequence[tuple[Holder, Statement]]
    foreign: Sequence[AttachedArn]
    hidden: Sequence[Value]

    @staticmethod
    def of(stack: Stack, role: Resource) -> _Grants:
        """What the policies of a role say."""
        held = [(holder, identity_documents(holder.resource)) for holder in policies_of(stack, role)]
        statements = [
            (holder, one) for holder, documents in held for document in documents for one in document.statements
        ]
        hidden = [
            unknown
            for _, documents in held
            for document in documents
            if not document.statements
            for unknown in document.unknowns
        ]
        attached = attached_arns(stack, role)
        foreign = [one for one in attached if not referenced_policies(stack, one.arn, one.among)]
        open_ = [one.arn for one in attached if stack.reference(one.arn, resource_types.IAM_POLICY).is_open]
        return _Grants(role, statements, foreign, [*hidden, *open_])


def _granted(need: Need, grants: _Grants) -> Verdict:
    more = None if grants.hidden else False
    denials = [(_sure(holder, need.denied_by(one)), holder, one) for holder, one in grants.statements]
    for answer, holder, statement in denials:
        if answer:
            return violation(
                f"{need.value.path} names {need.value.shown}, which {grants.role.label} may not read: "
                f"{statement.place} of {holder.resource.label} denies {need.action} on it",
                path=need.value.path,
                actual=need.value.shown,
                expected="an execution role that may read it",
                fix=f"Remove {need.action} on it from what is denied.",
            )
    allowances = [(_sure(holder, need.granted_by(one)), holder, one) for holder, one in grants.statements]
    managed = [(_granted_by_managed(need, one), one) for one in grants.foreign]
    allowed = kleene_any([*(answer for answer, _, _ in allowances), *(answer for answer, _ in managed), more])
    answer = kleene_all([allowed, kleene_not(kleene_any([*(denied for denied, _, _ in denials), more]))])
    if answer:
        return COMPLIANT
    wanted = need.resources[0]
    if answer is None:
        unknowns: list[Value | Unknown] = [
            *_open_parts(allowances, Element.EFFECT, Element.ACTION, Element.RESOURCE),
            *_open_parts(denials, *Element),
            *(one.doubt or one.arn for said, one in managed if said is None),
            *grants.hidden,
        ]
        # A reference may leave open of which account or region it is, or how its ARN ends.
        settle = f"Write the full ARN in {need.value.path}, with the account, the Region and the end that AWS gave it."
        full_arn = Unknown(f"the full ARN of {need.value.shown}", Cause.CHOSEN_BY_AWS, settle=settle)
        question = f"{grants.role.label} is allowed {need.action} on what {need.value.path} names"
        return undecided(*(unknowns or [full_arn]), whether=question)
    document = {"Effect": "Allow", "Action": need.action, "Resource": wanted}
    secret = need.value.secret
    return violation(
        f"{need.value.path} names {need.value.shown}, which {grants.role.label} may not read: no statement allows "
        f"{need.action} on it",
        path=need.value.path,
        actual=need.value.shown,
        expected="an execution role that may read it",
        fix="" if secret else f"The narrowest statement that would do: {json.dumps(document)}.",
    )


def _open_parts(answers: Iterable[tuple[Answer, Holder, Statement]], *elements: Element) -> Iterator[Value]:
    """What has to be known to tell whether statements allow or deny, and whether their policies are the role's."""
    for answer, holder, statement in answers:
        if answer is None:
            yield from [holder.doubt] if holder.doubt else statement.unknown_in(*elements)


def _sure(holder: Holder, answer: Answer) -> Answer:
    """What a statement says of a role, of which its holder may not be a policy at all."""
    return answer if holder.doubt is None else kleene_all([answer, None])


def _granted_by_managed(need: Need, attached: AttachedArn) -> Answer:
    """Whether a policy from outside the stack grants it: of AWS's own that allow pulls this is known, of no other."""
    text = attached.arn.as_text() if attached.doubt is None else None
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
    more = "which also matches others than its containers ask for"
    none = "which no container of its task definitions asks for"
    return _unused(statement, text, more if needs.is_wider(text) else none, named, needs)


def _pulled(statement: Statement, text: str, needs: TaskNeeds) -> Verdict:
    if needs.is_repository(text) or ":repository/" not in text:
        return COMPLIANT
    named = ", ".join(sorted(shown(needs.repositories.items()))) or "no repository of ECR"
    return _unused(statement, text, "from which no container of its task definitions is pulled", named, needs)


def _unused(statement: Statement, text: str, why: str, named: str, needs: TaskNeeds) -> Verdict:
    """A grant that nothing known uses: a violation, unless something not known yet may."""
    if needs.unknown:
        return undecided(*(value for _, value in needs.unknown), whether="a container of its task definitions uses it")
    shown = statement.resources.shown(text)
    finding = finding_on(statement, f"allows access to {shown}, {why}; expected {named}", "Resource", shown, named)
    return Verdict(Outcome.VIOLATION, (finding,))
