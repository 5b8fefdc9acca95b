"""A Terraform plan of a Pulumi preview, for every tool that reads one, and what Checkov says of it."""
