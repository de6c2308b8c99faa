//! The engine against enumeration: every name of up to three labels over three letters, matched by matchers that share
//! nothing with the engine.

mod naive;
mod properties;
