//! What scripts ask about besides the request: what DNS says and the time. pactester is told by preloaded libraries, the
//! program by statements of the user.

use crate::chance::{one_in, pick};
use egress_check::settings::Settings;
use egress_check::stated::Stated;
use fastrand::Rng;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

pub struct World {
    /// Each name that is asked, and its address.
    names: Vec<(String, String)>,
    date: String,
    clock: String,
    /// Hours that the clock is ahead of UTC.
    ahead: i32,
}

impl World {
    pub fn random(random: &mut Rng, hosts: &BTreeSet<String>) -> World {
        let is_name = |host: &&String| host.parse::<std::net::Ipv4Addr>().is_err();
        let names = hosts.iter().filter(is_name).map(|host| (host.clone(), address(random))).collect();
        let month = random.u32(1..=12);
        let day = if one_in(random, 4) { pick(random, &[1, 2, 3, 27, 28]) } else { random.u32(1..=28) };
        let date = format!("2026-{month:02}-{day:02}");
        let clock = format!("{:02}:{:02}:{:02}", random.u32(..24), random.u32(..60), random.u32(..60));
        World { names, date, clock, ahead: random.i32(-8..=10) }
    }

    pub fn stated(&self) -> Stated {
        let (sign, hours) = if self.ahead < 0 { ('-', -self.ahead) } else { ('+', self.ahead) };
        let settings = Settings {
            dns: self.names.iter().cloned().collect(),
            time: Some(format!("{}T{}{sign}{hours:02}:00", self.date, self.clock)),
            ..Settings::default()
        };
        Stated::new(&settings).expect("statements that can be read")
    }

    /// Lets a program see this world, with files in `folder`. Every name that it asks for stands there, so that it asks no
    /// server.
    pub fn around(&self, program: &Path, folder: &Path) -> Command {
        let mut hosts = String::new();
        self.names.iter().for_each(|(name, address)| writeln!(hosts, "{address} {name}").expect("written"));
        let file = folder.join("hosts");
        fs::write(&file, hosts).expect("written");
        let mut command = Command::new("faketime");
        command.args(["-f", &format!("@{} {}", self.date, self.clock)]).arg(program);
        // The sign of POSIX counts the hours that UTC is ahead.
        command.env("TZ", format!("ORACLE{:+}", -self.ahead));
        command.env("LD_PRELOAD", "libnss_wrapper.so").env("NSS_WRAPPER_HOSTS", file);
        command
    }
}

fn address(random: &mut Rng) -> String {
    let first = pick(random, &["10", "10.1", "10.1.2", "10.10", "172.16", "20.60.1", "192.168.1"]);
    let rest = 4 - first.split('.').count();
    (0..rest).fold(first.to_owned(), |text, _| format!("{text}.{}", pick(random, &[1, 2, 3, 10, 100, 200])))
}

const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const NETS: &[(&str, &str)] = &[
    ("10.0.0.0", "255.0.0.0"),
    ("10.1.2.0", "255.255.255.0"),
    ("172.16.0.0", "255.240.0.0"),
    ("20.60.1.2", "255.255.255.255"),
];

/// A test of the client's functions about DNS or the time.
pub fn test(random: &mut Rng) -> String {
    if random.bool() { of_dns(random) } else { of_time(random) }
}

fn of_dns(random: &mut Rng) -> String {
    let name = pick(random, &["host", "dnsResolve(host)"]);
    let (net, mask) = pick(random, NETS);
    let begin = pick(random, &["10.1", "10.1.", "10.", "10.10.1", "192.168.1.1"]);
    match random.u32(..8) {
        0..=2 => format!("isInNet({name}, \"{net}\", \"{mask}\")"),
        3 => "isResolvable(host)".to_owned(),
        4 => format!("dnsResolve(host).indexOf(\"{begin}\") == 0"),
        5 => format!("dnsResolve(host).substring(0, {}) == \"{begin}\"", begin.len() + random.usize(..2)),
        6 => format!("shExpMatch(dnsResolve(host), \"{begin}*\")"),
        _ => "dnsResolve(host) == \"10.1.2.1\"".to_owned(),
    }
}

fn of_time(random: &mut Rng) -> String {
    let gmt = pick(random, &["", ", \"GMT\""]);
    match random.u32(..10) {
        0 => format!("weekdayRange(\"{}\"{gmt})", pick(random, DAYS)),
        1 => {
            let (first, last) = ends(random, DAYS.len());
            format!("weekdayRange(\"{}\", \"{}\"{gmt})", DAYS[first], DAYS[last])
        }
        2 => format!("timeRange({}{gmt})", random.u32(..24)),
        3 => {
            let (first, last) = ends(random, 24);
            format!("timeRange({first}, {last}{gmt})")
        }
        4 => {
            let (first, last) = ends(random, 24);
            format!("timeRange({first}, {}, {last}, {}{gmt})", random.u32(..60), random.u32(..60))
        }
        5 => match random.u32(..3) {
            0 => format!("dateRange({}{gmt})", random.u32(1..29)),
            1 => format!("dateRange(\"{}\"{gmt})", pick(random, MONTHS)),
            _ => format!("dateRange({}{gmt})", pick(random, &[2025, 2026])),
        },
        6 => {
            let (first, last) = ends(random, 28);
            format!("dateRange({}, {}{gmt})", first + 1, last + 1)
        }
        7 => {
            let (first, last) = ends(random, 12);
            format!("dateRange(\"{}\", \"{}\"{gmt})", MONTHS[first], MONTHS[last])
        }
        8 => {
            let ((first, last), (day, end)) = (ends(random, 12), (random.u32(1..29), random.u32(1..29)));
            let (from, to) = pick(random, &[("", ""), (", 2025", ", 2026"), (", 2026", ", 2026")]);
            format!("dateRange({day}, \"{}\"{from}, {end}, \"{}\"{to}{gmt})", MONTHS[first], MONTHS[last])
        }
        _ => {
            let (utc, part) =
                (pick(random, &["", "UTC"]), pick(random, &["Hours", "Day", "Date", "Month", "FullYear"]));
            let sign = pick(random, &[">", "<=", "=="]);
            format!("new Date().get{utc}{part}() {sign} {}", random.u32(..12))
        }
    }
}

/// The ends of a range; in few does the first come after the last.
fn ends(random: &mut Rng, count: usize) -> (usize, usize) {
    let (a, b) = (random.usize(..count), random.usize(..count));
    if one_in(random, 40) { (a.max(b), a.min(b)) } else { (a.min(b), a.max(b)) }
}
