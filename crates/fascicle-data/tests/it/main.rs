//! Finding and fetching against a small web server on this machine; nothing here leaves it.

mod fetching;
mod finding;
mod refusals;
mod server;
mod world;
