//! The ACLs of a configuration, as they are written.

mod values;

use super::domains::Entries;
use super::kinds::{self, Kind, Needs};
use super::lines::Word;
use super::macros;
use super::statements::Statement;
use crate::formats::Input;
use crate::policy::{Account, Reason};
use crate::problem::Problem;
use crate::source::Span;
use std::collections::BTreeMap;

/// Built into Squid (`to_linklocal` since version 6). `manager` stands for requests to Squid's own pages, which no
/// checked endpoint is: it has no value and never matches.
const PREDEFINED: &[(&str, &str, &[&str])] = &[
    ("all", "src", &["all"]),
    ("localhost", "src", &["127.0.0.1/32", "::1"]),
    ("to_localhost", "dst", &["127.0.0.0/8", "0.0.0.0/32", "::1/128", "::/128"]),
    ("to_linklocal", "dst", &["169.254.0.0/16", "fe80::/10"]),
    ("manager", "url_regex", &[]),
    ("CONNECT", "method", &["CONNECT"]),
];

/// One value of an ACL.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub text: String,
    pub span: Option<Span>,
    /// The undecided `if` around it.
    pub guard: Option<Reason>,
    pub ignore_case: bool,
    /// Which of the ACL's lines it stands on; `all-of` joins the values of a line.
    pub group: usize,
}

/// A named list of values.
#[derive(Clone, Debug)]
pub(super) struct Acl {
    pub name: String,
    pub type_name: String,
    pub kind: Kind,
    pub span: Option<Span>,
    pub values: Vec<Value>,
    /// `-n`: no DNS. It holds for every line of the ACL once one has it.
    pub no_lookup: bool,
    /// `--server-provided` and the like: the name is taken from parts of the TLS handshake only.
    pub from_handshake: bool,
    /// What else may belong to it: list files that were not pasted, damaged lines.
    pub unread: Vec<Reason>,
    /// Why Squid refuses it.
    pub refused: Option<Reason>,
    pub groups: usize,
    entries: Entries,
}

/// Every ACL by its name in lower case: Squid does not regard case.
pub(super) struct Acls<'a> {
    input: &'a Input<'a>,
    by_name: BTreeMap<String, Acl>,
    pub problems: Vec<Problem>,
    pub refusals: Vec<Reason>,
    /// Included files that were not pasted: they may define or extend any ACL.
    pub missing: Vec<Reason>,
    /// The names in which a macro stands; such an `acl` line may define or extend any that fits.
    by_macro: Vec<(String, Reason)>,
    /// `configuration_includes_quoted_values on`: quotes hold a value, and only `parameters("file")` names a file.
    pub quoted_values: bool,
}

impl<'a> Acls<'a> {
    pub fn new(input: &'a Input<'a>) -> Self {
        let by_name = PREDEFINED.iter().filter_map(|(name, type_name, values)| {
            let mut acl = Acl::new(name, type_name, Kind::of(type_name)?, None);
            acl.values = values.iter().map(|text| Value::predefined(text)).collect();
            Some((name.to_lowercase(), acl))
        });
        Acls {
            input,
            by_name: by_name.collect(),
            problems: Vec::new(),
            refusals: Vec::new(),
            missing: Vec::new(),
            by_macro: Vec::new(),
            quoted_values: false,
        }
    }

