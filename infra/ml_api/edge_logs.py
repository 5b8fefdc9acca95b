"""CloudFront's access logs, delivered to the log bucket.

By way of CloudWatch's log delivery: CloudFront's older way needs a bucket with access control lists.
Source: Amazon CloudFront Developer Guide, "Configure standard logging (v2)".
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .names import Names
from .settings import CLOUDFRONT_REGION


@dataclass(frozen=True)
class EdgeLogsArgs:
    """Names, the distribution, and the bucket policy that lets logs in."""

    names: Names
    distribution_arn: pulumi.Input[str]
    log_bucket_ready: pulumi.Resource


class EdgeLogs(pulumi.ComponentResource):
    """The delivery's source, its destination, and the delivery, all three where CloudFront's logs begin."""

    def __init__(self, name: str, args: EdgeLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:edge:EdgeLogs", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        source = aws.cloudwatch.LogDeliverySource(
            name,
            name=args.names.of("cloudfront"),
            log_type="ACCESS_LOGS",
            resource_arn=args.distribution_arn,
            region=CLOUDFRONT_REGION,
            opts=child,
        )
        destination = aws.cloudwatch.LogDeliveryDestination(
            name,
            name=args.names.of("cloudfront"),
            output_format="json",
            delivery_destination_configuration=(
                aws.cloudwatch.LogDeliveryDestinationDeliveryDestinationConfigurationArgs(
                    destination_resource_arn=args.names.log_bucket_arn
                )
            ),
            region=CLOUDFRONT_REGION,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.log_bucket_ready]),
        )
        aws.cloudwatch.LogDelivery(
            name,
            delivery_source_name=source.name,
            delivery_destination_arn=destination.arn,
            region=CLOUDFRONT_REGION,
            opts=child,
        )
        self.register_outputs({})
