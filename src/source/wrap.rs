//! JSON and XML that a terminal broke at its edge are joined again: there a line end beside a value means nothing, and
//! one inside a value would change it. In texts of lines only their readers can tell a broken line from two.

use super::Span;

/// The widths of the terminals that devices and shells assume: 80 columns, and the wide mode of a VT100.
pub const WIDTHS: [usize; 2] = [80, 132];

/// A text without its breaks at the edge.
pub(super) struct Joined {
    pub text: String,
    /// Where the lines that were pasted begin in it.
    pub line_starts: Vec<u32>,
    /// Where the breaks stood in the text before.
    breaks: Vec<u32>,
}

impl Joined {
    /// A place of the text before.
    pub fn moved(&self, span: Span) -> Span {
        let moved = |offset: u32| offset - self.breaks.partition_point(|&at| at < offset) as u32;
        Span { start: moved(span.start), end: moved(span.end), ..span }
    }
}

pub(super) fn join(text: &str) -> Joined {
    let width = width(text).filter(|_| is_document(text));
    let mut joined = Joined { text: String::with_capacity(text.len()), line_starts: vec![0], breaks: Vec::new() };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let inner = line.strip_suffix('\n').unwrap_or(line);
        let broken = width.is_some_and(|width| inner.chars().count() == width);
        joined.text.push_str(if broken { inner } else { line });
        joined.line_starts.push(joined.text.len() as u32);
        at += line.len();
        joined.breaks.extend(broken.then_some(at as u32 - 1));
    }
    // A final line feed begins no further line.
    joined.line_starts.pop();
    joined
}

/// The width of the terminal, if no line is longer than one of the widths and some are as long.
pub fn width(text: &str) -> Option<usize> {
    let longest = text.lines().map(|line| line.chars().count()).max();
    longest.filter(|longest| WIDTHS.contains(longest))
}

/// Whether one of the first lines begins as JSON or XML do.
fn is_document(text: &str) -> bool {
    text.lines().filter(|line| !line.trim().is_empty()).take(5).any(|line| {
        let line = line.trim_start();
        let json = line.strip_prefix(['{', '[']).is_some_and(|rest| {
            rest.trim_start().is_empty() || rest.trim_start().starts_with(['"', '{', '[', '}', ']'])
        });
        let xml = line.strip_prefix('<').is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '?' | '!')) && rest.contains('>')
        });
        json || xml
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_joined_where_the_screen_broke_them() {
        let broken = format!("$ az network nsg show\n{{\n  \"a\": \"{}\nyy\"\n}}\n", "x".repeat(80 - 8));
        let joined = join(&broken);
        assert_eq!(joined.text, broken.replacen("x\ny", "xy", 1));
        assert_eq!(joined.line_starts, [0, 22, 24, 104, 108]);
        let moved = |start| joined.moved(Span { file: 0, start, end: start + 1 }).start;
        assert_eq!([24, 104, 105, 109].map(moved), [24, 104, 104, 108]);
        let xml = format!("<config>\n<m>{}\ny</m>\n</config>", "x".repeat(77));
        assert_eq!(join(&xml).text, xml.replacen("x\ny", "xy", 1));
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        let edge = "x".repeat(80);
        for text in [
            format!("{edge}\nb.example\n"),
            format!("[12:345] -A OUTPUT -j ACCEPT\n{edge}\nb"),
            format!("{{\n{edge}\n{edge}x\n}}"),
            format!("<allow> {edge}\nb"),
            "a\n\nb\n".to_owned(),
        ] {
            assert_eq!(join(&text).text, text);
        }
        assert_eq!(join("a\n\nb\n").line_starts, [0, 2, 3]);
        assert_eq!(join("a\nb").line_starts, [0, 2]);
    }
}
