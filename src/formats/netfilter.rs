//! What iptables and nftables share: both ask the packet filter of Linux.

pub(super) mod commands;
mod interfaces;
pub(super) mod script;
pub(super) mod words;

use crate::addresses::AddressSet;
use crate::policy::{Condition, Reason};
use crate::problem::quote;
use crate::source::Span;
use ipnet::IpNet;

pub(super) use interfaces::{Pattern, Seen};

/// Whether a destination is of the kind `LOCAL`, `UNICAST` … (iptables-extensions(8), "addrtype"; nft(8), "FIB EXPRESSIONS"). Whether
/// an address is the host's own is not in the paste, but the public ones that are asked for are others'.
pub(super) fn kind_of_address(kind: &str, at: Span) -> Condition {
    let unclear = || {
        let text = format!("whether the destination is an address of the kind `{}` is not in the paste", quote(kind));
        Condition::Unknown(Reason::new(text).at(at))
    };
    let private = || Condition::destination(AddressSet::public().complement());
    let unclear_if_private = || Condition::All(vec![private(), unclear()]);
    match kind.to_ascii_uppercase().as_str() {
        "LOCAL" => Condition::Any(vec![loopback(), unclear_if_private()]),
        "UNICAST" => Condition::Any(vec![Condition::destination(AddressSet::public()), unclear_if_private()]),
        "MULTICAST" => Condition::destination(nets(["224.0.0.0/4", "ff00::/8"])),
        "BROADCAST" | "ANYCAST" => unclear_if_private(),
        _ => unclear(),
    }
}

/// The addresses that are reached by the interface `lo`.
pub(super) fn loopback() -> Condition {
    Condition::destination(nets(["127.0.0.0/8", "::1/128"]))
}

/// The flags of the first packet of a connection. A client that asks for ECN sends two more, and tries again without them where that
/// gets no answer (RFC 3168, 6.1.1.1).
pub(super) const SYN: u8 = 2;

/// The bit of a flag of TCP, by its name or as a number.
pub(super) fn tcp_flag(text: &str) -> Option<u8> {
    const NAMES: [&str; 8] = ["fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"];
    let named = NAMES.iter().position(|name| *name == text).map(|at| 1 << at);
    let number = || text.strip_prefix("0x").map_or_else(|| text.parse().ok(), |hex| u8::from_str_radix(hex, 16).ok());
    named.or_else(number)
}

pub(super) fn constant(holds: bool) -> Condition {
    if holds { Condition::always() } else { Condition::never() }
}

/// A condition that is open where another holds.
pub(super) fn unless(other: Condition, condition: Condition, why: Reason) -> Condition {
    if other == Condition::never() {
        return condition;
    }
    let open = Condition::All(vec![other.clone(), Condition::Unknown(why)]);
    Condition::Any(vec![open, Condition::All(vec![other.negate(), condition])])
}

fn nets(texts: [&str; 2]) -> AddressSet {
    let net = |text: &str| text.parse::<IpNet>().map(AddressSet::from_net).unwrap_or_default();
    AddressSet::union_all(&texts.map(net))
}

/// What stands behind the prompt of a shell: `root@gw:~# nft list ruleset`, `[admin@gw ~]$ sudo iptables-save`.
pub(super) fn after_shell_prompt(line: &str) -> Option<&str> {
    let (head, command) = line.trim_start().split_once(['#', '$'])?;
    let (user, host) = match head.strip_prefix('[').and_then(|head| head.strip_suffix(']')) {
        Some(bracketed) => bracketed.split_once('@')?,
        None => head.split_once('@').filter(|_| !head.contains(char::is_whitespace))?,
    };
    let is_name = |text: &str| text.starts_with(|c: char| c.is_alphanumeric());
    (is_name(user) && is_name(host)).then_some(command.trim())
}

#[cfg(test)]
mod tests {
    use super::after_shell_prompt;

    #[test]
    fn only_a_user_at_a_host_is_a_prompt() {
        for (line, command) in [
            ("root@gw:~# nft list ruleset", Some("nft list ruleset")),
            ("admin@gw:/etc$ sudo iptables-save", Some("sudo iptables-save")),
            ("[root@gw ~]# ", Some("")),
            ("ip daddr @az accept # to Azure", None),
            ("# root@gw", None),
            ("define az = $other", None),
        ] {
            assert_eq!(after_shell_prompt(line), command, "{line}");
        }
    }
}
