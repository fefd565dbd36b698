"""The numba type of eight numbers at once, and the compiler's instructions for its arithmetic and comparisons."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import config, types
from numba.core import cgutils, extending
from numba.core.extending import lower_builtin, models, register_model
from numba.core.typing.templates import AbstractTemplate, infer_global, signature

WIDTH = 1 if config.DISABLE_JIT else 8
"""Lanes in a value: one 512-bit or two 256-bit registers of doubles; one where nothing is compiled."""

DOUBLE, LONG = ir.DoubleType(), ir.IntType(64)
VECTOR = ir.VectorType(DOUBLE, WIDTH)
INTEGERS = ir.VectorType(LONG, WIDTH)
_BITS = ir.VectorType(ir.IntType(1), WIDTH)
QUAD = ir.VectorType(DOUBLE, 4)


class Lanes(types.Type):  # type: ignore[misc] # numba carries no types
    """The numba type of ``WIDTH`` doubles."""

    def __init__(self) -> None:
        """Name the type."""
        super().__init__(name=f"Lanes{WIDTH}")


class Mask(types.Type):  # type: ignore[misc] # numba carries no types
    """The numba type of ``WIDTH`` truth values."""

    def __init__(self) -> None:
        """Name the type."""
        super().__init__(name=f"Mask{WIDTH}")


LANES, MASK = Lanes(), Mask()

intrinsic: Any = extending.intrinsic  # what it makes is called without its first parameter


def _infer(op: Any, generic: Callable[[Any, Any, Any], Any]) -> None:
    """Teach numba's type inference a function: ``generic(self, args, kws)`` returns a signature or None."""
    infer_global(op)(type("_Typing", (AbstractTemplate,), {"generic": generic}))


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):  # type: ignore[misc] # numba carries no types
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, VECTOR)


@register_model(Mask)
class _MaskModel(models.PrimitiveModel):  # type: ignore[misc] # numba carries no types
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _BITS)


def splat(builder: Any, scalar: Any, kind: ir.VectorType) -> Any:
    """Return a vector of one kind with the scalar in every lane."""
    empty = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(empty, scalar, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(first, empty, zeros)


def as_vector(context: Any, builder: Any, value: Any, kind: Any) -> Any:
    """Return a value as a vector of doubles, a scalar spread over all lanes."""
    if isinstance(kind, Lanes):
        return value
    return splat(builder, context.cast(builder, value, kind, types.float64), VECTOR)


def _is_number(kind: Any) -> bool:
    return isinstance(kind, Lanes | types.Float | types.Integer | types.Boolean)


_OPERANDS = [
    (a, b)
    for a in (Lanes, types.Float, types.Integer)
    for b in (Lanes, types.Float, types.Integer)
    if Lanes in (a, b)
]


def _declare(op: Any, result: Any, generate: Callable[[Any, Any, Any], Any]) -> None:
    """Teach numba a binary operator on lanes, with scalars spread over all lanes."""

    def generic(self: Any, args: Any, kws: Any) -> Any:
        if len(args) == 2 and any(isinstance(a, Lanes) for a in args) and all(map(_is_number, args)):
            return signature(result, *args)
        return None

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (as_vector(context, builder, v, kind) for v, kind in zip(args, sig.args, strict=True))
        return generate(builder, a, b)

    _infer(op, generic)
    for a, b in _OPERANDS:
        lower_builtin(op, a, b)(lower)


def _arithmetic(name: str) -> Callable[[Any, Any, Any], Any]:
    return lambda builder, a, b: getattr(builder, name)(a, b)


def _comparison(name: str) -> Callable[[Any, Any, Any], Any]:
    return lambda builder, a, b: builder.fcmp_ordered(name, a, b)


_declare(operator.add, LANES, _arithmetic("fadd"))
_declare(operator.sub, LANES, _arithmetic("fsub"))
_declare(operator.mul, LANES, _arithmetic("fmul"))
_declare(operator.truediv, LANES, _arithmetic("fdiv"))
_declare(operator.lt, MASK, _comparison("<"))
_declare(operator.le, MASK, _comparison("<="))
_declare(operator.gt, MASK, _comparison(">"))
_declare(operator.ge, MASK, _comparison(">="))


def _declare_mask(op: Any, name: str) -> None:
    def generic(self: Any, args: Any, kws: Any) -> Any:
        return signature(MASK, *args) if args and all(isinstance(a, Mask) for a in args) else None

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return getattr(builder, name)(*args)

    _infer(op, generic)
    lower_builtin(op, *([Mask] * (1 if op is operator.invert else 2)))(lower)


_declare_mask(operator.and_, "and_")
_declare_mask(operator.or_, "or_")
_declare_mask(operator.invert, "not_")


def _one_value(self: Any, args: Any, kws: Any) -> Any:
    return signature(LANES, *args) if len(args) == 1 and isinstance(args[0], Lanes) else None


_infer(operator.neg, _one_value)


@lower_builtin(operator.neg, Lanes)
def _lower_negative(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fneg(args[0])


def _declare_function(function: Any, name: str) -> None:
    """Teach numba an LLVM function of one value on lanes."""

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return call_llvm(builder, name, args)

    _infer(function, _one_value)
    lower_builtin(function, Lanes)(lower)


def call_llvm(builder: Any, name: str, args: Any) -> Any:
    """Return the call of an LLVM function, of that name, on doubles or lanes of them."""
    one = args[0].type
    ending = f"v{WIDTH}f64" if isinstance(one, ir.VectorType) else "f64"
    kind = ir.FunctionType(one, [one] * len(args))
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.{ending}"), args)


_declare_function(math.sqrt, "sqrt")
_declare_function(abs, "fabs")
_declare_function(math.floor, "floor")
