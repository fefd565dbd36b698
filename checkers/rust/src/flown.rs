//! Flights of the question, section 7: Kepler arcs from a base to an aim on the turning ground, found by Newton's method.
//!
//! In plain doubles: the tolerances of the comparison are far above their rounding.

use std::f64::consts::PI;

const R: f64 = 6_371_000.0;
const GM: f64 = 398_600_441_800_000.0;
const OMEGA: f64 = 0.00007292115;
const FLATTENING: f64 = 1.0 / 298.257223563;
/// Two flights meet an aim alike if they meet it within this angle, in rad; Newton's method goes on to a tenth of it.
const MISSED: f64 = 0.003;
const ROUNDS: usize = 30;

pub type Vector = [f64; 3];

/// Geocentric latitude and longitude in rad.
pub type Place = [f64; 2];

/// Position (m) and velocity (m/s) at burnout, inertial.
pub struct Burnout {
    position: Vector,
    velocity: Vector,
}

/// A missile at one end of each of its ranges: burnout on a flight to full range, and that range, in m.
#[derive(Clone, Copy)]
pub struct Missile {
    pub altitude: f64,
    pub downrange: f64,
    pub range: f64,
}

impl Missile {
    /// The speed that carries a least-energy arc to full range over a still sphere.
    fn full_speed(&self) -> f64 {
        let (from, over) = (R + self.altitude, (self.range - self.downrange) / R);
        let chord = ((from - R).powi(2) + 4.0 * from * R * (over / 2.0).sin().powi(2)).sqrt();
        (2.0 * GM * (1.0 / from - 2.0 / (from + R + chord))).sqrt()
    }
}

/// What does not change while speed and bearing are sought.
struct Shot<'a> {
    missile: &'a Missile,
    full: f64,
    start: Vector,
    east: Vector,
    north: Vector,
    aim: Vector,
    target: f64,
    loft: f64,
}

/// The flight's burnout, or none where the missile does not reach the aim.
pub fn solve(missile: &Missile, start: Place, aim: Place, loft: f64) -> Option<Burnout> {
    let (from, to) = (unit(start), unit(aim));
    let (east, north) = compass(start);
    let target = ground(aim[0], FLATTENING);
    let shot = Shot { missile, full: missile.full_speed(), start: from, east, north, aim: to, target, loft };
    let mut trial = [shot.first_speed(), dot(to, east).atan2(dot(to, north))];
    let mut miss = shot.miss(trial)?;
    for _ in 0..ROUNDS {
        if size2(miss) < MISSED / 10.0 {
            break;
        }
        let (faster, turned) = (shot.miss([trial[0] + 1.0, trial[1]])?, shot.miss([trial[0], trial[1] + 1e-5])?);
        let by_speed = [faster[0] - miss[0], faster[1] - miss[1]];
        let by_turn = [(turned[0] - miss[0]) / 1e-5, (turned[1] - miss[1]) / 1e-5];
        let det = by_speed[0] * by_turn[1] - by_speed[1] * by_turn[0];
        let step = [(by_turn[0] * miss[1] - by_turn[1] * miss[0]) / det, (by_speed[1] * miss[0] - by_speed[0] * miss[1]) / det];
        if !(step[0].is_finite() && step[1].is_finite()) {
            return None;
        }
        let mut share = (400.0 / step[0].abs()).min(0.3 / step[1].abs()).min(1.0);
        let mut halvings = 0;
        (trial, miss) = loop {
            let next = [trial[0] + share * step[0], trial[1] + share * step[1]];
            match shot.miss(next) {
                Some(found) => break (next, found),
                None if halvings < 8 => {
                    share /= 2.0;
                    halvings += 1;
                }
                None => return None,
            }
        };
    }
    (size2(miss) <= MISSED && trial[0] <= shot.full).then(|| shot.burnout(trial))
}

