"""What each parameter and each word writes into the worlds of a phase's commands, found by compiling them with it moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import radians

from equipoise.analysis.what_if.parameters import Alternative, Parameter
from equipoise.analysis.what_if.slots import Flat, Slots, find_slots, place_slots, word_slots
from equipoise.analysis.what_if.worlds import Asked, Commands, Worlds, commands_of
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import place, with_numbers, with_words

AWAY_DEG = 0.7
"""How far a site is moved to see what its place writes."""


class Moves:
    """The commands of a phase with each parameter moved alone, with all moved together, and with each site elsewhere."""

    def __init__(
        self,
        scenario: Scenario,
        day: date,
        offered: Sequence[Parameter],
        alternatives: Sequence[Alternative],
        asked: Commands,
        classes: Sequence[str],
    ) -> None:
        """Compile nothing yet: make the commands of ``day`` with each of ``offered`` and ``alternatives`` moved; ``asked`` are those as they are."""
        self._scenario, self._day, self._asked, self._classes = scenario, day, asked, classes
        plain = [p for p in offered if not p.axis and p.low < p.high]
        self._start = {p.key: p.value for p in plain}
        self._alone = {
            p.key: [(v, self._with({p.key: v})) for v in (p.low, p.high) if v != p.value] for p in plain
        }
        ends = ({p.key: p.low for p in plain}, {p.key: p.high for p in plain})
        self._together = [(values, self._with(values)) for values in ends]
        self._places = {}
        for site in dict.fromkeys(p.site for p in offered if p.axis):
            at = {p.axis: p.value + AWAY_DEG for p in offered if p.site == site}
            moved = self._with({f"site.{site}.{axis}_deg": value for axis, value in at.items()})
            self._places[site] = ((radians(at["lat"]), radians(at["lon"])), moved)
        self._words = {
            c.key: {word: self._worded(c.key, word) for word in c.options} for c in alternatives if not c.site
        }

    def _worded(self, key: str, word: str) -> Commands:
        words = {place(key, self._scenario, label="question"): word}
        return commands_of(with_words(self._scenario, words), self._day, self._classes)

    def _with(self, values: Mapping[str, float]) -> Commands:
        numbers = {place(key, self._scenario, label="question"): value for key, value in values.items()}
        return commands_of(with_numbers(self._scenario, numbers), self._day, self._classes)

    def slots(self, worlds: Worlds) -> dict[Asked, Slots]:
        """Return the slots of every command."""
        return {which: self._slots(which, worlds) for which in self._asked}

    def _slots(self, which: Asked, worlds: Worlds) -> Slots:
        command = self._asked[which]
        base = worlds.of(command, which)

        def world(moved: Commands) -> Flat:
            return worlds.of(moved[which], which).leaves

        alone = {
            key: [(value, world(moved)) for value, moved in samples]
            for key, samples in self._alone.items()
            if any(moved[which] != command for _, moved in samples)
        }
        together = [(values, world(moved)) for values, moved in self._together]
        found = find_slots(base.leaves, self._start, alone, together)
        for site, (at, moved) in self._places.items():
            if moved[which] != command:
                found = found.with_place(
                    site, place_slots(base.leaves, world(moved), site, at, base.sensors, worlds.earth)
                )
        for key, by_word in self._words.items():
            worlds_of = {word: world(moved) for word, moved in by_word.items() if moved[which] != command}
            if worlds_of:
                found = found.with_words(
                    key, word_slots(base.leaves, key, {w: worlds_of.get(w, base.leaves) for w in by_word})
                )
        return found
