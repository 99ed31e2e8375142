//! Measures: against reference values, against definitions, and with themselves.

mod errors;
mod laws;
mod reference;
