//! Where one configuration ends and the next begins.

use super::statements::Statement;

/// Configurations of several devices or contexts, pasted one after the other: each has a host name of its own, and begins
/// at the last heading before it.
pub(in crate::formats) fn scopes(statements: &[Statement]) -> Vec<&[Statement]> {
    let mut starts = vec![0];
    let (mut named, mut heading) = (false, None);
    for (at, statement) in statements.iter().enumerate() {
        if is_name(statement) {
            if named {
                starts.push(heading.unwrap_or(at));
            }
            (named, heading) = (true, None);
        } else if is_heading(statement) && heading.is_none() {
            heading = Some(at);
        }
    }
    starts.push(statements.len());
    starts.windows(2).map(|pair| &statements[pair[0]..pair[1]]).collect()
}

fn is_name(statement: &Statement) -> bool {
    ["hostname", "switchname"].contains(&statement.word(0)) && statement.words.len() == 2
}

fn is_heading(statement: &Statement) -> bool {
    let two = (statement.word(0), statement.word(1));
    let running = two.0 == "show" && two.1.starts_with("run");
    running || matches!(two, ("ASA", "Version") | ("Building", "configuration...") | ("Current", "configuration"))
}

/// The name of the device that a configuration belongs to.
pub(in crate::formats) fn host(statements: &[Statement]) -> String {
    let name = statements.iter().find(|statement| is_name(statement));
    name.map_or(String::new(), |statement| statement.word(1).to_owned())
}
