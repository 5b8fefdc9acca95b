"""Starts the policy pack for the Pulumi engine."""

from pulumi_guardrails.engine.analyzer import serve
from pulumi_guardrails.registry import all_policies

serve(all_policies())
