//! The engine and the naive evaluator, on random packets over random pairs of groups.
//!
//! `NSG_SEED` repeats a run, `NSG_PACKETS` makes it longer.

use crate::generate::{self, Asked, Wanted};
use crate::model::{EVERY_PORT, Group, Packet, Place, Protocol, Rule, passes};
use crate::random::Random;
use crate::spell;
use egress_check::addresses::AddressSet;
use egress_check::azure::ServiceTags;
use egress_check::device::{Device, Reading};
use egress_check::explain::{AnswerVerdict, Target, explain};
use egress_check::policy;
use egress_check::problem::Severity;
use egress_check::reach::{self, Along, Outcome, Question, TagTable};
use egress_check::source::Source;
use std::net::IpAddr;

const QUESTIONS: usize = 10;
const PACKETS: usize = 25;

struct Table(ServiceTags);

impl TagTable for Table {
    fn addresses(&self, tag: &str) -> Option<&AddressSet> {
        Some(&self.0.tag(tag)?.addresses)
    }
}

fn table() -> Table {
    let tags = ServiceTags::read("tags.json", spell::service_tags().as_bytes());
    Table(tags.unwrap_or_else(|problem| panic!("{}", problem.message)))
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// A run's seed: the given one, else another every time.
fn seed() -> u64 {
    let clock =
        || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |time| time.as_nanos() as u64);
    let seed = from_environment("NSG_SEED").unwrap_or_else(clock);
    println!("NSG_SEED={seed}");
    seed
}

fn wanted_packets() -> usize {
    from_environment("NSG_PACKETS").unwrap_or(100_000) as usize
}

/// The texts of one pair, read as devices on one path; `what` tells a failure.
struct Path<'a> {
    devices: Vec<Device<'a>>,
    what: &'a str,
}

fn read(texts: &[String]) -> Vec<Source> {
    let read = |(index, text): (usize, &String)| Source::read("nsg.json", index as u16, text.as_bytes());
    texts.iter().enumerate().map(|each| read(each).unwrap_or_else(|problem| panic!("{}", problem.message))).collect()
}

impl<'a> Path<'a> {
    fn of(sources: &'a [Source], what: &'a str) -> Path<'a> {
        let device = |source| {
            let device =
                Device::read(source, &[], &Reading::default()).unwrap_or_else(|problem| panic!("{problem:?}\n{what}"));
            let bad: Vec<_> =
                device.policy.problems.iter().filter(|problem| problem.severity > Severity::Note).collect();
            assert!(bad.is_empty(), "{bad:?}\n{what}");
            assert_eq!(device.labels().len(), 1, "{:?}\n{what}", device.labels());
            device
        };
        Path { devices: sources.iter().map(device).collect(), what }
    }

    fn ask(&self, question: &Question, tags: &Table) -> Vec<Along<AddressSet>> {
        let path: Vec<_> = self.devices.iter().map(Device::views).collect();
        reach::addresses(&path, question, tags, &AddressSet::all())
    }

    /// What `explain` says of one address, device by device.
    fn explain(&self, question: &Question, tags: &Table, address: IpAddr) -> Outcome {
        let text = address.to_string();
        let target = Target::Addresses(AddressSet::from_address(address));
        let answers = self.devices.iter().map(|device| explain(device, question, tags, &text, &target).verdict);
        answers.fold(Outcome::Allowed, |before, verdict| match (before, verdict) {
            (Outcome::Blocked, _) | (_, AnswerVerdict::Blocked) => Outcome::Blocked,
            (before, AnswerVerdict::Allowed) => before,
            _ => Outcome::Undecided,
        })
    }
}

fn question(asked: &Asked) -> Question {
    let mut question = Question::tcp(asked.port);
    question.source = Some(AddressSet::from_address(asked.source));
    question.protocol = if asked.protocol == Protocol::Udp { policy::Protocol::Udp } else { policy::Protocol::Tcp };
    question
}

/// The outcome of the one part that holds `address`.
fn outcome(parts: &[Along<AddressSet>], address: IpAddr) -> Outcome {
    let holding: Vec<_> = parts.iter().filter(|part| part.of.contains(address)).collect();
    assert_eq!(holding.len(), 1, "{address} stands in {} parts", holding.len());
    holding[0].joint().outcome
}

fn pair(random: &mut Random, wanted: Wanted) -> [Group; 2] {
    ["nsg-nic", "nsg-subnet"].map(|name| generate::group(random, name, wanted))
}

