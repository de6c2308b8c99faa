//! Which expressions the C library refuses, so that Squid skips them.

use super::acl::Value;

/// An expression without the `.*` in front, which Squid takes away as needless, even where a repetition follows: what is
/// left of `.*?x` is refused (checked with Squid 5.7).
pub(super) fn without_wildcards(pattern: &str) -> &str {
    let rest = pattern.strip_prefix("^.*").unwrap_or(pattern).trim_start_matches(".*");
    if rest.is_empty() { ".*" } else { rest }
}

/// Whether Squid may read the expressions of a line otherwise than one by one. It joins them to `(a)|(b)`, and separates
/// them only where that is refused; a bracket or group that one leaves open can take in its neighbours (checked with
/// Squid 5.7).
pub(super) fn merge(line: &[Value]) -> bool {
    let clean = |value: &Value| without_wildcards(&value.text).to_owned();
    let joined = |run: &[Value]| format!("({})", run.iter().map(clean).collect::<Vec<_>>().join(")|("));
    let mut runs = line.chunk_by(|a, b| a.ignore_case == b.ignore_case);
    line.iter().any(|value| is_refused(&clean(value))) && runs.all(|run| !is_refused(&joined(run)))
}

/// Character classes that POSIX names.
const CLASSES: &[&str] =
    &["alpha", "digit", "alnum", "upper", "lower", "space", "blank", "punct", "print", "graph", "cntrl", "xdigit"];

/// Whether glibc's `regcomp` with REG_EXTENDED refuses a pattern (each rule checked with it).
pub(super) fn is_refused(pattern: &str) -> bool {
    let chars: Vec<char> = pattern.chars().collect();
    Scan { chars: &chars, at: 0, depth: 0, groups: 0, repeatable: false }.run().is_none()
}

struct Scan<'a> {
    chars: &'a [char],
    at: usize,
    depth: usize,
    /// Groups closed so far: what a back-reference may name.
    groups: usize,
    /// The last piece can be repeated.
    repeatable: bool,
}

impl Scan<'_> {
    fn run(mut self) -> Option<()> {
        while let Some(c) = self.next() {
            let starts_anew = matches!(c, '^' | '$' | '(' | '|');
            self.piece(c)?;
            self.repeatable = !starts_anew;
        }
        (self.depth == 0).then_some(())
    }

    fn next(&mut self) -> Option<char> {
        let c = self.chars.get(self.at).copied();
        self.at += 1;
        c
    }

    fn piece(&mut self, c: char) -> Option<()> {
        match c {
            '*' | '+' | '?' => self.repeatable.then_some(()),
            '{' if self.repeatable => self.interval(),
            '{' => None,
            '(' => {
                self.depth += 1;
                Some(())
            }
            ')' if self.depth > 0 => {
                self.depth -= 1;
                self.groups += 1;
                Some(())
            }
            '[' => self.bracket(),
            '\\' => self.escape(),
            _ => Some(()),
        }
    }

    fn escape(&mut self) -> Option<()> {
        let reference = self.next()?.to_digit(10).filter(|&digit| digit > 0);
        reference.is_none_or(|digit| digit as usize <= self.groups).then_some(())
    }

    /// `{n}`, `{n,}`, `{,m}`, `{n,m}`
    fn interval(&mut self) -> Option<()> {
        let text: String = self.chars[self.at..].iter().take_while(|&&c| c != '}').collect();
        self.at += text.chars().count();
        self.next().filter(|&c| c == '}')?;
        let (min, max) = text.split_once(',').unwrap_or((&text, &text));
        let bound = |text: &str, absent: u32| match text {
            "" => Some(absent),
            digits => digits.parse().ok().filter(|&n| n <= 0x7fff),
        };
        let (min, max) = (bound(min, 0)?, bound(max, u32::MAX)?);
        (min <= max && !text.is_empty()).then_some(())
    }

    fn bracket(&mut self) -> Option<()> {
        if self.chars.get(self.at) == Some(&'^') {
            self.at += 1;
        }
        let start = self.at;
        loop {
            match self.next()? {
                ']' if self.at > start + 1 => return Some(()),
                '[' if matches!(self.chars.get(self.at), Some(':' | '.' | '=')) => self.named()?,
                first => self.range(first)?,
            }
        }
    }

    fn named(&mut self) -> Option<()> {
        let kind = self.next()?;
        let name: String = self.chars[self.at..].iter().take_while(|&&c| c != kind).collect();
        self.at += name.chars().count() + 1;
        self.next().filter(|&c| c == ']')?;
        (kind != ':' || CLASSES.contains(&name.as_str())).then_some(())
    }

    fn range(&mut self, first: char) -> Option<()> {
        let last = self.chars.get(self.at + 1).copied().filter(|&c| c != ']' && c != '[');
        match (self.chars.get(self.at), last) {
            (Some('-'), Some(last)) => {
                self.at += 2;
                (first <= last).then_some(())
            }
            _ => Some(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_refused;

    /// Every row was put to glibc's `regcomp`.
    #[test]
    fn refused_are_what_the_c_library_refuses() {
        let refused = "*a +a ?a ^*a (*a) a|*b (a [a a{ a{1 {1} a{2,1} \\ a\\ [[:foo:]] (?i)a (?:a) a(?=b) \\1 $* a{99999} [z-a] ^+ *.ex.com";
        for pattern in refused.split(' ') {
            assert!(is_refused(pattern), "{pattern}");
        }
        for pattern in
            "a** a+* a) a{1} () (|a) a| |a []a] [^]a] a] (a)\\1 \\(* x{,3} (^|\\.)ex\\.com$ [a-z0-9-]+".split(' ')
        {
            assert!(!is_refused(pattern), "{pattern}");
        }
    }
}
