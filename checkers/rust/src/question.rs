//! The question file of section 7: closed tables, forms and domains.

use crate::decimal::Decimal;
use crate::json::Value;
use crate::reading::{Area, Field};
use crate::statement::{check_days, read_families};

const STATUSES: [&str; 11] = [
    "proposed",
    "not_yet_drafted",
    "drafted",
    "approved",
    "signed",
    "ratified",
    "in_force",
    "suspended",
    "withdrawn",
    "ended",
    "outside_its_dates",
];

/// What a scenario asks. Numbers are near the decimals: every comparison with them has a tolerance.
pub struct Question {
    pub party: String,
    pub only_in_force: bool,
    pub area_deg: Vec<Edges>,
    pub families: Vec<String>,
    /// In the order of `families`.
    pub lofts_deg: Vec<f64>,
    pub flattening: f64,
    pub aims_deg: Vec<[f64; 2]>,
    pub aim_step_deg: f64,
    pub delays_s: [f64; 3],
    pub burn_times_s: Vec<[f64; 2]>,
    pub bases: Vec<Base>,
    pub clauses: Vec<Clause>,
}

/// South, west, north, east in degrees.
pub type Edges = [f64; 4];

pub struct Base {
    pub id: String,
    pub place_deg: [f64; 2],
    pub area_deg: Vec<Edges>,
    pub max_range_km: [f64; 2],
    pub burn_time_s: [f64; 2],
    pub altitude_km: [f64; 2],
    pub downrange_km: [f64; 2],
}

pub struct Clause {
    /// `id`, `kind`, `name`, `text`, as the statement must quote them.
    pub quoted: [String; 4],
    pub party: String,
    /// Interceptors, sites, radars.
    pub scopes: [Vec<String>; 3],
    pub statuses: Vec<String>,
    pub quantity: String,
    pub of: String,
    pub limit: Option<f64>,
    pub at_least_km: Option<f64>,
    pub slack_at_most_s: Option<f64>,
    pub within_deg: Vec<Edges>,
    pub outside_deg: Vec<Edges>,
}

/// The question that the field holds, or its first fault.
pub fn read(field: Field) -> Result<Question, String> {
    let keys = [
        "format",
        "scenario",
        "scenario_sha256",
        "title",
        "party",
        "days",
        "only_in_force",
        "area_deg",
        "families",
        "flattening",
        "aims_deg",
        "aim_step_deg",
        "lofts_deg",
        "delays_s",
        "interceptors",
        "bases",
        "clauses",
    ];
    field.table(
        keys,
        |[format, scenario, digest, title, party, days, only, area, families, flattening, aims, step, lofts, delays, interceptors, bases, clauses]| {
            format.exactly("equipoise-question-2")?;
            scenario.text()?;
            title.text()?;
            digest.digest()?;
            let count = check_days(days)?;
            let names = read_families(families)?;
            let lofts_deg = lofts.keyed(&names, |f| f.within(-45, 45).map(Decimal::near))?;
            let widest = Decimal::whole(30);
            Ok(Question {
                party: party.text()?.to_string(),
                only_in_force: truth(only)?,
                area_deg: area.some(edges)?,
                lofts_deg,
                families: names,
                flattening: flattening.decimal(Decimal::whole(0), Decimal::thousandths(10))?.near(),
                aims_deg: aims.some(place)?,
                aim_step_deg: above_zero(step, widest)?,
                delays_s: delays.table(["early_track_s", "decision_s", "reaction_s"], |[a, b, c]| {
                    let read = |f: Field| f.within(0, 1200).map(Decimal::near);
                    Ok([read(a)?, read(b)?, read(c)?])
                })?,
                burn_times_s: read_interceptors(interceptors)?,
                bases: read_bases(bases)?,
                clauses: read_clauses(clauses, count)?,
            })
        },
    )
}

fn truth(field: Field) -> Result<bool, String> {
    match field.value() {
        Value::Word("true") => Ok(true),
        Value::Word("false") => Ok(false),
        _ => field.expected("true or false"),
    }
}

fn above_zero(field: Field, most: Decimal) -> Result<f64, String> {
    let value = field.decimal(Decimal::whole(0), most)?;
    if value == Decimal::whole(0) {
        return field.expected("a number above 0");
    }
    Ok(value.near())
}

