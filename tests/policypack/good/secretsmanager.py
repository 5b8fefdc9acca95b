"""Good secrets of Secrets Manager."""

from __future__ import annotations

import json
from typing import Any

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OneRoleReads",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:role/reader"},
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
            }
        ],
    }
)

GOOD: dict[str, dict[str, Any]] = {
    "aws:secretsmanager/secret:Secret": {
        "name": "ml-api-dev/database",
        "description": "Connection of the API to its database",
    },
    "aws:secretsmanager/secretRotation:SecretRotation": {
        "secretId": "ml-api-dev/database",
        "rotationLambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:rotate",
        "rotationRules": {"automaticallyAfterDays": 30.0},
    },
    "aws:secretsmanager/secretPolicy:SecretPolicy": {
        "secretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:ml-api-dev/database-AbCdEf",
        "policy": POLICY,
    },
}
