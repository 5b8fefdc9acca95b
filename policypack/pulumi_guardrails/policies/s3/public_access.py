"""S3: public access to buckets is blocked, whatever their ACLs and policies say."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_guardrails.aws.own_account import is_of_one_account
from pulumi_guardrails.aws.resource_types import (
    ACCOUNT_PUBLIC_ACCESS_BLOCK,
    BUCKET,
    BUCKET_ACL,
    BUCKET_OBJECT,
    BUCKET_OWNERSHIP,
    BUCKET_PUBLIC_ACCESS_BLOCK,
    S3_ACCESS_POINT,
    S3_MULTI_REGION_ACCESS_POINT,
)
from pulumi_guardrails.aws.subresources import declared
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls, sets
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Unknown, Verdict, all_of, any_of, not_applicable, undecided, violation
from pulumi_guardrails.policies.s3.encryption_and_versioning import WHY_DECLARED

_BLOCKED = "Public access is blocked four ways"
_OWNED = "Object ownership enforced, no public ACL"

_FOUR_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")

_INSIDE = {
    S3_ACCESS_POINT: "publicAccessBlockConfiguration",
    S3_MULTI_REGION_ACCESS_POINT: "details.publicAccessBlock",
}
"""By kind of access point: where its own blocks are, each of which is on unless the program says otherwise."""

_PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")
"""Canned lists that grant to people outside the account (S3 User Guide, "Access control list (ACL) overview")."""

_PUBLIC_GROUPS = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")
"""How the URIs of S3's two groups of everyone end (S3 User Guide, "Access control list (ACL) overview")."""

_NO_LISTS = controls(FSBP="S3.12", PCI="7.2.1.24 7.2.2.24 7.2.5.18 7.3.1.18 7.3.2.18 7.3.3.18 8.2.7.18 8.2.8.20")
"""What the frameworks state for a bucket without lists, which is one whose owner owns its objects."""

_ENFORCE = 'Set rule={"object_ownership": "BucketOwnerEnforced"}.'

_BLOCK_EXAMPLE = """aws.s3.BucketPublicAccessBlock(
    "logs",
    bucket=bucket.bucket,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)"""

_OWNERSHIP_EXAMPLE = """aws.s3.BucketOwnershipControls(
    "logs", bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"}
)"""


def _block_all(block: Resource, _settings: Settings) -> dict[str, bool]:
    inside = _INSIDE.get(block.kind, "") if block.kind else ""
    return {f"{inside}.{name}" if inside else name: True for name in _FOUR_BLOCKS}


