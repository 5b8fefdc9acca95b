"""A program that makes nothing yet."""
