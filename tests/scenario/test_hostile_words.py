"""Words on the command line that no person types by chance: one short line that a terminal can show, and exit code 2 or 3."""

import sys
from pathlib import Path

import pytest

from command_line import invoke
from equipoise.results.record import save_results

sys.path.insert(0, str(Path(__file__).parents[1] / "page"))
from synthetic import results

ESCAPE, TURN, LONG = "\x1b[31mred", "\u202eevil", "9" * 4400
STUDY = '[study]\nname = "small"\nscenario = "epaa"\nanalysis = "exposure"\n[axis.decision_s]\nkey = "assumption.decision_s"\nvalues = [0, 60]\n'
CASES = {
    "a list with an escape": (["list", ESCAPE], "\\x1b[31mred"),
    "an entry that turns the line": (["show", TURN], "\\u202eevil"),
    "an entry with an escape to cite": (["cite", ESCAPE], "\\x1b[31mred"),
    "a file with an escape": (["check", ESCAPE], "\\x1b[31mred"),
    "a mode with an escape": (["run", "epaa", "--mode", ESCAPE], "not one of"),
    "a shard of 4,400 digits": (["sweep", "HERE/study.toml", "--shard", f"{LONG}/3"], "expected I/N"),
    "a shard of a superscript": (["sweep", "HERE/study.toml", "--shard", "²/3"], "expected I/N"),
    "a setting of 4,400 digits": (["run", "epaa", "--set", f"assumption.decision_s={LONG}"], "assumption.decision_s"),
    "a year of 4,400 digits": (["run", "epaa", "--at", LONG], "not a date"),
    "a page for all the world by no word": (["page", "HERE/out", "--host", ""], "is empty"),
    "a host of 70,000 letters": (["page", "HERE/out", "--host", "a" * 70_000], "Choose another"),
    "a port of 4,400 digits": (["exchange", "serve", "HERE", "--peer", "x", "--listen", f"h:{LONG}"], "not host:port"),
    "a port of a superscript": (["exchange", "serve", "HERE", "--peer", "x", "--listen", "h:²"], "not host:port"),
    "a party with an escape": (["exchange", "init", "HERE/party", "--party", ESCAPE], "party"),
    "a place that is no number": (["fly", "scud-b", "--from", "nan,46", "--to", "39,47"], "--from"),
    "a launch at the end of time": (["fly", "scud-b", "--from", "38,46", "--to", "39,47", "--launch", "9999-12-31T23:59:59"], "in the years"),
    "a notice before all time": (["flight-test", "notice", "HERE/study.toml", "--given", "0001-01-01T00:00:00+14:00"], "not"),
    "a mode of 100,000 letters": (["compare", "epaa@" + "x" * 100_000], "not one of"),
}  # fmt: skip


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "study.toml").write_text(STUDY)
    (folder / "out").mkdir()
    (folder / "out" / "report.html").write_text("a report")
    save_results(folder / "out" / "results.nc", results())
    return folder


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_word_is_refused_in_one_short_line(name, here, monkeypatch):
    monkeypatch.chdir(here)
    words, said = CASES[name]
    done = invoke([word.replace("HERE", str(here)) for word in words])
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (2, 3)
    (line,) = done.output.splitlines()
    assert said in line
    assert line.isprintable()
    assert len(line) < 2500


def test_a_country_that_is_named_twice_counts_once(tmp_path, monkeypatch):
    texts = []
    for number, (defenders, threats) in enumerate((("JP", "KP"), ("JP," * 500, "KP,KP"))):
        (tmp_path / str(number)).mkdir()
        monkeypatch.chdir(tmp_path / str(number))
        words = ["new", "twice", "--defender", defenders, "--deterrer", "CN", "--threat-from", threats]
        assert invoke(words).exit_code == 0
        texts.append(Path("twice.toml").read_text("utf-8"))
    assert texts[0] == texts[1]
