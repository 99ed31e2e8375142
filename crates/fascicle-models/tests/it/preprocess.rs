//! Image files against what `transformers`, Pillow and PyTorch make of them, and files that are none.

use std::fs;
use std::path::Path;

use fascicle_models::{
    ImageProcessor, ImageStep, Images, ModelError, NamedTensor, Resample, ResizeTo, TensorFile,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::fixtures;

fn real(file: &TensorFile, name: &str) -> (Vec<usize>, Vec<f32>) {
    match file.get(name) {
        Some(NamedTensor::F32 { shape, values }) => (shape.clone(), values.clone()),
        _ => panic!("no {name}"),
    }
}

fn furthest(got: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(got.len(), expected.len());
    got.iter().zip(expected).map(|(got, expected)| (got - expected).abs()).fold(0.0, f32::max)
}

#[test]
fn every_processor_gives_the_pixels_of_transformers() {
    let mut compared = 0;
    for entry in fs::read_dir(fixtures("images")).unwrap().flatten() {
        let folder = entry.path();
        if !folder.join("preprocessor_config.json").is_file() {
            continue;
        }
        let processor = ImageProcessor::load(&folder).unwrap();
        let golden = TensorFile::read(folder.join("pixels.safetensors")).unwrap();
        for name in ["rgb", "gray", "alpha"] {
            let images = processor.read(&[fixtures("images").join(format!("{name}.png"))]).unwrap();
            let (shape, expected) = real(&golden, name);
            assert_eq!(images.shape()[..], shape, "{} {name}", folder.display());
            // one rounding of an f32 in values of up to 4, far below a grey level
            let furthest = furthest(images.pixels(), &expected);
            assert!(furthest <= 1e-6, "{} {name} is off by {furthest:.2e}", folder.display());
            compared += 1;
        }
    }
    assert!(compared >= 21, "only {compared} images");
}

/// As Pillow reads them; JPEG and lossy WebP leave the rounding to the decoder.
#[test]
fn every_format_is_read() {
    let golden = TensorFile::read(fixtures("images/formats/pixels.safetensors")).unwrap();
    let mut compared = 0;
    for (name, _) in golden.iter() {
        let (shape, expected) = real(&golden, name);
        let images =
            ImageProcessor::new(3, Vec::new()).read(&[fixtures("images/formats").join(name)]).unwrap();
        assert_eq!(images.size(), shape[..2], "{name}");
        let pixels = shape[0] * shape[1];
        let interleaved: Vec<f32> =
            (0..pixels * 3).map(|at| images.pixels()[at % 3 * pixels + at / 3]).collect();
        let allowed = if name.ends_with(".jpg") || name == "lossy.webp" { 6.0 } else { 0.0 };
        let furthest = furthest(&interleaved, &expected);
        assert!(furthest <= allowed, "{name} is off by {furthest} grey levels");
        compared += 1;
    }
    assert!(compared >= 13, "only {compared} files");
}

#[test]
fn every_filter_resizes_as_pillow_and_pytorch_do() {
    let golden = TensorFile::read(fixtures("images/resized/pixels.safetensors")).unwrap();
    let mut compared = 0;
    for (name, _) in golden.iter() {
        let (shape, expected) = real(&golden, name);
        let floats = name.starts_with("floats.");
        let filter = match name.trim_start_matches("floats.").split('.').next().unwrap() {
            "nearest" => Resample::Nearest,
            "box" => Resample::Box,
            "bilinear" => Resample::Bilinear,
            "hamming" => Resample::Hamming,
            "bicubic" => Resample::Bicubic,
            "lanczos" => Resample::Lanczos,
            other => panic!("{other}"),
        };
        let mut steps = vec![ImageStep::Resize { to: ResizeTo::Exactly([shape[0], shape[1]]), filter }];
        if floats {
            steps.insert(0, ImageStep::Rescale(1.0 / 255.0));
        }
        let images = ImageProcessor::new(1, steps).read(&[fixtures("images/gray.png")]).unwrap();
        let furthest = furthest(images.pixels(), &expected);
        let allowed = if floats { 1e-6 } else { 0.0 };
        assert!(furthest <= allowed, "{name} is off by {furthest:.2e}");
        compared += 1;
    }
    assert!(compared >= 48, "only {compared} sizes");
}

#[test]
fn a_batch_is_its_images_one_after_another() {
    let processor = ImageProcessor::load(fixtures("images/clip")).unwrap();
    let file = |name: &str| fixtures("images").join(name);
    let both = processor.read(&[file("rgb.png"), file("gray.png")]).unwrap();
    let alone = |name: &str| processor.read(&[file(name)]).unwrap().pixels().to_vec();
    assert_eq!(both.shape(), [2, 3, 32, 32]);
    assert_eq!(both.pixels(), [alone("rgb.png"), alone("gray.png")].concat());
}

/// A folder with such a file.
fn folder(name: &str, content: &Value) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), content.to_string()).unwrap();
    folder
}

fn steps(content: Value) -> Vec<ImageStep> {
    let folder = folder("preprocessor_config.json", &content);
    ImageProcessor::load(folder.path()).unwrap().steps().to_vec()
}

