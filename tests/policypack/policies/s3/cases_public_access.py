"""The tables of the S3 policies about public access, ownership and lists."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, resource, rows
from tests.policypack.policies.s3.buckets import BUCKET, BUCKET_V2, bucket, declared_rows

ACCOUNT = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
ANY_ACCOUNT = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


def granted(**grantee: object) -> dict[str, object]:
    return {"acl": ABSENT, "accessControlPolicy": {"grants": [{"permission": "READ", "grantee": grantee}]}}


INSIDE = "publicAccessBlockConfiguration"

CASES = [
    *rows(
        "s3-public-access",
        "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint",
        compliant=[("a Multi-Region Access Point that says nothing, and blocks all", {})],
        violation=[
            (
                "a Multi-Region Access Point with all off",
                {"details.publicAccessBlock": dict.fromkeys(BLOCKS, False)},
                "details.publicAccessBlock.blockPublicAcls",
            )
        ],
        undecided=[("a Multi-Region Access Point with blocks not known yet", {"details.publicAccessBlock": UNKNOWN})],
    ),
    *rows(
        "s3-public-access",
        "aws:s3/accessPoint:AccessPoint",
        compliant=[
            ("an access point that says nothing, and blocks all", {}),
            ("an access point with the four", {INSIDE: dict.fromkeys(BLOCKS, True)}),
        ],
        violation=[
            ("an access point without any", {INSIDE: dict.fromkeys(BLOCKS, False)}, "blockPublicAcls, "),
            ("an access point with three", {INSIDE: {"restrictPublicBuckets": False}}),
        ],
        undecided=[("an access point with blocks not known yet", {INSIDE: UNKNOWN})],
    ),
    *declared_rows("s3-public-access-declared", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"),
    *(
        Case(
            "s3-public-access-declared",
            f"the account's block {says}",
            outcome,
            stack=[
                bucket(),
                resource(ACCOUNT, "account", **{**dict.fromkeys(BLOCKS, True), **properties}),
            ],
            at=bucket().name,
        )
        for says, outcome, properties in (
            ("in all four ways", COMPLIANT, {}),
            ("in three ways", VIOLATION, {BLOCKS[0]: False}),
            ("in ways not known yet", UNDECIDED, {BLOCKS[0]: UNKNOWN}),
            ("where another account is named", UNDECIDED, {"accountId": "123456789012"}),
        )
    ),
    *rows(
        "s3-public-access",
        compliant=[("all four", {}), ("as text, which the engine coerces", {"blockPublicAcls": "true"})],
        violation=[
            *((f"{name} off", {name: False}, name) for name in BLOCKS),
            *((f"{name} absent, which is off", {name: ABSENT}, name) for name in BLOCKS),
            ("a wrong type", {"blockPublicAcls": {"on": True}}),
            ("one off and one unknown", {"blockPublicAcls": False, "blockPublicPolicy": UNKNOWN}, "blockPublicAcls"),
        ],
        undecided=[(f"{name} unknown", {name: UNKNOWN}, name) for name in BLOCKS],
    ),
    *rows(
        "s3-public-access",
        ACCOUNT,
        compliant=[("all four of the account", {})],
        violation=[("one of the account's off", {"restrictPublicBuckets": False})],
    ),
    *declared_rows("s3-ownership-declared", "aws:s3/bucketOwnershipControls:BucketOwnershipControls"),
    *rows(
        "s3-ownership",
        compliant=[("enforced", {})],
        violation=[
            ("preferred only", {"rule": {"objectOwnership": "BucketOwnerPreferred"}}, "BucketOwnerEnforced"),
            ("the writer's", {"rule": {"objectOwnership": "ObjectWriter"}}),
            ("absent", {"rule": ABSENT}),
            ("a wrong type", {"rule": "BucketOwnerEnforced"}),
        ],
        undecided=[("unknown", {"rule": UNKNOWN}), ("an unknown owner", {"rule": {"objectOwnership": UNKNOWN}})],
    ),
    *rows(
        "s3-acl",
        compliant=[
            ("private", {}),
            ("for log delivery", {"acl": "log-delivery-write"}),
            ("a grant to one account", granted(type="CanonicalUser", id="79a5")),
            ("a grant to log delivery", granted(type="Group", uri=LOG_DELIVERY)),
        ],
        violation=[
            ("everyone reads", {"acl": "public-read"}, "public-read"),
            ("everyone writes", {"acl": "public-read-write"}),
            ("every account reads", {"acl": "authenticated-read"}),
            ("a grant to everyone", granted(type="Group", uri=ALL_USERS), "AllUsers"),
            ("a grant to every account", granted(type="Group", uri=ANY_ACCOUNT)),
            ("a wrong type", {"acl": ["private"]}),
            ("grants of a wrong type", {"acl": ABSENT, "accessControlPolicy": "open"}),
        ],
        undecided=[
            ("unknown", {"acl": UNKNOWN}),
            ("an unknown group", granted(type="Group", uri=UNKNOWN)),
            ("unknown grants", {"acl": ABSENT, "accessControlPolicy": UNKNOWN}),
        ],
        not_applicable=[("nothing said", {"acl": ABSENT})],
    ),
    *rows(
        "s3-acl",
        BUCKET,
        compliant=[("private in the bucket", {"acl": "private"})],
        violation=[
            ("public in the bucket", {"acl": "public-read"}),
            ("a grant in the bucket", {"grants": [{"type": "Group", "permissions": ["READ"], "uri": ALL_USERS}]}),
        ],
        undecided=[("unknown grants in the bucket", {"grants": UNKNOWN})],
        not_applicable=[("nothing said in the bucket", {})],
    ),
    *rows("s3-acl", BUCKET_V2, violation=[("public in a bucket of the old spelling", {"acl": "public-read"})]),
    *rows(
        "s3-acl",
        "aws:s3/bucketObject:BucketObject",
        violation=[("a public object", {"acl": "public-read"})],
        not_applicable=[("nothing said in the object", {})],
    ),
    *rows(
        "s3-acl",
        "aws:s3/objectCopy:ObjectCopy",
        compliant=[("a private copy", {"acl": "private"})],
        violation=[
            ("a public copy", {"acl": "public-read"}),
            (
                "a grant on a copy",
                {"grants": [{"type": "Group", "permissions": ["READ"], "uri": ALL_USERS}]},
                "AllUsers",
            ),
        ],
        undecided=[("unknown grants on a copy", {"grants": UNKNOWN})],
        not_applicable=[("nothing said in the copy", {"acl": ABSENT})],
    ),
]