impl Shot<'_> {
    /// The speed of the wanted path over a still sphere, from the burnout of a full burn.
    fn first_speed(&self) -> f64 {
        let apart = angle(self.start, self.aim) - self.missile.downrange / R * 0.7;
        let radius = R + self.missile.altitude * 0.7;
        let path = self.path(radius, apart.max(0.01));
        let low = path.cos().powi(2) * radius / self.target - path.cos() * (apart.max(0.01) + path).cos();
        (GM / radius * (1.0 - apart.max(0.01).cos()) / low.max(0.05)).sqrt().min(1.05 * self.full)
    }

    /// The path angle over the ground: the one of least energy, which halves the angle between vertical and chord, and the loft.
    fn path(&self, radius: f64, apart: f64) -> f64 {
        let (across, up) = (self.target * apart.sin(), self.target * apart.cos() - radius);
        PI / 2.0 - across.atan2(up) / 2.0 + self.loft
    }

    fn burnout(&self, [speed, bearing]: [f64; 2]) -> Burnout {
        let share = (speed / self.full).powi(2).min(1.2);
        let onward = self.missile.downrange * share / R;
        let away = add(scaled(self.north, bearing.cos()), scaled(self.east, bearing.sin()));
        let up = add(scaled(self.start, onward.cos()), scaled(away, onward.sin()));
        let ahead = add(scaled(away, onward.cos()), scaled(self.start, -onward.sin()));
        let radius = ground(up[2].asin(), FLATTENING) + self.missile.altitude * share;
        let path = self.path(radius, angle(up, self.aim));
        let position = scaled(up, radius);
        let over_ground = add(scaled(ahead, speed * path.cos()), scaled(up, speed * path.sin()));
        Burnout { position, velocity: add(over_ground, [-OMEGA * position[1], OMEGA * position[0], 0.0]) }
    }

    /// By how much the flight lands beside the aim, east and north in rad; none if it does not come down there.
    fn miss(&self, trial: [f64; 2]) -> Option<[f64; 2]> {
        let landed = landing(&self.burnout(trial), self.target)?;
        let (east, north) = compass([self.aim[2].asin(), self.aim[1].atan2(self.aim[0])]);
        let (x, y) = (dot(landed, east), dot(landed, north));
        let apart = angle(landed, self.aim);
        let stretch = if apart > 1e-9 { apart / x.hypot(y).max(1e-12) } else { 1.0 };
        Some([x * stretch, y * stretch])
    }
}

/// Where the arc comes down to a radius, on the ground as it has turned since burnout.
fn landing(burnout: &Burnout, target: f64) -> Option<Vector> {
    let (r, v) = (burnout.position, burnout.velocity);
    let turn = cross(r, v);
    let (radius, p) = (size(r), dot(turn, turn) / GM);
    let e = add(scaled(cross(v, turn), 1.0 / GM), scaled(r, -1.0 / radius));
    let eccentricity = size(e);
    if !(1e-9..1.0).contains(&eccentricity) {
        return None;
    }
    let from = signed(((p / radius - 1.0) / eccentricity).clamp(-1.0, 1.0).acos(), dot(r, v));
    let cosine = (p / target - 1.0) / eccentricity;
    if cosine.abs() > 1.0 {
        return None;
    }
    let to = 2.0 * PI - cosine.acos();
    let axis = p / (1.0 - eccentricity * eccentricity);
    let squeeze = ((1.0 - eccentricity) / (1.0 + eccentricity)).sqrt();
    let mean = |anomaly: f64| {
        let round = (anomaly / (2.0 * PI)).round() * 2.0 * PI;
        let whole = 2.0 * (squeeze * ((anomaly - round) / 2.0).tan()).atan() + round;
        whole - eccentricity * whole.sin()
    };
    let time = (axis.powi(3) / GM).sqrt() * (mean(to) - mean(from));
    let up = scaled(r, 1.0 / radius);
    let ahead = cross(scaled(turn, 1.0 / size(turn)), up);
    let there = add(scaled(up, (to - from).cos()), scaled(ahead, (to - from).sin()));
    let (sin, cos) = (-OMEGA * time).sin_cos();
    Some([there[0] * cos - there[1] * sin, there[0] * sin + there[1] * cos, there[2]])
}

/// The true anomaly from 0 to 2 pi whose cosine has this arc, on the way up or down.
fn signed(arc: f64, climbing: f64) -> f64 {
    if climbing >= 0.0 {
        arc
    } else {
        2.0 * PI - arc
    }
}

