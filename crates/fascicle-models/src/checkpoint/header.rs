//! The header of a safetensors file, checked to the last byte.
//!
//! Eight bytes of length, JSON of that length, then the tensors one after another without gaps. The `safetensors`
//! crate reads the same, but wants the whole file in memory, overlooks a tensor that stands twice and does not
//! name the tensor whose offsets are wrong.

use safetensors::Dtype;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::json::Members;

/// Bytes of the length.
pub(crate) const PREFIX: u64 = 8;

/// The longest header that is read, as in the reference implementation.
pub(crate) const LIMIT: u64 = 100_000_000;

/// A tensor as a header describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeaderTensor {
    pub(crate) name: String,
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    /// First byte, counted from the end of the header.
    pub(crate) start: u64,
    /// The byte after the last.
    pub(crate) end: u64,
}

#[derive(Deserialize, Serialize)]
struct Info {
    dtype: Dtype,
    shape: Vec<usize>,
    data_offsets: (u64, u64),
}

/// What a member of the header is: a tensor, or the file's own remarks.
#[derive(Deserialize)]
#[serde(untagged)]
enum Member {
    Tensor(Info),
    Other(Value),
}

/// How long the header is, by the first bytes of a file of `size` bytes.
pub(crate) fn length(first: &[u8], size: u64) -> Result<u64, String> {
    let Some(prefix) = first.first_chunk::<{ PREFIX as usize }>() else {
        return Err(format!("the file has {size} bytes, a header needs 8 and more: download it again"));
    };
    if first.starts_with(b"version ") {
        return Err("this is a Git LFS pointer, not the weights: fetch them with `git lfs pull`".into());
    }
    let length = u64::from_le_bytes(*prefix);
    if length > size - PREFIX {
        return Err(format!(
            "the header claims {length} bytes, the file has {size}: it is cut off or not safetensors"
        ));
    }
    if length > LIMIT {
        return Err(format!(
            "the header claims {length} bytes, more than the {LIMIT} that the format allows: it is not safetensors"
        ));
    }
    Ok(length)
}

/// The tensors of a header, by rising offset; `data` is the number of bytes that follow it.
pub(crate) fn parse(header: &[u8], data: u64) -> Result<Vec<HeaderTensor>, String> {
    let members: Members<Member> =
        serde_json::from_slice(header).map_err(|error| format!("invalid JSON in header: {error}"))?;
    let mut tensors = Vec::with_capacity(members.0.len());
    for (name, member) in members.0 {
        match member {
            Member::Tensor(Info { dtype, shape, data_offsets: (start, end) }) => {
                tensors.push(HeaderTensor { name, dtype, shape, start, end });
            }
            Member::Other(Value::Object(remarks)) if name == "__metadata__" => {
                if let Some((key, value)) = remarks.iter().find(|(_, value)| !value.is_string()) {
                    return Err(format!("in __metadata__ `{key}` is {value}, expected a text"));
                }
            }
            Member::Other(value) => {
                return Err(format!("tensor `{name}` is described as {}", described(&value)));
            }
        }
    }
    tensors.sort_by(|a, b| (a.start, a.end, &a.name).cmp(&(b.start, b.end, &b.name)));
    check(&tensors, data)?;
    Ok(tensors)
}

/// What a member is that describes no tensor, and what it ought to be.
fn described(value: &Value) -> String {
    let mut text = value.to_string();
    if text.chars().count() > 80 {
        text = text.chars().take(80).chain("…".chars()).collect();
    }
    let dtype = value.get("dtype").filter(|dtype| Dtype::deserialize(*dtype).is_err());
    match dtype {
        Some(dtype) => format!("{text}: there is no type {dtype}"),
        None => format!("{text}, expected dtype, shape and data_offsets"),
    }
}

/// Each tensor has the bytes that its shape and type need, and they follow one another to the end of the file.
fn check(tensors: &[HeaderTensor], data: u64) -> Result<(), String> {
    let mut reached = 0;
    let mut before = "";
    for HeaderTensor { name, dtype, shape, start, end } in tensors {
        let bytes = bytes(*dtype, shape).ok_or_else(|| {
            format!("tensor `{name}` of type {dtype} and shape {shape:?} has no whole number of bytes")
        })?;
        if end.checked_sub(*start) != Some(bytes) {
            return Err(format!(
                "tensor `{name}` has the offsets {start} to {end}, but its type {dtype} and shape {shape:?} need {bytes} bytes"
            ));
        }
        if *end > data {
            return Err(format!(
                "tensor `{name}` ends at byte {end} of the data, the file has {data}: it is cut off or was changed"
            ));
        }
        if *start < reached {
            return Err(format!(
                "tensor `{name}` starts at byte {start} of the data, where `{before}` has not ended ({reached}): they overlap"
            ));
        }
        if *start > reached {
            return Err(format!(
                "bytes {reached} to {start} of the data, before `{name}`, belong to no tensor"
            ));
        }
        (reached, before) = (*end, name);
    }
    if reached == data {
        Ok(())
    } else {
        Err(format!(
            "the tensors end at byte {reached} of the data, the file at {data}: something follows that is no tensor"
        ))
    }
}

