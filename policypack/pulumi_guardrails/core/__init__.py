"""What a policy is written with: kinds, values, resources, stacks, verdicts, references, declarations."""
