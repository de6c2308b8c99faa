//! What the types of a catalogue cannot say by themselves: ids that must differ, keys that must exist, values that must fit.

use super::locate::{Complaint, Trail};
use super::{Catalogue, Contradiction, Fact, FactType, HostEntry, Note, Op, Requirement, Scenario, Value, When};
use std::collections::BTreeSet;

type Checked = Result<(), Complaint>;

/// The first thing that is wrong, if any.
pub(super) fn check(catalogue: &Catalogue) -> Checked {
    let top = Trail::default();
    version(&catalogue.catalogue_version, &top.key("catalogueVersion"))?;
    day(&catalogue.updated, &top.key("updated"))?;
    for (key, origin) in &catalogue.sources {
        day(&origin.last_verified, &top.key("sources").key(key).key("lastVerified"))?;
    }
    for (key, fact) in &catalogue.facts {
        fact_values(fact, &top.key("facts").key(key))?;
    }
    let mut ids = BTreeSet::new();
    for (index, scenario) in catalogue.scenarios.iter().enumerate() {
        let at = top.key("scenarios").index(index);
        unique(&mut ids, &scenario.id, "scenario", &at)?;
        Checker { catalogue }.scenario(scenario, &at)?;
    }
    Ok(())
}

fn version(text: &str, at: &Trail) -> Checked {
    match text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(()),
        false => Err(at.complain(format!("\"{text}\" is not ten digits: year, month, day and a number such as 00"))),
    }
}

fn day(text: &str, at: &Trail) -> Checked {
    let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
    match text.chars().map(digits).eq("0000-00-00".chars()) {
        true => Ok(()),
        false => Err(at.complain(format!("\"{text}\" is no date such as 2026-11-22"))),
    }
}

fn fact_values(fact: &Fact, at: &Trail) -> Checked {
    match (fact.kind == FactType::Choice, fact.values.is_empty()) {
        (true, true) => Err(at.complain("a choice needs values")),
        (false, false) => Err(at.key("values").complain("only a choice has values")),
        _ => Ok(()),
    }
}

fn unique<'a>(ids: &mut BTreeSet<&'a str>, id: &'a str, kind: &str, at: &Trail) -> Checked {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if id.is_empty() || !id.chars().all(legal) {
        return Err(at.key("id").complain(format!("the id \"{id}\" may have letters, digits, dots and hyphens only")));
    }
    match ids.insert(id) {
        true => Ok(()),
        false => Err(at.key("id").complain(format!("another {kind} has the id \"{id}\" already"))),
    }
}

struct Checker<'a> {
    catalogue: &'a Catalogue,
}

impl Checker<'_> {
    fn scenario(&self, scenario: &Scenario, at: &Trail) -> Checked {
        self.notes(&scenario.notes, at)?;
        let mut ids = BTreeSet::new();
        for (index, requirement) in scenario.requirements.iter().enumerate() {
            let at = at.key("requirements").index(index);
            unique(&mut ids, &requirement.id, "requirement of this scenario", &at)?;
            self.requirement(requirement, &at)?;
        }
        Ok(())
    }

    fn requirement(&self, requirement: &Requirement, at: &Trail) -> Checked {
        if requirement.tcp_ports.is_empty() {
            return Err(at.key("tcpPorts").complain("a requirement needs at least one port"));
        }
        if !has_a_plane(requirement) {
            return Err(at.complain("a requirement needs urls, ips, serviceTags or bgpCommunities"));
        }
        tags(&requirement.service_tags, &at.key("serviceTags"))?;
        single(&requirement.witnesses, &at.key("witnesses"))?;
        single(&requirement.private_dns_zones, &at.key("privateDnsZones"))?;
        self.cited(&requirement.source, &at.key("source"))?;
        self.known(&requirement.tls_inspection_source, &at.key("tlsInspectionSource"))?;
        self.when(requirement.when.as_ref(), &at.key("when"))?;
        self.contradiction(requirement.contradicts.as_ref(), &at.key("contradicts"))?;
        self.notes(&requirement.notes, at)
    }

    fn notes(&self, notes: &[Note], at: &Trail) -> Checked {
        for (index, note) in notes.iter().enumerate() {
            let at = at.key("notes").index(index);
            self.cited(&note.source, &at.key("source"))?;
            self.when(note.when.as_ref(), &at.key("when"))?;
            self.contradiction(note.contradicts.as_ref(), &at.key("contradicts"))?;
        }
        Ok(())
    }

    fn cited(&self, keys: &[String], at: &Trail) -> Checked {
        match keys.is_empty() {
            true => Err(at.complain("no source is named")),
            false => self.known(keys, at),
        }
    }

    fn known(&self, keys: &[String], at: &Trail) -> Checked {
        keys.iter().enumerate().try_for_each(|(index, key)| self.source(key, &at.index(index)))
    }

    fn contradiction(&self, other: Option<&Contradiction>, at: &Trail) -> Checked {
        other.map_or(Ok(()), |other| self.source(&other.source, &at.key("source")))
    }

    fn source(&self, key: &str, at: &Trail) -> Checked {
        match self.catalogue.sources.contains_key(key) {
            true => Ok(()),
            false => Err(at.complain(format!("the catalogue has no source \"{key}\""))),
        }
    }

    fn when(&self, when: Option<&When>, at: &Trail) -> Checked {
        let tests = when.map(When::tests).unwrap_or_default();
        tests.into_iter().try_for_each(|(fact, op, value)| self.test(fact, op, value).map_err(|why| at.complain(why)))
    }

    fn test(&self, key: &str, op: Op, value: &Value) -> Result<(), String> {
        let fact = self.catalogue.facts.get(key).ok_or_else(|| format!("the catalogue has no fact \"{key}\""))?;
        match (op, value) {
            _ if op.is_order() && fact.kind != FactType::Integer => {
                Err(format!("only whole numbers have an order, and the fact \"{key}\" is {}", fact.expects()))
            }
            (Op::In, Value::List(values)) => values.iter().try_for_each(|value| fits(key, fact, value)),
            (Op::In, _) => Err("\"in\" needs a list as its value".to_owned()),
            _ => fits(key, fact, value),
        }
    }
}

fn has_a_plane(requirement: &Requirement) -> bool {
    !(requirement.urls.is_empty()
        && requirement.ips.is_empty()
        && requirement.service_tags.is_empty()
        && requirement.bgp_communities.is_empty())
}

fn tags(names: &[String], at: &Trail) -> Checked {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let wrong = names.iter().position(|name| name.is_empty() || !name.chars().all(legal));
    wrong.map_or(Ok(()), |index| {
        let message = format!("\"{}\" is no service tag: letters, digits and dots, without blanks", names[index]);
        Err(at.index(index).complain(message))
    })
}

fn single(entries: &[HostEntry], at: &Trail) -> Checked {
    let wrong = entries.iter().position(HostEntry::is_wildcard);
    wrong.map_or(Ok(()), |index| Err(at.index(index).complain(format!("\"{}\" is not a single name", entries[index]))))
}

fn fits(key: &str, fact: &Fact, value: &Value) -> Result<(), String> {
    let fitting = match (fact.kind, value) {
        (FactType::Boolean, Value::Boolean(_)) | (FactType::Integer, Value::Integer(_)) => true,
        (FactType::Choice, Value::Text(text)) => fact.accepts(text),
        _ => false,
    };
    match fitting {
        true => Ok(()),
        false => Err(format!("the fact \"{key}\" has to be compared with {}", fact.expects())),
    }
}
