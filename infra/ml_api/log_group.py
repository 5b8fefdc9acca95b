"""The one way in which this stack makes a log group."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

RETENTION_DAYS = 30


def log_group(
    resource_name: str,
    name: str,
    key_arn: pulumi.Input[str] | None,
    opts: pulumi.ResourceOptions,
    region: str | None = None,
) -> aws.cloudwatch.LogGroup:
    """A log group that keeps its events for 30 days, encrypted with the given key or with one of AWS's own.

    It lies in the stack's region unless another is given.
    """
    return aws.cloudwatch.LogGroup(
        resource_name, name=name, retention_in_days=RETENTION_DAYS, kms_key_id=key_arn, region=region, opts=opts
    )
