"""Immutable classes of which an evaluation makes hundreds of thousands of objects.

`dataclass(frozen=True)` sets every field through `object.__setattr__`, which makes an object of six fields in 1.0 µs
rather than 0.2 µs. Here the type checker refuses to change a field; the running pack does not check it once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["fast_dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass as fast_dataclass
else:
    from dataclasses import dataclass

    def fast_dataclass(*, frozen, slots=False):
        """As `dataclasses.dataclass`, and as fast to make as one that is not frozen."""
        return dataclass(unsafe_hash=frozen, slots=slots)
