"""Keeps a proxy out of what the engine, its plugins and programs say to each other on this machine.

gRPC sends what goes to 127.0.0.1 through the proxy of `http_proxy`, `https_proxy` or `grpc_proxy` too, unless a list of
exceptions names it. Source: gRPC, "Environment Variables" (doc/environment_variables.md): `no_grpc_proxy` counts before
`no_proxy`, and each is matched against the end of a host's name.
"""

from __future__ import annotations

from collections.abc import Mapping

HOSTS = ("127.0.0.1", "localhost", "::1")

EVERY_HOST = "*"
"""What many programs take for "no proxy at all", and only where nothing else stands beside it."""


def exceptions(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that exempt this machine from every proxy of `environment`; what they list already stays in them.

    Programs differ in which spelling of `no_proxy` they read: one that is not set gets what the other lists.
    """
    lower = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    upper = environment.get("NO_PROXY") or lower
    return {
        "no_proxy": lower if lower == EVERY_HOST else _with_hosts(lower),
        "NO_PROXY": upper if upper == EVERY_HOST else _with_hosts(upper),
        "no_grpc_proxy": _with_hosts(environment.get("no_grpc_proxy") or lower),
    }


def _with_hosts(listed: str) -> str:
    names = [name.strip() for name in listed.split(",") if name.strip()]
    return ",".join([*names, *(host for host in HOSTS if host not in names)])
