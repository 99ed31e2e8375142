//! What a camera notes of how it was held.

/// What would have to be done to see the image upright, if anything.
///
/// `exif` is a TIFF header and its first directory, in which entry 0x0112 is the orientation (CIPA DC-008).
pub(super) fn orientation(exif: &[u8]) -> Option<&'static str> {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let big = match exif.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let number = |at: usize, bytes: usize| {
        let field = exif.get(at..at.checked_add(bytes)?)?;
        let add = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
        Some(if big { field.iter().fold(0, add) } else { field.iter().rev().fold(0, add) })
    };
    let directory = number(4, 4)?;
    let entries = number(directory, 2)?;
    let mut entry = (0..entries).map(|index| directory + 2 + 12 * index);
    let entry = entry.find(|at| number(*at, 2) == Some(0x0112))?;
    match number(entry + 8, 2)? {
        2 => Some("mirrored"),
        3 => Some("upside down"),
        4 => Some("upside down and mirrored"),
        5 => Some("turned left and mirrored"),
        6 => Some("turned left"),
        7 => Some("turned right and mirrored"),
        8 => Some("turned right"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of one entry, big-endian.
    fn exif(tag: u16, value: u16) -> Vec<u8> {
        let mut bytes = b"Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
        bytes.extend(tag.to_be_bytes());
        bytes.extend([0, 3, 0, 0, 0, 1]);
        bytes.extend(value.to_be_bytes());
        bytes.extend([0; 6]);
        bytes
    }

    #[test]
    fn orientations_are_found_and_nothing_else_is() {
        assert_eq!(orientation(&exif(0x0112, 6)), Some("turned left"));
        assert_eq!(orientation(&exif(0x0112, 1)), None);
        assert_eq!(orientation(&exif(0x0110, 6)), None);
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x03\0\0\0\0\0\0\0";
        assert_eq!(orientation(little), Some("upside down"));
        let whole = exif(0x0112, 6);
        for end in 0..26 {
            assert_eq!(orientation(&whole[..end]), None, "cut off at {end}");
        }
        assert_eq!(orientation(b"MM\0*\xff\xff\xff\xff"), None);
    }
}
