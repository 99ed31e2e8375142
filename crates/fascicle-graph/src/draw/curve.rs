//! The curves that edges follow.

use super::page::command;

/// A place, in points.
pub(super) type Point = (f64, f64);

/// A cubic Bézier curve: start, two control points, end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Curve(pub(super) [Point; 4]);

pub(super) fn mix(a: Point, b: Point, part: f64) -> Point {
    (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part)
}

pub(super) fn distance(a: Point, b: Point) -> f64 {
    ((a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1)).sqrt()
}

impl Curve {
    /// The quadratic curve with this control point.
    pub(super) fn quadratic(from: Point, control: Point, to: Point) -> Self {
        Self([from, mix(from, control, 2.0 / 3.0), mix(to, control, 2.0 / 3.0), to])
    }

    /// From one point to another, bent to the right of its way by `bend` of its length (0: straight), so that
    /// an edge and the one back do not lie on each other.
    pub(super) fn bent(from: Point, to: Point, bend: f64) -> Self {
        let middle = mix(from, to, 0.5);
        Self::quadratic(from, (middle.0 - (to.1 - from.1) * bend, middle.1 + (to.0 - from.0) * bend), to)
    }

    /// From a point back to itself, by way of a drop that leans in `direction` (a unit vector) and is about
    /// `size` long.
    pub(super) fn drop(at: Point, direction: Point, size: f64) -> Self {
        let arm = |side: f64| {
            (
                at.0 + (direction.0 - side * direction.1) * size,
                at.1 + (direction.1 + side * direction.0) * size,
            )
        };
        Self([at, arm(0.6), arm(-0.6), at])
    }

    pub(super) fn at(&self, t: f64) -> Point {
        let [a, b, c, d] = self.0;
        let (ab, bc, cd) = (mix(a, b, t), mix(b, c, t), mix(c, d, t));
        mix(mix(ab, bc, t), mix(bc, cd, t), t)
    }

    /// What is left up to `t` (de Casteljau).
    fn before(&self, t: f64) -> Self {
        let [a, b, c, d] = self.0;
        let (ab, bc, cd) = (mix(a, b, t), mix(b, c, t), mix(c, d, t));
        let (abc, bcd) = (mix(ab, bc, t), mix(bc, cd, t));
        Self([a, ab, abc, mix(abc, bcd, t)])
    }

    pub(super) fn reversed(&self) -> Self {
        let [a, b, c, d] = self.0;
        Self([d, c, b, a])
    }

    /// The same without what lies within `gap` of its end; all but nothing where the whole curve does.
    pub(super) fn stopped(&self, gap: f64) -> Self {
        if gap <= 0.0 {
            return *self;
        }
        let end = self.0[3];
        let outside = |t: f64| distance(self.at(t), end) >= gap;
        const STEPS: u32 = 24;
        let Some(step) = (0..STEPS).rev().find(|&step| outside(f64::from(step) / f64::from(STEPS))) else {
            return self.before(0.0);
        };
        let (mut low, mut high) =
            (f64::from(step) / f64::from(STEPS), f64::from(step + 1) / f64::from(STEPS));
        for _ in 0..20 {
            let middle = (low + high) / 2.0;
            if outside(middle) { low = middle } else { high = middle }
        }
        self.before(low)
    }

    /// The same without what lies within `gap` of its start.
    pub(super) fn started(&self, gap: f64) -> Self {
        self.reversed().stopped(gap).reversed()
    }

    /// Which way it goes at its end, as a unit vector.
    pub(super) fn direction(&self) -> Point {
        let [a, b, c, d] = self.0;
        // Control points may lie on the end.
        let from = [c, b, a].into_iter().find(|&point| distance(point, d) > 1e-6);
        from.map_or((1.0, 0.0), |from| {
            let length = distance(from, d);
            ((d.0 - from.0) / length, (d.1 - from.1) / length)
        })
    }

    /// As the data of a path, after what is there.
    pub(super) fn write(&self, path: &mut String) {
        if path.is_empty() {
            command(path, 'M', &self.0[..1]);
        }
        command(path, 'C', &self.0[1..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopping_before_the_end() {
        let line = Curve::bent((0.0, 0.0), (10.0, 0.0), 0.0);
        let stopped = line.started(1.0).stopped(2.0);
        assert!(distance(stopped.0[0], (1.0, 0.0)) < 1e-3, "{stopped:?}");
        assert!(distance(stopped.0[3], (8.0, 0.0)) < 1e-3, "{stopped:?}");
        assert!(distance(stopped.direction(), (1.0, 0.0)) < 1e-9);
        let gone = line.stopped(100.0);
        assert!(distance(gone.0[0], gone.0[3]) < 1e-9);
    }

    #[test]
    fn shapes() {
        // y runs downwards on a page: right of a way eastwards is further down.
        assert!(Curve::bent((0.0, 0.0), (10.0, 0.0), 0.2).at(0.5).1 > 0.9);
        let drop = Curve::drop((5.0, 5.0), (0.0, -1.0), 10.0);
        assert!(drop.at(0.5).1 < -1.0 && (drop.at(0.5).0 - 5.0).abs() < 1e-9);
        let mut path = String::new();
        Curve::bent((0.0, 0.0), (9.0, 0.0), 0.0).write(&mut path);
        assert_eq!(path, "M0 0C3 0 6 0 9 0");
    }
}
