"""What the policy documents of a stack grant, to whom, and how far."""
