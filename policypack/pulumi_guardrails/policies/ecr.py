"""ECR: images are scanned, cannot be swapped under their tags, are encrypted, and are not public."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pulumi_guardrails.aws.iam.analysis.public_access import each_grant_in, grants_to_named
from pulumi_guardrails.aws.iam.document.policy_locations import resource_documents
from pulumi_guardrails.aws.iam.wildcards import matches
from pulumi_guardrails.aws.kms import customer_key
from pulumi_guardrails.aws.resource_types import (
    ECR_PUBLIC_REPOSITORY,
    ECR_REGISTRY_SCANNING,
    ECR_REPOSITORY,
    ECR_REPOSITORY_POLICY,
    ECR_REPOSITORY_TEMPLATE,
)
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_of, any_of, undecided, violation

_ROW = "An ECR repository scans on push, has immutable tags, is encrypted, not public"

_EXAMPLE = """aws.ecr.Repository(
    "api",
    image_tag_mutability="IMMUTABLE",
    image_scanning_configuration={"scan_on_push": True},
    encryption_configurations=[{"encryption_type": "AES256"}],
)"""

_SCAN = 'Let the registry scan it, or set image_scanning_configuration={"scan_on_push": True}.'

_KMS = ("KMS", "KMS_DSSE")
_ENCRYPTIONS = ("AES256", *_KMS)
"""What ECR encrypts with (ECR API reference, EncryptionConfiguration)."""


@StackPolicy(
    title="An ECR repository scans images on push",
    why=(
        "Unless images are scanned when they arrive, known vulnerabilities in them run before anyone has looked. The "
        "registry decides for all of its repositories, or each repository for itself."
    ),
    severity=Severity.HIGH,
    kinds=(ECR_REPOSITORY, ECR_REGISTRY_SCANNING),
    rows=(_ROW,),
    controls=controls(FSBP="ECR.1", PCI="11.3.1.2.1 11.3.1.3.3 11.3.1.3"),
    remediation_steps=(
        'Add an aws.ecr.RegistryScanningConfiguration with a rule of scan_frequency "SCAN_ON_PUSH" for the filter "*", '
        'or set image_scanning_configuration={"scan_on_push": True} on the repository.'
    ),
    example="""\
aws.ecr.Repository("api", image_scanning_configuration={"scan_on_push": True})
aws.ecr.RegistryScanningConfiguration(
    "scanning",
    scan_type="BASIC",
    rules=[{
        "scan_frequency": "SCAN_ON_PUSH",
        "repository_filters": [{"filter": "*", "filter_type": "WILDCARD"}],
    }],
)""",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
    topics=(Topic.CONTAINER_IMAGES, Topic.VULNERABILITIES),
)
def ecr_scan_on_push(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """By a rule of the stack's registry, or by the repository's own switch, whose default is off."""
    for repository in stack.of(ECR_REPOSITORY):
        own = repository["imageScanningConfiguration"]["scanOnPush"].with_default(False).must_be(True, _SCAN)
        yield repository, any_of(own, *_scanned_by_registry(stack, repository["name"]))


def _scanned_by_registry(stack: Stack, name: Value) -> Iterable[Verdict]:
    """That a registry of the stack scans a repository, or may; nothing of one that surely does not."""
    for registry in stack.of(ECR_REGISTRY_SCANNING):
        rules = registry["rules"]
        items = rules.elements()
        answer = None if items is None else kleene_any(_scans(rule, name) for rule in items)
        if answer:
            yield COMPLIANT
        elif answer is None:
            unknown = list(rules.unknown_parts()) or [name]
            yield undecided(*unknown, whether=f"{registry.label} scans this repository")


def _scans(rule: Value, name: Value) -> Answer:
    filters = rule["repositoryFilters"].elements()
    fits = None if filters is None else kleene_any(_fits(each["filter"], name) for each in filters)
    return kleene_all([rule["scanFrequency"].holds(lambda text: text in ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")), fits])


def _fits(pattern: Value, name: Value) -> Answer:
    """Whether a filter is for a repository: without a wildcard it is for every name that contains it.

    ECR User Guide, "Filters to choose which repositories are scanned". A repository without a name gets one from the
    update.
    """
    text, known = pattern.as_text(), name.as_text()
    if text is None:
        return None if pattern.is_unknown else False
    if text.strip("*") == "":
        return text != ""
    if known is None:
        return None
    return matches(text if "*" in text else f"*{text}*", known)


def _make_immutable(repository: Resource, _settings: Settings) -> Mapping[str, Any]:
    changes: dict[str, Any] = {"imageTagMutability": "IMMUTABLE"}
    if not repository["imageTagMutabilityExclusionFilters"].is_absent:
        changes["imageTagMutabilityExclusionFilters"] = []  # AWS accepts exceptions only from a mutability with some
    return changes


@ResourcePolicy(
    title="An ECR repository has immutable image tags",
    why=(
        "While a tag can be pushed again, what runs is not what was tested, and an intruder replaces the image of the "
        "next task to start. A repository with exceptions has the same gap for their tags. A template for repositories "
        "that ECR makes by itself decides for all of them."
    ),
    severity=Severity.MEDIUM,
    kinds=(ECR_REPOSITORY, ECR_REPOSITORY_TEMPLATE),
    rows=(_ROW,),
    controls=controls(FSBP="ECR.2"),
    remediation_steps='Set image_tag_mutability="IMMUTABLE".',
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
    topics=(Topic.CONTAINER_IMAGES, Topic.SUPPLY_CHAIN),
    remediation=_make_immutable,
)
def ecr_immutable_tags(repository: Resource, _settings: Settings) -> Verdict:
    """Immutable without exceptions; AWS's default is mutable."""
    return repository["imageTagMutability"].must_be("IMMUTABLE")


