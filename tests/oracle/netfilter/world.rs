//! Three namespaces in a row: a client, a router with the rules, and a server that has all addresses. None has a way out.

use super::probe::Helper;
use fastrand::Rng;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The ports on which the server listens.
pub const PORTS: &[u16] = &[22, 80, 443, 444, 500, 1500, 8000, 8010];

pub struct World {
    pub router: String,
    namespaces: [String; 3],
    /// From the router itself, and from the client.
    probes: [Option<Helper>; 2],
    listener: Option<Helper>,
}

/// A connection to try.
#[derive(Clone, Debug)]
pub struct Connection {
    pub to: IpAddr,
    pub port: u16,
    pub forwarded: bool,
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.forwarded { "through" } else { "out of" };
        write!(f, "{way} the router, from {} to {} port {}", self.from(), self.to, self.port)
    }
}

/// An address that the server has: 10.50.0.0/16 lies behind `out0`, 10.60.0.0/16 behind `out1`; IPv6 alike.
pub fn address(random: &mut Rng, v6: bool) -> IpAddr {
    let net = if random.bool() { 50 } else { 60 };
    let (a, b) = (random.u8(0..4), random.u8(1..16));
    match v6 {
        false => Ipv4Addr::new(10, net, a, b).into(),
        true => Ipv6Addr::new(0xfd00 + u16::from(net), 0, 0, u16::from(a), 0, 0, 0, u16::from(b)).into(),
    }
}

impl Connection {
    pub fn random(random: &mut Rng) -> Connection {
        let v6 = random.u8(..3) == 0;
        let (to, forwarded) = (address(random, v6), random.bool());
        Connection { to, port: PORTS[random.usize(..PORTS.len())], forwarded }
    }

    fn second(&self) -> bool {
        match self.to {
            IpAddr::V4(to) => to.octets()[1] == 60,
            IpAddr::V6(to) => to.segments()[0] == 0xfd00 + 60,
        }
    }

    /// The address of the client, or of the router's interface.
    pub fn from(&self) -> IpAddr {
        let link = match (self.forwarded, self.second()) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        };
        let host = if self.forwarded { 2 } else { 1 };
        match self.to {
            IpAddr::V4(_) => Ipv4Addr::new(10, 200, link, host).into(),
            IpAddr::V6(_) => Ipv6Addr::new(0xfdff, u16::from(link), 0, 0, 0, 0, 0, u16::from(host)).into(),
        }
    }

    /// The vantage of `OUTPUT to out0` or `FORWARD from in0 to another interface` that is meant.
    pub fn vantage<'a>(&self, labels: &'a [String]) -> &'a str {
        let way = if self.forwarded { "FORWARD" } else { "OUTPUT" };
        let goes = if self.second() { "out1" } else { "out0" };
        let score = |label: &String| -> Option<usize> {
            let mut words = label.strip_prefix(way)?.split_whitespace();
            let mut sum = 0;
            while let Some(word) = words.next() {
                let actual = match word {
                    "from" => "in0",
                    "to" => goes,
                    _ => continue,
                };
                let name = words.next()?;
                sum += match name.strip_suffix(['+', '*']) {
                    _ if name == actual => 100,
                    Some(prefix) if actual.starts_with(prefix) => 10 + prefix.len(),
                    None if name == "another" => 1,
                    _ => return None,
                };
            }
            Some(sum)
        };
        let best = labels.iter().filter_map(|label| Some((score(label)?, label))).max_by_key(|(score, _)| *score);
        best.expect("a vantage").1
    }
}

impl World {
    /// Namespaces with names that nothing else has.
    pub fn new() -> World {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = |role: &str| format!("egress-check-{}-{number}-{role}", std::process::id());
        let namespaces = ["client", "router", "server"].map(name);
        let mut world = World { router: namespaces[1].clone(), namespaces, probes: [None, None], listener: None };
        world.build();
        world
    }

