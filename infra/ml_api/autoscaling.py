"""How many tasks run: as many as the requests need, between two and ten."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .names import Names

MIN_TASKS = 2
MAX_TASKS = 10
REQUESTS_PER_TASK = 1000
SCALE_OUT_COOLDOWN_SECONDS = 60
SCALE_IN_COOLDOWN_SECONDS = 300


@dataclass(frozen=True)
class AutoscalingArgs:
    """Names, the service to scale, and the two halves of the label of what is measured."""

    names: Names
    service: aws.ecs.Service
    load_balancer_arn_suffix: pulumi.Input[str]
    target_group_arn_suffix: pulumi.Input[str]


class Autoscaling(pulumi.ComponentResource):
    """A scalable target and a policy that keeps the requests a minute a task near one number."""

    def __init__(self, name: str, args: AutoscalingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:compute:Autoscaling", name, None, opts)
        target = aws.appautoscaling.Target(
            name,
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=f"service/{args.names.cluster}/{args.names.service}",
            min_capacity=MIN_TASKS,
            max_capacity=MAX_TASKS,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.service]),
        )
        # Source: Application Auto Scaling API Reference, "PredefinedMetricSpecification", ResourceLabel.
        label = pulumi.Output.concat(args.load_balancer_arn_suffix, "/", args.target_group_arn_suffix)
        aws.appautoscaling.Policy(
            name,
            name=args.names.of("requests-per-task"),
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                target_value=REQUESTS_PER_TASK,
                scale_out_cooldown=SCALE_OUT_COOLDOWN_SECONDS,
                scale_in_cooldown=SCALE_IN_COOLDOWN_SECONDS,
                predefined_metric_specification=(
                    aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                        predefined_metric_type="ALBRequestCountPerTarget", resource_label=label
                    )
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
