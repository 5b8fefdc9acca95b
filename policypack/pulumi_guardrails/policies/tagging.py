"""Tags: whose a resource is, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.tags import tag_of
from pulumi_guardrails.core.policy import ResourcePolicy, Setting, Settings, Severity, Topic, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Secret
from pulumi_guardrails.core.verdict import Verdict, all_in, not_applicable, undecided

TAGGABLE = (
    resource_types.VPC,
    resource_types.DEFAULT_VPC,
    resource_types.SUBNET,
    resource_types.DEFAULT_SUBNET,
    resource_types.INTERNET_GATEWAY,
    resource_types.VPN_GATEWAY,
    resource_types.EGRESS_ONLY_GATEWAY,
    resource_types.NAT_GATEWAY,
    resource_types.ROUTE_TABLE,
    resource_types.DEFAULT_ROUTE_TABLE,
    resource_types.NETWORK_ACL,
    resource_types.DEFAULT_NETWORK_ACL,
    resource_types.VPC_PEERING,
    resource_types.FLOW_LOG,
    resource_types.VPC_ENDPOINT,
    resource_types.MANAGED_PREFIX_LIST,
    resource_types.SECURITY_GROUP,
    resource_types.DEFAULT_SECURITY_GROUP,
    resource_types.INGRESS_RULE,
    resource_types.EGRESS_RULE,
    resource_types.INSTANCE,
    resource_types.LAUNCH_TEMPLATE,
    resource_types.NETWORK_INTERFACE,
    resource_types.EIP,
    resource_types.LAMBDA_FUNCTION,
    resource_types.ELASTICACHE_CLUSTER,
    resource_types.ELASTICACHE_REPLICATION_GROUP,
    resource_types.ELASTICACHE_SERVERLESS,
    resource_types.MEMORYDB_CLUSTER,
    resource_types.OPENSEARCH_DOMAIN,
    resource_types.REDSHIFT_CLUSTER,
    resource_types.REDSHIFT_WORKGROUP,
    resource_types.DOCUMENTDB_CLUSTER,
    resource_types.NEPTUNE_CLUSTER,
    resource_types.ELASTICACHE_SUBNET_GROUP,
    resource_types.MEMORYDB_SUBNET_GROUP,
    resource_types.REDSHIFT_SUBNET_GROUP,
    resource_types.DOCUMENTDB_SUBNET_GROUP,
    resource_types.NEPTUNE_SUBNET_GROUP,
    resource_types.MSK_CLUSTER,
    resource_types.MSK_SERVERLESS,
    resource_types.MQ_BROKER,
    resource_types.LOAD_BALANCER,
    resource_types.CLASSIC_LOAD_BALANCER,
    resource_types.LISTENER,
    resource_types.LISTENER_RULE,
    resource_types.TARGET_GROUP,
    resource_types.ECS_CLUSTER,
    resource_types.ECS_SERVICE,
    resource_types.ECS_TASK_DEFINITION,
    resource_types.ECS_DAEMON_TASK_DEFINITION,
    resource_types.ECS_TASK_SET,
    resource_types.SCALING_TARGET,
    resource_types.RDS_CLUSTER,
    resource_types.RDS_CLUSTER_INSTANCE,
    resource_types.RDS_INSTANCE,
    resource_types.RDS_CLUSTER_PARAMETER_GROUP,
    resource_types.RDS_PARAMETER_GROUP,
    resource_types.RDS_SUBNET_GROUP,
    resource_types.RDS_PROXY,
    resource_types.RDS_PROXY_ENDPOINT,
    resource_types.RDS_SHARD_GROUP,
    resource_types.RDS_SNAPSHOT,
    resource_types.RDS_SNAPSHOT_COPY,
    resource_types.RDS_CLUSTER_SNAPSHOT,
    resource_types.RDS_CLUSTER_SNAPSHOT_COPY,
    resource_types.DYNAMODB_TABLE,
    resource_types.DYNAMODB_TABLE_REPLICA,
    resource_types.DISTRIBUTION,
    resource_types.WEB_ACL,
    resource_types.LOG_GROUP,
    resource_types.METRIC_ALARM,
    resource_types.COMPOSITE_ALARM,
    resource_types.LOG_DELIVERY,
    resource_types.LOG_DELIVERY_SOURCE,
    resource_types.LOG_DELIVERY_DESTINATION,
    resource_types.API_STAGE,
    resource_types.API_V2_STAGE,
    resource_types.RESOLVER_QUERY_LOG,
    resource_types.MSK_CONNECTOR,
    resource_types.REDSHIFT_NAMESPACE,
    resource_types.STATE_MACHINE,
    resource_types.PIPE,
    resource_types.TRAIL,
    resource_types.ROLE,
    resource_types.USER,
    resource_types.IAM_POLICY,
    resource_types.KMS_KEY,
    resource_types.KMS_EXTERNAL_KEY,
    resource_types.KMS_REPLICA_KEY,
    resource_types.SECRET,
    resource_types.BUCKET,
    resource_types.BUCKET_OBJECT,
    resource_types.ECR_REPOSITORY,
    resource_types.ECR_PUBLIC_REPOSITORY,
    resource_types.CERTIFICATE,
    resource_types.SQS_QUEUE,
    resource_types.SNS_TOPIC,
    resource_types.S3_ACCESS_POINT,
    resource_types.VPC_ORIGIN,
    resource_types.ECS_DAEMON,
    resource_types.ECS_EXPRESS_SERVICE,
    resource_types.GLACIER_VAULT,
    resource_types.EKS_CLUSTER,
    resource_types.CODEBUILD_PROJECT,
    resource_types.MWAA_ENVIRONMENT,
    resource_types.DAX_CLUSTER,
    resource_types.DMS_INSTANCE,
    resource_types.BATCH_COMPUTE_ENVIRONMENT,
    resource_types.APP_RUNNER_CONNECTOR,
    resource_types.NOTEBOOK_INSTANCE,
    resource_types.SAGEMAKER_DOMAIN,
    resource_types.SAGEMAKER_MODEL,
    resource_types.FSX_LUSTRE,
    resource_types.FSX_ONTAP,
    resource_types.FSX_OPENZFS,
    resource_types.FSX_WINDOWS,
    resource_types.TRANSFER_SERVER,
    resource_types.GLUE_CONNECTION,
    resource_types.SPOT_INSTANCE,
    resource_types.CLIENT_VPN_ENDPOINT,
    resource_types.INSTANCE_CONNECT_ENDPOINT,
    resource_types.RESOLVER_ENDPOINT,
    resource_types.API_VPC_LINK,
    resource_types.CANARY,
    resource_types.EMR_SERVERLESS,
    resource_types.DOCUMENTDB_ELASTIC_CLUSTER,
    resource_types.TIMESTREAM_INFLUXDB,
    resource_types.BATCH_JOB_DEFINITION,
    resource_types.APP_RUNNER_SERVICE,
    resource_types.BEANSTALK_ENVIRONMENT,
    resource_types.GLUE_JOB,
    resource_types.AMPLIFY_APP,
    resource_types.SSM_PARAMETER,
)
"""Every kind that the pack knows whose resources can have tags (the type has the property in the AWS plugin's schema,
which a test holds this list to)."""


def _tag(resource: Resource, settings: Settings) -> Mapping[str, Any]:
    written = resource.properties.get("tags")
    own = (written.value if isinstance(written, Secret) else written) or {}
    values = _safe_values(resource) | settings["values"]
    missing = [name for name in settings["required"] if _has(name, resource).is_violation]
    if not isinstance(own, Mapping) or not values.keys() >= set(missing):
        return {}
    return {"tags": {**own, **{name: values[name] for name in missing}}}


def _safe_values(resource: Resource) -> dict[str, str]:
    """What the URN tells: `urn:pulumi:STACK::PROJECT::TYPE::NAME`."""
    stack, project = [*resource.urn.removeprefix("urn:pulumi:").split("::"), ""][:2]
    return {"Environment": stack, "Project": project, "ManagedBy": "Pulumi"}


@ResourcePolicy(
    title="A resource has the required tags",
    why=(
        "Cost, incidents and audits are settled by tags: an untagged resource has no owner. It is off by default, "
        "since which tags are required is an organisation's own choice. Tags by the provider's default_tags count."
    ),
    severity=Severity.LOW,
    kinds=TAGGABLE,
    off=True,
    settings={
        "required": list_setting(
            ["Environment", "Repository", "Team", "Project", "ManagedBy"], "The tags that a resource has to have."
        ),
        "values": Setting(
            {"type": "object", "additionalProperties": {"type": "string"}},
            {},
            "Values for missing tags where the level is remediate. Environment, Project and ManagedBy have one "
            "without: the stack's name, the project's name, and Pulumi.",
        ),
    },
    remediation_steps="Set tags on the resource, on all of them by a transform, or default_tags on the provider.",
    example="""aws.sqs.Queue(
    "jobs",
    tags={
        "Environment": "dev",
        "Repository": "ml-api",
        "Team": "platform",
        "Project": "ml-api",
        "ManagedBy": "Pulumi",
    },
)""",
    url="https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
    topics=(Topic.TAGS, Topic.OWNERSHIP),
    remediation=_tag,
)
def resource_tagged(resource: Resource, settings: Settings) -> Verdict:
    """Each required tag is there and not empty: on the resource itself, or among its provider's default tags."""
    return all_in(
        [_has(name, resource) for name in settings["required"]], not_applicable("its configuration requires no tag")
    ).answered_by("required")


def _has(name: str, resource: Resource) -> Verdict:
    tag = tag_of(resource, name)
    if tag.is_unknown and not tag.path.endswith(f".{name}"):
        return undecided(tag)
    return tag.must_be_set("a value", f'Add "{name}" to tags.')
