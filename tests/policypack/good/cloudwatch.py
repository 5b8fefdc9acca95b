"""Good CloudWatch resources."""

from __future__ import annotations

from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "aws:cloudwatch/logGroup:LogGroup": {
        "name": "/aws/ecs/ml-api-dev",
        "retentionInDays": 30.0,
        "kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1",
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "name": "errors",
        "alarmActions": ["arn:aws:sns:us-east-1:123456789012:alarms"],
    },
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
        "alarmName": "any",
        "alarmRule": "ALARM(errors)",
        "alarmActions": ["arn:aws:sns:us-east-1:123456789012:alarms"],
    },
}
