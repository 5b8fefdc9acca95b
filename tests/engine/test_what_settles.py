"""What an undecided finding says of its settlement, on the real engine: before an update, and after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.engine import Engine
from offline.tools import Tools
from tests.engine.programs import preview_program, reports
from tests.engine.stacks import PACK

pytestmark = pytest.mark.engine

CODE = """
days = aws.ssm.Parameter("days", type="String", value="30")
aws.cloudwatch.LogGroup("computed", retention_in_days=days.version.apply(lambda _: 30))
queue = aws.sqs.Queue("jobs")
aws.sqs.QueuePolicy("jobs", queue_url=queue.url, policy=queue.arn.apply(lambda arn: json.dumps({
    "Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn}]})))
aws.rds.Instance("foreign", engine="postgres", engine_version="16", instance_class="db.t3.micro", allocated_storage=20,
    username="someone", password="a-long-password", skip_final_snapshot=True, storage_encrypted=True,
    db_subnet_group_name="theirs", vpc_security_group_ids=["sg-0123456789abcdef0"])
"""


def test_what_is_undecided_says_what_settles_it_before_an_update_and_after_and_names_a_page(
    tools: Tools, tmp_path: Path
) -> None:
    before = preview_program(tools, tmp_path, CODE)
    (computed,) = reports(before, "log-retention")["computed"]
    assert "computed from Parameter 'days'" in computed
    assert "Re-evaluated during the update, before the resource is created or changed." in computed
    (document,) = reports(before, "iam-actions-exist")["jobs"]
    assert "set name of Queue 'jobs', and write policy from that name, not from an output." in document
    after = Engine(tools, tmp_path / "program", tmp_path / "state").up(
        policy_pack=PACK, config={"aws:region": "us-east-1"}
    )
    assert after.verdict.complete, after.output[-3000:]
    assert not reports(after, "log-retention")
    for result in (before, after):
        (subnets,) = reports(result, "workloads-in-private-subnets")["foreign"]
        (group,) = reports(result, "sg-database-accepts-only-groups")["foreign"]
        assert "Name it in the policy's setting privateSubnets" in subnets
        assert "read it with aws.ec2.SecurityGroup.get" in group
        assert "Re-evaluated" not in subnets + group
    assert not [one.policy for one in after.verdict.undecided if "Re-evaluated" in one.message]
    for one in (*before.verdict.mandatory, *before.verdict.advisory, *before.verdict.undecided):
        assert one.message.splitlines()[-1].rpartition(" ")[2].startswith("https://docs.aws.amazon.com/"), one.message
