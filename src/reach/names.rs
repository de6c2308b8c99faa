//! Names at a row of gates: find the kinds of name there are, and ask every gate about each kind.

use super::bounds::path_unknown;
use super::decide::{Decision, decide};
use super::facts::{Asked, unknown_tag};
use super::lists::{self, Lists};
use super::points::{self, Answer};
use super::{Outcome, Part, Question, TagTable};
use crate::hosts::{Cell, HostPattern, HostSet, Probe, Tri, explore, matches_text};
use crate::policy::{Action, Condition, DestinationTest, Gate, HostTest, Method, Reason, Rule, Subject, Then};
use std::collections::BTreeSet;

/// A shortest name of its kind, and what becomes of it at every gate.
pub(super) type Kind = (String, Vec<Part<String>>);

/// The kinds of name in `asked`: a shortest name of each, and what becomes of it at every gate.
///
/// # Errors
/// Why the patterns cannot be decided exactly.
pub(super) fn kinds(gates: &[(&Gate, &Question)], tags: &dyn TagTable, asked: &HostSet) -> Result<Vec<Kind>, Reason> {
    let after = gates.first().map(|(_, question)| format!(":{}", question.port)).unwrap_or_default();
    let mut probes = Vec::new();
    let compiled: Vec<CompiledGate<'_>> = gates
        .iter()
        .map(|(gate, question)| CompiledGate::new(gate, question, tags, Wanted { asked, after: &after }, &mut probes))
        .collect();
    let cells = explore(asked, &probes).map_err(|_| too_complex(gates))?;
    let at_gates = |cell: &Cell| compiled.iter().map(|gate| gate.part(cell)).collect();
    Ok(cells.iter().map(|cell| (cell.witness.clone(), at_gates(cell))).collect())
}

/// Where the expressions begin that are too complex together.
fn too_complex(gates: &[(&Gate, &Question)]) -> Reason {
    let first = gates.iter().flat_map(|(gate, _)| lists::rules(gate)).find(|rule| has_expression(&rule.when));
    let text = "the patterns are too complex to be decided exactly; split the export or simplify them";
    Reason { span: first.and_then(|rule| rule.span), text: text.to_owned() }
}

fn has_expression(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(has_expression),
        Condition::Not(part) => has_expression(part),
        Condition::Host(test) => matches!(test.pattern, HostPattern::Regex(_)),
        _ => false,
    }
}

/// A condition with the question's answers filled in; what is left looks at the name.
enum Test {
    Known(Tri, Option<Reason>),
    Probe(u32, Option<Reason>),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
}

impl Test {
    fn holds(&self, cell: &Cell) -> Tri {
        match self {
            Test::Known(tri, _) => *tri,
            Test::Probe(probe, _) => cell.matched(*probe),
            Test::All(parts) => parts.iter().fold(Tri::Yes, |all, part| all.and(part.holds(cell))),
            Test::Any(parts) => parts.iter().fold(Tri::No, |any, part| any.or(part.holds(cell))),
            Test::Not(part) => !part.holds(cell),
        }
    }

    /// Why it may hold: the reasons of every part that may.
    fn reasons(&self, cell: &Cell, into: &mut Vec<Reason>) {
        if self.holds(cell) != Tri::Maybe {
            return;
        }
        match self {
            Test::Known(_, reason) | Test::Probe(_, reason) => into.extend(reason.clone()),
            Test::All(parts) | Test::Any(parts) => parts.iter().for_each(|part| part.reasons(cell, into)),
            Test::Not(part) => part.reasons(cell, into),
        }
    }
}

struct CompiledGate<'a> {
    gate: &'a Gate,
    rules: Vec<&'a Rule>,
    lists: Lists,
    /// The rules that can match some name, list after list, as `lists` numbers them.
    runs: Vec<Run<'a>>,
    /// What becomes of every name alike at a gate that knows addresses only.
    uniform: Option<Part<()>>,
}

