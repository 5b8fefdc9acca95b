"""The bucket of access logs: the load balancer's and CloudFront's."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .documents import allow, document
from .log_group import RETENTION_DAYS
from .names import Names


@dataclass(frozen=True)
class LogBucketArgs:
    """Names, where CloudFront's deliveries are defined, and whether the bucket outlives its contents' removal."""

    names: Names
    cloudfront_region: str
    protect: bool


class LogBucket(pulumi.ComponentResource):
    """A private bucket that only log delivery writes to, and that forgets after 30 days.

    Returns ``ready``: what writes to the bucket has to wait for it, since AWS tries the bucket's policy at once.
    """

    ready: pulumi.Resource

    def __init__(self, name: str, args: LogBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:logs:LogBucket", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(
            name,
            bucket=args.names.log_bucket,
            force_destroy=not args.protect,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.s3.BucketOwnershipControls(
            name,
            bucket=bucket.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=child,
        )
        public_access = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        # The load balancer can write to a bucket with S3's own keys only.
        # Source: User Guide for Application Load Balancers, "Enable access logs", requirements.
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=(
                        aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                            sse_algorithm="AES256"
                        )
                    )
                )
            ],
            opts=child,
        )
        versioning = aws.s3.BucketVersioning(
            name,
            bucket=bucket.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=child,
        )
        aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketLifecycleConfigurationRuleArgs(
                    id="forget-old-logs",
                    status="Enabled",
                    filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                    expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=RETENTION_DAYS),
                    noncurrent_version_expiration=(
                        aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(noncurrent_days=1)
                    ),
                    abort_incomplete_multipart_upload=(
                        aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                            days_after_initiation=1
                        )
                    ),
                )
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )
        # S3 refuses two changes to a bucket's access at the same time, so the policy follows the block.
        self.ready = aws.s3.BucketPolicy(
            name,
            bucket=bucket.bucket,
            policy=bucket_policy(args.names, args.cloudfront_region),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[public_access]),
        )
        self.register_outputs({})


def bucket_policy(names: Names, cloudfront_region: str) -> str:
    """TLS for everyone, and writing for the two services that deliver logs, each under this account's prefix only.

    The account in the path is what keeps other customers' load balancers out. Sources: User Guide for Application Load
    Balancers, "Enable access logs"; Amazon CloudWatch Logs User Guide, "Logs sent to Amazon S3".
    """
    objects = f"{names.log_bucket_arn}/AWSLogs/{names.account_id}/*"
    delivery_source = f"arn:aws:logs:{cloudfront_region}:{names.account_id}:delivery-source:{names.of('cloudfront')}"
    return document(
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [names.log_bucket_arn, f"{names.log_bucket_arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        allow(
            "LoadBalancerDeliversLogs",
            ["s3:PutObject"],
            [objects],
            principal={"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        ),
        allow(
            "CloudFrontDeliversLogs",
            ["s3:PutObject"],
            [objects],
            principal={"Service": "delivery.logs.amazonaws.com"},
            condition={
                "StringEquals": {
                    "aws:SourceAccount": names.account_id,
                    "s3:x-amz-acl": "bucket-owner-full-control",
                },
                "ArnLike": {"aws:SourceArn": delivery_source},
            },
        ),
    )
