//! Proxy auto-configuration: the function `FindProxyForURL`, which routes and permits nothing.
//!
//! The script is never run. Its syntax tree is walked once for all requests, with the host and the URL as what they are not
//! known to be, and each way to a `return` becomes a rule.
//!
//! ```text
//! Source ─text─▶ script ─oxc_parser─▶ tree ─run, loops, expressions, operators, builtins─▶ values with conditions ─route─▶ Policy
//! ```

mod address;
mod builtins;
mod calls;
mod clock;
mod expressions;
mod hoist;
mod loops;
mod members;
mod methods;
mod names;
mod operators;
mod patterns;
mod remedy;
mod route;
mod run;
mod text;
mod truth;
mod value;

use super::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::{Account, Condition, LineUse, Policy, Reason, RouteRule, Routing, Vantage};
use crate::problem::Problem;
use crate::source::{Source, Span};
use crate::stated::Stated;
use crate::syntax::mapped::Mapped;
use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::Parser;
use oxc_span::SourceType;
use run::Run;
use std::collections::BTreeSet;
use std::rc::Rc;
use text::Wrapping;
use value::{Case, Code, Of, Text, Value};

/// A proxy auto-configuration file.
pub struct Pac;

impl Format for Pac {
    fn id(&self) -> &'static str {
        "pac"
    }

    fn title(&self) -> &'static str {
        "Proxy auto-configuration file (PAC)"
    }

    fn how_to_export(&self) -> &'static str {
        "Open the address of the automatic configuration script (Windows: Settings, Network, Proxy; `AutoConfigURL` in the \
         registry; `http://wpad/wpad.dat`) and save the script as it is. It says which proxy each host goes to; add that \
         proxy's own export behind it."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        recognise(source)
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        read(input.source, input.stated)
    }

    fn remedy(&self, input: &Input<'_>, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        remedy::remedy(input.source, policy, gaps)
    }
}

fn recognise(source: &Source) -> Confidence {
    let text = source.text();
    if text::is_data_url(text) && text.get(..80).unwrap_or(text).contains("proxy-autoconfig") {
        return Confidence::new(99, "a `data:` URL of a PAC file");
    }
    let defines = text.match_indices("FindProxyForURL").any(|(at, _)| {
        let before = text[..at].trim_end();
        let rest = text[at + "FindProxyForURL".len()..].trim_start_matches("Ex").trim_start();
        before.ends_with("function") || rest.starts_with('=')
    });
    match defines {
        true => Confidence::new(98, "the function `FindProxyForURL`"),
        false => Confidence::none(),
    }
}

/// The functions that clients look for. Windows asks for the second first (Microsoft, "WinHTTP AutoProxy Functions").
const ENTRIES: [&str; 2] = ["FindProxyForURL", "FindProxyForURLEx"];

fn read(source: &Source, stated: &Stated) -> Policy {
    let Some((script, wrapping)) = text::script(source) else {
        let problem = Problem::error("bad-data-url", "The `data:` URL cannot be decoded.");
        return Policy { vantages: Vec::new(), problems: vec![problem], account: Account::default() };
    };
    let mut reading = Reading { source, stated, script: &script, policy: Policy::default() };
    (1..=source.line_count()).for_each(|line| reading.policy.account.record(source.file(), line, LineUse::Irrelevant));
    if let Some(at) = too_deep(script.text()) {
        reading.broken("it is nested too deep to be read", at);
        return reading.policy;
    }
    let allocator = Allocator::default();
    let kind = SourceType::script();
    let parsed = Parser::new(&allocator, script.text(), kind).parse();
    let place = |span: oxc_span::Span| script.span(source, span.start as usize..span.end as usize);
    if wrapping != Wrapping::None {
        let what = if wrapping == Wrapping::Html { "a page of HTML" } else { "a `data:` URL" };
        reading.policy.problems.push(Problem::note("wrapped", format!("The script was taken out of {what}.")));
    }
    match parsed.diagnostics.first() {
        Some(error) => {
            let at = error.labels.first().map(|label| label.offset() as usize).unwrap_or_default();
            reading.broken(&error.message, at);
        }
        None => reading.walk(&parsed.program, &place),
    }
    reading.policy
}

/// Where brackets stand within each other, or one `else` behind another, so often that a parser could run out of stack.
fn too_deep(script: &str) -> Option<usize> {
    const MAX_BRACKETS: i32 = 200;
    const MAX_ELSES: usize = 1_000;
    let mut depth = 0;
    let brackets = script.bytes().position(|byte| {
        depth += i32::from(b"([{".contains(&byte)) - i32::from(b")]}".contains(&byte));
        depth > MAX_BRACKETS
    });
    brackets.or_else(|| script.match_indices("else").nth(MAX_ELSES).map(|(at, _)| at))
}

struct Reading<'a> {
    source: &'a Source,
    stated: &'a Stated,
    script: &'a Mapped,
    policy: Policy,
}

