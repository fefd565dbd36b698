//! The statement of a certificate: its keys, their domains, and what the inequality needs of them.

use crate::decimal::Decimal;
use crate::reading::{Area, Field};

const FAMILIES: [&str; 3] = ["minimum_energy", "lofted", "depressed"];

pub const ASSUMPTIONS: [&str; 6] = [
    "The Earth is a rotating sphere with point-mass gravity; the margin stands for what that leaves out.",
    "The margin's basis is the author's word: the checker does not measure it.",
    "An interceptor never exceeds its speed relative to the ground, its motor burns for a time within the stated range, and until then it has covered at most the stated share of speed times burn time.",
    "After its motor is out an interceptor coasts.",
    "Every missile is tracked from its launch: no sensor, command or policy delays an interceptor more than the stated launch rule.",
    "The interceptors' range of burn times is that of the scenario's own interceptors, unless a clause limits it.",
];

pub const NOT_COVERED: [&str; 6] = [
    "The part of a missile's path before burnout, and below its burnout altitude on the way down.",
    "Flights outside the listed cells, and families of flights that are not listed.",
    "Sites outside the listed areas, on ships, in the air or in space included; systems of parties other than the one named.",
    "A kill vehicle's own manoeuvre beyond the margin.",
    "Whether a party keeps its clauses, and what happens when a clause ends or is changed.",
    "Days other than those listed.",
];

/// What a certificate claims. Units are in the names; areas and discs are geocentric, in degrees.
pub struct Statement {
    pub name: String,
    /// The party, the scenario, the days and the hashes, in words.
    pub question: String,
    pub clauses: Vec<String>,
    pub speed_m_s: Decimal,
    pub burn_time_s: [Decimal; 2],
    pub boost_share: Decimal,
    pub after_launch_s: Decimal,
    /// `None` where no clause ties the launch to the missile's burnout.
    pub after_burnout_s: Option<Decimal>,
    /// The area of application, geodetic.
    pub area_deg: Vec<Area>,
    pub within: Vec<Area>,
    pub outside: Vec<Area>,
    pub discs: Vec<Disc>,
    pub slack_s: Decimal,
    pub constant_m: Decimal,
    pub growth_m_s: Decimal,
    /// What the margin rests on, in the author's words.
    pub basis: String,
    pub threats: Vec<Threat>,
}

/// Places closer than `radius_m` to a centre.
pub struct Disc {
    pub lat_deg: Decimal,
    pub lon_deg: Decimal,
    pub radius_m: Decimal,
}

/// A base with a family of flights.
pub struct Threat {
    pub base: String,
    pub family: String,
    pub burn_time_s: Decimal,
    /// The missile and the base's place, in words.
    pub told: String,
    pub origin: Area,
    pub cells: Vec<Cell>,
}

/// Ranges of arcs, in the order of the tree's sides 2, 3, 4, 6, 7: azimuth, range, loft (degrees), burnout altitude, burnout downrange (m).
pub struct Cell(pub [[Decimal; 2]; 5]);

/// The statement that the field holds, or its first fault.
pub fn read(field: Field) -> Result<Statement, String> {
    let keys = [
        "name",
        "question",
        "clauses",
        "families",
        "earth",
        "interceptor",
        "launch",
        "sites",
        "slack_s",
        "margin",
        "threats",
        "assumptions",
        "not_covered",
    ];
    field.table(keys, |[name, question, clauses, families, earth, interceptor, launch, sites, slack, margin, threats, assumed, left_out]| {
        let question = read_question(question)?;
        let listed = read_families(families)?;
        check_earth(earth)?;
        let (speed_m_s, burn_time_s, boost_share) = read_interceptor(interceptor)?;
        let (after_launch_s, after_burnout_s) = read_launch(launch)?;
        let (area_deg, within, outside, discs) = read_sites(sites)?;
        let (constant_m, growth_m_s, basis) = read_margin(margin)?;
        assumed.exact_list(&ASSUMPTIONS)?;
        left_out.exact_list(&NOT_COVERED)?;
        Ok(Statement {
            name: name.text()?.to_string(),
            question,
            clauses: read_clauses(clauses)?,
            speed_m_s,
            burn_time_s,
            boost_share,
            after_launch_s,
            after_burnout_s,
            area_deg,
            within,
            outside,
            discs,
            slack_s: slack.within(-3600, 1200)?,
            constant_m,
            growth_m_s,
            basis,
            threats: read_threats(threats, &listed)?,
        })
    })
}

fn read_question(field: Field) -> Result<String, String> {
    field.table(["scenario", "party", "scenario_sha256", "sha256", "days"], |[scenario, party, scenario_sha256, sha256, days]| {
        scenario_sha256.digest()?;
        sha256.digest()?;
        check_days(days)?;
        let listed = days.list(|f| f.string().map(str::to_string))?.join(", ");
        let hashes = [scenario_sha256.string()?, sha256.string()?].map(|digest| digest[..16].to_string());
        let [of_scenario, own] = hashes;
        Ok(format!("party {:?}, scenario {:?} ({of_scenario}), question {own}, on {listed}", party.text()?, scenario.text()?))
    })
}

/// How many days the field lists, in ascending order and each once.
pub fn check_days(days: Field) -> Result<usize, String> {
    let listed = days.some(|f| f.day().map(str::to_string))?;
    if listed.windows(2).any(|pair| pair[0] >= pair[1]) {
        return days.expected("days in ascending order, each once");
    }
    Ok(listed.len())
}

fn read_clauses(field: Field) -> Result<Vec<String>, String> {
    let read = field.some(read_clause)?;
    field.each_once(read.iter().map(|(id, _)| id))?;
    Ok(read.into_iter().map(|(_, words)| words).collect())
}

