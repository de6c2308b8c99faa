//! Other products' own programs, asked what they let through, against what `explain` says: `cargo xtask oracle`.
//!
//! Each oracle is a test that is ignored unless it is asked for, because it needs its product's program.

mod aerleon;
mod campaign;
mod chance;
mod netfilter;
mod pac;
mod ports;
mod squid;
mod tinyproxy;
