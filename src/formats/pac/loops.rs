//! Loops over what is known, and `switch`: walked round by round, with those who leave early put together at the end.

use super::hoist::{self, Declared};
use super::run::{Loop, Run, State};
use super::value::{Value, and, is_always, is_never, not, or};
use crate::policy::Condition;
use crate::source::Span;
use oxc_ast::ast::{BindingPattern, Expression, ForStatementLeft, Statement, SwitchStatement};
use oxc_span::GetSpan;

impl<'a> Run<'a, '_> {
    pub fn jump(&mut self, breaks: bool, span: oxc_span::Span) -> bool {
        let wanted = |each: &Loop<'_>| breaks || !each.is_switch;
        let Some(at) = self.frame().loops.iter().rposition(wanted) else {
            self.poison("this jump is not followed", span);
            return false;
        };
        if at + 1 != self.frame().loops.len() {
            self.poison("a jump out of a `switch` in a loop is not followed", span);
            return false;
        }
        let (base, depth) = (self.frame().loops[at].base, self.frame().loops[at].depth);
        let when = self.guard(base, false);
        let state = self.outside(depth);
        let own = &mut self.frame().loops[at];
        let (left, ways) = match breaks {
            true => (&mut own.stayed, &mut own.breaks),
            false => (&mut own.in_round, &mut own.continues),
        };
        left.push(not(when.clone()));
        ways.push((when, state));
        false
    }

    fn enter(&mut self, is_switch: bool) {
        let (base, depth) = (self.frame().guards.len(), self.frame().hidden.len());
        self.frame().loops.push(Loop { base, depth, is_switch, ..Loop::default() });
    }

    /// Ends the round of a loop: those who left it early are there again.
    fn end_round(&mut self, goes_on: bool, span: Span) -> bool {
        let Some(last) = self.frame().loops.last_mut() else { return goes_on };
        last.in_round.clear();
        let continues = std::mem::take(&mut last.continues);
        self.meet(goes_on, continues, span)
    }

    /// Ends a loop or a `switch`.
    fn leave(&mut self, goes_on: bool, span: Span) -> bool {
        let Some(ended) = self.frame().loops.pop() else { return goes_on };
        self.frame().guards.truncate(ended.base);
        self.meet(goes_on, ended.breaks, span)
    }

    /// Ways that come together: the first of them that was taken counts.
    fn meet(&mut self, mut goes_on: bool, ways: Vec<(Condition, State<'a>)>, span: Span) -> bool {
        for (when, state) in ways.into_iter().rev() {
            match goes_on {
                true => self.join(when, state, span),
                false => self.state = state,
            }
            goes_on = true;
        }
        goes_on
    }

    pub fn repeat(
        &mut self,
        span: oxc_span::Span,
        test: Option<&'a Expression<'a>>,
        update: Option<&'a Expression<'a>>,
        body: &'a Statement<'a>,
        mut first: bool,
    ) -> bool {
        let place = self.at(span);
        self.enter(false);
        let mut goes_on = true;
        while goes_on && self.step(span) {
            let when = match test {
                Some(test) if !first => self.condition(test),
                _ => Condition::always(),
            };
            first = false;
            if is_never(&when) {
                break;
            }
            if !is_always(&when) {
                self.poison("how often the loop runs depends on the request", span);
                goes_on = false;
                break;
            }
            goes_on = self.statement(body);
            goes_on = self.end_round(goes_on, place);
            if let Some(update) = update.filter(|_| goes_on) {
                self.value(update);
            }
        }
        self.leave(goes_on && self.stopped.is_none(), place)
    }

    pub fn for_each(
        &mut self,
        span: oxc_span::Span,
        left: &'a ForStatementLeft<'a>,
        items: Option<Vec<Value<'a>>>,
        body: &'a Statement<'a>,
    ) -> bool {
        let (Some(name), Some(items)) = (loop_name(left), items) else {
            self.poison("what the loop runs over is not known", span);
            return false;
        };
        let own = match left {
            ForStatementLeft::VariableDeclaration(declaration) => hoist::of_loop(declaration),
            _ => Vec::new(),
        };
        self.with_names(own, Vec::new(), |run| run.rounds(span, name, left, items, body))
    }

    fn rounds(
        &mut self,
        span: oxc_span::Span,
        name: &'a str,
        left: &'a ForStatementLeft<'a>,
        items: Vec<Value<'a>>,
        body: &'a Statement<'a>,
    ) -> bool {
        let place = self.at(span);
        let declares = matches!(left, ForStatementLeft::VariableDeclaration(_));
        self.enter(false);
        let mut goes_on = true;
        for item in items {
            if !goes_on || !self.step(span) {
                break;
            }
            if declares {
                self.name(name, item)
            } else {
                self.assign(name, item, span)
            }
            goes_on = self.statement(body);
            goes_on = self.end_round(goes_on, place);
        }
        self.leave(goes_on && self.stopped.is_none(), place)
    }

    /// The cases are one block.
    pub fn switch(&mut self, switch: &'a SwitchStatement<'a>) -> bool {
        let of = self.value(&switch.discriminant);
        let Declared { own, functions, .. } = hoist::declared_in_cases(switch);
        self.with_names(own, functions, |run| run.cases(switch, of))
    }

    /// The cases in order, each with what falls through to it.
    fn cases(&mut self, switch: &'a SwitchStatement<'a>, of: Value<'a>) -> bool {
        let span = self.at(switch.span);
        let mut tests = Vec::new();
        for case in &switch.cases {
            let test = case.test.as_ref().map(|test| {
                let place = self.at(test.span());
                self.used.push(place);
                let value = self.value(test);
                self.equal(&of, &value, true, place)
            });
            tests.push(test);
        }
        let none = tests.iter().flatten().fold(Condition::always(), |none, test| and(none, not(test.clone())));
        self.enter(true);
        let start = self.state.clone();
        let mut fallen: Option<(Condition, State<'a>)> = None;
        let mut before = Condition::always();
        let base = self.frame().guards.len();
        for (case, test) in switch.cases.iter().zip(tests) {
            let own = match test {
                Some(test) => {
                    let own = and(before.clone(), test.clone());
                    before = and(before, not(test));
                    own
                }
                None => none.clone(),
            };
            self.state = start.clone();
            let when = match fallen.take() {
                Some((when, state)) => {
                    self.join(when.clone(), state, span);
                    or(when, own)
                }
                None => own,
            };
            if is_never(&when) {
                continue;
            }
            self.frame().guards.push(when.clone());
            let goes_on = self.statements(&case.consequent);
            self.frame().guards.truncate(base);
            fallen = goes_on.then(|| (when, self.state.clone()));
        }
        let has_default = switch.cases.iter().any(|case| case.test.is_none());
        let breaks = self.frame().loops.last_mut().map(|last| std::mem::take(&mut last.breaks)).unwrap_or_default();
        let mut ways: Vec<(Condition, State<'a>)> = breaks.into_iter().chain(fallen).collect();
        if !has_default {
            ways.push((none, start));
        }
        self.frame().loops.pop();
        self.frame().guards.truncate(base);
        self.meet(false, ways, span)
    }
}

fn loop_name<'a>(left: &'a ForStatementLeft<'a>) -> Option<&'a str> {
    match left {
        ForStatementLeft::VariableDeclaration(declaration) => match &declaration.declarations.first()?.id {
            BindingPattern::BindingIdentifier(name) => Some(name.name.as_str()),
            _ => None,
        },
        ForStatementLeft::AssignmentTargetIdentifier(name) => Some(name.name.as_str()),
        _ => None,
    }
}
