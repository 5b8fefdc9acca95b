"""Good S3 resources: a bucket with every setting beside it."""

from __future__ import annotations

import json
from typing import Any

NAME = "ml-api-logs"
ARN = f"arn:aws:s3:::{NAME}"

TLS_ONLY = {
    "Sid": "OnlyOverTls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [ARN, f"{ARN}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}

DELIVERY = {
    "Sid": "LogsAreDelivered",
    "Effect": "Allow",
    "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
    "Action": ["s3:PutObject"],
    "Resource": [f"{ARN}/AWSLogs/123456789012/*"],
}


def document(*statements: Any) -> str:
    """A policy document as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


FOUR_BLOCKS = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}

LIFECYCLE_RULE = {
    "id": "forget",
    "status": "Enabled",
    "filter": {"prefix": ""},
    "expiration": {"days": 30.0},
    "noncurrentVersionExpiration": {"noncurrentDays": 1.0},
    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1.0},
}

GOOD: dict[str, dict[str, Any]] = {
    "aws:s3/bucket:Bucket": {"bucket": NAME},
    "aws:s3/bucketV2:BucketV2": {
        "bucket": NAME,
        "serverSideEncryptionConfigurations": [
            {"rules": [{"applyServerSideEncryptionByDefaults": [{"sseAlgorithm": "AES256"}]}]}
        ],
        "versionings": [{"enabled": True}],
        "lifecycleRules": [
            {
                "enabled": True,
                "expirations": [{"days": 30.0}],
                "noncurrentVersionExpirations": [{"days": 1.0}],
                "abortIncompleteMultipartUploadDays": 1.0,
            }
        ],
    },
    "aws:s3/bucketPolicy:BucketPolicy": {"bucket": NAME, "policy": document(TLS_ONLY, DELIVERY)},
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {"bucket": NAME, **FOUR_BLOCKS},
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": FOUR_BLOCKS,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "bucket": NAME,
        "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
    },
    "aws:s3/bucketVersioning:BucketVersioning": {
        "bucket": NAME,
        "versioningConfiguration": {"status": "Enabled"},
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "bucket": NAME,
        "rules": [LIFECYCLE_RULE],
    },
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
        "bucket": NAME,
        "rule": {"objectOwnership": "BucketOwnerEnforced"},
    },
    "aws:s3/bucketAcl:BucketAcl": {"bucket": NAME, "acl": "private"},
    "aws:s3/bucketObject:BucketObject": {"bucket": NAME, "key": "index.html"},
    "aws:s3/objectCopy:ObjectCopy": {"bucket": NAME, "key": "copy.html", "source": f"{NAME}/index.html"},
    "aws:s3/bucketLogging:BucketLogging": {
        "bucket": NAME,
        "targetBucket": "access-logs",
        "targetPrefix": "logs/",
    },
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": {
        "bucket": NAME,
        "role": "arn:aws:iam::123456789012:role/replication",
        "rules": [{"id": "all", "status": "Enabled", "destination": {"bucket": "arn:aws:s3:::copy"}}],
    },
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": {"bucket": NAME},
    "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": {
        "details": {"name": "everywhere", "regions": [{"bucket": "logs"}]}
    },
}
