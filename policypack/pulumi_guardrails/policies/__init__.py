"""The policies, by AWS service. A policy is registered by being declared in a module of this package."""
