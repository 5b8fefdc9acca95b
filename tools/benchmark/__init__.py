"""`make bench`: what the pack costs, beside a floor, the stock SDK and other tools; see `__main__`."""
