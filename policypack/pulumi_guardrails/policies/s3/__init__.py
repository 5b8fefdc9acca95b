"""Policies for Amazon S3."""
