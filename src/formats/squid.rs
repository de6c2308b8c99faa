//! Squid's `squid.conf`: what its `acl` and `http_access` lines let through.
//!
//! Sources: squid.conf.documented and `src/cf.data.pre` of Squid; what is marked so was checked with Squid 5.7.
//!
//! ```text
//! Source ─lines─▶ logical lines ─statements─▶ directives in force ─collect─▶ ACLs, http_access, ssl_bump
//!                                                  ACLs ─meaning─▶ conditions ─access, bump─▶ Policy
//! ```

mod access;
mod acl;
mod addresses;
mod bump;
mod collect;
mod directives;
mod domains;
mod kinds;
mod lines;
mod macros;
mod meaning;
mod options;
mod regexes;
mod remedy;
mod sets;
mod statements;

#[cfg(test)]
mod tests;

use super::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::{Gate, Policy, Reason, Vantage};
use crate::problem::Problem;
use crate::source::Source;
use access::List;
use collect::Collected;
use meaning::Meanings;
use statements::Reader;

/// The configuration of the proxy Squid.
pub struct Squid;

impl Format for Squid {
    fn id(&self) -> &'static str {
        "squid"
    }

    fn title(&self) -> &'static str {
        "Squid proxy configuration"
    }

    fn how_to_export(&self) -> &'static str {
        "On the proxy: `cat /etc/squid/squid.conf`. Attach the files that it includes (`include`) and the list files that its \
         `acl` lines name (`\"/etc/squid/….txt\"`). `squidclient mgr:config` prints the configuration in force."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        recognise(source)
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        read(input)
    }

    fn remedy(&self, input: &Input<'_>, _policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        remedy::remedy(input, gaps)
    }
}

fn recognise(source: &Source) -> Confidence {
    if source.text().trim_start().starts_with(['{', '[', '<']) {
        return Confidence::none();
    }
    let (mut acls, mut accesses, mut ports) = (0, 0, 0);
    for line in source.lines() {
        let words: Vec<&str> = line.text.split_whitespace().take(3).collect();
        match words.as_slice() {
            ["acl", _, type_name] if kinds::Kind::of(type_name).is_some() => acls += 1,
            ["http_access", "allow" | "deny", ..] => accesses += 1,
            ["http_port", port, ..] if port.ends_with(|c: char| c.is_ascii_digit()) => ports += 1,
            _ => {}
        }
    }
    let percent = match (accesses, acls, ports) {
        (0, 0, 0) => return Confidence::none(),
        (1.., _, _) => 95,
        (_, 1.., _) => 85,
        _ => 60,
    };
    Confidence::new(percent, format!("{acls} `acl`, {accesses} `http_access` and {ports} `http_port` lines"))
}

fn read(input: &Input<'_>) -> Policy {
    let Reader { events, problems, refusals, mut account, .. } = Reader::read(input);
    let mut collected = Collected::new(input);
    events.iter().for_each(|event| collected.take(event, &mut account));
    let mut meanings = Meanings::of(&collected.acls, input.stated, collected.ports.nameless());
    let vantage = vantage(&collected, &mut meanings);
    let refusals = [refusals, collected.acls.refusals.clone(), meanings.refusals, circle(&collected)].concat();
    let mut problems = [
        problems,
        collected.notes(),
        bump_notes(&collected),
        collected.problems,
        collected.acls.problems.clone(),
        meanings.problems,
        refused(refusals).into_iter().collect(),
    ]
    .concat();
    problems.sort_by_key(|problem| problem.span.map(|span| (span.file, span.start)));
    Policy { vantages: vec![vantage], problems, account }
}

fn vantage(collected: &Collected<'_>, meanings: &mut Meanings<'_>) -> Vantage {
    let asked = List::ALL.iter().filter(|&&list| collected.access.is_asked(list));
    let mut gates: Vec<Gate> = asked.map(|&list| access::gate(list, &collected.access, meanings)).collect();
    let bumps = if is_bumping(collected) { collected.bumps.as_slice() } else { &[] };
    if bumps.iter().any(bump::Line::terminates) {
        gates.push(bump::terminates(bumps, meanings));
    }
    let decrypts = (!bumps.is_empty()).then(|| bump::decrypts(bumps, meanings));
    Vantage { label: "http_access".into(), gates, decrypts, ..Vantage::default() }
}

/// Without any port line the paste is a part of the configuration; then its `ssl_bump` lines are taken to be in force.
fn is_bumping(collected: &Collected<'_>) -> bool {
    !collected.ports.any || collected.ports.bumping
}

fn bump_notes(collected: &Collected<'_>) -> Vec<Problem> {
    let Some(first) = collected.bumps.first() else { return Vec::new() };
    let message = match is_bumping(collected) {
        true => "`ssl_bump` may open TLS connections; which ones is told apart from what passes.",
        false => "`ssl_bump` opens nothing here: no port has the option `ssl-bump`.",
    };
    vec![Problem::note("other-stage", message).at(first.span())]
}

fn circle(collected: &Collected<'_>) -> Vec<Reason> {
    let reason = |acl: &acl::Acl| {
        let text = format!("the ACL `{}` contains itself, and Squid does not start", acl.name);
        Reason { text, span: acl.span }
    };
    collected.acls.circular().map(reason).into_iter().collect()
}

/// Squid stops at the first line that it refuses, so that is the one to tell.
fn refused(mut refusals: Vec<Reason>) -> Option<Problem> {
    refusals.sort_by_key(|reason| reason.span.map_or((u16::MAX, 0), |span| (span.file, span.start)));
    let first = refusals.into_iter().next()?;
    let message = format!("Squid refuses this configuration: {}.", first.text);
    let problem = Problem::error("refused-by-device", message);
    let problem = problem.hint("Check the paste against what `squid -k parse` says on the proxy.");
    Some(Problem { span: first.span, ..problem })
}
