//! The ports of a set with exceptions, cut so that each piece holds for a whole element: the kernel keeps each port by itself.

use super::options::port_range;
use super::sets::Set;
use std::collections::BTreeSet;

/// Where the ports of the elements begin, or end before.
pub(super) struct Pieces {
    cuts: BTreeSet<u32>,
}

impl Pieces {
    pub fn of(set: &Set) -> Pieces {
        let ports = set.elements.iter().flat_map(|element| element.text.split(',')).filter_map(ports);
        Pieces { cuts: ports.flat_map(|(_, first, last)| [first, last + 1]).collect() }
    }

    /// The parts of an element beside its address, once for each piece of its ports.
    pub fn cut(&self, parts: &[String]) -> Vec<Vec<String>> {
        let Some((at, (protocol, first, last))) =
            parts.iter().enumerate().find_map(|(at, part)| Some((at, ports(part)?)))
        else {
            return vec![parts.to_vec()];
        };
        let starts: Vec<u32> = self.cuts.range(first..=last + 1).copied().collect();
        let piece = |pair: &[u32]| {
            let text = format!("{protocol}:{}-{}", pair[0], pair[1] - 1);
            parts
                .iter()
                .enumerate()
                .map(|(index, part)| if index == at { text.clone() } else { part.clone() })
                .collect()
        };
        starts.windows(2).map(piece).collect()
    }
}

/// `tcp:440-450`, or `443` for TCP (ipset(8), "hash:net,port").
fn ports(part: &str) -> Option<(&str, u32, u32)> {
    let (protocol, range) = match part.split_once(':') {
        Some((protocol, range)) if protocol.chars().all(|c| c.is_ascii_alphanumeric()) => (protocol, range),
        Some(_) => return None,
        None => ("tcp", part),
    };
    let (first, last) = port_range(range)?;
    Some((protocol, u32::from(first), u32::from(last)))
}
