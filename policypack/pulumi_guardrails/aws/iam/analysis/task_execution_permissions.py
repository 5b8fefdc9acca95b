"""What the containers of a task definition ask of its execution role: secrets, parameters and images.

Sources: Amazon ECS Developer Guide, "Amazon ECS task execution IAM role" and "Pass Secrets Manager secrets through
Amazon ECS environment variables"; AWS Secrets Manager User Guide, "What's in a Secrets Manager secret?".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pulumi_guardrails.aws.ecs import member
from pulumi_guardrails.aws.iam.analysis.statements import allows, some_text
from pulumi_guardrails.aws.iam.document.document import Effect, Statement
from pulumi_guardrails.aws.iam.document.elements import Texts
from pulumi_guardrails.aws.iam.wildcards import is_everything, is_pattern, matches, overlap
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value

_ECR_IMAGE = re.compile(
    r"^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\."
    r"(?:amazonaws\.com(?:\.cn)?|on\.aws)/([^:@]+)"
)
"""An image in a private registry of ECR, by any of its endpoints (Amazon ECR User Guide, "Making requests to Amazon ECR
registries"; AWS General Reference, "Amazon ECR endpoints and quotas")."""

_ARN = re.compile(r"^arn:([a-z-]+):(secretsmanager|ssm):([a-z0-9-]*):([0-9]*):(secret:[^:]+|parameter/.+)")
_RANDOM_END = re.compile(r"-[A-Za-z0-9]{6}$")
_GRANTED_END = re.compile(r"-([A-Za-z0-9]{6}|\?{6})$")
"""What follows the name of a secret in its ARN: a hyphen and six random characters, or one `?` for each of them. A `*`
stands for longer names too, so for other secrets (AWS Secrets Manager User Guide, "IAM policy examples")."""

GET_SECRET, GET_PARAMETERS, LOG_IN = "secretsmanager:GetSecretValue", "ssm:GetParameters", "ecr:GetAuthorizationToken"
_NO_RESOURCE = "*"
"""The resource of a request that is about none (AWS IAM User Guide, "IAM JSON policy elements: Resource")."""

PULLS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_READS = (GET_SECRET, GET_PARAMETERS)


@fast_dataclass(frozen=True)
class Need:
    """One action on one resource, without which a container does not start.

    Attributes:
        action: The action.
        resources: The ARN of the resource, as a pattern where a part of it is not told; several where it may be read
            in two ways.
        value: What in the task definition asks for it.
    """

    action: str
    resources: tuple[str, ...]
    value: Value

    def granted_by(self, statement: Statement) -> Answer:
        """Whether a statement allows it, its conditions granted; None where what is not known decides."""
        negated = kleene_not(some_text(statement.not_actions, self._is_action))
        acts = negated if statement.not_actions.present else some_text(statement.actions, self._is_action)
        excepted = kleene_not(some_text(statement.not_resources, self._is_resource))
        reaches = excepted if statement.not_resources.present else some_text(statement.resources, self._is_resource)
        return kleene_all([allows(statement), acts, reaches])

    def denied_by(self, statement: Statement) -> Answer:
        """Whether a statement denies it, whatever else allows it; None where what is not known or not told decides.

        A condition is about requests, of which this one may well be none: a denial under one is not counted.
        """
        conditions = statement.conditions
        if conditions.known or statement.effect is Effect.ALLOW:
            return False
        denies = None if statement.value["Effect"].is_unknown else statement.effect is Effect.DENY
        negated = kleene_not(some_text(statement.not_actions, self._is_action))
        acts = negated if statement.not_actions.present else some_text(statement.actions, self._is_action)
        excepted = kleene_not(_one_of(statement.not_resources, self._covered_by))
        reaches = excepted if statement.not_resources.present else _one_of(statement.resources, self._covered_by)
        return kleene_all([denies, acts, reaches, None if conditions.unknown else True])

    def _covered_by(self, pattern: str) -> Answer:
        """Whether a pattern stands for the resource however it is read; None where it does for some of its readings."""
        if self.resources == (_NO_RESOURCE,):
            return is_everything(pattern)
        if all(matches(pattern, _told(resource, pattern)) for resource in self.resources):
            return True
        return None if self._is_resource(pattern) else False

    def _is_action(self, pattern: str) -> bool:
        return matches(pattern.lower(), self.action.lower())

    def _is_resource(self, pattern: str) -> bool:
        return any(overlap(pattern, resource) for resource in self.resources)


@dataclass
class TaskNeeds:
    """What one or more task definitions name.

    Attributes:
        secrets: The references to secrets and parameters, by their text.
        repositories: The ARNs of the ECR repositories of the images, each with the image.
        needs: What the role has to be allowed for these, once each, however many variables are taken from a secret.
        unknown: What is not known of them yet, with its task definition.
    """

    secrets: dict[str, Value] = field(default_factory=dict)
    repositories: dict[str, Value] = field(default_factory=dict)
    needs: dict[tuple[str, tuple[str, ...]], Need] = field(default_factory=dict)
    unknown: list[tuple[Resource, Value]] = field(default_factory=list)

    @staticmethod
    def of(definitions: Iterable[Resource]) -> TaskNeeds:
        """What these task definitions name together."""
        found = TaskNeeds()
        for definition in definitions:
            containers = definition["containerDefinitions"].parsed_json()
            if containers.is_unknown:
                found.unknown.append((definition, containers))
            for container in containers.elements() or ():
                found._read(definition, container)
        return found

    def _read(self, definition: Resource, container: Value) -> None:
        options = member(container, "logConfiguration")
        secrets, more = member(container, "secrets"), member(options, "secretOptions")
        references = [member(entry, "valueFrom") for part in (secrets, more) for entry in part.elements() or ()]
        login = member(member(container, "repositoryCredentials"), "credentialsParameter")
        image = member(container, "image")
        parts = [container, secrets, more, image, *references, login]
        self.unknown.extend((definition, part) for part in parts if part.is_unknown)
        for reference, bare_kind in (*((one, "parameter/") for one in references), (login, "secret:")):
            text = reference.as_text()
            if text:
                self.secrets[text] = reference
                self._add(_need_of(text, reference, bare_kind))
        found = _ECR_IMAGE.match(image.as_text() or "")
        if found:
            account, region, repository = found.groups()
            arn = f"arn:*:ecr:{region}:{account}:repository/{repository}"
            self.repositories[arn] = image
            self._add(Need(LOG_IN, (_NO_RESOURCE,), image))
            for pull in PULLS:
                self._add(Need(pull, (arn,), image))

    def _add(self, need: Need) -> None:
        self.needs.setdefault((need.action, need.resources), need)

    def is_secret(self, granted: str) -> bool:
        """Whether a resource of a statement is one of the secrets and parameters, and no more than that."""
        return any(_is_same(granted, reference) for reference in self.secrets)

    def is_wider(self, granted: str) -> bool:
        """Whether a resource of a statement matches one of the secrets and parameters, among others."""
        return any(
            overlap(granted, arn) for need in self.needs.values() if need.action in _READS for arn in need.resources
        )

    def is_repository(self, granted: str) -> bool:
        """Whether a resource of a statement is one of the repositories, and no more than that."""
        return any(matches(arn, granted) for arn in self.repositories)


def shown(values: Iterable[tuple[str, Value]]) -> Iterator[str]:
    """Texts for a message, each as far as the property that it stands in may be shown."""
    return (Value.of(text, value.path, value.secret).shown for text, value in values)


def _one_of(texts: Texts, test: Callable[[str], Answer]) -> Answer:
    return kleene_any([*map(test, texts.known), None if texts.unknown else False])


def _told(resource: str, pattern: str) -> str:
    """A resource as a text to hold against a pattern: in the partition that the pattern names.

    What else is not known of it is a character that only a wildcard stands for, and for several of which only a star.
    """
    partition = pattern.split(":")[1] if pattern.startswith("arn:") and not is_pattern(pattern.split(":")[1]) else "aws"
    named = f"arn:{partition}:{resource[6:]}" if resource.startswith("arn:*:") else resource
    return named.replace("*", "\0\0").replace("?", "\0")


def _need_of(text: str, value: Value, bare_kind: str) -> Need:
    """What it takes to read a secret or a parameter; one without an ARN is of the stack's own account and region."""
    found = _ARN.match(text)
    if found is None:
        service = "ssm" if bare_kind == "parameter/" else "secretsmanager"
        name = text.lstrip("/") if service == "ssm" else f"{text}-??????"
        return Need(_reader(service), (f"arn:*:{service}:*:*:{bare_kind}{name}",), value)
    partition, service, region, account, name = found.groups()
    arn = f"arn:{partition}:{service}:{region}:{account}:{name}"
    if service == "ssm":
        return Need(GET_PARAMETERS, (arn,), value)
    # A name may itself end like the random end: both readings are right then, the ARN as it is the likelier one.
    return Need(GET_SECRET, (*((arn,) if _RANDOM_END.search(name) else ()), f"{arn}-??????"), value)


def _reader(service: str) -> str:
    return GET_PARAMETERS if service == "ssm" else GET_SECRET


def _is_same(granted: str, reference: str) -> bool:
    found = _ARN.match(reference)
    if found is None:
        name = reference.lstrip("/")
        return granted.endswith(f":parameter/{name}") or _bare(granted).endswith(f":secret:{name}")
    partition, service, region, account, name = found.groups()
    plain = f"arn:{partition}:{service}:{region}:{account}:"
    if service == "ssm":
        return granted == plain + name
    return granted in (plain + name, reference) or _bare(granted) in (plain + name, plain + _bare(name))


def _bare(arn: str) -> str:
    return _GRANTED_END.sub("", arn)
