"""Policies for Amazon CloudFront."""
