//! The names of devices.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::CoreError;

/// A device by name, before anything is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum DeviceSpec {
    /// `cpu`: the processor, through burn's flex backend. Always there.
    Cpu,
    /// `ndarray`: the processor, through burn's older ndarray backend.
    NdArray,
    /// `wgpu`: the best GPU that Vulkan, Metal or DirectX 12 offers.
    Wgpu,
    /// `wgpu:cpu`: software Vulkan, for checking GPU kernels where there is no GPU.
    WgpuCpu,
    /// `cuda` or `cuda:N`: an NVIDIA GPU by index.
    Cuda(usize),
}

/// What a user may type, in the order in which a misspelling is compared with it.
const NAMES: [&str; 6] = ["cpu", "ndarray", "wgpu", "wgpu:cpu", "cuda", "cuda:0"];

impl DeviceSpec {
    /// The cargo feature that this device needs; none for `cpu`.
    pub fn feature(self) -> Option<&'static str> {
        match self {
            Self::Cpu => None,
            Self::NdArray => Some("ndarray"),
            Self::Wgpu | Self::WgpuCpu => Some("wgpu"),
            Self::Cuda(_) => Some("cuda"),
        }
    }
}

impl fmt::Display for DeviceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::NdArray => f.write_str("ndarray"),
            Self::Wgpu => f.write_str("wgpu"),
            Self::WgpuCpu => f.write_str("wgpu:cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
        }
    }
}

impl FromStr for DeviceSpec {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        match text {
            "cpu" => Ok(Self::Cpu),
            "ndarray" => Ok(Self::NdArray),
            "wgpu" => Ok(Self::Wgpu),
            "wgpu:cpu" => Ok(Self::WgpuCpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => text.strip_prefix("cuda:").and_then(|index| index.parse().ok()).map(Self::Cuda).ok_or_else(
                || CoreError::UnknownDevice {
                    given: text.to_owned(),
                    nearest: nearest(text),
                    offered: Vec::new(),
                },
            ),
        }
    }
}

impl From<DeviceSpec> for String {
    fn from(spec: DeviceSpec) -> Self {
        spec.to_string()
    }
}

impl TryFrom<String> for DeviceSpec {
    type Error = CoreError;

    fn try_from(text: String) -> Result<Self, CoreError> {
        text.parse()
    }
}

/// The name most like `text`, if any is like it at all.
fn nearest(text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase();
    NAMES
        .into_iter()
        .map(|name| (name, strsim::jaro_winkler(&text, name)))
        .filter(|&(_, likeness)| likeness > 0.7)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(name, _)| name)
}
