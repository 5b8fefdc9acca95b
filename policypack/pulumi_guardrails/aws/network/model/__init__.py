"""The parts of a network: address ranges, security groups, routes, subnets, workloads."""
