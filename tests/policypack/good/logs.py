"""Good CloudWatch resources."""

from __future__ import annotations

from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "aws:cloudwatch/logGroup:LogGroup": {"name": "/aws/ecs/ml-api-dev", "retentionInDays": 30.0},
}
