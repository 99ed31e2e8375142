//! What a pickle's instructions work on: the bytes still to be read, the values made so far, a stack and a memory of them.

use std::collections::HashMap;

use super::{Id, Value};

pub(super) struct Machine<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) values: Vec<Value>,
    pub(super) stack: Vec<Id>,
    pub(super) marks: Vec<usize>,
    pub(super) memo: HashMap<u64, Id>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, values: Vec::new(), stack: Vec::new(), marks: Vec::new(), memo: HashMap::new() }
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..count).ok_or_else(|| {
            format!("it is cut off: {count} bytes expected at byte {}, {} left", self.at, rest.len())
        })?;
        self.at += count;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(super) fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn length4(&mut self) -> Result<usize, String> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    pub(super) fn line(&mut self) -> Result<String, String> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or("it is cut off within a name")?;
        let line = self.take(end + 1)?;
        Ok(String::from_utf8_lossy(&line[..end]).into_owned())
    }

    pub(super) fn text(&mut self, length: usize) -> Result<(), String> {
        let text = std::str::from_utf8(self.take(length)?).map_err(|error| format!("a text is {error}"))?;
        self.push(Value::Text(text.into()));
        Ok(())
    }

    /// A whole number in as few little-endian bytes as it needs.
    pub(super) fn long(&mut self, length: usize) -> Result<(), String> {
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

    pub(super) fn push(&mut self, value: Value) {
        self.stack.push(self.values.len());
        self.values.push(value);
    }

    /// The floor of the stack for what is not marked off.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    pub(super) fn pop(&mut self) -> Result<Id, String> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    pub(super) fn top(&self) -> Result<Id, String> {
        self.stack[self.floor()..]
            .last()
            .copied()
            .ok_or_else(|| "it takes a value where there is none".into())
    }

    pub(super) fn since_mark(&mut self) -> Result<Vec<Id>, String> {
        let mark = self.marks.pop().ok_or("it goes back to a mark where there is none")?;
        Ok(self.stack.split_off(mark))
    }

    pub(super) fn tuple(&mut self, count: usize) -> Result<(), String> {
        let mut items = (0..count).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        items.reverse();
        self.push(Value::Tuple(items));
        Ok(())
    }

    pub(super) fn extend_list(&mut self, items: &[Id]) -> Result<(), String> {
        let top = self.top()?;
        match &mut self.values[top] {
            Value::List(list) => {
                list.extend(items);
                Ok(())
            }
            other => Err(format!("it appends to {}", other.what())),
        }
    }

    pub(super) fn extend_dict(&mut self, items: &[Id]) -> Result<(), String> {
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

    pub(super) fn put(&mut self, key: u64) -> Result<(), String> {
        let top = self.top()?;
        self.memo.insert(key, top);
        Ok(())
    }

    pub(super) fn get(&mut self, key: u64) -> Result<(), String> {
        let id = *self.memo.get(&key).ok_or_else(|| format!("it repeats value {key}, which there is not"))?;
        self.stack.push(id);
        Ok(())
    }
}
