//! Which of many patterns can match some name of a required set, without a look at each.

use super::{HostPattern, HostSet};

/// Patterns by the text that their names end with, read backwards.
#[derive(Clone, Debug)]
pub struct Index<'a> {
    patterns: Vec<&'a HostPattern>,
    /// The texts in order, each with the number of its pattern.
    ends: Vec<(String, usize)>,
    /// The patterns whose names may end with anything.
    others: Vec<usize>,
}

impl<'a> Index<'a> {
    pub fn new(patterns: impl IntoIterator<Item = &'a HostPattern>) -> Index<'a> {
        let patterns: Vec<&HostPattern> = patterns.into_iter().collect();
        let mut index = Index { patterns: Vec::new(), ends: Vec::new(), others: Vec::new() };
        for (number, pattern) in patterns.iter().enumerate() {
            match pattern.literal_end() {
                Some((end, _)) => index.ends.push((backwards(end), number)),
                None => index.others.push(number),
            }
        }
        index.ends.sort_unstable();
        Index { patterns, ..index }
    }

    /// The numbers of the patterns for which [`HostPattern::may_match`] holds, with nothing after the name, in order.
    pub fn candidates(&self, required: &HostSet) -> Vec<usize> {
        let end = backwards(required.literal_end());
        let shorter = end.char_indices().map(|(at, _)| &end[..at]).flat_map(|start| self.range(start, start));
        let longer = self.range(&end, &format!("{end}\u{7f}"));
        let mut found: Vec<usize> = shorter.chain(longer).chain(self.others.iter().copied()).collect();
        found.retain(|&number| self.patterns[number].may_match(required, ""));
        found.sort_unstable();
        found
    }

    /// The patterns whose texts lie between two texts, both included.
    fn range(&self, first: &str, last: &str) -> impl Iterator<Item = usize> + '_ {
        let from = self.ends.partition_point(|(end, _)| end.as_str() < first);
        let to = self.ends.partition_point(|(end, _)| end.as_str() <= last);
        self.ends[from..to.max(from)].iter().map(|(_, number)| *number)
    }
}

fn backwards(text: &str) -> String {
    text.chars().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::{Domain, Regex};

    #[test]
    fn an_index_finds_the_patterns_that_may_match() {
        let ends = ["com", "ex.com", "xex.com", "a.ex.com", "b.a.ex.com", "ex.net", "m", "z"];
        let exact = ends.iter().map(|end| HostPattern::Exact((*end).to_owned()));
        let below = ends.iter().map(|end| HostPattern::Domain(Domain::and_below(*end)));
        let globs =
            ["*", "a*", "*.ex.com", "?x.com", "ex.com"].iter().map(|glob| HostPattern::Glob((*glob).to_owned()));
        let regex = HostPattern::Regex(Regex::posix_extended("ex", false).expect("an expression"));
        let others = [HostPattern::Any, HostPattern::Never, regex];
        let patterns: Vec<HostPattern> = exact.chain(below).chain(globs).chain(others).collect();
        let index = Index::new(&patterns);
        for required in
            ["ex.com", "a.ex.com", "*.ex.com", "*.a.ex.com", "*.com", "*ex.com", "a*.ex.com", "other.example"]
        {
            let required = HostSet::parse(required).expect(required);
            let each = patterns.iter().enumerate().filter(|(_, pattern)| pattern.may_match(&required, ""));
            let expected: Vec<usize> = each.map(|(number, _)| number).collect();
            assert_eq!(index.candidates(&required), expected, "{}", required.text());
        }
    }
}
