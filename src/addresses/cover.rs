//! The fewest prefixes that hold at least a set, where a device takes only so many entries.

use super::AddressSet;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Prefixes that hold a set, and what else they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    pub prefixes: Vec<IpNet>,
    /// The addresses that were not in the set.
    pub opened: AddressSet,
}

/// At most `budget` prefixes of each family that hold all of `set` and as few other addresses as possible; as many as
/// needed to be exact if that is less. With a budget of 0 a family that is not empty gets one prefix all the same.
pub(super) fn cover(set: &AddressSet, budget: usize) -> Cover {
    let exact = set.prefixes();
    let (v4, v6): (Vec<IpNet>, Vec<IpNet>) = exact.into_iter().partition(|net| matches!(net, IpNet::V4(_)));
    let prefixes = [v4, v6].into_iter().flat_map(|nets| fewest(&nets, budget.max(1))).collect::<Vec<_>>();
    let opened = AddressSet::from_nets(prefixes.iter().copied()).minus(set);
    Cover { prefixes, opened }
}

fn fewest(nets: &[IpNet], budget: usize) -> Vec<IpNet> {
    if nets.len() <= budget {
        return nets.to_vec();
    }
    let tree = Tree::of(nets);
    let costs = tree.costs(budget);
    let mut chosen = Vec::new();
    tree.choose(&costs, tree.root(), budget, &mut chosen);
    chosen.sort_unstable();
    chosen
}

/// The prefixes of one family, and those above them that hold two or more: a binary tree. Nodes stand behind their
/// children.
struct Tree {
    nodes: Vec<Node>,
}

struct Node {
    net: IpNet,
    children: Option<(usize, usize)>,
    /// How many addresses it holds, less one: a family has one more than fit into a number.
    held: u128,
}

impl Tree {
    /// From disjoint prefixes in order.
    fn of(nets: &[IpNet]) -> Tree {
        let mut tree = Tree { nodes: Vec::with_capacity(2 * nets.len()) };
        let mut open: Vec<usize> = Vec::new();
        for &net in nets {
            while let [.., before, last] = open[..] {
                // Two neighbours meet first where their common prefix is longer than the one with the next.
                if common(tree.nodes[before].net, tree.nodes[last].net).prefix_len()
                    < common(tree.nodes[last].net, net).prefix_len()
                {
                    break;
                }
                open.truncate(open.len() - 2);
                open.push(tree.join(before, last));
            }
            open.push(tree.push(Node { net, children: None, held: size(net) }));
        }
        while let [.., before, last] = open[..] {
            open.truncate(open.len() - 2);
            open.push(tree.join(before, last));
        }
        tree
    }

    fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn join(&mut self, left: usize, right: usize) -> usize {
        let net = common(self.nodes[left].net, self.nodes[right].net);
        let held = self.nodes[left].held + self.nodes[right].held + 1;
        self.push(Node { net, children: Some((left, right)), held })
    }

    fn root(&self) -> usize {
        self.nodes.len() - 1
    }

    /// For each node, how many addresses too many are held with 1, 2, … prefixes below it, up to the budget or to where
    /// it is exact.
    fn costs(&self, budget: usize) -> Vec<Vec<u128>> {
        let mut costs: Vec<Vec<u128>> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let own = size(node.net) - node.held;
            costs.push(match node.children {
                None => vec![own],
                Some((left, right)) => joint(own, &costs[left], &costs[right], budget),
            });
        }
        costs
    }

    /// Takes `count` prefixes at most below a node.
    fn choose(&self, costs: &[Vec<u128>], node: usize, count: usize, chosen: &mut Vec<IpNet>) {
        let mut open = vec![(node, count)];
        while let Some((node, count)) = open.pop() {
            let count = count.min(costs[node].len());
            match self.nodes[node].children {
                Some((left, right)) if count > 1 => {
                    let (best, _) = split(&costs[left], &costs[right], count);
                    open.extend([(left, best), (right, count - best)]);
                }
                _ => chosen.push(self.nodes[node].net),
            }
        }
    }
}

fn joint(own: u128, left: &[u128], right: &[u128], budget: usize) -> Vec<u128> {
    let most = budget.min(left.len() + right.len());
    let parted = (2..=most).map(|count| split(left, right, count).1);
    std::iter::once(own).chain(parted).collect()
}

/// How many of `count` prefixes are best spent on the left, and what is held too many then.
fn split(left: &[u128], right: &[u128], count: usize) -> (usize, u128) {
    let least = count.saturating_sub(right.len()).max(1);
    let most = left.len().min(count - 1);
    let cost = |on_left: usize| left[on_left - 1] + right[(count - on_left).min(right.len()) - 1];
    let best = (least..=most).min_by_key(|&on_left| cost(on_left)).unwrap_or(most);
    (best, cost(best))
}