/// Rules that do the same, stand next to each other and test nothing but the name: to the decision they are one.
struct Run<'a> {
    then: Then,
    test: Test,
    members: Vec<Member<'a>>,
}

/// A rule of a run.
struct Member<'a> {
    /// Its number in the gate.
    rule: usize,
    /// The probe that it had alone, and why it may match, if it may.
    probe: Option<(Probe<'a>, Option<Reason>)>,
}

impl Member<'_> {
    fn matches(&self, name: &str) -> Tri {
        self.probe.as_ref().map_or(Tri::Yes, |(probe, _)| matches_text(probe, name))
    }
}

impl Run<'_> {
    /// The rule that decides about the names of a cell, given that the run does: the first that matches most surely.
    fn member(&self, cell: &Cell) -> usize {
        let first = self.members.first().map_or(0, |member| member.rule);
        if self.members.len() == 1 {
            return first;
        }
        let surest = self.test.holds(cell);
        let deciding = self.members.iter().find(|member| member.matches(&cell.witness) == surest);
        deciding.map_or(first, |member| member.rule)
    }

    /// Why it may hold, each reason with the rule that has it.
    fn reasons(&self, cell: &Cell) -> Vec<(usize, Reason)> {
        if let [only] = self.members.as_slice() {
            let mut own = Vec::new();
            self.test.reasons(cell, &mut own);
            return own.into_iter().map(|reason| (only.rule, reason)).collect();
        }
        let open = self.members.iter().filter(|member| member.matches(&cell.witness) == Tri::Maybe);
        open.filter_map(|member| Some((member.rule, member.probe.as_ref()?.1.clone()?))).collect()
    }
}

impl<'a> CompiledGate<'a> {
    fn new(
        gate: &'a Gate,
        question: &'a Question,
        tags: &'a dyn TagTable,
        wanted: Wanted<'a>,
        probes: &mut Vec<Probe<'a>>,
    ) -> Self {
        let rules: Vec<&Rule> = lists::rules(gate).collect();
        if !gate.speaks.names {
            let uniform = Some(by_addresses(gate, question, tags));
            return CompiledGate { gate, rules, lists: Lists::of(gate), runs: Vec::new(), uniform };
        }
        let asked = Asked::new(gate, question, tags);
        let mut compiler = Compiler { asked, wanted, probes, blocks: false };
        let mut number = 0;
        let lists = lists::lists(gate).map(|list| {
            let first = number;
            number += list.len();
            joined(compiler.runs(list, first), compiler.probes)
        });
        let lists: Vec<Vec<Run<'a>>> = lists.collect();
        let thens = lists.iter().map(|list| list.iter().map(|run| run.then).collect());
        CompiledGate {
            gate,
            rules,
            lists: Lists::new(thens),
            runs: lists.into_iter().flatten().collect(),
            uniform: None,
        }
    }

    fn part(&self, cell: &Cell) -> Part<String> {
        let of = cell.witness.clone();
        if let Some(Part { outcome, by, reasons, .. }) = &self.uniform {
            return Part { of, outcome: *outcome, by: by.clone(), reasons: reasons.clone(), behind: None, route: None };
        }
        let matching: Vec<Tri> = self.runs.iter().map(|run| run.test.holds(cell)).collect();
        let decision = decide(&self.lists, self.gate.otherwise.action, &matching);
        let reasons = self.reasons(&decision, cell);
        let decision = decision.numbered(|run| self.runs[run].member(cell));
        points::part(self.gate, &self.rules, &decision, of, reasons)
    }

    /// The reasons of the rules that leave it open; one that names no line is given its rule's.
    fn reasons(&self, decision: &Decision, cell: &Cell) -> BTreeSet<Reason> {
        let mut all = BTreeSet::new();
        for &number in &decision.unclear {
            let run = &self.runs[number];
            let astray = self.lists.astray(number).map(|reason| (run.member(cell), reason));
            let cited = |(rule, reason): (usize, Reason)| reason.or_at(self.rules[rule].span);
            all.extend(run.reasons(cell).into_iter().chain(astray).map(cited));
        }
        all
    }
}

