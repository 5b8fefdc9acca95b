"""Good KMS keys."""

from __future__ import annotations

import json
from typing import Any

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AccountAdministersTheKey",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
)

GOOD: dict[str, dict[str, Any]] = {
    "aws:kms/key:Key": {
        "description": "Data of the ML API",
        "enableKeyRotation": True,
        "deletionWindowInDays": 30.0,
        "policy": POLICY,
    },
    "aws:kms/externalKey:ExternalKey": {"description": "Imported key of the ML API", "policy": POLICY},
    "aws:kms/replicaKey:ReplicaKey": {
        "description": "Replica for the ML API",
        "primaryKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1",
        "policy": POLICY,
    },
    "aws:kms/replicaExternalKey:ReplicaExternalKey": {
        "description": "Imported replica for the ML API",
        "primaryKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-2",
        "policy": POLICY,
    },
    "aws:kms/keyPolicy:KeyPolicy": {"keyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "policy": POLICY},
}
