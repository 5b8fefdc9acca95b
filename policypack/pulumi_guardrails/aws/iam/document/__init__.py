"""IAM policy documents: where they stand, how they are parsed, what their elements mean."""
