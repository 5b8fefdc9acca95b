"""Policies for Amazon RDS and Aurora."""
