//! What was an address before a spreadsheet or a typing error changed it.

use super::tokens::Token;

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "m\u{e4}r", "apr", "may", "mai", "jun", "jul", "aug", "sep", "okt", "oct", "nov", "dec", "dez",
];

/// The word as a damaged address, with what may have happened to it.
pub(super) fn damaged(word: &str) -> Option<Token> {
    let lower = word.to_lowercase();
    let damaged = |why: &str| Some(Token::Damaged(why.to_owned()));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((mantissa, exponent)) = lower.split_once("e+")
        && digits(exponent)
        && digits(&mantissa.replace(['.', ','], ""))
    {
        return damaged("a spreadsheet turned this into a number");
    }
    if is_date(&lower) {
        return damaged("a spreadsheet may have turned this into a date");
    }
    let address_like = lower.starts_with(|c: char| c.is_ascii_digit())
        && lower.matches('.').count() >= 2
        && lower.bytes().all(|b| b.is_ascii_digit() || b"./*x-:".contains(&b));
    if address_like
        || (lower.matches(':').count() > 2 && lower.bytes().all(|b| b.is_ascii_hexdigit() || b":/.".contains(&b)))
    {
        return damaged("this is no valid address");
    }
    None
}

/// `2-Jan`, `jan-02`, `1/2/2024`
fn is_date(lower: &str) -> bool {
    let parts: Vec<&str> = lower.split(['-', '/', '.']).collect();
    let number = |part: &&str| part.parse::<u16>().is_ok();
    let month = |part: &&str| MONTHS.iter().any(|month| part.starts_with(month) && part.len() < 10);
    let numbers = parts.iter().filter(|part| number(part)).count();
    match parts.len() {
        2 => numbers == 1 && parts.iter().any(month),
        3 => lower.matches('/').count() == 2 && numbers == 3,
        _ => false,
    }
}