/// The longest prefix that holds both.
fn common(a: IpNet, b: IpNet) -> IpNet {
    let length = |bits: u32| bits as u8;
    match (a, b) {
        (IpNet::V4(a), IpNet::V4(b)) => {
            let alike = (a.network().to_bits() ^ b.network().to_bits()).leading_zeros();
            let length = length(alike).min(a.prefix_len()).min(b.prefix_len());
            Ipv4Net::new(a.network(), length).map_or(IpNet::V4(a), |net| net.trunc().into())
        }
        (IpNet::V6(a), IpNet::V6(b)) => {
            let alike = (a.network().to_bits() ^ b.network().to_bits()).leading_zeros();
            let length = length(alike).min(a.prefix_len()).min(b.prefix_len());
            Ipv6Net::new(a.network(), length).map_or(IpNet::V6(a), |net| net.trunc().into())
        }
        (a, _) => a,
    }
}

/// How many addresses a prefix holds, less one.
fn size(net: IpNet) -> u128 {
    u128::MAX.checked_shr(128 - u32::from(net.max_prefix_len() - net.prefix_len())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nets(text: &str) -> AddressSet {
        AddressSet::from_nets(text.split_whitespace().map(|net| net.parse::<IpNet>().expect(net)))
    }

    #[test]
    fn a_budget_is_kept_with_as_few_others_as_possible() {
        for (set, budget, prefixes, opened) in [
            ("10.0.0.0/24 10.0.2.0/24", 2, "10.0.0.0/24 10.0.2.0/24", ""),
            ("10.0.0.0/24 10.0.2.0/24", 1, "10.0.0.0/22", "10.0.1.0/24 10.0.3.0/24"),
            ("10.0.0.0/24 10.0.2.0/24 10.9.0.0/24", 2, "10.0.0.0/22 10.9.0.0/24", "10.0.1.0/24 10.0.3.0/24"),
            ("10.0.0.0/32 10.0.0.2/32 10.0.0.4/32", 2, "10.0.0.0/30 10.0.0.4/32", "10.0.0.1/32 10.0.0.3/32"),
            ("0.0.0.0/32 255.255.255.255/32", 1, "0.0.0.0/0", "0.0.0.1-255.255.255.254"),
            ("::/128 ffff::/16", 1, "::/0", "::1-fffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("::/0", 1, "::/0", ""),
            ("2001:db8::/64 2001:db8:0:2::/64", 1, "2001:db8::/62", "2001:db8:0:1::/64 2001:db8:0:3::/64"),
            ("", 1, "", ""),
            ("10.0.0.0/32 10.0.0.2/32 2001:db8::/32", 1, "10.0.0.0/30 2001:db8::/32", "10.0.0.1/32 10.0.0.3/32"),
            ("10.0.0.0/32 10.0.0.2/32", 0, "10.0.0.0/30", "10.0.0.1/32 10.0.0.3/32"),
        ] {
            let found = nets(set).cover(budget);
            let shown: Vec<String> = found.prefixes.iter().map(ToString::to_string).collect();
            assert_eq!(shown.join(" "), prefixes, "{set} with {budget}");
            let entries =
                opened.split_whitespace().map(|text| super::super::parse_entry(text).expect(text).expect(text).set);
            assert_eq!(found.opened, AddressSet::union_all(&entries.collect::<Vec<_>>()), "{set} with {budget}");
        }
    }

    /// Every choice of prefixes of a space of 16 addresses that holds the set, tried.
    fn least(set: u16, budget: usize) -> u32 {
        let prefixes: Vec<u16> = (0..=4_u32)
            .flat_map(|bits| (0..16_u32 >> bits).map(move |at| (((1_u32 << (1 << bits)) - 1) << (at << bits)) as u16))
            .collect();
        let mut best = vec![u32::MAX; 1 << 16];
        best[0] = 0;
        let mut reached = vec![0_u16];
        for _ in 0..budget {
            let next = reached.iter().flat_map(|held| prefixes.iter().map(move |prefix| held | prefix));
            let mut next: Vec<u16> = next.chain(reached.iter().copied()).collect();
            next.sort_unstable();
            next.dedup();
            reached = next;
        }
        reached.iter().filter(|&&held| held & set == set).map(|held| (held & !set).count_ones()).min().unwrap_or(0)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn no_choice_of_as_many_prefixes_opens_less(set in 1_u16.., budget in 1_usize..4) {
            let addresses = (0..16).filter(|n| set >> n & 1 == 1).map(|n| IpNet::V4(Ipv4Net::from(std::net::Ipv4Addr::from_bits(n))));
            let whole = AddressSet::from_nets(addresses);
            let found = whole.cover(budget);
            prop_assert!(found.prefixes.len() <= budget);
            prop_assert!(whole.is_subset(&AddressSet::from_nets(found.prefixes.iter().copied())));
            let opened: u32 = found.opened.v4.ranges().iter().map(|(first, last)| last - first + 1).sum();
            prop_assert_eq!(opened, least(set, budget));
        }
    }
}
