"""What can happen in the world, as data: small integers inside arrays, sentences for people."""

from __future__ import annotations

from enum import IntEnum
from typing import Self, SupportsInt


class _Spoken(IntEnum):
    """An integer code that carries a sentence."""

    sentence: str

    def __new__(cls, value: int, sentence: str = "") -> _Spoken:
        member = int.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        return member

    @classmethod
    def of(cls, code: SupportsInt) -> Self:
        """Return the member with ``code``, for instance an element of a result's array."""
        return next(member for member in cls if member.value == int(code))


class FlightStatus(_Spoken):
    """How a flight, or the search for one, ended. Every status but ``OK`` comes with nan results.

    >>> import equipoise as eq
    >>> found = eq.solve("ghadr-1", start=(38.0, 46.5), aim=[(41.0, 29.0), (44.4, 26.1)])
    >>> [eq.FlightStatus.of(code).name for code in found.status]
    ['OK', 'OUT_OF_RANGE']
    """

    OK = 0, "The flight ended at the ground."
    OUT_OF_RANGE = 1, "The vehicle cannot reach the aim point."
    NO_LIFTOFF = 2, "Thrust at the pad is below the weight, so the vehicle does not rise."
    HIT_GROUND_IN_BOOST = 3, "The vehicle came down while its engines burnt; the pitch-over is too strong."
    ESCAPED = 4, "The vehicle left the domain of the model (100,000 km) and does not come back in time."
    NOT_CONVERGED = 5, "The search for the trajectory did not converge."
    BAD_VEHICLE = 6, "The vehicle's data are impossible: a mass, thrust or burn time is not positive."
    TIME_LIMIT = 7, "The flight was still going at the time limit."
    STEP_LIMIT = 8, "The integrator could not hold its tolerance within its step limit."
    NO_SUCH_SHAPE = 9, "No trajectory of the requested loft, apogee or time of flight reaches the aim point."
    RISE_TOO_LONG = (
        10,
        "The vertical rise lasts longer than the first stage burns; it takes less height or time.",
    )


class Reason(_Spoken):
    """Why an engagement fails, or that it does not.

    >>> import equipoise as eq
    >>> eq.Reason.of(2).sentence
    'The missile is seen, but no track good enough to shoot on forms in time.'
    """

    ENGAGED = 0, "The required number of shots is possible."
    NOT_SEEN = 1, "No sensor that the shooter may use sees the missile in time."
    NO_TRACK = 2, "The missile is seen, but no track good enough to shoot on forms in time."
    NO_TIME = 3, "The interceptor could reach the path, but not before the missile has passed."
    OUT_OF_REACH = 4, "No point of the path lies within the interceptor's reach, whatever the time."
    BELOW_FLOOR = 5, "Where the interceptor could meet the missile, the missile is below its kill floor."
    ABOVE_CEILING = 6, "Where the interceptor could meet the missile, the missile is above its ceiling."
    NOT_PERMITTED = (
        7,
        "A sector forbids it: wherever the interceptor could meet the missile, the battery may not, or may not so soon after burnout.",
    )
    NO_INTERCEPTORS = 8, "No interceptor that could be used is active on this date."
    OUT_OF_RANGE = 9, "The missile cannot reach this place."
    TOO_FEW_SHOTS = 10, "The missile can be engaged, but with fewer shots than the scenario requires."
    CLOSING_GEOMETRY = (
        11,
        "The interceptor could meet the missile, but not at a closing speed and crossing angle that it can use.",
    )
    NOT_OWN_AREA = (
        12,
        "Each party defends its own area alone: who could engage the missile does not defend this place.",
    )
    NO_OWN_RADAR = (
        13,
        "The launch policy forbids it: no radar of the battery's own holds the missile where the interceptor could meet it.",
    )


class Truth(_Spoken):
    """The verdict on a statement under uncertain inputs.

    >>> import equipoise as eq
    >>> promised = eq.guarantee(eq.Scenario.load("epaa").at("2011", mode="independent"))
    >>> sorted({eq.Truth.of(code).name for code in promised.data.truth.values.ravel()})
    ['KEPT', 'UNDETERMINED']
    """

    BROKEN = 0, "Broken over the whole range of the assumptions."
    KEPT = 1, "Kept over the whole range of the assumptions."
    UNDETERMINED = 2, "The range of an assumption decides; the report names it."


def numbers_of_codes() -> str:
    """Return every code of this module with its number, and no sentence: all that compiled code takes from here."""
    return " ".join(
        f"{kind.__name__}.{code.name}={code.value}" for kind in _Spoken.__subclasses__() for code in kind
    )


TOGETHER = "several inputs together, none alone"
"""What decides a verdict that no input alone can turn over its range."""
