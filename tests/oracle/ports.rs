//! Ports of loopback for the servers of trials that run beside each other.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Mutex;

/// The ports that were given to some trial: another's server, which runs beside, must not answer in the place of ours.
static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// A port of loopback where nothing listens now, and that no other trial has.
pub fn free() -> io::Result<u16> {
    loop {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        if GIVEN.lock().expect("no trial panics while it holds it").insert(port) {
            return Ok(port);
        }
    }
}