@StackPolicy(
    title="An S3 bucket has a public access block",
    why=f"One policy or list that somebody adds later opens a bucket unless a block refuses it. {WHY_DECLARED}",
    severity=Severity.HIGH,
    kinds=(BUCKET, BUCKET_PUBLIC_ACCESS_BLOCK),
    rows=(_BLOCKED,),
    controls=controls(FSBP="S3.8", CIS="2.1.4"),
    remediation_steps="Add an aws.s3.BucketPublicAccessBlock for this bucket with all four blocks set to True.",
    example=_BLOCK_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    topics=(Topic.S3, Topic.PUBLIC_ACCESS),
)
def s3_public_access_declared(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """A block for every bucket, or one for its account: S3 applies whichever of the two blocks more."""
    missing = violation("A new bucket blocks public access by itself, and no block of the stack keeps it so")
    for bucket in stack.of(BUCKET):
        found = declared(stack, bucket, BUCKET_PUBLIC_ACCESS_BLOCK, missing)
        yield bucket, any_of(found, *(_of_account(bucket, block) for block in stack.of(ACCOUNT_PUBLIC_ACCESS_BLOCK)))


def _of_account(bucket: Resource, block: Resource) -> Verdict:
    """Whether the block of an account keeps a bucket private: one with all four settings, of the bucket's account."""
    blocks = all_of(*(block[name].must_be(True) for name in _FOUR_BLOCKS))
    if blocks.is_compliant and not (block["accountId"].is_absent and is_of_one_account(block, bucket)):
        settle = (
            f"Leave account_id of {block.label} out and create it with the provider of {bucket.label}, or add an "
            "aws.s3.BucketPublicAccessBlock for the bucket."
        )
        return undecided(Unknown(f"the account of {bucket.label}", settle=settle))
    return blocks


@ResourcePolicy(
    title="An S3 public access block has all four settings enabled",
    why="Two blocks are for lists and two for policies, one of each pair for what is there already: three leave a gap.",
    severity=Severity.HIGH,
    danger=True,
    kinds=(BUCKET_PUBLIC_ACCESS_BLOCK, ACCOUNT_PUBLIC_ACCESS_BLOCK, *_INSIDE),
    rows=(_BLOCKED,),
    controls=controls(FSBP="S3.8", CIS="2.1.4"),
    remediation_steps="Set all four blocks to True.",
    example=_BLOCK_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    topics=(Topic.S3, Topic.PUBLIC_ACCESS),
    remediation=_block_all,
)
def s3_public_access(block: Resource, _settings: Settings) -> Verdict:
    """Each of the four; one that is not set is off, but for an access point, which blocks all unless it says not to."""
    if block.kind in _INSIDE:
        first, *members = _INSIDE[block.kind].split(".")
        inside = block[first]
        for member in members:
            inside = inside[member]
        return all_of(*(inside[name].with_default(True).must_be(True) for name in _FOUR_BLOCKS))
    return all_of(*(block[name].must_be(True) for name in _FOUR_BLOCKS))


@StackPolicy(
    title="An S3 bucket declares object ownership",
    why=f"While objects may have owners of their own, lists decide who reads them and not the policy. {WHY_DECLARED}",
    severity=Severity.MEDIUM,
    kinds=(BUCKET, BUCKET_OWNERSHIP),
    rows=(_OWNED,),
    controls=_NO_LISTS,
    remediation_steps="Add an aws.s3.BucketOwnershipControls with the ownership BucketOwnerEnforced for this bucket.",
    example=_OWNERSHIP_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
    topics=(Topic.S3, Topic.PUBLIC_ACCESS),
)
def s3_ownership_declared(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Ownership controls for every bucket."""
    missing = violation("The owner of a new bucket owns every object in it, and the stack does not declare it")
    for bucket in stack.of(BUCKET):
        yield bucket, declared(stack, bucket, BUCKET_OWNERSHIP, missing)


@ResourcePolicy(
    title="S3 object ownership is BucketOwnerEnforced",
    why="Any other ownership brings access control lists back, and with them objects that no policy governs.",
    severity=Severity.MEDIUM,
    kinds=(BUCKET_OWNERSHIP,),
    rows=(_OWNED,),
    controls=_NO_LISTS,
    remediation_steps=_ENFORCE,
    example=_OWNERSHIP_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
    topics=(Topic.S3, Topic.PUBLIC_ACCESS),
    remediation=sets(rule__objectOwnership="BucketOwnerEnforced"),
)
def s3_ownership(ownership: Resource, _settings: Settings) -> Verdict:
    """Enforced, so that lists are off."""
    return ownership["rule"]["objectOwnership"].must_be("BucketOwnerEnforced", _ENFORCE)


@ResourcePolicy(
    title="S3 ACLs do not allow public access",
    why="A list for AllUsers is for the internet, one for AuthenticatedUsers for everyone with any AWS account.",
    severity=Severity.CRITICAL,
    danger=True,
    kinds=(BUCKET_ACL, BUCKET, BUCKET_OBJECT),
    rows=(_OWNED,),
    controls=controls(FSBP="S3.12 S3.3"),
    remediation_steps="Remove the list; where others need access, name them in the bucket's policy.",
    example='aws.s3.Bucket("logs")  # no acl: the owner alone',
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
    topics=(Topic.S3, Topic.PUBLIC_ACCESS),
)
def s3_acl(resource: Resource, _settings: Settings) -> Verdict:
    """No canned list for the public, and no grant to a group of everyone, in any of three spellings."""
    acl, grants = resource["acl"], resource["grants"]
    written = resource["accessControlPolicy"]
    if acl.is_absent and grants.is_absent and written.is_absent:
        return not_applicable("no access control list")
    private = "an ACL that grants access within the account only"
    return all_of(
        not_applicable("no canned list")
        if acl.is_absent
        else acl.must(lambda name: isinstance(name, str) and name not in _PUBLIC_ACLS, private),
        grants.each(lambda grant: _is_for_somebody(grant["uri"])),
        written["grants"].each(lambda grant: _is_for_somebody(grant["grantee"]["uri"])),
    )


def _is_for_somebody(group: Value) -> Verdict:
    if group.is_absent:
        return not_applicable("no group")
    return group.must(
        lambda uri: isinstance(uri, str) and not uri.endswith(_PUBLIC_GROUPS), "a grantee that is not everyone"
    )
