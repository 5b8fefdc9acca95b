"""Pulumi Guardrails: an AWS policy pack that decides at preview."""

__version__ = "0.1.0"

DOCUMENTATION_URL = ""
"""The base address of the documentation site, where it is published: the CLI then names a policy's own page as its
`url`, else AWS's page that the rule rests on. The one setting of that address; the site is built with it as well."""
