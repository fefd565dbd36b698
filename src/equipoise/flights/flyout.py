"""Where an interceptor can be, and how soon, for people: kilometres and seconds as a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import DomainError, unknown_name

if TYPE_CHECKING:
    import xarray as xr


def flyout(
    interceptor: str,
    *,
    speed_km_s: float | None = None,
    burn_time_s: float | None = None,
    life_s: float | None = None,
) -> xr.Dataset:
    """Return the earliest arrival ``time_s`` over ``range_km`` and ``altitude_km``; nan where it never is.

    The interceptor is one of the catalogue at its nominal values, of which each may be replaced. Ranges are over a still
    sphere from the launch point. The law is that of the engagements; there the Earth turns and is oblate. No drag after
    burnout.

    >>> import equipoise as eq
    >>> reach = eq.flyout("sm3-iia")
    >>> 150.0 < float(reach.time_s.interp(range_km=500.0, altitude_km=250.0)) < 180.0
    True
    >>> reach.time_s.plot.contourf(x="range_km", levels=12, figsize=(6, 4)).figure  # doctest: +ELLIPSIS
    <Figure size ...>
    """
    import numpy as np
    import xarray as xr

    from equipoise.physics.interceptor.flyout import Law
    from equipoise.physics.interceptor.reach import arrival_times

    known = load_catalogue().interceptors
    if interceptor not in known:
        raise unknown_name("interceptor", interceptor, known)
    record = known[interceptor]
    nominal = (record.burnout_speed_km_s, record.burn_time_s, record.kill_vehicle_life_s)
    speed, burn, life = (
        given if given is not None else (value.value if value else None)
        for given, value in zip((speed_km_s, burn_time_s, life_s), nominal, strict=True)
    )
    if speed is None or burn is None or life is None:
        raise DomainError(
            f"no public source states how {interceptor} flies; give speed_km_s, burn_time_s and life_s"
        )
    law = Law(speed * 1e3, burn, life)
    for name, value in zip(law._fields, law, strict=True):
        if not (np.isfinite(value) and value > 0.0):
            raise DomainError(f"{name} is {value}; give a positive number")
    time, step_m = arrival_times(law)
    time[~np.isfinite(time)] = np.nan
    ranges, altitudes = (np.arange(n) * step_m / 1e3 for n in time.shape)
    return xr.Dataset(
        {"time_s": (("range_km", "altitude_km"), time, {"units": "s", "long_name": "earliest arrival after launch"})},
        coords={"range_km": ("range_km", ranges, {"units": "km", "long_name": "ground range"}),
                "altitude_km": ("altitude_km", altitudes, {"units": "km", "long_name": "altitude"})},
        attrs={"interceptor": interceptor, "speed_km_s": speed, "burn_time_s": burn, "life_s": life},
    )  # fmt: skip