fn place(field: Field) -> Result<[f64; 2], String> {
    field.items(|n, f| f.within([-90, -180][n.min(1)], [90, 180][n.min(1)]).map(Decimal::near))
}

/// A box whose longitudes lie between -180 and 180, where each place has one longitude.
fn edges(field: Field) -> Result<Edges, String> {
    let Area { lat_deg, lon_deg } = field.area(Decimal::whole(0))?;
    if lon_deg[0] < Decimal::whole(-180) || lon_deg[1] > Decimal::whole(180) {
        return field.expected("longitudes from -180 to 180");
    }
    Ok([lat_deg[0].near(), lon_deg[0].near(), lat_deg[1].near(), lon_deg[1].near()])
}

fn ends(field: Field, low: i128, high: i128) -> Result<[f64; 2], String> {
    Ok(field.pair(low, high, Decimal::whole(0))?.map(Decimal::near))
}

fn read_interceptors(field: Field) -> Result<Vec<[f64; 2]>, String> {
    let read = field.some(|f| f.table(["id", "burn_time_s"], |[id, burn]| Ok((id.text()?.to_string(), ends(burn, 1, 600)?))))?;
    field.each_once(read.iter().map(|(id, _)| id))?;
    Ok(read.into_iter().map(|(_, burn)| burn).collect())
}

fn read_bases(field: Field) -> Result<Vec<Base>, String> {
    let read = field.some(|f| {
        f.table(["id", "place_deg", "area_deg", "missile", "ranges"], |[id, at, area, missile, ranges]| {
            missile.text()?;
            let keys = ["max_range_km", "burn_time_s", "burnout_altitude_km", "burnout_downrange_km"];
            ranges.table(keys, |[range, burn, altitude, downrange]| {
                Ok(Base {
                    id: id.text()?.to_string(),
                    place_deg: place(at)?,
                    area_deg: area.list(edges)?,
                    max_range_km: ends(range, 1, 40_000)?,
                    burn_time_s: ends(burn, 1, 900)?,
                    altitude_km: ends(altitude, 0, 1000)?,
                    downrange_km: ends(downrange, 0, 3000)?,
                })
            })
        })
    })?;
    field.each_once(read.iter().map(|base| &base.id))?;
    Ok(read)
}

fn read_clauses(field: Field, days: usize) -> Result<Vec<Clause>, String> {
    let read = field.some(|f| read_clause(f, days))?;
    field.each_once(read.iter().map(|clause| &clause.quoted[0]))?;
    Ok(read)
}

fn read_clause(field: Field, days: usize) -> Result<Clause, String> {
    let keys = [
        "id",
        "kind",
        "name",
        "text",
        "party",
        "interceptors",
        "sites",
        "radars",
        "statuses",
        "quantity",
        "limit",
        "of",
        "at_least_km",
        "within_deg",
        "outside_deg",
        "slack_at_most_s",
    ];
    let own = |f: Field| f.text().map(str::to_string);
    field.table(
        keys,
        |[id, kind, name, text, party, interceptors, sites, radars, statuses, quantity, limit, of, at_least, within, outside, slack]| {
            let kind = own(kind)?;
            let needed = |key: &str| (kind == "limit" && key == "limit") || (kind == "function" && key == "slack_at_most_s");
            let number = |f: Field, key: &str| match f.string()? {
                "" if !needed(key) => Ok(None),
                _ => f.within(-1_000_000, 1_000_000).map(|value| Some(value.near())),
            };
            let listed = statuses.list(own)?;
            if listed.len() != days || listed.iter().any(|status| !STATUSES.contains(&status.as_str())) {
                return statuses.expected(&format!("a status for each day, of {}", STATUSES.join(", ")));
            }
            Ok(Clause {
                limit: number(limit, "limit")?,
                at_least_km: number(at_least, "at_least_km")?,
                slack_at_most_s: number(slack, "slack_at_most_s")?,
                quoted: [own(id)?, kind.clone(), own(name)?, own(text)?],
                party: own(party)?,
                scopes: [interceptors.list(own)?, sites.list(own)?, radars.list(own)?],
                statuses: listed,
                quantity: own(quantity)?,
                of: own(of)?,
                within_deg: within.list(edges)?,
                outside_deg: outside.list(edges)?,
            })
        },
    )
}
