//! The evaluation of Azure Firewall: a second, naive evaluator that looks at one request at a time, on random policies.

mod agree;
mod generate;
mod model;
#[path = "../nsg/random.rs"]
mod random;
mod spell;
