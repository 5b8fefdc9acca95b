"""Runs the real Pulumi engine on this project with no AWS account and no download but package registries."""
