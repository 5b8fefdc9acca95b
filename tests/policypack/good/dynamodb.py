"""Good DynamoDB resources."""

from __future__ import annotations

from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "aws:dynamodb/table:Table": {
        "name": "ml-api-sessions-dev",
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "sessionId",
        "attributes": [{"name": "sessionId", "type": "S"}],
        "ttl": {"attributeName": "ttl", "enabled": True},
        "pointInTimeRecovery": {"enabled": True},
        "serverSideEncryption": {"enabled": True},
        "deletionProtectionEnabled": True,
    },
    "aws:dynamodb/tableReplica:TableReplica": {
        "globalTableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/ml-api-sessions-dev",
        "pointInTimeRecovery": True,
        "deletionProtectionEnabled": True,
    },
}
