"""Which resources write to CloudWatch Logs, to which log group, and whether the stack declares that group.

Where a writer finds no log group of that name, AWS or the agent that writes creates one, whose retention nobody chose:
most keep their events for ever. Source: Amazon CloudWatch Logs User Guide, "Working with log groups and log streams".

Enhanced Monitoring of RDS is not among the writers: its group, RDSOSMetrics, is one for all databases of an account and
a Region, and AWS creates it with a retention of 30 days (Amazon RDS User Guide, "Overview of Enhanced Monitoring").
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pulumi_guardrails.aws.ecs import member
from pulumi_guardrails.aws.iam.wildcards import matches
from pulumi_guardrails.aws.own_account import ARN_OWNERS
from pulumi_guardrails.aws.resource_types import (
    API_METHOD_SETTINGS,
    API_STAGE,
    API_V2_STAGE,
    BATCH_JOB_DEFINITION,
    CLIENT_VPN_ENDPOINT,
    CODEBUILD_PROJECT,
    DOCUMENTDB_CLUSTER,
    ECS_CLUSTER,
    ECS_DAEMON_TASK_DEFINITION,
    ECS_EXPRESS_SERVICE,
    ECS_SERVICE,
    ECS_TASK_DEFINITION,
    EKS_CLUSTER,
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    EMR_SERVERLESS,
    EVENT_TARGET,
    FLOW_LOG,
    LAMBDA_FUNCTION,
    LOG_DELIVERY_DESTINATION,
    LOG_GROUP,
    MQ_BROKER,
    MSK_CLUSTER,
    MSK_CONNECTOR,
    MWAA_ENVIRONMENT,
    NEPTUNE_CLUSTER,
    OPENSEARCH_DOMAIN,
    PIPE,
    QUERY_LOG,
    RDS_CLUSTER,
    RDS_INSTANCE,
    RDS_PROXY,
    REDSHIFT_CLUSTER,
    REDSHIFT_LOGGING,
    REDSHIFT_NAMESPACE,
    RESOLVER_QUERY_LOG,
    STATE_MACHINE,
    TRAIL,
    TRANSFER_SERVER,
    WEB_ACL_LOGGING,
)
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.references import ByTarget
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all
from pulumi_guardrails.core.value import Value, snake_case

_JSON = frozenset({"containerDefinitions", "containerProperties"})
"""Properties that are JSON documents, or lists already, depending on the resource."""

_MOST_NAMED = 3
"""How many log groups of an unknown name an open question names."""

Block = Resource | Value
"""What a writer's setting stands in: the resource, or a part of it."""


@fast_dataclass(frozen=True)
class If:
    """A setting that has to have some value for a resource to write logs.

    Attributes:
        path: The setting, from the writer's block.
        texts: Its values with which it writes, in lower case; empty for any value that is not empty.
        default: What AWS takes where it is absent.
    """

    path: str
    texts: tuple[str, ...] = ()
    default: str = ""

    def value(self, block: Block) -> Value:
        """The setting of a block."""
        return _at(block, self.path).with_default(self.default)

    def holds(self, block: Block) -> Answer:
        """Whether a block has such a value; `None` where it is not known."""
        return self.value(block).holds(
            lambda value: str(value).lower() in self.texts if self.texts else value not in ("", [], {})
        )


@fast_dataclass(frozen=True)
class Writer:
    """One thing that a kind of resource writes to a log group.

    Attributes:
        kind: The kind of resource.
        what: What it writes, as a message names it.
        within: The block that its settings stand in, by dotted path: one for each element where that is a list; empty
            for the resource itself.
        group: The property of the block that names the group or has its ARN; empty where there is none, or where the
            block itself is that.
        default: The name that AWS gives the group where nothing names one, with the resource's properties in braces;
            `{each}` stands for an element of `each`.
        each: The list in the block that names the logs, each of which has a group of its own.
        when: What has to hold for it to be written; all of it.
        is_opaque: Whether `group` names a file that routes the logs, so that nobody sees here where they go.
        retention: The property of the block by which the writer itself sets the retention of a group that it creates.
        region: The property of the block that names the Region of the group, which else is that of the resource.
        argument: What names a group in Python, with `{name}` for the name, where AWS creates one for a resource that
            names none, and nobody can tell beforehand how that one is called.
    """

    kind: Kind
    what: str
    within: str = ""
    group: str = ""
    default: str = ""
    each: str = ""
    when: tuple[If, ...] = ()
    is_opaque: bool = False
    retention: str = ""
    region: str = ""
    argument: str = ""


