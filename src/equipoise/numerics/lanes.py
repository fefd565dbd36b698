"""Eight numbers at once: a vector type for kernels, so that one source flies one vehicle or eight.

A kernel written with ``+ - * /``, comparisons, :func:`where` and the functions below compiles for plain floats and
for :class:`Lanes`; the compiler turns a value of lanes into one or two vector registers. No operation lets one lane
influence another, so a flight has the same bits whatever flies beside it.

With compilation switched off (``NUMBA_DISABLE_JIT=1``) a value has one lane, a plain float, so that every kernel can be
stepped through.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core.extending import overload

from equipoise.numerics.lane_type import (
    DOUBLE,
    INTEGERS,
    LANES,
    LONG,
    MASK,
    QUAD,
    VECTOR,
    WIDTH,
    Lanes,
    Mask,
    as_vector,
    call_llvm,
    intrinsic,
    splat,
)


@intrinsic
def _smaller(context: Any, a: Any, b: Any) -> Any:
    return LANES(LANES, LANES), lambda c, builder, sig, args: call_llvm(builder, "minnum", args)


@intrinsic
def _larger(context: Any, a: Any, b: Any) -> Any:
    return LANES(LANES, LANES), lambda c, builder, sig, args: call_llvm(builder, "maxnum", args)


@intrinsic
def _spread(context: Any, x: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return as_vector(context, builder, args[0], sig.args[0])

    return LANES(x), generate


def spread(x: Any) -> Any:
    """Return ``x`` in every lane; lanes come back as they are."""
    return x


@overload(spread)
def _overload_spread(x):
    return lambda x: _spread(x)


@intrinsic
def _select(context: Any, condition: Any, a: Any, b: Any) -> Any:
    kind = MASK if isinstance(a, Mask) else LANES

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if kind is MASK:
            return builder.select(args[0], args[1], args[2])
        x, y = (as_vector(context, builder, v, k) for v, k in zip(args[1:], sig.args[1:], strict=True))
        return builder.select(args[0], x, y)

    return kind(condition, a, b), generate


@intrinsic
def _fold(context: Any, mask: Any) -> Any:
    """Return the truth values of a mask as the bits of an integer."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.zext(builder.bitcast(args[0], ir.IntType(WIDTH)), LONG)

    return types.int64(MASK), generate


