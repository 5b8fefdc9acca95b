"""Everything tagged by its provider, a queue and its worker's role."""

import json

import pulumi
import pulumi_aws as aws

tagged = aws.Provider("tagged", region="us-east-1", default_tags={"tags": {"Team": "search", "Tier": "private"}})
opts = pulumi.ResourceOptions(provider=tagged)
queue = aws.sqs.Queue("jobs", sqs_managed_sse_enabled=True, opts=opts)
role = aws.iam.Role(
    "worker",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
    opts=opts,
)
aws.iam.RolePolicyAttachment(
    "worker",
    role=role.name,
    policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    opts=opts,
)
