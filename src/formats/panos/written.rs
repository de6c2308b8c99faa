//! What was written, in whichever spelling, as one tree.

use super::tree::Node;
use super::{braces, commands, from_xml, recognise, scopes};
use crate::policy::{Account, LineUse, Reason};
use crate::problem::Problem;
use crate::source::Source;
use crate::syntax::lines::after_prompt;
use crate::syntax::xml;
use recognise::Spelling;

#[derive(Default)]
pub(super) struct Written {
    pub spelling: Option<Spelling>,
    pub configurations: Vec<Node>,
    pub problems: Vec<Problem>,
    pub account: Account,
    /// What is lost at no certain place.
    pub lost: Option<Reason>,
}

impl Written {
    pub fn read(source: &Source) -> Written {
        let spelling = recognise::spelling(source);
        let written = match spelling {
            Some(Spelling::Xml) => Written::xml(source),
            Some(Spelling::Braces) => Written::braces(source),
            Some(Spelling::Table) => Written::table(),
            Some(Spelling::Running) => Written::running(),
            Some(Spelling::Set) | None => Written::commands(source),
        };
        Written { spelling, ..written }
    }

    fn xml(source: &Source) -> Written {
        let documents = xml::read(source);
        let mut account = Account::default();
        for line in source.lines() {
            let text = line.text.trim();
            if text.is_empty() || text.starts_with("<?") || after_prompt(text).is_some() {
                account.record(source.file(), line.number, LineUse::Irrelevant);
            }
        }
        for root in &documents.roots {
            account.record_span(source, root.span, LineUse::Irrelevant);
        }
        for span in documents.problems.iter().filter_map(|problem| problem.span) {
            account.record_span(source, span, LineUse::NotUnderstood);
        }
        let lost = documents.lost.filter(|_| documents.roots.is_empty());
        let configurations = scopes::configurations(documents.roots.iter().map(from_xml::node).collect());
        Written { configurations, problems: documents.problems, account, lost, spelling: None }
    }

    fn braces(source: &Source) -> Written {
        let read = braces::read(source);
        let configurations = scopes::configurations(vec![read.root]);
        Written { configurations, problems: read.problems, account: read.account, lost: read.lost, spelling: None }
    }

    fn commands(source: &Source) -> Written {
        let script = commands::read(source);
        let hostnames = script.root.entries(&["deviceconfig", "system", "hostname"]).count();
        let mut lost = script.lost;
        let mut problems = script.problems;
        if hostnames > 1 {
            let message = "Two configurations of different devices stand in this text, one after the other.";
            problems.push(Problem::error("two-configurations", message).hint("Paste one of them."));
            lost = lost.or_else(|| Some(Reason::new("the lines of two devices are mixed in this text")));
        }
        Written { configurations: vec![script.root], problems, account: script.account, lost, spelling: None }
    }

    /// How a table writes negation and schedules is documented nowhere, so that every rule in it would be left open.
    fn table() -> Written {
        let message = "This is the table of rules that *PDF/CSV* exports, which leaves out the objects.";
        let hint =
            "Export the configuration instead: Device > Setup > Operations > Export named configuration snapshot.";
        Written::refused(Problem::error("rule-table", message).hint(hint))
    }

    fn running() -> Written {
        let message = "This is `show running security-policy`, which leaves out profiles and has addresses for names.";
        let hint = "Take `show config running` instead.";
        Written::refused(Problem::error("running-policy", message).hint(hint))
    }

    fn refused(problem: Problem) -> Written {
        Written { problems: vec![problem], ..Written::default() }
    }
}
