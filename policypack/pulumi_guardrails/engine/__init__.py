"""What talks to the Pulumi engine: the protocol, the session of one stack, configuration, waivers, reports."""