/// With more rules than this that can match, neighbours are joined, so that long lists stay one pattern; of those that
/// decide together, an answer then tells the ones that decide about its shortest name.
const MAX_APART: usize = 50;

fn joined<'a>(rules: Vec<Run<'a>>, probes: &mut [Probe<'a>]) -> Vec<Run<'a>> {
    if rules.len() <= MAX_APART {
        return rules;
    }
    let mut runs: Vec<Run<'a>> = Vec::new();
    for mut rule in rules {
        if let Test::Probe(own, reason) = &rule.test {
            let own = *own as usize;
            rule.members[0].probe = Some((probes[own].clone(), reason.clone()));
            if let Some(before) = runs.last_mut().filter(|run| run.then == rule.then)
                && let Test::Probe(first, _) = before.test
                && before.members[0].probe.is_some()
                && probes[first as usize].after == probes[own].after
            {
                let patterns = std::mem::take(&mut probes[own].patterns);
                probes[first as usize].patterns.extend(patterns);
                before.members.append(&mut rule.members);
                continue;
            }
        }
        runs.push(rule);
    }
    runs
}

/// Names at a gate that knows addresses only: decided where it treats all addresses alike to which they can lead.
fn by_addresses(gate: &Gate, question: &Question, tags: &dyn TagTable) -> Part<()> {
    let parts = super::addresses::through(gate, question, tags, &question.space());
    let all = |outcome| parts.iter().all(|part| part.outcome == outcome);
    let any = |outcome| parts.iter().any(|part| part.outcome == outcome);
    let outcome = match () {
        _ if all(Outcome::Allowed) => Outcome::Allowed,
        _ if all(Outcome::Blocked) => Outcome::Blocked,
        _ if any(Outcome::Undecided) && !any(Outcome::Blocked) => Outcome::Undecided,
        _ => Outcome::Unsupported,
    };
    if let Some(part) = parts.into_iter().find(|part| part.outcome == outcome) {
        return Part { of: (), outcome, by: part.by, reasons: part.reasons, behind: None, route: None };
    }
    let text = format!("`{}` knows addresses only and does not treat all of them alike; ask for the ranges", gate.name);
    Part { outcome, reasons: vec![Reason::new(text)], ..Part::passed(()) }
}

/// The names that are asked, and what stands behind them in a URL.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    asked: &'a HostSet,
    after: &'a str,
}

struct Compiler<'a, 'p> {
    asked: Asked<'a>,
    wanted: Wanted<'a>,
    probes: &'p mut Vec<Probe<'a>>,
    /// Whether what is being compiled can block a name by holding: it belongs to a rule that denies, or is negated.
    blocks: bool,
}

