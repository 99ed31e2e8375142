//! What else a file says of a node or a graph: names and JSON values, in a fixed order.

use std::collections::BTreeMap;

/// Names and values; the values are JSON, so that every format that can carry them gives them back as they were.
pub type Attributes = BTreeMap<String, serde_json::Value>;
