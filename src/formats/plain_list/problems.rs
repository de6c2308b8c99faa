//! What a list has to tell its user.

use super::lines::Meant;
use super::tokens::What;
use super::{Found, Input, List, meaning, quoted};
use crate::problem::Problem;
use crate::source::Source;

/// At most so many problems of one kind are listed one by one.
const LISTED: usize = 20;

impl List {
    pub(super) fn problems(&self, input: &Input<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.may_block && input.polarity.is_none() {
            problems.push(
                Problem::warning(
                    "polarity-unknown",
                    self.row
                        .may_block
                        .unwrap_or("This looks like a list of what is blocked; it may as well say what is allowed."),
                )
                .hint("Choose whether the list allows or blocks; until then nothing is decided."),
            );
        }
        if self.dns {
            problems
                .push(Problem::note("dns-list", "The list steers name resolution or an ad blocker, not connections."));
        }
        let on_first_line = |found: &Found| found.span.start == 0;
        problems.extend(input.source.mark_problem().filter(|_| self.entries.iter().any(on_first_line)));
        problems.extend(self.host_bits(input.source));
        problems.extend(self.not_understood(input.source));
        let any_port = |found: &Found| meaning::ports(&found.entry).is_none();
        if let Some(found) = self.entries.iter().find(|found| any_port(found)) {
            let message = "Entries without a port are read as letting every port through.";
            problems.push(Problem::note("ports-assumed", message).at(found.span));
        }
        problems
    }

    fn host_bits(&self, source: &Source) -> Vec<Problem> {
        let found = self.entries.iter().filter_map(|found| match &found.entry.meant {
            Meant::Written(written) => match &written.what {
                What::Addresses { host_bits: Some(net), .. } => Some((found, net)),
                _ => None,
            },
            _ => None,
        });
        let each = found.map(|(found, net)| {
            let message = format!("`{}` has host bits set; it is read as {net}.", found.entry.text);
            Problem::warning("host-bits", message).at(found.span)
        });
        capped(source, each, "host-bits", "prefixes have host bits set and are read without them")
    }

    fn not_understood(&self, source: &Source) -> Vec<Problem> {
        let each = self.unclear.iter().map(|(span, why, _)| {
            Problem::warning("not-understood", format!("`{}`: {why}.", quoted(source, *span)))
                .at(*span)
                .hint("Verdicts that this line could change are undecided.")
        });
        capped(source, each, "not-understood", "lines are not understood")
    }
}

/// The first problems of a kind, and one that counts the rest.
fn capped(source: &Source, each: impl Iterator<Item = Problem>, id: &'static str, what: &str) -> Vec<Problem> {
    let mut problems: Vec<Problem> = each.collect();
    let more = problems.len().saturating_sub(LISTED);
    problems.truncate(LISTED);
    if more > 0 {
        problems.push(Problem::warning(id, format!("{more} more {what} in {}.", source.name())));
    }
    problems
}
