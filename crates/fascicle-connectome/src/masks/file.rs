//! Masks in files: tensors, and a JSON file beside them that names the cells.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fascicle_graph::Attributes;
use fascicle_graph::format::write_whole;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};

use super::{MaskLayer, Masks, Orientation};
use crate::source::bytes::sha256;
use crate::{ConnectomeError, Place};

/// What the JSON file says it is.
const FORMAT: &str = "fascicle masks";
const VERSION: u32 = 1;

/// The JSON file.
#[derive(Serialize, Deserialize)]
struct Sidecar {
    format: String,
    version: u32,
    /// The file of tensors, and its hash: together they are one thing.
    tensors: String,
    sha256: String,
    orientation: String,
    layers: Vec<SidecarLayer>,
    provenance: Attributes,
}

#[derive(Serialize, Deserialize)]
struct SidecarLayer {
    name: String,
    connections: usize,
    idle_inputs: usize,
    idle_outputs: usize,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

impl Masks {
    /// Writes the tensors (f32: `LAYER.mask` of 0 and 1, `LAYER.sign` of −1, 0 and 1, `LAYER.weight`) to `file`, and names, provenance
    /// and the tensors' hash to the JSON file of the same name beside it, whose path is returned. Both are whole or not there.
    ///
    /// # Errors
    /// [`ConnectomeError::BadArgument`] for a file that ends in `.json`, [`ConnectomeError::Write`].
    pub fn write(&self, file: &Path) -> Result<PathBuf, ConnectomeError> {
        let beside = sidecar(file)?;
        let failed = |file: &Path| {
            let file = file.to_owned();
            move |source: io::Error| ConnectomeError::Write { file, source }
        };
        let bytes = self.tensors().map_err(failed(file))?;
        let described = Sidecar {
            format: FORMAT.to_owned(),
            version: VERSION,
            tensors: file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            sha256: sha256(&bytes),
            orientation: self.orientation.name().to_owned(),
            layers: self.layers.iter().map(|layer| self.described(layer)).collect(),
            provenance: self.provenance.clone(),
        };
        let text =
            serde_json::to_string_pretty(&described).map_err(io::Error::from).map_err(failed(&beside))?;
        write_whole(file, |out| out.write_all(&bytes)).map_err(failed(file))?;
        write_whole(&beside, |out| writeln!(out, "{text}")).map_err(|source| {
            // tensors without names would be half of a result
            let _ = fs::remove_file(file);
            failed(&beside)(source)
        })?;
        Ok(beside)
    }

    fn described(&self, layer: &MaskLayer) -> SidecarLayer {
        let (idle_inputs, idle_outputs) = layer.idle(self.orientation);
        SidecarLayer {
            name: layer.name.clone(),
            connections: layer.connections(),
            idle_inputs,
            idle_outputs,
            inputs: layer.inputs.clone(),
            outputs: layer.outputs.clone(),
        }
    }

