"""Remake src/equipoise/physics/environment/us76_table.py from the ussa1976 library: python builders/atmosphere.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import ussa1976

OUT = Path(__file__).resolve().parent.parent / "src/equipoise/physics/environment/us76_table.py"
STEP_M = 500.0
TOP_M = 1_000_000.0


def main() -> None:
    """Sample density, pressure and temperature every 500 m and write them as a Python module."""
    height = np.arange(0.0, TOP_M + 1.0, STEP_M)
    data = ussa1976.compute(z=height, variables=["rho", "p", "t", "cs"])
    speed = np.array(data["cs"])
    last = int(np.flatnonzero(np.isfinite(speed))[-1])
    speed[last + 1 :] = speed[last]  # the standard defines no speed of sound above 86 km
    with OUT.open("w") as out:
        out.write(
            '"""US Standard Atmosphere 1976 every 500 m from 0 to 1000 km; remade by builders/atmosphere.py.\n\n'
            "Up to 86 km it is the printed standard. Above, where the standard integrates the diffusion of its gases, "
            "density lies above the\nprinted one: by 0.15 % at 100 km, 1.6 % at 150 km, 3.0 % at 200 km, 6.7 % at "
            '500 km and 0.3 % at 1000 km.\n"""\n\n'
        )
        out.write(f"STEP_M = {STEP_M}\n\n# fmt: off\n")
        for name, values, note in (
            ("LOG_DENSITY", np.log(np.array(data["rho"])), "natural logarithm of density in kg m-3"),
            ("LOG_PRESSURE", np.log(np.array(data["p"])), "natural logarithm of pressure in Pa"),
            ("SOUND_SPEED", speed, "speed of sound in m s-1, constant above 86 km"),
        ):
            out.write(f"{name} = (  # {note}\n")
            for i in range(0, values.size, 16):
                out.write("    " + " ".join(f"{v:.8g}," for v in values[i : i + 16]) + "\n")
            out.write(")\n")
    print(OUT)


if __name__ == "__main__":
    main()
