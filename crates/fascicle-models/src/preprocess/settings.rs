//! `preprocessor_config.json`: what is done to an image, as `transformers` would do it.

use std::path::Path;

use serde_json::Value;

use super::resample::Resample;
use super::{ImageProcessor, ImageStep, ResizeTo};
use crate::checkpoint::{RawConfig, listing};
use crate::error::{ImageError, ModelError};

/// What a processor does where its file says nothing.
struct Defaults {
    name: &'static str,
    /// Families whose folders need not name a processor.
    families: &'static [&'static str],
    size: ResizeTo,
    resample: Resample,
    crop: Option<usize>,
    mean: [f64; 3],
    std: [f64; 3],
    /// The shorter side is enlarged by `1 / crop_pct` before the middle is cut out.
    crop_pct: Option<f64>,
    /// Values are rescaled before the resize, so that nothing is rounded to 8 bits.
    rescale_first: bool,
}

const HALF: [f64; 3] = [0.5; 3];
const IMAGENET: [[f64; 3]; 2] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];
const OPENAI: [[f64; 3]; 2] =
    [[0.481_454_66, 0.457_827_5, 0.408_210_73], [0.268_629_54, 0.261_302_58, 0.275_777_11]];

const VIT: Defaults = Defaults {
    name: "ViTImageProcessor",
    families: &["vit", "vit_mae"],
    size: ResizeTo::Exactly([224, 224]),
    resample: Resample::Bilinear,
    crop: None,
    mean: HALF,
    std: HALF,
    crop_pct: None,
    rescale_first: false,
};

const CLIP: Defaults = Defaults {
    name: "CLIPImageProcessor",
    families: &["clip", "clip_vision_model"],
    size: ResizeTo::ShorterSide(224),
    resample: Resample::Bicubic,
    crop: Some(224),
    mean: OPENAI[0],
    std: OPENAI[1],
    ..VIT
};

const PROCESSORS: [Defaults; 6] = [
    VIT,
    Defaults {
        name: "DeiTImageProcessor",
        families: &["deit"],
        size: ResizeTo::Exactly([256, 256]),
        resample: Resample::Bicubic,
        crop: Some(224),
        ..VIT
    },
    CLIP,
    Defaults { name: "BitImageProcessor", families: &["dinov2", "dinov2_with_registers"], ..CLIP },
    Defaults {
        name: "ConvNextImageProcessor",
        families: &["resnet", "convnext"],
        size: ResizeTo::ShorterSide(384),
        resample: Resample::Bicubic,
        crop_pct: Some(224.0 / 256.0),
        ..VIT
    },
    Defaults {
        name: "DINOv3ViTImageProcessor",
        families: &["dinov3_vit"],
        mean: IMAGENET[0],
        std: IMAGENET[1],
        rescale_first: true,
        ..VIT
    },
];

/// From this side on a ConvNext image is squeezed into a square instead of cut.
const SQUEEZED_FROM: usize = 384;

/// The longest side that a file may ask for.
const LONGEST: usize = 1 << 14;

/// Reads a folder's processor.
pub(super) fn load(folder: &Path) -> Result<ImageProcessor, ModelError> {
    if !folder.is_dir() {
        return Err(ModelError::NotAFolder { path: folder.into(), is_file: folder.is_file() });
    }
    let own = folder.join("preprocessor_config.json");
    // newer folders keep a processor of texts and images in one file
    let shared = folder.join("processor_config.json");
    let file = if own.is_file() {
        Some(RawConfig::from_file(own)?)
    } else if shared.is_file() {
        RawConfig::from_file(shared)?.object("image_processor")?
    } else {
        None
    };
    let absent = || ImageError::NoProcessor { folder: folder.into(), found: listing(folder) };
    let file = file.ok_or_else(absent)?;
    let defaults = kind(folder, &file)?;
    steps(&file, defaults)
}

