//! Matchers as slow and plain as can be.

use crate::hosts::{Domain, HostPattern, Regex, Syntax, Tri};

/// A pattern as the tests write it.
#[derive(Clone, Debug)]
pub enum Pattern {
    Any,
    Never,
    Exact(String),
    Domain(Domain),
    Glob(String),
    Expression(Syntax, Tree),
    Perhaps(Box<Pattern>),
}

/// A regular expression as the tests build it.
#[derive(Clone, Debug)]
pub enum Tree {
    Empty,
    Letter(char),
    AnyCharacter,
    /// The letters, and whether they are the ones it does not match.
    Set(String, bool),
    Sequence(Vec<Tree>),
    Either(Vec<Tree>),
    Repeat(Box<Tree>, u32, Option<u32>),
    Start,
    End,
}

impl Pattern {
    pub fn to_engine(&self) -> HostPattern {
        match self {
            Pattern::Any => HostPattern::Any,
            Pattern::Never => HostPattern::Never,
            Pattern::Exact(name) => HostPattern::Exact(name.clone()),
            Pattern::Domain(domain) => HostPattern::Domain(domain.clone()),
            Pattern::Glob(glob) => HostPattern::Glob(glob.clone()),
            Pattern::Expression(syntax, tree) => {
                let text = tree.written(*syntax);
                HostPattern::Regex(Regex::parse(*syntax, &text, false).expect(&text))
            }
            Pattern::Perhaps(inner) => HostPattern::Perhaps(Box::new(inner.to_engine())),
        }
    }

    pub fn matches(&self, name: &str) -> Tri {
        match self {
            Pattern::Any => Tri::Yes,
            Pattern::Never => Tri::No,
            Pattern::Exact(own) => (own == name).into(),
            Pattern::Domain(domain) => around(domain, name),
            Pattern::Glob(glob) => matches_glob(glob.as_bytes(), name.as_bytes()).into(),
            Pattern::Expression(_, tree) => finds(tree, name).into(),
            Pattern::Perhaps(inner) => inner.matches(name).min(Tri::Maybe),
        }
    }
}

fn around(domain: &Domain, name: &str) -> Tri {
    let Some(before) = name.strip_suffix(domain.base.as_str()) else {
        return Tri::No;
    };
    match before.strip_suffix('.') {
        _ if before.is_empty() => domain.apex,
        None => domain.neighbours,
        Some(labels) => match labels.split('.').count() {
            1 => domain.one_label,
            count if domain.max_labels.is_some_and(|max| count > usize::from(max)) => Tri::No,
            _ => domain.more_labels,
        },
    }
}

fn matches_glob(glob: &[u8], text: &[u8]) -> bool {
    match (glob, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=text.len()).any(|at| matches_glob(rest, &text[at..])),
        ([b'?', rest @ ..], [_, text @ ..]) => matches_glob(rest, text),
        ([letter, rest @ ..], [first, text @ ..]) => letter == first && matches_glob(rest, text),
        _ => false,
    }
}

/// Whether a match begins anywhere.
fn finds(tree: &Tree, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    (0..=text.len()).any(|at| !ends(tree, &text, at).is_empty())
}

/// Where a match that begins at `at` can end.
fn ends(tree: &Tree, text: &[char], at: usize) -> Vec<usize> {
    let one = |holds: bool| if holds { vec![at + 1] } else { Vec::new() };
    let here = |holds: bool| if holds { vec![at] } else { Vec::new() };
    let next = text.get(at);
    let mut found = match tree {
        Tree::Empty => vec![at],
        Tree::Letter(letter) => one(next == Some(letter)),
        Tree::AnyCharacter => one(next.is_some()),
        Tree::Set(letters, negated) => one(next.is_some_and(|&c| letters.contains(c) != *negated)),
        Tree::Start => here(at == 0),
        Tree::End => here(at == text.len()),
        Tree::Either(parts) => parts.iter().flat_map(|part| ends(part, text, at)).collect(),
        Tree::Sequence(parts) => parts.iter().fold(vec![at], |from, part| after(part, text, &from)),
        Tree::Repeat(inner, min, max) => repeats(inner, *min, *max, text, at),
    };
    found.sort_unstable();
    found.dedup();
    found
}

fn after(tree: &Tree, text: &[char], from: &[usize]) -> Vec<usize> {
    from.iter().flat_map(|&at| ends(tree, text, at)).collect()
}

fn repeats(inner: &Tree, min: u32, max: Option<u32>, text: &[char], at: usize) -> Vec<usize> {
    let mut from = vec![at];
    let mut found = Vec::new();
    // More rounds than characters reach nothing new.
    for round in 0..=max.unwrap_or(min + text.len() as u32 + 1) {
        if round >= min {
            found.extend(&from);
        }
        from = after(inner, text, &from);
        from.sort_unstable();
        from.dedup();
    }
    found
}

impl Tree {
    /// The expression in a syntax.
    pub fn written(&self, syntax: Syntax) -> String {
        let basic = syntax == Syntax::PosixBasic;
        let mark = |mark: &str| if basic { format!("\\{mark}") } else { mark.to_owned() };
        let group = |inner: String| format!("{}{inner}{}", mark("("), mark(")"));
        match self {
            Tree::Empty => group(String::new()),
            Tree::Letter('.') => "\\.".into(),
            Tree::Letter(letter) => letter.to_string(),
            Tree::AnyCharacter => ".".into(),
            Tree::Set(letters, negated) => format!("[{}{letters}]", if *negated { "^" } else { "" }),
            // Only in a group of its own is a caret or a dollar a place in every syntax.
            Tree::Start => group("^".into()),
            Tree::End => group("$".into()),
            Tree::Sequence(parts) => parts.iter().map(|part| part.written(syntax)).collect(),
            Tree::Either(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| part.written(syntax)).collect();
                group(parts.join(&mark("|")))
            }
            Tree::Repeat(inner, min, max) => {
                let count = match (min, max) {
                    (0, None) => "*".to_owned(),
                    (1, None) => mark("+"),
                    (0, Some(1)) => mark("?"),
                    (min, None) => format!("{}{min},{}", mark("{"), mark("}")),
                    (min, Some(max)) => format!("{}{min},{max}{}", mark("{"), mark("}")),
                };
                format!("{}{count}", group(inner.written(syntax)))
            }
        }
    }
}

/// The names of a required set, by its pattern: a leading `*.` is labels, another lone star one label, a star in a label any
/// run of its characters, a leading star without a dot anything.
pub fn is_required(pattern: &str, name: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("*.") {
        let dots = name.match_indices('.').map(|(at, _)| at);
        return dots.into_iter().any(|at| labels_match(rest, &name[at + 1..]));
    }
    match pattern.strip_prefix('*') {
        Some(rest) => (0..=name.len()).any(|at| labels_match(rest, &name[at..])),
        None => labels_match(pattern, name),
    }
}

fn labels_match(pattern: &str, name: &str) -> bool {
    let (own, given): (Vec<&str>, Vec<&str>) = (pattern.split('.').collect(), name.split('.').collect());
    let fits = |(own, given): (&&str, &&str)| match *own {
        "*" => !given.is_empty(),
        own => matches_glob(own.as_bytes(), given.as_bytes()),
    };
    own.len() == given.len() && own.iter().zip(&given).all(fits)
}
