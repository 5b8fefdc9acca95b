"""What generates committed pages and data."""
