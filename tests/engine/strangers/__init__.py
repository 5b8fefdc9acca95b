"""Programs that were not written for the pack, and what the pack says of each: by default and in ready configurations.

The programs are the common shapes of `tests/offline/fixtures/programs` and those of `programs` here. `expected.json`
has the whole outcome of each with no configuration, and `configurations.json` the counts and what blocks in each ready
configuration, so that a change of a verdict shows as a change of those files; write them again with

    python -m tests.engine.strangers
"""
