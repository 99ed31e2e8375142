//! The part of Python's pickle format that a dictionary of PyTorch tensors needs, and nothing of the rest.
//!
//! A pickle is a program: it may call any function of any Python module. This reader runs no such thing. It knows a
//! handful of names (`meaning::GLOBALS`) as marks of what they would make, and refuses every other one.
//!
//! Values are kept in a list and refer to each other by place, so that nothing is copied, however often a pickle
//! repeats a value, and nothing recurses, however deeply it nests them.

mod meaning;

use std::collections::HashMap;

use safetensors::Dtype;

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
    Bool,
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
            Self::Bool => "a truth value",
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
    let mut machine = Machine {
        bytes,
        at: 0,
        values: Vec::new(),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
    };
    let top = machine.run()?;
    machine.tensors(top)
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    values: Vec<Value>,
    stack: Vec<Id>,
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
}

impl<'a> Machine<'a> {
    fn run(&mut self) -> Result<Id, String> {
        loop {
            let place = self.at;
            let op = self.byte()?;
            if op == b'.' {
                return self.pop();
            }
            self.step(op).map_err(|reason| format!("{reason} (at byte {place} of the pickle)"))?;
        }
    }

    /// One instruction, named as in Python's `pickletools`.
    fn step(&mut self, op: u8) -> Result<(), String> {
        match op {
            // PROTO, FRAME: remarks
            0x80 => {
                let protocol = self.byte()?;
                if !(2..=5).contains(&protocol) {
                    return Err(format!("pickle protocol {protocol}, expected 2 to 5"));
                }
            }
            0x95 => {
                self.take(8)?;
            }
            // MARK, POP, POP_MARK, DUP
            b'(' => self.marks.push(self.stack.len()),
            b'0' => {
                self.pop()?;
            }
            b'1' => {
                self.since_mark()?;
            }
            b'2' => {
                let top = self.top()?;
                self.stack.push(top);
            }
            // NONE, NEWTRUE, NEWFALSE
            b'N' => self.push(Value::None),
            0x88 | 0x89 => self.push(Value::Bool),
            // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
            b'J' => {
                let value = i32::from_le_bytes(self.array()?);
                self.push(Value::Int(value.into()));
            }
            b'K' => {
                let value = self.byte()?;
                self.push(Value::Int(value.into()));
            }
            b'M' => {
                let value = u16::from_le_bytes(self.array()?);
                self.push(Value::Int(value.into()));
            }
            0x8a => {
                let length = self.byte()?.into();
                self.long(length)?;
            }
            0x8b => {
                let length = self.length4()?;
                self.long(length)?;
            }
            b'G' => {
                self.take(8)?;
                self.push(Value::Number);
            }
            // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8
            0x8c => {
                let length = self.byte()?.into();
                self.text(length)?;
            }
            b'X' => {
                let length = self.length4()?;
                self.text(length)?;
            }
            0x8d => {
                let length = u64::from_le_bytes(self.array()?);
                self.text(usize::try_from(length).unwrap_or(usize::MAX))?;
            }
            // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
            b')' => self.push(Value::Tuple(Vec::new())),
            0x85..=0x87 => self.tuple(usize::from(op - 0x84))?,
            b't' => {
                let items = self.since_mark()?;
                self.push(Value::Tuple(items));
            }
            // EMPTY_LIST, APPEND, APPENDS
            b']' => self.push(Value::List(Vec::new())),
            b'a' => {
                let item = self.pop()?;
                self.extend_list(&[item])?;
            }
            b'e' => {
                let items = self.since_mark()?;
                self.extend_list(&items)?;
            }
            // EMPTY_DICT, SETITEM, SETITEMS
            b'}' => self.push(Value::Dict(Vec::new())),
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.extend_dict(&[key, value])?;
            }
            b'u' => {
                let items = self.since_mark()?;
                self.extend_dict(&items)?;
            }
            // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
            b'q' => {
                let key = self.byte()?.into();
                self.put(key)?;
            }
            b'r' => {
                let key = u32::from_le_bytes(self.array()?).into();
                self.put(key)?;
            }
            0x94 => {
                let key = self.memo.len() as u64;
                self.put(key)?;
            }
            b'h' => {
                let key = self.byte()?.into();
                self.get(key)?;
            }
            b'j' => {
                let key = u32::from_le_bytes(self.array()?).into();
                self.get(key)?;
            }
            // GLOBAL, STACK_GLOBAL, REDUCE, BUILD, BINPERSID
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.global(&module, &name)?;
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                match (&self.values[module], &self.values[name]) {
                    (Value::Text(module), Value::Text(name))
                        if module.len().max(name.len()) <= LONGEST_NAME =>
                    {
                        let (module, name) = (module.clone(), name.clone());
                        self.global(&module, &name)?;
                    }
                    _ => return Err("a class whose name is none".into()),
                }
            }
            b'R' => self.reduce()?,
            // attributes of a dictionary, such as the `_metadata` of a state_dict: nothing that is used
            b'b' => {
                self.pop()?;
                let top = self.top()?;
                if !matches!(self.values[top], Value::Dict(_)) {
                    return Err(format!("it sets attributes of {}", self.values[top].what()));
                }
            }
            b'Q' => self.storage()?,
            // NEWOBJ, NEWOBJ_EX, INST, OBJ, EXT1, EXT2, EXT4
            0x81 | 0x92 | b'i' | b'o' | 0x82..=0x84 => {
                return Err("it makes an object of a class; only tensors are read".into());
            }
            other => return Err(format!("instruction {other:#04x}, which no dictionary of tensors needs")),
        }
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..count).ok_or_else(|| {
            format!("it is cut off: {count} bytes expected at byte {}, {} left", self.at, rest.len())
        })?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    fn length4(&mut self) -> Result<usize, String> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    fn line(&mut self) -> Result<String, String> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or("it is cut off within a name")?;
        let line = self.take(end + 1)?;
        Ok(String::from_utf8_lossy(&line[..end]).into_owned())
    }

    fn text(&mut self, length: usize) -> Result<(), String> {
        let text = std::str::from_utf8(self.take(length)?).map_err(|error| format!("a text is {error}"))?;
        self.push(Value::Text(text.into()));
        Ok(())
    }

    /// A whole number in as few little-endian bytes as it needs.
    fn long(&mut self, length: usize) -> Result<(), String> {
        let bytes = self.take(length)?;
        let value = match bytes.last() {
            None => Value::Int(0),
            Some(last) if length <= 8 => {
                let mut all = if last & 0x80 == 0 { [0; 8] } else { [0xff; 8] };
                all[..length].copy_from_slice(bytes);
                Value::Int(i64::from_le_bytes(all))
            }
            Some(_) => Value::Number,
        };
        self.push(value);
        Ok(())
    }

    fn push(&mut self, value: Value) {
        self.stack.push(self.values.len());
        self.values.push(value);
    }

    /// The floor of the stack for what is not marked off.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn pop(&mut self) -> Result<Id, String> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn top(&self) -> Result<Id, String> {
        self.stack[self.floor()..]
            .last()
            .copied()
            .ok_or_else(|| "it takes a value where there is none".into())
    }

    fn since_mark(&mut self) -> Result<Vec<Id>, String> {
        let mark = self.marks.pop().ok_or("it goes back to a mark where there is none")?;
        Ok(self.stack.split_off(mark))
    }

    fn tuple(&mut self, count: usize) -> Result<(), String> {
        let mut items = (0..count).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        items.reverse();
        self.push(Value::Tuple(items));
        Ok(())
    }

    fn extend_list(&mut self, items: &[Id]) -> Result<(), String> {
        let top = self.top()?;
        match &mut self.values[top] {
            Value::List(list) => {
                list.extend(items);
                Ok(())
            }
            other => Err(format!("it appends to {}", other.what())),
        }
    }

    fn extend_dict(&mut self, items: &[Id]) -> Result<(), String> {
        let top = self.top()?;
        let (pairs, rest) = items.as_chunks::<2>();
        match &mut self.values[top] {
            Value::Dict(dict) if rest.is_empty() => {
                dict.extend(pairs.iter().map(|[key, value]| (*key, *value)));
                Ok(())
            }
            Value::Dict(_) => Err("a key without a value".into()),
            other => Err(format!("it sets items of {}", other.what())),
        }
    }

    fn put(&mut self, key: u64) -> Result<(), String> {
        let top = self.top()?;
        self.memo.insert(key, top);
        Ok(())
    }

    fn get(&mut self, key: u64) -> Result<(), String> {
        let id = *self.memo.get(&key).ok_or_else(|| format!("it repeats value {key}, which there is not"))?;
        self.stack.push(id);
        Ok(())
    }
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
