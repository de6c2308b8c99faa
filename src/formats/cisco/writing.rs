//! Groups and entries in the device's own words.

use super::additions::Addition;
use super::config::{Acl, Entry, Platform};
use ipnet::IpNet;

/// The group of an addition, with the objects that it needs.
pub(super) fn group(platform: Platform, addition: &Addition) -> String {
    let Addition { group, prefixes, names, .. } = addition;
    let mut text = String::new();
    for name in names {
        text += &format!("object network {group}-{name}\n fqdn v4 {name}\n");
    }
    text += &match platform {
        Platform::Asa | Platform::Ios => format!("object-group network {group}\n"),
        Platform::Nxos => format!("object-group ip address {group}\n"),
    };
    for prefix in prefixes {
        text += &format!(" {}\n", member(platform, prefix));
    }
    for name in names {
        text += &format!(" network-object object {group}-{name}\n");
    }
    text
}

fn member(platform: Platform, prefix: &IpNet) -> String {
    let head = if platform == Platform::Asa { "network-object " } else { "" };
    let single = prefix.prefix_len() == prefix.max_prefix_len();
    match prefix {
        _ if single => format!("{head}host {}", prefix.addr()),
        IpNet::V4(v4) if platform != Platform::Nxos => format!("{head}{} {}", v4.network(), v4.netmask()),
        _ => format!("{head}{prefix}"),
    }
}

/// The entries that are wanted, without list and number: one for each source and port.
pub(super) fn entries(platform: Platform, additions: &[Addition], sources: &[IpNet]) -> Vec<String> {
    let anywhere = || vec!["any".to_owned()];
    let from: Vec<String> = match sources {
        [] => anywhere(),
        sources => sources.iter().map(|prefix| source(platform, prefix)).collect(),
    };
    let keyword = if platform == Platform::Nxos { "addrgroup" } else { "object-group" };
    let mut found = Vec::new();
    for addition in additions {
        let ports: Vec<String> = match addition.ports.as_slice() {
            [] => vec![String::new()],
            ports => ports.iter().map(|port| format!(" eq {port}")).collect(),
        };
        for (source, port) in from.iter().flat_map(|source| ports.iter().map(move |port| (source, port))) {
            found.push(format!("permit tcp {source} {keyword} {}{port}", addition.group));
        }
    }
    found
}

fn source(platform: Platform, prefix: &IpNet) -> String {
    match (prefix, platform) {
        _ if prefix.prefix_len() == 0 => "any".to_owned(),
        _ if prefix.prefix_len() == prefix.max_prefix_len() => format!("host {}", prefix.addr()),
        (IpNet::V4(v4), Platform::Asa) => format!("{} {}", v4.network(), v4.netmask()),
        (IpNet::V4(v4), Platform::Ios) => format!("{} {}", v4.network(), v4.hostmask()),
        _ => prefix.to_string(),
    }
}

/// `line N` puts an entry before the one that has this line now.
pub(super) fn into_asa(acl: &Acl, before: Option<&Entry>, wanted: &[String]) -> String {
    let entry = |(at, text): (usize, &String)| {
        let line = before.map_or(String::new(), |entry| format!("line {} ", entry.number + at as u32));
        format!("access-list {} {line}extended {text}\n", acl.name)
    };
    wanted.iter().enumerate().map(entry).collect()
}

/// Numbers between those of the entries around; where there are too few, the list is numbered anew first.
pub(super) fn into_router(platform: Platform, acl: &Acl, before: Option<&Entry>, wanted: &[String]) -> String {
    let count = wanted.len() as u32;
    let place = before.map_or(acl.entries.len(), |entry| acl.entries.partition_point(|own| own.number < entry.number));
    let previous = place.checked_sub(1).and_then(|at| acl.entries.get(at)).map_or(0, |entry| entry.number);
    let (first, anew) = match before {
        Some(entry) if entry.number.saturating_sub(previous) <= count => {
            let step = (count + 1).max(100);
            (step * place as u32 + 1, renumbered(platform, acl, step))
        }
        Some(entry) => (entry.number - count, String::new()),
        None => (previous - previous % 10 + 10, String::new()),
    };
    let head = match platform {
        Platform::Nxos => format!("ip access-list {}\n", acl.name),
        _ => format!("ip access-list extended {}\n", acl.name),
    };
    let numbered = wanted.iter().enumerate().map(|(at, text)| format!(" {} {text}\n", first + at as u32));
    anew + &head + &numbered.collect::<String>()
}

fn renumbered(platform: Platform, acl: &Acl, step: u32) -> String {
    match platform {
        Platform::Nxos => format!("resequence ip access-list {} {step} {step}\n", acl.name),
        _ => format!("ip access-list resequence {} {step} {step}\n", acl.name),
    }
}
