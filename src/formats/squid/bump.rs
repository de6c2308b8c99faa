//! `ssl_bump`: which connections Squid opens, and which it terminates.
//!
//! Squid asks the list up to three times (squid.conf.documented, `ssl_bump`): on CONNECT, after the client's hello, after the
//! server's. `peek` and `stare` lead to the next step; the other actions end it. Each step's lines are unfolded here into
//! rules in first-match order.

use super::access::Terms;
use super::acl::Acls;
use super::meaning::Meanings;
use super::statements::Statement;
use crate::addresses::AddressSet;
use crate::policy::{Action, Condition, Gate, Method, Order, Otherwise, Planes, Reason, Rule};
use crate::source::Span;

/// Unfolding three steps grows with the cube of the lines; longer lists are undecided as a whole.
const MAX_LINES: usize = 24;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Splice,
    Bump,
    Peek,
    Stare,
    Terminate,
}

/// One `ssl_bump` line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// `None`: an action that is not decided here.
    bump: Option<Act>,
    terms: Terms,
}

impl Line {
    /// `client-first` and `server-first` bump; `none` splices (their names before Squid 3.5). What `allow` and `deny` are
    /// converted to depends on the other lines; any other action is refused (checked with Squid 5.7).
    pub fn read(statement: &Statement, acls: &mut Acls<'_>) -> Self {
        let bump = match statement.arguments.first().map(|word| word.text.as_str()) {
            Some("splice" | "none") => Some(Act::Splice),
            Some("bump" | "client-first" | "server-first") => Some(Act::Bump),
            Some("peek") => Some(Act::Peek),
            Some("stare") => Some(Act::Stare),
            Some("terminate") => Some(Act::Terminate),
            Some("allow" | "deny") => None,
            other => {
                let text = format!("`{}` is no action of ssl_bump", other.unwrap_or_default());
                acls.refusals.push(Reason::new(text).at(statement.place.span));
                None
            }
        };
        Line { bump, terms: Terms::read(statement, 1, acls) }
    }

    pub fn span(&self) -> Span {
        self.terms.span
    }

    pub fn terminates(&self) -> bool {
        matches!(self.bump, Some(Act::Terminate) | None)
    }
}

/// What happens in the end, under which condition.
struct Ending {
    name: String,
    span: Span,
    bump: Act,
    when: Condition,
    /// Whether Squid does it by itself, after a look behind which no line fits.
    by_itself: bool,
}

/// The gate that "allows" what Squid opens.
pub(super) fn decrypts(lines: &[Line], meanings: &mut Meanings<'_>) -> Gate {
    let why = "no `ssl_bump` line bumps it";
    gate(lines, meanings, Action::Deny, why, |bump| if bump == Act::Bump { Action::Allow } else { Action::Deny })
}

/// The gate that denies what Squid terminates.
pub(super) fn terminates(lines: &[Line], meanings: &mut Meanings<'_>) -> Gate {
    let why = "no `ssl_bump` line terminates it";
    gate(lines, meanings, Action::Allow, why, |bump| if bump == Act::Terminate { Action::Deny } else { Action::Allow })
}

fn gate(
    lines: &[Line],
    meanings: &mut Meanings<'_>,
    otherwise: Action,
    why: &str,
    action: impl Fn(Act) -> Action,
) -> Gate {
    let rules = match unclear(lines) {
        Some(reason) => vec![undecided(reason, otherwise)],
        None => endings(lines, meanings).into_iter().map(|ending| ending.rule(&action, otherwise)).collect(),
    };
    Gate {
        name: "ssl_bump".into(),
        speaks: Planes::PROXY,
        order: Order::First,
        rules,
        chains: Vec::new(),
        otherwise: Otherwise { action: otherwise, span: None, why: why.into() },
        sources: AddressSet::all(),
    }
}

fn unclear(lines: &[Line]) -> Option<Reason> {
    if let Some(line) = lines.iter().find(|line| line.bump.is_none()) {
        return Some(Reason::new("this `ssl_bump` action is not known").at(line.span()));
    }
    let first = lines.first().filter(|_| lines.len() > MAX_LINES)?;
    Some(Reason::new(format!("there are more than {MAX_LINES} `ssl_bump` lines")).at(first.span()))
}

fn undecided(reason: Reason, otherwise: Action) -> Rule {
    let action = if otherwise == Action::Allow { Action::Deny } else { Action::Allow };
    let when = Condition::All(vec![Condition::Method(Method::Connect), Condition::Unknown(reason.clone())]);
    Rule { name: "ssl_bump".into(), span: reason.span, then: action.into(), when }
}

impl Ending {
    /// Where Squid does by itself what it does without any line, no line is to cite.
    fn rule(self, action: &impl Fn(Act) -> Action, otherwise: Action) -> Rule {
        let action = action(self.bump);
        let is_default = self.by_itself && action == otherwise;
        Rule { name: self.name, span: (!is_default).then_some(self.span), then: action.into(), when: self.when }
    }
}

fn endings(lines: &[Line], meanings: &mut Meanings<'_>) -> Vec<Ending> {
    let mut endings = Vec::new();
    let connect = vec![Condition::Method(Method::Connect)];
    unfold(lines, meanings, 1, None, &connect, &mut endings);
    endings
}

/// The endings of the lines that a step can use, in order. After a peek at the server's hello Squid cannot bump any more,
/// after a stare it cannot splice; where no line fits, it does what the last look leaves open.
fn unfold(
    lines: &[Line],
    meanings: &mut Meanings<'_>,
    step: u8,
    looked: Option<(&Line, Act)>,
    so_far: &[Condition],
    endings: &mut Vec<Ending>,
) {
    for line in lines {
        let Some(bump) = line.bump.filter(|&bump| fits(bump, step, looked.map(|(_, look)| look))) else { continue };
        let own = line.terms.condition(meanings, Some(step));
        let when: Vec<Condition> = so_far.iter().cloned().chain([own]).collect();
        match bump {
            Act::Peek | Act::Stare => unfold(lines, meanings, step + 1, Some((line, bump)), &when, endings),
            _ => endings.push(line.ending(bump, Condition::All(when))),
        }
    }
    if let Some((line, look)) = looked {
        let bump = if look == Act::Peek { Act::Splice } else { Act::Bump };
        endings.push(Ending { by_itself: true, ..line.ending(bump, Condition::All(so_far.to_vec())) });
    }
}

impl Line {
    fn ending(&self, bump: Act, when: Condition) -> Ending {
        Ending { name: self.terms.text.clone(), span: self.span(), bump, when, by_itself: false }
    }
}

fn fits(bump: Act, step: u8, looked: Option<Act>) -> bool {
    match (step, bump) {
        (1 | 2, _) => true,
        (_, Act::Peek | Act::Stare) => false,
        (_, Act::Bump) => looked == Some(Act::Stare),
        (_, Act::Splice) => looked == Some(Act::Peek),
        (_, Act::Terminate) => true,
    }
}
