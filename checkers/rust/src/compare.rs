//! Section 7: rebuilds the statement from the question file, and refuses a certificate whose statement differs.

use crate::decimal::Decimal;
use crate::flown::{axes, ground, solve, Missile, Place};
use crate::json::Value;
use crate::question::{Base, Clause, Edges, Question};
use crate::reading::Area;
use crate::statement::{Cell, Statement, Threat};

const FASTEST_M_S: f64 = 10_500.0;
const SPENT: [&str; 4] = ["suspended", "withdrawn", "ended", "outside_its_dates"];
const EDGE_DEG: f64 = 1e-5;
/// How far a flight may lie outside its cell: azimuth, range, loft (degrees), altitude, downrange (m).
const SPARE: [f64; 5] = [0.1, 0.2, 0.2, 1e3, 2e3];
const OFF_PLANE_DEG: f64 = 0.25;

type Verdict = Result<(), String>;

/// Compares the statement, as read and as it stands in the file, with the question; `digest` is that of the question's file.
pub fn compare(statement: &Statement, written: &Value, question: &Question, asked: &Value, digest: &str) -> Verdict {
    let quoted = at(written, "question");
    for key in ["scenario", "scenario_sha256", "party", "days"] {
        same(key, at(quoted, key), at(asked, key))?;
    }
    same("question", at(quoted, "sha256"), &Value::Text(digest.to_string()))?;
    same("name", at(written, "name"), at(asked, "title"))?;
    same("families", at(written, "families"), at(asked, "families"))?;
    let uses: Vec<String> = question.clauses.iter().map(|clause| usage(clause, question)).collect();
    let told = question.clauses.iter().zip(&uses).map(|(clause, used)| told(clause, used)).collect();
    same("clauses", at(written, "clauses"), &Value::List(told))?;
    same("area_deg", at(at(written, "sites"), "area_deg"), at(asked, "area_deg"))?;
    same("boost_share", at(at(written, "interceptor"), "boost_share"), &Value::Text("0.5".to_string()))?;
    let used = |word: &str| -> Vec<&Clause> { question.clauses.iter().zip(&uses).filter(|(_, u)| *u == word).map(|(c, _)| c).collect() };
    limits(statement, question, &used("speed"), &used("launch"), &used("slack"))?;
    places(statement, question, &used("place"))?;
    margin(statement, question.flattening)?;
    threats(statement, written, question, asked)
}

/// The value of a key; the table was read before, so that it is there.
fn at<'a>(table: &'a Value, key: &str) -> &'a Value {
    const NONE: &Value = &Value::Word("null");
    match table {
        Value::Table(entries) => entries.iter().find(|(k, _)| k == key).map_or(NONE, |(_, value)| value),
        _ => NONE,
    }
}

fn same(what: &str, found: &Value, expected: &Value) -> Verdict {
    if found.same(expected) {
        Ok(())
    } else {
        Err(format!("{what}: the statement differs from the question"))
    }
}

fn near(what: &str, found: Decimal, expected: f64) -> Verdict {
    if (found.near() - expected).abs() <= 1e-6 * expected.abs().max(1.0) {
        Ok(())
    } else {
        Err(format!("{what}: the statement says {found}, the question {expected}"))
    }
}

/// Which limit a clause sets, or why it sets none.
fn usage(clause: &Clause, question: &Question) -> String {
    let spent = clause.statuses.iter().any(|status| SPENT.contains(&status.as_str()));
    let in_force = clause.statuses.iter().all(|status| status == "in_force");
    let found = if clause.party != question.party {
        "none, it binds another party"
    } else if clause.scopes.iter().any(|scope| !scope.is_empty()) {
        "none, it binds only what it names"
    } else if spent || (question.only_in_force && !in_force) {
        "none, it is not in force on every day"
    } else {
        match (clause.quoted[1].as_str(), clause.quantity.as_str()) {
            ("limit", "burnout_speed") => "speed",
            ("limit", "launch_delay") => "launch",
            ("limit", _) => "none, its quantity is no part of the claim",
            ("location", _) if clause.of == "strategic_base" || !clause.within_deg.is_empty() || !clause.outside_deg.is_empty() => "place",
            ("location", _) => "none, a corridor is left out, which permits more",
            ("function", _) => "slack",
            _ => "none, its kind is no part of the claim",
        }
    };
    found.to_string()
}

/// The clause as the statement must quote it.
fn told(clause: &Clause, used: &str) -> Value {
    let mut binds = format!("party {}", clause.party);
    for (word, names) in ["interceptors", "sites", "radars"].iter().zip(&clause.scopes) {
        if !names.is_empty() {
            binds += &format!("; {word} {}", names.join(", "));
        }
    }
    let text = |key: &str, value: &str| (key.to_string(), Value::Text(value.to_string()));
    let quoted = ["id", "kind", "name", "text"].iter().zip(&clause.quoted);
    let mut entries: Vec<_> = quoted.map(|(key, value)| text(key, value)).collect();
    entries.extend([text("binds", &binds), text("use", used)]);
    Value::Table(entries)
}

