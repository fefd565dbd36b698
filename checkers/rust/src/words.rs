//! An accepted statement in words: everything that its claim depends on. Texts of its author stand in quotation marks.

use crate::reading::Area;
use crate::statement::{Statement, Threat, ASSUMPTIONS, NOT_COVERED};

/// The claim in words, with what it does not say.
pub fn of(s: &Statement, boxes: u64, compared: bool) -> String {
    let mut lines = vec![
        format!("Certified for the statement below: {:?}", s.name),
        format!("{boxes} boxes are free. The statement, which is all that this certifies:"),
        claim(s),
        format!("Asked about: {}.", s.question),
        format!("Sites in geocentric degrees: {}; not in: {}; not within: {}.", areas(&s.within), areas(&s.outside), discs(s)),
        format!("Area of application: {}.", areas(&s.area_deg)),
        format!("The margin rests on, in its author's words: {:?}.", s.basis),
        "The arcs:".to_string(),
    ];
    for threat in &s.threats {
        lines.push(format!(
            "  {:?}, {}, missile {}, burning at most {} s; planes through {}:",
            threat.base,
            threat.family,
            threat.told,
            threat.burn_time_s,
            area(&threat.origin)
        ));
        lines.extend(cells(threat));
    }
    lines.push("Clauses quoted:".to_string());
    lines.extend(s.clauses.iter().map(|clause| format!("  {clause}")));
    lines.extend(ASSUMPTIONS.iter().map(|text| format!("Assumed: {text}")));
    lines.extend(NOT_COVERED.iter().map(|text| format!("Not covered: {text}")));
    let last = if compared {
        "The statement was rebuilt from the question file and agrees with it."
    } else {
        "The question was NOT compared: nothing here shows that the statement is the one a scenario asks for."
    };
    lines.push(last.to_string());
    lines.join("\n")
}

fn claim(s: &Statement) -> String {
    let launch = match s.after_burnout_s {
        Some(after) => format!("{after} s after a missile's burnout and {} s after its launch", s.after_launch_s),
        None => format!("{} s after a missile's launch, before its burnout too", s.after_launch_s),
    };
    let [short, long] = s.burn_time_s;
    format!(
        "No interceptor of at most {} m/s relative to the ground, whose motor burns for {short} to {long} s and until then covers at most {} of speed times burn time, launched \
         not sooner than {launch}, from a site listed below, can engage any of the arcs listed below with a slack of {} s or more, even if every place of the missile is wrong \
         by {} m and {} m for each second since burnout.",
        s.speed_m_s, s.boost_share, s.slack_s, s.constant_m, s.growth_m_s
    )
}

fn cells(threat: &Threat) -> impl Iterator<Item = String> + '_ {
    threat.cells.iter().map(|cell| {
        let [a, r, l, z, q] = &cell.0;
        format!(
            "    azimuth {} to {}, range {} to {}, loft {} to {} degrees; burnout altitude {} to {}, downrange {} to {} m",
            a[0], a[1], r[0], r[1], l[0], l[1], z[0], z[1], q[0], q[1]
        )
    })
}

fn areas(boxes: &[Area]) -> String {
    listed(boxes.iter().map(area))
}

fn area(edges: &Area) -> String {
    let ([south, north], [west, east]) = (edges.lat_deg, edges.lon_deg);
    format!("{south} to {north} N, {west} to {east} E")
}

fn discs(s: &Statement) -> String {
    listed(s.discs.iter().map(|disc| format!("{} m of {}, {}", disc.radius_m, disc.lat_deg, disc.lon_deg)))
}

fn listed(parts: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = parts.collect();
    if all.is_empty() {
        return "none".to_string();
    }
    all.join("; ")
}