    fn build(&mut self) {
        let [client, router, server] = &self.namespaces;
        for namespace in &self.namespaces {
            let made = run("ip", &["netns", "add", namespace]);
            assert!(made.is_ok(), "namespaces are not permitted here ({made:?}); leave this out by --without-kernel");
            within(namespace, "ip link set lo up");
            for setting in ["ipv4/ip_forward", "ipv6/conf/all/forwarding"] {
                within(namespace, &format!("echo 1 > /proc/sys/net/{setting}"));
            }
            within(
                namespace,
                "echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/default/rp_filter",
            );
        }
        link([client, "c0"], [router, "in0"], 0);
        link([router, "out0"], [server, "s0"], 1);
        link([router, "out1"], [server, "s1"], 2);
        within(client, "ip route add default via 10.200.0.1; ip -6 route add default via fdff:0::1");
        within(server, "ip route add 10.200.0.0/24 via 10.200.1.1; ip -6 route add fdff:0::/64 via fdff:1::1");
        for (net, link) in [(50, 1), (60, 2)] {
            let v6 = format!("{:x}::/16", 0xfd00 + net);
            within(
                router,
                &format!("ip route add 10.{net}.0.0/16 via 10.200.{link}.2; ip -6 route add {v6} via fdff:{link}::2"),
            );
            within(server, &format!("ip route add local 10.{net}.0.0/16 dev lo; ip -6 route add local {v6} dev lo"));
        }
        self.listener = Some(Helper::start(server, "listen"));
        self.probes = [router, client].map(|namespace| Some(Helper::start(namespace, "connect")));
    }

    /// Tries to connect; the answers in order. On a busy machine an answer may come late: where one is expected it is asked again.
    pub fn answers(&mut self, connections: &[Connection], expected: impl Fn(usize) -> bool) -> Vec<String> {
        let mut said = self.connect(connections, 150);
        let late: Vec<usize> = (0..said.len()).filter(|&at| said[at] != "open" && expected(at)).collect();
        let again: Vec<Connection> = late.iter().map(|&at| connections[at].clone()).collect();
        for (at, again) in late.into_iter().zip(self.connect(&again, 3000)) {
            said[at] = again;
        }
        said
    }

    /// Tries to connect; the answers in order.
    fn connect(&mut self, connections: &[Connection], milliseconds: u64) -> Vec<String> {
        let mut said = vec![String::new(); connections.len()];
        for (forwarded, probe) in [false, true].into_iter().zip(&mut self.probes) {
            let own: Vec<usize> = (0..connections.len()).filter(|&at| connections[at].forwarded == forwarded).collect();
            let targets: Vec<SocketAddr> =
                own.iter().map(|&at| SocketAddr::new(connections[at].to, connections[at].port)).collect();
            if targets.is_empty() {
                continue;
            }
            let answers = probe.as_mut().expect("a probe").ask(&targets, milliseconds);
            own.into_iter().zip(answers).for_each(|(at, answer)| said[at] = answer);
        }
        said
    }
}

impl Drop for World {
    fn drop(&mut self) {
        (self.listener, self.probes) = (None, [None, None]);
        for namespace in &self.namespaces {
            let _ = run("ip", &["netns", "delete", namespace]);
        }
    }
}

fn link(one: [&str; 2], two: [&str; 2], number: u8) {
    let ([a, x], [b, y]) = (one, two);
    run("ip", &["-n", a, "link", "add", x, "type", "veth", "peer", "name", y, "netns", b]).expect("a link");
    for (namespace, name, host) in [(a, x, 1), (b, y, 2)] {
        let host = if number == 0 { 3 - host } else { host };
        let set = format!(
            "ip addr add 10.200.{number}.{host}/24 dev {name}; ip -6 addr add fdff:{number}::{host}/64 dev {name} nodad; ip link set {name} up"
        );
        within(namespace, &set);
    }
}

fn within(namespace: &str, commands: &str) {
    let done = run("ip", &["netns", "exec", namespace, "sh", "-e", "-c", commands]);
    done.unwrap_or_else(|error| panic!("{commands}: {error}"));
}

/// # Errors
/// What the program says.
pub fn run(program: &str, args: &[&str]) -> Result<String, String> {
    let output = Command::new(program).args(args).output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Gives a text to a command within a namespace.
///
/// # Errors
/// What the program says.
pub fn feed(namespace: &str, command: &str, text: &str) -> Result<(), String> {
    let script = if text.is_empty() { command.to_owned() } else { format!("{command} <<'END'\n{text}END\n") };
    run("ip", &["netns", "exec", namespace, "sh", "-e", "-c", &script]).map(drop)
}

/// What a command prints within a namespace.
pub fn ask(namespace: &str, command: &str) -> String {
    run("ip", &["netns", "exec", namespace, "sh", "-e", "-c", command])
        .unwrap_or_else(|error| panic!("{command}: {error}"))
}
