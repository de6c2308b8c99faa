//! Random rules of iptables and sets of ipset, loaded by either variant of the program.

use super::Rules;
use super::world::{PORTS, address, ask, feed};
use crate::chance::{one_in, pick};
use fastrand::Rng;
use std::net::IpAddr;

pub struct Iptables {
    variant: &'static str,
    v4: String,
    v6: String,
    sets: String,
}

const PROGRAMS: [&str; 2] = ["iptables", "ip6tables"];
const CLEAR: &str =
    "for t in raw mangle filter; do $p -t $t -F; $p -t $t -X; done; $p -P OUTPUT ACCEPT; $p -P FORWARD ACCEPT";

impl Rules for Iptables {
    fn format(&self) -> &'static str {
        "iptables"
    }

    fn load(&self, namespace: &str) -> Result<(), String> {
        feed(namespace, "ipset restore", &self.sets)?;
        feed(namespace, &format!("iptables-{}-restore", self.variant), &self.v4)?;
        feed(namespace, &format!("ip6tables-{}-restore", self.variant), &self.v6)
    }

    fn texts(&self, namespace: &str) -> Vec<String> {
        let save = |program: &str| ask(namespace, &format!("{program}-{}-save", self.variant));
        vec![
            PROGRAMS.map(save).concat() + &ask(namespace, "ipset save"),
            self.shown(namespace, "-S") + &ask(namespace, "ipset list"),
            self.written(),
        ]
    }

    fn weaker(&self, namespace: &str) -> Vec<String> {
        let listed = |arguments: &str| self.shown(namespace, arguments) + &ask(namespace, "ipset save");
        ["-L -n -v", "-L -n", "-n -v --line-numbers -L"].map(listed).to_vec()
    }

    fn written(&self) -> String {
        format!("# iptables-save\n{}# ip6tables-save\n{}{}", self.v4, self.v6, self.sets)
    }

    fn unload(&self, namespace: &str) {
        for family in PROGRAMS {
            feed(namespace, &format!("p={family}-{}; {CLEAR}", self.variant), "").expect("empty tables");
        }
        // The kernel lets go of a set a little after the rules that named it.
        feed(
            namespace,
            "ipset flush; for i in $(seq 100); do ipset -q destroy && exit 0; sleep 0.02; done; exit 1",
            "",
        )
        .expect("no sets");
    }
}

impl Iptables {
    /// Every table, each behind the command that shows it.
    fn shown(&self, namespace: &str, arguments: &str) -> String {
        let list = |program: &str, table: &str| {
            let shown = ask(namespace, &format!("{program}-{} -t {table} {arguments}", self.variant));
            format!("# {program} -t {table} {arguments}\n{shown}")
        };
        let tables = |program: &str| ["raw", "mangle", "filter"].map(|table| list(program, table)).concat();
        PROGRAMS.map(tables).concat()
    }
}

pub fn random(random: &mut Rng) -> Iptables {
    let variant = if random.bool() { "nft" } else { "legacy" };
    let sets = [false, true].map(|v6| sets(random, v6)).concat();
    let v4 = Writer { random, v6: false }.tables();
    let v6 = Writer { random, v6: true }.tables();
    Iptables { variant, v4, v6, sets }
}

/// The sets of a family: `net4`, `port4`, `ip4`, `list4`, and `ports`.
fn sets(random: &mut Rng, v6: bool) -> String {
    let (number, family) = if v6 { (6, "inet6") } else { (4, "inet") };
    let mut text = format!(
        "create net{number} hash:net family {family}\ncreate port{number} hash:net,port family {family}\n\
         create ip{number} hash:ip family {family}\ncreate pp{number} hash:ip,port family {family}\ncreate list{number} list:set\n"
    );
    let mut writer = Writer { random, v6 };
    for _ in 0..writer.random.u8(0..8) {
        let except = if one_in(writer.random, 4) { " nomatch" } else { "" };
        text += &format!("add net{number} {}{except}\n", writer.prefix(false));
    }
    for _ in 0..writer.random.u8(0..6) {
        let protocol = pick(writer.random, &["", "tcp:", "udp:"]);
        let except = if one_in(writer.random, 5) { " nomatch" } else { "" };
        text += &format!("add port{number} {},{protocol}{}{except}\n", writer.prefix(false), writer.port());
        text += &format!("add ip{number} {}\n", address(writer.random, v6));
        text += &format!("add pp{number} {},{protocol}{}\n", address(writer.random, v6), writer.port());
    }
    text += &writer.ranges();
    for member in ["net", "ip"] {
        if writer.random.bool() {
            text += &format!("add list{number} {member}{number}\n");
        }
    }
    if !v6 {
        text += "create ports bitmap:port range 0-65535\n";
        for _ in 0..3 {
            text += &format!("add ports {}\n", writer.port());
        }
    }
    text.lines().fold(Vec::new(), unique).join("\n") + "\n"
}

