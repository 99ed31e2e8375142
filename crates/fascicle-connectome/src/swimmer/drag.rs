//! Resistive force theory: how a body that bends moves in a fluid so viscous that inertia does not matter.
//!
//! Gray & Hancock (1955, J. Exp. Biol. 32, 802): an element ds of a slender body that moves with velocity v feels the drag
//!
//! ```text
//! df = −[c_t (v·t) t + c_n (v·n) n] ds
//! ```
//!
//! with the body's tangent t and normal n. Without inertia the drag on the whole body, and its torque, vanish at every
//! instant. For given joint angles and rates that is a linear system for the three components of the rigid motion, with a
//! symmetric positive definite matrix: the *resistance matrix* of the body as it is bent now. Nothing but the ratio
//! c_n/c_t matters for where the body goes.

/// Drag on a chain of straight links.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Chain {
    /// c_t, drag along a link for a unit of length and velocity.
    pub(super) tangential: f64,
    /// c_n, drag across it.
    pub(super) normal: f64,
    /// Length of a link.
    pub(super) link: f64,
}

/// Rigid motion of the first link: the velocity of its centre and its turning rate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Motion {
    pub(super) velocity: [f64; 2],
    pub(super) spin: f64,
}

/// Where one link is and how bending moves it, seen from the centre of the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// Direction, towards the head.
    pub(super) tangent: [f64; 2],
    /// From the centre of the first link to that of this one.
    pub(super) offset: [f64; 2],
    /// How bending alone moves its centre.
    velocity: [f64; 2],
    /// How bending alone turns it.
    spin: f64,
}

impl Link {
    pub(super) fn normal(&self) -> [f64; 2] {
        [-self.tangent[1], self.tangent[0]]
    }
}

impl Chain {
    /// The links from head to tail. Link k points where the first one does, turned by the sum of the first k angles; its
    /// front end is the back end of the link before.
    pub(super) fn links<'a>(
        &self,
        heading: f64,
        angles: &'a [f64],
        rates: &'a [f64],
    ) -> impl Iterator<Item = Link> + 'a {
        let half = 0.5 * self.link;
        let (sin, cos) = heading.sin_cos();
        let first = Link { tangent: [cos, sin], offset: [0.0; 2], velocity: [0.0; 2], spin: 0.0 };
        let behind =
            angles.iter().zip(rates).scan((first, heading), move |(before, direction), (angle, rate)| {
                *direction += angle;
                let (sin, cos) = direction.sin_cos();
                let mut link = Link { tangent: [cos, sin], spin: before.spin + rate, ..*before };
                let (n_before, n) = (before.normal(), link.normal());
                for axis in 0..2 {
                    link.offset[axis] -= half * (before.tangent[axis] + link.tangent[axis]);
                    link.velocity[axis] -= half * (before.spin * n_before[axis] + link.spin * n[axis]);
                }
                *before = link;
                Some(link)
            });
        std::iter::once(first).chain(behind)
    }

    /// The rigid motion at which drag and its torque vanish, for these joint angles and their rates. O(links).
    pub(super) fn free_motion(&self, heading: f64, angles: &[f64], rates: &[f64]) -> Motion {
        let Self { tangential: ct, normal: cn, link: length } = *self;
        let turning = cn * length.powi(3) / 12.0;
        // resistance matrix [xx, xy, yy, x·spin, y·spin, spin·spin] and the drag of bending alone
        let (mut a, mut b) = ([0.0; 6], [0.0; 3]);
        for link in self.links(heading, angles, rates) {
            let n = link.normal();
            let across = cn - ct;
            let r = [
                length * (ct + across * n[0] * n[0]),
                length * across * n[0] * n[1],
                length * (ct + across * n[1] * n[1]),
            ];
            let pull = |v: [f64; 2]| [r[0] * v[0] + r[1] * v[1], r[1] * v[0] + r[2] * v[1]];
            // velocity of the centre for a unit of spin
            let lever = [-link.offset[1], link.offset[0]];
            let (by_spin, by_bending) = (pull(lever), pull(link.velocity));
            let torque = |f: [f64; 2]| lever[0] * f[0] + lever[1] * f[1];
            for (sum, term) in a.iter_mut().zip([r[0], r[1], r[2], by_spin[0], by_spin[1]]) {
                *sum += term;
            }
            a[5] += torque(by_spin) + turning;
            b[0] += by_bending[0];
            b[1] += by_bending[1];
            b[2] += torque(by_bending) + turning * link.spin;
        }
        let [x, y, spin] = solve(a, b.map(|term| -term));
        Motion { velocity: [x, y], spin }
    }
}

/// Solves the symmetric positive definite system of three equations, by Cholesky's method without roots.
fn solve([xx, xy, yy, xs, ys, ss]: [f64; 6], [bx, by, bs]: [f64; 3]) -> [f64; 3] {
    let (l_yx, l_sx) = (xy / xx, xs / xx);
    let d_y = yy - l_yx * xy;
    let l_sy = (ys - l_sx * xy) / d_y;
    let d_s = ss - l_sx * xs - l_sy * l_sy * d_y;
    let by = by - l_yx * bx;
    let bs = bs - l_sx * bx - l_sy * by;
    let spin = bs / d_s;
    let y = by / d_y - l_sy * spin;
    [bx / xx - l_yx * y - l_sx * spin, y, spin]
}
