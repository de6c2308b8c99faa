//! The values of an `acl` line: words, options, list files.

use super::super::domains::Joining;
use super::super::kinds::Kind;
use super::super::lines::{self, Word};
use super::super::macros;
use super::super::options::{Flags, Options};
use super::super::statements::Place;
use super::{Acls, Value};
use crate::policy::{Account, Reason};
use crate::problem::Problem;
use crate::source::{ALTERED, Source, Span};

impl Acls<'_> {
    /// Takes the values of an `acl` line: words, and the entries of list files.
    pub(super) fn values(&mut self, name: &str, kind: Kind, words: &[Word], place: &Place, account: &mut Account) {
        if self.quoted_values && kind.takes_patterns() {
            let text = "it reads no regular expressions under `configuration_includes_quoted_values on`";
            return self.refuse(name, Reason::new(text).at(place.span));
        }
        let mut options = Options::at_line_start();
        for (index, word) in words.iter().enumerate() {
            let rest = &words[index + 1..];
            match self.list_file(word) {
                Some(path) => {
                    self.list(name, kind, &path, place, &mut options, account);
                    if !self.quoted_values {
                        return self.left_out(name, &path, rest, place.span);
                    }
                }
                None if kind.takes_patterns() && ends_in_escape(word) => {
                    return self.escaped_blank(name, word, rest, place.span);
                }
                None => self.word(name, kind, &word.text, place, &mut options),
            }
        }
    }

    /// Unless quotes hold values, Squid reads nothing on a line after a list file (checked with Squid 5.7).
    fn left_out(&mut self, name: &str, path: &str, rest: &[Word], span: Span) {
        let Some(first) = rest.first() else { return };
        let message =
            format!("Squid reads nothing on this line after {path}: `{}` is not in the ACL `{name}`.", first.text);
        let problem = Problem::warning("ineffective-values", message).at(span);
        self.problems.push(problem.hint("Write a line of its own for each list file, and one for other values."));
    }

    /// A backslash makes the blank after it a part of the expression; Squid refuses one at the line's end (checked with Squid
    /// 5.7).
    fn escaped_blank(&mut self, name: &str, word: &Word, rest: &[Word], span: Span) {
        if rest.is_empty() {
            let text = format!("`{}` ends in a backslash that escapes nothing", word.text);
            return self.refuse(name, Reason::new(text).at(span));
        }
        if let Some(acl) = self.get_mut(name) {
            let text = format!("an expression of `{name}` holds a blank after `{}`", word.text);
            acl.unread.push(Reason::new(text).at(span));
        }
    }

    /// A value as it stands in the line; `any-of` and `all-of` look at macros with the names.
    fn word(&mut self, name: &str, kind: Kind, text: &str, place: &Place, options: &mut Options) {
        let doubt = macros::doubt(text, place.span).filter(|_| !matches!(kind, Kind::AnyOf | Kind::AllOf));
        match (doubt, self.get_mut(name)) {
            (Some(doubt), Some(acl)) => acl.unread.push(doubt),
            _ => self.value(name, kind, text, place.span, place, options),
        }
    }

    /// The file that a word names. Without `configuration_includes_quoted_values` any quoted word is a file.
    pub fn list_file(&self, word: &Word) -> Option<String> {
        if !self.quoted_values {
            return word.quoted.then(|| word.text.clone());
        }
        let inside = word.text.strip_prefix("parameters(")?.strip_suffix(')')?;
        Some(inside.trim_matches(['"', '\'']).to_owned())
    }

    fn list(
        &mut self,
        name: &str,
        kind: Kind,
        path: &str,
        place: &Place,
        options: &mut Options,
        account: &mut Account,
    ) {
        options.end();
        let Some(source) = self.input.attachment(path) else {
            return self.missing_list(name, path, place.span);
        };
        for (entry, span) in lines::list_entries(source, account) {
            match source.is_altered(span.start) {
                true => self.altered(name, kind, (entry, span), source, place, options),
                false => self.value(name, kind, entry, span, place, options),
            }
        }
    }

    /// Squid takes a byte order mark, and whatever else nobody sees, for a part of the line (checked with Squid 5.7). It may
    /// also have come in on the way.
    fn altered(
        &mut self,
        name: &str,
        kind: Kind,
        (entry, span): (&str, Span),
        source: &Source,
        place: &Place,
        options: &mut Options,
    ) {
        self.problems.extend(source.mark_problem().filter(|problem| problem.span == Some(span)));
        let guard = Some(Reason::new(ALTERED).at(span));
        self.value(name, kind, entry, span, &Place { guard, ..place.clone() }, options);
    }

    fn missing_list(&mut self, name: &str, path: &str, span: Span) {
        let message = format!("The list file {path} was not pasted, so what `{name}` holds is not known.");
        let hint = format!("Attach {path} (`cat {path}` on the proxy). Squid itself treats a missing file as empty.");
        self.problems.push(Problem::warning("missing-list-file", message).at(span).hint(hint));
        let reason =
            Reason::new(format!("`{name}` takes entries from {path}, which was not pasted; attach it")).at(span);
        if let Some(acl) = self.get_mut(name) {
            acl.unread.push(reason);
        }
    }

    fn value(&mut self, name: &str, kind: Kind, text: &str, span: Span, place: &Place, options: &mut Options) {
        let flags = options.read(kind, text);
        if let Flags::Refused = flags {
            return self.refuse(name, Reason::new(format!("`{text}` is no option of this ACL type")).at(span));
        }
        if let Some(joining) = self.joined(name, kind, text).filter(|_| flags == Flags::None) {
            self.tell(name, text, joining, span);
        }
        if flags == Flags::None && matches!(kind, Kind::AnyOf | Kind::AllOf) {
            self.part(name, text, span);
        }
        let Some(acl) = self.get_mut(name) else { return };
        match flags {
            Flags::None => acl.values.push(Value {
                text: text.to_owned(),
                span: Some(span),
                guard: place.guard.clone(),
                ignore_case: options.ignore_case,
                group: acl.groups,
            }),
            Flags::NoLookup => acl.no_lookup = true,
            Flags::FromHandshake => acl.from_handshake = true,
            Flags::Other | Flags::Refused => {}
        }
    }

    /// The ACL that an `any-of` or `all-of` names must be defined before.
    fn part(&mut self, name: &str, text: &str, span: Span) {
        let unusable = self.usable(text.strip_prefix('!').unwrap_or(text), span).err();
        if let (Some(reason), Some(acl)) = (unusable, self.get_mut(name)) {
            acl.refused.get_or_insert(reason);
        }
    }

    fn joined(&mut self, name: &str, kind: Kind, text: &str) -> Option<Joining> {
        let acl = self.get_mut(name).filter(|_| kind.holds_domains())?;
        Some(acl.entries.join(text))
    }

    fn tell(&mut self, name: &str, text: &str, joining: Joining, span: Span) {
        match joining {
            Joining::New => {}
            Joining::Contained(broader) => self.problems.push(
                Problem::warning(
                    "contained-entry",
                    format!("`{broader}` in `{name}` holds `{text}` already; Squid warns."),
                )
                .at(span),
            ),
            Joining::Refused(other) => {
                let text =
                    format!("`{text}` and `{other}` in the ACL `{name}` overlap, which Squid before version 7 refuses");
                self.refuse(name, Reason::new(text).at(span));
            }
        }
    }
}

fn ends_in_escape(word: &Word) -> bool {
    let backslashes = word.text.len() - word.text.trim_end_matches('\\').len();
    backslashes % 2 == 1
}
