//! Lines of a shell that are commands of nft.

use super::tree::is_program;
use crate::formats::netfilter::words::{Word, lexed};
use crate::formats::netfilter::{after_shell_prompt, commands, script};

/// What nft is given by a line of a shell, or at a prompt: commands, one on a line, and a string for what is not certain, as that is
/// no command. `None` where the line is none of a shell.
pub(super) fn given(line: &str) -> Option<String> {
    let prompted = after_shell_prompt(line);
    let command = prompted.unwrap_or(line);
    let uncertain = || format!("\"{}\"", command.replace('"', "'"));
    let mut words = command.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    if !words.find(|word| *word != "sudo").is_some_and(is_program) {
        return prompted
            .map(|command| if script::passes_by(command, is_program) { String::new() } else { uncertain() });
    }
    // A quote that stays open goes on in the lines below.
    let Some(words) = lexed(command) else { return prompted.map(str::to_owned) };
    Some(carried_out(words).unwrap_or_else(uncertain))
}

fn carried_out(words: Vec<Word>) -> Option<String> {
    let texts: Option<Vec<String>> = commands::commands(words, asks)?.into_iter().map(text).collect();
    texts.map(|texts| texts.join("\n"))
}

/// Words that a command is put together from, as nft does it (nft(8), "OPTIONS").
fn text(command: commands::Command) -> Option<String> {
    const SPELLS: [&str; 16] = [
        "-a",
        "--handle",
        "-e",
        "--echo",
        "-n",
        "--numeric",
        "-s",
        "--stateless",
        "-N",
        "--reversedns",
        "-S",
        "--service",
        "-p",
        "--numeric-protocol",
        "-y",
        "--numeric-priority",
    ];
    if command.otherwise.is_some() || command.words.first().is_none_or(|first| !is_program(first)) {
        return None;
    }
    let words = command.words.iter().skip(1).skip_while(|word| SPELLS.contains(&word.as_str()));
    let words: Vec<&str> = words.map(String::as_str).collect();
    Some(match words[..] {
        ["-f", "-" | "/dev/stdin", below] if below.starts_with("<<") => String::new(),
        [first, ..] if SHOWS.contains(&first) => String::new(),
        _ => words.join(" "),
    })
}

const SHOWS: [&str; 10] = ["list", "get", "describe", "monitor", "-c", "--check", "-v", "--version", "-V", "-h"];

/// Whether a command finds something out, or fails where something is not there.
fn asks(part: &[Word]) -> bool {
    part.iter().any(|word| word.is("delete") || SHOWS.iter().any(|question| word.is(question)))
}
