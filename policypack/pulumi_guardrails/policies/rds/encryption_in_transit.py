"""Aurora and RDS, encryption in transit: a database requires TLS."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pulumi_guardrails.aws.rds import engine_and_version, from_source
from pulumi_guardrails.aws.resource_types import (
    RDS_CLUSTER,
    RDS_CLUSTER_PARAMETER_GROUP,
    RDS_INSTANCE,
    RDS_PARAMETER_GROUP,
    RDS_PROXY,
)
from pulumi_guardrails.core.policy import Constraint, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.references import consensus
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value, snake_case
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Unknown,
    Verdict,
    all_in,
    not_applicable,
    undecided,
    violation,
)

_FORCE_SSL, _SECURE_TRANSPORT = "rds.force_ssl", "require_secure_transport"

_PARAMETERS = {
    "aurora-postgresql": _FORCE_SSL,
    "postgres": _FORCE_SSL,
    "sqlserver": _FORCE_SSL,
    "aurora-mysql": _SECURE_TRANSPORT,
    "mysql": _SECURE_TRANSPORT,
    "mariadb": _SECURE_TRANSPORT,
}
"""The parameter that requires TLS, by engine."""

_ON_SINCE = {"postgres": (15,), "aurora-postgresql": (17,), "mysql": (9, 7), "mariadb": (11, 8)}
"""The first version whose default parameter group requires TLS, by engine; the other engines never do by default.