/// The processor that a file names, or that the folder's model is used with.
fn kind(folder: &Path, file: &RawConfig) -> Result<&'static Defaults, ModelError> {
    for field in ["image_processor_type", "feature_extractor_type"] {
        let Some(named) = file.optional_str(field)? else { continue };
        let plain = named.strip_suffix("Fast").or_else(|| named.strip_suffix("Pil")).unwrap_or(&named);
        let plain = plain.replace("FeatureExtractor", "ImageProcessor");
        return PROCESSORS.iter().find(|processor| processor.name == plain).ok_or_else(|| {
            let known: Vec<&str> = PROCESSORS.iter().map(|processor| processor.name).collect();
            file.bad(field, &format!("`{named}`"), &format!("one of {}", known.join(", ")))
        });
    }
    let family = RawConfig::read(folder).ok().and_then(|config| config.optional_str("model_type").ok()?);
    let used_with = |family: &str| PROCESSORS.iter().find(|processor| processor.families.contains(&family));
    family.as_deref().and_then(used_with).ok_or_else(|| file.missing("image_processor_type"))
}

fn steps(file: &RawConfig, defaults: &Defaults) -> Result<ImageProcessor, ModelError> {
    let (channels, mean, std) = statistics(file, defaults)?;
    let mut resize = Vec::new();
    if file.bool_or("do_resize", true)? {
        let filter = resample(file)?.unwrap_or(defaults.resample);
        let to = size(file, defaults)?.unwrap_or(defaults.size);
        resize = match (defaults.crop_pct, to) {
            (Some(part), ResizeTo::ShorterSide(side)) => cut_or_squeezed(file, side, part, filter)?,
            (Some(_), ResizeTo::Exactly(_)) => {
                let value = file.field("size").map(ToString::to_string).unwrap_or_default();
                return Err(file.bad("size", &value, "a whole number or {\"shortest_edge\": …}"));
            }
            (None, to) => vec![ImageStep::Resize { to, filter }],
        };
    }
    if file.bool_or("do_center_crop", defaults.crop.is_some())? {
        let side = defaults.crop.unwrap_or(224);
        resize.push(ImageStep::Middle(crop_size(file)?.unwrap_or([side, side])));
    }
    let mut rescale = Vec::new();
    if file.bool_or("do_rescale", true)? {
        let factor = file.optional_f64("rescale_factor")?.unwrap_or(1.0 / 255.0);
        rescale.push(ImageStep::Rescale(factor));
    }
    let [first, second] = if defaults.rescale_first { [rescale, resize] } else { [resize, rescale] };
    let mut steps = first;
    steps.extend(second);
    if file.bool_or("do_normalize", true)? {
        steps.push(ImageStep::Normalize { mean, std });
    }
    // images are always brought to the channels that the numbers above are for; the field is only read
    file.bool_or("do_convert_rgb", true)?;
    Ok(ImageProcessor::new(channels, steps))
}

/// The ConvNext rule: small images are cut out of larger ones, large ones are squeezed.
fn cut_or_squeezed(
    file: &RawConfig,
    side: usize,
    default: f64,
    filter: Resample,
) -> Result<Vec<ImageStep>, ModelError> {
    let part = file.optional_f64("crop_pct")?.unwrap_or(default);
    if !(0.01..=1.0).contains(&part) {
        return Err(file.bad("crop_pct", &part.to_string(), "a share from 0.01 to 1"));
    }
    if side >= SQUEEZED_FROM {
        return Ok(vec![ImageStep::Resize { to: ResizeTo::Exactly([side, side]), filter }]);
    }
    let larger = (side as f64 / part) as usize;
    Ok(vec![ImageStep::Resize { to: ResizeTo::ShorterSide(larger), filter }, ImageStep::Middle([side, side])])
}

fn resample(file: &RawConfig) -> Result<Option<Resample>, ModelError> {
    let Some(value) = file.field("resample") else { return Ok(None) };
    let number = value.as_u64();
    match Resample::NUMBERS.into_iter().find(|(known, _)| Some(*known) == number) {
        Some((_, filter)) => Ok(Some(filter)),
        None => {
            let known = "0 (nearest), 1 (Lanczos), 2 (bilinear), 3 (bicubic), 4 (box) or 5 (Hamming)";
            Err(file.bad("resample", &value.to_string(), known))
        }
    }
}

