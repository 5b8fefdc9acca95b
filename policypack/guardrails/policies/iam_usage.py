"""IAM: what the two roles of an ECS task are allowed, held against what the stack shows that they use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from guardrails import kinds
from guardrails.iam.documents import Document, Effect, Statement
from guardrails.iam.homes import identity_documents
from guardrails.iam.judging import where
from guardrails.iam.patterns import is_pattern
from guardrails.iam.reference import expand, is_unlimited
from guardrails.policy import Settings, Severity, list_setting, stack_policy
from guardrails.stack import Stack
from guardrails.verdict import COMPLIANT, Finding, Outcome, Verdict, all_in, not_applicable, undecided
from guardrails.view import Resource, Value

_SECRET_READS = frozenset({"secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters"})
_PULLS = frozenset({"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"})

_ECR_IMAGE = re.compile(r"^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([^:@]+)")
_ARN = re.compile(r"^arn:([a-z-]+):(secretsmanager|ssm):([a-z0-9-]*):([0-9]*):(secret:[^:]+|parameter/.+)")
_SUFFIX = re.compile(r"(-[A-Za-z0-9]{6}|-\?{6}|-\*|\*)$")
"""What follows the name of a secret in its ARN: a hyphen and six random characters, or a wildcard for them.

Source: AWS Secrets Manager User Guide, "What's in a Secrets Manager secret?".
"""


@dataclass
class _Uses:
    """What the task definitions of a role name: ARNs of secrets and repositories, and what is not known of them."""

    secrets: set[str] = field(default_factory=set)
    repositories: set[str] = field(default_factory=set)
    unknown: list[tuple[Resource, Value]] = field(default_factory=list)

    def read(self, definition: Resource) -> None:
        """Take in the containers of a task definition."""
        containers = definition["containerDefinitions"].parsed_json()
        if containers.is_unknown:
            self.unknown.append((definition, containers))
        for container in containers.elements() or ():
            self._read_container(definition, container)

    def _read_container(self, definition: Resource, container: Value) -> None:
        references = [entry["valueFrom"] for entry in container["secrets"].elements() or ()]
        references += [entry["valueFrom"] for entry in container["logConfiguration"]["secretOptions"].elements() or ()]
        references.append(container["repositoryCredentials"]["credentialsParameter"])
        parts = [container, container["secrets"], container["image"], *references]
        self.unknown.extend((definition, part) for part in parts if part.is_unknown)
        self.secrets.update(text for text in (reference.as_text() for reference in references) if text)
        image = _ECR_IMAGE.match(container["image"].as_text() or "")
        if image:
            account, region, repository = image.groups()
            self.repositories.add(f"arn:aws:ecr:{region}:{account}:repository/{repository}")


@stack_policy(
    title="A task's execution role reads only what its task definition names",
    why=(
        "The execution role fetches the image and the secrets before the containers start. A secret or repository that "
        "no container asks for is a grant that nobody uses, until somebody else does."
    ),
    severity=Severity.MEDIUM,
    kinds=(kinds.ECS_TASK_DEFINITION,),
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
    """Each secret, parameter and repository the execution role may read is one that a container names."""
    for role, definitions in _roles(stack, "executionRoleArn").items():
        uses = _Uses()
        for definition in definitions:
            uses.read(definition)
        for home, documents in _homes(stack, role):
            yield home, _all_statements(documents, partial(_used, uses))


def _used(uses: _Uses, statement: Statement) -> Verdict:
    if statement.effect is not Effect.ALLOW:
        return COMPLIANT
    actions = [found for pattern in statement.actions.known for found in expand(pattern)]
    parts = []
    for wanted, check in ((_SECRET_READS, _read), (_PULLS, _pulled)):
        judged = [found for found in actions if str(found) in wanted]
        for text in statement.resources.known:
            # Every secret, or every repository, is the finding of another policy.
            if judged and not any(is_unlimited(found, text) for found in judged):
                parts.append(check(statement, text, uses))
    return all_in(parts)


def _read(statement: Statement, text: str, uses: _Uses) -> Verdict:
    if any(_same_secret(text, reference) for reference in uses.secrets):
        return COMPLIANT
    named = ", ".join(sorted(uses.secrets)) or "no secret"
    return _unused(statement, text, "which no container of its task definitions asks for", named, uses)


def _same_secret(granted: str, reference: str) -> bool:
    """Whether a resource of a statement is the secret or parameter that a container names."""
    found = _ARN.match(reference)
    if found is None:
        return granted.endswith(f":parameter/{reference.lstrip('/')}")
    partition, service, region, account, name = found.groups()
    plain = f"arn:{partition}:{service}:{region}:{account}:"
    if service == "ssm":
        return granted == plain + name
    return granted in (plain + name, reference) or _bare(granted) in (plain + name, plain + _bare(name))


def _bare(arn: str) -> str:
    return _SUFFIX.sub("", arn)


def _pulled(statement: Statement, text: str, uses: _Uses) -> Verdict:
    if text in uses.repositories or ":repository/" not in text:
        return COMPLIANT
    named = ", ".join(sorted(uses.repositories)) or "no repository of ECR"
    return _unused(statement, text, "from which no container of its task definitions comes", named, uses)


def _unused(statement: Statement, text: str, why: str, named: str, uses: _Uses) -> Verdict:
    """A grant that nothing known uses: a violation, unless something not known yet may."""
    if uses.unknown:
        definition, value = uses.unknown[0]
        return undecided(f"{definition.label}: {value.path}", value.shown)
    found = f"{statement.resources.shown(text)}, {why}"
    return Verdict(Outcome.VIOLATION, (Finding(where(statement, "Resource"), found, named),))


@stack_policy(
    title="A task's role reaches only tables of its own stack",
    why=(
        "The role is what the code works with. A table of another stack in it ties the two together unseen, and lets a "
        "flaw of this service reach the other's data."
    ),
    severity=Severity.MEDIUM,
    kinds=(kinds.ECS_TASK_DEFINITION,),
    settings={
        "otherTables": list_setting([], "Names of tables outside the stack that its tasks may use."),
    },
    mend="Name the ARN of the stack's own table, or declare the other table in the setting otherTables.",
    example=(
        'aws.iam.RolePolicy("task", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
        '"Effect": "Allow", "Action": ["dynamodb:GetItem"], '
        '"Resource": ["arn:aws:dynamodb:eu-west-1:123456789012:table/sessions"]}]}))'
    ),
    url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    topics=("iam", "least privilege", "dynamodb"),
)
def iam_task_role_reaches_own_tables(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Each table in the task role's policies is one of the stack's by name; a stack without tables is not judged."""
    tables = stack.of(kinds.DYNAMODB_TABLE)
    names = [table["name"] for table in tables]
    known = {text for text in (name.as_text() for name in names) if text} | set(settings["otherTables"])
    unknown = [(table, name) for table, name in zip(tables, names, strict=True) if not name.is_known]
    for role in _roles(stack, "taskRoleArn") if tables else ():
        for home, documents in _homes(stack, role):
            yield home, _all_statements(documents, lambda statement: _own_tables(statement, known, unknown))