#[test]
fn what_a_file_leaves_out_is_the_processors_own() {
    let filter = Resample::Bicubic;
    let cut = |side, larger| {
        vec![ImageStep::Resize { to: ResizeTo::ShorterSide(larger), filter }, ImageStep::Middle([side, side])]
    };
    let named = |name: &str| steps(json!({ "image_processor_type": name }));
    assert_eq!(named("CLIPImageProcessor")[..2], cut(224, 224));
    assert_eq!(named("CLIPImageProcessorFast"), named("CLIPImageProcessor"));
    assert_eq!(named("CLIPFeatureExtractor"), named("CLIPImageProcessor"));
    assert_eq!(named("BitImageProcessor"), named("CLIPImageProcessor"));
    let squeezed = ImageStep::Resize { to: ResizeTo::Exactly([384, 384]), filter };
    assert_eq!(named("ConvNextImageProcessor")[0], squeezed);
    let convnext = |size| json!({ "feature_extractor_type": "ConvNextFeatureExtractor", "size": size });
    assert_eq!(steps(convnext(224))[..2], cut(224, 256));
    let middle = named("DeiTImageProcessor")[1].clone();
    assert_eq!(middle, ImageStep::Middle([224, 224]));
    // DINOv3 rescales first, so that the resize rounds nothing
    let dino = named("DINOv3ViTImageProcessorFast");
    assert!(matches!(
        dino[..],
        [ImageStep::Rescale(_), ImageStep::Resize { .. }, ImageStep::Normalize { .. }]
    ));
    let bare =
        json!({ "image_processor_type": "ViTImageProcessor", "do_resize": false, "do_normalize": false });
    assert_eq!(steps(bare), [ImageStep::Rescale(1.0 / 255.0)]);
}