def _container_writers(kind: Kind, containers: str, configuration: str = "logConfiguration") -> Iterator[Writer]:
    """What containers log by awslogs, whose agent creates the group by awslogs-create-group, and by FireLens.

    Sources: Amazon ECS Developer Guide, "Send Amazon ECS logs to CloudWatch" and "Example Amazon ECS task definition:
    Route logs to FireLens"; Fluent Bit documentation, "Amazon CloudWatch" (log_group_name, log_retention_days).
    """
    yield Writer(
        kind,
        "container logs",
        containers,
        group=f"{configuration}.options.awslogs-group",
        when=(If(f"{configuration}.logDriver", ("awslogs",)),),
        region=f"{configuration}.options.awslogs-region",
    )
    yield Writer(
        kind,
        "container logs by FireLens",
        containers,
        group=f"{configuration}.options.log_group_name",
        when=(
            If(f"{configuration}.logDriver", ("awsfirelens",)),
            If(f"{configuration}.options.Name", ("cloudwatch", "cloudwatch_logs")),
        ),
        retention=f"{configuration}.options.log_retention_days",
        region=f"{configuration}.options.region",
    )


def _mwaa_writers() -> Iterator[Writer]:
    """Amazon MWAA User Guide, "Viewing Airflow logs in Amazon CloudWatch"."""
    for name, log in (
        ("dagProcessingLogs", "DAGProcessing"),
        ("schedulerLogs", "Scheduler"),
        ("taskLogs", "Task"),
        ("webserverLogs", "WebServer"),
        ("workerLogs", "Worker"),
    ):
        yield Writer(
            MWAA_ENVIRONMENT,
            f"{log} logs",
            f"loggingConfiguration.{name}",
            default=f"airflow-{{name}}-{log}",
            when=(If("enabled", ("true",)),),
        )


_ENABLED = If("enabled", ("true",))
_EXECUTION_LEVELS = ("error", "info")

CONSTRAINED: Sequence[Writer] = (
    *_container_writers(ECS_TASK_DEFINITION, "containerDefinitions"),
    *_container_writers(ECS_DAEMON_TASK_DEFINITION, "containerDefinitions"),
    # Amazon ECS Developer Guide, "Amazon ECS Service Connect access logs".
    *_container_writers(ECS_SERVICE, "serviceConnectConfiguration"),
    # Amazon ECS Developer Guide, "Use a custom FireLens configuration file".
    Writer(
        ECS_TASK_DEFINITION,
        "what a FireLens configuration file routes",
        "containerDefinitions",
        group="firelensConfiguration.options.config-file-value",
        when=(If("firelensConfiguration.options.config-file-value"),),
        is_opaque=True,
    ),
    # Amazon ECS API Reference, ExpressGatewayServiceAwsLogsConfiguration; Amazon ECS Developer Guide, "Resources
    # created by Amazon ECS Express Mode services": a log group of its own for each service.
    Writer(
        ECS_EXPRESS_SERVICE,
        "container logs",
        "primaryContainer",
        group="awsLogsConfigurations.logGroup",
        argument='primary_container.aws_logs_configurations=[{{"log_group": "{name}", "log_stream_prefix": "ecs"}}]',
    ),
    # Amazon CloudWatch User Guide, "Amazon ECS Container Insights with enhanced observability metrics" and "Container
    # Insights performance log reference": the group is created with a retention of one day.
    Writer(
        ECS_CLUSTER,
        "Container Insights",
        "settings",
        default="/aws/ecs/containerinsights/{name}/performance",
        when=(If("name", ("containerinsights",)), If("value", ("enabled", "enhanced"))),
    ),
    # Amazon ECS API Reference, ExecuteCommandConfiguration and ExecuteCommandLogConfiguration. With the logging DEFAULT
    # a session is logged where the container logs.
    Writer(
        ECS_CLUSTER,
        "ECS Exec sessions",
        "configuration.executeCommandConfiguration",
        group="logConfiguration.cloudWatchLogGroupName",
        when=(If("logging", ("override",), default="DEFAULT"),),
    ),
    # Amazon Aurora User Guide, "Publishing Aurora PostgreSQL logs to Amazon CloudWatch Logs", and the same of MySQL.
    Writer(
        RDS_CLUSTER,
        "exported logs",
        default="/aws/rds/cluster/{clusterIdentifier}/{each}",
        each="enabledCloudwatchLogsExports",
    ),
    # Amazon RDS User Guide, "Publishing database logs to Amazon CloudWatch Logs".
    Writer(
        RDS_INSTANCE,
        "exported logs",
        default="/aws/rds/instance/{identifier}/{each}",
        each="enabledCloudwatchLogsExports",
    ),
    # Amazon Aurora User Guide, "Troubleshooting for RDS Proxy": a proxy logs with and without debug logging.
    Writer(RDS_PROXY, "its log", default="/aws/rds/proxy/{name}"),
    # Amazon VPC User Guide, "Publish flow logs to CloudWatch Logs"; EC2 API Reference, CreateFlowLogs.
    *(
        Writer(
            FLOW_LOG,
            "flow logs",
            group=group,
            when=(If("logDestinationType", ("cloud-watch-logs",), default="cloud-watch-logs"),),
        )
        for group in ("logDestination", "logGroupName")
    ),
)
"""What ECS, RDS and VPCs write: resources of the documented constraints."""

