//! A line as words, quoted as iptables-restore reads it: in double quotes a backslash keeps the next character.

/// A word, and whether something of it was quoted: then it is no sign of a shell.
#[derive(Default)]
pub(in crate::formats) struct Word {
    pub text: String,
    quoted: bool,
}

impl Word {
    pub fn is_quoted(&self) -> bool {
        self.quoted
    }

    /// Whether it is this sign or name, unquoted.
    pub fn is(&self, sign: &str) -> bool {
        !self.quoted && self.text == sign
    }

    /// The word without a sign at its end.
    pub fn before(&self, sign: char) -> Option<&str> {
        self.text.strip_suffix(sign).filter(|_| !self.quoted)
    }

    /// Whether it says where output goes: `2>/dev/null`, `>`.
    pub fn redirects(&self) -> bool {
        !self.quoted && self.text.trim_start_matches(['1', '2', '&']).starts_with('>')
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Word {
        Word { text: text.to_owned(), quoted: false }
    }
}

/// The words of a line; `None` if a quote stays open.
pub(in crate::formats) fn words(text: &str) -> Option<Vec<String>> {
    lexed(text).map(|words| words.into_iter().map(|word| word.text).collect())
}

pub(in crate::formats) fn lexed(text: &str) -> Option<Vec<Word>> {
    let mut found = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some('"') | None, '\\') => {
                let word = word.get_or_insert_default();
                word.quoted = true;
                word.text.extend(letters.next());
            }
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default().quoted = true;
            }
            // A comment of a shell.
            (None, '#') if word.is_none() => break,
            (None, _) if letter.is_whitespace() => found.extend(word.take()),
            _ => word.get_or_insert_default().text.push(letter),
        }
    }
    found.extend(word);
    quote.is_none().then_some(found)
}