fn limits(s: &Statement, question: &Question, speeds: &[&Clause], launches: &[&Clause], slacks: &[&Clause]) -> Verdict {
    let limits = |clauses: &[&Clause]| -> Vec<f64> { clauses.iter().filter_map(|c| c.limit).collect() };
    near("speed_m_s", s.speed_m_s, limits(speeds).iter().fold(FASTEST_M_S, |least, km_s| least.min(1e3 * km_s)))?;
    let burns = &question.burn_times_s;
    near("burn_time_s", s.burn_time_s[0], burns.iter().fold(f64::INFINITY, |least, ends| least.min(ends[0])))?;
    near("burn_time_s", s.burn_time_s[1], burns.iter().fold(0.0, |most, ends| f64::max(most, ends[1])))?;
    near("after_launch_s", s.after_launch_s, question.delays_s.iter().sum())?;
    match (s.after_burnout_s, limits(launches).into_iter().reduce(f64::max)) {
        (Some(found), Some(expected)) => near("after_burnout_s", found, expected)?,
        (None, None) => (),
        _ => return Err("launch: the statement and the clauses differ on the launch after burnout".to_string()),
    }
    near("slack_s", s.slack_s, slacks.iter().filter_map(|c| c.slack_at_most_s).reduce(f64::min).unwrap_or(0.0))
}

fn places(s: &Statement, question: &Question, clauses: &[&Clause]) -> Verdict {
    let squash = (1.0 - question.flattening).powi(2);
    let mut boxes = question.area_deg.clone();
    for clause in clauses.iter().filter(|clause| !clause.within_deg.is_empty()) {
        boxes = boxes.iter().flat_map(|a| clause.within_deg.iter().filter_map(move |b| common(a, b))).collect();
    }
    matched("within", &s.within, &boxes, squash, 1.0)?;
    let outside: Vec<Edges> = clauses.iter().flat_map(|clause| clause.outside_deg.clone()).collect();
    matched("outside", &s.outside, &outside, squash, -1.0)?;
    let mut discs: Vec<[f64; 3]> = Vec::new();
    for clause in clauses.iter().filter(|clause| clause.of == "strategic_base") {
        for (base, km) in question.bases.iter().flat_map(|base| clause.at_least_km.map(|km| (base, km))) {
            let disc = [base.place_deg[0], base.place_deg[1], 1e3 * km];
            if km != 0.0 && !discs.contains(&disc) {
                discs.push(disc);
            }
        }
    }
    let fits = |disc: &crate::statement::Disc| {
        let (lat, lon, radius) = (disc.lat_deg.near(), disc.lon_deg.near(), disc.radius_m.near());
        discs.iter().any(|d| {
            let share = radius / d[2];
            (lat - geocentric(d[0], squash)).abs() < EDGE_DEG && (lon - d[1]).abs() < EDGE_DEG && (0.98..=0.99331).contains(&share)
        })
    };
    if s.discs.len() == discs.len() && s.discs.iter().all(fits) {
        Ok(())
    } else {
        Err("discs: the statement differs from the question".to_string())
    }
}

/// Compares boxes one by one; `sign` is 1 where the statement's may reach farther out, -1 where it may reach less far.
fn matched(what: &str, found: &[Area], expected: &[Edges], squash: f64, sign: f64) -> Verdict {
    let reaches = |area: &Area, [south, west, north, east]: &Edges| {
        let held = [geocentric(*south, squash), *west, geocentric(*north, squash), *east];
        let stated = degrees(area);
        (0..4).all(|n| {
            let out = sign * if n < 2 { held[n] - stated[n] } else { stated[n] - held[n] };
            (-1e-9..=EDGE_DEG).contains(&out)
        })
    };
    if found.len() == expected.len() && found.iter().zip(expected).all(|(area, edges)| reaches(area, edges)) {
        Ok(())
    } else {
        Err(format!("{what}: the statement differs from the question"))
    }
}

fn degrees(area: &Area) -> Edges {
    [area.lat_deg[0].near(), area.lon_deg[0].near(), area.lat_deg[1].near(), area.lon_deg[1].near()]
}

fn common(a: &Edges, b: &Edges) -> Option<Edges> {
    let found = [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])];
    (found[0] <= found[2] && found[1] <= found[3]).then(|| found)
}

fn geocentric(lat_deg: f64, squash: f64) -> f64 {
    (squash * lat_deg.to_radians().sin()).atan2(lat_deg.to_radians().cos()).to_degrees()
}

/// The margin covers what the sphere is wrong by at the areas of sites: most at an end of their latitudes, or at the equator.
fn margin(s: &Statement, flattening: f64) -> Verdict {
    let ends = s.within.iter().map(|area| [area.lat_deg[0].near(), area.lat_deg[1].near()]);
    let lats = ends.flat_map(|[south, north]| [south, north, south.max(0.0).min(north)]);
    let wrong = |lat: f64| (ground(lat.to_radians(), flattening) - 6_371_000.0).abs();
    let least = lats.map(wrong).fold(0.0, f64::max);
    if s.constant_m.near() < least {
        return Err(format!("margin: below {least:.0} m, by which the sphere is wrong at the sites"));
    }
    Ok(())
}

