//! The part of Python's pickle format that a dictionary of PyTorch tensors needs, and nothing of the rest.
//!
//! A pickle is a program: it may call any function of any Python module. This reader runs no such thing. It knows a
//! handful of names (`meaning::GLOBALS`) as marks of what they would make, and refuses every other one.
//!
//! Values are kept in a list and refer to each other by place, so that nothing is copied, however often a pickle
//! repeats a value, and nothing recurses, however deeply it nests them.

mod instructions;
mod machine;
mod meaning;

use safetensors::Dtype;

use machine::Machine;

/// A tensor as a pickle describes it; counts are in elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PickledTensor {
    pub(crate) name: String,
    pub(crate) dtype: Dtype,
    /// The storage's name, under which its bytes are found.
    pub(crate) storage: String,
    /// Length of the storage.
    pub(crate) storage_len: usize,
    pub(crate) offset: usize,
    pub(crate) shape: Vec<usize>,
    pub(crate) strides: Vec<usize>,
}

/// More bytes than any name has: a pickle can repeat a long one for two bytes each time.
const LONGEST_NAME: usize = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Global {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Storage(Dtype),
}

/// The place of a value in the list.
type Id = usize;

#[derive(Clone, Debug)]
enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// A whole number beyond i64 or a real number, of which nothing here makes use.
    Number,
    Text(String),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    Global(Global),
    Storage {
        dtype: Dtype,
        key: String,
        len: usize,
    },
    Tensor {
        storage: Id,
        offset: usize,
        shape: Vec<usize>,
        strides: Vec<usize>,
    },
}

impl Value {
    fn what(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Bool(_) => "a truth value",
            Self::Int(_) | Self::Number => "a number",
            Self::Text(_) => "a text",
            Self::Tuple(_) => "a tuple",
            Self::List(_) => "a list",
            Self::Dict(_) => "a dictionary",
            Self::Global(_) => "a class or function",
            Self::Storage { .. } => "a storage",
            Self::Tensor { .. } => "a tensor",
        }
    }
}

/// The tensors of a pickled dictionary in its order. A name that stands twice is given twice.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<PickledTensor>, String> {
    let mut machine = Machine::new(bytes);
    let top = machine.run()?;
    machine.tensors(top)
}

/// What stands before the storages in a file from before PyTorch 1.6.
#[derive(Debug)]
pub(crate) struct OldPickles {
    /// The tensors of the dictionary, in its order.
    pub(crate) tensors: Vec<PickledTensor>,
    /// The names of the storages that follow, in their order.
    pub(crate) storages: Vec<String>,
    /// Where they begin.
    pub(crate) end: usize,
}

