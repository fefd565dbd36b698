"""Remembering what a stage computed, under a hash of the very numbers that it read.

A sweep changes a few inputs and leaves most stages as they were. A remembered function is looked up by the
content of its arguments, so an input that a stage does not read cannot make it run again, and one that it
reads cannot be missed.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, wraps
from struct import pack
from typing import Generic, ParamSpec, TypeVar

import numpy as np

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


class Same(Generic[Value]):
    """A key of a cache that is equal to another only if both hold the very same objects, which takes no time to see."""

    __slots__ = ("held",)

    def __init__(self, *held: Value) -> None:
        """Hold the objects, so that no other can take their place in memory."""
        self.held = held

    def __hash__(self) -> int:
        """Return the hash of which objects these are."""
        return hash(tuple(map(id, self.held)))

    def __eq__(self, other: object) -> bool:
        """Whether another key holds the very same objects."""
        return isinstance(other, Same) and list(map(id, self.held)) == list(map(id, other.held))


def fingerprint(value: object) -> bytes:
    """Return a SHA-256 of the content of numbers, texts, arrays, and tuples, sets, mappings or records of these.

    Anything else is a :class:`TypeError`: an object without plain content must not be a key.
    """
    parts: list[bytes] = []
    _add(parts.append, value)
    return hashlib.sha256(b"".join(parts)).digest()


def nbytes(value: object) -> int:
    """Return the size of the arrays inside ``value``."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, list | tuple):
        return sum(nbytes(item) for item in value)
    if isinstance(value, Mapping):
        return sum(nbytes(item) for item in value.values())
    if is_dataclass(value) and not isinstance(value, type):
        return sum(nbytes(getattr(value, item.name)) for item in fields(value))
    return 64


def remember(*, limit_mb: float) -> Callable[[Callable[Arguments, Value]], Callable[Arguments, Value]]:
    """Keep the results of a pure function by the content of its arguments, the least recently used dropped first.

    At most ``limit_mb`` of arrays are kept in one process; a larger single result is not kept at all. Whoever
    gets a result must not write on it. ``forget()`` on the function empties the store.
    """

    def decorate(function: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
        kept: OrderedDict[bytes, tuple[Value, int]] = OrderedDict()
        lock, held = threading.Lock(), 0

        @wraps(function)
        def remembered(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
            nonlocal held
            key = fingerprint((args, kwargs))
            with lock:
                if key in kept:
                    kept.move_to_end(key)
                    return kept[key][0]
            value = function(*args, **kwargs)
            size = nbytes(value)
            with lock:
                if size <= limit_mb * 1e6:
                    held += size - kept.pop(key, (None, 0))[1]
                    kept[key] = (value, size)
                while held > limit_mb * 1e6:
                    held -= kept.popitem(last=False)[1][1]
            return value

        def forget() -> None:
            nonlocal held
            with lock:
                kept.clear()
                held = 0

        remembered.forget = forget  # type: ignore[attr-defined]
        return remembered

    return decorate


@cache
def _fields_of(kind: type) -> tuple[str, ...] | None:
    """Return the names of the fields of a record; None for what is none."""
    return tuple(item.name for item in fields(kind)) if is_dataclass(kind) else None


def _add(add: Callable[[bytes], None], value: object) -> None:
    """Add a tag, a length and the content, so that no two different values give the same bytes."""
    if type(value) is float:
        add(b"g" + pack("d", value))
    elif isinstance(value, list | tuple):
        _text(add, "t", f"{type(value).__name__} {len(value)}")
        for item in value:
            _add(add, item)
    elif isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError("an array of objects has no plain content")
        add(f"a{value.dtype.str}{value.shape};".encode())
        add(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, Enum):
        _text(add, "e", f"{type(value).__name__}.{value.name}")
    elif isinstance(value, bool | int | float | np.integer | np.floating | type(None)):
        _text(add, "n", f"{type(value).__name__} {value!r}")
    elif isinstance(value, str):
        _text(add, "s", value)
    elif isinstance(value, Mapping):
        add(f"m{len(value)};".encode())
        for key in sorted(value):
            _add(add, key)
            _add(add, value[key])
    elif isinstance(value, frozenset):
        add(f"f{len(value)};".encode())
        for item in sorted(fingerprint(item) for item in value):
            add(item)
    elif (names := _fields_of(type(value))) is not None:  # type: ignore[arg-type]  # a type can be hashed
        _text(add, "d", type(value).__name__)
        for name in names:
            _add(add, getattr(value, name))
    else:
        raise TypeError(f"{type(value).__name__} has no plain content to make a key of")


def _text(add: Callable[[bytes], None], tag: str, text: str) -> None:
    data = text.encode()
    add(f"{tag}{len(data)};".encode())
    add(data)