fn threats(s: &Statement, written: &Value, question: &Question, asked: &Value) -> Verdict {
    if let Some(stray) = s.threats.iter().find(|t| question.bases.iter().all(|base| base.id != t.base)) {
        return Err(format!("{} {}: a base that the question does not have", stray.base, stray.family));
    }
    let squash = (1.0 - question.flattening).powi(2);
    let aims = aims(question, squash);
    for (base, plain) in question.bases.iter().zip(items(at(asked, "bases"))) {
        for (family, loft) in question.families.iter().zip(&question.lofts_deg) {
            let mut flights = flights(base, &aims, loft.to_radians(), squash);
            let name = format!("{} {family}", base.id);
            match s.threats.iter().position(|t| t.base == base.id && t.family == *family) {
                None if flights.next().is_some() => return Err(format!("{name}: the question's flights of this base are missing")),
                None => (),
                Some(n) => {
                    let threat = &items(at(written, "threats"))[n];
                    same(&name, at(threat, "missile"), at(plain, "missile"))?;
                    same(&name, at(threat, "place_deg"), at(plain, "place_deg"))?;
                    near(&name, s.threats[n].burn_time_s, base.burn_time_s[1])?;
                    one_cell(&name, &s.threats[n], flights)?;
                }
            }
        }
    }
    Ok(())
}

fn items(list: &Value) -> &[Value] {
    match list {
        Value::List(items) => items,
        _ => &[],
    }
}

/// One cell of the threat must hold every flight, and their planes pass its origin.
fn one_cell(name: &str, threat: &Threat, flights: impl Iterator<Item = (Place, crate::flown::Burnout)>) -> Verdict {
    let origin = degrees(&threat.origin).map(f64::to_radians);
    let mut left: Vec<&Cell> = threat.cells.iter().collect();
    for (start, burnout) in flights {
        let (arc, off_plane) = axes(&burnout, start, origin);
        if off_plane > OFF_PLANE_DEG.to_radians() {
            return Err(format!("{name}: the arcs' planes do not pass through the planes' points of the statement"));
        }
        left.retain(|cell| holds(cell, &arc));
        if left.is_empty() {
            return Err(format!("{name}: no one cell holds all flights up to that with {arc:.2?}"));
        }
    }
    Ok(())
}

fn holds(cell: &Cell, arc: &[f64; 5]) -> bool {
    (0..5).all(|n| {
        let (low, high) = (cell.0[n][0].near() - SPARE[n], cell.0[n][1].near() + SPARE[n]);
        let value = if n == 0 { low + (arc[0] - low).rem_euclid(360.0) } else { arc[n] };
        low <= value && value <= high
    })
}

/// Middles and corners of the aim cells, geocentric in rad.
fn aims(question: &Question, squash: f64) -> Vec<Place> {
    let half = question.aim_step_deg / 2.0;
    let around = [(0.0, 0.0), (-half, -half), (-half, half), (half, -half), (half, half)];
    let mut points: Vec<[i64; 2]> =
        question.aims_deg.iter().flat_map(|aim| around.map(|(a, b)| [aim[0] + a, aim[1] + b])).map(micro).collect();
    points.sort_unstable();
    points.dedup();
    points.iter().map(|[lat, lon]| place([*lat as f64 / 1e6, *lon as f64 / 1e6], squash)).collect()
}

/// Millionths of a degree, the latitude brought to the pole.
fn micro([lat, lon]: [f64; 2]) -> [i64; 2] {
    [(lat.max(-90.0).min(90.0) * 1e6).round() as i64, (lon * 1e6).round() as i64]
}

fn place([lat_deg, lon_deg]: [f64; 2], squash: f64) -> Place {
    [geocentric(lat_deg, squash).to_radians(), lon_deg.to_radians()]
}

/// The flights from every place of a base to every aim, with its ranges at their ends: where each starts, and its burnout.
fn flights<'a>(base: &'a Base, aims: &'a [Place], loft: f64, squash: f64) -> impl Iterator<Item = (Place, crate::flown::Burnout)> + 'a {
    let mut starts = vec![place(base.place_deg, squash)];
    for [south, west, north, east] in &base.area_deg {
        starts.extend([[*south, *west], [*south, *east], [*north, *west], [*north, *east]].map(|at| place(at, squash)));
    }
    let mut missiles = Vec::new();
    for altitude in base.altitude_km {
        for downrange in base.downrange_km {
            missiles.extend(base.max_range_km.map(|range| Missile {
                altitude: 1e3 * altitude,
                downrange: 1e3 * downrange,
                range: 1e3 * range,
            }));
        }
    }
    starts.into_iter().flat_map(move |start| {
        missiles
            .clone()
            .into_iter()
            .flat_map(move |missile| aims.iter().filter_map(move |aim| solve(&missile, start, *aim, loft).map(|burnout| (start, burnout))))
    })
}
