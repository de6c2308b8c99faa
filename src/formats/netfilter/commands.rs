//! What a line of a shell carries out for certain.

use super::script::{is_idle, only_reads};
use super::words::Word;

/// A command, without `sudo` and without where its output goes.
pub(in crate::formats) struct Command {
    pub words: Vec<String>,
    /// What is carried out instead where it fails.
    pub otherwise: Option<Vec<String>>,
}

/// The commands of a line, one behind the other; `None` where it is not certain which of them are carried out. What `asks` may
/// fail without a mistake.
pub(in crate::formats) fn commands(words: Vec<Word>, asks: fn(&[Word]) -> bool) -> Option<Vec<Command>> {
    let words = separated(words);
    if words.iter().any(is_glued) {
        return None;
    }
    let (mut found, mut rest) = (Vec::new(), &words[..]);
    while let Some(at) = rest.iter().position(|word| word.is(";") || word.is("&&")) {
        // What stands behind a question depends on its answer.
        if rest[at].is("&&") && (asks(&rest[..at]) || is_piped(&rest[..at])) {
            return None;
        }
        found.push(&rest[..at]);
        rest = &rest[at + 1..];
    }
    found.push(rest);
    found.into_iter().filter(|part| !part.is_empty() && !is_idle(part)).map(|part| command(part, asks)).collect()
}

/// A semicolon may stand at the end of a word.
fn separated(words: Vec<Word>) -> Vec<Word> {
    let cut = |word: Word| match word.before(';') {
        Some(head) if !head.is_empty() => vec![Word::from(head), Word::from(";")],
        _ => vec![word],
    };
    words.into_iter().flat_map(cut).collect()
}

/// Whether a sign of a shell stands within a word, as in `-F;iptables`.
fn is_glued(word: &Word) -> bool {
    let sign = [";", "&&", "||", "|", "&"].iter().any(|sign| word.is(sign));
    !sign && !word.redirects() && !word.is_quoted() && word.text.contains([';', '|', '&', '(', ')'])
}

fn is_piped(part: &[Word]) -> bool {
    part.iter().any(|word| word.is("|"))
}

fn command(part: &[Word], asks: fn(&[Word]) -> bool) -> Option<Command> {
    if part.iter().any(|word| word.is("&")) {
        return None;
    }
    let at = part.iter().position(|word| word.is("||")).unwrap_or(part.len());
    let (first, second) = (&part[..at], part.get(at + 1..).unwrap_or_default());
    let ends = second.first().is_some_and(|word| word.is("exit") || word.is("return"));
    let touches_nothing = second.is_empty() || is_idle(second) || ends && !asks(first);
    if !touches_nothing && (is_piped(first) || is_piped(second)) {
        return None;
    }
    // What a command prints is only read.
    let mut pipe = first.split(|word| word.is("|"));
    let words = plain(pipe.next()?);
    pipe.all(only_reads).then(|| Command { words, otherwise: (!touches_nothing).then(|| plain(second)) })
}

fn plain(part: &[Word]) -> Vec<String> {
    let mut rest = part.iter().skip_while(|word| word.is("sudo"));
    let mut words = Vec::new();
    while let Some(word) = rest.next() {
        match word.redirects() {
            true if word.text.ends_with('>') => drop(rest.next()),
            true => {}
            false => words.push(word.text.clone()),
        }
    }
    words
}
