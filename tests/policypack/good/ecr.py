"""Good image repositories."""

from __future__ import annotations

import json
from typing import Any

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "StagingPulls",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            }
        ],
    }
)

GOOD: dict[str, dict[str, Any]] = {
    "aws:ecr/repository:Repository": {
        "name": "ml-api",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "AES256"}],
    },
    "aws:ecr/repositoryPolicy:RepositoryPolicy": {"repository": "ml-api", "policy": POLICY},
    "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": {
        "prefix": "ROOT",
        "appliedFors": ["PULL_THROUGH_CACHE"],
        "imageTagMutability": "IMMUTABLE",
        "encryptionConfigurations": [{"encryptionType": "AES256"}],
    },
}
