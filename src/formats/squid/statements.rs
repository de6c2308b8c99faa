//! Logical lines to the statements that are in force: `include` and `if` are worked out here.

use super::lines::{self, Logical, Word};
use crate::formats::Input;
use crate::policy::{Account, LineUse, Reason};
use crate::problem::Problem;
use crate::source::{Source, Span};

/// Squid follows includes this deep (checked with Squid 5.7).
const MAX_DEPTH: usize = 16;

/// A directive in force.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub place: Place,
    pub directive: String,
    pub arguments: Vec<Word>,
    pub text: String,
}

/// Where a statement stands, and whether it is certain to be in force.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub span: Span,
    pub logical: Logical,
    /// Byte offset in the pasted text of the statement, or of the `include` or `if` around it.
    pub anchor: usize,
    /// The `if` that cannot be decided.
    pub guard: Option<Reason>,
}

/// What a configuration consists of, in order.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Statement(Statement),
    /// An included file that was not pasted: it may say anything.
    Missing(Place, Reason),
}

/// The state of the innermost `if`, the only one that Squid looks at: a block that is nested in a false one is read if its
/// own condition is true (checked with Squid 5.7).
#[derive(Clone, Debug)]
enum Branch {
    Taken,
    Skipped,
    Unclear(Reason),
}

/// Reads a configuration with everything that it includes.
pub(super) struct Reader<'a> {
    input: &'a Input<'a>,
    pub events: Vec<Event>,
    pub problems: Vec<Problem>,
    /// Why Squid would refuse the configuration, first reason first.
    pub refusals: Vec<Reason>,
    pub account: Account,
}

/// Where a file is read from.
#[derive(Clone)]
struct Context {
    depth: usize,
    anchor: Option<usize>,
    guard: Option<Reason>,
}

impl<'a> Reader<'a> {
    pub fn read(input: &'a Input<'a>) -> Self {
        let mut reader = Reader {
            input,
            events: Vec::new(),
            problems: Vec::new(),
            refusals: Vec::new(),
            account: Account::default(),
        };
        reader.file(input.source, &Context { depth: 0, anchor: None, guard: None });
        reader
    }

    fn file(&mut self, source: &Source, context: &Context) {
        let mut branches: Vec<(Branch, usize)> = Vec::new();
        for logical in lines::logical_lines(source, &mut self.account) {
            let start = branches.first().map_or(logical.span.start as usize, |(_, start)| *start);
            let place = Place {
                span: logical.span,
                anchor: context.anchor.unwrap_or(start),
                guard: context.guard.clone(),
                logical,
            };
            self.line(source, place, &mut branches, context.depth);
        }
        if !branches.is_empty() {
            self.refuse(Reason::new(format!("an `if` in {} has no `endif`", source.name())));
        }
    }

    fn line(&mut self, source: &Source, mut place: Place, branches: &mut Vec<(Branch, usize)>, depth: usize) {
        let text = place.logical.text.trim_end().to_owned();
        let mut line_use = LineUse::Used;
        let innermost = branches.last().map(|(branch, _)| branch.clone());
        if let Some(condition) = after_word(&text, "if") {
            branches.push((self.branch(condition, place.span), place.anchor));
        } else if after_word(&text, "endif").is_some() {
            self.pair(branches.pop().is_some(), "endif", place.span);
        } else if after_word(&text, "else").is_some() {
            let open = branches.last_mut();
            let paired = open.map(|(branch, _)| *branch = branch.clone().otherwise()).is_some();
            self.pair(paired, "else", place.span);
        } else if matches!(innermost, Some(Branch::Skipped)) {
            line_use = LineUse::Irrelevant;
        } else {
            if let Some(Branch::Unclear(reason)) = innermost {
                place.guard = Some(reason);
            }
            self.record(source.file(), &place.logical, LineUse::Irrelevant);
            return self.statement(place, text, depth);
        }
        self.record(source.file(), &place.logical, line_use);
    }

    fn record(&mut self, file: u16, logical: &Logical, line_use: LineUse) {
        logical.numbers.clone().for_each(|number| self.account.record(file, number, line_use));
    }

    fn pair(&mut self, paired: bool, word: &str, span: Span) {
        if !paired {
            self.refuse(Reason::new(format!("`{word}` stands without `if`")).at(span));
        }
    }

    pub fn refuse(&mut self, reason: Reason) {
        self.refusals.push(reason);
    }

    /// Squid knows `true`, `false` and `number = number` (squid.conf.documented; `<` and `>` are refused by 5.7).
    fn branch(&mut self, condition: &str, span: Span) -> Branch {
        let number = |text: &str| text.trim().parse::<i64>().ok();
        let equation = condition.split_once('=').and_then(|(a, b)| Some(number(a)? == number(b)?));
        match (condition, equation) {
            ("true", _) | (_, Some(true)) => Branch::Taken,
            ("false", _) | (_, Some(false)) => Branch::Skipped,
            _ if condition.contains("${") => Branch::Unclear(
                Reason::new(format!("`if {condition}` depends on the running process, which the text cannot tell"))
                    .at(span),
            ),
            _ => {
                let reason = Reason::new(format!("Squid cannot evaluate `if {condition}`")).at(span);
                self.refuse(reason.clone());
                Branch::Unclear(reason)
            }
        }
    }

