"""Pictures of the evidence page: whole words, colours of light and dark."""

import re
from xml.etree import ElementTree

from equipoise.present.difference_plot import HEAD, LABEL_LETTERS, Mark, rows, strips
from equipoise.present.evidence import kept_page

LONG = "speed at which an interceptor in the east first catches a missile from one base to a city far away"
SVG = "{http://www.w3.org/2000/svg}"


def words_of(picture):
    return [str(e.text) for e in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_long_words_are_folded_and_never_cut():
    marks = [Mark(LONG, "agrees", 1.0, 0.0, 2.0), Mark("short", "differs", 90.0, 80.0, 95.0)]
    for picture in (rows(marks), strips([(LONG, marks[:1]), ("short", marks[1:])])):
        said = words_of(picture)
        assert LONG in " ".join(said)
        assert max(map(len, said[-4:])) <= LABEL_LETTERS
        assert "…" not in " ".join(said)


def test_rows_of_folded_words_keep_apart():
    picture = rows([Mark(LONG, "agrees", 1.0, 1.0, 1.0), Mark("short", "agrees", 1.0, 1.0, 1.0)])
    drawn = ElementTree.fromstring(picture)
    heights = [float(c.get("cy")) for c in drawn.iter(f"{SVG}circle")]
    label = next(float(e.get("y")) for e in drawn.iter(f"{SVG}text") if e.text == "short")
    assert HEAD < heights[0] < label - 12 < label < heights[1] < float(drawn.get("height"))


def test_every_colour_has_one_for_a_dark_page():
    picture = rows([Mark("one", "agrees", 1.0, 0.0, 2.0, -1.0, 1.0)]).decode()
    light, dark = (
        set(re.findall(r"--(\w+):#", part)) for part in picture.split("@media(prefers-color-scheme:dark)")
    )
    assert light == dark
    assert not re.findall(r'(?:fill|stroke)="#', picture)


def test_a_list_of_sections_that_would_fill_a_screen_is_folded():
    contents = re.search(r'<nav aria-label="Contents">(.*?)</nav>', kept_page(), re.DOTALL)[1]
    assert contents.startswith("<details><summary>")
