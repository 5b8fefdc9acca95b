"""The small plugins that have a stand-in here."""

from __future__ import annotations

from offline.plugins.declaration import Plugin
from offline.plugins.install import StandIn

VERSIONS = {"random": "4.21.4", "tls": "5.6.2"}
"""The versions whose packages the declarations follow; a program in YAML that names no version gets these."""

NAMES = tuple(VERSIONS)


def plugin(name: str) -> Plugin:
    """Return the declaration of a plugin. `tls` alone loads the library that makes keys."""
    if name == "random":
        from offline.plugins import random_plugin

        return random_plugin.PLUGIN
    from offline.plugins import tls_plugin

    return tls_plugin.PLUGIN


def stand_in(name: str, version: str) -> StandIn:
    """Return what answers in place of the plugin `name` in `version`."""
    return StandIn(name, "offline.plugins", (name, version))
