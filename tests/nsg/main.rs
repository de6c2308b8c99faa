//! The evaluation of network security groups: every claim of Microsoft's documentation as a table, and a second, naive
//! evaluator that looks at one packet at a time.

mod agree;
mod claims;
mod generate;
mod model;
mod random;
mod spell;
