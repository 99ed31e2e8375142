//! What a detector, a tracker and an action recogniser see in one frame.

use serde::{Deserialize, Serialize};

/// One sighting of a track in one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// The frame, from 0.
    pub frame: u64,
    /// The tracker's name for what it follows.
    pub track: String,
    /// What it is said to be: `man`, `chair`.
    pub label: String,
    /// What it is said to do; objects, and actors at rest, do nothing.
    pub action: Option<String>,
    /// Where it is seen.
    pub bounds: Bounds,
    /// How sure the detector is, from 0 to 1.
    pub confidence: f64,
}

/// A box with sides along the axes, y downwards as in pictures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Least x.
    pub left: f64,
    /// Least y.
    pub top: f64,
    /// Greatest x.
    pub right: f64,
    /// Greatest y.
    pub bottom: f64,
}

impl Bounds {
    /// The box of this centre, width and height.
    #[must_use]
    pub fn around([x, y]: [f64; 2], width: f64, height: f64) -> Self {
        Self {
            left: x - width / 2.0,
            top: y - height / 2.0,
            right: x + width / 2.0,
            bottom: y + height / 2.0,
        }
    }

    /// Its middle (x, y).
    #[must_use]
    pub fn centre(&self) -> [f64; 2] {
        [f64::midpoint(self.left, self.right), f64::midpoint(self.top, self.bottom)]
    }

    /// The length of its diagonal.
    #[must_use]
    pub fn diagonal(&self) -> f64 {
        (self.right - self.left).hypot(self.bottom - self.top)
    }

    /// How far it is from another, edge to edge: 0 where they touch or overlap.
    #[must_use]
    pub fn gap(&self, other: &Self) -> f64 {
        let across = (other.left - self.right).max(self.left - other.right).max(0.0);
        let along = (other.top - self.bottom).max(self.top - other.bottom).max(0.0);
        across.hypot(along)
    }

    /// What two share over what they cover together, from 0 to 1; 0 for boxes without area.
    #[must_use]
    pub fn iou(&self, other: &Self) -> f64 {
        let wide = (self.right.min(other.right) - self.left.max(other.left)).max(0.0);
        let high = (self.bottom.min(other.bottom) - self.top.max(other.top)).max(0.0);
        let all = self.area() + other.area() - wide * high;
        if all > 0.0 { wide * high / all } else { 0.0 }
    }

    /// Whether a point lies in it.
    #[must_use]
    pub fn contains(&self, [x, y]: [f64; 2]) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    fn area(&self) -> f64 {
        (self.right - self.left) * (self.bottom - self.top)
    }

    pub(super) fn numbers(&self) -> [f64; 4] {
        [self.left, self.top, self.right, self.bottom]
    }

    /// With its sides in order.
    pub(super) fn upright(self) -> Self {
        Self {
            left: self.left.min(self.right),
            top: self.top.min(self.bottom),
            right: self.left.max(self.right),
            bottom: self.top.max(self.bottom),
        }
    }
}
