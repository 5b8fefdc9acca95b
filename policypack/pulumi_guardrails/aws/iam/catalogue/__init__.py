"""What AWS publishes about IAM: actions, managed policies, identity providers, methods of privilege escalation."""
