"""How the pack's advice is proved: examples are run, and advice is carried out on what violates a policy."""
