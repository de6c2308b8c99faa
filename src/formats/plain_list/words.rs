//! A line of a list, freed of what mail programs, wikis and de-fanging put around its entries, and cut into words.

use std::borrow::Cow;

/// The words of one stretch between two separators (comma, semicolon, tab, pipe).
pub(super) type Segment<'a> = Vec<&'a str>;

/// How people write names so that no program makes a link of them, and how wikis escape stars.
const DISGUISES: &[(&str, &str)] = &[
    ("&ast;", "*"),
    ("&#42;", "*"),
    ("&#x2a;", "*"),
    ("&period;", "."),
    ("&#46;", "."),
    ("&amp;", "&"),
    ("\\*", "*"),
    ("\\_", "_"),
    ("[.]", "."),
    ("(.)", "."),
    ("[dot]", "."),
    ("[DOT]", "."),
    ("(dot)", "."),
    ("(DOT)", "."),
    ("[:]", ":"),
    ("hxxp", "http"),
    ("hXXp", "http"),
];

/// The line without disguises.
pub(super) fn plain(line: &str) -> Cow<'_, str> {
    let mut line = Cow::Borrowed(line);
    if !line.contains(['&', '\\', '[', '(']) && !line.contains("xxp") && !line.contains("XXp") {
        return line;
    }
    for (disguise, meant) in DISGUISES {
        if line.contains(disguise) {
            line = Cow::Owned(line.replace(disguise, meant));
        }
    }
    line
}

/// Whether the whole line is a comment. A semicolon counts as one, too, as Netskope's "URL List Best Practices" has it.
pub(super) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['#', ';']) || line.starts_with("//") || line.starts_with("```") || line.starts_with("<!--")
}

/// The line without the mark at which a pager waits.
pub(super) fn without_pager(line: &str) -> &str {
    let trimmed = line.trim_start();
    let marks = ["--More--", "-- More --", "---(more)---", "<--- More --->", "--more--"];
    marks.iter().find_map(|mark| trimmed.strip_prefix(mark)).unwrap_or(line)
}

/// Whether a terminal's prompt stands on the line, alone or with a command: `fw01# show list`, `admin@fw01>`.
pub(super) fn is_prompt(line: &str) -> bool {
    let commands =
        ["cat", "display", "enable", "exit", "get", "less", "list", "more", "quit", "run", "show", "terminal"];
    let Some((host, rest)) = line.trim().split_once(['#', '>', '$']) else {
        return false;
    };
    let named = host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_@.()".contains(&b));
    let command = rest.split_whitespace().next().unwrap_or("");
    named && (commands.contains(&command) || (command.is_empty() && !host.contains('.')))
}

/// The line up to a `#` or `//` that stands after a blank. Inside a word both belong to a URL.
pub(super) fn without_comment(line: &str) -> &str {
    let starts_comment =
        |at: usize| line[..at].ends_with([' ', '\t']) && (line[at..].starts_with('#') || line[at..].starts_with("//"));
    let end = line.match_indices(['#', '/']).map(|(at, _)| at).find(|&at| starts_comment(at));
    &line[..end.unwrap_or(line.len())]
}

/// A regular expression is one word, whatever separators it holds: `^(a|b)\.example\.com$`.
pub(super) fn is_regex(word: &str) -> bool {
    let anchored = (word.starts_with('^') && !word.starts_with("^.")) || word.ends_with('$');
    let grouped = word.contains('(') && word.contains(')') && word.contains(['.', '|']);
    !word.contains(char::is_whitespace) && !is_link(word) && (word.contains("\\.") || anchored || grouped)
}

/// A Markdown link: `[name](https://name/)`.
fn is_link(word: &str) -> bool {
    word.starts_with('[') && word.contains("](")
}

/// The segments of a line, without empty ones.
pub(super) fn segments(line: &str) -> Vec<Segment<'_>> {
    let line = line.trim();
    if is_regex(unquoted(line)) {
        return vec![vec![unquoted(line)]];
    }
    let cut = line.split([',', ';', '\t', '|']);
    cut.map(words).filter(|segment| !segment.is_empty()).collect()
}