    fn statement(&mut self, place: Place, text: String, depth: usize) {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let directive = text[..end].to_owned();
        let arguments = lines::words(&text[end..]);
        if directive == "include" && !arguments.is_empty() {
            let file = place.span.file;
            self.record(file, &place.logical, LineUse::Used);
            return arguments.iter().for_each(|path| self.include(&place, &path.text, depth));
        }
        self.events.push(Event::Statement(Statement { place, directive, arguments, text }));
    }

    fn include(&mut self, place: &Place, path: &str, depth: usize) {
        if depth >= MAX_DEPTH {
            let text = format!("the include of `{path}` nests more than {MAX_DEPTH} deep");
            return self.refuse(Reason::new(text).at(place.span));
        }
        let context = Context { depth: depth + 1, anchor: Some(place.anchor), guard: place.guard.clone() };
        let found = self.included(place, path);
        if found.is_empty() {
            return self.missing(place, path);
        }
        found.into_iter().for_each(|source| self.file(source, &context));
    }

    /// The attached files that `include path` means, in the order of their names, as Squid reads them.
    fn included(&mut self, place: &Place, path: &str) -> Vec<&'a Source> {
        if !path.contains(['*', '?']) {
            return self.input.attachment(path).into_iter().collect();
        }
        let pattern = last_component(path);
        let attached = self.input.attachments.iter();
        let mut found: Vec<&Source> = attached
            .filter(|source| glob_matches(pattern.as_bytes(), last_component(source.name()).as_bytes()))
            .collect();
        found.sort_by(|a, b| a.name().cmp(b.name()));
        if !found.is_empty() {
            let names: Vec<&str> = found.iter().map(|source| source.name()).collect();
            let text = format!("`{path}` was taken to mean {} and no other file.", names.join(", "));
            self.problems.push(Problem::warning("include-pattern", text).at(place.span));
        }
        found
    }

    fn missing(&mut self, place: &Place, path: &str) {
        let text = format!("the included file {path} was not pasted and may change what passes");
        let hint = format!("Attach {path} (`cat {path}` on the proxy).");
        let message = format!("The included file {path} was not pasted; what it may change is undecided.");
        self.problems.push(Problem::warning("missing-include", message).at(place.span).hint(hint));
        self.events.push(Event::Missing(place.clone(), Reason::new(text).at(place.span)));
    }
}

impl Branch {
    fn otherwise(self) -> Self {
        match self {
            Branch::Taken => Branch::Skipped,
            Branch::Skipped => Branch::Taken,
            unclear => unclear,
        }
    }
}

/// What follows `word` at the start of a line, where `word` stands by itself.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

fn last_component(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Shell patterns with `*` and `?`. A star is tried again one byte further whenever what follows it fails.
fn glob_matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut in_name, mut star) = (0, 0, None);
    while in_name < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, in_name));
                at += 1;
            }
            Some(&c) if c == b'?' || c == name[in_name] => (at, in_name) = (at + 1, in_name + 1),
            _ => {
                let Some((star_at, tried)) = star else { return false };
                star = Some((star_at, tried + 1));
                (at, in_name) = (star_at + 1, tried + 1);
            }
        }
    }
    pattern[at..].iter().all(|&c| c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directives(text: &str) -> Vec<String> {
        let source = Source::read("t", 0, text.as_bytes()).expect("text");
        let reader_input = Input::new(&source);
        let reader = Reader::read(&reader_input);
        let names = reader.events.iter().map(|event| match event {
            Event::Statement(statement) => {
                statement.directive.clone() + if statement.place.guard.is_some() { "?" } else { "" }
            }
            Event::Missing(..) => "missing".to_owned(),
        });
        names.chain(reader.refusals.iter().map(|_| "refused".to_owned())).collect()
    }

    #[test]
    fn blocks_are_read_as_squid_reads_them() {
        assert_eq!(directives("if true\na\nelse\nb\nendif\nc"), ["a", "c"]);
        assert_eq!(directives("if 1 = 2\na\nelse\nb\nendif # x\nc"), ["b", "c"]);
        assert_eq!(directives("if false\nif true\na\nendif\nb\nendif\nc"), ["a", "c"]);
        assert_eq!(directives("if ${process_number} = 1\na\nelse\nb\nendif\nc"), ["a?", "b?", "c"]);
        assert_eq!(directives("if 1 < 2\na\nendif"), ["a?", "refused"]);
        assert_eq!(directives("if true\na"), ["a", "refused"]);
        assert_eq!(directives("endif"), ["refused"]);
        assert_eq!(directives("include /etc/x.conf\na"), ["missing", "a"]);
    }

    #[test]
    fn globs_match_like_the_shell() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", "a.conf.bak", false),
            ("a?c*", "abc", true),
            ("*b*d", "abcbd", true),
        ] {
            assert_eq!(glob_matches(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }
}