/// The bytes that a tensor takes, if that is a whole and representable number.
fn bytes(dtype: Dtype, shape: &[usize]) -> Option<u64> {
    let count = shape.iter().try_fold(1u64, |count, n| count.checked_mul(u64::try_from(*n).ok()?))?;
    let bits = count.checked_mul(dtype.bitsize() as u64)?;
    bits.is_multiple_of(8).then_some(bits / 8)
}

/// The start of a file that holds `tensors`, which follow one another: length and header, padded to eight bytes.
pub(crate) fn write(tensors: &[HeaderTensor]) -> Vec<u8> {
    let mut members = Map::new();
    members.insert("__metadata__".into(), json!({ "format": "pt" }));
    for tensor in tensors {
        let info = json!({
            "dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": [tensor.start, tensor.end],
        });
        members.insert(tensor.name.clone(), info);
    }
    let mut header = Value::Object(members).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(PREFIX as usize), b' ');
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.append(&mut header);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(header: &str, data: u64) -> String {
        parse(header.as_bytes(), data).unwrap_err()
    }

    #[test]
    fn lengths() {
        let at = |length: u64| length.to_le_bytes();
        assert_eq!(length(&at(10), 18), Ok(10));
        insta::assert_snapshot!(length(b"short", 5).unwrap_err(), @"the file has 5 bytes, a header needs 8 and more: download it again");
        insta::assert_snapshot!(length(&at(11), 18).unwrap_err(), @"the header claims 11 bytes, the file has 18: it is cut off or not safetensors");
        insta::assert_snapshot!(length(&at(LIMIT + 1), 1 << 40).unwrap_err(), @"the header claims 100000001 bytes, more than the 100000000 that the format allows: it is not safetensors");
        insta::assert_snapshot!(length(b"version https://git-lfs.github.com/spec/v1", 130).unwrap_err(), @"this is a Git LFS pointer, not the weights: fetch them with `git lfs pull`");
    }

    #[test]
    fn a_header_that_is_sound() {
        let header = br#"{"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},"__metadata__":{"format":"pt"},
            "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]}} "#;
        let names: Vec<String> = parse(header, 8).unwrap().into_iter().map(|tensor| tensor.name).collect();
        assert_eq!(names, ["a", "none", "b"]);
    }

    #[test]
    fn a_header_that_is_not() {
        let one =
            |offsets: &str| format!(r#"{{"x":{{"dtype":"F32","shape":[2],"data_offsets":{offsets}}}}}"#);
        insta::assert_snapshot!(refused(&one("[0,8]"), 4), @"tensor `x` ends at byte 8 of the data, the file has 4: it is cut off or was changed");
        insta::assert_snapshot!(refused(&one("[0,8]"), 9), @"the tensors end at byte 8 of the data, the file at 9: something follows that is no tensor");
        insta::assert_snapshot!(refused(&one("[0,4]"), 4), @"tensor `x` has the offsets 0 to 4, but its type F32 and shape [2] need 8 bytes");
        insta::assert_snapshot!(refused(&one("[8,0]"), 8), @"tensor `x` has the offsets 8 to 0, but its type F32 and shape [2] need 8 bytes");
        insta::assert_snapshot!(refused(&one("[4,12]"), 12), @"bytes 0 to 4 of the data, before `x`, belong to no tensor");
        insta::assert_snapshot!(refused(&one("[-1,7]"), 8), @r#"tensor `x` is described as {"dtype":"F32","shape":[2],"data_offsets":[-1,7]}, expected dtype, shape and data_offsets"#);
        insta::assert_snapshot!(refused(r#"{"x":{"dtype":"F7","shape":[2],"data_offsets":[0,8]}}"#, 8), @r#"tensor `x` is described as {"dtype":"F7","shape":[2],"data_offsets":[0,8]}: there is no type "F7""#);
        insta::assert_snapshot!(refused(r#"{"x":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#, 2), @"tensor `x` of type F4 and shape [3] has no whole number of bytes");
        insta::assert_snapshot!(refused(r#"{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#, 8), @"tensor `x` of type F32 and shape [4294967296, 4294967296] has no whole number of bytes");
        insta::assert_snapshot!(refused(r#"{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3), @"tensor `y` starts at byte 1 of the data, where `x` has not ended (2): they overlap");
        insta::assert_snapshot!(refused(r#"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2), @"invalid JSON in header: `x` stands there twice at line 1 column 105");
        insta::assert_snapshot!(refused(r#"{"__metadata__":{"step":3}}"#, 0), @"in __metadata__ `step` is 3, expected a text");
        insta::assert_snapshot!(refused("[1]", 0), @"invalid JSON in header: invalid type: sequence, expected an object at line 1 column 0");
    }

    #[test]
    fn written_headers_are_read_back() {
        let tensor = |name: &str, start, end| HeaderTensor {
            name: name.into(),
            dtype: Dtype::F16,
            shape: vec![1, (end - start) as usize / 2],
            start,
            end,
        };
        let tensors = vec![tensor("z", 0, 6), tensor("a \"quoted\"", 6, 8)];
        let bytes = write(&tensors);
        assert_eq!(bytes.len() % 8, 0);
        let length = length(&bytes, bytes.len() as u64 + 8).unwrap();
        assert_eq!(parse(&bytes[8..][..length as usize], 8).unwrap(), tensors);
    }
}
