"""Which properties of a resource can only be of its own account, since the stack creates there what they come from.

At a first preview an ARN is not known, but the engine says which resources a property was computed from. What the stack
creates with the same credentials lies in the same account.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Secret, Value

_CREDENTIALS = (
    "accessKey",
    "allowedAccountIds",
    "assumeRole",
    "assumeRoleWithWebIdentity",
    "assumeRoles",
    "profile",
    "sharedConfigFiles",
    "sharedCredentialsFiles",
)
"""Properties of a provider that decide which account it works in (Pulumi Registry, the provider's configuration)."""

_GENERATORS = "random:"
"""Types that only make up names: what is computed with them, an ARN for one, is not theirs."""

ARN_OWNERS = frozenset(
    f"aws:{token}"
    for token in (
        "alb/listener:Listener",
        "alb/loadBalancer:LoadBalancer",
        "alb/targetGroup:TargetGroup",
        "apigateway/deployment:Deployment",
        "apigateway/restApi:RestApi",
        "apigateway/stage:Stage",
        "apigatewayv2/api:Api",
        "apigatewayv2/stage:Stage",
        "appsync/graphQLApi:GraphQLApi",
        "athena/workgroup:Workgroup",
        "autoscaling/group:Group",
        "backup/plan:Plan",
        "backup/vault:Vault",
        "batch/computeEnvironment:ComputeEnvironment",
        "batch/jobQueue:JobQueue",
        "bedrock/agentAgent:AgentAgent",
        "bedrock/agentKnowledgeBase:AgentKnowledgeBase",
        "cfg/rule:Rule",
        "cloudfront/distribution:Distribution",
        "cloudfront/originAccessIdentity:OriginAccessIdentity",
        "cloudtrail/trail:Trail",
        "cloudwatch/compositeAlarm:CompositeAlarm",
        "cloudwatch/eventBus:EventBus",
        "cloudwatch/eventRule:EventRule",
        "cloudwatch/logGroup:LogGroup",
        "cloudwatch/metricAlarm:MetricAlarm",
        "codebuild/project:Project",
        "codecommit/repository:Repository",
        "codepipeline/pipeline:Pipeline",
        "cognito/identityPool:IdentityPool",
        "cognito/userPool:UserPool",
        "connect/instance:Instance",
        "dynamodb/table:Table",
        "ec2/eip:Eip",
        "ec2/instance:Instance",
        "ec2/vpc:Vpc",
        "ec2/vpcEndpoint:VpcEndpoint",
        "ecr/repository:Repository",
        "ecs/cluster:Cluster",
        "ecs/service:Service",
        "ecs/taskDefinition:TaskDefinition",
        "efs/accessPoint:AccessPoint",
        "efs/fileSystem:FileSystem",
        "eks/cluster:Cluster",
        "elasticsearch/domain:Domain",
        "glue/job:Job",
        "glue/workflow:Workflow",
        "iam/role:Role",
        "iam/user:User",
        "iot/topicRule:TopicRule",
        "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        "kinesis/stream:Stream",
        "kms/alias:Alias",
        "kms/key:Key",
        "lambda/alias:Alias",
        "lambda/function:Function",
        "lb/listener:Listener",
        "lb/loadBalancer:LoadBalancer",
        "lb/targetGroup:TargetGroup",
        "lex/v2modelsBot:V2modelsBot",
        "mq/broker:Broker",
        "msk/cluster:Cluster",
        "opensearch/domain:Domain",
        "pipes/pipe:Pipe",
        "rds/cluster:Cluster",
        "rds/instance:Instance",
        "redshift/cluster:Cluster",
        "s3/accessPoint:AccessPoint",
        "s3/bucket:Bucket",
        "s3/bucketV2:BucketV2",
        "sagemaker/pipeline:Pipeline",
        "scheduler/schedule:Schedule",
        "scheduler/scheduleGroup:ScheduleGroup",
        "secretsmanager/secret:Secret",
        "ses/receiptRule:ReceiptRule",
        "sesv2/configurationSet:ConfigurationSet",
        "sfn/activity:Activity",
        "sfn/stateMachine:StateMachine",
        "sns/topic:Topic",
        "sqs/queue:Queue",
        "transfer/server:Server",
        "wafv2/webAcl:WebAcl",
    )
)
"""Types whose ARN, ID and owner are of the account they are created in: what services call for, and principals.

Others may hand on what somebody else wrote (a parameter, a stack's outputs, the answer of a function) or create what
belongs to another account (AWS Organizations, RAM).
"""


def own_properties(stack: Stack, resource: Resource) -> frozenset[str]:
    """The top-level properties of a resource what is unknown of which can only be of its own account."""
    return frozenset(value.property_name for value in resource.computed if _is_own(stack, resource, value))


def _is_own(stack: Stack, resource: Resource, value: Value) -> bool:
    sources = stack.sources_of(value)
    names = [source for source in sources if source is not None and source.type in ARN_OWNERS]
    # The engine names no source of some values: with more unknown parts than sources, one may be of anywhere.
    parts = len(list(value.unknown_parts()))
    return (
        0 < parts <= len(names)
        and all(_is_generator(source) or source in names for source in sources)
        and all(_creates_beside(source, resource) and not _hands_on(stack, source, resource) for source in names)
    )


def _is_generator(source: Resource | None) -> bool:
    return source is not None and source.type.startswith(_GENERATORS)


def _creates_beside(source: Resource | None, resource: Resource) -> bool:
    """Whether a resource of AWS is created by the stack, with the credentials of another one."""
    if source is None or source.is_read or not source.type.startswith("aws:"):
        return False
    return is_of_one_account(source, resource) is True


def is_of_one_account(one: Resource, other: Resource) -> Answer:
    """Whether two resources are created with the same credentials; None where those are not known, or differ."""
    own = _credentials(one)
    return True if own is not None and own == _credentials(other) else None


def _hands_on(stack: Stack, source: Resource, resource: Resource) -> bool:
    """Whether a resource has a property, not known yet, that can be of another account: a value may be that one."""
    return any(
        not _is_generator(origin) and not _creates_beside(origin, resource)
        for value in source.computed
        if any(value.unknown_parts())
        for origin in stack.sources_of(value)
    )


def _credentials(resource: Resource) -> str | None:
    """What decides the account of a resource; None where that is not known."""
    given = Value.of({name: resource.provider.get(name) for name in _CREDENTIALS}, "")
    return None if any(given.unknown_parts()) else repr(list(_plain(given)))


def _plain(value: Value) -> Iterator[object]:
    for _, member in value.members():
        yield member.raw.value if isinstance(member.raw, Secret) else member.raw
