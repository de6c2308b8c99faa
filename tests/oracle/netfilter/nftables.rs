//! Random rulesets of nftables, loaded by `nft -f` and read as it lists them, as text and as JSON.

use super::Rules;
use super::world::{PORTS, address, ask, feed};
use crate::chance::{one_in, pick};
use egress_check::addresses::AddressSet;
use fastrand::Rng;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};

pub struct Nftables {
    written: String,
}

impl Rules for Nftables {
    fn format(&self) -> &'static str {
        "nftables"
    }

    fn load(&self, namespace: &str) -> Result<(), String> {
        feed(namespace, "nft -f -", &self.written)
    }

    fn written(&self) -> String {
        self.written.clone()
    }

    fn texts(&self, namespace: &str) -> Vec<String> {
        let listed = ["nft list ruleset", "nft -j list ruleset"].map(|command| ask(namespace, command));
        listed.into_iter().chain([self.written.clone()]).collect()
    }

    /// Without the elements of its sets.
    fn weaker(&self, namespace: &str) -> Vec<String> {
        ["nft -t list ruleset", "nft -t -j list ruleset"].map(|command| ask(namespace, command)).to_vec()
    }

    fn unload(&self, namespace: &str) {
        feed(namespace, "nft flush ruleset", "").expect("no rules");
    }
}

pub fn random(random: &mut Rng) -> Nftables {
    let families: &[&str] = match random.u8(..4) {
        0 => &["inet"],
        1 => &["ip", "ip6"],
        2 => &["inet", "ip"],
        _ => &["ip6", "inet"],
    };
    let table = |(number, family): (usize, &&'static str)| Writer { random, family }.table(number);
    let written: String = families.iter().enumerate().map(table).collect();
    Nftables { written: format!("flush ruleset\n{written}") }
}

/// A chain that the kernel calls.
struct Base {
    name: &'static str,
    kind: &'static str,
    hook: &'static str,
    priority: &'static str,
}

const fn base(name: &'static str, kind: &'static str, hook: &'static str, priority: &'static str) -> Base {
    Base { name, kind, hook, priority }
}

const ALWAYS: [Base; 2] = [base("out", "filter", "output", "filter"), base("through", "filter", "forward", "0")];

const SOMETIMES: [Base; 8] = [
    base("before", "filter", "prerouting", "raw"),
    base("mangled", "filter", "prerouting", "mangle"),
    base("early", "filter", "output", "raw + 10"),
    base("route", "route", "output", "mangle"),
    base("late", "filter", "output", "security"),
    base("behind", "filter", "forward", "10"),
    base("after", "filter", "postrouting", "0"),
    base("source", "nat", "postrouting", "srcnat"),
];

struct Writer<'a> {
    random: &'a mut Rng,
    family: &'static str,
}

/// Which interfaces a rule may ask for.
#[derive(Clone, Copy)]
struct Sides {
    comes: bool,
    leaves: bool,
}

