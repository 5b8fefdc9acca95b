"""Policies for Amazon ECS."""