    fn tensors(&self) -> io::Result<Vec<u8>> {
        let mut all: Vec<(String, [usize; 2], Vec<u8>)> = Vec::new();
        for layer in &self.layers {
            let shape = layer.shape(self.orientation);
            let mut add = |what: &str, values: &mut dyn Iterator<Item = f32>| {
                all.push((
                    format!("{}.{what}", layer.name),
                    shape,
                    values.flat_map(f32::to_le_bytes).collect(),
                ));
            };
            add("mask", &mut layer.mask.iter().map(|&there| f32::from(u8::from(there))));
            if let Some(sign) = &layer.sign {
                add("sign", &mut sign.iter().map(|&sign| f32::from(sign)));
            }
            if let Some(weight) = &layer.weight {
                add("weight", &mut weight.iter().copied());
            }
        }
        let views: Vec<(&str, TensorView<'_>)> = all
            .iter()
            .map(|(name, shape, bytes)| {
                Ok((name.as_str(), TensorView::new(Dtype::F32, shape.to_vec(), bytes)?))
            })
            .collect::<Result<_, safetensors::SafeTensorError>>()
            .map_err(io::Error::other)?;
        safetensors::serialize(views, None).map_err(io::Error::other)
    }

    /// Reads what [`Masks::write`] wrote; `file` is that of the tensors.
    ///
    /// # Errors
    /// [`ConnectomeError::Io`] where one of the two files is missing, [`ConnectomeError::Mismatch`] naming file and tensor where
    /// they do not belong together or hold something else.
    pub fn read(file: &Path) -> Result<Self, ConnectomeError> {
        let beside = sidecar(file)?;
        let load = |file: &Path| {
            fs::read(file).map_err(|source| ConnectomeError::Io { file: file.to_owned(), source })
        };
        let bytes = load(file)?;
        let described: Sidecar = serde_json::from_slice(&load(&beside)?)
            .map_err(|error| wrong(&beside, format!("this does not describe masks: {error}")))?;
        if described.format != FORMAT || described.version != VERSION {
            let Sidecar { format, version, .. } = described;
            let problem = format!(
                "the format is `{format}`, version {version}; expected `{FORMAT}`, version {VERSION}"
            );
            return Err(wrong(&beside, problem));
        }
        if sha256(&bytes) != described.sha256 {
            let problem =
                format!("the tensors are not those that {} describes; write both again", beside.display());
            return Err(wrong(file, problem));
        }
        let orientation: Orientation = described.orientation.parse()?;
        let tensors = SafeTensors::deserialize(&bytes)
            .map_err(|error| wrong(file, format!("this is no safetensors file: {error}")))?;
        let mut names = HashSet::new();
        let mut layers = Vec::with_capacity(described.layers.len());
        for layer in described.layers {
            if !names.insert(layer.name.clone()) {
                return Err(wrong(&beside, format!("two layers are called `{}`", layer.name)));
            }
            layers.push(read_layer(file, &tensors, layer, orientation)?);
        }
        Ok(Self { orientation, layers, provenance: described.provenance })
    }
}

fn read_layer(
    file: &Path,
    tensors: &SafeTensors<'_>,
    described: SidecarLayer,
    orientation: Orientation,
) -> Result<MaskLayer, ConnectomeError> {
    let SidecarLayer { name, inputs, outputs, .. } = described;
    let mut layer = MaskLayer { name, inputs, outputs, mask: Vec::new(), sign: None, weight: None };
    let shape = layer.shape(orientation);
    let read = |what: &str| -> Result<Option<Vec<f32>>, ConnectomeError> {
        let name = format!("{}.{what}", layer.name);
        let Ok(tensor) = tensors.tensor(&name) else { return Ok(None) };
        if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
            let (dtype, found) = (tensor.dtype(), tensor.shape());
            let problem =
                format!("tensor `{name}` is {dtype:?} of shape {found:?}; expected F32 of shape {shape:?}");
            return Err(wrong(file, problem));
        }
        Ok(Some(tensor.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()))
    };
    let mask =
        read("mask")?.ok_or_else(|| wrong(file, format!("there is no tensor `{}.mask`", layer.name)))?;
    let (sign, weight) = (read("sign")?, read("weight")?);
    let only =
        |what: &str, values: &[f32], allowed: &[f32]| match values.iter().find(|v| !allowed.contains(v)) {
            Some(value) => {
                let problem =
                    format!("tensor `{}.{what}` holds {value}; expected nothing but {allowed:?}", layer.name);
                Err(wrong(file, problem))
            }
            None => Ok(()),
        };
    only("mask", &mask, &[0.0, 1.0])?;
    if let Some(sign) = &sign {
        only("sign", sign, &[-1.0, 0.0, 1.0])?;
    }
    for (what, values) in [("sign", &sign), ("weight", &weight)] {
        let off = |(value, there): (&f32, &f32)| *there == 0.0 && *value != 0.0;
        if values.as_ref().is_some_and(|values| values.iter().zip(&mask).any(off)) {
            let problem = format!("tensor `{}.{what}` is not 0 where the mask is", layer.name);
            return Err(wrong(file, problem));
        }
    }
    layer.sign = sign.map(|sign| sign.into_iter().map(|sign| sign as i8).collect());
    layer.mask = mask.into_iter().map(|there| there != 0.0).collect();
    layer.weight = weight;
    Ok(layer)
}

/// The JSON file beside the tensors.
fn sidecar(file: &Path) -> Result<PathBuf, ConnectomeError> {
    let beside = file.with_extension("json");
    if beside == file {
        let expected = "a name that ends in .safetensors; the .json file beside it is written too";
        return Err(ConnectomeError::argument("the file of masks", file.display(), expected));
    }
    Ok(beside)
}

fn wrong(file: &Path, problem: String) -> ConnectomeError {
    ConnectomeError::Mismatch { place: Place::file(file), problem }
}
