"""Orbit ephemeris messages of CCSDS 502.0-B (KVN) and 505.0-B (XML), read whole: every line is used, named or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.parsers import expat

from equipoise.foundation.errors import InputError, misuse, nearest

EARTH_FIXED = ("ITRF", "WGS84", "ECEF")
HEADER = {"CCSDS_OEM_VERS", "CREATION_DATE", "ORIGINATOR", "MESSAGE_ID", "CLASSIFICATION"}
META = {
    "OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "REF_FRAME_EPOCH", "TIME_SYSTEM", "START_TIME",
    "USEABLE_START_TIME", "USEABLE_STOP_TIME", "STOP_TIME", "INTERPOLATION", "INTERPOLATION_DEGREE",
}  # fmt: skip
REQUIRED = ("OBJECT_NAME", "REF_FRAME", "TIME_SYSTEM")
COVARIANCE = {"EPOCH", "COV_REF_FRAME"}
STATE = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT", "X_DDOT", "Y_DDOT", "Z_DDOT")
UNITS = (
    dict.fromkeys(STATE[:3], "km") | dict.fromkeys(STATE[3:6], "km/s") | dict.fromkeys(STATE[6:], "km/s**2")
)
# Days that ended with a leap second. Source: IERS Bulletin C, list of UTC steps; none since, as announced up to 2026.
LEAP_DAYS = {
    "1972-06-30", "1972-12-31", "1973-12-31", "1974-12-31", "1975-12-31", "1976-12-31", "1977-12-31", "1978-12-31",
    "1979-12-31", "1981-06-30", "1982-06-30", "1983-06-30", "1985-06-30", "1987-12-31", "1989-12-31", "1990-12-31",
    "1992-06-30", "1993-06-30", "1994-06-30", "1995-12-31", "1997-06-30", "1998-12-31", "2005-12-31", "2008-12-31",
    "2012-06-30", "2015-06-30", "2016-12-31",
}  # fmt: skip
EPOCH = re.compile(r"(\d{4})-(?:(\d\d)-(\d\d)|(\d{3}))T(\d\d):(\d\d):(\d\d)(\.\d*)?Z?")


@dataclass(frozen=True)
class State:
    """One line of an ephemeris: where it stands, whose it is, s since 1970, position in m and velocity in m/s."""

    line: int
    name: str
    time_s: float
    state: tuple[float, ...]


def read_epoch(text: str) -> float:
    """Return an epoch as s since 1970 (UTC); any other text is a ``ValueError`` that says what is wrong.

    Calendar dates and days of the year are taken. A leap second is counted as POSIX counts it: 23:59:60 is the 0:00:00
    that follows.
    """
    found = EPOCH.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not an epoch (YYYY-MM-DDThh:mm:ss or YYYY-DDDThh:mm:ss, UTC)")
    year, month, day, count, hour, minute, second, fraction = found.groups()
    date = datetime(int(year), 1, 1, tzinfo=UTC)
    if count:
        date += timedelta(days=int(count) - 1)
        if date.year != int(year) or count == "000":
            raise ValueError(f"'{text}': the year {year} has no day {count}")
    else:
        date = date.replace(month=int(month), day=int(day))
    if int(hour) > 23 or int(minute) > 59 or int(second) > 60:
        raise ValueError(f"'{text}' is no time of a day")
    if int(second) == 60 and ((hour, minute) != ("23", "59") or f"{date:%Y-%m-%d}" not in LEAP_DAYS):
        raise ValueError(f"'{text}': no leap second was there")
    return (
        date.timestamp() + 3600.0 * int(hour) + 60.0 * int(minute) + int(second) + float(f"0{fraction or ''}")
    )


def read_oem(text: str, path: Path) -> tuple[list[State], list[str]]:
    """Return the states of every segment, and notes on what the file holds and is not used here.

    What is neither used nor named is an ``InputError`` with its line.
    """
    reader = _Reader(path)
    try:
        if text.lstrip().startswith("<"):
            _read_xml(text, reader)
        else:
            _read_kvn(text, reader)
        reader.end()
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise misuse(str(path), f"line {reader.line}", f"{error}.") from error
    return reader.states, reader.notes


@dataclass
class _Reader:
    """Takes statements in their order, of either form; what has no place there is a ``ValueError``."""

    path: Path
    line: int = 0
    states: list[State] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    header: dict[str, str] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    within: str = "header"
    began: int = 0
    count: int = 0
    last: str = ""
    covariances: int = 0

    def key(self, key: str, value: str) -> None:
        """Take a keyword and its value."""
        known = {"header": HEADER, "meta": META, "covariance": COVARIANCE}.get(self.within, set())
        if key not in known:
            guess = nearest(key, known)
            cure = f"; did you mean '{guess}'?" if guess else ""
            raise ValueError(f"'{key}' has no place in the {self.within}{cure}")
        if self.within == "header":
            self.header[key] = value
        elif self.within == "meta":
            self.meta[key] = value

    def begin_meta(self) -> None:
        """Begin a segment."""
        if self.within == "header" and "CCSDS_OEM_VERS" not in self.header:
            raise ValueError("a segment before CCSDS_OEM_VERS: this is not an ephemeris message")
        if self.within not in ("header", "data"):
            raise ValueError(f"META_START within the {self.within}")
        self._end_segment()
        self.within, self.began, self.meta, self.count, self.last = "meta", self.line, {}, 0, ""

    def end_meta(self) -> None:
        """Judge the metadata of a segment."""
        if self.within != "meta":
            raise ValueError(f"META_STOP within the {self.within}")
        if lacking := [key for key in REQUIRED if not self.meta.get(key)]:
            raise ValueError(f"the metadata lack {', '.join(lacking)}")
        if not self.meta["REF_FRAME"].upper().startswith(EARTH_FIXED):
            raise ValueError(f"REF_FRAME must be Earth-fixed ({', '.join(EARTH_FIXED)})")
        if self.meta["TIME_SYSTEM"] != "UTC":
            raise ValueError("TIME_SYSTEM must be UTC")
        if self.meta.get("CENTER_NAME", "EARTH").upper() != "EARTH":
            raise ValueError("CENTER_NAME must be EARTH")
        self.within = "data"

    def state(self, words: list[str]) -> None:
        """Take a state: epoch, position in km, velocity in km/s, and perhaps an acceleration, which is not used."""
        if self.within != "data":
            raise ValueError(f"a state within the {self.within}: it belongs after META_STOP")
        if len(words) not in (7, 10):
            raise ValueError(
                f"is not an ephemeris line: 7 or 10 words are due (epoch, km, km/s), it has {len(words)}"
            )
        try:
            numbers = [1e3 * float(word) for word in words[1:]]
        except ValueError as error:
            raise ValueError(f"is not an ephemeris line: {error}") from error
        time_s, written = read_epoch(words[0]), words[0].rstrip("Z")
        if self.states and self.count and time_s < self.states[-1].time_s and ":60" not in self.last:
            raise ValueError("its epoch lies before that of the state before it")
        self.count, self.last = self.count + 1, written
        self.states.append(State(self.line, self.meta["OBJECT_NAME"], time_s, tuple(numbers[:6])))

    def covariance(self, *, begins: bool) -> None:
        """Begin or end a block of covariances, which are counted and not used."""
        if self.within != ("data" if begins else "covariance"):
            raise ValueError(f"a covariance {'begins' if begins else 'ends'} within the {self.within}")
        self.within = "covariance" if begins else "data"
        self.covariances += begins

    def numbers(self, words: list[str]) -> None:
        """Take a row of a covariance: numbers, which are not used."""
        for word in words:
            float(word)

    def _end_segment(self) -> None:
        if self.began and not self.count:
            raise ValueError(f"the segment that begins at line {self.began} holds no state")

    def end(self) -> None:
        """Judge the end of the file."""
        if not self.began:
            raise ValueError("holds no segment (META_START ... META_STOP and states)")
        if self.within != "data":
            raise ValueError(f"the file ends within the {self.within}")
        self._end_segment()
        if self.covariances:
            line = f"{self.path}: {self.covariances} blocks of covariances are not used; tracks state the error given."
            self.notes.append(line)


def _read_kvn(text: str, reader: _Reader) -> None:
    markers: dict[str, Callable[[], None]] = {
        "META_START": reader.begin_meta,
        "META_STOP": reader.end_meta,
        "COVARIANCE_START": lambda: reader.covariance(begins=True),
        "COVARIANCE_STOP": lambda: reader.covariance(begins=False),
    }
    for reader.line, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0] == "COMMENT":
            continue
        if line.strip() in markers:
            markers[line.strip()]()
        elif "=" in line:
            key, _, value = line.partition("=")
            reader.key(key.strip(), value.strip())
        elif reader.within == "covariance":
            reader.numbers(words)
        else:
            reader.state(words)


class _Elements:
    """Turns the elements of an XML ephemeris into the statements of the other form."""

    def __init__(self, reader: _Reader, parser: expat.XMLParserType) -> None:
        self._reader, self._parser = reader, parser
        self._path: list[str] = []
        self._text, self._state = "", dict[str, str]()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        reader = self._reader
        reader.line, self._text = self._parser.CurrentLineNumber, ""
        self._path.append(name)
        if name == "oem":
            reader.key("CCSDS_OEM_VERS", attributes.get("version", ""))
        elif name == "metadata":
            reader.begin_meta()
        elif name == "stateVector":
            self._state = {}
        elif name == "covarianceMatrix":
            reader.covariance(begins=True)
        elif name in UNITS and attributes.get("units", UNITS[name]) != UNITS[name]:
            raise ValueError(f"{name} must be in {UNITS[name]}")

    def data(self, text: str) -> None:
        self._text += text

    def end(self, name: str) -> None:
        reader, text = self._reader, self._text.strip()
        reader.line = self._parser.CurrentLineNumber
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        if name == "metadata":
            reader.end_meta()
        elif name == "stateVector":
            self._end_state()
        elif name == "covarianceMatrix":
            reader.covariance(begins=False)
        elif parent == "stateVector":
            if name not in ("EPOCH", *STATE):
                raise ValueError(f"'{name}' has no place in a state")
            self._state[name] = text
        elif parent in ("metadata", "header") and name != "COMMENT":
            reader.key(name, text)
        elif parent == "covarianceMatrix" and name not in (*COVARIANCE, "COMMENT"):
            reader.numbers([text])
        elif name not in ("oem", "ndm", "header", "body", "segment", "data", "COMMENT", *COVARIANCE):
            raise ValueError(f"'{name}' has no place there")
        self._text = ""

    def _end_state(self) -> None:
        if lacking := [name for name in ("EPOCH", *STATE[:6]) if name not in self._state]:
            raise ValueError(f"the state lacks {', '.join(lacking)}")
        self._reader.state([self._state["EPOCH"], *(self._state[name] for name in STATE[:6])])


def _read_xml(text: str, reader: _Reader) -> None:
    parser = expat.ParserCreate()
    elements = _Elements(reader, parser)
    parser.StartElementHandler, parser.EndElementHandler = elements.start, elements.end
    parser.CharacterDataHandler = elements.data

    def refuse(*_: object) -> None:
        reader.line = parser.CurrentLineNumber
        raise ValueError("a document type is not taken: it could name other files")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text, True)  # noqa: FBT003 - the library's own signature
    except expat.ExpatError as error:
        reader.line = error.lineno
        raise ValueError(f"is not XML: {expat.ErrorString(error.code)}") from error