impl Reading<'_> {
    /// Clients give a script up that has one error of syntax.
    fn broken(&mut self, why: &str, at: usize) {
        let end = self.script.text().len();
        let span = self.script.span(self.source, at.min(end.saturating_sub(1))..end.min(at + 1));
        let why = why.trim_end_matches('.');
        let problem = Problem::error("script-error", format!("The script cannot be parsed: {why}."));
        let problem = problem.hint("Clients do not run such a script at all; paste all of it, as it is.").at(span);
        self.policy.problems.push(problem);
        self.policy.account.record_span(self.source, span, LineUse::NotUnderstood);
        if let Some(at) = self.script.text().find(ENTRIES[0]) {
            let name = self.script.span(self.source, at..at + 1);
            self.policy.account.record_span(self.source, name, LineUse::Used);
        }
        let text = format!("the script cannot be parsed ({why}), and what clients do then differs");
        let reason = Reason::new(text).at(span);
        self.vantage(ENTRIES[0], vec![RouteRule { span, when: Condition::always(), route: Err(reason) }]);
    }

    fn vantage(&mut self, name: &str, rules: Vec<RouteRule>) {
        let routing = Some(Routing::new(name, &rules));
        self.policy.vantages.push(Vantage { label: name.to_owned(), routing, ..Vantage::default() });
    }

    fn walk<'p>(&mut self, program: &'p Program<'p>, place: &dyn Fn(oxc_span::Span) -> Span) {
        let mut run = Run::new(place, self.stated);
        run.is_strict = self.script.text().contains("use strict");
        run.hoist(&program.body, &[]);
        run.statements(&program.body);
        let lost_outside = run.frames.pop().unwrap_or_default().returned;
        let mut nothings = Vec::new();
        for name in ENTRIES {
            let Some((code, span)) = entry(&run, name) else { continue };
            run.used.push(place(span));
            let (ways, otherwise) = requested(&mut run, code, span);
            let mut rules = Vec::new();
            for case in lost_outside.iter().chain(&ways) {
                route::rules(case.when.clone(), &case.value, case.span, &mut rules);
            }
            if !route::is_complete(&rules) {
                route::rules(Condition::always(), &otherwise, place(span), &mut rules);
                nothings.extend(otherwise.is_nothing().then(|| place(closing(code))));
            }
            self.vantage(name, rules);
        }
        nothings.extend(run.nothings.iter().copied());
        self.tell_nothings(nothings);
        self.tell(&run);
    }

    /// Sources: `ProxyResolverV8::Context::ResolveProxy` (services/proxy_resolver/proxy_resolver_v8.cc of Chromium) fails with
    /// `ERR_PAC_SCRIPT_FAILED` where the result is no string, and so does `ProxyAutoConfig::GetProxyForURI` of Firefox.
    fn tell_nothings(&mut self, mut places: Vec<Span>) {
        places.sort();
        places.dedup();
        let Some(first) = places.first() else { return };
        let more = match places.len() - 1 {
            0 => String::new(),
            more => format!(" (and at {more} more places)"),
        };
        let message = format!(
            "Here the script returns no list of proxies{more}, and browsers differ: some take it for an error of the script, \
             and go direct only where the script is not mandatory. It is read as `DIRECT`."
        );
        let problem = Problem::warning("nothing-returned", message).at(*first);
        self.policy.problems.push(problem.hint("Return `\"DIRECT\"` where that is meant."));
    }

    fn tell(&mut self, run: &Run<'_, '_>) {
        let account = &mut self.policy.account;
        run.used.iter().for_each(|span| account.record_span(self.source, *span, LineUse::Used));
        run.lost
            .iter()
            .for_each(|span| account.record(span.file, self.source.line_number(span.start), LineUse::NotUnderstood));
        if let Some(reason) = &run.stopped {
            let problem = Problem::warning("too-many-steps", "The script was not followed to its end.");
            let problem =
                problem.hint("A loop that never ends, or a very long one: everything behind it is undecided.");
            self.policy.problems.push(Problem { span: reason.span, ..problem });
        }
        if self.policy.vantages.is_empty() {
            let problem = Problem::error("no-entry", "The script defines no function `FindProxyForURL`.");
            self.policy.problems.push(problem.hint("Paste the whole script."));
        }
    }
}

/// Walks a request. What the script keeps from one request to the next is not known when the second comes.
fn requested<'a>(run: &mut Run<'a, '_>, code: Code<'a>, span: oxc_span::Span) -> (Vec<Case<'a>>, Value<'a>) {
    let request = |of| Value::Text(Text::whole(of));
    let mut start = run.state.globals.clone();
    let mut kept: BTreeSet<&'a str> = BTreeSet::new();
    loop {
        run.begin(start.clone());
        let ways = run.ways(code, vec![request(Of::Url), request(Of::Host)], span);
        let after = &run.state.globals;
        let strict = run.is_strict;
        let is_new = |name: &str| match (start.get(name), after.get(name)) {
            (Some(old), Some(new)) => !new.same(old),
            _ => !strict,
        };
        let more: Vec<&'a str> = after.keys().copied().filter(|name| is_new(name) && !kept.contains(name)).collect();
        if more.is_empty() {
            return ways;
        }
        let unknown = Value::unknown("it depends on what the script keeps from earlier requests", run.at(span));
        more.iter().for_each(|name| drop(Rc::make_mut(&mut start).insert(name, unknown.clone())));
        kept.extend(more);
    }
}

/// The end of a function's body.
fn closing(code: Code<'_>) -> oxc_span::Span {
    let end = code.span().end;
    oxc_span::Span::new(end.saturating_sub(1), end)
}

/// The function of this name, and where its head stands.
fn entry<'a>(run: &Run<'a, '_>, name: &str) -> Option<(Code<'a>, oxc_span::Span)> {
    let Some(Value::Code(code)) = run.state.globals.get(name) else { return None };
    let span = match code {
        Code::Function(function) => oxc_span::Span::new(function.span.start, function.params.span.end),
        Code::Arrow(arrow) => arrow.params.span,
    };
    Some((*code, span))
}
