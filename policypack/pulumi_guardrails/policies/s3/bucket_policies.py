"""S3: what a bucket policy grants, and that it denies requests without TLS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pulumi_guardrails.aws.iam.analysis.public_access import (
    covers_below,
    covers_service,
    each_grant,
    excepts_some,
    grants_whole_service,
    open_to_everyone,
)
from pulumi_guardrails.aws.iam.analysis.statements import restricted_by
from pulumi_guardrails.aws.iam.document.document import Document, Effect, Statement, parse_document
from pulumi_guardrails.aws.iam.document.elements import Condition, Conditions, Principals, Texts
from pulumi_guardrails.aws.iam.wildcards import matches
from pulumi_guardrails.aws.resource_types import BUCKET, BUCKET_POLICY
from pulumi_guardrails.aws.subresources import declared
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_of, undecided, violation

_TLS = "TLS only (bucket policy)"
_GRANTS = "Policy grants no `*` principal, action or NotPrincipal"

_ACCESS_POINTS = ("s3:dataaccesspointaccount", "s3:dataaccesspointarn")
"""Conditions by which a bucket leaves access to its access points.

Source: Amazon S3 User Guide, "Delegating access control to access points".
"""

_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")

_POLICY_EXAMPLE = """aws.s3.BucketPolicy(
    "logs",
    bucket=bucket.bucket,
    policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::my-logs", "arn:aws:s3:::my-logs/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }],
    }),
)"""


@ResourcePolicy(
    title="An S3 bucket policy does not allow public access or wildcard actions",
    why=(
        "A grant to everyone publishes the bucket, a grant of every action lets its holder rewrite the policy itself, "
        "and an exception grants all that was not thought of."
    ),
    severity=Severity.CRITICAL,
    danger=True,
    kinds=(BUCKET_POLICY, BUCKET),
    rows=(_GRANTS,),
    controls=controls(
        FSBP="S3.3",
        HIPAA="164_308_a_1_ii_b 164_308_a_3_i 164_312_a_1",
        ISO27001="A.8.1",
        NIST="ac_2_6 ac_3 ac_3_7 ac_4_21 ac_6 ac_17_b ac_17_1 ac_17_4_a",
    ),
    remediation_steps="Name principals and actions; deny in a statement of its own what is to be excepted.",
    example=_POLICY_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    topics=(Topic.S3, Topic.PUBLIC_ACCESS, Topic.LEAST_PRIVILEGE),
)
def s3_policy_grants(resource: Resource, _settings: Settings) -> Verdict:
    """Each statement that allows: no everyone, no exceptions, not every action.

    Every action may be left to access points, whose own policies then decide.
    """
    return each_grant(resource["policy"], _narrow)


def _narrow(statement: Statement, document: Document) -> Verdict:
    delegates = restricted_by(statement.conditions, _ACCESS_POINTS)
    whole = grants_whole_service(statement, "s3")
    if delegates is None and whole.is_violation:
        parts = [value for one in statement.conditions.on(*_ACCESS_POINTS) for value in one.values.unknown]
        whole = undecided(*statement.conditions.unknown, *parts, whether="it leaves access to access points alone")
    return all_of(open_to_everyone(statement, document), excepts_some(statement), *([] if delegates else [whole]))


@StackPolicy(
    title="An S3 bucket policy denies requests without TLS",
    why="S3 answers unencrypted HTTP too unless it is denied, and anyone on the way can read and change what is sent.",
    severity=Severity.MEDIUM,
    kinds=(BUCKET, BUCKET_POLICY),
    rows=(_TLS,),
    controls=controls(
        FSBP="S3.5",
        CIS="2.1.1",
        PCI="1.2.5.15 2.2.5.15 2.2.7.19 4.2.1.1.27 4.2.1.19 8.3.2.49",
        HIPAA="164_308_a_1_ii_b 164_312_a_2_iv 164_312_c_1 164_312_c_2 164_312_e_1 164_312_e_2_i 164_312_e_2_ii",
        NIST="ac_4 ac_4_22 ac_17_2 ac_24_1 au_9_3 ca_9_b cm_6_a cm_9_b",
    ),
    remediation_steps=(
        "Add a statement to the bucket's policy that denies s3:* on the bucket and on its objects to everyone where "
        "aws:SecureTransport is false."
    ),
    example=_POLICY_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    topics=(Topic.S3, Topic.ENCRYPTION_IN_TRANSIT),
)
def s3_tls_only(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Denied in the policy of every bucket, in it or beside it: by one statement, or by one for it and its objects."""
    missing = violation("The bucket has no policy that denies requests without TLS")
    for bucket in stack.of(BUCKET):
        documents = [] if bucket["policy"].is_absent else [_denies_plain_http(bucket["policy"], bucket)]
        yield bucket, declared(stack, bucket, BUCKET_POLICY, missing, documents, _policy_of(bucket))


def _policy_of(bucket: Resource) -> Callable[[Resource], Verdict]:
    return lambda policy: _denies_plain_http(policy["policy"], bucket)


def _denies_plain_http(policy: Value, bucket: Resource) -> Verdict:
    document = parse_document(policy)
    refused = [_refused_without_tls(statement, bucket) for statement in document.statements]
    denied = kleene_all([kleene_any(itself for itself, _ in refused), kleene_any(objects for _, objects in refused)])
    if denied:
        return COMPLIANT
    if denied is None or (not refused and document.unknowns):
        return undecided((*document.unknowns, bucket["bucket"])[0])
    return violation("No statement of its bucket policy denies all requests without TLS", path="policy")


def _refused_without_tls(statement: Statement, bucket: Resource) -> tuple[Answer, Answer]:
    """Whether a statement refuses everyone everything without TLS: on the bucket, and on its objects; None if open."""
    effect, resources, name = statement.value["Effect"], statement.resources, bucket["bucket"].as_text()
    refuses = kleene_all(
        [
            None if effect.is_unknown else statement.effect is Effect.DENY,
            _some_known(statement.principals, lambda principal: principal.name == "*"),
            _some_known(statement.actions, lambda action: covers_service(action, "s3")),
            _is_only_tls(statement.conditions),
        ]
    )
    return (
        kleene_all([refuses, _covers(resources, name, matches, "")]),
        kleene_all([refuses, _covers(resources, name, covers_below, "/")]),
    )


def _some_known(part: Principals | Texts, test: Callable[[Any], bool]) -> Answer:
    return any(map(test, part.known)) or (None if part.unknown else False)


def _covers(resources: Texts, name: str | None, covers: Callable[[str, str], bool], ending: str) -> Answer:
    if name is None:
        return _some_known(resources, lambda pattern: covers_below(pattern, "arn:")) or None
    arns = [f"arn:{partition}:s3:::{name}{ending}" for partition in _PARTITIONS]
    return _some_known(resources, lambda pattern: any(covers(pattern, arn) for arn in arns))


def _is_only_tls(conditions: Conditions) -> Answer:
    """Whether a missing TLS is the one condition: any further one would let requests through."""
    answers = [_is_without_tls(condition) for condition in conditions.known]
    if False in answers or conditions.malformed:
        return False
    if None in answers or conditions.unknown:
        return None
    return bool(answers)


def _is_without_tls(condition: Condition) -> Answer:
    if condition.key != "aws:securetransport" or condition.operator != "Bool" or condition.qualifier:
        return False
    texts = condition.values
    if texts.malformed or any(text.lower() != "false" for text in texts.known):
        return False
    return None if texts.unknown else bool(texts.known)