#[test]
fn a_processor_is_found_in_the_shared_file_and_by_the_family() {
    let settings = json!({ "size": 64, "resample": 0 });
    let shared = folder("processor_config.json", &json!({ "image_processor": settings }));
    fs::write(shared.path().join("config.json"), r#"{ "model_type": "vit_mae" }"#).unwrap();
    let first = ImageProcessor::load(shared.path()).unwrap().steps()[0].clone();
    assert_eq!(first, ImageStep::Resize { to: ResizeTo::Exactly([64, 64]), filter: Resample::Nearest });
}

fn refused(content: Value) -> String {
    let folder = folder("preprocessor_config.json", &content);
    let error = ImageProcessor::load(folder.path()).unwrap_err().to_string();
    error.replace(&*folder.path().to_string_lossy(), "FOLDER")
}

#[test]
fn processors_that_are_none() {
    let vit = |field: &str, value: Value| {
        let mut content = json!({ "image_processor_type": "ViTImageProcessor" });
        content[field] = value;
        refused(content)
    };
    insta::assert_snapshot!(vit("image_processor_type", json!("VitImageProcesor")), @"FOLDER/preprocessor_config.json: field `image_processor_type` is `VitImageProcesor`, expected one of ViTImageProcessor, DeiTImageProcessor, CLIPImageProcessor, BitImageProcessor, ConvNextImageProcessor, DINOv3ViTImageProcessor");
    insta::assert_snapshot!(vit("image_processor_type", json!("BlipImageProcessor")), @"FOLDER/preprocessor_config.json: field `image_processor_type` is `BlipImageProcessor`, expected one of ViTImageProcessor, DeiTImageProcessor, CLIPImageProcessor, BitImageProcessor, ConvNextImageProcessor, DINOv3ViTImageProcessor");
    insta::assert_snapshot!(vit("image_processor_type", json!(null)), @"FOLDER/preprocessor_config.json: field `image_processor_type` is missing");
    insta::assert_snapshot!(vit("resample", json!(7)), @"FOLDER/preprocessor_config.json: field `resample` is 7, expected 0 (nearest), 1 (Lanczos), 2 (bilinear), 3 (bicubic), 4 (box) or 5 (Hamming)");
    insta::assert_snapshot!(vit("size", json!(0)), @r#"FOLDER/preprocessor_config.json: field `size` is 0, expected a whole number, {"height": …, "width": …} or {"shortest_edge": …}, of 1 to 16384 pixels"#);
    insta::assert_snapshot!(vit("size", json!({ "shortest_edge": 224, "longest_edge": 300 })), @r#"FOLDER/preprocessor_config.json: field `size` is {"shortest_edge":224,"longest_edge":300}, expected a whole number, {"height": …, "width": …} or {"shortest_edge": …}, of 1 to 16384 pixels"#);
    insta::assert_snapshot!(vit("image_std", json!([0.5, 0.0, 0.5])), @"FOLDER/preprocessor_config.json: field `image_std` is [0.5,0.0,0.5], expected a number, or one for each of 3 channels (1 for grey), none of them 0");
    insta::assert_snapshot!(vit("image_mean", json!([0.5, 0.5])), @"FOLDER/preprocessor_config.json: field `image_mean` is [0.5,0.5], expected a number, or one for each of 3 channels (1 for grey)");
    let mut gray = json!({ "image_processor_type": "ViTImageProcessor", "image_mean": [0.5] });
    gray["image_std"] = json!([0.5, 0.5, 0.5]);
    insta::assert_snapshot!(refused(gray), @"FOLDER/preprocessor_config.json: field `image_std` is [0.5, 0.5, 0.5], expected as many numbers as image_mean has (1)");
    insta::assert_snapshot!(vit("do_resize", json!("yes")), @r#"FOLDER/preprocessor_config.json: field `do_resize` is "yes", expected true or false"#);
    let convnext = json!({ "image_processor_type": "ConvNextImageProcessor", "size": { "shortest_edge": 64 }, "crop_pct": 0 });
    insta::assert_snapshot!(refused(convnext), @"FOLDER/preprocessor_config.json: field `crop_pct` is 0, expected a share from 0.01 to 1");
    let empty = tempfile::tempdir().unwrap();
    let error = ImageProcessor::load(empty.path()).unwrap_err().to_string();
    insta::assert_snapshot!(error.replace(&*empty.path().to_string_lossy(), "FOLDER"), @"FOLDER: no preprocessor_config.json here (found: nothing): what the model's images must look like is not said; download it too");
}

#[test]
fn files_that_are_no_images() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        error(ImageProcessor::new(3, Vec::new()).read(&[path]), folder.path())
    };
    let start = |name: &str, bytes: usize| fs::read(fixtures("images").join(name)).unwrap()[..bytes].to_vec();
    insta::assert_snapshot!(read("empty.png", b""), @"FOLDER/empty.png: the file is empty: expected a PNG, JPEG or WebP image");
    insta::assert_snapshot!(read("text.jpg", b"hello"), @"FOLDER/text.jpg: not an image that can be read: expected a PNG, JPEG or WebP image");
    insta::assert_snapshot!(read("film.gif", b"GIF89a"), @"FOLDER/film.gif: this is a GIF: expected a PNG, JPEG or WebP image");
    insta::assert_snapshot!(read("cut.png", &start("rgb.png", 3000)), @"FOLDER/cut.png: not a readable PNG: I/O error Not enough bytes, expected 4 but found 0");
    insta::assert_snapshot!(read("cut.jpg", &start("formats/photo.jpg", 500)), @"FOLDER/cut.jpg: not a readable JPEG: I/O errors Not enough bytes, expected 162 but found 17");
    insta::assert_snapshot!(read("cut.webp", &start("formats/lossless.webp", 900)), @"FOLDER/cut.webp: not a readable WebP: BitStreamError");
    let mut changed = fs::read(fixtures("images/rgb.png")).unwrap();
    changed[2000] ^= 1;
    insta::assert_snapshot!(read("changed.png", &changed), @"FOLDER/changed.png: not a readable PNG: CRC does not match, expected 2088329779 but found 3930212361");
    let absent = ImageProcessor::new(3, Vec::new()).read(&[folder.path().join("absent.png")]);
    insta::assert_snapshot!(error(absent, folder.path()), @"FOLDER/absent.png: cannot read: No such file or directory (os error 2)");
}

fn error(result: Result<Images, ModelError>, folder: &Path) -> String {
    result.unwrap_err().to_string().replace(&*folder.to_string_lossy(), "FOLDER")
}

#[test]
fn batches_that_are_none() {
    let plain = ImageProcessor::new(3, Vec::new());
    let files = ["rgb.png", "gray.png"].map(|name| fixtures("images").join(name));
    insta::assert_snapshot!(error(plain.read(&files), &fixtures("images")), @"FOLDER/gray.png: 52 × 40 pixels, but FOLDER/rgb.png has 47 × 61 (height × width): images of one batch must be of one size; run them one by one");
    insta::assert_snapshot!(plain.read(&[] as &[&Path]).unwrap_err(), @"pixel_values: got 0 values, expected [batch, channel, height, width] = [0, 3, 0, 0], all at least 1");
    let huge = ImageStep::Resize { to: ResizeTo::ShorterSide(60_000), filter: Resample::Nearest };
    insta::assert_snapshot!(error(ImageProcessor::new(3, vec![huge]).read(&files[..1]), &fixtures("images")), @"FOLDER/rgb.png: [47, 61] pixels would become [60000, 77872] (height, width), and at most 65536 a side are possible");
}

/// Whatever stands in a file, the answer is an image or an error.
#[test]
fn damaged_files_never_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged");
    let mut state = 1u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut read = 0;
    for entry in fs::read_dir(fixtures("images/formats")).unwrap().flatten() {
        if entry.path().extension().is_some_and(|kind| kind == "safetensors") {
            continue;
        }
        let whole = fs::read(entry.path()).unwrap();
        for _ in 0..60 {
            let mut bytes = whole.clone();
            for _ in 0..1 + random(4) {
                let at = random(bytes.len());
                bytes[at] = random(256) as u8;
            }
            if random(4) == 0 {
                bytes.truncate(random(bytes.len()));
            }
            fs::write(&path, &bytes).unwrap();
            read += usize::from(ImageProcessor::new(3, Vec::new()).read(&[&path]).is_ok());
        }
    }
    // some damage shows in the pixels alone
    assert!(read > 0);
}
