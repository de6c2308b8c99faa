//! Hides secrets in lines that are quoted from an export.

/// Words whose following value is a secret, whatever stands between. A word counts where it ends a longer one, too
/// (`cachemgr_passwd`).
const SECRETS: &[&str] =
    &["password", "passwd", "passphrase", "passwort", "secret", "psk", "pre-shared-key", "snmp_community"];

/// Words that are a secret's name only before `=` or `:`.
const ASSIGNED: &[&str] = &[
    "pwd",
    "pw",
    "code",
    "apikey",
    "accountkey",
    "accesskey",
    "sharedkey",
    "privatekey",
    "key",
    "token",
    "credential",
    "credentials",
    "authorization",
    "sig",
    "login",
    "community",
];

/// Words that stand between a secret's name and its value.
const QUALIFIERS: &[&str] = &["ENC", "encrypted", "Bearer", "Basic", "0", "5", "7", "8", "9"];

const MASK: &str = "********";

/// The line with the values of passwords, keys, tokens and URL credentials replaced by asterisks.
pub fn mask_secrets(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, word, after)) = next_word(rest) {
        out.push_str(before);
        out.push_str(word);
        rest = after;
        if let Some((separator, tail)) = secret_after(word, after) {
            out.push_str(separator);
            out.push_str(MASK);
            rest = tail;
        }
    }
    out.push_str(rest);
    mask_userinfo(&out)
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

fn next_word(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find(is_word_char)?;
    let length = text[start..].find(|c| !is_word_char(c)).unwrap_or(text.len() - start);
    Some((&text[..start], &text[start..start + length], &text[start + length..]))
}

/// What stands between the word and its secret, and what follows the secret; `None` where no secret follows.
fn secret_after<'a>(word: &str, after: &'a str) -> Option<(&'a str, &'a str)> {
    let word = word.to_ascii_lowercase();
    let is_one_of = |words: &[&str]| words.iter().any(|secret| ends_word(&word, secret));
    let (separator, mut tail) = split_value(after)?;
    let assigned = separator.contains(['=', ':']);
    let is_secret = is_one_of(SECRETS) || assigned && is_one_of(ASSIGNED);
    if !is_secret {
        return None;
    }
    let value = after[separator.len()..after.len() - tail.len()].trim();
    if QUALIFIERS.contains(&value) {
        tail = split_value(tail).map_or(tail, |(_, tail)| tail);
    }
    Some((separator, tail))
}

/// `cachemgr_passwd` and `psksecret` end with a secret word; `monkey` does not end with the word `key`.
fn ends_word(word: &str, secret: &str) -> bool {
    word.strip_suffix(secret).is_some_and(|head| head.is_empty() || head.ends_with(['-', '_']) || secret.len() > 5)
}

/// Splits `separator value tail` and gives separator and tail; `None` where no value follows.
fn split_value(text: &str) -> Option<(&str, &str)> {
    let start = text.find(|c: char| !matches!(c, '"' | '\'' | '=' | ':' | ' ' | '\t'))?;
    let (separator, value) = text.split_at(start);
    if separator.is_empty() {
        return None;
    }
    let quoted = separator.ends_with(['"', '\'']);
    let ends = |c: char| match quoted {
        true => matches!(c, '"' | '\''),
        false => c.is_whitespace() || matches!(c, '"' | '\'' | '&' | ';' | ',' | '}'),
    };
    let length = value.find(ends).unwrap_or(value.len());
    (length > 0).then(|| (separator, &value[length..]))
}

/// `user:password@host`, with or without a scheme before it, keeps its host only.
fn mask_userinfo(line: &str) -> String {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';');
    line.split_inclusive(ends).map(mask_word).collect()
}

fn mask_word(word: &str) -> String {
    let start = word.find("://").map_or(0, |at| at + 3);
    let end = word[start..].find('/').map_or(word.len(), |at| start + at);
    match word[start..end].rfind('@') {
        Some(at) if word[start..start + at].contains(':') => format!("{}{MASK}{}", &word[..start], &word[start + at..]),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::mask_secrets;

    #[test]
    fn secrets_are_masked_and_the_rest_stays() {
        for (line, masked) in [
            ("cachemgr_passwd hunter2 all", "cachemgr_passwd ******** all"),
            ("cache_peer p parent 3128 0 login=joe:hunter2", "cache_peer p parent 3128 0 login=********"),
            (r#""password": "p a s s", "x": 1"#, r#""password": "********", "x": 1"#),
            ("set psksecret ENC abc", "set psksecret ********"),
            ("Authorization: Basic am9lOnB3", "Authorization: ********"),
            ("https://joe:hunter2@host.example/x", "https://********@host.example/x"),
            ("a joe:hunter2@host.example:443, b", "a ********@host.example:443, b"),
            ("https://f.example/api?code=hunter2", "https://f.example/api?code=********"),
            ("someone@mail.example", "someone@mail.example"),
            ("https://a.example/c?sv=1&sig=abc%3D&x=1", "https://a.example/c?sv=1&sig=********&x=1"),
            ("https_port 3129 cert=/etc/c.pem key=/etc/k.pem", "https_port 3129 cert=/etc/c.pem key=********"),
            ("acl public snmp_community s3cret", "acl public snmp_community ********"),
            ("acl azure dstdomain .keyvault.azure.net", "acl azure dstdomain .keyvault.azure.net"),
            ("acl login dstdomain .x.example", "acl login dstdomain .x.example"),
            ("login.microsoftonline.com", "login.microsoftonline.com"),
            ("community 12076:5060", "community 12076:5060"),
        ] {
            assert_eq!(mask_secrets(line), masked);
        }
    }
}