#[test]
fn the_engine_agrees_with_the_naive_evaluator() {
    let (seed, tags) = (seed(), table());
    let mut random = Random::new(seed);
    let (mut allowed, mut total, mut pairs) = (0, 0, 0);
    while total < wanted_packets() {
        let effective = random.once_in(4);
        let groups = pair(&mut random, Wanted { effective, hidden: false });
        let texts = match effective {
            true => vec![spell::effective(&mut random, &groups)],
            false => spell::configured(&mut random, &groups),
        };
        let sources = read(&texts);
        let what = format!("NSG_SEED={seed}, pair {pairs}: {groups:#?}\n{}", texts.join("\n"));
        let path = Path::of(&sources, &what);
        for _ in 0..QUESTIONS {
            // Effective rules write `*` as 0.0.0.0/0, which leaves IPv6 open.
            let asked = generate::asked(&mut random, effective);
            let question = question(&asked);
            let parts = path.ask(&question, &tags);
            for index in 0..PACKETS {
                let packet = generate::packet(&mut random, &asked);
                let expected = if passes(&groups, &packet) { Outcome::Allowed } else { Outcome::Blocked };
                assert_eq!(outcome(&parts, packet.destination), expected, "{packet:?}\n{}", path.what);
                if index == 0 {
                    assert_eq!(
                        path.explain(&question, &tags, packet.destination),
                        expected,
                        "{packet:?}\n{}",
                        path.what
                    );
                }
                allowed += usize::from(expected == Outcome::Allowed);
                total += 1;
            }
        }
        pairs += 1;
    }
    println!("{total} packets over {pairs} pairs: {allowed} allowed, {} blocked, none undecided", total - allowed);
    assert!(allowed * 10 > total && allowed * 10 < total * 9, "one-sided: {allowed} of {total} allowed");
}

/// Everything that a question leaves open about a packet: where it comes from, from which port, and which interfaces are
/// members of which application security groups.
fn worlds(groups: &[Group; 2], packet: &Packet) -> Vec<Packet> {
    const V4: &[&str] =
        &["10.0.0.1", "10.1.0.0", "10.1.2.2", "10.1.2.3", "10.200.0.1", "100.64.0.1", "172.16.0.1", "192.168.1.1"];
    const V6: &[&str] = &["fd00::1", "fd00:1::", "fd00:1::5", "fdff::1"];
    const MEMBERS: &[&[&str]] = &[&[], &["asg-web"], &["asg-db"], &["asg-web", "asg-db"]];
    let rules = || groups.iter().flat_map(|group| &group.rules).filter(|rule| rule.outbound);
    let by_port = rules().any(|rule| rule.source_ports != [EVERY_PORT]);
    let ports: &[u16] = if by_port { &[1024, 5000, 5001, 49151, 49152, 65535] } else { &[50000] };
    let sources = if packet.destination.is_ipv4() { V4 } else { V6 };
    let inside = Place::VirtualNetwork.holds(packet.destination, &[]);
    let members = |at: fn(&Rule) -> &[Place], possible| {
        let some = rules().any(|rule| at(rule).iter().any(|place| matches!(place, Place::Group(_))));
        if some && possible { MEMBERS } else { &MEMBERS[..1] }
    };
    let mut worlds = Vec::new();
    for source in sources {
        for &source_port in ports {
            for from in members(|rule| &rule.source, true) {
                // An application security group holds interfaces, which have addresses of the virtual network.
                for to in members(|rule| &rule.destination, inside) {
                    let source = source.parse().expect("an address");
                    worlds.push(Packet {
                        source,
                        source_port,
                        source_groups: from.to_vec(),
                        destination_groups: to.to_vec(),
                        ..packet.clone()
                    });
                }
            }
        }
    }
    worlds
}

/// How many rules look at what the question leaves open.
fn open_rules(groups: &[Group; 2]) -> usize {
    let hidden = |place: &Place| matches!(place, Place::Group(_));
    let narrow = |place: &Place| matches!(place, Place::Prefix(prefix) if prefix.length > 0);
    let open = |rule: &&Rule| {
        let from = rule.source.iter().any(|place| hidden(place) || narrow(place));
        from || rule.destination.iter().any(hidden) || rule.source_ports != [EVERY_PORT]
    };
    groups.iter().flat_map(|group| &group.rules).filter(|rule| rule.outbound).filter(open).count()
}

/// Sound always: what is allowed or blocked is so in every world. Exact where one rule alone looks at what is open.
#[test]
fn what_the_question_leaves_open_leaves_open_only_what_depends_on_it() {
    let (seed, tags) = (seed(), table());
    let mut random = Random::new(seed);
    let (mut decided, mut undecided, mut exact) = (0, 0, 0);
    for index in 0..wanted_packets() / 500 {
        let groups = pair(&mut random, Wanted { effective: false, hidden: true });
        let texts = spell::configured(&mut random, &groups);
        let sources = read(&texts);
        let what = format!("NSG_SEED={seed}, pair {index}: {groups:#?}\n{}", texts.join("\n"));
        let path = Path::of(&sources, &what);
        let asked = generate::asked(&mut random, index % 4 > 0);
        let parts = path.ask(&Question { source: None, ..question(&asked) }, &tags);
        for _ in 0..10 {
            let packet = generate::packet(&mut random, &asked);
            let worlds = worlds(&groups, &packet);
            let passing = worlds.iter().filter(|world| passes(&groups, world)).count();
            match outcome(&parts, packet.destination) {
                Outcome::Allowed => assert_eq!(passing, worlds.len(), "{packet:?}\n{}", path.what),
                Outcome::Blocked => assert_eq!(passing, 0, "{packet:?}\n{}", path.what),
                _ if open_rules(&groups) == 1 => {
                    assert!(0 < passing && passing < worlds.len(), "needlessly open: {packet:?}\n{}", path.what);
                    exact += 1;
                }
                _ => undecided += 1,
            }
            decided += 1;
        }
    }
    undecided += exact;
    println!("{decided} packets: {undecided} undecided, {exact} of them by one rule that differs");
    assert!(undecided * 2 < decided && exact > 0, "{undecided} of {decided} undecided, {exact} exact");
}
