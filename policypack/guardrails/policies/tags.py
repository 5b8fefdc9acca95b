"""Tags: whose a resource is, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guardrails import kinds
from guardrails.policy import Level, Setting, Settings, Severity, list_setting, resource_policy
from guardrails.verdict import Verdict, all_in, not_applicable, undecided
from guardrails.view import Resource, Secret, Value

TAGGABLE = (
    kinds.VPC,
    kinds.DEFAULT_VPC,
    kinds.SUBNET,
    kinds.DEFAULT_SUBNET,
    kinds.INTERNET_GATEWAY,
    kinds.VPN_GATEWAY,
    kinds.EGRESS_ONLY_GATEWAY,
    kinds.NAT_GATEWAY,
    kinds.ROUTE_TABLE,
    kinds.DEFAULT_ROUTE_TABLE,
    kinds.NETWORK_ACL,
    kinds.DEFAULT_NETWORK_ACL,
    kinds.VPC_PEERING,
    kinds.FLOW_LOG,
    kinds.VPC_ENDPOINT,
    kinds.MANAGED_PREFIX_LIST,
    kinds.SECURITY_GROUP,
    kinds.DEFAULT_SECURITY_GROUP,
    kinds.INGRESS_RULE,
    kinds.EGRESS_RULE,
    kinds.INSTANCE,
    kinds.LAUNCH_TEMPLATE,
    kinds.NETWORK_INTERFACE,
    kinds.EIP,
    kinds.LAMBDA_FUNCTION,
    kinds.ELASTICACHE_CLUSTER,
    kinds.ELASTICACHE_REPLICATION_GROUP,
    kinds.ELASTICACHE_SERVERLESS,
    kinds.MEMORYDB_CLUSTER,
    kinds.OPENSEARCH_DOMAIN,
    kinds.REDSHIFT_CLUSTER,
    kinds.REDSHIFT_WORKGROUP,
    kinds.DOCUMENTDB_CLUSTER,
    kinds.NEPTUNE_CLUSTER,
    kinds.ELASTICACHE_SUBNET_GROUP,
    kinds.MEMORYDB_SUBNET_GROUP,
    kinds.REDSHIFT_SUBNET_GROUP,
    kinds.DOCUMENTDB_SUBNET_GROUP,
    kinds.NEPTUNE_SUBNET_GROUP,
    kinds.MSK_CLUSTER,
    kinds.MSK_SERVERLESS,
    kinds.MQ_BROKER,
    kinds.LOAD_BALANCER,
    kinds.CLASSIC_LOAD_BALANCER,
    kinds.LISTENER,
    kinds.LISTENER_RULE,
    kinds.TARGET_GROUP,
    kinds.ECS_CLUSTER,
    kinds.ECS_SERVICE,
    kinds.ECS_TASK_DEFINITION,
    kinds.ECS_DAEMON_TASK_DEFINITION,
    kinds.ECS_TASK_SET,
    kinds.SCALING_TARGET,
    kinds.RDS_CLUSTER,
    kinds.RDS_CLUSTER_INSTANCE,
    kinds.RDS_INSTANCE,
    kinds.RDS_CLUSTER_PARAMETER_GROUP,
    kinds.RDS_PARAMETER_GROUP,
    kinds.RDS_SUBNET_GROUP,
    kinds.RDS_PROXY,
    kinds.RDS_PROXY_ENDPOINT,
    kinds.RDS_SHARD_GROUP,
    kinds.RDS_SNAPSHOT,
    kinds.RDS_SNAPSHOT_COPY,
    kinds.RDS_CLUSTER_SNAPSHOT,
    kinds.RDS_CLUSTER_SNAPSHOT_COPY,
    kinds.DYNAMODB_TABLE,
    kinds.DYNAMODB_TABLE_REPLICA,
    kinds.DISTRIBUTION,
    kinds.WEB_ACL,
    kinds.LOG_GROUP,
    kinds.METRIC_ALARM,
    kinds.COMPOSITE_ALARM,
    kinds.LOG_DELIVERY,
    kinds.LOG_DELIVERY_SOURCE,
    kinds.LOG_DELIVERY_DESTINATION,
    kinds.ROLE,
    kinds.USER,
    kinds.IAM_POLICY,
    kinds.KMS_KEY,
    kinds.KMS_EXTERNAL_KEY,
    kinds.KMS_REPLICA_KEY,
    kinds.SECRET,
    kinds.BUCKET,
    kinds.BUCKET_OBJECT,
    kinds.ECR_REPOSITORY,
    kinds.ECR_PUBLIC_REPOSITORY,
    kinds.CERTIFICATE,
    kinds.SQS_QUEUE,
    kinds.SNS_TOPIC,
    kinds.S3_ACCESS_POINT,
    kinds.VPN_GATEWAY,
    kinds.VPC_ORIGIN,
    kinds.ECS_DAEMON,
    kinds.ECS_EXPRESS_SERVICE,
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


@resource_policy(
    title="A resource says by its tags whose it is and where it comes from",
    why=(
        "Cost, incidents and audits are settled by tags: an untagged resource has no owner. It is off by default, "
        "since which tags are required is an organisation's own choice. Tags by the provider's default_tags count."
    ),
    severity=Severity.LOW,
    kinds=TAGGABLE,
    level=Level.DISABLED,
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
    mend="Set tags on the resource, on all of them by a transform, or default_tags on the provider.",
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
    topics=("tags", "ownership"),
    remedy=_tag,
)
def resource_tagged(resource: Resource, settings: Settings) -> Verdict:
    """Each required tag is there and not empty: on the resource itself, or among its provider's default tags."""
    return all_in(
        [_has(name, resource) for name in settings["required"]], not_applicable("its configuration requires no tag")
    )


def _has(name: str, resource: Resource) -> Verdict:
    own = resource["tags"]
    defaults = Value.of(resource.provider.get("defaultTags"), "defaultTags of its provider").parsed_json()["tags"]
    for tags in (own, defaults):
        if tags.is_unknown:
            return undecided(tags.path, tags.shown, own.property_name)
        if not tags[name].is_absent:
            break
    else:
        tags = own
    return tags[name].must_be_set("a value", f'Add "{name}" to tags.')
