"""Private subnets: what must not be in a subnet with a route to an internet gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from pulumi_guardrails.aws.network.model.subnets import Subnets, names_no_subnet_group
from pulumi_guardrails.aws.network.model.unknowns import external
from pulumi_guardrails.aws.rds import subnet_group_source
from pulumi_guardrails.aws.resource_types import ECS_SERVICE, ECS_TASK_SET, RDS_CLUSTER, RDS_INSTANCE, RDS_SUBNET_GROUP
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import Constraint, Settings, Severity, StackPolicy, Topic, controls, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Unknown,
    Verdict,
    all_in,
    undecided,
    undecided_by,
    violation,
)

_OfSubnets = Callable[[Sequence[Resource]], tuple[list[Verdict], Mapping[str, list[str]]]]

_ROW = "A private subnet's route table has no route to an internet gateway"


@StackPolicy(
    title="ECS tasks and databases are in subnets without a route to an internet gateway",
    why=(
        "In a public subnet, one public address and one security group rule are all that exposes a task or a database "
        "to the internet. A private subnet has no route for that traffic."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.PRIVATE_TASKS,
    kinds=(ECS_SERVICE, ECS_TASK_SET, RDS_SUBNET_GROUP, RDS_CLUSTER, RDS_INSTANCE),
    rows=(_ROW,),
    controls=controls(SOC2="cc_6_6", ISO27001="A.8.20 A.8.21 A.8.22"),
    settings={
        "privateSubnets": list_setting(
            [],
            "Ids, or globs over ids, of subnets of other stacks without a route to an internet gateway, and names of "
            "database subnet groups of other stacks with only such subnets.",
        )
    },
    remediation_steps="Use private subnets, whose route to the internet is a NAT gateway.",
    example=(
        """\
aws.ecs.Service("api", network_configuration={"subnets": private_subnet_ids, "security_groups": [task_group.id]})"""
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
    topics=(Topic.NETWORK, Topic.SUBNETS),
)
def workloads_in_private_subnets(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Follows each subnet to its route table and its routes; one of another stack is private where that is declared."""
    of_subnets: _OfSubnets = once(lambda found: _routes_of(stack.shared(Subnets), found))
    for resource in stack.of(ECS_SERVICE, ECS_TASK_SET):
        if not resource["networkConfiguration"].is_absent:
            yield resource, _all_private(stack, settings, of_subnets, resource["networkConfiguration"]["subnets"])
    for resource in stack.of(RDS_SUBNET_GROUP):
        yield resource, _all_private(stack, settings, of_subnets, resource["subnetIds"])
    for resource in stack.of(RDS_CLUSTER, RDS_INSTANCE):
        yield resource, _in_a_known_group(stack, settings, resource)


def _in_a_known_group(stack: Stack, settings: Settings, database: Resource) -> Verdict:
    """A database is in the subnets of its subnet group, which are judged there if this stack makes it."""
    source = subnet_group_source(stack, database)
    name = source["dbSubnetGroupName"]
    if names_no_subnet_group(source):
        of_source = "" if source is database else f" of {source.label}"
        return violation(
            f"{name.path}{of_source} is {name.shown}, which AWS takes as the default VPC, whose subnets have a route "
            "to an internet gateway",
            path=name.path,
            actual=name.shown,
            expected="a group of subnets without a route to an internet gateway",
        )
    question = "the subnets of its subnet group have no route to an internet gateway"
    if name.is_absent:
        return undecided(Unknown(name.path, Cause.INHERITED, owner=source, property_name=name.path), whether=question)
    if stack.reference(name, RDS_SUBNET_GROUP).direct:
        return COMPLIANT
    text = name.as_text()
    if text is not None and any(fnmatchcase(text, pattern) for pattern in settings["privateSubnets"]):
        return COMPLIANT
    return undecided(external(name), whether=question).answered_by("privateSubnets")


def _routes_of(subnets: Subnets, found: Sequence[Resource]) -> tuple[list[Verdict], Mapping[str, list[str]]]:
    """The verdict on some subnets, none where each has a route to a gateway; those that have, by the label of it."""
    verdicts: list[Verdict] = []
    exposed: dict[str, list[str]] = {}
    for subnet in found:
        route = subnets.internet_route(subnet)
        if route.exists:
            exposed.setdefault(route.label, []).append(subnet.label)
        elif route.exists is None:
            verdicts.append(undecided_by(route.waits_for, f"{subnet.label} has a route to an internet gateway"))
        else:
            verdicts.append(COMPLIANT)
    return [all_in(verdicts)] if verdicts else [], exposed


def _all_private(stack: Stack, settings: Settings, of_subnets: _OfSubnets, named: Value) -> Verdict:
    value = named.listed()
    placement = stack.shared(Subnets).placement(value)
    routed, exposed = of_subnets(placement.subnets)
    may_be_private = placement.is_open or len(placement.subnets) > sum(map(len, exposed.values()))
    if not placement.certain and exposed and may_be_private:
        names = ", ".join(name for names in exposed.values() for name in names)
        return undecided(*placement.doubts, whether=f"it uses {names}, which has a route to an internet gateway")
    verdicts = [*routed, *(_exposed(value, names, route) for route, names in exposed.items())]
    for part in placement.elsewhere:
        text = part.as_text()
        if text is not None and any(fnmatchcase(text, pattern) for pattern in settings["privateSubnets"]):
            verdicts.append(COMPLIANT)
        else:
            question = "all its subnets have no route to an internet gateway"
            verdicts.append(undecided(external(part), whether=question).answered_by("privateSubnets"))
    return all_in(verdicts, undecided(external(value)))


def _exposed(value: Value, names: list[str], route: str) -> Verdict:
    subject = f"{', '.join(names)} {'has' if len(names) == 1 else 'have'}"
    return violation(
        f"{value.path}: {subject} a route to an internet gateway ({route})",
        path=value.path,
        actual=", ".join(names),
        expected="subnets without a route to an internet gateway",
    )