    pub fn get(&self, name: &str) -> Option<&Acl> {
        self.by_name.get(&name.to_lowercase())
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Acl> {
        self.by_name.get_mut(&name.to_lowercase())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Acl> {
        self.by_name.values()
    }

    /// An ACL that comes to contain itself, with which Squid does not start (checked with Squid 5.7): take away those that
    /// are made of values and of ACLs taken away before; a circle stays.
    pub fn circular(&self) -> Option<&Acl> {
        let mut waiting: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        let mut open: BTreeMap<&str, usize> = BTreeMap::new();
        let mut ready = Vec::new();
        for (name, acl) in &self.by_name {
            let parts = acl.parts().filter(|part| self.by_name.contains_key(part));
            let count = parts.map(|part| waiting.entry(part).or_default().push(name)).count();
            open.insert(name, count);
            ready.extend((count == 0).then_some(name.as_str()));
        }
        while let Some(name) = ready.pop() {
            for &whole in waiting.get(name).into_iter().flatten() {
                if let Some(count) = open.get_mut(whole) {
                    *count -= 1;
                    ready.extend((*count == 0).then_some(whole));
                }
            }
        }
        let left = open.into_iter().filter(|(_, count)| *count > 0).filter_map(|(name, _)| self.by_name.get(name));
        left.min_by_key(|acl| acl.span.map(|span| (span.file, span.start)))
    }

    /// Why a name cannot be used: nothing before defines it, or it is not clear what does. Squid refuses the former.
    pub fn usable(&mut self, name: &str, span: Span) -> Result<(), Reason> {
        if let Some(doubt) = macros::doubt(name, span) {
            return Err(doubt);
        }
        if self.get(name).is_some() {
            return Ok(());
        }
        if let Some(doubt) = self.doubts(name).next().cloned() {
            return Err(doubt);
        }
        let reason = Reason::new(format!("no line before defines the ACL `{name}`")).at(span);
        self.refusals.push(reason.clone());
        Err(reason)
    }

    /// What else may define or extend an ACL.
    pub fn doubts<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Reason> {
        let by_macro = self.by_macro.iter().filter(move |(text, _)| macros::may_be(text, name));
        self.missing.iter().chain(by_macro.map(|(_, doubt)| doubt))
    }

    /// Reads an `acl` line and gives the name that it defines.
    pub fn define(&mut self, statement: &Statement, account: &mut Account) -> Option<String> {
        let span = statement.place.span;
        let [name, type_name, values @ ..] = statement.arguments.as_slice() else {
            self.refusals.push(Reason::new("an `acl` line needs a name and a type").at(span));
            return None;
        };
        if name.text.eq_ignore_ascii_case("manager") {
            return None;
        }
        if name.quoted && !self.quoted_values {
            self.quoted_name(name, span);
            return None;
        }
        self.by_macro.extend(macros::doubt(&name.text, span).map(|doubt| (name.text.clone(), doubt)));
        let Some(kind) = Kind::of(&type_name.text).filter(|_| !type_name.quoted || self.quoted_values) else {
            self.unknown_type(&name.text, &type_name.text, span);
            return Some(name.text.clone());
        };
        let acl = self.insert(&name.text, &type_name.text, kind, span);
        if acl.kind != kind || acl.type_name != type_name.text {
            let text = format!(
                "the ACL `{}` is defined with two types, `{}` and `{}`",
                name.text, acl.type_name, type_name.text
            );
            self.refuse(&name.text, Reason::new(text).at(span));
            return Some(name.text.clone());
        }
        acl.groups += 1;
        let before = acl.values.len();
        self.values(&name.text, kind, values, &statement.place, account);
        self.require_value(&name.text, before, span);
        Some(name.text.clone())
    }

    /// Refuses a line that left an ACL without the value that its type needs; `before` is how many it had.
    fn require_value(&mut self, name: &str, before: usize, span: Span) {
        let Some(acl) = self.get(name).filter(|acl| acl.unread.is_empty()) else { return };
        let lacks = match kinds::needs_value(&acl.type_name) {
            Some(Needs::OnEveryLine) => acl.values.len() == before,
            Some(Needs::Once) => acl.values.is_empty(),
            None => false,
        };
        if lacks {
            let text = format!("the ACL `{name}` of the type `{}` needs a value", acl.type_name);
            self.refuse(name, Reason::new(text).at(span));
        }
    }

    /// Squid keeps the quotes as part of the name, and no line can say it: a quoted word names a file there (checked with
    /// Squid 5.7).
    fn quoted_name(&mut self, name: &Word, span: Span) {
        let message = format!("Squid keeps the quotes in the name of the ACL `{}`, and no line can use it.", name.text);
        let problem = Problem::warning("ineffective-line", message).at(span);
        self.problems.push(problem.hint("Write the name without quotes."));
    }

    fn unknown_type(&mut self, name: &str, type_name: &str, span: Span) {
        let doubt = macros::doubt(type_name, span);
        let unknown = || Reason::new(format!("Squid has no ACL type `{type_name}`")).at(span);
        let reason = doubt.clone().unwrap_or_else(unknown);
        self.insert(name, type_name, Kind::Conditional("an unknown type"), span).refused = Some(reason.clone());
        self.refusals.extend(doubt.is_none().then_some(reason));
    }

    fn insert(&mut self, name: &str, type_name: &str, kind: Kind, span: Span) -> &mut Acl {
        self.by_name.entry(name.to_lowercase()).or_insert_with(|| Acl::new(name, type_name, kind, Some(span)))
    }

    fn refuse(&mut self, name: &str, reason: Reason) {
        if let Some(acl) = self.get_mut(name) {
            acl.refused.get_or_insert(reason.clone());
        }
        self.refusals.push(reason);
    }
}

impl Acl {
    fn new(name: &str, type_name: &str, kind: Kind, span: Option<Span>) -> Self {
        Acl {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
            kind,
            span,
            values: Vec::new(),
            no_lookup: false,
            from_handshake: false,
            unread: Vec::new(),
            refused: None,
            groups: 0,
            entries: Entries::default(),
        }
    }

    /// The names of the ACLs that it is composed of, in lower case.
    fn parts(&self) -> impl Iterator<Item = String> {
        let composed = matches!(self.kind, Kind::AnyOf | Kind::AllOf);
        let values = self.values.iter().filter(move |_| composed);
        values.map(|value| value.text.strip_prefix('!').unwrap_or(&value.text).to_lowercase())
    }
}

impl Value {
    fn predefined(text: &str) -> Self {
        Value { text: text.to_owned(), span: None, guard: None, ignore_case: false, group: 0 }
    }
}
