"""Programs that were not written for the pack, and the whole outcome that the pack has on each at its defaults.

The programs are the common shapes of `tests/offline/fixtures/programs` and those of `programs` here. What is expected
is in `expected.json`, so that a change of a verdict shows as a change of that file; write it again with

    python -m tests.engine.strangers
"""