OTHERS: Sequence[Writer] = (
    # AWS Lambda Developer Guide, "Configuring CloudWatch log groups".
    Writer(LAMBDA_FUNCTION, "its log", group="loggingConfig.logGroup", default="/aws/lambda/{name}"),
    # Amazon API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs in API Gateway", "Configure logging
    # for HTTP APIs" and "Configure logging for WebSocket APIs".
    Writer(API_STAGE, "access logs", "accessLogSettings", group="destinationArn"),
    Writer(API_V2_STAGE, "access logs", "accessLogSettings", group="destinationArn"),
    Writer(
        API_METHOD_SETTINGS,
        "execution logs",
        default="API-Gateway-Execution-Logs_{restApi}/{stageName}",
        when=(If("settings.loggingLevel", _EXECUTION_LEVELS),),
    ),
    *(
        Writer(
            API_V2_STAGE,
            "execution logs",
            settings,
            default="/aws/apigateway/{apiId}/{name}",
            when=(If("loggingLevel", _EXECUTION_LEVELS),),
        )
        for settings in ("defaultRouteSettings", "routeSettings")
    ),
    # Amazon Route 53 Developer Guide, "Public DNS query logging" and "Resolver query logging".
    Writer(QUERY_LOG, "DNS queries", group="cloudwatchLogGroupArn"),
    Writer(RESOLVER_QUERY_LOG, "DNS queries", group="destinationArn"),
    # Amazon OpenSearch Service Developer Guide, "Monitoring OpenSearch logs with Amazon CloudWatch Logs".
    Writer(
        OPENSEARCH_DOMAIN,
        "its logs",
        "logPublishingOptions",
        group="cloudwatchLogGroupArn",
        when=(If("enabled", ("true",), default="true"),),
    ),
    # Amazon MSK Developer Guide, "Amazon MSK logging"; MSK Connect, "Logging for MSK Connect".
    Writer(MSK_CLUSTER, "broker logs", "loggingInfo.brokerLogs.cloudwatchLogs", group="logGroup", when=(_ENABLED,)),
    Writer(
        MSK_CONNECTOR,
        "worker logs",
        "logDelivery.workerLogDelivery.cloudwatchLogs",
        group="logGroup",
        when=(_ENABLED,),
    ),
    # Amazon ElastiCache User Guide, "Log delivery".
    *(
        Writer(
            kind,
            "its logs",
            "logDeliveryConfigurations",
            group="destination",
            when=(If("destinationType", ("cloudwatch-logs",)),),
        )
        for kind in (ELASTICACHE_CLUSTER, ELASTICACHE_REPLICATION_GROUP)
    ),
    # Amazon Redshift Management Guide, "Database audit logging" and "Audit logging for Amazon Redshift Serverless".
    Writer(
        REDSHIFT_LOGGING,
        "audit logs",
        default="/aws/redshift/cluster/{clusterIdentifier}/{each}",
        each="logExports",
        when=(If("logDestinationType", ("cloudwatch",)),),
    ),
    Writer(
        REDSHIFT_CLUSTER,
        "audit logs",
        "logging",
        default="/aws/redshift/cluster/{clusterIdentifier}/{each}",
        each="logExports",
        when=(If("enable", ("true",)), If("logDestinationType", ("cloudwatch",))),
    ),
    Writer(REDSHIFT_NAMESPACE, "audit logs", default="/aws/redshift/{namespaceName}/{each}", each="logExports"),
    # Amazon DocumentDB Developer Guide, "Auditing Amazon DocumentDB events"; Amazon Neptune User Guide, "Publishing
    # Neptune logs to Amazon CloudWatch Logs".
    Writer(
        DOCUMENTDB_CLUSTER,
        "exported logs",
        default="/aws/docdb/{clusterIdentifier}/{each}",
        each="enabledCloudwatchLogsExports",
    ),
    Writer(
        NEPTUNE_CLUSTER,
        "exported logs",
        default="/aws/neptune/{clusterIdentifier}/{each}",
        each="enableCloudwatchLogsExports",
    ),
    # AWS CodeBuild API Reference, CloudWatchLogsConfig; User Guide, "View build details": logs are on unless disabled.
    Writer(
        CODEBUILD_PROJECT,
        "build logs",
        group="logsConfig.cloudwatchLogs.groupName",
        default="/aws/codebuild/{name}",
        when=(If("logsConfig.cloudwatchLogs.status", ("enabled",), default="ENABLED"),),
    ),
    # AWS Step Functions API Reference, LoggingConfiguration and CloudWatchLogsLogGroup.
    Writer(
        STATE_MACHINE,
        "execution logs",
        "loggingConfiguration",
        group="logDestination",
        when=(If("level", ("all", "error", "fatal"), default="OFF"),),
    ),
    # AWS WAF Developer Guide, "Sending web ACL traffic logs to a Amazon CloudWatch Logs log group".
    Writer(WEB_ACL_LOGGING, "web requests", "logDestinationConfigs"),
    # Amazon EKS User Guide, "Send control plane logs to CloudWatch Logs".
    Writer(EKS_CLUSTER, "control plane logs", default="/aws/eks/{name}/cluster", when=(If("enabledClusterLogTypes"),)),
    # Amazon EventBridge User Guide, "Amazon CloudWatch Logs groups as event bus targets", "EventBridge Pipes logging".
    Writer(EVENT_TARGET, "events", group="arn"),
    Writer(PIPE, "events", group="target"),
    Writer(
        PIPE,
        "its log",
        "logConfiguration",
        group="cloudwatchLogsLogDestination.logGroupArn",
        when=(If("level", ("error", "info", "trace")),),
    ),
    # Amazon CloudWatch Logs User Guide, "Enable logging from AWS services"; CloudFront's standard logs (v2) and others.
    Writer(LOG_DELIVERY_DESTINATION, "delivered logs", group="deliveryDestinationConfiguration.destinationResourceArn"),
    # AWS CloudTrail User Guide, "Sending events to CloudWatch Logs".
    Writer(TRAIL, "events", group="cloudWatchLogsGroupArn", when=(If("enableLogging", ("true",), default="true"),)),
    # AWS Client VPN Administrator Guide, "Connection logging".
    Writer(CLIENT_VPN_ENDPOINT, "connections", "connectionLogOptions", group="cloudwatchLogGroup", when=(_ENABLED,)),
    # AWS Batch User Guide, "Use the awslogs log driver": one group for the jobs of an account where none is named.
    Writer(
        BATCH_JOB_DEFINITION,
        "job logs",
        "containerProperties",
        group="logConfiguration.options.awslogs-group",
        default="/aws/batch/job",
        when=(If("logConfiguration.logDriver", ("awslogs",), default="awslogs"),),
    ),
    *_mwaa_writers(),
    # Amazon MQ Developer Guide, "Configuring Amazon MQ for ActiveMQ logs" and "... RabbitMQ logs".
    Writer(
        MQ_BROKER, "general logs", "logs", default="/aws/amazonmq/broker/{id}/general", when=(If("general", ("true",)),)
    ),
    Writer(MQ_BROKER, "audit logs", "logs", default="/aws/amazonmq/broker/{id}/audit", when=(If("audit", ("true",)),)),
    # AWS Transfer Family User Guide, "Amazon CloudWatch logging for AWS Transfer Family servers".
    Writer(TRANSFER_SERVER, "structured logs", "structuredLogDestinations"),
    # Amazon EMR Serverless User Guide, "Storing logs": the group is /aws/emr-serverless where none is named.
    Writer(
        EMR_SERVERLESS,
        "job logs",
        "monitoringConfiguration.cloudwatchLoggingConfiguration",
        group="logGroupName",
        default="/aws/emr-serverless",
        when=(_ENABLED,),
    ),
)
"""What other services write."""


