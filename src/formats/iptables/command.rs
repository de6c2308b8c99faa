//! Command lines: `iptables -t nat -A OUTPUT …`, and what a prompt shows.

use super::is_counter;
use crate::addresses::Family;

/// What a line orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Policy(String, String),
    Create(String),
    Append(String, Vec<String>),
    /// At a place, from 1.
    Insert(String, usize, Vec<String>),
    /// Of one chain, or of all.
    Flush(Option<String>),
    /// Takes away or replaces rules of a chain.
    Change(String),
    Nothing,
}

/// The IP version of a program of the iptables family: `/usr/sbin/ip6tables-nft-save`.
pub(super) fn family(word: &str) -> Option<Family> {
    let name = word.rsplit('/').next().unwrap_or(word);
    let parts: Vec<&str> = name.trim_end_matches(';').split('-').collect();
    let known = parts[1..].iter().all(|part| ["save", "restore", "legacy", "nft"].contains(part));
    match parts[0] {
        "iptables" if known => Some(Family::V4),
        "ip6tables" if known => Some(Family::V6),
        _ => None,
    }
}

/// The order of words such as `-A OUTPUT -j ACCEPT`; `None` if they are none, or one for a chain that a variable names.
pub(super) fn order(words: &[String]) -> Option<Order> {
    let words: Vec<String> = words.iter().skip_while(|word| is_counter(word)).cloned().collect();
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    let rest = |from: usize| words.get(from..).unwrap_or_default().to_vec();
    let (head, tail) = texts.split_first()?;
    if tail.first().is_some_and(|name| name.starts_with('$')) {
        return None;
    }
    let chain = |tail: &[&str]| tail.first().map(|name| (*name).to_owned());
    Some(match (*head, tail) {
        ("-P" | "--policy", [name, policy, ..]) => Order::Policy((*name).to_owned(), (*policy).to_owned()),
        ("-N" | "--new-chain" | "--new", [name]) => Order::Create((*name).to_owned()),
        ("-A" | "--append", [name, ..]) => Order::Append((*name).to_owned(), rest(2)),
        ("-I" | "--insert", [name, tail @ ..]) => match tail.first().and_then(|word| word.parse().ok()) {
            Some(place) => Order::Insert((*name).to_owned(), place, rest(3)),
            None => Order::Insert((*name).to_owned(), 1, rest(2)),
        },
        ("-F" | "--flush", tail) => Order::Flush(chain(tail)),
        ("-D" | "--delete" | "-R" | "--replace", [name, ..]) => Order::Change((*name).to_owned()),
        ("-S" | "-L" | "-X" | "-Z" | "-C" | "--list" | "--list-rules" | "-V" | "--version", _) => Order::Nothing,
        _ => return None,
    })
}

/// The words of a command behind the program's name: the table, and the rest without what only says how it is shown.
pub(super) fn arguments(words: &[String]) -> (String, Vec<String>) {
    let mut table = "filter".to_owned();
    let mut rest = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-t" | "--table" => table = words.next().cloned().unwrap_or_default(),
            "-w" | "--wait" | "-W" | "--wait-interval" => {
                words.next_if(|seconds| seconds.parse::<u32>().is_ok());
            }
            "-n" | "--numeric" | "--line-numbers" | "-v" | "--verbose" | "-nv" | "-vn" => {}
            _ => rest.push(word.clone()),
        }
    }
    (table, rest)
}
