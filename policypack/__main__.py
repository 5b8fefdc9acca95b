"""Starts the policy pack for the Pulumi engine."""

from guardrails.pack import serve
from guardrails.registry import all_policies

serve(all_policies())
