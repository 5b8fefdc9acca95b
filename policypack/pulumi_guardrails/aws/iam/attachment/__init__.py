"""Which policies are attached to which principals of a stack."""
