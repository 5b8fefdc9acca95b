"""Good certificates."""

from __future__ import annotations

from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "aws:acm/certificate:Certificate": {
        "domainName": "api.example.com",
        "validationMethod": "DNS",
        "keyAlgorithm": "RSA_2048",
    },
}
