"""Leakage through a defence: printed examples of Bernoulli arithmetic, and worked values of Wilkening's model.

Wilkening, Science & Global Security 8 (1999) 183-215, was not read; the worked values are of the algebra that others quote.
"""

from __future__ import annotations

from equipoise.analysis.balance import leakage
from equipoise.analysis.balance.arrivals import Defence
from equipoise.numerics import counting
from equipoise.published.statement import Statement, compared

NAME = "leakage"
TITLE = "Leakage through a defence (Wilkening's model and printed examples)"
HAND = "worked by hand from the algebra that readers of Wilkening (1999) quote"
LAB = "a public defence laboratory, reference case"
ROWS = (
    (0.50, 4, 1, 1.0, 0.9375, 0.0625), (0.50, 4, 5, 1.0, 0.7242, 0.3125), (0.80, 2, 10, 1.0, 0.6648, 0.4),
    (0.80, 4, 10, 1.0, 0.9841, 0.016), (0.90, 2, 20, 1.0, 0.8179, 0.2), (0.70, 4, 20, 0.95, 0.3047, 1.154),
)  # fmt: skip
"""Kill probability of a shot, shots, warheads, probability of track, probability of no leak, expected leaks."""
NEEDED = ((4, 0.7, 2.42), (10, 0.7, 3.17), (20, 0.7, 3.74), (20, 0.5, 6.49), (20, 0.9, 1.96))
"""Warheads, kill probability, shots for an 80 % chance of no leak."""


def statements() -> list[Statement]:
    """Return printed examples, then worked values."""
    return [*_printed(), *_worked()]


def _printed() -> list[Statement]:
    record = 12 / 21
    return [
        compared(NAME, "two shots at the test record of 12 hits in 21", printed=82.0, ours=100 * leakage.kill_by(2, record), unit="%",
                 rounding=0.5, source=f"{LAB}: 'two shots at the record give 82'", label="secondary"),
        compared(NAME, "salvos of four from 44 interceptors", printed=11.0, ours=float(Defence(44, 0.25).engaged(4)), unit="1",
                 rounding=0.0, source=f"{LAB}: 'forty-four interceptors are eleven salvos of four'", label="secondary"),
        compared(NAME, "warheads that 44 interceptors engage, four at each", printed=11.0, ours=float(Defence(44, 0.25).engaged(4)),
                 unit="1", rounding=0.0, source="B. Blair, sofrep.com and Business Insider: 'at most ... 11 warheads'"),
        compared(NAME, "eight warheads, one shot of 80 % at each: chance that none leaks", printed=0.168, unit="1", rounding=5e-4,
                 ours=leakage.none_leaks(8, shots=1, kill=0.8), label="computed", source="inputs of L. AuCoin, 11 Nov 2009; 0.8**8"),
        compared(NAME, "two shots of 97 %: chance that one hits", printed=0.9991, unit="1", rounding=5e-5,
                 ours=leakage.kill_by(2, 0.97), label="computed", source="inputs of D. Trump, Oct 2017 (The Diplomat); 1 - 0.03**2"),
        *(
            compared(NAME, f"two shots of {kill:g}: leakage of one warhead", printed=leak, ours=1.0 - leakage.kill_by(2, kill), unit="1",
                     rounding=5e-5, label="computed",
                     source="inputs of Lewis and Postol 2010 (1 or 2 hits in 10) and of the Pentagon (84 %), through NYT, 18 May 2010")
            for kill, leak in ((0.1, 0.81), (0.2, 0.64), (0.84, 0.0256))
        ),
    ]  # fmt: skip


def _worked() -> list[Statement]:
    made = []
    for kill, shots, warheads, track, clean, leaks in ROWS:
        case = f"{warheads} warheads, {shots} shots of {kill:g} at each, track {track:g}"
        none = leakage.none_leaks(warheads, shots=shots, kill=kill, track=track)
        mean = counting.mean(leakage.leakage(warheads, shots=shots, kill=kill, track=track))
        made += [
            _row(f"{case}: chance of no leak", clean, none, 5e-5),
            _row(f"{case}: expected leaks", leaks, mean, 5e-4),
        ]
    for warheads, kill, wanted in NEEDED:
        what = f"shots of {kill:g} at each of {warheads} warheads for an 80 % chance of no leak"
        made.append(_row(what, wanted, leakage.shots_needed(warheads, kill=kill), 0.006))
    return made


def _row(what: str, printed: float, ours: float, rounding: float) -> Statement:
    return compared(
        NAME, what, printed=printed, ours=ours, unit="1", rounding=rounding, source=HAND, label="computed"
    )
