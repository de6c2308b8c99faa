//! What an export says, in neutral terms.
//!
//! Traffic must pass every [`Gate`] of a [`Vantage`], one after the other. A gate's rules are in first-match order, whatever
//! [`Order`] the device has. Rules may call [`Chain`]s of further rules.

mod routing;

pub use routing::{Hop, Leads, Route, RouteRule, Routing};

use crate::addresses::AddressSet;
use crate::hosts::HostPattern;
use crate::problem::Problem;
use crate::source::{Source, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// An export as its reader understood it.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The places from which the export can be seen (interfaces, chains, unrelated NSGs). Never empty unless nothing
    /// could be read.
    pub vantages: Vec<Vantage>,
    pub problems: Vec<Problem>,
    pub account: Account,
}

/// One point of view on an export, with the gates that traffic seen from there has to pass.
#[derive(Clone, Debug, Default)]
pub struct Vantage {
    pub label: String,
    pub gates: Vec<Gate>,
    /// Which names the device decrypts: a gate that "allows" what it opens. `None` if the device opens nothing.
    pub decrypts: Option<Gate>,
    /// Which way out it chooses for its clients, besides what `gates` let through.
    pub routing: Option<Routing>,
}

impl Vantage {
    /// Whether clients ask the device by name: see [`Planes::proxy`].
    pub fn is_proxy(&self) -> bool {
        self.gates.iter().any(|gate| gate.speaks.proxy)
    }

    /// Whether what it says of a name is final: letting the name's addresses through does not help.
    pub fn is_asked_by_name(&self) -> bool {
        self.is_proxy() || self.routing.is_some()
    }

    /// All that the engine asks: the gates, and those of the routing.
    pub fn all_gates(&self) -> impl Iterator<Item = &Gate> {
        self.gates.iter().chain(self.routing.iter().flat_map(Routing::gates))
    }
}

/// An ordered list of rules and what happens where none matches.
#[derive(Clone, Debug)]
pub struct Gate {
    /// What the device calls it: `http_access`, an NSG's name.
    pub name: String,
    pub speaks: Planes,
    /// Which rule wins on the device; `rules` are already put so that the first that matches does.
    pub order: Order,
    pub rules: Vec<Rule>,
    /// The lists that rules may go to, by their index.
    pub chains: Vec<Chain>,
    pub otherwise: Otherwise,
    /// Where traffic can come from when the user names no source: everywhere, or the virtual network for an NSG.
    pub sources: AddressSet,
}

/// Which of the rules that match decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    First,
    Last,
    /// Any rule that denies; a union of allows is this without denies.
    DenyWins,
    /// Any rule that allows.
    AllowWins,
}

impl Order {
    /// The rules put so that the first that matches decides.
    pub fn first_match(self, mut rules: Vec<Rule>) -> Vec<Rule> {
        let is = |rule: &Rule, action: Action| rule.then == Then::Decide(action);
        match self {
            Order::First => {}
            Order::Last => rules.reverse(),
            Order::DenyWins => rules.sort_by_key(|rule| !is(rule, Action::Deny)),
            Order::AllowWins => rules.sort_by_key(|rule| !is(rule, Action::Allow)),
        }
        rules
    }

    /// Whether one action wins over the other wherever its rule stands.
    pub fn ignores_place(self) -> bool {
        matches!(self, Order::DenyWins | Order::AllowWins)
    }
}

/// A list of rules that others go to; at its end the traffic goes back.
#[derive(Clone, Debug)]
pub struct Chain {
    pub name: String,
    pub rules: Vec<Rule>,
}

/// The kinds of destination that a gate can tell apart at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planes {
    pub names: bool,
    pub addresses: bool,
    pub communities: bool,
    /// Clients ask by name, and what the gate says of a name is final: letting its addresses through does not help.
    pub proxy: bool,
}

impl Planes {
    const NONE: Planes = Planes { names: false, addresses: false, communities: false, proxy: false };
    pub const NAMES: Planes = Planes { names: true, ..Planes::NONE };
    pub const ADDRESSES: Planes = Planes { addresses: true, ..Planes::NONE };
    pub const BOTH: Planes = Planes { names: true, addresses: true, ..Planes::NONE };
    pub const COMMUNITIES: Planes = Planes { communities: true, ..Planes::NONE };
    pub const PROXY: Planes = Planes { proxy: true, ..Planes::BOTH };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Allow,
    Deny,
}

