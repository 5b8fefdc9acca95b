"""Condition keys that AWS documents, by what they say: which resources a statement is about, or who calls."""

from __future__ import annotations

RESOURCE_KEYS = (
    "*:resourcetag/",
    "aws:requesttag/",
    "cloudwatch:namespace",
    "dynamodb:leadingkeys",
    "ec2:createaction",
    "ecs:cluster",
    "ecs:service",
    "iam:awsservicename",
    "kms:encryptioncontext:",
    "kms:requestalias",
    "kms:resourcealiases",
    "lambda:functionarn",
    "rds:cluster-tag/",
    "rds:db-tag/",
    "s3:dataaccesspointarn",
    "s3:existingobjecttag/",
    "secretsmanager:secretid",
)
"""Condition keys that say which resources a statement is about, as an ARN would.

Sources: Service Authorization Reference, the pages of the services; AWS IAM User Guide, "AWS global condition context
keys", properties of the resource; AWS KMS Developer Guide, "Use aliases to control access to KMS keys"; Amazon EC2 User
Guide, "Grant permission to tag Amazon EC2 resources during creation".
"""

CALLER_KEYS = (
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:principalorgid",
    "aws:principaltag/",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpcsourceip",
    "kms:viaservice",
)
"""Condition keys that say who calls, from where or through what (AWS IAM User Guide, the same page)."""
