"""The families of paths: what "minimum energy", "lofted" and "depressed" mean, read from ``data/path_families.toml``.

>>> path_family("lofted").words
'lofted (15° above the burnout path angle of minimum energy)'
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from equipoise.foundation.errors import unknown_name


@dataclass(frozen=True)
class PathFamily:
    """A family by its id: degrees added to the burnout path angle of minimum energy, with their source and confidence."""

    id: str
    loft_deg: float
    source: str
    confidence: str

    @property
    def words(self) -> str:
        """The family in words, its angle included."""
        return words(self.id, self.loft_deg)


def words(family: str, loft_deg: float) -> str:
    """Return a family's name with the angle (deg, of either sign) that it is flown with."""
    spoken = family.replace("_", " ")
    if loft_deg == 0.0:
        return spoken
    side = "above" if loft_deg > 0.0 else "below"
    return f"{spoken} ({abs(loft_deg):g}° {side} the burnout path angle of minimum energy)"


@cache
def path_families() -> dict[str, PathFamily]:
    """Return every family by its id."""
    text = files("equipoise.model").joinpath("data/path_families.toml").read_text(encoding="utf-8")
    return {name: PathFamily(name, **entry) for name, entry in tomllib.loads(text).items()}


def to_the_end(family: str) -> str:
    """Return the family that a vehicle flies which cannot end its thrust: lofted, in the place of minimum energy."""
    return "lofted" if family == "minimum_energy" else family


def path_family(name: str) -> PathFamily:
    """Return one family; :class:`equipoise.foundation.errors.UnknownNameError` names the nearest one."""
    known = path_families()
    if name not in known:
        raise unknown_name("family", name, known)
    return known[name]
