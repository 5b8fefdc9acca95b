"""Pulumi Guardrails: an AWS policy pack that decides at preview."""

__version__ = "0.1.0"
