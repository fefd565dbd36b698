"""The map's colours stay apart for every reader, and a figure is written the same way twice."""

import itertools

import numpy as np
import pytest
from PIL import Image

from equipoise.present.figures import REASONS, SHOTS, save

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB
VISION = {
    "common": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour, vision):
    """CIE 1976 L*a*b* of a #rrggbb colour as somebody sees it."""
    coded = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.asarray(vision) @ linear, 0, 1) / (0.9505, 1.0, 1.089)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.outside
@pytest.mark.parametrize("who", VISION)
def test_no_two_colours_of_the_map_are_alike(who):
    seen = {words: colour for colour, words in REASONS.values()} | {f"{n} shots": SHOTS[n] for n in (1, 2, 3)}
    least = 13.0  # five times the difference that an attentive eye just sees
    for (a, one), (b, other) in itertools.combinations(seen.items(), 2):
        assert np.linalg.norm(lab(one, VISION[who]) - lab(other, VISION[who])) > least, (a, b)


@pytest.mark.outside
def test_more_shots_are_darker_in_grey_print():
    lightness = [lab(SHOTS[n], VISION["common"])[0] for n in (1, 2, 3)]
    assert np.all(np.diff(lightness) < -13)


@pytest.mark.outside
def test_what_is_defended_is_darker_in_grey_print_than_any_reason_why_not():
    reasons = [lab(colour, VISION["common"])[0] for colour, _ in REASONS.values()]
    assert min(reasons) - lab(SHOTS[1], VISION["common"])[0] > 15


def test_the_same_figure_gives_the_same_files(tmp_path):
    from matplotlib.figure import Figure

    def made():
        figure = Figure(layout="constrained")
        figure.subplots().plot([1, 2], [3, 4], label="a")
        return figure

    first = [p.read_bytes() for p in save(made(), tmp_path, "a")]
    assert [p.read_bytes() for p in save(made(), tmp_path, "a")] == first


def test_areas_of_one_colour_keep_it(tmp_path):
    from matplotlib.figure import Figure

    shades = [colour for colour, _ in REASONS.values()]
    figure = Figure()
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.axis("off")
    axes.barh(range(len(shades)), 1.0, 1.0, color=shades)
    with Image.open(save(figure, tmp_path, "a")[1]) as picture:
        seen = {colour for _, colour in picture.convert("RGB").getcolors(maxcolors=1 << 20)}
    assert seen >= {tuple(int(shade[i : i + 2], 16) for i in (1, 3, 5)) for shade in shades}
