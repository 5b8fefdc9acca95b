"""Runs the stand-in as the plugin process that the engine starts: `python -m offline.aws [ENGINE_ADDRESS]`."""

from __future__ import annotations

from offline.aws.service import AwsStandIn
from offline.plugins.process import serve

if __name__ == "__main__":
    serve(AwsStandIn)
