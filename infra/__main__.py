"""The ML API stack, top to bottom: settings, then one component after the other, then outputs."""

from __future__ import annotations

import pulumi

from ml_api import account, existing, settings, tags
from ml_api.autoscaling import Autoscaling, AutoscalingArgs
from ml_api.cdn import Cdn, CdnArgs
from ml_api.connection_secret import ConnectionSecret, ConnectionSecretArgs
from ml_api.container import image_of
from ml_api.database import Database, DatabaseArgs
from ml_api.edge_logs import EdgeLogs, EdgeLogsArgs
from ml_api.firewall import HTTP_PORT, HTTPS_PORT, Firewall, FirewallArgs
from ml_api.flow_logs import FlowLogs, FlowLogsArgs
from ml_api.identity import EXECUTION_ROLE, TASK_ROLE, Identity, IdentityArgs
from ml_api.keys import EncryptionKey, EncryptionKeyArgs
from ml_api.load_balancer import LoadBalancer, LoadBalancerArgs
from ml_api.log_bucket import LogBucket, LogBucketArgs
from ml_api.names import Names
from ml_api.network import Network, NetworkArgs
from ml_api.origin import Origin, OriginArgs
from ml_api.provider import make_provider
from ml_api.service import Service, ServiceArgs
from ml_api.sessions import Sessions, SessionsArgs
from ml_api.waf import EdgeWaf, LoadBalancerWaf, LoadBalancerWafArgs, WafArgs

config = settings.load()
tags.tag_everything(tags.stack_tags(config))
provider = make_provider(config.region, config.provider)
here = account.look_up(config.region, provider)
account.require_own(here.id, config.certificates)
names = Names(config.environment, config.region, here.id)
existing.refuse_changes(config, names, existing.look_up())
opts = pulumi.ResourceOptions(providers=[provider])

key_arn: pulumi.Output[str] | None = None
if config.customer_managed_key:
    key_arn = EncryptionKey("data", EncryptionKeyArgs(names, EXECUTION_ROLE, TASK_ROLE, config.protect), opts).arn

network = Network("network", NetworkArgs(names, here.zones), opts)
FlowLogs("flow-logs", FlowLogsArgs(names, network.vpc_id, key_arn), opts)
cloudfront_port = None if not config.waf else HTTP_PORT if config.alb_certificate_arn is None else HTTPS_PORT
firewall = Firewall("firewall", FirewallArgs(names, network.vpc_id, cloudfront_port), opts)

database = Database(
    "database",
    DatabaseArgs(
        names=names,
        zones=here.zones,
        subnet_ids=network.private_subnet_ids,
        security_group_id=firewall.database_group_id,
        engine_version=config.aurora_engine_version,
        password=config.db_password,
        key_arn=key_arn,
        protect=config.protect,
        final_snapshot=config.final_snapshot,
    ),
    opts,
)
connection = ConnectionSecret(
    "connection", ConnectionSecretArgs(names, database.cluster, config.db_password, key_arn, config.protect), opts
)
sessions = Sessions("sessions", SessionsArgs(names, key_arn, config.protect), opts)

log_bucket = LogBucket("logs", LogBucketArgs(names, settings.CLOUDFRONT_REGION, config.protect), opts)
load_balancer = LoadBalancer(
    "load-balancer",
    LoadBalancerArgs(
        names=names,
        vpc_id=network.vpc_id,
        subnet_ids=network.public_subnet_ids,
        security_group_id=firewall.load_balancer_group_id,
        certificate_arn=config.alb_certificate_arn,
        key_arn=key_arn,
        log_bucket_ready=log_bucket.ready,
        protect=config.protect,
    ),
    opts,
)
edge_acl_arn: pulumi.Output[str] | None = None
if config.waf:
    LoadBalancerWaf("waf", LoadBalancerWafArgs(names, key_arn, load_balancer.arn), opts)
    edge_acl_arn = EdgeWaf("edge-waf", WafArgs(names, key_arn), opts).arn

identity = Identity("identity", IdentityArgs(names, image_of(config.container_image)), opts)
service = Service(
    "api",
    ServiceArgs(
        names=names,
        subnet_ids=network.private_subnet_ids,
        security_group_id=firewall.task_group_id,
        target_group_arn=load_balancer.target_group_arn,
        execution_role_arn=identity.execution_role_arn,
        task_role_arn=identity.task_role_arn,
        key_arn=key_arn,
        container_image=config.container_image,
        password_is_ours=config.db_password is not None,
        protect=config.protect,
        wait_for=[*load_balancer.ready, *identity.ready, connection.ready],
    ),
    opts,
)
Autoscaling(
    "api",
    AutoscalingArgs(names, service.service, load_balancer.arn_suffix, load_balancer.target_group_arn_suffix),
    opts,
)

origin = Origin(
    "origin",
    OriginArgs(config.alb_certificate_arn, config.domain, load_balancer.dns_name, load_balancer.zone_id),
    opts,
)
cdn = Cdn(
    "cdn",
    CdnArgs(names, origin.domain_name, origin.protocol, config.domain, edge_acl_arn, config.protect),
    opts,
)
EdgeLogs("cdn", EdgeLogsArgs(names, cdn.distribution_arn, log_bucket.ready), opts)

pulumi.export("alb_dns_name", load_balancer.dns_name)
pulumi.export("cloudfront_domain_name", cdn.domain_name)
pulumi.export("cloudfront_distribution_url", cdn.url)
pulumi.export("rds_cluster_endpoint", database.endpoint)
pulumi.export("dynamodb_table_name", sessions.table_name)
pulumi.export("ecs_cluster_name", service.cluster_name)
pulumi.export("ecs_service_name", service.service_name)
pulumi.export("vpc_id", network.vpc_id)
