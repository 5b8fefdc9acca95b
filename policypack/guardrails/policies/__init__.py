"""The policies, one module an AWS service. A policy declared in a module here is part of the pack."""
