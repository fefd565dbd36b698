"""What a person wrote is drawn letter by letter."""

import pytest

from equipoise.present.figures import panels, save, save_picture

NAME = r"$a_{b$ [north] \undefined $\foo$ 100 % cost $5 and $6"


@pytest.fixture
def figure():
    figure, axes = panels((14, 8))
    axes[0, 0].set_title(NAME)
    axes[0, 0].plot([1, 2], label=NAME)
    axes[0, 0].set_xticks([0, 1], [NAME, "$x$"])
    axes[0, 0].legend()
    return figure


def test_a_dollar_sign_in_a_name_begins_no_formula(figure, tmp_path):
    drawing, picture = save(figure, tmp_path, "nasty")
    assert drawing.stat().st_size
    assert picture.stat().st_size
    save_picture(figure, tmp_path / "nasty.pdf")
    assert (tmp_path / "nasty.pdf").stat().st_size
