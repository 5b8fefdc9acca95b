"""A Pulumi language host for Python, for machines that have no official one.

The engine starts an executable named ``pulumi-language-python`` and asks it, over gRPC on the loopback interface, to
run a program or a policy pack. `server` answers, `interpreter` finds the Python that the project's options name,
`children` runs it, and `program` is what runs inside it.
"""

NOBODY_DEBUGS = "OFFLINE_NOBODY_DEBUGS"
"""The environment variable that says that nobody reads the program's debug messages: its SDK need not send them."""
