"""Which unknown values can hold no secret, since all that they are computed from has only names, ARNs and addresses.

At a first preview the name of a table is not known, but the engine says which resources a property was computed from.
"""

from __future__ import annotations

from pulumi_guardrails.aws.resource_types import SECRET
from pulumi_guardrails.aws.secret_detection import named_like_a_secret, words_of
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value

_REFERENCES = frozenset(
    {"ARN", "ARNS", "BUCKET", "ID", "IDS", "NAME", "NAMES", "PREFIX", "QUEUE", "REGION", "TABLE", "TOPIC"}
)
"""What the name of a variable ends with that says by what its program finds a resource, or a secret."""

PLAIN_TYPES = frozenset(
    f"aws:{token}"
    for token in (
        "apigateway/restApi:RestApi",
        "apigateway/stage:Stage",
        "apigatewayv2/api:Api",
        "apigatewayv2/stage:Stage",
        "appconfig/application:Application",
        "appconfig/configurationProfile:ConfigurationProfile",
        "appconfig/environment:Environment",
        "athena/database:Database",
        "athena/workgroup:Workgroup",
        "batch/jobQueue:JobQueue",
        "bedrock/guardrail:Guardrail",
        "cloudwatch/eventBus:EventBus",
        "cloudwatch/eventRule:EventRule",
        "cloudwatch/logGroup:LogGroup",
        "cloudwatch/logStream:LogStream",
        "cognito/identityPool:IdentityPool",
        "cognito/userPool:UserPool",
        "dynamodb/globalTable:GlobalTable",
        "dynamodb/table:Table",
        "ec2/securityGroup:SecurityGroup",
        "ec2/subnet:Subnet",
        "ec2/vpc:Vpc",
        "ecr/repository:Repository",
        "ecs/cluster:Cluster",
        "efs/accessPoint:AccessPoint",
        "efs/fileSystem:FileSystem",
        "glue/catalogDatabase:CatalogDatabase",
        "glue/catalogTable:CatalogTable",
        "iam/instanceProfile:InstanceProfile",
        "iam/policy:Policy",
        "iam/role:Role",
        "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        "kinesis/stream:Stream",
        "kms/alias:Alias",
        "kms/key:Key",
        "lambda/alias:Alias",
        "lambda/function:Function",
        "lambda/layerVersion:LayerVersion",
        "s3/accessPoint:AccessPoint",
        "s3/bucket:Bucket",
        "s3/bucketV2:BucketV2",
        "sagemaker/endpoint:Endpoint",
        "scheduler/scheduleGroup:ScheduleGroup",
        "secretsmanager/secret:Secret",
        "servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        "servicediscovery/service:Service",
        "sfn/activity:Activity",
        "sfn/stateMachine:StateMachine",
        "sns/topic:Topic",
        "sqs/queue:Queue",
    )
)
"""Types that have no secret among their outputs and that one uses with credentials of IAM.

Source: the AWS plugin's schema, which marks no output of theirs as a secret (a test holds the list to it), and the
Service Authorization Reference, by which the services are used with IAM permissions. What one signs in to with a
password (a database, a cache, a broker, a server) is not among them: its address is often written into a URL that has
the password too. Nor is what hands on the values of others: a parameter, a secret's version, another stack, a function.
"""


def plain_properties(stack: Stack, resource: Resource) -> frozenset[str]:
    """The top-level properties what is unknown of which is computed from nothing but outputs that are no secrets."""
    return frozenset(value.property_name for value in resource.computed if _is_plain(stack, value))


def secret_references(stack: Stack, resource: Resource) -> frozenset[str]:
    """The top-level properties a part of which may be a secret by what they are computed from.

    They are computed from a secret of Secrets Manager, among others; or more of them is unknown than they have sources,
    and the engine names no source of some values.
    """
    return frozenset(value.property_name for value in resource.computed if _may_have_secret(stack, value))


def _may_have_secret(stack: Stack, value: Value) -> bool:
    sources = stack.sources_of(value)
    is_of_secret = any(source is not None and source.kind is SECRET for source in sources)
    return is_of_secret or len(list(value.unknown_parts())) > len(sources)


def cannot_be_secret(name: str, value: Value) -> bool:
    """Whether an unknown value of a variable is known to be no secret.

    A name that says it is one leaves it open, as does the mark of the program: the verdict on what turns out would go
    by them. A function that reads a secret by its ARN has the edge to it that the ARN has, and some values have none:
    there only a name that says it is a reference tells that it is one.
    """
    if not value.is_plain or value.secret or not name or named_like_a_secret(name):
        return False
    words = words_of(name)
    return (
        not value.may_be_read_from_secret
        or bool(_REFERENCES.intersection(words[-1:]))
        or words[-2:] == ["QUEUE", "URL"]
    )


def _is_plain(stack: Stack, value: Value) -> bool:
    sources = stack.sources_of(value)
    return bool(sources) and all(source is not None and source.type in PLAIN_TYPES for source in sources)