fn words(segment: &str) -> Segment<'_> {
    segment.split_whitespace().map(unquoted).filter(|word| !word.is_empty()).collect()
}

/// Nobody puts more quotes and brackets around a word; each layer means looking at the whole word again.
const LAYERS: usize = 16;
/// No longer word is a name or an address in quotes; taking off its brackets one by one would take ages.
pub(super) const LONGEST: usize = 4096;

/// A word without the quotes, brackets and emphasis around it.
pub(super) fn unquoted(word: &str) -> &str {
    let mut word = word.trim();
    if word.len() > LONGEST {
        return word;
    }
    for _ in 0..LAYERS {
        let before = word;
        word = word.trim_matches(['"', '\'', '`', '\u{ab}', '\u{bb}']).trim_matches(['<', '>']);
        if !word.contains("](") {
            word = without_brackets(word);
        }
        if let Some(bold) = word.strip_prefix("**").and_then(|word| word.strip_suffix("**")) {
            word = bold;
        }
        if word == before {
            break;
        }
    }
    link_text(word)
}

/// Square brackets go, unless they hold an IPv6 address (`[2001:db8::1]:443`); round and curly ones where they pair.
fn without_brackets(word: &str) -> &str {
    if word.starts_with('[') && word.contains("]:") || (word.starts_with('[') && word.matches(':').count() > 1) {
        return word;
    }
    let word = word.strip_prefix(['[', '{']).unwrap_or(word);
    let word = if word.contains('[') { word } else { word.strip_suffix([']', '}']).unwrap_or(word) };
    word.strip_prefix('(').and_then(|word| word.strip_suffix(')')).unwrap_or(word)
}

fn link_text(word: &str) -> &str {
    match word.strip_prefix('[').and_then(|word| word.split_once("](")) {
        Some((text, _)) => text,
        None => word,
    }
}

/// The line without a bullet (`*`, `+`, a round one) or a list number (`3.`, `3)`) before a blank.
pub(super) fn without_bullet(line: &str) -> &str {
    let line = line.trim_start();
    let Some((first, rest)) = line.split_once([' ', '\t']) else {
        return line;
    };
    let number = first.strip_suffix(['.', ')']).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let bullet = matches!(first, "*" | "+" | "\u{2022}" | "\u{25aa}" | "\u{25cf}" | "\u{b7}" | "\u{2013}");
    if number || bullet { rest.trim_start() } else { line }
}

/// The rest of a line that begins with a dash and a blank: a bullet in some lists, a denial in others.
pub(super) fn after_dash(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix('-').filter(|rest| rest.starts_with([' ', '\t'])).map(str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_begin_after_a_blank_and_never_inside_a_url() {
        for (line, expected) in [
            ("a.example # b", "a.example "),
            ("a.example // b", "a.example "),
            ("https://a.example//b/#c", "https://a.example//b/#c"),
            ("https://a.example/#c  # d", "https://a.example/#c  "),
        ] {
            assert_eq!(without_comment(line), expected, "{line}");
        }
    }

    #[test]
    fn what_is_put_around_names_is_taken_off() {
        for (line, expected) in [
            ("&ast;.a.example", "*.a.example"),
            ("\\*.a.example", "*.a.example"),
            ("hxxps://a[.]example", "https://a.example"),
        ] {
            assert_eq!(plain(line), expected, "{line}");
        }
        for (word, expected) in [
            ("\"a.example\"", "a.example"),
            ("['a.example']", "a.example"),
            ("<https://a.example>", "https://a.example"),
            ("**a.example**", "a.example"),
            ("**.a.example", "**.a.example"),
            ("[2001:db8::1]:443", "[2001:db8::1]:443"),
            ("[a.example](https://a.example/)", "a.example"),
        ] {
            assert_eq!(unquoted(word), expected, "{word}");
        }
    }

    #[test]
    fn several_items_stand_on_a_line() {
        assert_eq!(segments("a.example, b.example c ; 443"), [vec!["a.example"], vec!["b.example", "c"], vec!["443"]]);
        assert_eq!(segments("| a.example | 443 |"), [["a.example"], ["443"]]);
        assert_eq!(segments("^(a|b),c$"), [["^(a|b),c$"]]);
    }
}
