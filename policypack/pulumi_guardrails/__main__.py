"""`python -m pulumi_guardrails check-config FILE`: the commands of a pack of every policy of the package."""

import sys

from pulumi_guardrails.command_line import run
from pulumi_guardrails.pack import select

sys.exit(run("pulumi_guardrails", select(), sys.argv[1:]))
