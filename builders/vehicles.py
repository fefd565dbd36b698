"""Make the catalogue's staged vehicles from published parameter sets: ``python builders/vehicles.py IN OUT``.

The numbers stand here, each set under its source; IN is not read. Values from memory get a range.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

CATALOGUE = runpy.run_path(str(Path(__file__).parent / "catalogue.py"))
quantity, write, OURS = CATALOGUE["quantity"], CATALOGUE["write"], CATALOGUE["OURS"]
FORDEN = "G. Forden, Science & Global Security 15 (2007), table 1, in a public transcription"
WRIGHT = "presets of a public copy of D. Wright's program (is541/ballistic-missile-range, presets.txt)"
LISTED = "public parameter listing in the manner of D. Wright; author unknown"
HTV2 = "D. Wright, Science & Global Security 23 (2015), tables 1 and 2, in a public transcription"
REDSTONE = "Mercury-Redstone, public data sheets (Wikipedia)"
ORION = "ATK Space Propulsion Products Catalog (May 2008), in the tables of Wikipedia, Orion (rocket stage), in two languages"
RISE = ("assumption: a rise of some hundred metres before the tilt", "assumption")


def certain(value: float, source: str, confidence: str) -> dict[str, object]:
    return quantity(value, value, value, source, confidence)


def spread(
    value: float, low: float, high: float, source: str, confidence: str = "memory"
) -> dict[str, object]:
    return quantity(value, low, high, source, confidence)


def stage(burn: float, propellant: float, dry: float, impulse: float, diameter: object, source: str, label: str,
          **more: object) -> dict[str, object]:  # fmt: skip
    """Return a stage by its specific impulse; ``more`` overrides or adds."""
    return {
        "burn_time_s": certain(burn, source, label),
        "propellant_kg": certain(propellant, source, label),
        "dry_kg": certain(dry, source, label),
        "specific_impulse_s": certain(impulse, source, label),
        "diameter_m": diameter
        if isinstance(diameter, dict)
        else certain(float(str(diameter)), source, label),
    } | more


def vehicle(name: str, title: str, source: str, label: str, stages: list[dict[str, object]], payload: float, drag: str,
            **more: object) -> dict[str, object]:  # fmt: skip
    return {
        "id": name, "name": title, "source": source, "confidence": label, "stages": stages,
        "payload_kg": certain(payload, source, label), "drag": drag,
        "vertical_rise_m": quantity(300, 100, 1000, *RISE),
    } | more  # fmt: skip


def vehicles() -> list[dict[str, object]]:
    memory = "from memory, unverified"
    apart = "separates at burnout"
    no_dong = spread(1.32, 0.88, 1.32, f"{FORDEN}: 0.88 in one place, 1.32 in another", "secondary")
    redstone = f"{REDSTONE}: 30 t, 350 kN and 215 s at sea level, 143.5 s; propellant and dry mass computed from them"
    solid = spread(2.34, 2.3, 2.4, memory)
    return [
        vehicle("forden-scud-b", "Scud-B in Forden's paper", FORDEN, "secondary",
                [stage(75, 4897 - 1198, 1198, 230, 0.84, FORDEN, "secondary")], 1000, "forden"),
        vehicle("forden-no-dong", "No-dong in Forden's paper", FORDEN, "secondary",
                [stage(70, 19900 - 3900, 3900, 240, no_dong, FORDEN, "secondary")], 1000, "forden"),
        vehicle("wright-v2", "V-2 in D. Wright's program", WRIGHT, "sourced",
                [stage(68.06, 8900, 4000, 210, 1.65, f"{WRIGHT}; burn time from 27,461 kgf", "sourced")], 975, "v2"),
        vehicle("wright-nodong-a", "Nodong-A in D. Wright's program", WRIGHT, "sourced",
                [stage(108.74, 12798, 2294, 226, 1.35, f"{WRIGHT}; burn time from 26,600 kgf", "sourced")], 1000, "v2"),
        vehicle("minotaur-iv-lite", "Minotaur IV Lite in Wright's study of HTV-2", HTV2, "secondary",
                [stage(56.4, 45370, 48990 - 45370, 282, solid, HTV2, "secondary"),
                 stage(60.7, 24490, 27670 - 24490, 309, solid, HTV2, "secondary"),
                 stage(72.0, 7070, 7710 - 7070, 300, solid, HTV2, "secondary")], 1800, "large-solid",
                note="payload of 1,000 kg and some 800 kg of structure; the shroud of 450 kg drops in stage two",
                shroud_kg=certain(450, HTV2, "secondary"), shroud_drop_s=spread(100, 80, 130, memory),
                ballistic_coefficient_kg_m2=spread(5000, 2000, 10000, f"assumption: {apart}", "assumption"),
                ends_thrust=False),
        vehicle("mercury-redstone", "Mercury-Redstone", redstone, "sourced",
                [stage(143.5, 23820, 4380, 215, 1.78, redstone, "sourced", specific_impulse_s=None,
                       thrust_vacuum_kn=spread(404, 395, 414, f"350 kN at sea level and the exit area, {memory}"),
                       exit_area_m2=spread(0.53, 0.45, 0.66, memory))], 1800, "v2",
                ballistic_coefficient_kg_m2=spread(290, 230, 350, f"blunt capsule of 1.89 m and 1.1 to 1.3 t, {memory}")),
        vehicle("minuteman-style", "Three solid stages in the manner of Minuteman III", LISTED, "secondary",
                [stage(61, 20780, 2450, 267, 1.7, LISTED, "secondary"),
                 stage(66, 6240, 1030, 287, 1.7, LISTED, "secondary"),
                 stage(61, 3306, 404, 285, 1.7, LISTED, "secondary")], 900, "large-solid",
                shroud_kg=certain(150, LISTED, "secondary"), shroud_drop_s=certain(76, LISTED, "secondary"),
                ballistic_coefficient_kg_m2=certain(9765, f"{LISTED}: 2,000 lb/ft2", "secondary"), ends_thrust=False),
        orion("orion-three-stage", "Three Orion motors (50S XLG, 50 XL, 38)", 3),
        orion("orion-two-stage", "Two Orion motors (50S XLG, 50 XL)", 2),
    ]  # fmt: skip


def orion(name: str, title: str, count: int) -> dict[str, object]:
    """Return the first ``count`` motors under a payload of our supposition; what burns is gross mass less burnout mass."""
    impulse = spread(
        287,
        280,
        293,
        "287 s for the shorter nozzle, from memory, unverified; 293 s is the thrust of the 50S XL over what it burns",
    )
    motors = [
        stage(68.4, 16202 - 1114, 1114, 287, 1.27, ORION, "secondary", specific_impulse_s=impulse),
        stage(69.7, 4318 - 374, 374, 290.1, 1.27, f"{ORION}; specific impulse from 161 kN", "secondary"),
        stage(67.7, 892 - 110, 110, 284.3, 0.97, f"{ORION}; specific impulse from 32.2 kN", "secondary"),
    ]
    payload = quantity(
        300,
        150,
        600,
        "assumption: kill vehicle of 60 to 70 kg (from memory), its shroud, and what joins and steers",
        "assumption",
    )
    return vehicle(
        name,
        title,
        ORION,
        "secondary",
        motors[:count],
        300,
        "large-solid",
        payload_kg=payload,
        ends_thrust=False,
    )


def main(_source: Path, target: Path) -> None:
    write(target, "vehicles", [{k: clean(v) for k, v in record.items()} for record in vehicles()])


def clean(value: object) -> object:
    """Leave out what a stage does not say."""
    if isinstance(value, list):
        return [{k: v for k, v in item.items() if v is not None} for item in value]
    return value


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
