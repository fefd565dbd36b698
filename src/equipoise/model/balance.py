"""What the strategic balance takes from the catalogue: prices, and how launchers stand before a strike."""

from __future__ import annotations

from pydantic import Field

from equipoise.model.fields import Money, Share, Word
from equipoise.model.record import Entry


class Price(Entry):
    """What one thing costs, in millions of US dollars of its source's year; prices are not inflated."""

    per: Word = Field(description="What the amount buys: interceptor, site, warhead, programme, year ...")
    amount_usd_m: Money = Field(description="The amount.")


class Posture(Entry):
    """Shares of the deployed launchers of one basing; survival is that of an abstract first strike."""

    basing: Word = Field(description="silo, mobile, submarine or air base.")
    ready: Share = Field(description="Could be launched at all.")
    reliable: Share = Field(description="Of those launched, deliver their warheads.")
    survives_day_to_day: Share = Field(description="Survives when the strike comes without warning.")
    survives_generated: Share = Field(description="Survives after dispersal in a crisis.")
    survives_launch_under_attack: Share = Field(
        description="Survives when what can be launched on warning is launched."
    )