/// A clause's id, and the clause in words.
fn read_clause(field: Field) -> Result<(String, String), String> {
    field.table(["id", "kind", "name", "text", "binds", "use"], |fields| {
        for f in &fields {
            f.text()?;
        }
        let [id, _, name, text, binds, used] = fields;
        let words =
            format!("{:?}: {:?}, {:?}; it binds {:?}; use: {:?}", id.text()?, name.text()?, text.text()?, binds.text()?, used.text()?);
        Ok((id.text()?.to_string(), words))
    })
}

pub fn read_families(field: Field) -> Result<Vec<String>, String> {
    let listed = field.some(|f| f.string().map(str::to_string))?;
    let known = listed.iter().all(|name| FAMILIES.contains(&name.as_str()));
    if !known || (1..listed.len()).any(|n| listed[..n].contains(&listed[n])) {
        return field.expected("minimum_energy, lofted, depressed, each at most once");
    }
    Ok(listed)
}

fn check_earth(field: Field) -> Result<(), String> {
    field.table(["radius_m", "gm_m3_s2", "omega_rad_s"], |[radius, gm, omega]| {
        radius.exactly("6371000")?;
        gm.exactly("398600441800000")?;
        omega.exactly("0.00007292115")
    })
}

fn read_interceptor(field: Field) -> Result<(Decimal, [Decimal; 2], Decimal), String> {
    field.table(["speed_m_s", "burn_time_s", "boost_share"], |[speed, burn, share]| {
        let half = Decimal::thousandths(500);
        Ok((speed.within(100, 12000)?, burn.pair(1, 600, Decimal::whole(0))?, share.decimal(half, Decimal::whole(1))?))
    })
}

fn read_launch(field: Field) -> Result<(Decimal, Option<Decimal>), String> {
    field.table(["after_launch_s", "after_burnout_s"], |[launch, burnout]| {
        let after_burnout = if burnout.string()? == "none" { None } else { Some(burnout.within(-900, 1200)?) };
        Ok((launch.within(0, 1200)?, after_burnout))
    })
}

fn read_sites(field: Field) -> Result<(Vec<Area>, Vec<Area>, Vec<Area>, Vec<Disc>), String> {
    let least = Decimal::thousandths(1);
    field.table(["area_deg", "within", "outside", "discs"], |[area, within, outside, discs]| {
        let (applies, stands) = (area.some(|f| f.area(least))?, within.some(|f| f.area(least))?);
        Ok((applies, stands, outside.list(|f| f.area(Decimal::whole(0)))?, discs.list(read_disc)?))
    })
}

fn read_disc(field: Field) -> Result<Disc, String> {
    field.table(["lat_deg", "lon_deg", "radius_m"], |[lat, lon, radius]| {
        Ok(Disc { lat_deg: lat.within(-90, 90)?, lon_deg: lon.within(-360, 360)?, radius_m: radius.within(0, 10_000_000)? })
    })
}

fn read_margin(field: Field) -> Result<(Decimal, Decimal, String), String> {
    field.table(["constant_m", "growth_m_s", "basis"], |[constant, growth, basis]| {
        Ok((constant.within(0, 1_000_000)?, growth.within(0, 1000)?, basis.text()?.to_string()))
    })
}

fn read_threats(field: Field, families: &[String]) -> Result<Vec<Threat>, String> {
    let threats = field.some(|f| read_threat(f, families))?;
    let same = |a: &Threat, b: &Threat| a.base == b.base && a.family == b.family;
    if (1..threats.len()).any(|n| threats[..n].iter().any(|other| same(other, &threats[n]))) {
        return field.expected("each base and family once");
    }
    Ok(threats)
}

fn read_threat(field: Field, families: &[String]) -> Result<Threat, String> {
    let keys = ["base", "family", "missile", "place_deg", "burn_time_s", "origin_deg", "cells"];
    field.table(keys, |[base, family, missile, place, burn, origin, cells]| {
        let name = family.text()?;
        if !families.iter().any(|listed| listed == name) {
            return family.expected("a family that the statement lists");
        }
        let [lat, lon] = place.items(|n, f| if n == 0 { f.within(-90, 90) } else { f.within(-180, 180) })?;
        let area = origin.area(Decimal::whole(0))?;
        let near = |x: Decimal, [low, high]: [Decimal; 2]| low.minus(Decimal::whole(3)) <= x && x <= high.plus(Decimal::whole(3));
        if !near(lat, area.lat_deg) || !near(lon, area.lon_deg) {
            return origin.expected("a box within 3 degrees of place_deg");
        }
        Ok(Threat {
            base: base.text()?.to_string(),
            family: name.to_string(),
            burn_time_s: burn.within(1, 900)?,
            told: format!("{:?} at {lat}, {lon}", missile.text()?),
            origin: area,
            cells: cells.some(read_cell)?,
        })
    })
}

fn read_cell(field: Field) -> Result<Cell, String> {
    let keys = ["azimuth_deg", "range_deg", "loft_deg", "burnout_altitude_m", "burnout_downrange_m"];
    let (tenth, hundredth, hundred) = (Decimal::thousandths(100), Decimal::thousandths(10), Decimal::whole(100));
    field.table(keys, |[azimuth, range, loft, altitude, downrange]| {
        Ok(Cell([
            azimuth.pair(-360, 360, tenth)?,
            range.pair(1, 170, tenth)?,
            loft.pair(-45, 45, hundredth)?,
            altitude.pair(0, 1_000_000, hundred)?,
            downrange.pair(0, 3_000_000, hundred)?,
        ]))
    })
}