/// What happens to traffic that no rule matches.
#[derive(Clone, Debug)]
pub struct Otherwise {
    pub action: Action,
    /// The line that decides the default, where one does (Squid: the last `http_access` line).
    pub span: Option<Span>,
    /// Why, as the end of a sentence: "the list allows only what it names".
    pub why: String,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What the device calls it; the text of the entry where it has no name.
    pub name: String,
    /// The lines to cite; `None` for rules that the device adds by itself.
    pub span: Option<Span>,
    pub then: Then,
    pub when: Condition,
}

/// What a rule does with the traffic that it matches. A chain that leads to itself, or does not exist, is left undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Decide(Action),
    /// Goes through a chain, and on with the next rule where that decides nothing.
    Call(usize),
    /// Goes through a chain, and back to where this list was called from where that decides nothing.
    Goto(usize),
    /// Goes back to where this list was called from; from a gate's own rules, to its default.
    Return,
}

impl From<Action> for Then {
    fn from(action: Action) -> Then {
        Then::Decide(action)
    }
}

/// When a rule matches. A condition that the text cannot decide is [`Condition::Unknown`]; it is evaluated both ways.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Every part holds; holds always if there is no part.
    All(Vec<Condition>),
    /// Some part holds; never holds if there is no part.
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// The source address is one of these.
    Source(AddressSet),
    /// The source address belongs to the service tag.
    SourceTag(String),
    Destination(DestinationTest),
    /// The destination address belongs to the service tag.
    DestinationTag(String),
    Host(HostTest),
    /// The destination port lies in one of these inclusive ranges.
    Port(Vec<(u16, u16)>),
    Protocol(Protocol),
    /// The proxy is asked by this method.
    Method(Method),
    /// The route carries this BGP community.
    Community(Community),
    /// The text cannot tell.
    Unknown(Reason),
}

impl Condition {
    pub fn always() -> Self {
        Condition::All(Vec::new())
    }

    pub fn never() -> Self {
        Condition::Any(Vec::new())
    }

    pub fn negate(self) -> Self {
        Condition::Not(Box::new(self))
    }

    /// The client's port lies in one of these ranges. Clients take theirs from 1024 up (RFC 6056, section 3.2); which one is
    /// not known.
    pub fn source_port(ranges: &[(u16, u16)], span: Span) -> Self {
        const FIRST: u16 = 1024;
        let anywhere = ranges.iter().any(|&(_, last)| last >= FIRST);
        let mut next = u32::from(FIRST);
        let mut ranges = ranges.to_vec();
        ranges.sort_unstable();
        for (first, last) in ranges {
            if u32::from(first) <= next {
                next = next.max(u32::from(last) + 1);
            }
        }
        if next > u32::from(u16::MAX) {
            return Condition::always();
        }
        if !anywhere {
            return Condition::never();
        }
        let text = "the rule holds for some source ports only, and a client's port is not known";
        Condition::Unknown(Reason::new(text).at(span))
    }

    /// The destination is one of these addresses; a rule about addresses says nothing about names.
    pub fn destination(set: AddressSet) -> Self {
        Condition::Destination(DestinationTest { set, resolves_names: false })
    }

    /// The destination's name matches; a rule about names says nothing about addresses.
    pub fn host(pattern: HostPattern) -> Self {
        Condition::Host(HostTest { pattern, subject: Subject::Host, on_address: OnAddress::Never, maybe: None })
    }
}

/// A test of the destination address.
#[derive(Clone, Debug, PartialEq)]
pub struct DestinationTest {
    pub set: AddressSet,
    /// Whether the device looks a requested name up and compares its addresses (Squid's `dst`). If so, a request by name
    /// is decided by DNS, which the export cannot tell.
    pub resolves_names: bool,
}