def _encrypt(_repository: Resource, _settings: Settings) -> Mapping[str, Any]:
    return {"encryptionConfigurations": [{"encryptionType": "AES256"}]}


@ResourcePolicy(
    title="An ECR repository declares its encryption",
    why=(
        "How a repository is encrypted can never be changed once it exists. AWS takes its own keys where nothing is "
        "said: that has to be somebody's decision, not an accident."
    ),
    severity=Severity.LOW,
    kinds=(ECR_REPOSITORY, ECR_REPOSITORY_TEMPLATE),
    rows=(_ROW,),
    remediation_steps='Set encryption_configurations=[{"encryption_type": "AES256"}], or KMS with a key of your own.',
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
    topics=(Topic.CONTAINER_IMAGES, Topic.ENCRYPTION),
    remediation=_encrypt,
)
def ecr_encryption(repository: Resource, _settings: Settings) -> Verdict:
    """A configuration with a type that ECR knows; a configuration without a type means AWS's own keys."""
    configurations = repository["encryptionConfigurations"]
    return configurations.each(
        lambda each: each["encryptionType"].with_default("AES256").must_be_one_of(*_ENCRYPTIONS),
        configurations.mismatch(
            f"{configurations.shown}, and ECR encrypts with keys of its own", "a configuration with an encryption type"
        ),
    )


@StackPolicy(
    title="An ECR repository is encrypted with a customer managed key",
    why=(
        "A key of one's own adds a second permission to every pull, and can be withdrawn. It costs a dollar a month: "
        "the policy is off by default."
    ),
    severity=Severity.LOW,
    off=True,
    kinds=(ECR_REPOSITORY, ECR_REPOSITORY_TEMPLATE),
    rows=(_ROW,),
    remediation_steps='Set encryption_configurations=[{"encryption_type": "KMS", "kms_key": key.arn}].',
    example="""aws.ecr.Repository(
    "api", encryption_configurations=[{"encryption_type": "KMS", "kms_key": key.arn}]
)""",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
    topics=(Topic.CONTAINER_IMAGES, Topic.ENCRYPTION, Topic.KEYS),
)
def ecr_customer_key(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """An encryption of KMS, and a key: without one ECR takes the key that AWS manages."""
    for repository in stack.of(ECR_REPOSITORY, ECR_REPOSITORY_TEMPLATE):
        configurations = repository["encryptionConfigurations"]
        missing = configurations.mismatch(configurations.shown, "a configuration with a customer managed key")
        yield repository, configurations.each(_under_own_key(stack), missing)


def _under_own_key(stack: Stack) -> Callable[[Value], Verdict]:
    return lambda configuration: all_of(
        configuration["encryptionType"].must_be_one_of(*_KMS),
        customer_key(stack, configuration["kmsKey"]),
    )


@ResourcePolicy(
    title="An ECR repository policy does not allow public access",
    why="A principal that can pull an image has the program, and everything that was left in its layers.",
    severity=Severity.HIGH,
    danger=True,
    kinds=(ECR_REPOSITORY_POLICY, ECR_REPOSITORY_TEMPLATE),
    rows=(_ROW,),
    controls=controls(ISO27001="A.8.1"),
    remediation_steps="Name the accounts or roles that pull as principals.",
    example="""aws.ecr.RepositoryPolicy(
    "api",
    repository=repository.name,
    policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "StagingPulls",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        }],
    }),
)""",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    topics=(Topic.CONTAINER_IMAGES, Topic.PUBLIC_ACCESS),
)
def ecr_policy(resource: Resource, _settings: Settings) -> Verdict:
    """Each statement that allows: no everyone, no exceptions; that of a template is for what it creates."""
    return each_grant_in(
        resource_documents(resource),
        grants_to_named,
    )


@StackPolicy(
    title="An ECR repository is private",
    why="The public registry serves every image to everyone, without asking who they are.",
    severity=Severity.HIGH,
    danger=True,
    kinds=(ECR_REPOSITORY, ECR_PUBLIC_REPOSITORY),
    rows=(_ROW,),
    controls=controls(ISO27001="A.8.1"),
    remediation_steps="Use aws.ecr.Repository; waive what is meant for the public.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonECR/latest/public/public-repositories.html",
    topics=(Topic.CONTAINER_IMAGES, Topic.PUBLIC_ACCESS),
)
def ecr_private(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """No repository of the public registry."""
    for repository in stack.of(ECR_REPOSITORY):
        yield repository, COMPLIANT
    for repository in stack.of(ECR_PUBLIC_REPOSITORY):
        yield (
            repository,
            violation("The repository is in the Amazon ECR Public registry, from which anyone can pull images"),
        )