@dataclass(frozen=True, eq=False)
class Destination:
    """A log group that a resource writes to, or may write to.

    Attributes:
        writer: What writes.
        resource: The resource.
        group: The value that names the group; None where AWS does.
        parts: The parts of the name that AWS gives it: texts, and the values of the resource among them.
        unknown_conditions: What is not known of whether it writes at all; nothing where that is the whole block.
        hidden: The block of the resource in which the value would be, where it is not known; None where it is.
        retention: The retention that the writer itself sets; absent or None where it sets none.
        named_region: The Region that the writer names; absent or None where it names none.
    """

    writer: Writer
    resource: Resource
    group: Value | None
    parts: Sequence[str | Value]
    unknown_conditions: Sequence[Value]
    hidden: Value | None = None
    retention: Value | None = None
    named_region: Value | None = None

    @property
    def region(self) -> Value:
        """The Region of the group: that in its ARN, that which the writer names, or that of the resource."""
        found = _ARN.fullmatch(self.group.as_text() or "") if self.group is not None else None
        if self.group is not None and found:
            return self.group.part(found["region"], self.group.path)
        named = self.named_region
        return named if named is not None and (named.is_unknown or named.as_text()) else _region_of(self.resource)

    @property
    def name(self) -> str | None:
        """The name of the group; None where it is not known, or the value is no name or ARN of a log group."""
        if self.group is not None:
            return _name_of(self.group.as_text())
        texts = [part if isinstance(part, str) else part.as_text() for part in self.parts]
        return None if None in texts else "".join(text for text in texts if text)

    @property
    def unknown_parts(self) -> list[Value]:
        """The parts of the name that AWS gives it that are not known."""
        return [part for part in self.parts if isinstance(part, Value) and part.as_text() is None]

    @property
    def pattern(self) -> str:
        """The name that AWS gives it, with `*` for what is not known."""
        return "".join(part if isinstance(part, str) else part.as_text() or "*" for part in self.parts)

    @property
    def is_secret(self) -> bool:
        """Whether the name must not be shown."""
        return any(isinstance(part, Value) and part.secret for part in (self.group, *self.parts))

    @property
    def python(self) -> str:
        """The name as a Python expression; what is not known as an output of the resource."""
        if self.name is not None:
            return f'"{self.name}"'
        variable = re.findall("[A-Z][a-z0-9]*", self.resource.type)[-1].lower()
        text = ""
        outputs: list[str] = []
        for part in self.parts:
            known = part if isinstance(part, str) else part.as_text()
            text += f"{{{len(outputs)}}}" if known is None else known
            if known is None and isinstance(part, Value):
                outputs.append(f"{variable}.{snake_case(part.path)}")
        return f'pulumi.Output.format("{text}", {", ".join(outputs)})'