/// A test of the destination's name.
#[derive(Clone, Debug, PartialEq)]
pub struct HostTest {
    pub pattern: HostPattern,
    pub subject: Subject,
    pub on_address: OnAddress,
    /// Why the pattern may or may not match some names, where it has such names: "products differ on the apex".
    pub maybe: Option<Reason>,
}

/// The text that a [`HostTest`] looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Host,
    /// The request's URL: `host:port` under CONNECT, `http://host/path` otherwise.
    Url,
}

/// What a test of names does when an address is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnAddress {
    /// It does not match.
    Never,
    /// It looks at the address as written.
    AsText,
    /// It looks at the address as written, and at the name that a reverse look-up gives.
    AsTextOrLookup,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Tcp,
    Udp,
    /// Anything else, such as ICMP or ESP.
    Other,
}

/// How a client asks a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Connect,
    Get,
}

/// A BGP community: the autonomous system and its value, written `12076:5060`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Community(pub u16, pub u16);

impl fmt::Display for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0, self.1)
    }
}

impl std::str::FromStr for Community {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (system, value) = text.trim().split_once(':').ok_or(())?;
        Ok(Community(system.parse().map_err(|_| ())?, value.parse().map_err(|_| ())?))
    }
}

/// Why something cannot be decided, as a sentence without its full stop, and the line that makes it so. In the order of
/// the lines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason {
    pub span: Option<Span>,
    pub text: String,
}

impl Reason {
    pub fn new(text: impl Into<String>) -> Self {
        Reason { text: text.into(), span: None }
    }

    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// With the lines of its rule, if it has none of its own.
    pub fn or_at(self, span: Option<Span>) -> Self {
        Reason { span: self.span.or(span), ..self }
    }
}

/// What became of each line of the export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    lines: BTreeMap<(u16, u32), LineUse>,
    /// The files of which something was used, also where the same line holds what was not understood.
    used: BTreeSet<u16>,
}

/// What became of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineUse {
    /// Blank, a comment, or a statement that cannot change a verdict.
    Irrelevant,
    /// Part of a rule or an object.
    Used,
    /// Not understood; verdicts that it could change are undecided.
    NotUnderstood,
}

impl Account {
    /// Records a line's use. A line that was used twice keeps the gravest: not understood, then used.
    pub fn record(&mut self, file: u16, line: u32, line_use: LineUse) {
        let entry = self.lines.entry((file, line)).or_insert(line_use);
        *entry = (*entry).max(line_use);
        if line_use == LineUse::Used {
            self.used.insert(file);
        }
    }

    /// Records the lines that a span touches.
    pub fn record_span(&mut self, source: &Source, span: Span, line_use: LineUse) {
        for line in source.numbers(span) {
            self.record(source.file(), line, line_use);
        }
    }

    /// Whether anything of the file was used. An export may stand on one line, part of which is not understood.
    pub fn uses(&self, file: u16) -> bool {
        self.used.contains(&file)
    }

    /// Whether any line of the file was recorded.
    pub fn names(&self, file: u16) -> bool {
        self.lines.range((file, 0)..=(file, u32::MAX)).next().is_some()
    }

    /// The lines of a file with the given use, in order. Lines that the reader never recorded are not understood.
    pub fn lines(&self, file: u16, line_count: u32, line_use: LineUse) -> Vec<u32> {
        let of = |line: u32| self.lines.get(&(file, line)).copied().unwrap_or(LineUse::NotUnderstood);
        (1..=line_count).filter(|&line| of(line) == line_use).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_ports() {
        let span = Span { file: 0, start: 0, end: 1 };
        let open = |ranges: &[(u16, u16)]| matches!(Condition::source_port(ranges, span), Condition::Unknown(_));
        for all in [&[(0, 65535)][..], &[(1024, 65535)], &[(40000, 65535), (1000, 30000), (30001, 39999)]] {
            assert_eq!(Condition::source_port(all, span), Condition::always(), "{all:?}");
        }
        for none in [&[][..], &[(0, 1023)], &[(443, 443), (80, 80)]] {
            assert_eq!(Condition::source_port(none, span), Condition::never(), "{none:?}");
        }
        assert!(open(&[(1024, 65534)]) && open(&[(1025, 65535)]) && open(&[(0, 5000), (5002, 65535)]));
    }
}
