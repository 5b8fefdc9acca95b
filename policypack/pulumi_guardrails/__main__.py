"""`python -m pulumi_guardrails check-config FILE`: the commands of a pack of every policy of the package."""

import sys

from pulumi_guardrails import __version__
from pulumi_guardrails.command_line import run
from pulumi_guardrails.engine.policy_pack import PackInfo
from pulumi_guardrails.pack import select

sys.exit(run(PackInfo("pulumi-guardrails", __version__), select(), sys.argv[1:]))
