"""The network of a stack: its parts, and which traffic they allow."""
