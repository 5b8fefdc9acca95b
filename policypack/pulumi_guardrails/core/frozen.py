"""Immutable classes that cost little to make, and of which an evaluation makes hundreds of thousands of objects.

`dataclasses.dataclass(frozen=True)` writes and compiles six methods for each class, which for the hundred classes of
this package takes a tenth of the time that the pack needs for a small stack. It also sets every field through
`object.__setattr__`: an object of six fields takes 1.0 µs rather than 0.2 µs. Here only `__init__` is written for a
class, and the type checker refuses to change a field; the running pack does not check it once more, but for what is
itself a promise, such as a waiver or a verdict: that stays a frozen data class of the standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["fast_dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass as fast_dataclass
else:
    from dataclasses import dataclass, fields
    from operator import attrgetter

    def fast_dataclass(*, frozen, slots=False):
        """As `dataclasses.dataclass`: fields with `compare=False` or `repr=False` are left out in the same way."""
        if not frozen:
            raise TypeError("fast_dataclass is for immutable classes; expected frozen=True.")

        def make(cls):
            made = dataclass(init=True, repr=False, eq=False, slots=slots)(cls)
            compared = _values([field.name for field in fields(made) if field.compare])

            def equal(self, other):
                if other.__class__ is not self.__class__:
                    return NotImplemented
                return compared(self) == compared(other)

            made.__eq__ = equal
            made.__hash__ = lambda self: hash(compared(self))
            made.__repr__ = _repr
            return made

        return make

    def _values(names):
        """What gives the values of these attributes of an object, as a tuple: of one name, `attrgetter` gives none."""
        return attrgetter(*names) if len(names) > 1 else attrgetter(*names, *names)

    def _repr(self):
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"
