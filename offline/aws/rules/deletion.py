"""What AWS refuses to delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline.aws.rules.kit import given, known

_PROTECTION = {
    "aws:lb/loadBalancer:LoadBalancer": "enableDeletionProtection",
    "aws:alb/loadBalancer:LoadBalancer": "enableDeletionProtection",
    "aws:rds/cluster:Cluster": "deletionProtection",
    "aws:rds/instance:Instance": "deletionProtection",
    "aws:dynamodb/table:Table": "deletionProtectionEnabled",
    "aws:cloudwatch/logGroup:LogGroup": "deletionProtectionEnabled",
}
"""The switch that keeps a resource from being deleted (each service's API reference, `Delete…`)."""

_SNAPSHOTS = frozenset({"aws:rds/cluster:Cluster", "aws:rds/instance:Instance"})
"""Types of which the plugin takes a last snapshot unless told otherwise (their pages in the Pulumi registry)."""


def refusal(token: str, state: Mapping[str, Any]) -> str | None:
    """Say why a resource in this state cannot be deleted; None if it can."""
    switch = _PROTECTION.get(token)
    if switch is not None and known(state, switch) is True:
        return f"cannot be deleted while {switch} is true: set it to false and update first"
    if (
        token in _SNAPSHOTS
        and known(state, "skipFinalSnapshot") is not True
        and not given(state, "finalSnapshotIdentifier")
    ):
        return "cannot be deleted: finalSnapshotIdentifier is required unless skipFinalSnapshot is true"
    return None
