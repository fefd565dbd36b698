"""A person's own vehicle in a file: the same flight as the catalogue's, and one line for each fault."""

import pytest

import equipoise as eq
from equipoise.catalogue import load_catalogue
from equipoise.physics.environment.drag import DRAG_TABLES
from equipoise.scenario.vehicle_file import read_flyer

FILE = """
id = "own"
name = "Own two-stage vehicle"
source = "notional"
confidence = "assumption"
payload_kg = 900
vertical_rise_m = 300
drag_points = [[0, 0.2], [0.85, 0.2], [1.0, 0.27], [1.2, 0.27], [2.0, 0.2], [4.5, 0.2]]
[[stages]]
burn_time_s = 60
propellant_kg = 12000
dry_kg = 1500
specific_impulse_s = 245
diameter_m = 1.3
[[stages]]
burn_time_s = 45
propellant_kg = 3000
dry_kg = 500
thrust_vacuum_kn = 175
diameter_m = 1.3
"""


def test_own_drag_points_fly_as_the_table_of_the_same_numbers(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(FILE, encoding="utf-8")
    own = eq.Vehicle.from_toml(path)
    assert own.drag_points == tuple(zip(*DRAG_TABLES["forden"], strict=True))
    named = own.but(drag="forden", drag_points=())
    asked = {"start": (35.0, 50.0), "azimuth_deg": 300.0, "angle_deg": 3.0}
    one, other = eq.fly(own, **asked), eq.fly(named, **asked)
    assert one.data.identical(other.data)
    assert float(one.data.burnout_speed_km_s) > 2.0


def test_a_missile_file_flies_as_the_missile_of_the_catalogue(tmp_path):
    path = tmp_path / "missile.toml"
    path.write_text(
        'id = "mine"\nname = "Mine"\nsource = "x"\nconfidence = "assumption"\nmax_range_km = 2000\nburn_time_s = 100\n'
        "burnout_altitude_km = 90\nburnout_downrange_km = 80\nballistic_coefficient_kg_m2 = 2500\n"
    )
    mine = read_flyer(path)
    flown = eq.fly(mine, start=(35.0, 50.0), aim=(40.0, 35.0))
    assert float(flown.data.miss_m) < 10.0
    assert "ghadr-1" in load_catalogue().missiles


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("payload_kg = 900", "payload_kg = -9", "payload_kg"),
        ("payload_kg = 900", "payload = 900", "payload_kg"),
        ("[1.0, 0.27]", "[0.5, 0.27]", "Mach rising from 0"),
        ("burn_time_s = 60", "", "burn_time_s"),
    ],
)
def test_a_fault_in_a_vehicle_is_one_line_with_its_key(tmp_path, old, new, said):
    path = tmp_path / "own.toml"
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(eq.InputError, match=said):
        eq.Vehicle.from_toml(path)


def test_a_vehicle_has_one_drag_table(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(FILE + 'drag = "v2"\n'.join(["", ""]), encoding="utf-8")
    with pytest.raises(eq.InputError):  # the key stands inside the last stage
        eq.Vehicle.from_toml(path)
    path.write_text('drag = "v2"\n' + FILE, encoding="utf-8")
    with pytest.raises(eq.DomainError, match="either drag"):
        eq.fly(eq.Vehicle.from_toml(path), start=(35.0, 50.0), azimuth_deg=300.0, angle_deg=3.0)
