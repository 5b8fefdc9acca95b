"""The network of a stack as a graph of who can reach whom."""
