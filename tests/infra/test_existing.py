"""Changes of the configuration that would cost a stack its data are refused; all others go through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.infra.program import ACCOUNT, run

DATABASE = "ml-api:data:Database$aws:rds/cluster:Cluster"
SESSIONS = "ml-api:data:Sessions$aws:dynamodb/table:Table"
CONNECTION = "ml-api:data:ConnectionSecret$aws:secretsmanager/secret:Secret"
LOGS = "ml-api:logs:LogBucket$aws:s3/bucket:Bucket"
KEY = "ml-api:keys:EncryptionKey$aws:kms/key:Key"

KEY_ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/12345678-1234-1234-1234-123456789012"


def holders(account: str = ACCOUNT, region: str = "us-east-1", **of_database: Any) -> dict[str, Mapping[str, Any]]:
    """What holds data in a stack `dev`, without a key unless the database has one."""
    return {
        DATABASE: {
            "arn": f"arn:aws:rds:{region}:{account}:cluster:ml-api-aurora-cluster-dev",
            "clusterIdentifier": "ml-api-aurora-cluster-dev",
            "engineVersion": "15.4",
            "kmsKeyId": f"arn:aws:kms:{region}:{account}:key/of-rds",
            **of_database,
        },
        SESSIONS: {"arn": f"arn:aws:dynamodb:{region}:{account}:table/x", "name": "ml-api-sessions-dev"},
        CONNECTION: {"arn": f"arn:aws:secretsmanager:{region}:{account}:secret:x", "name": "ml-api-dev-db"},
        LOGS: {"arn": f"arn:aws:s3:::ml-api-logs-dev-{account}", "bucket": f"ml-api-logs-dev-{account}"},
    }


WITH_KEY = {**holders(kmsKeyId=KEY_ARN), KEY: {"arn": KEY_ARN}}


@pytest.mark.parametrize(
    ("existing", "configuration"),
    [
        ({}, {"customer_managed_key": "true", "environment_suffix": "green", "aws:region": "us-east-1"}),
        (holders(), {}),
        (holders(), {"protect": "true", "waf": "true", "team": "search", "aurora_engine_version": "16.4"}),
        (holders(engineVersionActual="15.8"), {"aurora_engine_version": "15"}),
        (holders(engineVersion="15.10"), {"aurora_engine_version": "15.12"}),
        (WITH_KEY, {"customer_managed_key": "true"}),
        ({SESSIONS: holders()[SESSIONS]}, {"customer_managed_key": "true"}),
    ],
)
def test_what_keeps_the_data_goes_through(
    existing: Mapping[str, Mapping[str, Any]], configuration: Mapping[str, str]
) -> None:
    assert run(configuration, existing=existing).one("Cluster", "database")


@pytest.mark.parametrize(
    ("existing", "configuration", "sentence"),
    [
        (
            holders(),
            {"customer_managed_key": "true"},
            "ml-api:customer_managed_key is true, and Aurora cannot change the key of a database that exists: ",
        ),
        (
            WITH_KEY,
            {},
            "ml-api:customer_managed_key is false, and a key of this stack encrypts its data, ",
        ),
        (
            holders(),
            {"environment_suffix": "green"},
            "ml-api:environment_suffix is 'green', and the data of this stack are in ml-api-aurora-cluster-dev, "
            f"ml-api-dev-db, ml-api-logs-dev-{ACCOUNT}, ml-api-sessions-dev: ",
        ),
        (
            {SESSIONS: holders()[SESSIONS]},
            {"environment_suffix": "green"},
            "ml-api:environment_suffix is 'green', and the data of this stack are in ml-api-sessions-dev: ",
        ),
        (
            holders(region="eu-west-1"),
            {},
            "aws:region is 'us-east-1', and the data of this stack are in eu-west-1: ",
        ),
        (
            holders(account="210987654321"),
            {},
            f"The AWS credentials are those of account {ACCOUNT}, and the data of this stack are in account "
            "210987654321: ",
        ),
        (
            holders(engineVersion="16.4"),
            {"aurora_engine_version": "15.4"},
            "ml-api:aurora_engine_version is '15.4', and the database is at 16.4: ",
        ),
        (
            holders(engineVersion="15", engineVersionActual="15.8"),
            {"aurora_engine_version": "15.4"},
            "ml-api:aurora_engine_version is '15.4', and the database is at 15.8: ",
        ),
        (
            holders(engineVersion="16.4", engineVersionActual="15.4"),
            {"aurora_engine_version": "15.10"},
            "ml-api:aurora_engine_version is '15.10', and the database is at 16.4: ",
        ),
    ],
)
def test_what_would_cost_data_is_refused_before_anything_is_registered(
    existing: Mapping[str, Mapping[str, Any]], configuration: Mapping[str, str], sentence: str
) -> None:
    with pytest.raises(Exception, match="is ") as refused:
        run(configuration, existing=existing)
    text = str(refused.value)
    assert text.startswith(sentence), text
    assert "expected " in text.removeprefix(sentence)
    assert len(text.splitlines()) == 1


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Exception, match="customer_managed_key") as refused:
        run({"environment_suffix": "green", "customer_managed_key": "true"}, existing=holders())
    assert len(str(refused.value).splitlines()) == 2