/// The burnout by the axes of a cell (degrees, m), and the angle in rad by which its plane misses the origin's box.
pub fn axes(burnout: &Burnout, start: Place, south_west_north_east: [f64; 4]) -> ([f64; 5], f64) {
    let (r, v) = (burnout.position, burnout.velocity);
    let turn = cross(r, v);
    let normal = scaled(turn, 1.0 / size(turn));
    let [south, west, north, east] = south_west_north_east;
    let foot = onto(unit(start), normal);
    let middle = (west + east) / 2.0;
    let lon = middle + wrapped(foot[1].atan2(foot[0]) - middle);
    let point = [foot[2].atan2(foot[0].hypot(foot[1])).max(south).min(north), lon.max(west).min(east)];
    let up = unit(point);
    let under = onto(up, normal);
    let ahead = cross(normal, under);
    let (eastward, northward) = compass(point);
    let (radius, speed2) = (size(r), dot(v, v));
    let path = (dot(r, v) / (radius * speed2.sqrt())).clamp(-1.0, 1.0).asin();
    let p = dot(turn, turn) / GM;
    let range = 2.0 * path.tan().atan2(radius / p - 1.0).to_degrees();
    let range = if path > 0.0 { 360.0 - 2.0 * anomaly(radius, p, r, v).to_degrees() } else { range };
    let found = [
        dot(ahead, eastward).atan2(dot(ahead, northward)).to_degrees(),
        range,
        path.to_degrees() - (180.0 - range) / 4.0,
        radius - R,
        R * dot(r, ahead).atan2(dot(r, under)),
    ];
    (found, dot(up, normal).clamp(-1.0, 1.0).asin().abs())
}

/// The true anomaly at burnout, on the way up.
fn anomaly(radius: f64, p: f64, r: Vector, v: Vector) -> f64 {
    (dot(r, v) / radius * (p / GM).sqrt()).atan2(p / radius - 1.0)
}

/// The radius, at a geocentric latitude, of the ellipsoid that has the mean radius R.
pub fn ground(lat: f64, flattening: f64) -> f64 {
    let polar = R * (1.0 - flattening) / (1.0 - flattening / 3.0);
    polar / (1.0 - flattening * (2.0 - flattening) * lat.cos().powi(2)).sqrt()
}

/// The point of a plane closest to a unit vector.
fn onto(up: Vector, normal: Vector) -> Vector {
    let flat = add(up, scaled(normal, -dot(up, normal)));
    scaled(flat, 1.0 / size(flat))
}

/// East and north at a place.
fn compass([lat, lon]: Place) -> (Vector, Vector) {
    let east = [-lon.sin(), lon.cos(), 0.0];
    (east, [-lat.sin() * lon.cos(), -lat.sin() * lon.sin(), lat.cos()])
}

fn unit([lat, lon]: Place) -> Vector {
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

pub fn wrapped(angle: f64) -> f64 {
    (angle + PI).rem_euclid(2.0 * PI) - PI
}

fn angle(a: Vector, b: Vector) -> f64 {
    size(cross(a, b)).atan2(dot(a, b))
}

fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn add(a: Vector, b: Vector) -> Vector {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

fn scaled(a: Vector, by: f64) -> Vector {
    a.map(|x| x * by)
}

fn size(a: Vector) -> f64 {
    dot(a, a).sqrt()
}

fn size2(a: [f64; 2]) -> f64 {
    a[0].hypot(a[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flight_lands_where_it_aims() {
        let missile = Missile { altitude: 400e3, downrange: 700e3, range: 12_000e3 };
        for (loft, reached) in [(0.0, 3), (0.26, 1), (-0.26, 1)] {
            let aims = [[0.9, -0.9], [0.7, -1.5], [0.95, 2.9]];
            let found = aims.iter().filter_map(|aim| solve(&missile, [0.95, 0.6], *aim, loft).map(|burnout| (aim, burnout)));
            let landed: Vec<f64> =
                found.map(|(aim, burnout)| angle(landing(&burnout, ground(aim[0], FLATTENING)).unwrap(), unit(*aim))).collect();
            assert!(landed.len() >= reached && landed.iter().all(|missed| *missed < MISSED), "{landed:?}");
        }
        assert!(solve(&missile, [0.95, 0.6], [-0.9, -2.0], 0.0).is_none());
    }
}