impl Writer<'_> {
    fn table(&mut self, number: usize) -> String {
        let chains: Vec<String> = (0..self.random.usize(1..5)).map(|chain| format!("c{chain}")).collect();
        let sets = self.sets();
        let mut text = format!("table {} t{number} {{\n{sets}", self.family);
        for at in (0..chains.len()).rev() {
            let rules = self.rules(1..6, Sides { comes: false, leaves: false }, Some(&chains[at + 1..]));
            text += &format!("chain {} {{\n{rules}}}\n", chains[at]);
        }
        for base in ALWAYS {
            text += &self.base(&base, 2..9, &chains);
        }
        for base in SOMETIMES {
            if one_in(self.random, 6) {
                text += &self.base(&base, 1..4, &chains);
            }
        }
        text + "}\n"
    }

    fn base(&mut self, base: &Base, count: std::ops::Range<usize>, chains: &[String]) -> String {
        let Base { name, kind, hook, priority } = base;
        let filters = ALWAYS.iter().any(|base| base.name == *name);
        let policy = if one_in(self.random, if filters { 2 } else { 5 }) { "drop" } else { "accept" };
        let sides = Sides { comes: ["prerouting", "forward"].contains(hook), leaves: *hook != "prerouting" };
        let rules = self.rules(count, sides, filters.then_some(chains));
        // What is asked is the first packet: those behind it, the answers and neighbours have to pass.
        let passing = "meta l4proto ipv6-icmp accept\nct state established,related accept\n";
        let answers = if *hook == "prerouting" { "iifname \"out*\" accept\n" } else { "" };
        let refusing = if filters && !one_in(self.random, 4) { "meta l4proto tcp reject with tcp reset\n" } else { "" };
        format!(
            "chain {name} {{\ntype {kind} hook {hook} priority {priority}; policy {policy};\n{passing}{answers}{rules}{refusing}}}\n"
        )
    }

    /// IP versions that the table sees.
    fn versions(&self) -> &'static [bool] {
        match self.family {
            "ip" => &[false],
            "ip6" => &[true],
            _ => &[false, true],
        }
    }

    fn sets(&mut self) -> String {
        let mut text = "set ports { type inet_service; flags interval; auto-merge; elements = { ".to_owned();
        text += &format!("{}, {}-1500 }}; }}\n", self.port(), self.port().min(1400));
        for &v6 in self.versions() {
            let (number, kind) = if v6 { (6, "ipv6_addr") } else { (4, "ipv4_addr") };
            let nets = self.nets(v6, 1..6);
            text += &format!("set net{number} {{ type {kind}; flags interval; elements = {{ {nets} }}; }}\n");
            let pairs = self.pairs(v6);
            text += &format!("set pair{number} {{ type {kind} . inet_service; elements = {{ {pairs} }}; }}\n");
            let verdicts = self.verdicts(v6);
            text += &format!(
                "map said{number} {{ type {kind} : verdict; flags interval; elements = {{ {verdicts} }}; }}\n"
            );
        }
        text
    }

    /// Prefixes, addresses and ranges that do not overlap.
    fn distinct(&mut self, v6: bool, count: std::ops::Range<usize>) -> Vec<String> {
        let mut taken = AddressSet::empty();
        let mut found = Vec::new();
        for _ in 0..self.random.usize(count) {
            let (text, set) = self.net(v6);
            if taken.intersection(&set).is_empty() {
                taken = taken.union(&set);
                found.push(text);
            }
        }
        found
    }

    fn net(&mut self, v6: bool) -> (String, AddressSet) {
        if one_in(self.random, 4) {
            let mut ends = [address(self.random, v6), address(self.random, v6)];
            ends.sort();
            let set = AddressSet::from_range(ends[0], ends[1]).expect("a range");
            let text = if ends[0] == ends[1] { ends[0].to_string() } else { format!("{}-{}", ends[0], ends[1]) };
            return (text, set);
        }
        let lengths: &[u8] = if v6 { &[16, 62, 64, 125, 127, 128] } else { &[16, 22, 24, 28, 30, 32] };
        let length = pick(self.random, lengths);
        let net = IpNet::new(address(self.random, v6), length).expect("a length").trunc();
        (net.to_string(), AddressSet::from_net(net))
    }

    fn nets(&mut self, v6: bool, count: std::ops::Range<usize>) -> String {
        self.distinct(v6, count).join(", ")
    }

    fn pairs(&mut self, v6: bool) -> String {
        let mut pairs: Vec<String> =
            (0..4).map(|_| format!("{} . {}", address(self.random, v6), self.port())).collect();
        pairs.sort();
        pairs.dedup();
        pairs.join(", ")
    }

    fn verdicts(&mut self, v6: bool) -> String {
        let nets = self.distinct(v6, 1..5);
        let pairs = nets.into_iter().map(|net| format!("{net} : {}", pick(self.random, &["accept", "drop", "return"])));
        pairs.collect::<Vec<_>>().join(", ")
    }

    /// Without chains to go to, packets are dropped or pass: refusing is for filters.
    fn rules(&mut self, count: std::ops::Range<usize>, sides: Sides, chains: Option<&[String]>) -> String {
        let count = self.random.usize(count);
        (0..count).map(|_| self.rule(sides, chains)).collect()
    }

    fn rule(&mut self, sides: Sides, chains: Option<&[String]>) -> String {
        let v6 = pick(self.random, self.versions());
        let tests = (0..self.random.usize(0..3)).map(|_| self.test(v6, sides)).collect::<String>();
        if one_in(self.random, 8) {
            return format!("{tests}{}\n", self.mapped(v6, chains.is_some()));
        }
        let said = match self.random.u8(..16) {
            0 => "counter ",
            1 => "log prefix \"it is said \" flags tcp sequence,options flags ip options ",
            2 => "meta mark set 0x1 ",
            3 => "meta priority set 1:2 ",
            4 if v6 => "ip6 dscp set cs1 ",
            4 => "ip dscp set cs1 ",
            _ => "",
        };
        let verdict = match (self.random.u8(..12), chains) {
            (0..4, _) | (_, None | Some([])) => pick(self.random, &["accept", "accept", "drop"]).to_owned(),
            (4, _) => "drop".to_owned(),
            (5, _) => "reject".to_owned(),
            (6, _) => "return".to_owned(),
            (7, _) => "continue".to_owned(),
            (number, Some(chains)) => {
                let chain = &chains[self.random.usize(..chains.len())];
                format!("{} {chain}", if number == 8 { "goto" } else { "jump" })
            }
        };
        let comment = if one_in(self.random, 9) { " comment \"a; b } c\"" } else { "" };
        format!("{tests}{said}{verdict}{comment}\n")
    }

    fn mapped(&mut self, v6: bool, refuses: bool) -> String {
        let (protocol, number) = if v6 { ("ip6", 6) } else { ("ip", 4) };
        match self.random.u8(..4) {
            0 => format!("{protocol} daddr vmap @said{number}"),
            1 => format!("{protocol} daddr vmap {{ {} }}", self.verdicts(v6)),
            2 => "ct state vmap { invalid : drop, new : continue, established : accept }".to_owned(),
            _ => {
                let (port, other) = (self.port(), if refuses { "continue" } else { "accept" });
                format!(
                    "tcp dport vmap {{ {port} : accept, {}-4000 : drop, 8500-9000 : {other} }}",
                    port.clamp(2000, 3000) + 1
                )
            }
        }
    }

    fn test(&mut self, v6: bool, sides: Sides) -> String {
        let (protocol, number) = if v6 { ("ip6", 6) } else { ("ip", 4) };
        let not = if one_in(self.random, 5) { "!= " } else { "" };
        let text = match self.random.u8(..16) {
            0 | 1 => format!("{protocol} daddr {not}{}", self.net(v6).0),
            2 => format!("{protocol} daddr {not}{{ {} }}", self.nets(v6, 1..5)),
            3 => format!("{protocol} daddr {not}@net{number}"),
            4 => format!("{protocol} daddr . tcp dport {not}@pair{number}"),
            5 => format!("{protocol} daddr . tcp dport {not}{{ {} }}", self.pairs(v6)),
            6 => format!("{protocol} saddr {not}{}", self.source(v6)),
            7 => format!("tcp dport {not}{}", self.port()),
            8 => self.ports(not),
            9 if sides.leaves => {
                format!("oifname {not}{}", pick(self.random, &["\"out0\"", "\"out1\"", "\"out*\"", "\"eth9\""]))
            }
            10 if sides.comes => {
                format!("iifname {not}{}", pick(self.random, &["\"in0\"", "\"in*\"", "{ \"in0\", \"eth9\" }"]))
            }
            11 => format!("ct state {not}{}", pick(self.random, &["new", "invalid", "untracked", "established"])),
            12 => pick(
                self.random,
                &["ct state { new, established }", "ct state established,related", "ct direction original"],
            )
            .to_owned(),
            13 => pick(
                self.random,
                &[
                    "tcp flags & (fin | syn | rst | ack) == syn",
                    "tcp flags & (fin | syn | rst | ack) != syn",
                    "tcp flags syn",
                    "meta l4proto tcp",
                    "fib daddr type multicast",
                ],
            )
            .to_owned(),
            14 if !v6 => self.masked(not),
            15 if sides.leaves => {
                let (one, two) = (self.port(), self.port());
                let other = if one == two { String::new() } else { format!(", \"out1\" . {two}") };
                format!("oifname . tcp dport {not}{{ \"out0\" . {one}, \"eth9\" . {two}{other} }}")
            }
            _ => return String::new(),
        };
        format!("{text} ")
    }

    fn masked(&mut self, not: &str) -> String {
        let operator = if not.is_empty() { "==" } else { "!=" };
        let mask = pick(self.random, &[0xffff_ff00_u32, 0xffff_00ff, 0xff00_0000, 0xffff_fffe]);
        let address = match address(self.random, false) {
            IpAddr::V4(address) => u32::from(address) & mask,
            IpAddr::V6(_) => 0,
        };
        format!("ip daddr & {} {operator} {}", Ipv4Addr::from(mask), Ipv4Addr::from(address))
    }

    fn ports(&mut self, not: &str) -> String {
        let (one, two) = (self.port(), self.port());
        match self.random.u8(..4) {
            0 => format!("tcp dport {not}@ports"),
            1 if one != two => format!("tcp dport {not}{{ {one}, {two} }}"),
            2 => format!("tcp dport {} {one}", pick(self.random, &["<", ">", "<=", ">="])),
            _ => format!("tcp dport {not}{one}-{}", one + 1000),
        }
    }

    fn port(&mut self) -> u16 {
        pick(self.random, PORTS)
    }

    fn source(&mut self, v6: bool) -> &'static str {
        let all: &[&str] = match v6 {
            false => &["10.200.0.0/24", "10.200.0.2", "10.200.1.1", "10.200.0.0/16", "10.0.0.0/8"],
            true => &["fdff::/64", "fdff::2", "fdff:1::1", "fdff::/16"],
        };
        pick(self.random, all)
    }
}
