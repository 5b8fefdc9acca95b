"""The API itself: an ECS cluster, the task it runs, and the service that keeps it running on Fargate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .container import CONTAINER_NAME, SCRATCH_VOLUME, container_definitions
from .firewall import CONTAINER_PORT
from .log_group import log_group
from .names import Names

TASK_CPU = "1024"
TASK_MEMORY = "2048"
DESIRED_TASKS = 2
ON_DEMAND = "FARGATE"
SPOT = "FARGATE_SPOT"


@dataclass(frozen=True)
class ServiceArgs:
    """Names and settings, where tasks run and as whom, and what has to exist before the first one starts."""

    names: Names
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    target_group_arn: pulumi.Input[str]
    execution_role_arn: pulumi.Input[str]
    task_role_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str] | None
    container_image: str | None
    password_is_ours: bool
    protect: bool
    wait_for: Sequence[pulumi.Resource]


class Service(pulumi.ComponentResource):
    """Cluster, task definition and service. Returns their names, and the service for what scales it."""

    cluster_name: pulumi.Output[str]
    service_name: pulumi.Output[str]
    service: aws.ecs.Service

    def __init__(self, name: str, args: ServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:compute:Service", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._args = args
        insights = log_group("insights", args.names.insights_log_group, args.key_arn, self._child)
        logs = log_group(name, args.names.service_log_group, args.key_arn, self._child)
        cluster = aws.ecs.Cluster(
            name,
            name=args.names.cluster,
            settings=[aws.ecs.ClusterSettingArgs(name="containerInsights", value="enabled")],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[insights]),
        )
        capacity = aws.ecs.ClusterCapacityProviders(
            name, cluster_name=cluster.name, capacity_providers=[ON_DEMAND, SPOT], opts=self._child
        )
        task = self._task_definition(name)
        self.service = self._service(name, cluster, task, [capacity, logs, *args.wait_for])
        self.cluster_name = cluster.name
        self.service_name = self.service.name
        self.register_outputs({"service_name": self.service_name})

    def _task_definition(self, name: str) -> aws.ecs.TaskDefinition:
        args = self._args
        return aws.ecs.TaskDefinition(
            name,
            family=args.names.task_family,
            cpu=TASK_CPU,
            memory=TASK_MEMORY,
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
                operating_system_family="LINUX", cpu_architecture="X86_64"
            ),
            execution_role_arn=args.execution_role_arn,
            task_role_arn=args.task_role_arn,
            volumes=[aws.ecs.TaskDefinitionVolumeArgs(name=SCRATCH_VOLUME)],
            container_definitions=container_definitions(
                args.names, args.container_image, password_is_ours=args.password_is_ours
            ),
            opts=self._child,
        )

    def _service(
        self,
        name: str,
        cluster: aws.ecs.Cluster,
        task: aws.ecs.TaskDefinition,
        wait_for: Sequence[pulumi.Resource],
    ) -> aws.ecs.Service:
        args = self._args
        return aws.ecs.Service(
            name,
            name=args.names.service,
            cluster=cluster.arn,
            task_definition=task.arn,
            desired_count=DESIRED_TASKS,
            platform_version="LATEST",
            # The first two tasks are on demand; of those above, three in ten are, and the rest run on spare capacity.
            capacity_provider_strategies=[
                aws.ecs.ServiceCapacityProviderStrategyArgs(capacity_provider=ON_DEMAND, base=2, weight=30),
                aws.ecs.ServiceCapacityProviderStrategyArgs(capacity_provider=SPOT, weight=70),
            ],
            network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(
                subnets=args.subnet_ids, security_groups=[args.security_group_id], assign_public_ip=False
            ),
            load_balancers=[
                aws.ecs.ServiceLoadBalancerArgs(
                    target_group_arn=args.target_group_arn, container_name=CONTAINER_NAME, container_port=CONTAINER_PORT
                )
            ],
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(enable=True, rollback=True),
            health_check_grace_period_seconds=60,
            enable_execute_command=False,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            # Auto-scaling owns the count once the service exists: an update must not set it back to two.
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=wait_for, ignore_changes=["desiredCount"], protect=args.protect
            ),
        )
