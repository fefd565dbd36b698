"""Arrays without counts of references, for loops of kernels.

Numba counts a reference for every array that a function is given, takes out of a tuple or cuts a slice from, by an atomic
instruction; in engagements a quarter of all time went there. What is cut from a borrowed array is borrowed too.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core.extending import overload

from equipoise.numerics.lane_type import intrinsic


def borrowed(value: Any) -> Any:
    """Return an array, or a tuple of arrays and numbers, that owns nothing: whoever calls keeps the owner until it is done."""
    return value


@intrinsic
def _borrowed(context: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _without_owner(context, builder, sig.args[0], args[0])

    return value(value), generate


@overload(borrowed)
def _overload_borrowed(value):
    return lambda value: _borrowed(value)


def _without_owner(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Return the compiler's value with no owner in any of its arrays."""
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo, array.parent = array.meminfo.type(None), array.parent.type(None)
        return array._getvalue()
    if isinstance(kind, types.BaseTuple):
        for i, part in enumerate(kind):
            inner = _without_owner(context, builder, part, builder.extract_value(value, i))
            value = builder.insert_value(value, inner, i)
    return value
