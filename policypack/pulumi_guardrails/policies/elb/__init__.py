"""Policies for Elastic Load Balancing."""
