"""What differs between two stored results: where they come from, their axes, their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.results.record import Result

if TYPE_CHECKING:
    import xarray as xr


def differences(
    left: Mapping[str, Result], right: Mapping[str, Result], *, tolerance: float = 0.0
) -> list[str]:
    """Return one line for each difference in the numbers and axes of two folders; none when they are the same."""
    lines = [f"{kind}: only in the first" for kind in left if kind not in right]
    lines += [f"{kind}: only in the second" for kind in right if kind not in left]
    for kind in left:
        if kind in right:
            lines += [f"{kind}: {line}" for line in _data(left[kind].data, right[kind].data, tolerance)]
    return lines


WHOLE = "scenario_toml"
"""Part of the provenance that its hash stands for in a comparison."""


def origins(left: Mapping[str, Result], right: Mapping[str, Result]) -> list[str]:
    """Return one line for each difference in what made two folders; equal numbers may well have other origins."""
    lines = []
    for kind in left:
        if kind in right:
            a, b = asdict(left[kind].provenance), asdict(right[kind].provenance)
            lines += [
                f"{key}: {_short(a[key])} against {_short(b[key])}"
                for key in a
                if a[key] != b[key] and key != WHOLE
            ]
    return list(dict.fromkeys(lines))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:16]} ..."


def _data(left: xr.Dataset, right: xr.Dataset, tolerance: float) -> list[str]:
    lines = []
    for name in {**left.variables, **right.variables}:
        if name not in left.variables or name not in right.variables:
            lines.append(f"{name} only in the {'second' if name not in left.variables else 'first'}")
            continue
        a, b = left[name], right[name]
        if a.dims != b.dims or a.shape != b.shape:
            lines.append(f"{name} has the axes {dict(a.sizes)} against {dict(b.sizes)}")
        elif line := _values(a, b, tolerance):
            lines.append(f"{name}: {line}")
    return lines


def _values(a: xr.DataArray, b: xr.DataArray, tolerance: float) -> str:
    x, y = a.values, b.values
    if x.dtype.kind not in "fiub" or y.dtype.kind not in "fiub":
        count = int(np.count_nonzero(x != y))
        return f"{count} of {x.size} texts differ" if count else ""
    x, y = x.astype(float), y.astype(float)
    with np.errstate(invalid="ignore"):  # infinity less infinity; both are the same
        apart = np.abs(x - y)
    same = (x == y) | (np.isnan(x) & np.isnan(y)) | (apart <= tolerance)
    if same.all():
        return ""
    gap = np.where(same, 0.0, np.nan_to_num(apart, nan=np.inf, posinf=np.inf))
    worst = np.unravel_index(int(np.argmax(gap)), gap.shape)
    where = ", ".join(f"{axis} {_label(a, str(axis), int(i))}" for axis, i in zip(a.dims, worst, strict=True))
    unit = a.attrs.get("units", "")
    unit = "" if unit == "1" else unit  # that of a pure number
    largest = f"{x[worst]:g} against {y[worst]:g} {unit}".rstrip()
    return f"{np.count_nonzero(~same)} of {x.size} values differ, most {largest}{f' at {where}' if where else ''}"


def _label(values: xr.DataArray, axis: str, index: int) -> str:
    if axis not in values.coords:
        return str(index)
    found = values.coords[axis].values[index]
    return f"{found:g}" if isinstance(found, float) else str(found)
