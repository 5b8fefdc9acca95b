"""Versions that there are: of database engines, and of the runtimes of functions.

`engine_versions.json` holds what `aws rds describe-db-engine-versions --include-all` lists, as cfn-lint 1.58.0 of 2026
publishes it in `data/schemas/extensions/aws_rds_db*/engine_version.json`; the runtimes are those of `pulumi_aws`. Both
grow, so what may be newer is accepted: a later version of a major that is listed, the next major, the next runtimes.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

from offline.aws import schema
from offline.aws.check import Failure
from offline.aws.rules.kit import Object, Rule, known, types


@functools.cache
def engine_versions() -> dict[str, tuple[str, ...]]:
    """Return the versions of each database engine, in their order."""
    text = Path(__file__).with_name("engine_versions.json").read_text(encoding="utf-8")
    return {engine: tuple(versions.split()) for engine, versions in json.loads(text).items()}


@functools.cache
def _runtimes() -> frozenset[str]:
    declared = schema.resource("aws:lambda/function:Function").inputs["runtime"].type
    enumeration = next(member for member in declared.items if member.kind == "enum")
    return schema.enum_values(enumeration.file, enumeration.name)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


def _major(engine: str, version: str) -> tuple[int, ...]:
    """Return the major of a version: one number of PostgreSQL, two of MySQL and MariaDB."""
    return _numbers(version)[: 1 if "postgres" in engine else 2]


def _exists(engine: str, version: str) -> bool:
    listed = engine_versions().get(engine)
    version = version.partition("-rds.")[0]
    if listed is None or version in listed or any(item.startswith(f"{version}.") for item in listed):
        return True
    major = _major(engine, version)
    of_major = [_numbers(item) for item in listed if _major(engine, item) == major]
    if of_major:
        return _numbers(version) > max(of_major)
    return _is_next(engine, major)


def _is_next(engine: str, major: tuple[int, ...]) -> bool:
    """Tell whether a major is the one after the newest that is listed."""
    newest = max(_major(engine, item) for item in engine_versions()[engine])
    if len(major) == 1:
        return major[0] == newest[0] + 1
    return len(major) == 2 and major > newest and major[0] <= newest[0] + 1


def _engine_version(database: Object) -> Iterator[Failure]:
    engine, version = known(database, "engine"), known(database, "engineVersion")
    if isinstance(engine, str) and isinstance(version, str) and version and not _exists(engine, version):
        newest = engine_versions()[engine][-1]
        yield Failure(
            "engineVersion", f"must be a version of {engine} that there is, such as {newest}, found {version!r}"
        )


def _family(group: Object) -> Iterator[Failure]:
    family = known(group, "family")
    found = re.fullmatch(r"([a-z-]+?)(\d+(?:\.\d+)?)", family) if isinstance(family, str) else None
    if found is None or found[1] not in engine_versions():
        return
    engine, major = found[1], _numbers(found[2])
    if not any(_major(engine, item) == major for item in engine_versions()[engine]) and not _is_next(engine, major):
        yield Failure("family", f"must be a family of {engine} that there is, found {family!r}")


def _runtime(function: Object) -> Iterator[Failure]:
    runtime = known(function, "runtime")
    if not isinstance(runtime, str) or runtime in _runtimes():
        return
    alike = [_numbers(item) for item in _runtimes() if re.sub(r"\d+", "0", item) == re.sub(r"\d+", "0", runtime)]
    numbers = _numbers(runtime)
    if (
        not alike
        or not max(alike) < numbers
        or any(new > old + _AHEAD for new, old in zip(numbers, max(alike), strict=True))
    ):
        yield Failure("runtime", f"must be a runtime that there is, such as python3.13, found {runtime!r}")


_AHEAD = 4
"""How far a number of a runtime may be ahead of the newest listed: Java's long-term versions are four apart."""

_RDS_API = "DescribeDBEngineVersions (Amazon RDS API reference)"

RULES = (
    Rule(types("rds", "Cluster", "ClusterInstance", "Instance", "GlobalCluster"), "", _engine_version, _RDS_API),
    Rule(types("rds", "ClusterParameterGroup", "ParameterGroup"), "", _family, _RDS_API),
    Rule(types("lambda", "Function"), "", _runtime, "Lambda runtimes (AWS Lambda developer guide)"),
)
"""The rules of versions."""
