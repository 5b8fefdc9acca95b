"""Reads IAM policy documents and judges what they grant."""