/// A side in pixels.
fn side(value: Option<&Value>) -> Option<usize> {
    let side = value?.as_u64()? as usize;
    (1..=LONGEST).contains(&side).then_some(side)
}

/// `{"height": …, "width": …}` and nothing else.
fn sides(value: &Value) -> Option<[usize; 2]> {
    match value {
        Value::Object(fields) if fields.len() == 2 => {
            Some([side(fields.get("height"))?, side(fields.get("width"))?])
        }
        Value::Array(sides) if sides.len() == 2 => Some([side(sides.first())?, side(sides.get(1))?]),
        _ => None,
    }
}

fn size(file: &RawConfig, defaults: &Defaults) -> Result<Option<ResizeTo>, ModelError> {
    let Some(value) = file.field("size") else { return Ok(None) };
    let shorter = |value: &Value| {
        let fields = value.as_object().filter(|fields| fields.len() == 1)?;
        side(fields.get("shortest_edge"))
    };
    // older files give one number, and what it means is up to the processor
    let plain = |side| match defaults.size {
        ResizeTo::Exactly(_) => ResizeTo::Exactly([side, side]),
        ResizeTo::ShorterSide(_) => ResizeTo::ShorterSide(side),
    };
    let found = side(Some(value))
        .map(plain)
        .or_else(|| sides(value).map(ResizeTo::Exactly))
        .or_else(|| shorter(value).map(ResizeTo::ShorterSide));
    let expected = format!(
        "a whole number, {{\"height\": …, \"width\": …}} or {{\"shortest_edge\": …}}, of 1 to {LONGEST} pixels"
    );
    found.ok_or_else(|| file.bad("size", &value.to_string(), &expected)).map(Some)
}

fn crop_size(file: &RawConfig) -> Result<Option<[usize; 2]>, ModelError> {
    let Some(value) = file.field("crop_size") else { return Ok(None) };
    let found = side(Some(value)).map(|side| [side, side]).or_else(|| sides(value));
    let expected = format!("a whole number or {{\"height\": …, \"width\": …}}, of 1 to {LONGEST} pixels");
    found.ok_or_else(|| file.bad("crop_size", &value.to_string(), &expected)).map(Some)
}

/// Number of channels, and the mean and the standard deviation of each.
fn statistics(file: &RawConfig, defaults: &Defaults) -> Result<(usize, Vec<f64>, Vec<f64>), ModelError> {
    let read = |field: &str| {
        let Some(value) = file.field(field) else { return Ok(None) };
        let numbers: Option<Vec<f64>> = match value {
            Value::Array(values) => values.iter().map(Value::as_f64).collect(),
            one => one.as_f64().map(|number| vec![number; 3]),
        };
        let fits = |numbers: &Vec<f64>| {
            matches!(numbers.len(), 1 | 3) && (field != "image_std" || !numbers.contains(&0.0))
        };
        numbers.filter(fits).map(Some).ok_or_else(|| {
            let nonzero = if field == "image_std" { ", none of them 0" } else { "" };
            file.bad(
                field,
                &value.to_string(),
                &format!("a number, or one for each of 3 channels (1 for grey){nonzero}"),
            )
        })
    };
    let (mean, std) = (read("image_mean")?, read("image_std")?);
    let channels = mean.as_ref().or(std.as_ref()).map_or(3, Vec::len);
    let mean = mean.unwrap_or_else(|| defaults.mean[..channels].to_vec());
    let std = std.unwrap_or_else(|| defaults.std[..channels].to_vec());
    if mean.len() != std.len() {
        let value = format!("{std:?}");
        return Err(file.bad(
            "image_std",
            &value,
            &format!("as many numbers as image_mean has ({})", mean.len()),
        ));
    }
    Ok((channels, mean, std))
}
