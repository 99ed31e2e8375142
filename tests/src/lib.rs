//! Nothing: this package holds tests only, in `it`.
