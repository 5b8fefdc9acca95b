"""The tables of the ECR policies."""

from __future__ import annotations

from guardrails.view import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, resource, rows
from tests.policypack.policies.grants import grant_rows

REPOSITORY, KEY = "aws:ecr/repository:Repository", "aws:kms/key:Key"


def under(**configuration: object) -> dict[str, object]:
    return {"encryptionConfigurations": [configuration]}


CASES = [
    *rows(
        "ecr-scan-on-push",
        compliant=[("on", {})],
        violation=[
            ("off", {"imageScanningConfiguration": {"scanOnPush": False}}, '"scan_on_push": True'),
            ("absent, which is off", {"imageScanningConfiguration": ABSENT}, "false"),
            ("a wrong type", {"imageScanningConfiguration": "on"}),
        ],
        undecided=[
            ("unknown", {"imageScanningConfiguration": UNKNOWN}),
            ("an unknown switch", {"imageScanningConfiguration": {"scanOnPush": UNKNOWN}}),
        ],
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
    Case("ecr-private", "a private repository", COMPLIANT, stack=[good(REPOSITORY, "r", name=UNKNOWN)]),
    Case(
        "ecr-private",
        "a public repository",
        VIOLATION,
        stack=[good(REPOSITORY, "r"), resource("aws:ecrpublic/repository:Repository", "p", repositoryName="p")],
        at="p",
        finds=["public registry"],
    ),
]