def _own_tables(statement: Statement, known: set[str], unknown: list[tuple[Resource, Value]]) -> Verdict:
    if statement.effect is not Effect.ALLOW:
        return COMPLIANT
    parts = []
    for text in statement.resources.known:
        table = _table(text)
        if not table or table in known:
            continue
        if unknown and not is_pattern(table):
            owner, name = unknown[0]
            parts.append(
                undecided(f"{owner.label}: name", "not set, so AWS makes one" if name.is_absent else name.shown)
            )
            continue
        found = f"{statement.resources.shown(text)}, a table that is not the stack's"
        finding = Finding(where(statement, "Resource"), found, ", ".join(sorted(known)))
        parts.append(Verdict(Outcome.VIOLATION, (finding,)))
    return all_in(parts)


def _table(arn: str) -> str:
    """The table, or pattern of tables, in an ARN of DynamoDB; empty in any other."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[2] != "dynamodb" or not parts[5].startswith("table/"):
        return ""
    return parts[5].split("/")[1]


def _roles(stack: Stack, property_name: str) -> dict[Resource, list[Resource]]:
    """The roles of the stack that its task definitions use, each with those definitions."""
    found: dict[Resource, list[Resource]] = {}
    for definition in stack.of(kinds.ECS_TASK_DEFINITION):
        for role in stack.referred(definition[property_name], definition, kinds.ROLE):
            found.setdefault(role, []).append(definition)
    return found


def _homes(stack: Stack, role: Resource) -> Iterator[tuple[Resource, list[Document]]]:
    """The holders of a role's policies: itself, its role policies, and the stack's policies attached to it."""
    yield role, identity_documents(role)
    for policy in stack.refer_to(role, "role", kinds.ROLE_POLICY):
        yield policy, identity_documents(policy)
    attached = {
        policy: None
        for owner, arn in _attached_arns(stack, role)
        for policy in stack.referred(arn, owner, kinds.IAM_POLICY)
    }
    for policy in attached:
        yield policy, identity_documents(policy)


def _attached_arns(stack: Stack, role: Resource) -> Iterator[tuple[Resource, Value]]:
    """Every ARN by which a managed policy is attached to a role, with the resource that says so."""
    yield from ((role, arn) for arn in _members(role["managedPolicyArns"]))
    for attachment in stack.refer_to(role, "role", kinds.ROLE_POLICY_ATTACHMENT):
        yield attachment, attachment["policyArn"]
    for attachment in stack.of(kinds.POLICY_ATTACHMENT):
        if any(role in stack.referred(name, attachment, kinds.ROLE) for name in _members(attachment["roles"])):
            yield attachment, attachment["policyArn"]
    for attachment in stack.refer_to(role, "roleName", kinds.ROLE_ATTACHMENTS_EXCLUSIVE):
        yield from ((attachment, arn) for arn in _members(attachment["policyArns"]))


def _members(value: Value) -> list[Value]:
    """The members of a list; the list itself where it is not known, since its edges stand for its members."""
    members = value.elements()
    return [value] if members is None else list(members)


def _all_statements(documents: Iterable[Document], check: Callable[[Statement], Verdict]) -> Verdict:
    parts: list[Verdict] = []
    for document in documents:
        if document.unknowns:
            first = document.unknowns[0]
            parts.append(undecided(first.path, first.shown, first.property_name))
        parts.extend(check(statement) for statement in document.statements)
    return all_in(parts, not_applicable("it holds no policy document"))
