"""The tables of the policies on what writes to log groups: every writer with its group, without, and unknown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN, Secret
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource

GROUP = "aws:cloudwatch/logGroup:LogGroup"
TASK, CLUSTER, SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/cluster:Cluster", "aws:ecs/service:Service"
DAEMON, EXPRESS = (
    "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition",
    "aws:ecs/expressGatewayService:ExpressGatewayService",
)
AURORA, INSTANCE, PROXY = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance", "aws:rds/proxy:Proxy"
FLOW = "aws:ec2/flowLog:FlowLog"
FUNCTION = "aws:lambda/function:Function"
API, METHODS, STAGE = (
    "aws:apigateway/restApi:RestApi",
    "aws:apigateway/methodSettings:MethodSettings",
    "aws:apigateway/stage:Stage",
)
API_V2, STAGE_V2 = "aws:apigatewayv2/api:Api", "aws:apigatewayv2/stage:Stage"
BATCH = "aws:batch/jobDefinition:JobDefinition"
PET = "random:index/randomPet:RandomPet"
STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"

OURS, THEIRS = "log-groups-declared", "other-log-groups-declared"
NAME = "/some/other/group"
ARN = f"arn:aws:logs:eu-west-1:123456789012:log-group:{NAME}"


def group(name: object = NAME, called: str = "group", days: object = 30.0) -> Resource:
    return resource(GROUP, called, name=name, retentionInDays=days)


def awslogs(name: object, **options: object) -> dict[str, Any]:
    return {"logDriver": "awslogs", "options": {"awslogs-group": name, **options}}


def firelens(name: object, plugin: str = "cloudwatch_logs", **options: object) -> dict[str, Any]:
    return {"logDriver": "awsfirelens", "options": {"Name": plugin, "log_group_name": name, **options}}


def container(configuration: Mapping[str, Any], **others: Any) -> dict[str, Any]:
    return {"name": "api", "image": "api:1", "logConfiguration": configuration, **others}


def task(*containers: Mapping[str, Any]) -> Resource:
    return resource(TASK, "task", family="api", containerDefinitions=json.dumps(containers))


NAMED: tuple[tuple[str, str, str, Any], ...] = (
    (OURS, "a daemon's containers", DAEMON, lambda name: {"containerDefinitions": [container(awslogs(name))]}),
    (OURS, "FireLens of a daemon", DAEMON, lambda name: {"containerDefinitions": [container(firelens(name))]}),
    (
        OURS,
        "Service Connect",
        SERVICE,
        lambda name: {"serviceConnectConfiguration": {"logConfiguration": awslogs(name)}},
    ),
    (
        OURS,
        "an Express service",
        EXPRESS,
        lambda name: {"primaryContainer": {"awsLogsConfigurations": [{"logGroup": name}]}},
    ),
    (
        OURS,
        "ECS Exec",
        CLUSTER,
        lambda name: {
            "configuration": {
                "executeCommandConfiguration": {
                    "logging": "OVERRIDE",
                    "logConfiguration": {"cloudWatchLogGroupName": name},
                }
            }
        },
    ),
    (THEIRS, "Lambda with a group of its own", FUNCTION, lambda name: {"loggingConfig": {"logGroup": name}}),
    (
        THEIRS,
        "an MSK cluster",
        "aws:msk/cluster:Cluster",
        lambda name: {"loggingInfo": {"brokerLogs": {"cloudwatchLogs": {"enabled": True, "logGroup": name}}}},
    ),
    (
        THEIRS,
        "an MSK connector",
        "aws:mskconnect/connector:Connector",
        lambda name: {"logDelivery": {"workerLogDelivery": {"cloudwatchLogs": {"enabled": True, "logGroup": name}}}},
    ),
    *(
        (
            THEIRS,
            says,
            token,
            lambda name: {
                "logDeliveryConfigurations": [
                    {"destination": name, "destinationType": "cloudwatch-logs", "logType": "slow-log"}
                ]
            },
        )
        for says, token in (
            ("an ElastiCache cluster", "aws:elasticache/cluster:Cluster"),
            ("an ElastiCache replication group", "aws:elasticache/replicationGroup:ReplicationGroup"),
        )
    ),
    (
        THEIRS,
        "CodeBuild with a group of its own",
        "aws:codebuild/project:Project",
        lambda name: {"logsConfig": {"cloudwatchLogs": {"groupName": name}}},
    ),
    (
        THEIRS,
        "Client VPN",
        "aws:ec2clientvpn/endpoint:Endpoint",
        lambda name: {"connectionLogOptions": {"enabled": True, "cloudwatchLogGroup": name}},
    ),
    (
        THEIRS,
        "EMR Serverless with a group of its own",
        "aws:emrserverless/application:Application",
        lambda name: {
            "monitoringConfiguration": {"cloudwatchLoggingConfiguration": {"enabled": True, "logGroupName": name}}
        },
    ),
)
"""Writers whose group a program names: the policy, what writes, its type, and its properties for a name."""

BY_ARN: tuple[tuple[str, str, str, Any], ...] = (
    (OURS, "a flow log", FLOW, lambda arn: {"logDestination": arn, "trafficType": "ALL"}),
    (THEIRS, "access logs of a REST API", STAGE, lambda arn: {"accessLogSettings": {"destinationArn": arn}}),
    (THEIRS, "access logs of an HTTP API", STAGE_V2, lambda arn: {"accessLogSettings": {"destinationArn": arn}}),
    (THEIRS, "queries of a hosted zone", "aws:route53/queryLog:QueryLog", lambda arn: {"cloudwatchLogGroupArn": arn}),
    (
        THEIRS,
        "queries of a resolver",
        "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
        lambda arn: {"destinationArn": arn},
    ),
    *(
        (
            THEIRS,
            says,
            token,
            lambda arn: {"logPublishingOptions": [{"cloudwatchLogGroupArn": arn, "logType": "AUDIT_LOGS"}]},
        )
        for says, token in (
            ("OpenSearch", "aws:opensearch/domain:Domain"),
            ("Elasticsearch", "aws:elasticsearch/domain:Domain"),
        )
    ),
    (
        THEIRS,
        "Step Functions",
        "aws:sfn/stateMachine:StateMachine",
        lambda arn: {"loggingConfiguration": {"level": "ALL", "logDestination": arn}},
    ),
    (
        THEIRS,
        "a web ACL",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        lambda arn: {"logDestinationConfigs": [arn]},
    ),
    (THEIRS, "an event target", "aws:cloudwatch/eventTarget:EventTarget", lambda arn: {"arn": arn}),
    (THEIRS, "a pipe's target", "aws:pipes/pipe:Pipe", lambda arn: {"target": arn}),
    (
        THEIRS,
        "a pipe's log",
        "aws:pipes/pipe:Pipe",
        lambda arn: {
            "logConfiguration": {"level": "ERROR", "cloudwatchLogsLogDestination": {"logGroupArn": arn}},
        },
    ),
    (
        THEIRS,
        "a log delivery",
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        lambda arn: {"deliveryDestinationConfiguration": {"destinationResourceArn": arn}},
    ),
    (THEIRS, "CloudTrail", "aws:cloudtrail/trail:Trail", lambda arn: {"cloudWatchLogsGroupArn": arn}),
    (THEIRS, "Transfer Family", "aws:transfer/server:Server", lambda arn: {"structuredLogDestinations": [arn]}),
)
"""Writers that are given the ARN of a group."""

EXPORTS = {"enabledCloudwatchLogsExports": ["audit"]}

AUTOMATIC: tuple[tuple[str, str, str, str, dict[str, Any], str, str], ...] = (
    (
        OURS,
        "Container Insights",
        CLUSTER,
        "name",
        {"settings": [{"name": "containerInsights", "value": "enhanced"}]},
        "/aws/ecs/containerinsights/made/performance",
        "",
    ),
    (OURS, "an Aurora export", AURORA, "clusterIdentifier", EXPORTS, "/aws/rds/cluster/made/audit", ""),
    (OURS, "an RDS export", INSTANCE, "identifier", EXPORTS, "/aws/rds/instance/made/audit", ""),
    (OURS, "an RDS proxy", PROXY, "name", {}, "/aws/rds/proxy/made", ""),
    (THEIRS, "Lambda", FUNCTION, "name", {}, "/aws/lambda/made", ""),
    (
        THEIRS,
        "execution logs of a REST API",
        METHODS,
        "restApi",
        {"stageName": "prod", "settings": {"loggingLevel": "INFO"}},
        "API-Gateway-Execution-Logs_made/prod",
        API,
    ),
    *(
        (
            THEIRS,
            f"execution logs of a WebSocket API by {settings}",
            STAGE_V2,
            "apiId",
            {"name": "prod", settings: {"loggingLevel": "ERROR"}},
            "/aws/apigateway/made/prod",
            API_V2,
        )
        for settings in ("defaultRouteSettings", "routeSettings")
    ),
    (
        THEIRS,
        "Redshift",
        "aws:redshift/logging:Logging",
        "clusterIdentifier",
        {"logDestinationType": "cloudwatch", "logExports": ["userlog"]},
        "/aws/redshift/cluster/made/userlog",
        "aws:redshift/cluster:Cluster",
    ),
    (
        THEIRS,
        "Redshift by an older provider",
        "aws:redshift/cluster:Cluster",
        "clusterIdentifier",
        {"logging": {"enable": True, "logDestinationType": "cloudwatch", "logExports": ["userlog"]}},
        "/aws/redshift/cluster/made/userlog",
        "",
    ),
    (
        THEIRS,
        "Redshift Serverless",
        "aws:redshiftserverless/namespace:Namespace",
        "namespaceName",
        {"logExports": ["userlog"]},
        "/aws/redshift/made/userlog",
        "",
    ),
    (THEIRS, "DocumentDB", "aws:docdb/cluster:Cluster", "clusterIdentifier", EXPORTS, "/aws/docdb/made/audit", ""),
    (
        THEIRS,
        "Neptune",
        "aws:neptune/cluster:Cluster",
        "clusterIdentifier",
        {"enableCloudwatchLogsExports": ["audit"]},
        "/aws/neptune/made/audit",
        "",
    ),
    (THEIRS, "CodeBuild", "aws:codebuild/project:Project", "name", {}, "/aws/codebuild/made", ""),
    (
        THEIRS,
        "an EKS control plane",
        "aws:eks/cluster:Cluster",
        "name",
        {"enabledClusterLogTypes": ["audit"]},
        "/aws/eks/made/cluster",
        "",
    ),
    (
        THEIRS,
        "MWAA",
        "aws:mwaa/environment:Environment",
        "name",
        {"loggingConfiguration": {"taskLogs": {"enabled": True}}},
        "airflow-made-Task",
        "",
    ),
    (
        THEIRS,
        "general logs of MQ",
        "aws:mq/broker:Broker",
        "id",
        {"logs": {"general": True}},
        "/aws/amazonmq/broker/made/general",
        "",
    ),
    (
        THEIRS,
        "audit logs of MQ",
        "aws:mq/broker:Broker",
        "id",
        {"logs": {"audit": True}},
        "/aws/amazonmq/broker/made/audit",
        "",
    ),
)
"""Writers whose group AWS names: the policy, what writes, its type, the property that the name is made of, its other
properties, the name where that property is `made`, and the type of what the property is an output of, if of any."""


def case(policy: str, says: str, outcome: Any, *stack: Resource, finds: Any = (), **settings: Any) -> Case:
    return Case(policy, says, outcome, stack=stack, settings=settings, finds=finds)


def advice(name: str) -> str:
    return f'name="{name}", retention_in_days=30)'


def named_cases() -> Iterator[Case]:
    for policy, says, token, given in NAMED:
        written = resource(token, "writer", **given(NAME))
        hidden = resource(token, "writer", **given(UNKNOWN))
        yield case(policy, f"{says}: declared", COMPLIANT, written, group())
        yield case(
            policy,
            f"{says}: by reference",
            COMPLIANT,
            resource(token, "writer", **given(Ref(GROUP, "group"))),
            group(UNKNOWN),
        )
        yield case(policy, f"{says}: not declared", VIOLATION, written, group("/another"), finds=[NAME, advice(NAME)])
        yield case(policy, f"{says}: an unknown name", UNDECIDED, hidden, group())
        yield case(policy, f"{says}: a group whose name is not known", UNDECIDED, written, group(UNKNOWN))


def arn_cases() -> Iterator[Case]:
    for policy, says, token, given in BY_ARN:
        yield case(policy, f"{says}: declared", COMPLIANT, resource(token, "writer", **given(f"{ARN}:*")), group())
        yield case(
            policy, f"{says}: by reference", COMPLIANT, resource(token, "writer", **given(Ref(GROUP, "group"))), group()
        )
        yield case(
            policy,
            f"{says}: not declared",
            VIOLATION,
            resource(token, "writer", **given(ARN)),
            finds=[NAME, advice(NAME)],
        )
        yield case(policy, f"{says}: an unknown ARN", UNDECIDED, resource(token, "writer", **given(UNKNOWN)), group())
        yield case(
            policy,
            f"{says}: of something else",
            NOT_APPLICABLE,
            resource(token, "writer", **given("arn:aws:s3:::logs")),
            group(),
        )
        yield case(
            policy,
            f"{says}: of something else in the stack",
            NOT_APPLICABLE,
            resource(token, "writer", **given(Ref(STREAM, "stream"))),
            resource(STREAM, "stream"),
            group(),
        )


def automatic_cases() -> Iterator[Case]:
    for policy, says, token, named, given, name, source in AUTOMATIC:
        known = resource(token, "writer", **given, **({} if named == "id" else {named: "made"}))
        known = replace(known, outputs={**known.outputs, named: "made"})
        value = Ref(source, "source") if source else UNKNOWN
        unknown = resource(token, "writer", **given, **({} if named == "id" else {named: value}))
        derived = Ref(source, "source") if source else Ref(token, "writer")
        others = [resource(source, "source")] if source else []
        yield case(policy, f"{says}: declared", COMPLIANT, known, group(name))
        yield case(policy, f"{says}: not declared", VIOLATION, known, group(), finds=[name, advice(name)])
        yield case(policy, f"{says}: by what its name is computed from", COMPLIANT, unknown, group(derived), *others)
        yield case(
            policy,
            f"{says}: an unknown name, and no group",
            VIOLATION,
            unknown,
            group(),
            *others,
            finds=["pulumi.Output.format("],
        )
        yield case(
            policy, f"{says}: an unknown name, which may be that of a group", UNDECIDED, unknown, group(name), *others
        )
        yield case(policy, f"{says}: a group whose name is not known", UNDECIDED, known, group(UNKNOWN))


NAMED_BY = {"loggingConfig": {"logGroup": NAME}}

CASES = [
    *named_cases(),
    *arn_cases(),
    *automatic_cases(),
    # --- containers
    case(OURS, "a container's group", COMPLIANT, task(container(awslogs(NAME))), group()),
    case(
        OURS,
        "a group that the stack only reads, with its retention",
        COMPLIANT,
        task(container(awslogs(NAME))),
        replace(group(), is_read=True),
    ),
    case(
        OURS,
        "a group that the stack only reads, and that keeps its events",
        VIOLATION,
        task(container(awslogs(NAME))),
        replace(group(days=0.0), is_read=True),
        finds=["retentionInDays", "30 days"],
    ),
    *(
        case(
            policy,
            f"a group that the stack only reads, of {days} days",
            VIOLATION,
            writer,
            replace(group(days=days), is_read=True),
            finds=[f"retentionInDays of LogGroup 'group' is {days}"],
        )
        for policy, writer in ((OURS, task(container(awslogs(NAME)))), (THEIRS, resource(FUNCTION, "a", **NAMED_BY)))
        for days in (7, 365)
    ),
    case(
        OURS,
        "a group without retention, which log-retention reports",
        COMPLIANT,
        task(container(awslogs(NAME))),
        group(days=0.0),
    ),
    case(
        OURS,
        "a container's group that nobody declares",
        VIOLATION,
        task(container(awslogs(NAME))),
        finds=[
            'containerDefinitions[0].logConfiguration.options.awslogs-group is "/some/other/group"',
            'Add aws.cloudwatch.LogGroup("some-other-group", name="/some/other/group", retention_in_days=30).',
        ],
    ),
    case(
        OURS,
        "one that the agent creates",
        VIOLATION,
        task(container(awslogs(NAME, **{"awslogs-create-group": "true"}))),
        finds=[NAME],
    ),
    case(
        OURS,
        "the second of two containers",
        VIOLATION,
        task(container(awslogs(NAME)), container(awslogs("/b"))),
        group(),
        finds=["/b"],
    ),
    case(
        OURS,
        "members in any case",
        VIOLATION,
        resource(
            TASK,
            "task",
            containerDefinitions=json.dumps(
                [{"LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": NAME}}}]
            ),
        ),
    ),
    case(
        OURS, "containers that are not known", UNDECIDED, resource(TASK, "task", containerDefinitions=UNKNOWN), group()
    ),
    case(
        OURS,
        "containers that are computed from a group",
        UNDECIDED,
        resource(TASK, "task", containerDefinitions=Ref(GROUP, "group")),
        group(),
    ),
    case(
        OURS,
        "another log driver",
        NOT_APPLICABLE,
        task(container({"logDriver": "splunk", "options": {"awslogs-group": NAME}})),
    ),
    case(OURS, "a group of another stack", COMPLIANT, task(container(awslogs(NAME))), groupsOfOtherStacks=["/some/*"]),
    case(
        OURS,
        "a group that no pattern has",
        VIOLATION,
        task(container(awslogs(NAME))),
        groupsOfOtherStacks=["/shared/*"],
    ),
    case(
        OURS,
        "another retention",
        VIOLATION,
        task(container(awslogs(NAME))),
        finds=["retention_in_days=365)"],
        minimumDays=365,
        maximumDays=400,
    ),
    # --- FireLens
    case(OURS, "FireLens", COMPLIANT, task(container(firelens(NAME))), group()),
    case(
        OURS,
        "FireLens by the older plugin",
        VIOLATION,
        task(container(firelens(NAME, "cloudwatch", auto_create_group="true"))),
        finds=["log_group_name"],
    ),
    case(OURS, "FireLens to Firehose", NOT_APPLICABLE, task(container(firelens(NAME, "firehose")))),
    case(OURS, "FireLens that sets the retention", COMPLIANT, task(container(firelens(NAME, log_retention_days="30")))),
    case(
        OURS,
        "FireLens that sets another retention",
        VIOLATION,
        task(container(firelens(NAME, log_retention_days="365"))),
    ),
    case(
        OURS,
        "FireLens with a configuration file",
        UNDECIDED,
        task(
            container(
                awslogs(NAME),
                firelensConfiguration={"type": "fluentbit", "options": {"config-file-value": "arn:aws:s3:::a/b.conf"}},
            )
        ),
        group(),
        finds=["config-file-value"],
    ),
    # --- what is not written
    case(
        OURS,
        "Container Insights that are off",
        NOT_APPLICABLE,
        resource(CLUSTER, "a", name="a", settings=[{"name": "containerInsights", "value": "disabled"}]),
    ),
    case(
        OURS,
        "Container Insights of which nobody knows",
        UNDECIDED,
        resource(CLUSTER, "a", name="a", settings=[{"name": "containerInsights", "value": UNKNOWN}]),
        finds=["settings[0].value"],
    ),
    case(
        OURS,
        "ECS Exec that logs where the container does",
        NOT_APPLICABLE,
        resource(CLUSTER, "a", configuration={"executeCommandConfiguration": {"logging": "DEFAULT"}}),
    ),
    case(
        OURS,
        "a flow log to a bucket",
        NOT_APPLICABLE,
        resource(FLOW, "a", logDestinationType="s3", logDestination=UNKNOWN),
    ),
    case(
        OURS,
        "a flow log by a group's name, of an older provider",
        VIOLATION,
        resource(FLOW, "a", logGroupName=NAME),
        finds=[NAME],
    ),
    case(OURS, "a database without exports", NOT_APPLICABLE, resource(AURORA, "a", clusterIdentifier="a")),
    case(
        OURS,
        "exports that are not known",
        UNDECIDED,
        resource(AURORA, "a", clusterIdentifier="a", enabledCloudwatchLogsExports=UNKNOWN),
        group("/aws/rds/cluster/a/audit"),
    ),
    case(
        THEIRS,
        "CodeBuild without logs",
        NOT_APPLICABLE,
        resource("aws:codebuild/project:Project", "a", name="a", logsConfig={"cloudwatchLogs": {"status": "DISABLED"}}),
    ),
    case(
        THEIRS,
        "Step Functions without logs",
        NOT_APPLICABLE,
        resource("aws:sfn/stateMachine:StateMachine", "a", loggingConfiguration={"logDestination": ARN}),
    ),
    case(
        THEIRS,
        "EKS without logs",
        NOT_APPLICABLE,
        resource("aws:eks/cluster:Cluster", "a", name="a", enabledClusterLogTypes=[]),
    ),
    case(
        THEIRS,
        "EMR Serverless without a group of its own",
        VIOLATION,
        resource(
            "aws:emrserverless/application:Application",
            "a",
            monitoringConfiguration={"cloudwatchLoggingConfiguration": {"enabled": True}},
        ),
        finds=["/aws/emr-serverless"],
    ),
    # --- which group it is, where names are not known
    case(
        OURS,
        "two exports, and one group of a name computed from the cluster",
        UNDECIDED,
        resource(AURORA, "a", clusterIdentifier=UNKNOWN, enabledCloudwatchLogsExports=["audit", "error"]),
        group(Ref(AURORA, "a")),
    ),
    case(
        THEIRS,
        "a group of a name computed from the API that has its access logs",
        UNDECIDED,
        resource(API, "api"),
        resource(
            STAGE,
            "stage",
            restApi=Ref(API, "api"),
            stageName="prod",
            accessLogSettings={"destinationArn": Ref(GROUP, "group")},
        ),
        resource(METHODS, "methods", restApi=Ref(API, "api"), stageName="prod", settings={"loggingLevel": "INFO"}),
        group(Ref(API, "api")),
    ),
    case(
        THEIRS,
        "two APIs, of which one has its group",
        VIOLATION,
        *(resource(API, name) for name in ("first", "second")),
        *(
            resource(
                METHODS,
                f"{name}-methods",
                restApi=Ref(API, name),
                stageName="prod",
                settings={"loggingLevel": "INFO"},
            )
            for name in ("first", "second")
        ),
        group(Ref(API, "first")),
        finds=["second-methods"],
    ),
    case(
        OURS,
        "an Express service that names no group",
        VIOLATION,
        resource(EXPRESS, "api", primaryContainer={"image": "api:1"}),
        finds=["primaryContainer.awsLogsConfigurations.logGroup is not set, so that AWS creates a log group"],
    ),
    *(
        case(THEIRS, f"a Batch job, {says}", outcome, resource(BATCH, "job", containerProperties=properties), *groups)
        for says, outcome, properties, groups in (
            ("with its group", COMPLIANT, json.dumps({"logConfiguration": awslogs(NAME)}), [group()]),
            ("with a group that nobody declares", VIOLATION, json.dumps({"logConfiguration": awslogs(NAME)}), []),
            ("with the group of the account", VIOLATION, json.dumps({"image": "job:1"}), [group()]),
            ("with the group of the account, declared", COMPLIANT, json.dumps({}), [group("/aws/batch/job")]),
            ("with another driver", NOT_APPLICABLE, json.dumps({"logConfiguration": {"logDriver": "splunk"}}), []),
            ("of which nothing is known", UNDECIDED, UNKNOWN, [group()]),
        )
    ),
    case(
        OURS,
        "a group whose name is a secret",
        VIOLATION,
        resource(DAEMON, "agent", containerDefinitions=[container(awslogs(Secret(NAME)))]),
        finds=["awslogs-group is [secret]; expected a log group that this stack declares. Declare the log group"],
    ),
    case(
        THEIRS,
        "a function whose name is a secret",
        VIOLATION,
        resource(FUNCTION, "a", name=Secret("hidden")),
        finds=[
            "The log group of its log, [secret], is not declared",
            "Declare the log group as an aws.cloudwatch.LogGroup",
        ],
    ),
    case(
        OURS,
        "the ARN of a group that is deployed",
        COMPLIANT,
        resource(FLOW, "a", logDestination=f"{ARN}:*"),
        replace(group(UNKNOWN), outputs={"name": UNKNOWN, "arn": ARN}),
    ),
    # --- Regions
    *(
        case(
            OURS, f"a group in {says}", outcome, writer, replace(group(), provider={"region": "eu-west-1"}), finds=finds
        )
        for says, outcome, writer, finds in (
            (
                "another Region than awslogs-region",
                VIOLATION,
                task(container(awslogs(NAME, **{"awslogs-region": "us-east-1"}))),
                [
                    'is "/some/other/group"; expected a log group that this stack declares in us-east-1',
                    'retention_in_days=30, region="us-east-1")',
                ],
            ),
            ("awslogs-region", COMPLIANT, task(container(awslogs(NAME, **{"awslogs-region": "eu-west-1"}))), []),
            ("a Region, and a task of which none is known", COMPLIANT, task(container(awslogs(NAME))), []),
            (
                "another Region than the ARN",
                VIOLATION,
                resource(FLOW, "a", logDestination=ARN.replace("eu-west-1", "us-east-1")),
                ["in us-east-1"],
            ),
            ("the Region of the ARN", COMPLIANT, resource(FLOW, "a", logDestination=ARN), []),
        )
    ),
    case(
        THEIRS,
        "a function in another Region than its group",
        VIOLATION,
        resource(FUNCTION, "a", name="a", region="us-east-1"),
        resource(GROUP, "group", name="/aws/lambda/a", retentionInDays=30.0, region="eu-west-1"),
        finds=["/aws/lambda/a, is not declared in this stack, in us-east-1, so that AWS creates it"],
    ),
    case(
        OURS,
        "two containers that log to the same group",
        VIOLATION,
        task(container(awslogs(NAME)), container(awslogs(NAME))),
        finds=["containerDefinitions[0]", "containerDefinitions[1]"],
    ),
    case(
        THEIRS,
        "a name made up for more than one resource",
        UNDECIDED,
        resource(PET, "pet"),
        resource(FUNCTION, "function", name=Ref(PET, "pet")),
        group(Ref(PET, "pet")),
    ),
    case(
        THEIRS,
        "a group with a name that begins with a prefix",
        VIOLATION,
        resource(FUNCTION, "a", name="a"),
        resource(GROUP, "group", namePrefix="/aws/lambda/a-", name=UNKNOWN, retentionInDays=30.0),
    ),
    case(
        THEIRS,
        "an unknown name of another stack's group",
        UNDECIDED,
        resource(FUNCTION, "a", name=UNKNOWN),
        groupsOfOtherStacks=["/aws/lambda/shared-*"],
    ),
]