Sources: Amazon RDS User Guide, "Requiring an SSL connection to a PostgreSQL DB instance", "Requiring SSL/TLS for all
connections to a MySQL DB instance on Amazon RDS" and "Requiring SSL/TLS for all connections to a MariaDB DB instance on
Amazon RDS"; Amazon Aurora User Guide, "Securing Aurora PostgreSQL data with SSL/TLS".
"""


@StackPolicy(
    title="An RDS database or proxy requires TLS connections",
    why=(
        "Unless its parameter group requires TLS, a database accepts unencrypted connections, and passwords and data "
        "cross the network in clear text. The default depends on the engine and its version; a proxy does not require "
        "TLS by default, whatever its database does."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.ENCRYPTION,
    kinds=(RDS_CLUSTER, RDS_INSTANCE, RDS_PROXY),
    rows=("Connections must use TLS (parameter group)",),
    controls=controls(FSBP="RDS.38 RDS.39", ISO27001="A.8.24"),
    remediation_steps=(
        "Give the database a parameter group with rds.force_ssl=1 (PostgreSQL, SQL Server) or "
        "require_secure_transport=ON (MySQL, MariaDB), and a proxy require_tls=True."
    ),
    example=(
        'parameters = aws.rds.ClusterParameterGroup("db", family="aurora-postgresql15", parameters=[\n'
        '    aws.rds.ClusterParameterGroupParameterArgs(name="rds.force_ssl", value="1")])\n'
        'aws.rds.Cluster("db", engine="aurora-postgresql", db_cluster_parameter_group_name=parameters.name)'
    ),
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html",
    topics=(Topic.DATABASE, Topic.ENCRYPTION_IN_TRANSIT, Topic.ENCRYPTION),
)
def rds_tls_required(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """By the parameter group of a database; without one the version of its engine decides."""
    for database in stack.of(RDS_CLUSTER, RDS_INSTANCE):
        yield database, _judge(stack, database)
    for proxy in stack.of(RDS_PROXY):
        yield proxy, proxy["requireTls"].with_default(False).must_be(True)


def _judge(stack: Stack, database: Resource) -> Verdict:
    engine, version = engine_and_version(stack, database)
    if not engine.is_known:
        return undecided(from_source(database, engine))
    name = _parameter(engine.as_text() or "")
    if name is None:
        return not_applicable("no parameter of this engine requires TLS")
    of_cluster = database.kind is RDS_CLUSTER
    group_name = database["dbClusterParameterGroupName" if of_cluster else "parameterGroupName"]
    groups = stack.reference(group_name, RDS_CLUSTER_PARAMETER_GROUP if of_cluster else RDS_PARAMETER_GROUP).direct
    by_default = _default(engine, from_source(version.owner or database, version), group_name, name)
    if groups:
        verdicts = [_required_by(group, name, by_default) for group in groups]
        return consensus(verdicts, undecided(group_name))
    if group_name.is_absent or group_name.holds(lambda text: isinstance(text, str) and text.startswith("default.")):
        return by_default
    return undecided(group_name)


def _required_by(group: Resource, name: str, by_default: Verdict) -> Verdict:
    """Whether a parameter group sets the parameter; otherwise the default of the engine applies."""
    parameters = group["parameters"]
    items = parameters.elements()
    if items is None:
        return parameters.each(lambda _item: COMPLIANT)
    verdicts = [_sets(item, name) for item in items if item["name"].holds(lambda text: text == name) is not False]
    return all_in(verdicts) if verdicts else by_default


def _sets(item: Value, name: str) -> Verdict:
    """Whether an entry that has the name of the parameter, or may have it, enables it."""
    if item["name"].is_unknown:
        return undecided(item["name"])
    value = item["value"]
    return value.must(
        lambda _: (value.as_text() or "").lower() in ("1", "on"),
        f'"1" for {name}',
        f'Set {snake_case(value.path)}="{_on(name)}".',
    )


def _default(engine: Value, version: Value | Unknown, group_name: Value, parameter: str) -> Verdict:
    """What an engine does where no parameter group sets the parameter: it depends on its version."""
    since = _ON_SINCE.get(engine.as_text() or "")
    if since is None:
        return _not_required(group_name, parameter, f"{engine.as_text()} does not require TLS by default")
    first = ".".join(map(str, since))
    by_version = f"its version requires TLS by default, as {engine.as_text()} does from version {first} on"
    if isinstance(version, Unknown) or not version.is_known:
        return undecided(version, whether=by_version)
    text = version.as_text() or version.shown
    leading = re.match(r"\d{1,6}(\.\d{1,6})?", text)
    numbers = tuple(map(int, leading[0].split("."))) if leading else ()
    if numbers >= since:
        return COMPLIANT
    if numbers and numbers == since[: len(numbers)]:
        settle = "Set engine_version to a version with its minor version."
        minor = Unknown(f"the minor version of {version.shown}", Cause.CHOSEN_BY_AWS, settle=settle)
        return undecided(minor, whether=by_version)
    not_by_default = f"{engine.as_text()} {text} does not require TLS by default, unlike version {first} and later"
    return _not_required(group_name, parameter, not_by_default)


def _not_required(group_name: Value, parameter: str, not_by_default: str) -> Verdict:
    named = f" {group_name.shown}" if group_name.is_known else ""
    group = "No parameter group sets" if group_name.is_absent else f"The parameter group{named} does not set"
    return violation(
        f"{group} {parameter}, and {not_by_default}",
        path=group_name.path,
        actual=group_name.shown,
        expected=f"a parameter group that sets {parameter}",
        fix=_with_group(group_name.path, parameter),
    )


def _on(parameter: str) -> str:
    """How AWS's documentation writes that a parameter is on; the parameters of MySQL and MariaDB take ON."""
    return "ON" if parameter == "require_secure_transport" else "1"


def _with_group(argument: str, parameter: str) -> str:
    """How a database gets a parameter group that sets a parameter, in the words of its own resource."""
    group = "ClusterParameterGroup" if argument.startswith("dbCluster") else "ParameterGroup"
    return (
        f'Add an aws.rds.{group} with parameters=[{{"name": "{parameter}", "value": "{_on(parameter)}"}}], and set '
        f"{snake_case(argument)} to its name."
    )


def _parameter(engine: str) -> str | None:
    """The parameter that requires TLS; every edition of SQL Server is an engine of its own."""
    return _PARAMETERS.get("sqlserver" if engine.startswith("sqlserver-") else engine)