@intrinsic
def _load(context: Any, array: Any, start: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        pointer = builder.bitcast(builder.gep(data, [args[1]]), VECTOR.as_pointer())
        found = builder.load(pointer)
        found.align = 8
        return found

    return LANES(array, types.intp), generate


def load(array: Any, start: int) -> Any:
    """Return ``array[start : start + WIDTH]`` of a contiguous one-dimensional array of doubles."""
    return array[start]


@overload(load)
def _overload_load(array, start):
    return lambda array, start: _load(array, start)


@intrinsic
def _store(context: Any, array: Any, start: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        pointer = builder.bitcast(builder.gep(data, [args[1]]), VECTOR.as_pointer())
        builder.store(args[2], pointer).align = 8
        return context.get_dummy_value()

    return types.void(array, types.intp, LANES), generate


def store(array: Any, start: int, value: Any) -> None:
    """Write ``value`` to ``array[start : start + WIDTH]`` of a contiguous one-dimensional array of doubles."""
    array[start] = value


@overload(store)
def _overload_store(array, start, value):
    return lambda array, start, value: _store(array, start, value)


@intrinsic
def _lane(context: Any, value: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.extract_element(args[0], args[1])

    return types.float64(LANES, types.intp), generate


def lane(value: Any, index: int) -> float:
    """Return the double in one lane; a plain number has one lane."""
    return value


@overload(lane)
def _overload_lane(value, index):
    if isinstance(value, Lanes):
        return lambda value, index: _lane(value, index)
    return lambda value, index: value


def width_of(value: Any) -> int:
    """Return how many lanes a value has."""
    return 1


@overload(width_of)
def _overload_width(value):
    wide = WIDTH if isinstance(value, Lanes) else 1
    return lambda value: wide


def _shuffle(builder: Any, a: Any, b: Any, order: list[int]) -> Any:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(ir.IntType(32), len(order)), order))


def _transposed(builder: Any, found: list[Any]) -> list[Any]:
    """Return four columns of ``WIDTH`` from ``WIDTH`` rows of four, by shuffles that are single instructions."""
    columns: list[list[Any]] = [[], [], [], []]
    for first in range(0, WIDTH, 8):
        eight = [_shuffle(builder, found[first + i], found[first + i + 4], list(range(8))) for i in range(4)]
        low, high = [0, 8, 2, 10, 4, 12, 6, 14], [1, 9, 3, 11, 5, 13, 7, 15]
        pairs = [_shuffle(builder, eight[i], eight[i + 1], o) for i in (0, 2) for o in (low, high)]
        outer, inner = [0, 1, 8, 9, 4, 5, 12, 13], [2, 3, 10, 11, 6, 7, 14, 15]
        for c in range(4):
            order = outer if c < 2 else inner
            columns[c].append(_shuffle(builder, pairs[c % 2], pairs[2 + c % 2], order))
    while len(columns[0]) > 1:
        size = WIDTH // len(columns[0])
        columns = [
            [_shuffle(builder, c[i], c[i + 1], list(range(2 * size))) for i in range(0, len(c), 2)]
            for c in columns
        ]
    return [c[0] for c in columns]


@intrinsic
def _rows(context: Any, table: Any, index: Any) -> Any:
    """Return the four columns of the table's rows named by ``index`` (lanes of whole numbers)."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        whole = builder.fptosi(args[1], INTEGERS)
        found = []
        for i in range(WIDTH):
            offset = builder.shl(
                builder.extract_element(whole, ir.Constant(ir.IntType(32), i)), ir.Constant(LONG, 2)
            )
            row = builder.load(builder.bitcast(builder.gep(data, [offset]), QUAD.as_pointer()))
            row.align = 8
            found.append(row)
        columns = _transposed(builder, found)
        return context.make_tuple(builder, sig.return_type, columns)

    return types.UniTuple(LANES, 4)(table, LANES), generate


@intrinsic
def _rough_power(context: Any, x: Any, exponent: Any) -> Any:
    """Raise through the floating-point exponent: piecewise linear in the logarithm, good to 7 %."""
    one = ir.Constant(LONG, 0x3FF0000000000000)
    wide = isinstance(x, Lanes)
    real, whole = (VECTOR, INTEGERS) if wide else (DOUBLE, LONG)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        offset = splat(builder, one, INTEGERS) if wide else one
        power = splat(builder, args[1], VECTOR) if wide else args[1]
        bits = builder.sub(builder.bitcast(args[0], whole), offset)
        scaled = builder.fmul(builder.sitofp(bits, real), power)
        return builder.bitcast(builder.add(builder.fptosi(scaled, whole), offset), real)

    return x(x, types.float64), generate


def where(condition: Any, a: Any, b: Any) -> Any:
    """Return ``a`` where the condition holds, otherwise ``b``; both are evaluated."""
    return a if condition else b


@overload(where)
def _overload_where(condition, a, b):
    if isinstance(condition, Mask):
        return lambda condition, a, b: _select(condition, a, b)
    return lambda condition, a, b: a if condition else b


def smaller(a: Any, b: Any) -> Any:
    """Return the smaller of two values, lane by lane."""
    return a if a < b else b


@overload(smaller)
def _overload_smaller(a, b):
    if Lanes in (type(a), type(b)):
        return lambda a, b: _smaller(spread(a), spread(b))
    return lambda a, b: a if a < b else b


def larger(a: Any, b: Any) -> Any:
    """Return the larger of two values, lane by lane."""
    return a if a > b else b


@overload(larger)
def _overload_larger(a, b):
    if Lanes in (type(a), type(b)):
        return lambda a, b: _larger(spread(a), spread(b))
    return lambda a, b: a if a > b else b


@intrinsic
def _fused(context: Any, a: Any, b: Any, c: Any) -> Any:
    kind = LANES if isinstance(a, Lanes) else types.float64

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return call_llvm(builder, "fmuladd", args)

    return kind(kind, kind, kind), generate


def fused(a: Any, b: Any, c: Any) -> Any:
    """Return ``a b + c``; in lanes one instruction with one rounding where the machine has it.

    Unlike the compiler's own contraction, it does not hang on what the kernel was inlined into.
    """
    return a * b + c


@overload(fused)
def _overload_fused(a, b, c):
    if Lanes in (type(a), type(b), type(c)):
        return lambda a, b, c: _fused(spread(a), spread(b), spread(c))
    return lambda a, b, c: _fused(a, b, c)


def any_lane(mask: Any) -> bool:
    """Return whether the condition holds in some lane."""
    return bool(mask)


@overload(any_lane)
def _overload_any(mask):
    if isinstance(mask, Mask):
        return lambda mask: _fold(mask) != 0
    return lambda mask: mask


def rough_power(x: Any, exponent: float) -> Any:
    """Return about ``x ** exponent`` for positive ``x`` (7 %); what a step-size controller needs."""
    return x**exponent


@overload(rough_power)
def _overload_rough_power(x, exponent):
    return lambda x, exponent: _rough_power(x, exponent)


def rows(table: Any, index: Any) -> Any:
    """Return the four columns of row ``index`` (a whole number in a float) of a contiguous (n, 4) table."""
    i = int(index)
    return table[i, 0], table[i, 1], table[i, 2], table[i, 3]


@overload(rows)
def _overload_rows(table, index):
    if isinstance(index, Lanes):
        return lambda table, index: _rows(table, index)

    def row(table, index):
        i = int(index)
        return table[i, 0], table[i, 1], table[i, 2], table[i, 3]

    return row


def lacks(mask: Any) -> Any:
    """Return where the condition does not hold (``~`` on a plain truth value is an integer)."""
    return not mask


@overload(lacks)
def _overload_lacks(mask):
    if isinstance(mask, Mask):
        return lambda mask: ~mask
    return lambda mask: not mask


def keep(array: Any, start: int, value: Any) -> None:
    """Write lanes to ``array[start : start + WIDTH]``, or a plain number to ``array[start]``."""
    array[start] = value


@overload(keep)
def _overload_keep(array, start, value):
    if isinstance(value, Lanes):
        return lambda array, start, value: store(array, start, value)

    def put_one(array, start, value):
        array[start] = value

    return put_one


def kept(array: Any, start: int, like: Any) -> Any:
    """Return what :func:`keep` wrote there; ``like`` says by its type whether lanes or a plain number."""
    return array[start]


@overload(kept)
def _overload_kept(array, start, like):
    if isinstance(like, Lanes):
        return lambda array, start, like: load(array, start)
    return lambda array, start, like: array[start]


def holds(mask: Any, index: int) -> bool:
    """Return whether the condition holds in lane ``index``."""
    return bool(mask)


@overload(holds)
def _overload_holds(mask, index):
    if isinstance(mask, Mask):
        return lambda mask, index: (_fold(mask) >> index) & 1 == 1
    return lambda mask, index: mask


@intrinsic
def _put(context: Any, value: Any, index: Any, number: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.insert_element(args[0], args[2], args[1])

    return LANES(LANES, types.intp, types.float64), generate


def put(value: Any, index: int, number: float) -> Any:
    """Return ``value`` with ``number`` in one lane."""
    return number


@overload(put)
def _overload_put(value, index, number):
    return lambda value, index, number: _put(value, index, number)
