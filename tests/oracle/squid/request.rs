//! Requests, random and asked.

use super::configuration::{Configuration, Destinations};
use super::values::{self, CLIENTS, SERVERS};
use crate::chance::{one_in, pick};
use egress_check::addresses::AddressSet;
use egress_check::policy::Method;
use egress_check::reach::Question;
use fastrand::Rng;
use std::fmt;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::time::Duration;

/// Squid answers at once; a lookup, which no request should cause, takes it seconds.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Request {
    method: Method,
    pub host: String,
    port: u16,
    source: IpAddr,
}

impl Request {
    pub fn random(random: &mut Rng, to: &Configuration) -> Request {
        let plain = !to.looks_at_urls && one_in(random, 8);
        Request {
            method: if plain { Method::Get } else { Method::Connect },
            host: host(random, to.destinations),
            port: pick(random, &[443, 443, 443, 443, 80, 8080, 8443, 1]),
            source: source(random),
        }
    }

    pub fn question(&self) -> Question {
        let source = Some(AddressSet::from_address(self.source));
        Question { source, method: self.method, ..Question::tcp(self.port) }
    }

    /// What Squid answers at `proxy`: the status code. The proxy protocol tells it the client's address.
    ///
    /// # Errors
    /// No answer came.
    pub fn ask(&self, proxy: u16) -> io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(self.text().as_bytes())?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer[9..]).into_owned())
    }

    fn text(&self) -> String {
        let Request { source, host, port, .. } = self;
        let (family, own) = if source.is_ipv4() { ("TCP4", "127.0.0.1") } else { ("TCP6", "::1") };
        let target = match self.method {
            Method::Connect => format!("{host}:{port}"),
            Method::Get => format!("http://{host}:{port}/"),
        };
        let verb = self.verb();
        format!("PROXY {family} {source} {own} 1024 3128\r\n{verb} {target} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n")
    }

    fn verb(&self) -> &'static str {
        match self.method {
            Method::Connect => "CONNECT",
            Method::Get => "GET",
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}:{} from {}", self.verb(), self.host, self.port, self.source)
    }
}

fn host(random: &mut Rng, destinations: Destinations) -> String {
    let named = match destinations {
        Destinations::Names => true,
        Destinations::Addresses => false,
        Destinations::Both => !one_in(random, 3),
    };
    match named {
        true => name(random),
        false => address(random),
    }
}

fn name(random: &mut Rng) -> String {
    let host = values::host(random);
    match random.u32(..20) {
        0 => host.to_uppercase(),
        1 => format!("{host}."),
        2 => "other.invalid".into(),
        _ => host,
    }
}

fn address(random: &mut Rng) -> String {
    match random.u32(..12) {
        0 => pick(random, &["127.0.0.1", "[::1]", "0.0.0.0", "192.0.2.1", "[2001:db8::1]"]).into(),
        1..=3 => format!("[{}]", values::ipv6(random, SERVERS)),
        _ => values::ipv4(random, SERVERS),
    }
}

fn source(random: &mut Rng) -> IpAddr {
    let text = match random.u32(..12) {
        0 => pick(random, &["127.0.0.1", "::1", "192.0.2.1", "127.0.0.5"]).into(),
        1..=3 => values::ipv6(random, CLIENTS),
        _ => values::ipv4(random, CLIENTS),
    };
    text.parse().expect("an address")
}
