//! JSON objects whose repeated keys are not forgotten.

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

/// The members of a JSON object in their order; a key that stands twice is an error, where a map would keep the
/// last one and say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Members<V>(pub(crate) Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collector(PhantomData))
    }
}

struct Collector<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Collector<V> {
    type Value = Members<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut members, mut seen) = (Vec::new(), HashSet::new());
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value().map_err(|error| A::Error::custom(format!("`{key}`: {error}")))?;
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format!("`{key}` stands there twice")));
            }
            members.push((key, value));
        }
        Ok(Members(members))
    }
}
