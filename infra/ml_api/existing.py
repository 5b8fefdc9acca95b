"""What the stack holds already, and the changes of its configuration that would cost it.

Aurora cannot change the key or the name of a database, nor DynamoDB and S3 theirs: the engine would replace them, and
what was in them would be gone. Such a change is refused before anything is registered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from . import configuration as keys
from .names import Names
from .settings import Settings, SettingsError

DATABASE = "ml-api:data:Database$aws:rds/cluster:Cluster"
SESSIONS = "ml-api:data:Sessions$aws:dynamodb/table:Table"
CONNECTION = "ml-api:data:ConnectionSecret$aws:secretsmanager/secret:Secret"
LOGS = "ml-api:logs:LogBucket$aws:s3/bucket:Bucket"
ENCRYPTION_KEY = "ml-api:keys:EncryptionKey$aws:kms/key:Key"

MIGRATION = "docs/operations.md, Moving to another stack"
"""Where the way is written that keeps the data."""


@dataclass(frozen=True)
class Holder:
    """A resource that holds data, as the last update left it: what it is, and its outputs."""

    type: str
    outputs: Mapping[str, Any]

    @property
    def region(self) -> str:
        """The region in its ARN; empty where the ARN has none, as a bucket's."""
        return self._of_arn(3)

    @property
    def account_id(self) -> str:
        """The account in its ARN; empty where the ARN has none, as a bucket's."""
        return self._of_arn(4)

    def _of_arn(self, part: int) -> str:
        # Source: AWS General Reference, "Amazon Resource Names": arn:partition:service:region:account:resource.
        parts = str(self.outputs.get("arn", "")).split(":")
        return parts[part] if len(parts) > part else ""


def look_up() -> Sequence[Holder]:
    """Asks the engine what holds data in the state of this stack; nothing in a new one.

    The function is the engine's own (pulumi, pkg/resource/deploy/builtins.go): no AWS account is asked.
    """
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    answer = pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {"stackName": name}).value or {}
    found = []
    for urn, resource in (answer.get("outputs") or {}).items():
        qualified_type = urn.split("::")[2]
        if qualified_type in (DATABASE, SESSIONS, CONNECTION, LOGS, ENCRYPTION_KEY):
            found.append(Holder(qualified_type, resource.get("outputs") or {}))
    return found


def refuse_changes(settings: Settings, names: Names, holders: Sequence[Holder]) -> None:
    """Raises SettingsError for settings under which something that holds data would be replaced or deleted."""
    problems = [
        *_moved(settings, names, holders),
        *_key_changed(settings, holders),
        *_version_lowered(settings, holders),
    ]
    if problems:
        raise SettingsError("\n".join(problems))


def _moved(settings: Settings, names: Names, holders: Sequence[Holder]) -> list[str]:
    """Another account, region or name: to AWS, another resource."""
    problems = []
    accounts = {found.account_id for found in holders} - {"", names.account_id}
    if accounts:
        problems.append(
            f"The AWS credentials are those of account {names.account_id}, and the data of this stack are in account "
            f"{', '.join(sorted(accounts))}: expected credentials of that account, or a new stack ({MIGRATION})."
        )
    regions = {found.region for found in holders} - {"", names.region}
    if regions:
        problems.append(
            f"{keys.REGION.name} is {names.region!r}, and the data of this stack are in {', '.join(sorted(regions))}: "
            f"expected that region, or a new stack for the other ({MIGRATION})."
        )
    wanted = {
        DATABASE: ("clusterIdentifier", names.database_cluster),
        SESSIONS: ("name", names.session_table),
        CONNECTION: ("name", names.database_secret),
        LOGS: ("bucket", names.log_bucket),
    }
    renamed = [
        str(found.outputs[key])
        for found in holders
        for key, name in [wanted.get(found.type, ("", ""))]
        # The bucket's name carries the account, which has its own sentence.
        if key in found.outputs and found.outputs[key] != name and not (found.type == LOGS and accounts)
    ]
    if renamed:
        problems.append(
            f"{settings.project}:{keys.ENVIRONMENT_SUFFIX.name} is {names.environment!r}, and the data of this stack "
            f"are in {', '.join(sorted(renamed))}: expected the suffix of these names, or a new stack for the other "
            f"({MIGRATION})."
        )
    return problems


def _key_changed(settings: Settings, holders: Sequence[Holder]) -> list[str]:
    """The key of an Aurora cluster is set when it is made; what a deleted key encrypted can never be read again.

    Sources: Amazon Aurora User Guide, "Encrypting Amazon Aurora resources"; AWS KMS Developer Guide, "Delete an AWS KMS
    key".
    """
    name = f"{settings.project}:{keys.CUSTOMER_MANAGED_KEY.name}"
    stack_keys = {found.outputs.get("arn") for found in holders if found.type == ENCRYPTION_KEY}
    if stack_keys and not settings.customer_managed_key:
        return [
            f"{name} is false, and a key of this stack encrypts its data, which nobody could read without it: "
            f"expected true, or a new stack without a key ({MIGRATION})."
        ]
    others = [found for found in holders if found.type == DATABASE and found.outputs.get("kmsKeyId") not in stack_keys]
    if others and settings.customer_managed_key:
        return [
            f"{name} is true, and Aurora cannot change the key of a database that exists: "
            f"expected false, or a new stack with a key ({MIGRATION})."
        ]
    return []


def _version_lowered(settings: Settings, holders: Sequence[Holder]) -> list[str]:
    """Aurora upgrades and never goes back. Source: Amazon Aurora User Guide, "Upgrading Amazon Aurora PostgreSQL"."""
    wanted = settings.aurora_engine_version
    return [
        f"{settings.project}:{keys.AURORA_ENGINE_VERSION.name} is {wanted!r}, and the database is at {version}: "
        "expected that version or a later one, since Aurora does not go back to an earlier one."
        for found in holders
        if found.type == DATABASE
        # A protected database is upgraded in its maintenance window: until then it runs less than what was asked for.
        for version in [max(map(str, map(found.outputs.get, ("engineVersion", "engineVersionActual"))), key=_numbers)]
        if _is_earlier(wanted, version)
    ]


def _is_earlier(wanted: str, version: str) -> bool:
    """Whether a version such as `15.4` or `16` is earlier than one, as far as both say."""
    one, other = _numbers(wanted), _numbers(version)
    shorter = min(len(one), len(other))
    return one[:shorter] < other[:shorter]


def _numbers(version: str) -> tuple[int, ...]:
    """The parts of a version; none of what is no version."""
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
