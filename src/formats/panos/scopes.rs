//! Where rules and objects live: shared, virtual systems, Panorama's device groups and their parents.

use super::tree::Node;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Shared,
    Vsys,
    DeviceGroup,
    /// What Panorama pushed to a firewall.
    Pushed,
}

#[derive(Clone, Debug)]
pub(super) struct Scope<'a> {
    pub name: String,
    pub kind: Kind,
    pub node: &'a Node,
    pub parent: Option<usize>,
    /// Device groups that may stand above this one, where the export does not tell.
    pub maybe_above: Vec<usize>,
}

/// One configuration: its scopes, `shared` first where there is one.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes<'a> {
    pub all: Vec<Scope<'a>>,
    /// Whether Panorama's hierarchy of device groups is missing.
    pub unknown_parents: bool,
    /// The setting by which an outer object hides an inner one, where it is on.
    pub outer_first: Option<&'a Node>,
    /// Static routes that discard what they match.
    pub discards: Vec<&'a Node>,
    /// The setting that names the firewall's Panorama, where nothing that Panorama pushed is in the text.
    pub elsewhere: Option<&'a Node>,
}

impl<'a> Scopes<'a> {
    pub fn of(config: &'a Node) -> Scopes<'a> {
        let mut scopes = Scopes::default();
        let bodies: Vec<&Node> = std::iter::once(config).chain(config.entries(&["devices"])).collect();
        for shared in bodies.iter().flat_map(|body| body.all(&["shared"])) {
            scopes.push("shared", Kind::Shared, shared, None);
        }
        let shared = (!scopes.all.is_empty()).then_some(0);
        let pushed = scopes.pushed(&bodies, shared);
        for body in &bodies {
            for entry in body.entries(&["vsys"]) {
                let of_vsys =
                    scopes.all.iter().position(|scope| scope.kind == Kind::Pushed && scope.name == entry.name);
                scopes.push(&entry.name, Kind::Vsys, entry, of_vsys.or(pushed));
            }
            for entry in body.entries(&["device-group"]) {
                scopes.push(&entry.name, Kind::DeviceGroup, entry, shared);
            }
            if holds_sections(body) {
                scopes.push("", Kind::Vsys, body, pushed);
            }
        }
        scopes.discards = bodies.iter().flat_map(|body| discarding(body)).collect();
        scopes.find_parents(config);
        scopes.settings(&bodies);
        scopes
    }

    /// What Panorama pushed: to all virtual systems, and below it to single ones. Gives the innermost scope above a virtual
    /// system that nothing was pushed to by itself.
    fn pushed(&mut self, bodies: &[&'a Node], shared: Option<usize>) -> Option<usize> {
        let in_policy = bodies.iter().flat_map(|body| body.all(&["policy", "panorama"]));
        let panoramas: Vec<&Node> = bodies.iter().flat_map(|body| body.all(&["panorama"])).chain(in_policy).collect();
        let mut above = shared;
        for body in panoramas.iter().flat_map(|panorama| panorama.all(&["shared"])).chain(panoramas.iter().copied()) {
            if holds_sections(body) {
                self.push("", Kind::Pushed, body, above);
                above = Some(self.all.len() - 1);
            }
        }
        for entry in panoramas.iter().flat_map(|panorama| panorama.entries(&["vsys"])) {
            self.push(&entry.name, Kind::Pushed, entry, above);
        }
        above
    }

    fn settings(&mut self, bodies: &[&'a Node]) {
        let of = |path: &[&str]| bodies.iter().flat_map(|body| body.all(path)).next_back();
        self.outer_first = of(&["deviceconfig", "setting", "management", "ancestor-objects-take-precedence"])
            .filter(|setting| setting.children.iter().any(|value| value.name == "yes"));
        let of_panorama = of(&["deviceconfig", "system", "panorama-server"]).or(of(&[
            "deviceconfig",
            "system",
            "panorama",
            "local-panorama",
            "panorama-server",
        ]));
        let is_firewall = self.all.iter().all(|scope| matches!(scope.kind, Kind::Shared | Kind::Vsys));
        let holds_pushed = bodies.iter().any(|body| body.child("panorama").or(body.child("policy")).is_some());
        self.elsewhere = of_panorama.filter(|_| is_firewall && !holds_pushed);
    }

    fn push(&mut self, name: &str, kind: Kind, node: &'a Node, parent: Option<usize>) {
        self.all.push(Scope { name: name.to_owned(), kind, node, parent, maybe_above: Vec::new() });
    }

    fn groups(&self) -> Vec<usize> {
        (0..self.all.len()).filter(|&index| self.all[index].kind == Kind::DeviceGroup).collect()
    }

    /// Panorama keeps the hierarchy in `readonly`; without it any other group may stand above one.
    fn find_parents(&mut self, config: &Node) {
        let groups = self.groups();
        let parents = parents(config);
        if parents.is_empty() && groups.len() > 1 {
            self.unknown_parents = true;
            for &group in &groups {
                self.all[group].maybe_above = groups.iter().copied().filter(|&other| other != group).collect();
            }
        }
        for &group in &groups {
            let parent = parents.get(self.all[group].name.as_str());
            let index = parent.and_then(|name| groups.iter().find(|&&other| self.all[other].name == **name));
            if let Some(&index) = index {
                self.all[group].parent = Some(index);
            }
        }
    }

    /// A scope and what stands above it, the innermost first; a circle ends where it closes.
    pub fn chain(&self, index: usize) -> Vec<usize> {
        let mut chain = vec![index];
        while let Some(parent) = self.all[chain[chain.len() - 1]].parent {
            if chain.contains(&parent) {
                break;
            }
            chain.push(parent);
        }
        chain
    }

    /// The scopes that a firewall can belong to: virtual systems and device groups; `shared` by itself if there is nothing
    /// else.
    pub fn seen_from(&self) -> Vec<usize> {
        let has_vsys = self.all.iter().any(|scope| scope.kind == Kind::Vsys);
        let seen = |index: &usize| match self.all[*index].kind {
            Kind::Shared => false,
            Kind::Pushed => !has_vsys && self.all.iter().all(|scope| scope.parent != Some(*index)),
            Kind::Vsys | Kind::DeviceGroup => true,
        };
        let inner: Vec<usize> = (0..self.all.len()).filter(seen).collect();
        if inner.is_empty() { (0..self.all.len()).collect() } else { inner }
    }
}

/// The words of a scope that stand at the top: a firewall with one virtual system, in `set` lines and braces, or a piece of
/// a configuration.
fn holds_sections(body: &Node) -> bool {
    const SECTIONS: [&str; 10] = [
        "rulebase",
        "pre-rulebase",
        "post-rulebase",
        "address",
        "address-group",
        "service",
        "service-group",
        "external-list",
        "profiles",
        "profile-group",
    ];
    SECTIONS.iter().any(|section| body.child(section).is_some())
}

fn parents(config: &Node) -> BTreeMap<&str, &str> {
    let mut found = BTreeMap::new();
    for readonly in config.all(&["readonly"]) {
        let groups = readonly.entries(&["devices"]).flat_map(|device| device.entries(&["device-group"]));
        let listed = readonly.entries(&["dg-meta-data", "dg-info"]);
        for group in groups.chain(listed).chain(readonly.entries(&["device-group"])) {
            if let Some(parent) = group.value("parent-dg") {
                found.insert(group.name.as_str(), parent);
            } else if group.child("id").is_some() {
                found.insert(group.name.as_str(), "shared");
            }
        }
    }
    found
}

/// The configurations in what was read: below `response` and `result`, and pieces of one put where they belong. What
/// Panorama pushed (`show config pushed-shared-policy`) belongs to the firewall before it.
pub(super) fn configurations(roots: Vec<Node>) -> Vec<Node> {
    let mut found: Vec<Node> = Vec::new();
    for config in roots.into_iter().flat_map(unwrap) {
        match found.last_mut() {
            Some(firewall) if config.children.iter().all(|child| child.name == "policy") => {
                firewall.children.extend(config.children);
            }
            _ => found.push(config),
        }
    }
    found
}

fn unwrap(node: Node) -> Vec<Node> {
    let below = |mut child: Node, above: &[&str]| {
        for name in above.iter().rev() {
            let (span, complete) = (child.span, child.complete);
            child = Node { children: vec![child], complete, ..Node::new(*name, span) };
        }
        vec![child]
    };
    match node.name.as_str() {
        "response" | "result" => node.children.into_iter().flat_map(unwrap).collect(),
        "rules" => below(node, &["config", "rulebase", "security"]),
        "security" | "decryption" => below(node, &["config", "rulebase"]),
        "config" | "" => match node.children.iter().position(|child| child.name == "config") {
            Some(at) if node.name.is_empty() => {
                let mut children = node.children;
                unwrap(children.swap_remove(at))
            }
            _ => vec![node],
        },
        _ => below(node, &["config"]),
    }
}

/// Static routes of virtual and logical routers, IPv4's and IPv6's, with the next hop "Discard" (docs.paloaltonetworks.com:
/// "Configure a Static Route").
fn discarding(body: &Node) -> Vec<&Node> {
    let routers = body.entries(&["network", "virtual-router"]).chain(body.entries(&["network", "logical-router"]));
    let tables = routers.flat_map(|router| router.all(&["routing-table"]).into_iter().chain(router.all(&["vrf"])));
    let lists =
        tables.flat_map(|table| [table.all(&["ip", "static-route"]), table.all(&["ipv6", "static-route"])].concat());
    let routes = lists.flat_map(|list| &list.children);
    routes.filter(|route| route.child("nexthop").is_some_and(|next| next.child("discard").is_some())).collect()
}
