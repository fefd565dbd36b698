"""What every record shares: it is frozen, refuses unknown keys and says where it comes from."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.model.fields import FILE_SOURCE, Day, Text, Word, Words


class Record(BaseModel):
    """A frozen record; its fields are the keys of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Entry(Record):
    """A record with a name of its own and a source."""

    id: Word = Field(description="Name used in files and on the command line, kebab-case.")
    name: Text = Field("", description="Name for people.")
    note: Text = Field("", description="Anything a reader should know.")
    source: Text = Field(FILE_SOURCE, description="Where the record as a whole comes from.")
    confidence: Confidence = Field(
        Confidence.ASSUMPTION, description="How far the source was checked: sourced ... memory, assumption."
    )


class Event(Record):
    """One step in the life of an instrument or a clause."""

    date: Day = Field(description="Day of the step.")
    status: Word = Field(
        description="drafted, approved, signed, ratified, in_force, suspended, withdrawn or ended."
    )
    source: Text = Field(FILE_SOURCE, description="Where the date comes from.")
    confidence: Confidence = Field(Confidence.ASSUMPTION, description="How far the date was checked.")
    note: Text = Field("", description="What happened, in words.")
    by: Words = Field((), description="Parties whose status changes; empty for all.")


def quantities(record: BaseModel) -> dict[str, Quantity]:
    """Return every quantity of ``record`` by key."""
    fields = type(record).model_fields
    return {key: value for key in fields if isinstance(value := getattr(record, key), Quantity)}
