//! Image files as 8-bit pixels: PNG, JPEG and WebP.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;
use zune_png::PngDecoder;

use super::grid::Grid;
use super::orientation::orientation;
use crate::error::{ImageError, ModelError};

/// Reads an image of 1 (grey) or 3 channels.
///
/// Transparency is laid on white, 16-bit values lose their lower half, colour profiles and the orientation that a camera
/// notes are not applied.
pub(super) fn read(path: &Path, channels: usize) -> Result<Grid<u8>, ModelError> {
    let bytes = fs::read(path).map_err(ModelError::io(path, "read"))?;
    let decoded = match &bytes[..] {
        [0x89, b'P', b'N', b'G', ..] => png(&bytes),
        [0xff, 0xd8, 0xff, ..] => jpeg(path, &bytes),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(&bytes),
        other => Err(format!("{}: expected a PNG, JPEG or WebP image", what(other))),
    };
    let fail = |reason| ImageError::Unusable { path: path.into(), reason };
    let image = decoded.map_err(fail)?;
    let [height, width] = image.size;
    if height == 0 || width == 0 || image.values.len() != height * width * image.channels {
        let (values, channels) = (image.values.len(), image.channels);
        let reason =
            format!("{values} values decoded, expected {height} × {width} × {channels}: it is damaged");
        return Err(fail(reason).into());
    }
    Ok(brought_to(channels, &image))
}

/// What a file seems to be, by its first bytes.
fn what(bytes: &[u8]) -> &'static str {
    match bytes {
        [] => "the file is empty",
        [b'G', b'I', b'F', b'8', ..] => "this is a GIF",
        [b'B', b'M', ..] => "this looks like a BMP",
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => "this is a TIFF",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "this looks like AVIF, HEIC or a film",
        _ => "not an image that can be read",
    }
}

fn png(bytes: &[u8]) -> Result<Grid<u8>, String> {
    let options = DecoderOptions::default()
        .png_set_strip_to_8bit(true)
        .png_set_confirm_crc(true)
        .inflate_set_confirm_adler(true)
        .png_set_decode_animated(false);
    let mut decoder = PngDecoder::new_with_options(ZCursor::new(bytes), options);
    let values = decoder.decode_raw().map_err(|error| broken("PNG", &error))?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let channels = decoder.colorspace().map_or(0, |space| space.num_components());
    Ok(Grid { size: [height, width], channels, values })
}

fn jpeg(path: &Path, bytes: &[u8]) -> Result<Grid<u8>, String> {
    let options = DecoderOptions::default().set_strict_mode(true).jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let values = decoder.decode().map_err(|error| broken("JPEG", &error))?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    if let Some(turn) = decoder.exif().and_then(|exif| orientation(exif)) {
        tracing::warn!(image = %path.display(), "the camera noted `{turn}`, which is not applied, as `transformers` does not");
    }
    Ok(Grid { size: [height, width], channels: 3, values })
}

fn webp(bytes: &[u8]) -> Result<Grid<u8>, String> {
    let broken = |error: image_webp::DecodingError| broken("WebP", &error);
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let mut values = vec![0; decoder.output_buffer_size().unwrap_or(0)];
    decoder.read_image(&mut values).map_err(broken)?;
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    Ok(Grid { size: [height as usize, width as usize], channels, values })
}

fn broken(format: &str, error: &dyn std::fmt::Debug) -> String {
    let words = format!("{error:?}");
    format!("not a readable {format}: {}", words.trim().trim_matches('"'))
}

/// Any of grey, grey with transparency, RGB and RGBA as grey or RGB.
fn brought_to(channels: usize, image: &Grid<u8>) -> Grid<u8> {
    let rgb = |pixel: &[u8]| match *pixel {
        [grey] => [grey; 3],
        [grey, alpha] => [on_white(grey, alpha); 3],
        [red, green, blue] => [red, green, blue],
        [red, green, blue, alpha] => [red, green, blue].map(|value| on_white(value, alpha)),
        _ => [0; 3],
    };
    let pixels = image.values.chunks_exact(image.channels).map(rgb);
    let values = if channels == 1 { pixels.map(grey).collect() } else { pixels.flatten().collect() };
    Grid { size: image.size, channels, values }
}

/// A value seen on a white ground (Pillow's `AlphaComposite.c`).
fn on_white(value: u8, alpha: u8) -> u8 {
    // 7 binary places more than 8 bits have, and a division by 255 through shifts
    let (value, alpha) = (u32::from(value), u32::from(alpha) << 7);
    let sum = value * alpha + 255 * ((255 << 7) - alpha) + (0x80 << 7);
    ((((sum >> 8) + sum) >> 8) >> 7) as u8
}

/// Brightness (Pillow's `Convert.c`, after ITU-R 601-2).
fn grey([red, green, blue]: [u8; 3]) -> u8 {
    let [red, green, blue] = [red, green, blue].map(u32::from);
    ((red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16) as u8
}
