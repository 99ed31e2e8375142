//! A kept tensor of any rank.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use burn::tensor::{DType, Device, Tensor, TensorData};
use fascicle_models::Site;

use crate::error::CausalError;

/// What a site held during one forward pass.
///
/// Sites have three or four axes ([`SiteKind::axes`](fascicle_models::SiteKind::axes)); this holds any of them, so
/// that a whole capture fits one map. It stays on the model's device and keeps its place in the gradient graph: a
/// leaf stays a leaf. Cloning shares the numbers.
#[derive(Clone)]
pub struct Activation {
    dims: Vec<usize>,
    kept: Arc<dyn Kept>,
}

/// A tensor whose rank has been forgotten.
trait Kept: Any + Send + Sync {
    fn flat(&self) -> Tensor<1>;
}

impl<const D: usize> Kept for Tensor<D> {
    fn flat(&self) -> Tensor<1> {
        let count = self.dims().iter().product::<usize>();
        self.clone().reshape([count])
    }
}

impl fmt::Debug for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Activation {:?}", self.dims)
    }
}

impl Activation {
    /// Keeps a tensor.
    pub fn new<const D: usize>(x: Tensor<D>) -> Self {
        Self { dims: x.dims().to_vec(), kept: Arc::new(x) }
    }

    /// Keeps the numbers of a part of a tensor without the rest of it.
    pub(crate) fn compact<const D: usize>(part: &Tensor<D>) -> Self {
        Self { dims: part.dims().to_vec(), kept: Arc::new(part.flat()) }
    }

    /// Its shape.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// Where it is.
    pub fn device(&self) -> Device {
        self.kept.flat().device()
    }

    /// The tensor, with the number of axes that it has.
    ///
    /// # Errors
    /// [`CausalError::Rank`] when `D` is not that number.
    pub fn tensor<const D: usize>(&self) -> Result<Tensor<D>, CausalError> {
        let dims: [usize; D] = self.dims.as_slice().try_into().map_err(|_| CausalError::Rank {
            got: self.dims.len(),
            expected: D,
            dims: self.dims.clone(),
        })?;
        let kept: &dyn Any = self.kept.as_ref();
        Ok(match kept.downcast_ref::<Tensor<D>>() {
            Some(own) => own.clone(),
            None => self.kept.flat().reshape(dims),
        })
    }

    /// The numbers in row-major order.
    ///
    /// # Errors
    /// [`CausalError::Read`] when the device fails.
    pub fn to_vec(&self) -> Result<Vec<f32>, CausalError> {
        let read = self.kept.flat().try_into_vec_as::<f32>();
        read.map_err(|e| CausalError::Read { what: "an activation".into(), reason: e.to_string() })
    }

    /// The same numbers without their history: no gradient flows through them.
    #[must_use]
    pub fn detached(&self) -> Self {
        Self { dims: self.dims.clone(), kept: Arc::new(self.kept.flat().detach()) }
    }

    /// Spread over `x`'s shape (axes of length 1 stand for all of an axis), where `x` is and in its number type.
    pub(crate) fn over<const D: usize>(&self, x: &Tensor<D>) -> Result<Tensor<D>, CausalError> {
        let (mut own, shape, device) = (self.tensor::<D>()?, x.dims(), x.device());
        if own.device() != device {
            own = own.to_device(&device);
        }
        if own.dtype() != x.dtype() {
            own = own.cast(x.dtype());
        }
        Ok(if own.dims() == shape { own } else { own.expand(shape) })
    }

    /// Rows of the first axis, in the given order; all in range.
    pub(crate) fn rows(&self, rows: &[usize]) -> Self {
        let (batch, rest) = (self.dims[0], self.dims[1..].iter().product::<usize>());
        let indices: Vec<i32> = rows.iter().map(|row| *row as i32).collect();
        let flat = self.kept.flat();
        let indices = Tensor::from_data(TensorData::new(indices, [rows.len()]), (&flat.device(), DType::I32));
        let picked = flat.reshape([batch, rest]).select(0, indices);
        let mut dims = self.dims.clone();
        dims[0] = rows.len();
        Self { dims, kept: Arc::new(picked.reshape([rows.len() * rest])) }
    }

    /// The whole batch `times` times over, one copy after another.
    pub(crate) fn repeated(&self, times: usize) -> Self {
        let mut dims = self.dims.clone();
        dims[0] *= times;
        Self { dims, kept: Arc::new(self.kept.flat().repeat_dim(0, times)) }
    }

    /// The mean over the first axis, and over axis `position` unless it is kept; averaged axes keep length 1.
    ///
    /// `counts` [batch × position] says what enters the mean; `None` counts everything. Numbers are weighed before
    /// they are summed, so that masked attention scores (the lowest finite number) do not overflow.
    pub(crate) fn mean(
        &self,
        site: Site,
        position: usize,
        per_position: bool,
        counts: Option<&[bool]>,
    ) -> Result<Self, CausalError> {
        let (batch, n) = (self.dims[0], self.dims[position]);
        let counted = |row: usize, p: usize| counts.is_none_or(|counts| counts[row * n + p]);
        let totals: Vec<usize> = (0..n).map(|p| (0..batch).filter(|row| counted(*row, p)).count()).collect();
        let total: usize = totals.iter().sum();
        if let Some(empty) = totals.iter().position(|total| *total == 0)
            && (per_position || total == 0)
        {
            return Err(CausalError::NothingToAverage { site, position: empty });
        }
        let weight = |row, p: usize| match (counted(row, p), per_position) {
            (false, _) => 0.0,
            (true, true) => 1.0 / totals[p] as f32,
            (true, false) => 1.0 / total as f32,
        };
        let weights: Vec<f32> =
            (0..batch).flat_map(|row| (0..n).map(move |p| (row, p))).map(|(r, p)| weight(r, p)).collect();
        let flat = self.kept.flat();
        let weights = TensorData::new(weights, [batch, 1, n, 1]);
        let weights = Tensor::<4>::from_data(weights, (&flat.device(), flat.dtype()));
        let between: usize = self.dims[1..position].iter().product();
        let after: usize = self.dims[position + 1..].iter().product();
        let mut mean = (flat.reshape([batch, between, n, after]) * weights).sum_dim(0);
        let mut dims = self.dims.clone();
        dims[0] = 1;
        if !per_position {
            mean = mean.sum_dim(2);
            dims[position] = 1;
        }
        let count = dims.iter().product::<usize>();
        Ok(Self { dims, kept: Arc::new(mean.reshape([count])) })
    }
}
