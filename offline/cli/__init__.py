"""The Pulumi command line: the official one where it is installed, else one built from its published Go modules."""
