"""The part of the Pulumi Cloud API that the CLI uses for policy packs, on loopback, and the CLI against it."""
