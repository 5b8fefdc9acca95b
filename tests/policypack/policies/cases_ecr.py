"""The tables of the ECR policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, resource, rows
from tests.policypack.policies.iam.grants import grant_rows

TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
REGISTRY = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
REPOSITORY, KEY = "aws:ecr/repository:Repository", "aws:kms/key:Key"


def under(**configuration: object) -> dict[str, object]:
    return {"encryptionConfigurations": [configuration]}


def repository(scan: Any, **changes: Any) -> Resource:
    return good(REPOSITORY, "r", imageScanningConfiguration__scanOnPush=scan, **changes)


def registry(first: Any, frequency: Any = "SCAN_ON_PUSH", *more: Any) -> Resource:
    """A registry with a rule for each filter."""
    rules = [
        {"scanFrequency": frequency, "repositoryFilters": [{"filter": each, "filterType": "WILDCARD"}]}
        for each in (first, *more)
    ]
    return resource(REGISTRY, "registry", scanType="ENHANCED", rules=rules)


def scanning(says: str, outcome: Outcome, *stack: Resource, finds: Sequence[str] = ()) -> Case:
    return Case("ecr-scan-on-push", says, outcome, stack=stack, at="r", finds=finds)


CASES = [
    # --- scanning, by the repository
    scanning("on", COMPLIANT, repository(True)),
    scanning("off", VIOLATION, repository(False), finds=("scanOnPush is false", '"scan_on_push": True')),
    scanning("absent, which is off", VIOLATION, repository(ABSENT), finds=("takes as false",)),
    scanning("a wrong type", VIOLATION, good(REPOSITORY, "r", imageScanningConfiguration="on")),
    scanning("unknown", UNDECIDED, good(REPOSITORY, "r", imageScanningConfiguration=UNKNOWN)),
    scanning("an unknown switch", UNDECIDED, repository(UNKNOWN)),
    # --- scanning, by the registry: the name is ml-api
    scanning("the registry scans all", COMPLIANT, repository(False), registry("*")),
    scanning("the registry scans all, continuously", COMPLIANT, repository(ABSENT), registry("*", "CONTINUOUS_SCAN")),
    scanning("the registry scans an unnamed one", COMPLIANT, repository(ABSENT, name=ABSENT), registry("**")),
    scanning("the registry scans all, an unknown one too", COMPLIANT, repository(UNKNOWN, name=UNKNOWN), registry("*")),
    scanning("the registry scans names that contain it", COMPLIANT, repository(False), registry("l-a")),
    scanning("the registry scans names that begin so", COMPLIANT, repository(False), registry("ml*")),
    scanning("a second rule of the registry", COMPLIANT, repository(False), registry("other", "SCAN_ON_PUSH", "ml-*")),
    scanning("its own, whatever the registry", COMPLIANT, repository(True), registry(UNKNOWN)),
    scanning("the registry scans others", VIOLATION, repository(False), registry("other")),
    scanning("the registry scans names that end so", VIOLATION, repository(False), registry("*ml")),
    scanning("the registry scans when asked", VIOLATION, repository(False), registry("*", "MANUAL")),
    scanning("a filter of nothing", VIOLATION, repository(False), registry("")),
    scanning("a filter of a wrong type", VIOLATION, repository(False), registry(["*"])),
    scanning("a registry without rules", VIOLATION, repository(False), resource(REGISTRY, "g", scanType="BASIC")),
    scanning("a registry with a wrong type of rules", VIOLATION, repository(False), resource(REGISTRY, "g", rules="*")),
    scanning("an unnamed one, for a name", UNDECIDED, repository(ABSENT, name=ABSENT), registry("ml")),
    scanning("an unknown name", UNDECIDED, repository(False, name=UNKNOWN), registry("ml")),
    scanning("an unknown filter", UNDECIDED, repository(False), registry(UNKNOWN)),
    scanning("an unknown frequency", UNDECIDED, repository(False), registry("*", UNKNOWN)),
    scanning(
        "unknown rules",
        UNDECIDED,
        repository(False),
        resource(REGISTRY, "g", rules=UNKNOWN),
        finds=("rules of RegistryScanningConfiguration 'g' is not known",),
    ),
    *rows(
        "ecr-immutable-tags",
        compliant=[("immutable", {})],
        violation=[
            ("mutable", {"imageTagMutability": "MUTABLE"}, "IMMUTABLE"),
            ("absent, which is mutable", {"imageTagMutability": ABSENT}),
            (
                "immutable but for some tags",
                {
                    "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
                    "imageTagMutabilityExclusionFilters": [{"filter": "latest*", "filterType": "WILDCARD"}],
                },
            ),
            ("a wrong type", {"imageTagMutability": True}),
        ],
        undecided=[("unknown", {"imageTagMutability": UNKNOWN})],
    ),
    *rows(
        "ecr-encryption",
        compliant=[
            ("declared", {}),
            ("with a key", under(encryptionType="KMS", kmsKey=UNKNOWN)),
            ("declared without a type, which is AWS's keys", under()),
        ],
        violation=[
            ("absent", {"encryptionConfigurations": ABSENT}, "not set"),
            ("empty", {"encryptionConfigurations": []}),
            ("no type of encryption", under(encryptionType="ROT13"), "AES256"),
            ("a wrong type", {"encryptionConfigurations": ["AES256"]}),
        ],
        undecided=[
            ("unknown", {"encryptionConfigurations": UNKNOWN}),
            ("an unknown type", under(encryptionType=UNKNOWN)),
        ],
    ),
    *rows(
        "ecr-immutable-tags",
        TEMPLATE,
        compliant=[("a template, immutable", {})],
        violation=[("a template, absent", {"imageTagMutability": ABSENT}, '"MUTABLE"')],
        undecided=[("a template, unknown", {"imageTagMutability": UNKNOWN})],
    ),
    *rows(
        "ecr-encryption",
        TEMPLATE,
        compliant=[("a template, declared", {})],
        violation=[("a template, absent", {"encryptionConfigurations": ABSENT})],
        undecided=[("a template, unknown", {"encryptionConfigurations": UNKNOWN})],
    ),
    Case("ecr-customer-key", "a template with AWS's keys", VIOLATION, stack=[good(TEMPLATE, "t")], at="t"),
    Case(
        "ecr-customer-key",
        "a key of this stack",
        COMPLIANT,
        stack=[good(KEY, "k"), resource(REPOSITORY, "r", **under(encryptionType="KMS", kmsKey=Ref(KEY, "k")))],
        at="r",
    ),
    Case("ecr-customer-key", "S3's keys", VIOLATION, stack=[good(REPOSITORY, "r")], at="r"),
    Case("ecr-customer-key", "nothing said", VIOLATION, stack=[resource(REPOSITORY, "r", name="ml-api")], at="r"),
    Case(
        "ecr-customer-key",
        "KMS without a key, which is AWS's",
        VIOLATION,
        stack=[resource(REPOSITORY, "r", **under(encryptionType="KMS"))],
        at="r",
    ),
    Case(
        "ecr-customer-key",
        "unknown",
        UNDECIDED,
        stack=[resource(REPOSITORY, "r", encryptionConfigurations=UNKNOWN)],
        at="r",
    ),
    *grant_rows("ecr-policy"),
    *rows(
        "ecr-policy",
        TEMPLATE,
        violation=[
            (
                "a template's policy for everyone",
                {"repositoryPolicy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}]}},
            )
        ],
        undecided=[("a template's policy not known", {"repositoryPolicy": UNKNOWN})],
        not_applicable=[("a template without a policy", {})],
    ),
    Case("ecr-private", "a private repository", COMPLIANT, stack=[good(REPOSITORY, "r", name=UNKNOWN)]),
    Case(
        "ecr-private",
        "a public repository",
        VIOLATION,
        stack=[good(REPOSITORY, "r"), resource("aws:ecrpublic/repository:Repository", "p", repositoryName="p")],
        at="p",
        finds=["Amazon ECR Public registry"],
    ),
]
