//! Puts in what `define` and `include` stand for.

use super::notes::Notes;
use super::tokens::{Kind, Token, tokens};
use crate::formats::Input;
use crate::policy::{LineUse, Reason};
use crate::problem::{Problem, quote};
use crate::source::Source;
use std::collections::HashMap;

/// nft gives up at this depth, too.
const MAX_INCLUDES: usize = 16;
/// Words that a ruleset may have when everything is put in.
const MAX_WORDS: usize = 4_000_000;

struct Expander<'a, 'n> {
    input: &'a Input<'a>,
    notes: &'n mut Notes,
    defines: HashMap<String, Vec<Token>>,
    found: Vec<Token>,
    open: Vec<u16>,
    full: bool,
}

pub(super) fn expand(input: &Input<'_>, notes: &mut Notes) -> Vec<Token> {
    let mut expander =
        Expander { input, notes, defines: HashMap::new(), found: Vec::new(), open: Vec::new(), full: false };
    expander.file(input.source);
    expander.found
}

impl<'a> Expander<'a, '_> {
    fn file(&mut self, source: &Source) {
        self.notes.open(source);
        self.open.push(source.file());
        let words = tokens(source);
        let mut at = 0;
        while at < words.len() {
            let begins = at == 0 || words[at - 1].is_end() || words[at - 1].is("{");
            at = match words[at].text.as_str() {
                "include" if begins && words[at].kind == Kind::Word => self.include(&words, at),
                "define" | "redefine" if begins => self.define(&words, at),
                "undefine" if begins => self.undefine(&words, at),
                _ => {
                    self.put(&words[at]);
                    at + 1
                }
            };
        }
        self.open.pop();
    }

    fn put(&mut self, token: &Token) {
        if self.found.len() >= MAX_WORDS {
            return self.too_large(token);
        }
        let Some(name) = token.text.strip_prefix('$').filter(|_| token.kind == Kind::Word) else {
            return self.found.push(token.clone());
        };
        let Some(value) = self.defines.get(name) else {
            let message = format!("`${}` is not defined in what was pasted.", quote(name));
            let hint = "Paste the line that defines it, or attach the file that does.";
            self.notes.tell(Problem::warning("undefined-define", message).at(token.span).hint(hint));
            return self.found.push(token.clone());
        };
        if self.found.len() + value.len() > MAX_WORDS {
            return self.too_large(token);
        }
        self.found.extend(value.iter().map(|word| Token { span: token.span, ..word.clone() }));
    }

    fn too_large(&mut self, token: &Token) {
        if !std::mem::replace(&mut self.full, true) {
            let message = format!("The ruleset has more than {MAX_WORDS} words; what follows is not read.");
            self.notes.tell(Problem::error("too-large", message).at(token.span));
            self.notes.lost.push(Reason::new("the ruleset is too large to be read whole").at(token.span));
        }
    }

    fn define(&mut self, words: &[Token], at: usize) -> usize {
        let end = statement_end(words, at);
        self.notes.record_all(&words[at..end], LineUse::Used);
        let begin = self.found.len();
        if let (Some(name), Some(value)) = (words.get(at + 1), words.get(at + 3..end)) {
            value.iter().filter(|word| !word.is_end()).for_each(|word| self.put(word));
            let value = self.found.split_off(begin);
            self.defines.insert(name.text.clone(), value);
        }
        end
    }

    fn undefine(&mut self, words: &[Token], at: usize) -> usize {
        let end = statement_end(words, at);
        self.notes.record_all(&words[at..end], LineUse::Used);
        words.get(at + 1).and_then(|name| self.defines.remove(&name.text));
        end
    }

    fn include(&mut self, words: &[Token], at: usize) -> usize {
        let end = statement_end(words, at);
        self.notes.record_all(&words[at..end], LineUse::Used);
        let Some(path) = words.get(at + 1).filter(|path| path.kind == Kind::Quoted) else { return end };
        let files = self.files(&path.text);
        if files.is_empty() {
            self.missing(path, "is not attached", "Attach it.");
        }
        for file in files {
            if self.open.contains(&file.file()) || self.open.len() >= MAX_INCLUDES {
                self.missing(path, "includes itself or nests too deep", "Take the circle out.");
            } else {
                self.file(file);
                let span = path.span;
                self.found.push(Token { text: "\n".to_owned(), span, kind: Kind::End });
            }
        }
        end
    }

    fn missing(&mut self, path: &Token, what: &str, hint: &str) {
        let name = quote(&path.text);
        let message = format!("The included file `{name}` {what}; it could hold any rule.");
        self.notes.tell(Problem::warning("missing-include", message).at(path.span).hint(hint));
        self.notes.lost.push(Reason::new(format!("the included file `{name}` {what}")).at(path.span));
    }

    /// The attachments that a path means; a star stands for any letters of its last part.
    fn files(&self, path: &str) -> Vec<&'a Source> {
        let last = path.rsplit('/').next().unwrap_or(path);
        let Some((head, tail)) = last.split_once('*') else {
            return self.input.attachment(path).into_iter().collect();
        };
        let base = |source: &Source| source.name().rsplit('/').next().unwrap_or("").to_owned();
        let fits = |source: &&Source| {
            let name = base(source);
            name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
        };
        let mut files: Vec<&'a Source> = self.input.attachments.iter().filter(fits).collect();
        files.sort_by_key(|source| base(source));
        files
    }
}

/// Where a statement ends that begins at a word; ends within braces do not count.
pub(super) fn statement_end(words: &[Token], from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate().skip(from) {
        match word.text.as_str() {
            "{" if word.kind == Kind::Word => depth += 1,
            "}" if word.kind == Kind::Word && depth == 0 => return at,
            "}" if word.kind == Kind::Word => depth -= 1,
            _ if word.is_end() && depth == 0 => return at,
            _ => {}
        }
    }
    words.len()
}
