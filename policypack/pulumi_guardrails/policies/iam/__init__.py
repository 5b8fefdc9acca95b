"""Policies for AWS IAM, and for resource policies."""