/// An element stands in a set once.
fn unique(mut lines: Vec<String>, line: &str) -> Vec<String> {
    let key = line.trim_end_matches(" nomatch").replace("tcp:", "");
    if !lines.iter().any(|own| own.trim_end_matches(" nomatch").replace("tcp:", "") == key) {
        lines.push(line.to_owned());
    }
    lines
}

struct Writer<'a> {
    random: &'a mut Rng,
    v6: bool,
}

impl Writer<'_> {
    /// Elements for ranges of ports, and exceptions for ranges of addresses, with lengths that no other element has.
    fn ranges(&mut self) -> String {
        let to = address(self.random, self.v6);
        let net = |length: u8| ipnet::IpNet::new(to, length).expect("a length").trunc();
        let port = self.port();
        let number = if self.v6 { 6 } else { 4 };
        let mut text = format!("add port{number} {},tcp:{port}-{}\n", net(23), port.saturating_add(1000));
        if let ipnet::IpNet::V4(net) = net(24) {
            let [a, b, c, _] = net.network().octets();
            text += &format!("add net4 {a}.{b}.{c}.0-{a}.{b}.{c}.191 nomatch\n");
        }
        text
    }

    fn tables(&mut self) -> String {
        let mut text = String::new();
        if one_in(self.random, 4) {
            text += "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -i out+ -j ACCEPT\n";
            text += &self.few("PREROUTING", true, false);
            text += &format!("{}COMMIT\n", self.few("OUTPUT", false, true));
        }
        if one_in(self.random, 3) {
            text += "*mangle\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n";
            for chain in ["FORWARD", "OUTPUT", "POSTROUTING"] {
                text += &format!("-A {chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n");
                text += &self.few(chain, chain == "FORWARD", true);
            }
            text += "COMMIT\n";
        }
        text + &self.filter()
    }

    fn few(&mut self, chain: &str, has_in: bool, has_out: bool) -> String {
        let count = self.random.u8(0..3);
        let rule = |writer: &mut Self| {
            let target = pick(writer.random, &["DROP", "ACCEPT", "MARK --set-xmark 0x1/0xff"]);
            format!("-A {chain}{} -j {target}\n", writer.tests(has_in, has_out, 3))
        };
        // Neighbours find one another by ICMP.
        let neighbours = if self.v6 { format!("-A {chain} -p ipv6-icmp -j ACCEPT\n") } else { String::new() };
        neighbours + &(0..count).map(|_| rule(self)).collect::<String>()
    }

    fn filter(&mut self) -> String {
        let count = self.random.usize(1..5);
        let chains: Vec<String> = (0..count).map(|number| format!("C{number}")).collect();
        let policy = |random: &mut Rng| if one_in(random, 3) { "DROP" } else { "ACCEPT" };
        let mut text = format!(
            "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD {} [0:0]\n:OUTPUT {} [0:0]\n",
            policy(self.random),
            policy(self.random)
        );
        text += &chains.iter().map(|chain| format!(":{chain} - [0:0]\n")).collect::<String>();
        text += "-A OUTPUT -o lo -j ACCEPT\n";
        // What is asked is the first packet; those after it have to pass as well.
        for name in ["FORWARD", "OUTPUT"] {
            text += &format!("-A {name} -m state --state RELATED,ESTABLISHED -j ACCEPT\n");
        }
        if self.v6 {
            text += "-A OUTPUT -p ipv6-icmp -j ACCEPT\n";
        }
        for (name, has_in) in [("FORWARD", true), ("OUTPUT", false)] {
            for _ in 0..self.random.u8(2..9) {
                let tests = self.tests(has_in, true, 3);
                text += &format!("-A {name}{tests}{}\n", self.target(&chains));
            }
        }
        for number in 0..count {
            for _ in 0..self.random.u8(1..6) {
                let tests = self.tests(false, false, 3);
                text += &format!("-A C{number}{tests}{}\n", self.target(&chains[number + 1..]));
            }
        }
        for name in ["FORWARD", "OUTPUT"] {
            if !one_in(self.random, 4) {
                text += &format!("-A {name} -p tcp -j REJECT --reject-with tcp-reset\n");
            }
        }
        text + "COMMIT\n"
    }

    fn target(&mut self, chains: &[String]) -> String {
        let target = match self.random.u8(..20) {
            0..6 => "-j ACCEPT".to_owned(),
            6..9 => "-j REJECT".to_owned(),
            9 => "-j DROP".to_owned(),
            10..12 => "-j RETURN".to_owned(),
            12 => "-j MARK --set-xmark 0x2/0xff".to_owned(),
            13 => "-m limit --limit 5/min -j LOG --log-prefix \"it is \\\"said\\\" \"".to_owned(),
            _ if chains.is_empty() => "-j ACCEPT".to_owned(),
            number => {
                let chain = &chains[self.random.usize(..chains.len())];
                format!("{} {chain}", if number == 14 { "-g" } else { "-j" })
            }
        };
        format!(" {target}")
    }

    fn tests(&mut self, has_in: bool, has_out: bool, most: usize) -> String {
        let mut text = String::new();
        let mut used = Vec::new();
        for _ in 0..self.random.usize(0..=most) {
            let kind = self.random.u8(..12);
            if used.contains(&kind) {
                continue;
            }
            used.push(kind);
            let not = if one_in(self.random, 7) { " !" } else { "" };
            let (number, choice) = (if self.v6 { 6 } else { 4 }, self.random.bool());
            text += &match kind {
                0 | 1 if !used.contains(&(1 - kind)) => format!("{not} -d {}", self.prefix(not.is_empty())),
                2 => format!("{not} -s {}", self.source()),
                3 if has_in => format!("{not} -i {}", pick(self.random, &["in0", "in+", "eth9", "in1"])),
                4 if has_out => format!("{not} -o {}", pick(self.random, &["out0", "out1", "out+", "o+"])),
                5 | 6 => {
                    let set = pick(self.random, &["net", "ip", "list"]);
                    match self.random.u8(..3) {
                        0 => format!(" -m set{not} --match-set {}{number} dst,dst", if choice { "port" } else { "pp" }),
                        1 if choice => format!(" -m set{not} --match-set ports dst"),
                        _ => format!(" -m set{not} --match-set {set}{number} dst"),
                    }
                }
                7 => format!(" -m iprange{not} --dst-range {}", self.range()),
                8 => {
                    let states =
                        pick(self.random, &["NEW", "RELATED,ESTABLISHED", "NEW,ESTABLISHED", "INVALID", "UNTRACKED"]);
                    format!(" -m conntrack{not} --ctstate {states}")
                }
                9 => " -m comment --comment \"a 'b' \\\"c\\\"\"".to_owned(),
                10 => match self.random.u8(..4) {
                    0 => format!(" -p tcp -m tcp{not} --dport {}", self.port()),
                    1 => format!(
                        " -p tcp -m multiport{not} --dports {},{},1000:{}",
                        self.port(),
                        self.port(),
                        1000 + self.port()
                    ),
                    2 => format!(" -p tcp -m tcp{not} --tcp-flags syn,rst,ack,fin SYN"),
                    _ => format!(" -p tcp -m tcp{not} --dport {}:8005", self.port().min(8000)),
                },
                _ => String::new(),
            };
        }
        text
    }

    fn port(&mut self) -> u16 {
        PORTS[self.random.usize(..PORTS.len())]
    }

    fn prefix(&mut self, any: bool) -> String {
        let to = address(self.random, self.v6);
        let lengths: &[u8] = if self.v6 { &[16, 62, 64, 125, 127, 128] } else { &[8, 16, 22, 24, 28, 30, 32] };
        let length = lengths[self.random.usize(..lengths.len())];
        let net = ipnet::IpNet::new(to, length).expect("a length").trunc();
        if any && one_in(self.random, 20) {
            format!("{}/0", if self.v6 { "::" } else { "0.0.0.0" })
        } else {
            net.to_string()
        }
    }

    fn source(&mut self) -> &'static str {
        let all: &[&str] = match self.v6 {
            false => &["10.200.0.0/24", "10.200.0.2", "10.200.1.1", "10.200.0.0/16", "10.0.0.0/8"],
            true => &["fdff::/64", "fdff::2", "fdff:1::1", "fdff::/16"],
        };
        all[self.random.usize(..all.len())]
    }

    fn range(&mut self) -> String {
        let mut ends: [IpAddr; 2] = [address(self.random, self.v6), address(self.random, self.v6)];
        ends.sort();
        format!("{}-{}", ends[0], ends[1])
    }
}
