"""IAM policy documents: where they are found, how they are parsed, and what their elements mean."""
