"""What AWS accepts of ECS clusters, task definitions, services and their scaling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offline.aws.check import Failure
from offline.aws.rules.kit import (
    Object,
    Rule,
    at_most_one,
    between,
    exactly_one,
    given,
    json_value,
    known,
    known_items,
    matching,
    types,
    when,
)

_CLUSTERS = types("ecs", "Cluster")
_PROVIDERS = types("ecs", "ClusterCapacityProviders")
_TASKS = types("ecs", "TaskDefinition")
_SERVICES = types("ecs", "Service")
_SCALED = types("appautoscaling", "Target")
_SCALING = types("appautoscaling", "Policy")
_NAME = matching(r"[A-Za-z0-9_-]{1,255}", "1 to 255 letters, digits, hyphens and underscores")

FARGATE_MEMORY: dict[int, range | tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4097, 1024),
    1024: range(2048, 8193, 1024),
    2048: range(4096, 16385, 1024),
    4096: range(8192, 30721, 1024),
    8192: range(16384, 61441, 4096),
    16384: range(32768, 122881, 8192),
}
"""Memory in MiB that Fargate offers by CPU units ("Amazon ECS task definition parameters for Fargate")."""

_LIFECYCLE_WORDS: dict[str, tuple[str, ...]] = {
    "selection.tagStatus": ("any", "tagged", "untagged"),
    "selection.countType": (
        "imageCountMoreThan",
        "sinceImagePulled",
        "sinceImagePushed",
        "sinceImageTransitioned",
    ),
    "action.type": ("expire", "transition"),
}
"""What a rule of a lifecycle policy may say ("Lifecycle policy properties in Amazon ECR")."""

_WORDS: dict[type, str] = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "an object"}
_CONTAINER_FIELDS: dict[str, type] = {
    "name": str,
    "image": str,
    "cpu": int,
    "memory": int,
    "memoryReservation": int,
    "essential": bool,
    "portMappings": list,
    "environment": list,
    "secrets": list,
    "mountPoints": list,
    "command": list,
    "entryPoint": list,
    "healthCheck": dict,
    "logConfiguration": dict,
    "linuxParameters": dict,
    "readonlyRootFilesystem": bool,
    "privileged": bool,
    "user": str,
    "dependsOn": list,
    "stopTimeout": int,
    "startTimeout": int,
}
"""Types of the fields of a container definition used most (`ContainerDefinition`, Amazon ECS API reference)."""


def _fargate(task: Object) -> Iterator[Failure]:
    if "FARGATE" not in known_items(task, "requiresCompatibilities"):
        return
    for name in ("cpu", "memory"):
        if not given(task, name):
            yield Failure(name, "is required of a task that runs on Fargate")
    if known(task, "networkMode") != "awsvpc" and not (
        given(task, "networkMode") and known(task, "networkMode") is None
    ):
        yield Failure("networkMode", "must be awsvpc for a task that runs on Fargate")
    cpu, memory = _units(known(task, "cpu")), _units(known(task, "memory"))
    if cpu is not None and cpu not in FARGATE_MEMORY:
        yield Failure("cpu", f"must be one of {', '.join(map(str, FARGATE_MEMORY))} CPU units on Fargate, found {cpu}")
    elif cpu is not None and memory is not None and memory not in FARGATE_MEMORY[cpu]:
        offered = FARGATE_MEMORY[cpu]
        yield Failure(
            "memory",
            f"must be from {min(offered)} to {max(offered)} MiB in the steps that Fargate offers for {cpu} CPU units, "
            f"found {memory}",
        )


def _units(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isdigit() else None


def _containers(task: Object) -> Iterator[Failure]:
    text = known(task, "containerDefinitions")
    if text is None:
        return
    containers = json_value(text)
    if not isinstance(containers, list) or not containers:
        yield Failure("containerDefinitions", "must be a JSON list of at least one container definition")
        return
    if not all(isinstance(container, Mapping) for container in containers):
        yield Failure("containerDefinitions", "must be a JSON list of objects")
        return
    fargate = "FARGATE" in known_items(task, "requiresCompatibilities")
    for index, container in enumerate(containers):
        where = f"[{index}]"
        reasons = list(_field_types(container)) or list(_container(container, known(task, "networkMode") == "awsvpc"))
        yield from (Failure("containerDefinitions", f"{where} {reason}") for reason in reasons)
        if reasons:
            continue
        driver = (container.get("logConfiguration") or {}).get("logDriver")
        if fargate and (driver == "awslogs" or container.get("secrets")) and not given(task, "executionRoleArn"):
            need = "awslogs" if driver == "awslogs" else "secrets"
            yield Failure(
                "executionRoleArn", f"is required on Fargate, because containerDefinitions{where} uses {need}"
            )
    if not any(container.get("essential", True) for container in containers):
        yield Failure("containerDefinitions", "must have at least one container that is essential")


def _field_types(container: Mapping[str, Any]) -> Iterator[str]:
    for name, kind in _CONTAINER_FIELDS.items():
        value = container.get(name)
        if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            yield f"has a {name} that must be {_WORDS[kind]}"
    for mapping in container.get("portMappings") or []:
        if not isinstance(mapping, Mapping):
            yield "has an item in portMappings that is no object"
            return


def _container(container: Mapping[str, Any], awsvpc: bool) -> Iterator[str]:
    for name in ("name", "image"):
        if not container.get(name):
            yield f"must have {'an' if name == 'image' else 'a'} {name}"
    for mapping in container.get("portMappings") or []:
        inner, outer = mapping.get("containerPort"), mapping.get("hostPort")
        if awsvpc and outer is not None and outer != inner:
            yield f"has the hostPort {outer}, which must equal the containerPort {inner} in the network mode awsvpc"
    for name, field in (("environment", "value"), ("secrets", "valueFrom")):
        for item in container.get(name) or []:
            if not (
                isinstance(item, Mapping) and isinstance(item.get("name"), str) and isinstance(item.get(field), str)
            ):
                yield f"has an item in {name} that is not a name and a {field}, both text"


def _strategy(name: str) -> Any:
    """Accept capacity provider strategies that ECS accepts: one base, and some weight."""

    def test(owner: Object) -> Iterator[Failure]:
        items = [item for item in known_items(owner, name) if isinstance(item, Mapping)]
        if len([item for item in items if known(item, "base")]) > 1:
            yield Failure(name, "may give a base to one capacity provider only")
        weights = [known(item, "weight") for item in items]
        if (
            items
            and all(weight == 0 or weight is None for weight in weights)
            and not any(given(item, "weight") and known(item, "weight") is None for item in items)
        ):
            yield Failure(name, "must give at least one capacity provider a weight above 0")

    return test


def _listed_providers(cluster: Object) -> Iterator[Failure]:
    listed = known(cluster, "capacityProviders")
    names = known_items(cluster, "capacityProviders")
    if not isinstance(listed, list) or len(names) != len(listed):
        return
    for item in known_items(cluster, "defaultCapacityProviderStrategies"):
        name = known(item, "capacityProvider")
        if name is not None and name not in names:
            yield Failure(
                "defaultCapacityProviderStrategies", f"names {name}, which is not among the capacityProviders"
            )


def _lifecycle_policy(owner: Object) -> Iterator[Failure]:
    text = known(owner, "policy")
    if text is None:
        return
    document = json_value(text)
    rules = document.get("rules") if isinstance(document, Mapping) else None
    if not isinstance(rules, list) or not rules:
        yield Failure("policy", "must be a JSON object with a list of rules")
        return
    for index, rule in enumerate(rules):
        for path, accepted in _LIFECYCLE_WORDS.items():
            value: Any = rule
            for name in path.split("."):
                value = value.get(name) if isinstance(value, Mapping) else None
            if value not in accepted:
                yield Failure("policy", f"rule {index + 1} must have the {path} {' or '.join(accepted)}")


def _capacity(target: Object) -> Iterator[Failure]:
    low, high = known(target, "minCapacity"), known(target, "maxCapacity")
    if low is not None and high is not None and low > high:
        yield Failure("minCapacity", f"must not be above the maxCapacity of {high:g}, found {low:g}")


def _ecs_target(target: Object) -> Iterator[Failure]:
    if known(target, "serviceNamespace") != "ecs":
        return
    resource, dimension = known(target, "resourceId"), known(target, "scalableDimension")
    if resource is not None and not (resource.startswith("service/") and resource.count("/") == 2):
        yield Failure("resourceId", f"must be service/CLUSTER/SERVICE in the namespace ecs, found {resource!r}")
    if dimension is not None and dimension != "ecs:service:DesiredCount":
        yield Failure(
            "scalableDimension", f"must be ecs:service:DesiredCount in the namespace ecs, found {dimension!r}"
        )


def _metric(specification: Object) -> Iterator[Failure]:
    if known(specification, "predefinedMetricType") != "ALBRequestCountPerTarget":
        return
    label = known(specification, "resourceLabel")
    if not given(specification, "resourceLabel"):
        yield Failure("resourceLabel", "is required with ALBRequestCountPerTarget")
    elif label is not None and not (label.startswith("app/") and "/targetgroup/" in label):
        yield Failure("resourceLabel", f"must be app/NAME/ID/targetgroup/NAME/ID, found {label!r}")


_ECS_API = "RegisterTaskDefinition, CreateService and PutClusterCapacityProviders (Amazon ECS API reference)"
_SCALING_API = "RegisterScalableTarget and PutScalingPolicy (Application Auto Scaling API reference)"
_TRACKING = "targetTrackingScalingPolicyConfiguration"

RULES = (
    Rule(types("ecr", "LifecyclePolicy"), "", _lifecycle_policy, "Lifecycle policy properties in Amazon ECR"),
    Rule(_CLUSTERS + _SERVICES, "name", _NAME, _ECS_API),
    Rule(_TASKS, "family", _NAME, _ECS_API),
    Rule(_TASKS, "", _fargate, _ECS_API),
    Rule(_TASKS, "", _containers, _ECS_API),
    Rule(_TASKS, "ephemeralStorage.sizeInGib", between(21, 200), _ECS_API),
    Rule(_PROVIDERS, "", _strategy("defaultCapacityProviderStrategies"), _ECS_API),
    Rule(_PROVIDERS, "", _listed_providers, _ECS_API),
    Rule(_SERVICES, "", _strategy("capacityProviderStrategies"), _ECS_API),
    Rule(_SERVICES, "", at_most_one("launchType", "capacityProviderStrategies"), _ECS_API),
    Rule(_SERVICES, "desiredCount", between(0, 5000), _ECS_API),
    *(
        rule
        for owner, path in (
            (_SERVICES, "capacityProviderStrategies[]"),
            (_PROVIDERS, "defaultCapacityProviderStrategies[]"),
        )
        for rule in (
            Rule(owner, f"{path}.weight", between(0, 1000), _ECS_API),
            Rule(owner, f"{path}.base", between(0, 100000), _ECS_API),
        )
    ),
    Rule(_SCALED, "", _capacity, _SCALING_API),
    Rule(_SCALED + _SCALING, "", _ecs_target, _SCALING_API),
    Rule(_SCALING, "", when("policyType", ["TargetTrackingScaling"], required=[_TRACKING]), _SCALING_API),
    Rule(_SCALING, "", when("policyType", ["StepScaling", None], refused=[_TRACKING]), _SCALING_API),
    Rule(
        _SCALING, _TRACKING, exactly_one("predefinedMetricSpecification", "customizedMetricSpecification"), _SCALING_API
    ),
    Rule(_SCALING, f"{_TRACKING}.predefinedMetricSpecification", _metric, _SCALING_API),
)
"""The rules of containers and their scaling."""