/// The pickles of a file from before PyTorch 1.6, at its beginning.
pub(crate) fn parse_old(bytes: &[u8]) -> Result<OldPickles, String> {
    let mut machine = Machine::new(bytes);
    // the magic number, which the caller knows
    machine.run()?;
    let version = machine.run()?;
    machine.check_version(version)?;
    let system = machine.run()?;
    machine.check_byte_order(system)?;
    let top = machine.run()?;
    let tensors = machine.tensors(top)?;
    let names = machine.run()?;
    Ok(OldPickles { tensors, storages: machine.texts(names)?, end: machine.at })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{'w': tensor}` as torch.save writes it, with what the caller puts in the tensor's place.
    fn pickle(value: &[u8]) -> Vec<u8> {
        [b"\x80\x02}q\x00X\x01\x00\x00\x00w".as_slice(), value, b"s."].concat()
    }

    const TENSOR: &[u8] = b"ctorch._utils\n_rebuild_tensor_v2\nq\x01((X\x07\x00\x00\x00storageq\x02ctorch\nBFloat16Storage\nq\x03\
X\x01\x00\x00\x000q\x04X\x03\x00\x00\x00cpuq\x05K\x08tq\x06QK\x02K\x03K\x02\x86q\x07K\x01K\x03\x86q\x08\x89ccollections\nOrderedDict\nq\x09)Rq\x0atq\x0bR";

    fn tensor() -> PickledTensor {
        PickledTensor {
            name: "w".into(),
            dtype: Dtype::BF16,
            storage: "0".into(),
            storage_len: 8,
            offset: 2,
            shape: vec![3, 2],
            strides: vec![1, 3],
        }
    }

    #[test]
    fn tensors_and_parameters() {
        assert_eq!(parse(&pickle(TENSOR)).unwrap(), [tensor()]);
        let parameter = [
            b"ctorch._utils\n_rebuild_parameter\n(".as_slice(),
            TENSOR,
            b"\x88ccollections\nOrderedDict\n)RtR",
        ];
        assert_eq!(parse(&pickle(&parameter.concat())).unwrap(), [tensor()]);
    }

    #[test]
    fn newer_protocols_and_attributes() {
        let text = |text: &str| [&[0x8c, text.len() as u8], text.as_bytes()].concat();
        let ordered = [text("collections"), text("OrderedDict"), b"\x93)R".to_vec()].concat();
        let attributes = [b"}".as_slice(), &text("_metadata"), &ordered, b"sb"].concat();
        let whole = [
            b"\x80\x04\x95\0\0\0\0\0\0\0\0".as_slice(),
            &ordered,
            b"\x94(",
            &text("w"),
            TENSOR,
            &text("v"),
            TENSOR,
            b"u",
            &attributes,
            b".",
        ];
        let names: Vec<String> =
            parse(&whole.concat()).unwrap().into_iter().map(|tensor| tensor.name).collect();
        assert_eq!(names, ["w", "v"]);
    }

    #[test]
    fn whatever_could_run_code_is_refused() {
        let refused = |value: &[u8]| parse(&pickle(value)).unwrap_err();
        insta::assert_snapshot!(refused(b"cposix\nsystem\nX\x02\x00\x00\x00ls\x85R"), @"it names `posix.system`, which is refused: a pickle can run any code, and only dictionaries of plain tensors are read (at byte 11 of the pickle)");
        insta::assert_snapshot!(refused(b"\x8c\x08builtins\x8c\x04eval\x93"), @"it names `builtins.eval`, which is refused: a pickle can run any code, and only dictionaries of plain tensors are read (at byte 27 of the pickle)");
        insta::assert_snapshot!(refused(b"ctorch._utils\n_rebuild_qtensor\n"), @"it names `torch._utils._rebuild_qtensor`, which is refused: a pickle can run any code, and only dictionaries of plain tensors are read (at byte 11 of the pickle)");
        insta::assert_snapshot!(refused(b"ccollections\nOrderedDict\n)\x81"), @"it makes an object of a class; only tensors are read (at byte 37 of the pickle)");
        insta::assert_snapshot!(refused(b"(ios\nsystem\n"), @"it makes an object of a class; only tensors are read (at byte 12 of the pickle)");
        insta::assert_snapshot!(refused(b"ctorch\nFloatStorage\nK\x01\x85R"), @"it calls Storage(F32) with 1 arguments that do not fit (at byte 34 of the pickle)");
        insta::assert_snapshot!(refused(b"K\x01)R"), @"it calls a number (at byte 14 of the pickle)");
    }

    #[test]
    fn what_is_no_dictionary_of_tensors_is_refused() {
        let refused = |value: &[u8]| parse(&pickle(value)).unwrap_err();
        insta::assert_snapshot!(refused(b"K\x03"), @"`w` is a number, expected a tensor: a training state? (save `model.state_dict()` alone)");
        insta::assert_snapshot!(refused(&[b"}X\x01\x00\x00\x00v".as_slice(), TENSOR, b"s"].concat()), @r#"`w` is a dictionary of tensors within the dictionary: save that part alone (`torch.save(checkpoint["w"], …)`)"#);
        insta::assert_snapshot!(parse(b"\x80\x02].").unwrap_err(), @"it holds a list, expected a dictionary of tensors (save `model.state_dict()`)");
        insta::assert_snapshot!(parse(b"\x80\x02}K\x01Ns.").unwrap_err(), @"a key is a number, expected a tensor's name");
        insta::assert_snapshot!(parse(b"\x80\x02}X\x09\x00\x00\x00w").unwrap_err(), @"it is cut off: 9 bytes expected at byte 8, 1 left (at byte 3 of the pickle)");
        insta::assert_snapshot!(parse(b"").unwrap_err(), @"it is cut off: 1 bytes expected at byte 0, 0 left");
        insta::assert_snapshot!(parse(b"\x80\x00").unwrap_err(), @"pickle protocol 0, expected 2 to 5 (at byte 0 of the pickle)");
        insta::assert_snapshot!(parse(b"\x80\x02.").unwrap_err(), @"it takes a value where there is none");
        insta::assert_snapshot!(parse(b"\x80\x02t").unwrap_err(), @"it goes back to a mark where there is none (at byte 2 of the pickle)");
        insta::assert_snapshot!(parse(b"\x80\x02h\x07").unwrap_err(), @"it repeats value 7, which there is not (at byte 2 of the pickle)");
        let at = TENSOR.windows(2).position(|two| two == b"K\x02").unwrap();
        let negative = [&TENSOR[..at], b"J\xfe\xff\xff\xff", &TENSOR[at + 2..]].concat();
        insta::assert_snapshot!(parse(&pickle(&negative)).unwrap_err(), @"-2 where a number of elements is expected (at byte 165 of the pickle)");
    }
}
