"""Make the catalogue's prices, postures and counted forces: ``python builders/balance.py IN OUT``.

IN holds the reference tables (``builders/reference``), OUT is ``src/equipoise/catalogue/data``.
"""

from __future__ import annotations

import csv
import runpy
import sys
from pathlib import Path

CATALOGUE = runpy.run_path(str(Path(__file__).with_name("catalogue.py")))
quantity, assumed, write, rows, label = (
    CATALOGUE[name] for name in ("quantity", "assumed", "write", "rows", "label")
)
CBO_2009 = "CBO, Options for Deploying Missile Defenses in Europe, 27 Feb 2009 (cbo.gov/publication/24873), cost over 20 years"
CBO_2020 = (
    "CBO, The Potential Costs of Expanding U.S. Strategic Nuclear Forces If the New START Treaty Expires, 25 Aug 2020 "
    "(highergroundtimes.com 26 Aug 2020, executivegov.com Aug 2020)"
)
SM3_IB = (
    "USD 312 million for 24 (procurement952.rssing.com, 2011), 398 million for 29 (spacenews.com, Aug 2012), "
    "3 billion for 216 (spacenews.com, Oct 2013)"
)
GBI = (
    "USD 1 billion for 14 (ktoo.org, 18 Mar 2013), 75 million each (armscontrolcenter.org, 25 Jun 2014); "
    "the successor 111 million each (armscontrol.org, Jun 2021)"
)
PRICES = [
    ("sm3-ib", "SM-3 Block IB", "interceptor", quantity(13.7, 13.0, 13.9, SM3_IB, "sourced")),
    (
        "sm3-iia", "SM-3 Block IIA", "interceptor",
        quantity(30, 20, 40, "USD 133.3 million for a batch to Japan whose number the source at hand does not print "
                 "(govconwire.com, Jun 2022); the rest is an assumption", "assumption"),
    ),
    ("sm3-iib", "SM-3 Block IIB", "interceptor", assumed(45, 20, 75, "between the SM-3 IIA and the GBI; it was never priced")),
    ("gbi", "Ground-based interceptor", "interceptor", quantity(75, 71, 111, GBI, "sourced")),
    (
        "aegis-ashore", "Aegis Ashore site in Poland", "site",
        quantity(844, 746, 844, "GAO and MDA through missiledefenseadvocacy.org, 13 Feb 2020, and euro-sd.com, Mar 2020", "sourced"),
    ),
    ("cbo-option-1", "Silos in Poland, radar in the Czech Republic", "programme", quantity(11500, 9000, 14000, CBO_2009, "sourced")),
    ("cbo-option-2", "SM-3 on ships at three places, two radars", "programme", quantity(22000, 18000, 26000, CBO_2009, "sourced")),
    ("cbo-option-3", "Ground-based SM-3 in Germany and Turkey", "programme", quantity(11500, 9000, 14000, CBO_2009, "sourced")),
    ("cbo-option-4", "Ground-based KEI in Germany and Turkey", "programme", quantity(11500, 9000, 14000, CBO_2009, "sourced")),
    (
        "warhead-on-new-missile", "One warhead more, with its share of a new missile and launcher", "warhead",
        quantity(20, 5, 40, "about a thousand million roubles for one SLBM (Interfax, 2012, through a press copy); share of the "
                 "missile, launcher and warhead: assumption", "assumption"),
    ),
    (
        "warhead-uploaded", "One warhead more on a missile that is there", "warhead",
        quantity(1, 0.05, 5, f"{CBO_2020}: from USD 0.1 billion for a return to START II levels, launchers alone; "
                 "warhead and work: assumption", "assumption"),
    ),
    (
        "warhead-year", "Operation of one warhead and its share of a launcher", "warhead and year",
        quantity(1.5, 0.3, 5.5, f"high end: {CBO_2020}, USD 24-28 billion a year at START I levels; the rest: assumption", "assumption"),
    ),
    ("interceptor-year", "Operation of one interceptor with its share of a site", "interceptor and year",
     assumed(1.5, 0.5, 4.0, "some 5 % of the price a year")),
    ("faster-interceptor", "Development of a faster interceptor", "programme", assumed(3000, 1500, 6000,
     "the SM-3 IIA was put at USD 3.1 billion (defenceweb.co.za, Aug 2009)")),
    ("guarantee-talks", "Negotiation of a guarantee", "programme", assumed(50, 10, 200, "no source")),
    ("guarantee-year", "Verification of a guarantee: notices, visits, observed tests", "year", assumed(30, 5, 100, "no source")),
    ("cooperation-year", "Exchange of data: centre, links, staff", "year", assumed(20, 5, 60, "no source")),
]  # fmt: skip
WHY = "a share for an abstract strike; no source, swept"
POSTURES = [
    # basing, ready, survives day to day, generated, under attack
    ("silo", (0.95, 0.85, 1.0), (0.1, 0.02, 0.3), (0.1, 0.02, 0.3), (0.9, 0.5, 0.95)),
    ("mobile", (0.9, 0.75, 1.0), (0.2, 0.05, 0.4), (0.8, 0.5, 0.95), (0.9, 0.5, 0.95)),
    ("submarine", (0.85, 0.7, 0.95), (0.25, 0.1, 0.4), (0.75, 0.5, 0.9), (0.25, 0.1, 0.4)),
    ("air base", (0.8, 0.6, 0.95), (0.02, 0.0, 0.1), (0.5, 0.2, 0.8), (0.3, 0.1, 0.6)),
]


