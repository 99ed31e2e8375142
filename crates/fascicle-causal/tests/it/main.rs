//! Tests of `fascicle-causal` as its users see it.

mod capture;
mod errors;
mod gradients;
mod identity;
mod interventions;
mod metrics;
mod peers;
mod sweeps;
mod tiny;
