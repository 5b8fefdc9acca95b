"""IAM documents read statement by statement, and judged by the AWS service authorization reference."""
