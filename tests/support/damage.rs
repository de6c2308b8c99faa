//! What happens to a text on its way from a device to the page, and where its lines are afterwards.

/// A damaged text.
pub struct Damaged {
    pub how: &'static str,
    pub bytes: Vec<u8>,
    /// For each line of the whole text, by index, the number of the line on which it begins now.
    lines: Vec<u32>,
}

impl Damaged {
    /// The line of the whole text that `number` is, or is a part of.
    pub fn original(&self, number: u32) -> u32 {
        self.lines.partition_point(|&begins| begins <= number) as u32
    }
}

/// How a text is captured from a device's terminal.
pub struct Terminal {
    pub prompt: &'static str,
    pub command: &'static str,
    pub pager: &'static str,
}

const COLUMNS: usize = 80;
const ROWS: usize = 23;

/// Every way in which a text is damaged. A text that has line ends of its own kind is a fixture about them.
pub fn all(text: &str, terminal: Option<&Terminal>) -> Vec<Damaged> {
    if text.contains('\r') {
        return Vec::new();
    }
    let mut found = vec![crlf(text), utf16(text), quoted(text)];
    if let Some(terminal) = terminal {
        found.extend([captured(text, terminal), wrapped(text), flat(text)]);
    }
    found
}

fn in_place(how: &'static str, text: &str, bytes: Vec<u8>) -> Damaged {
    Damaged { how, bytes, lines: (1..=text.lines().count() as u32).collect() }
}

fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| change(line) + "\n").collect()
}

fn crlf(text: &str) -> Damaged {
    in_place("line ends of Windows", text, text.replace('\n', "\r\n").into_bytes())
}

fn utf16(text: &str) -> Damaged {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    in_place("UTF-16", text, units.flat_map(u16::to_le_bytes).collect())
}

fn quoted(text: &str) -> Damaged {
    in_place("quoted in a mail", text, each_line(text, |line| format!("> {line}")).into_bytes())
}

fn flat(text: &str) -> Damaged {
    in_place("indentation lost", text, each_line(text, |line| line.trim_start().to_owned()).into_bytes())
}

fn captured(text: &str, terminal: &Terminal) -> Damaged {
    let Terminal { prompt, command, pager } = terminal;
    let mut out = format!("{prompt}{command}\n");
    for (index, line) in text.lines().enumerate() {
        if index % ROWS == ROWS - 1 {
            out.push_str(&format!("{pager}\r{}\r", " ".repeat(pager.len())));
        }
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(prompt);
    let lines = (1..=text.lines().count() as u32).map(|number| number + 1).collect();
    Damaged { how: "captured from a terminal", bytes: out.into_bytes(), lines }
}

fn wrapped(text: &str) -> Damaged {
    let (mut out, mut lines, mut number) = (String::new(), Vec::new(), 1);
    for line in text.lines() {
        lines.push(number);
        let characters: Vec<char> = line.chars().collect();
        for piece in characters.chunks(COLUMNS) {
            out.extend(piece);
            out.push('\n');
            number += 1;
        }
        if characters.is_empty() {
            out.push('\n');
            number += 1;
        }
    }
    Damaged { how: "broken at 80 columns", bytes: out.into_bytes(), lines }
}
