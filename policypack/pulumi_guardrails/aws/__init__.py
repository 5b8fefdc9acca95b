"""What is known of AWS: resource types, settings of single services, IAM, and the network."""
