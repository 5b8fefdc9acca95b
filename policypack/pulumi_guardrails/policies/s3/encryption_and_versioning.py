"""S3: what a bucket keeps is encrypted, recoverable, and forgotten in time.

Each setting may be written in the bucket or in a resource of its own. One policy demands that it is declared; another
judges what is declared, before it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pulumi_guardrails.aws.kms import customer_key
from pulumi_guardrails.aws.resource_types import BUCKET, BUCKET_ENCRYPTION, BUCKET_OBJECT_LOCK, BUCKET_VERSIONING
from pulumi_guardrails.aws.subresources import attached, declared, first_set
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.references import Doubts, Question
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_of, not_applicable, violation

_ENCRYPTED = "Encrypted"
_KEPT = "Versioned; a lifecycle that expires and aborts failed uploads"

WHY_DECLARED = (
    "Where a stack leaves it to AWS's default, there is no evidence of it, and no update restores it once somebody "
    "has changed it."
)
"""Why a setting that AWS has a safe default for is demanded all the same."""

NOT_HERE = not_applicable("not set in the bucket itself")
"""What a policy of a setting says of a bucket that leaves it to a resource of its own."""

_ENABLE = 'Set versioning_configuration={"status": "Enabled"}.'

_VERSIONED = controls(
    FSBP="S3.14",
    PCI="10.3.4.9",
    SOC2="cc_7_4 cc_a_1_1 cc_c_1_2 pi_1_5",
    HIPAA=(
        "164_308_a_1_ii_b 164_308_a_7_i 164_308_a_7_ii_a 164_308_a_7_ii_b 164_308_a_7_ii_c 164_312_a_2_ii "
        "164_312_c_1 164_312_c_2"
    ),
    ISO27001="A.8.3 A.8.10",
    NIST="au_9_2 cp_1_2 cp_2_5 cp_6_a cp_6_1 cp_6_2 cp_9_a cp_9_b",
)

_KMS = ("aws:kms", "aws:kms:dsse")
_ALGORITHMS = ("AES256", *_KMS)
"""What S3 encrypts with (S3 API reference, ServerSideEncryptionByDefault)."""

_DEFAULTS = ("applyServerSideEncryptionByDefault", "applyServerSideEncryptionByDefaults")
"""The default encryption in a rule: an object, in the old spelling of a bucket a list of one."""


def is_elsewhere(value: Value) -> bool:
    """Whether a bucket leaves a setting to a resource of its own: it does not set it, or has an empty block for it."""
    return value.is_absent or value.raw in ([], {})


def inline(value: Value) -> list[Verdict]:
    """That a setting is written in the bucket itself; nothing where it is not."""
    return [] if is_elsewhere(value) else [value.must_be_set()]


@StackPolicy(
    title="An S3 bucket declares its default encryption",
    why=f"How a bucket is encrypted decides who can read a copy of its data. {WHY_DECLARED}",
    severity=Severity.LOW,
    kinds=(BUCKET, BUCKET_ENCRYPTION),
    rows=(_ENCRYPTED,),
    controls=controls(
        PCI="3.5.1.30 8.3.2.48",
        SOC2="pi_1_4",
        HIPAA="164_308_a_1_ii_b 164_308_a_4_ii_a 164_312_a_2_iv 164_312_c_1 164_312_c_2 164_312_e_2_ii",
        ISO27001="A.8.11 A.8.24",
        NIST="au_9_3 cm_6_a cm_9_b cp_9_d cp_9_8 pm_11_b sc_8_3 sc_8_4",
    ),
    remediation_steps="Add an aws.s3.BucketServerSideEncryptionConfiguration for this bucket.",
    example="""aws.s3.BucketServerSideEncryptionConfiguration(
    "logs",
    bucket=bucket.bucket,
    rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
)""",
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html",
    topics=(Topic.S3, Topic.ENCRYPTION),
)
def s3_encryption_declared(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """A configuration for every bucket, in it or beside it."""
    missing = violation("S3 encrypts new objects with keys of its own, and the stack does not declare it")
    for bucket in stack.of(BUCKET):
        yield bucket, declared(stack, bucket, BUCKET_ENCRYPTION, missing, inline(_encryption_in(bucket)))


def _encryption_in(bucket: Resource) -> Value:
    return first_set(bucket, "serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations")


def _each_default(resource: Resource, check: Callable[[Value], Verdict]) -> Verdict:
    """Judge the default encryption of every rule, wherever it is written."""
    if resource.kind is BUCKET:
        configuration = _encryption_in(resource)
        if is_elsewhere(configuration):
            return NOT_HERE
        rules = first_set(configuration, "rule", "rules")
    else:
        rules = resource["rules"]
    return rules.each(
        lambda rule: check(_default_of(rule)),
        rules.mismatch("empty", "a rule with a default encryption", _declare_a_rule(resource)),
    )


def _declare_a_rule(resource: Resource) -> str:
    """Advice to declare a rule, in the words of the resource that encrypts by default."""
    if resource.kind is BUCKET:
        return "Leave the empty block out, and add an aws.s3.BucketServerSideEncryptionConfiguration for this bucket."
    return 'Set rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}].'


def _default_of(rule: Value) -> Value:
    return first_set(rule, *_DEFAULTS)


def _names_an_algorithm(default: Value) -> Verdict:
    return default["sseAlgorithm"].must_be_one_of(*_ALGORITHMS)


def _name_algorithms(resource: Resource, _settings: Settings) -> Mapping[str, Any]:
    if resource.kind is BUCKET_ENCRYPTION:
        return {"rules": _fixed_rules(resource["rules"], old_spelling=False)}
    configuration = _encryption_in(resource)
    if configuration.property_name == "serverSideEncryptionConfigurations":
        return {f"{configuration.property_name}.rules": _fixed_rules(configuration["rules"], old_spelling=True)}
    rules = _fixed_rules(configuration["rule"], old_spelling=False)
    return {f"{configuration.property_name}.rule": rules[0]}


def _fixed_rules(rules: Value, old_spelling: bool) -> list[Any]:
    """Each rule with an algorithm, and everything else in it as it was; where there is no rule, one."""
    return [_fixed_rule(rule, old_spelling) for rule in rules.elements() or [Value.of({}, rules.path)]]


def _fixed_rule(rule: Value, old_spelling: bool) -> Any:
    default = _default_of(rule)
    if not _names_an_algorithm(default).is_violation:
        return rule.raw
    given = next(iter(default.elements() or ()), default)
    kept = given.raw if isinstance(given.raw, Mapping) else {}
    # S3 takes a key with an algorithm of KMS only, and a program that names one means it to be used.
    algorithm = "AES256" if kept.get("kmsMasterKeyId") is None else "aws:kms"
    fixed = {**kept, "sseAlgorithm": algorithm}
    rest = dict(rule.raw) if isinstance(rule.raw, Mapping) else {}
    return rest | ({_DEFAULTS[1]: [fixed]} if old_spelling else {_DEFAULTS[0]: fixed})


@ResourcePolicy(
    title="An S3 default encryption names an algorithm",
    why="A rule without an algorithm, or with one S3 does not know, declares nothing.",
    severity=Severity.MEDIUM,
    kinds=(BUCKET_ENCRYPTION, BUCKET),
    rows=(_ENCRYPTED,),
    controls=controls(PCI="3.5.1.30 8.3.2.48", SOC2="pi_1_4", ISO27001="A.8.11 A.8.24"),
    remediation_steps="Set sse_algorithm to AES256, or to aws:kms with a key of your own.",
    example="""aws.s3.BucketServerSideEncryptionConfiguration(
    "logs",
    bucket=bucket.bucket,
    rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
)""",
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html",
    topics=(Topic.S3, Topic.ENCRYPTION),
    remediation=_name_algorithms,
)
def s3_encryption(resource: Resource, _settings: Settings) -> Verdict:
    """Every rule has a default algorithm."""
    return _each_default(resource, _names_an_algorithm)


@StackPolicy(
    title="An S3 bucket is encrypted with a customer managed key",
    why=(
        "A key of one's own adds a second permission to every read, and can be withdrawn. Load balancers cannot "
        "deliver access logs to a bucket with such a key, which is why this policy is off by default."
    ),
    severity=Severity.MEDIUM,
    off=True,
    kinds=(BUCKET_ENCRYPTION, BUCKET),
    rows=(_ENCRYPTED,),
    controls=controls(FSBP="S3.17", PCI="3.5.1.31 8.3.2.50"),
    remediation_steps="Set sse_algorithm to aws:kms and kms_master_key_id to the ARN of your key.",
    example="""aws.s3.BucketServerSideEncryptionConfiguration(
    "data",
    bucket=bucket.bucket,
    rules=[
        {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}}
    ],
)""",
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    topics=(Topic.S3, Topic.ENCRYPTION, Topic.KEYS),
)
def s3_customer_key(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """An algorithm of KMS, and a key: without one S3 takes the key that AWS manages."""
    for resource in stack.of(BUCKET_ENCRYPTION, BUCKET):
        yield resource, _each_default(resource, _under_own_key(stack))


def _under_own_key(stack: Stack) -> Callable[[Value], Verdict]:
    return lambda default: all_of(
        default["sseAlgorithm"].must_be_one_of(*_KMS),
        customer_key(stack, default["kmsMasterKeyId"]),
    )


@StackPolicy(
    title="An S3 bucket declares versioning",
    why="Without versions an overwritten or deleted object is gone, by mistake or by an intruder who covers tracks.",
    severity=Severity.LOW,
    kinds=(BUCKET, BUCKET_VERSIONING),
    rows=(_KEPT,),
    controls=_VERSIONED,
    remediation_steps="Add an aws.s3.BucketVersioning with the status Enabled for this bucket.",
    example="""aws.s3.BucketVersioning(
    "logs", bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}
)""",
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
    topics=(Topic.S3, Topic.RECOVERY),
)
def s3_versioning_declared(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """A configuration for every bucket, in it or beside it; AWS's default is none, unless objects can be locked.

    Source: Amazon S3 User Guide, "Locking objects with Object Lock": it enables versioning, which cannot be suspended.
    """
    question = Question("its objects can be locked, which enables versioning")
    doubts = once(Doubts.of_references)
    for bucket in stack.of(BUCKET):
        locks, inside = attached(stack, bucket, BUCKET_OBJECT_LOCK), bucket["objectLockEnabled"]
        missing = violation("The bucket declares no versioning, which AWS takes as disabled")
        if inside.is_unknown:
            missing = question.undecided(Doubts.of([inside, *doubts(locks.possible).values]), locks.name)
        elif locks.possible:
            missing = question.undecided(doubts(locks.possible), locks.name)
        written = [COMPLIANT] if inside.is_true() or locks.certain else inline(_versioning_in(bucket))
        yield bucket, declared(stack, bucket, BUCKET_VERSIONING, missing, written)


def _versioning_in(bucket: Resource) -> Value:
    return first_set(bucket, "versioning", "versionings")


def _enable_versioning(resource: Resource, _settings: Settings) -> Mapping[str, Any]:
    if resource.kind is BUCKET_VERSIONING:
        return {"versioningConfiguration.status": "Enabled"}
    return {f"{_versioning_in(resource).property_name}.enabled": True}


@ResourcePolicy(
    title="S3 bucket versioning is enabled",
    why="A suspended versioning overwrites and deletes like none at all.",
    severity=Severity.LOW,
    kinds=(BUCKET_VERSIONING, BUCKET),
    rows=(_KEPT,),
    controls=_VERSIONED,
    remediation_steps=_ENABLE,
    example="""aws.s3.BucketVersioning(
    "logs", bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}
)""",
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-versioning-examples.html",
    topics=(Topic.S3, Topic.RECOVERY),
    remediation=_enable_versioning,
)
def s3_versioning(resource: Resource, _settings: Settings) -> Verdict:
    """Enabled, in the spelling of the resource it is written in."""
    if resource.kind is BUCKET_VERSIONING:
        return resource["versioningConfiguration"]["status"].must_be("Enabled", _ENABLE)
    versioning = _versioning_in(resource)
    return NOT_HERE if is_elsewhere(versioning) else versioning["enabled"].must_be(True)
