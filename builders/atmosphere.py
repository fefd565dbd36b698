"""Remake src/equipoise/physics/environment/data/us76.csv from the standard's formulae: python builders/atmosphere.py.

U.S. Standard Atmosphere, 1976 (NASA-TM-X-74335): the layers up to 86 km from the ussa1976 library, whose constants serve above
as well. There the number densities of six gases (equations 33 to 40) are integrated here, in steps of 10 m: the library takes
the molar mass of nitrogen for that of mixed air in the equation of atomic oxygen below 100 km, which gives 7 % too much of it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import ussa1976
from numpy.typing import NDArray
from scipy.integrate import cumulative_trapezoid
from ussa1976 import constants as us76
from ussa1976.core import (
    compute_gravity,
    compute_temperature_gradient_high_altitude,
    compute_temperature_high_altitude,
)

Array = NDArray[np.float64]

OUT = Path(__file__).resolve().parent.parent / "src/equipoise/physics/environment/data/us76.csv"
COLUMNS = ("log_density_kg_m3", "log_pressure_pa", "sound_speed_m_s")
STEP_M = 500.0
TOP_M = 1_000_000.0
INTEGRATION_STEP_M = 10.0
MIXED_TOP_M, EDDY_M, EDDY_TOP_M, CARRIED_TOP_M, HYDROGEN_M, HYDROGEN_REFERENCE_M = (
    100e3, 95e3, 115e3, 150e3, 150e3, 500e3,
)  # fmt: skip
"""Where air is mixed, where eddies fade and end, where vertical transport ends, where hydrogen begins and is given."""


def _integral(rate: Array, z: Array) -> Array:
    return np.asarray(cumulative_trapezoid(rate, z, initial=0.0))


def _eddies(z: Array) -> Array:
    """Return the eddy diffusion coefficient in m2/s (equation 7 of the standard's part 1)."""
    fading = np.clip(z - EDDY_M, 0.0, EDDY_TOP_M - EDDY_M - 1.0)
    return np.where(z < EDDY_TOP_M, us76.K_7 * np.exp(1.0 - 4e8 / (4e8 - fading**2)), 0.0)


def _carried(gas: str, z: Array) -> Array:
    """Return the term of vertical transport in 1/m (equation 37)."""
    up = z - us76.U1[gas]
    found = us76.Q1[gas] * up**2 * np.exp(-us76.W1[gas] * up**3)
    if gas == "O":
        down = np.maximum(us76.U2["O"] - z, 0.0)
        found = found + us76.Q2["O"] * down**2 * np.exp(-us76.W2["O"] * down**3)
    return np.where(z <= CARRIED_TOP_M, found, 0.0)


def _diffusion(gas: str, background: Array, t: Array) -> Array:
    """Return the coefficient of molecular diffusion in m2/s (equation 8)."""
    return np.asarray(us76.A[gas] / background * (t / 273.15) ** us76.B[gas])


def number_densities(z: Array) -> dict[str, Array]:
    """Return the number densities (1/m3) of six gases at heights ``z`` (m), a fine grid from 86 to 1000 km."""
    t, slope = compute_temperature_high_altitude(z), compute_temperature_gradient_high_altitude(z)
    pull, k = compute_gravity(z) / (us76.R * t), _eddies(z)
    mean = np.where(z <= MIXED_TOP_M, us76.M0, us76.M["N2"])
    n = {"N2": us76.N2_7 * us76.T7 / t * np.exp(-_integral(mean * pull, z))}
    for gas, start in (("O", us76.O_7), ("O2", us76.O2_7), ("Ar", us76.AR_7), ("He", us76.HE_7)):
        background = n["N2"] if gas in ("O", "O2") else n["N2"] + n["O"] + n["O2"]
        d = _diffusion(gas, background, t)
        apart = pull * us76.M[gas] + us76.ALPHA[gas] * slope / t
        sinking = (d * apart + k * pull * mean) / (d + k) + _carried(gas, z)
        n[gas] = start * us76.T7 / t * np.exp(-_integral(sinking, z))
    n["H"] = _hydrogen(z, t, pull, sum(n.values()))
    return n


def _hydrogen(z: Array, t: Array, pull: Array, background: Array) -> Array:
    """Return the number density of hydrogen (1/m3), none below 150 km (equations 39 and 40)."""
    power = 1.0 + us76.ALPHA["H"]
    tau = _integral(us76.M["H"] * pull, z)
    tau -= np.interp(HYDROGEN_REFERENCE_M, z, tau)
    flow = us76.PHI / _diffusion("H", background, t) * (t / us76.T11) ** power * np.exp(tau)
    gone = _integral(np.where(z <= HYDROGEN_REFERENCE_M, flow, 0.0), z)
    left = us76.H_11 - (gone[-1] - gone)
    return np.where(z >= HYDROGEN_M, left * (us76.T11 / t) ** power * np.exp(-tau), 0.0)


def density_and_pressure(height_m: Array) -> tuple[Array, Array]:
    """Return density (kg/m3) and pressure (Pa) at heights from 0 to 1000 km."""
    below = ussa1976.compute(z=height_m[height_m <= us76.Z7], variables=["rho", "p"])
    z = np.arange(us76.Z7, TOP_M + 1.0, INTEGRATION_STEP_M)
    n, t, above = number_densities(z), compute_temperature_high_altitude(z), height_m[height_m > us76.Z7]
    rho = sum(n[gas] * us76.M[gas] for gas in n) / us76.NA
    p = sum(n.values()) * us76.K * t
    high = [np.exp(np.interp(above, z, np.log(v))) for v in (rho, p)]
    return np.append(below["rho"], high[0]), np.append(below["p"], high[1])


def main() -> None:
    """Sample density, pressure and speed of sound every 500 m and write them as a table."""
    height = np.arange(0.0, TOP_M + 1.0, STEP_M)
    density, pressure = density_and_pressure(height)
    speed = np.array(ussa1976.compute(z=height, variables=["cs"])["cs"])
    last = int(np.flatnonzero(np.isfinite(speed))[-1])
    speed[last + 1 :] = speed[last]  # the standard defines no speed of sound above 86 km
    with OUT.open("w") as out:
        out.write(",".join(COLUMNS) + "\n")
        for row in zip(np.log(density), np.log(pressure), speed, strict=True):
            out.write(",".join(f"{value:.8g}" for value in row) + "\n")
    print(OUT)


if __name__ == "__main__":
    main()
