//! What Cisco's access lists have in common: ASA, IOS and NX-OS.
//!
//! ```text
//! Source ─statements─▶ statements ─(each platform's collector)─▶ Config: lists, objects, bindings
//!                                         Config ─entry, objects─▶ conditions ─view─▶ vantages
//! ```
//!
//! Sources: Cisco ASA Series CLI Configuration Guides ("Access Control Lists", "Objects for Access Control", "Access
//! Rules"); Cisco IOS Security Configuration Guide ("IP Access List Overview", "Object Groups for ACLs", "IP Access List
//! Entry Sequence Numbering"); Cisco Nexus NX-OS Security Configuration Guide ("Configuring IP ACLs").

mod additions;
pub(super) mod config;
pub(super) mod cursor;
pub(super) mod entry;
pub(super) mod exits;
pub(super) mod networks;
pub(super) mod objects;
pub(super) mod options;
pub(super) mod orders;
pub(super) mod ports;
pub(super) mod remedy;
pub(super) mod routers;
pub(super) mod rules;
pub(super) mod scopes;
pub(super) mod services;
pub(super) mod signs;
pub(super) mod statements;
pub(super) mod uses;
pub(super) mod view;
mod words;
mod writing;