def prices() -> list[dict[str, object]]:
    return [
        {
            "id": f"price-{key}",
            "name": name,
            "source": amount["source"],
            "confidence": amount["confidence"],
            "per": per,
            "amount_usd_m": amount,
        }
        for key, name, per, amount in PRICES
    ]


def postures() -> list[dict[str, object]]:
    made = []
    for basing, ready, day, generated, under_attack in POSTURES:
        record = {
            "id": f"posture-{basing.replace(' ', '-')}",
            "name": f"Posture of launchers: {basing}",
            "source": f"assumption: {WHY}",
            "confidence": "assumption",
            "basing": basing,
            "ready": assumed(*ready, WHY),
            "reliable": assumed(0.85, 0.7, 0.95, WHY),
            "survives_day_to_day": assumed(*day, WHY),
            "survives_generated": assumed(*generated, WHY),
            "survives_launch_under_attack": assumed(
                *under_attack,
                "Kent and Thaler (R-3765, p. 35 n. 4) let launch under attack save 90 % of the fixed force"
                if basing == "silo"
                else WHY,
            ),
        }
        made.append(record)
    return made


def table(path: Path, heads: tuple[str, ...], body: list[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(body)


def new_start(source: Path, target: Path) -> None:
    """Write one row per date and party; a row of which only a part is sourced stays ``mixed``."""
    body = [
        (r["date"], party, r[f"{key}_deployed"], r[f"{key}_warheads"], r[f"{key}_total_launchers"], r["source"], label(r))
        for r in rows(source, "newstart_counts")
        for key, party in (("ru", "russia"), ("us", "us"))
        if r[f"{key}_warheads"]
    ]  # fmt: skip
    heads = (
        "day",
        "party",
        "launchers",
        "warheads",
        "launchers_all",
        "source",
        "confidence",
    )
    table(target / "counts" / "new-start.csv", heads, body)


SYSTEM_OF = {
    "SS-18 M6": ("R-36M2", ""), "SS-19 M3": ("UR-100NUTTH", ""), "SS-25": ("Topol", ""), "RS-24": ("RS-24 Yars", ""),
    "SS-27 mod1 silo": ("Topol-M", "silo"), "SS-27 mod1 mobile": ("Topol-M", "mobile"),
}  # fmt: skip


def by_system(source: Path, target: Path) -> None:
    """Write the counts by system of the other published method, under the names of the forces."""
    body = [
        (r["source_year"], *SYSTEM_OF[r["system"]], r["launchers"], r["warheads_per_launcher"], r["source"], label(r))
        for r in rows(source, "forces_fas_aggregate")
    ]  # fmt: skip
    heads = ("year", "system", "basing", "launchers", "warheads_per_launcher", "source", "confidence")
    table(target / "counts" / "by-system.csv", heads, body)


def main(source: Path, target: Path) -> None:
    write(target, "prices", prices())
    write(target, "postures", postures())
    new_start(source, target)
    by_system(source, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