impl<'a> Compiler<'a, '_> {
    /// The rules of a list that can match a name, numbered from `first` on.
    fn runs(&mut self, list: &'a [Rule], first: usize) -> Vec<Run<'a>> {
        let mut runs = Vec::new();
        for (at, rule) in list.iter().enumerate() {
            self.blocks = rule.then != Then::Decide(Action::Allow);
            let test = self.compile(&rule.when);
            if !matches!(test, Test::Known(Tri::No, _)) {
                runs.push(Run { then: rule.then, test, members: vec![Member { rule: first + at, probe: None }] });
            }
        }
        runs
    }

    fn compile(&mut self, condition: &'a Condition) -> Test {
        if let Some((tri, reason)) = self.asked.answer(condition) {
            return Test::Known(tri, reason);
        }
        match condition {
            Condition::All(parts) => self.all(parts),
            Condition::Any(parts) => self.any(parts),
            Condition::Not(part) => self.negated(part),
            Condition::Destination(test) => self.destination(test),
            Condition::DestinationTag(tag) => self.destination_tag(tag),
            Condition::Host(test) => self.host(test),
            _ => Test::Known(Tri::No, None),
        }
    }

    fn negated(&mut self, part: &'a Condition) -> Test {
        self.blocks = !self.blocks;
        let test = self.compile(part);
        self.blocks = !self.blocks;
        match test {
            Test::Known(tri, reason) => Test::Known(!tri, reason),
            test => Test::Not(Box::new(test)),
        }
    }

    fn all(&mut self, parts: &'a [Condition]) -> Test {
        let mut tests = Vec::new();
        for part in parts {
            match self.compile(part) {
                Test::Known(Tri::Yes, _) => {}
                Test::Known(Tri::No, _) => return Test::Known(Tri::No, None),
                test => tests.push(test),
            }
        }
        match tests.len() {
            0 => Test::Known(Tri::Yes, None),
            1 => tests.remove(0),
            _ => Test::All(tests),
        }
    }

    fn any(&mut self, parts: &'a [Condition]) -> Test {
        let mut tests = Vec::new();
        let mut joined: Option<u32> = None;
        for part in parts {
            match (self.compile(part), joined) {
                (Test::Known(Tri::No, _), _) => {}
                (Test::Known(Tri::Yes, _), _) => return Test::Known(Tri::Yes, None),
                (Test::Probe(own, None), Some(first))
                    if self.probes[first as usize].after == self.probes[own as usize].after =>
                {
                    let patterns = std::mem::take(&mut self.probes[own as usize].patterns);
                    self.probes[first as usize].patterns.extend(patterns);
                }
                (test, _) => {
                    if let Test::Probe(own, None) = test {
                        joined = joined.or(Some(own));
                    }
                    tests.push(test);
                }
            }
        }
        match tests.len() {
            0 => Test::Known(Tri::No, None),
            1 => tests.remove(0),
            _ => Test::Any(tests),
        }
    }

    /// A test of addresses, put to a name. One that names some of those to which it can lead lets no name through, and may well block
    /// one: DNS decides.
    fn destination(&self, test: &DestinationTest) -> Test {
        let space = self.asked.question.space();
        let by_dns = || Some(Reason::new("the rule compares the addresses of the name, which only DNS can tell"));
        let answer: Answer = match () {
            _ if test.set.is_empty() => (Tri::No, None),
            _ if test.resolves_names => match &self.asked.question.leads_to {
                Some(known) if known.is_subset(&test.set) => (Tri::Yes, None),
                Some(known) if self.blocks && known.is_disjoint(&test.set) => (Tri::No, None),
                _ => (Tri::Maybe, by_dns()),
            },
            _ if space.is_subset(&test.set) => (Tri::Yes, None),
            _ if self.blocks && !space.is_disjoint(&test.set) => (Tri::Maybe, by_dns()),
            _ => (Tri::No, None),
        };
        Test::Known(answer.0, answer.1)
    }

    fn destination_tag(&self, tag: &str) -> Test {
        match self.asked.tags.addresses(tag) {
            Some(set) => self.destination(&DestinationTest { set: set.clone(), resolves_names: false }),
            None if self.blocks => Test::Known(Tri::Maybe, Some(unknown_tag(tag))),
            None => Test::Known(Tri::No, None),
        }
    }

    fn host(&mut self, test: &'a HostTest) -> Test {
        if test.subject == Subject::Url && self.asked.question.method == Method::Get {
            return url_of_plain_request(&test.pattern);
        }
        match &test.pattern {
            HostPattern::Any => Test::Known(Tri::Yes, None),
            HostPattern::Never => Test::Known(Tri::No, None),
            pattern => {
                let after = if test.subject == Subject::Url { self.wanted.after } else { "" };
                if !pattern.may_match(self.wanted.asked, after) {
                    return Test::Known(Tri::No, None);
                }
                self.probes.push(Probe { patterns: vec![pattern], after });
                Test::Probe(self.probes.len() as u32 - 1, test.maybe.clone())
            }
        }
    }
}

fn url_of_plain_request(pattern: &HostPattern) -> Test {
    match pattern {
        HostPattern::Any => Test::Known(Tri::Yes, None),
        HostPattern::Never => Test::Known(Tri::No, None),
        _ => Test::Known(Tri::Maybe, Some(path_unknown())),
    }
}
