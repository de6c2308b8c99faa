//! What tells the three platforms, and Cisco's texts from others'.

use super::statements::{Statement, statements};
use crate::formats::Confidence;
use crate::source::Source;

/// How many statements speak for each platform, and how many for any of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::formats) struct Signs {
    pub asa: u32,
    pub ios: u32,
    pub nxos: u32,
    pub lists: u32,
}

/// Certain signs count this much.
const SURE: u32 = 1000;

impl Signs {
    pub fn of(source: &Source) -> Signs {
        let mut signs = Signs::default();
        let start = source.text().trim_start();
        if start.starts_with(['{', '[', '<']) {
            return signs;
        }
        for line in source.lines() {
            let text = line.text.trim().to_ascii_lowercase();
            if text.starts_with("!command: show") || text.starts_with("! command: show") {
                signs.nxos += SURE;
            }
        }
        statements(source).iter().for_each(|statement| signs.add(statement));
        signs
    }

    fn add(&mut self, statement: &Statement) {
        let words = statement.words();
        let words = if words.first() == Some(&"no") { &words[1..] } else { words.as_slice() };
        let (asa, ios, nxos) = match words {
            ["ASA" | "PIX", "Version", ..] | ["nameif", _] | ["security-level", _] => (SURE, 0, 0),
            ["access-group", _, "in" | "out", "interface", ..] | ["access-group", _, "global"] => (SURE, 0, 0),
            ["object", "network" | "service", _, ..] | ["network-object" | "port-object" | "service-object", ..] => {
                (SURE, 0, 0)
            }
            ["access-list", _, "extended" | "standard" | "webtype" | "ethertype" | "remark", ..]
                if words.get(1).is_some_and(|name| name.parse::<u16>().is_err()) =>
            {
                (SURE, 0, 0)
            }
            ["access-list", _, "line", ..] | ["access-list", _, "advanced", ..] => (SURE, 0, 0),
            ["access-list", _, "extended", ..] => (SURE, 0, 0),
            ["access-list", name, "permit" | "deny", rest @ ..] if name.parse::<u16>().is_err() => {
                (if rest.len() > 2 { SURE } else { 0 }, 0, 0)
            }
            ["access-list", name, "permit" | "deny" | "remark", rest @ ..] if name.parse::<u16>().is_ok() => {
                self.masks(rest);
                (0, 2, 0)
            }
            ["ip", "access-list", "extended" | "standard" | "resequence", ..] => (0, SURE, 0),
            ["Extended" | "Standard" | "Reflexive", "IP", "access", "list", ..] => (0, SURE, 0),
            ["IP" | "IPv4", "access", "list", ..] => (0, 0, SURE),
            ["IPv6", "access", "list", ..] => (0, 5, 0),
            ["IPV4" | "IPV6", "ACL", _] => (0, 0, SURE),
            ["ipv6", "traffic-filter", ..] => (0, 2, 2),
            ["ip", "access-group", _, "in" | "out", ..] => (0, 2, 2),
            ["ip", "port", "access-group", ..] | ["statistics", "per-entry"] => (0, 0, SURE),
            ["ip", "access-list", name] if *name != "match-local-traffic" => (0, 0, SURE),
            ["ipv6", "access-list", _] => (0, 3, 2),
            ["object-group", "ip" | "ipv6", "address" | "port", _] => (0, 0, SURE),
            ["object-group", "network" | "service", _] => (2, 2, 0),
            ["object-group", "service" | "protocol" | "icmp-type" | "user" | "security", ..] => (SURE, 0, 0),
            // Without a list these are no sign of one.
            ["feature", _, ..] | ["vdc", ..] => return self.nxos += 5,
            ["Current", "configuration", ..] | ["Building", "configuration..."] => return self.ios += 3,
            _ => return self.entry(words),
        };
        self.asa += asa;
        self.ios += ios;
        self.nxos += nxos;
        self.lists += 1;
    }

    /// Entries in a block: prefixes and groups of NX-OS, sequence numbers behind.
    fn entry(&mut self, words: &[&str]) {
        let numbered = words.first().is_some_and(|word| word.parse::<u32>().is_ok());
        let rest = &words[usize::from(numbered)..];
        if let ["permit" | "deny", _, _, ..] = rest {
            if rest.iter().any(|word| ["addrgroup", "portgroup"].contains(word) || is_prefix(word)) {
                self.nxos += 3;
            } else {
                self.ios += 1;
            }
            self.masks(rest);
        }
    }

    /// A mask in the place of the source tells ASA's from IOS's.
    fn masks(&mut self, words: &[&str]) {
        for pair in words.windows(2).filter(|pair| pair[0].contains('.')) {
            match pair[1].parse::<std::net::Ipv4Addr>() {
                Ok(mask) if mask.to_bits().leading_ones() >= 8 && mask.to_bits() != u32::MAX => self.asa += 3,
                Ok(_) => self.ios += 1,
                Err(_) => {}
            }
        }
    }

    /// How sure it is that the text is of the platform that has `own` signs, `others` being the next best.
    pub fn confidence(self, own: u32, others: [u32; 2], order: u8) -> Confidence {
        let other = others[0].max(others[1]);
        let percent = match () {
            _ if self.lists == 0 || own == 0 => return Confidence::none(),
            _ if own >= SURE && own >= 2 * other => 97 - order,
            _ if own > other && own >= 3 => 90 - order,
            _ if own > other => 75 - order,
            _ => 30 - order,
        };
        let why = match other {
            0 => format!("{} statements about access lists, in the words of this platform alone", self.lists),
            _ => format!(
                "{} statements about access lists, more in the words of this platform than of others",
                self.lists
            ),
        };
        Confidence::new(percent, why)
    }
}

fn is_prefix(word: &&str) -> bool {
    word.split_once('/')
        .is_some_and(|(head, length)| head.parse::<std::net::Ipv4Addr>().is_ok() && length.parse::<u8>().is_ok())
}