@dataclass(frozen=True, eq=False)
class Written:
    """Whether the stack declares a log group that is written to.

    Attributes:
        destination: The group.
        answer: Whether it is declared; None where that cannot be told.
        groups: The log groups of the stack that it is, where there are some.
        unknowns: What is not known where it cannot be told.
        other_region: Whether the stack declares a group of that name, but in another Region.
    """

    destination: Destination
    answer: Answer
    groups: Sequence[Resource] = ()
    unknowns: Sequence[Value] = ()
    other_region: bool = False


class LogGroups:
    """The log groups of a stack, and what is written to them. Built once for a stack, by `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._by_name: dict[str, list[Resource]] = {}
        self._by_arn: dict[str, list[Resource]] = {}
        self._nameless: list[Resource] = []
        self._like: dict[str, bool] = {}
        self._computed_from: ByTarget[Resource] = ByTarget()
        for group in stack.of(LOG_GROUP):
            self._add(group)
        destinations = [
            destination
            for writer in (*CONSTRAINED, *OTHERS)
            for resource in stack.of(writer.kind)
            for destination in _destinations(writer, resource)
        ]
        referred = {group for one in destinations for group in self._referred(one)}
        self._own = {one: self._groups_of(one, referred) for one in destinations if one.group is None}
        # A group whose name is computed from what one writer's is made of is not another one's.
        settled = {group for own in self._own.values() for group in own}
        self._nameless = [group for group in self._nameless if group not in settled]
        self._written: dict[Resource, list[Written]] = {}
        unnamed = Counter(one.resource for one in self._own if one.name is None)
        for one in destinations:
            written = self._automatic(one, unnamed[one.resource]) if one.group is None else self._named(one, one.group)
            if written is not None:
                self._written.setdefault(one.resource, []).append(written)

    def written_by(self, resource: Resource) -> Sequence[Written]:
        """What a resource writes."""
        return self._written.get(resource, ())

    def _add(self, group: Resource) -> None:
        arn = group.output("arn").as_text()
        if arn is not None:
            self._by_arn.setdefault(arn.removesuffix(":*"), []).append(group)
        name = group.output("name")
        text = name.as_text()
        if text is not None:
            self._by_name.setdefault(text, []).append(group)
        elif name.is_unknown and group["namePrefix"].is_absent:
            # A name that begins with a prefix ends with what the provider makes up: no writer's own name is like that.
            self._nameless.append(group)
            sources = self._stack.sources_of(group["name"])
            self._computed_from.add(group, [(source, True) for source in sources if source is not None])

    def _by_text(self, destination: Destination, name: str) -> Written:
        named = self._by_name.get(name, [])
        regions = [(group, _region_of(group)) for group in named]
        found = [group for group, region in regions if _is_same(region, destination.region)]
        if found:
            return Written(destination, True, found)
        unknown = [one for _, region in regions for one in (region, destination.region) if one.is_unknown]
        if unknown:
            return Written(destination, None, unknowns=unknown[:_MOST_NAMED])
        if self._nameless:
            return Written(destination, None, unknowns=[group["name"] for group in self._nameless[:_MOST_NAMED]])
        return Written(destination, False, other_region=bool(named))

    def _named(self, destination: Destination, value: Value) -> Written | None:
        """A group that a value names; None where the value is of something else, such as a bucket."""
        if destination.writer.is_opaque or destination.hidden is not None:
            return Written(destination, None, unknowns=[destination.hidden or value])
        if value.is_absent:
            return Written(destination, False)
        if not value.is_unknown:
            found = self._by_arn.get((value.as_text() or "").removesuffix(":*"))
            if found:
                return Written(destination, True, found)
            name = destination.name
            return None if name is None else self._by_text(destination, name)
        referred = self._referred(destination)
        if referred:
            return Written(destination, True, referred)
        sources = self._stack.sources_of(value)
        if sources and all(map(_is_no_log_group, sources)):
            return None
        return Written(destination, None, unknowns=[value])

    def _referred(self, destination: Destination) -> Sequence[Resource]:
        """The groups that a value which is not known yet is computed from."""
        value = destination.group
        if value is None or not value.is_unknown or destination.hidden is not None or destination.writer.is_opaque:
            return ()
        return self._stack.reference(value, LOG_GROUP).direct

    def _groups_of(self, destination: Destination, referred: Collection[Resource]) -> list[Resource]:
        """The groups whose name is computed from nothing but what AWS makes the name of, and that have no other use."""
        sources = {destination.resource}
        for part in destination.parts:
            # A text that something made up may be a part of many names, and one of two sources may be the other.
            of_part = self._stack.sources_of(part) if isinstance(part, Value) else ()
            if len(of_part) == 1 and of_part[0] is not None and of_part[0].type.startswith("aws:"):
                sources.add(of_part[0])
        found = dict.fromkeys(
            group
            for source in sorted(sources, key=lambda one: one.urn)
            for group, _ in self._computed_from.of(source)
            if group not in referred and sources >= {*self._stack.sources_of(group["name"])}
        )
        return list(found)

    def _automatic(self, destination: Destination, unnamed: int) -> Written:
        """A group that AWS names: by that name, or by what a name that is not known yet is computed from."""
        own, name = self._own[destination], destination.name
        if name is not None and (name in self._by_name or not own):
            return self._by_text(destination, name)
        if own and len(own) >= unnamed:
            return Written(destination, True, own)
        possible = own or self._nameless
        if possible:
            return Written(destination, None, unknowns=[group["name"] for group in possible[:_MOST_NAMED]])
        if self._has_like(destination.pattern):
            return Written(destination, None, unknowns=destination.unknown_parts)
        return Written(destination, False)

    def _has_like(self, pattern: str) -> bool:
        """Whether the stack declares a group of a name like a pattern; asked once for each pattern."""
        if pattern not in self._like:
            self._like[pattern] = any(matches(pattern, text) for text in self._by_name)
        return self._like[pattern]


def _destinations(writer: Writer, resource: Resource) -> Iterator[Destination]:
    for block in _blocks(resource, writer.within):
        conditions = [(one.value(block), one.holds(block)) for one in writer.when]
        if kleene_all(answer for _, answer in conditions) is False:
            continue
        unknown = [value for value, answer in conditions if answer is None]
        retention = _at(block, writer.retention) if writer.retention else None
        region = _at(block, writer.region) if writer.region else None
        group = _group(writer, block)
        hidden = block if isinstance(block, Value) and block.is_unknown and group is not block else None
        if group is not None and (group.is_unknown or group.as_text()):
            yield Destination(writer, resource, group, (), [] if hidden else unknown, hidden, retention, region)
        elif group is not None and group.is_absent and writer.argument:
            yield Destination(writer, resource, group, (), unknown)
        elif writer.default:
            for log in _each(writer, block):
                yield Destination(writer, resource, None, list(_parts(writer.default, resource, log)), unknown)


def _group(writer: Writer, block: Block) -> Value | None:
    if writer.group:
        return _at(block, writer.group)
    return block if isinstance(block, Value) and not writer.default else None


def _each(writer: Writer, block: Block) -> Sequence[Value | None]:
    if not writer.each:
        return [None]
    logs = _at(block, writer.each)
    elements = logs.elements()
    return ([logs] if logs.is_unknown else []) if elements is None else elements


def _parts(template: str, resource: Resource, log: Value | None) -> Iterator[str | Value]:
    for text, field, _, _ in string.Formatter().parse(template):
        if text:
            yield text
        if field == "each" and log is not None:
            yield log
        elif field:
            yield resource.output(field)


def _blocks(resource: Resource, path: str) -> list[Block]:
    if not path:
        return [resource]
    first, *rest = path.split(".")
    values = _opened(resource[first])
    for name in rest:
        values = [one for value in values for one in _opened(member(value, name))]
    return list(values)


def _opened(value: Value) -> list[Value]:
    """A value, or each element of a list; what is not known as it is."""
    document = value.parsed_json() if value.path in _JSON else value
    elements = document.elements()
    if elements is None:
        return [document] if document.is_unknown else []
    return list(elements)


def _at(block: Block, path: str) -> Value:
    first, *rest = path.split(".")
    value = block[first] if isinstance(block, Resource) else member(block, first)
    for name in rest:
        value = member(value, name)
    return value


_ARN = re.compile(r"arn:[^:]*:logs:(?P<region>[^:]*):[^:]*:log-group:(?P<name>[^:]+)(:.*)?")


def _region_of(resource: Resource) -> Value:
    """The Region of a resource: its own, or that of its provider; absent where the environment names it."""
    own = resource["region"]
    return own if not own.is_absent else own.part(resource.provider.get("region"), own.path)


def _is_same(region: Value, other: Value) -> Answer:
    """Whether two Regions are one, as those are of which the environment names one."""
    if region.is_absent or other.is_absent:
        return True
    return None if region.is_unknown or other.is_unknown else region.as_text() == other.as_text()


def _is_no_log_group(source: Resource | None) -> bool:
    """Whether what is computed from a resource is its own ARN, and it is no log group."""
    return source is not None and source.type in ARN_OWNERS and source.kind is not LOG_GROUP


def _name_of(text: str | None) -> str | None:
    """The name of a log group of which a text is the name or the ARN; None for an ARN of something else."""
    if text is None or not text.startswith("arn:"):
        return text
    found = _ARN.fullmatch(text)
    return found["name"] if found else None
