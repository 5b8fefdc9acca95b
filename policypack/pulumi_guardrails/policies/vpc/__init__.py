"""Policies for Amazon VPC: networks, security groups, tiers."""
