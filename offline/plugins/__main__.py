"""Runs a stand-in as the plugin process that the engine starts: `python -m offline.plugins NAME VERSION [ADDRESS]`."""

from __future__ import annotations

import sys

from offline.plugins.catalogue import plugin, stand_in
from offline.plugins.process import serve
from offline.plugins.service import SmallPlugin

if __name__ == "__main__":
    name, version = sys.argv[1:3]
    serve(lambda on_cancel: SmallPlugin(plugin(name), stand_in(name, version).label, version, on_cancel))
