"""A stand-in for the Pulumi AWS plugin: strict, stateless, and never in touch with AWS.

The real engine starts it under the name `pulumi-resource-aws`. It judges what a program asks for against the typed
arguments of the installed `pulumi_aws` package, answers with the values AWS would compute, and keeps no state of its
own: the world is what the engine's checkpoint says it is.
"""

LABEL = "aws (offline stand-in)"
"""How the stand-in names itself in every message, so that nobody takes its word for that of AWS."""

RUN_FOLDER = "OFFLINE_RUN_FOLDER"
"""The environment variable that names the folder of a run, where what its processes must agree on is."""
