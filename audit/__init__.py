"""Turns the engine's own event log into evidence of what the policies found."""
