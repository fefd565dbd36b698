"""The radar equation: how far a radar detects a cross-section, from power, aperture and the time it dwells.

Skolnik, Introduction to Radar Systems, 3rd ed., eq. 1.7 and 2.51, with coherent integration of all pulses of a dwell and the
gain of a uniformly used aperture, 4 pi efficiency area / wavelength**2.
"""

from __future__ import annotations

from math import pi

from equipoise.foundation.errors import DomainError

BOLTZMANN_J_K = 1.380649e-23


def detection_range_m(
    *,
    average_power_w: float,
    aperture_m2: float,
    wavelength_m: float,
    cross_section_m2: float,
    noise_temperature_k: float,
    losses_db: float,
    dwell_s: float,
    signal_to_noise: float,
    efficiency: float = 0.8,
) -> float:
    """Return the range in m at which one dwell gives the signal-to-noise ratio (a plain ratio, not dB).

    Skolnik's equation 1.7, as the module says, in free space: average power times dwell for the energy,
    ``efficiency`` times area for the effective aperture, 4 pi of it over the squared wavelength for the gain;
    ``signal_to_noise`` is what one dwell needs after integration. Numbers that are not positive are a
    :class:`DomainError`.
    """
    given = {name: value for name, value in locals().items() if name != "losses_db"}
    for name, value in given.items():
        if not value > 0.0:
            raise DomainError(f"{name} is {value}; give a positive number")
    effective_m2 = efficiency * aperture_m2
    gain = 4.0 * pi * effective_m2 / wavelength_m**2
    noise_j = BOLTZMANN_J_K * noise_temperature_k * 10.0 ** (losses_db / 10.0)
    energy_j = average_power_w * dwell_s
    fourth = energy_j * gain * effective_m2 * cross_section_m2 / ((4.0 * pi) ** 2 * noise_j * signal_to_noise)
    return float(fourth**0.25)
