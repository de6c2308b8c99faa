//! The statements of the script, walked once for all requests: every way to a `return` becomes a rule.

use super::hoist;
use super::names::Hidden;
use super::value::{Case, Table, Value, and, is_always, is_never, not};
use crate::policy::{Condition, Reason};
use crate::source::Span;
use crate::stated::Stated;
use oxc_ast::ast::{Expression, ForStatement, ForStatementInit, Statement};
use oxc_span::GetSpan;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// More statements and calls than this are not walked: a loop that never ends.
const MAX_STEPS: usize = 400_000;
/// Functions that call each other deeper than this are not followed.
pub(super) const MAX_DEPTH: usize = 20;
/// Statements and expressions within each other deeper than this are not followed.
const MAX_NESTING: usize = 200;
/// Conditions repeated more often than this are not told apart.
const MAX_GUARDS: usize = 2_000_000;

pub(super) type Names<'a> = Rc<BTreeMap<&'a str, Value<'a>>>;

/// The names that are in force.
#[derive(Clone, Default)]
pub(super) struct State<'a> {
    pub globals: Names<'a>,
    pub locals: Names<'a>,
}

/// A call that is being walked.
#[derive(Default)]
pub(super) struct Frame<'a> {
    /// Where the function stands that was called.
    pub code: Option<oxc_span::Span>,
    /// The conditions under which the walk stands.
    pub guards: Vec<Condition>,
    pub loops: Vec<Loop<'a>>,
    /// What it returns, in first-match order.
    pub returned: Vec<Case<'a>>,
    /// The names as they are where it returns.
    pub ends: Vec<(Condition, State<'a>)>,
    /// Where the walk lost track: nothing is certain there, for whoever called it either.
    pub lost: Vec<Case<'a>>,
    /// What the blocks that are being walked hide.
    pub hidden: Vec<Hidden<'a>>,
}

/// A loop or a `switch` that is being walked.
#[derive(Default)]
pub(super) struct Loop<'a> {
    /// The guards, and the blocks that hide names, that stood when it began.
    pub base: usize,
    pub depth: usize,
    pub is_switch: bool,
    pub breaks: Vec<(Condition, State<'a>)>,
    pub continues: Vec<(Condition, State<'a>)>,
    /// That none of the breaks was taken.
    pub stayed: Vec<Condition>,
    /// That none of the continues of this round was taken.
    pub in_round: Vec<Condition>,
}

pub(super) struct Run<'a, 's> {
    /// Turns a range of the script into a place of the source.
    pub place: &'s dyn Fn(oxc_span::Span) -> Span,
    pub stated: &'s Stated,
    /// Where the functions begin that stand within others.
    pub nested: BTreeSet<u32>,
    pub constants: BTreeSet<&'a str>,
    /// Whether the script may not give values to names that nothing declares.
    pub is_strict: bool,
    pub state: State<'a>,
    pub frames: Vec<Frame<'a>>,
    pub used: Vec<Span>,
    pub lost: Vec<Span>,
    /// Where a request is answered with no list of proxies.
    pub nothings: Vec<Span>,
    /// Why the walk was given up, once it was.
    pub stopped: Option<Reason>,
    pub depth: usize,
    steps: usize,
    nesting: usize,
    guards: usize,
}

impl<'a, 's> Run<'a, 's> {
    pub fn new(place: &'s dyn Fn(oxc_span::Span) -> Span, stated: &'s Stated) -> Self {
        Run {
            place,
            stated,
            nested: BTreeSet::new(),
            constants: BTreeSet::new(),
            is_strict: false,
            state: State::default(),
            frames: vec![Frame::default()],
            used: Vec::new(),
            lost: Vec::new(),
            nothings: Vec::new(),
            stopped: None,
            depth: 0,
            steps: 0,
            nesting: 0,
            guards: 0,
        }
    }

    /// Begins a request with these names of the script.
    pub fn begin(&mut self, globals: Names<'a>) {
        self.frames = vec![Frame::default()];
        self.state.globals = globals;
        (self.steps, self.guards) = (0, 0);
    }

    pub fn at(&self, span: oxc_span::Span) -> Span {
        (self.place)(span)
    }

    pub fn frame(&mut self) -> &mut Frame<'a> {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Counts one step; false once there were too many.
    pub fn step(&mut self, span: oxc_span::Span) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS && self.stopped.is_none() {
            let text = "the script takes too many steps here: a loop may never end";
            self.stopped = Some(Reason::new(text).at(self.at(span)));
            self.poison(text, span);
        }
        self.stopped.is_none()
    }

    /// From here on nothing is certain on this way.
    pub fn poison(&mut self, text: &str, span: oxc_span::Span) {
        let place = self.at(span);
        self.lost.push(place);
        self.lose(Condition::always(), Value::unknown(text, place), place);
    }

    /// The script ends in an error here; what clients do then differs.
    pub fn given_up(&mut self, text: &str, span: oxc_span::Span) -> Value<'a> {
        let place = self.at(span);
        let value = Value::unknown(text, place);
        self.lose(Condition::always(), value.clone(), place);
        value
    }

    /// The same as [`Run::poison`] where a condition holds, with a value that tells why.
    pub fn lose(&mut self, when: Condition, value: Value<'a>, span: Span) {
        let when = and(self.guard(0, true), when);
        let case = Case { when, value, span };
        self.frame().lost.push(case.clone());
        self.frame().returned.push(case);
    }

    fn give_back(&mut self, value: Value<'a>, span: Span) {
        let when = self.guard(0, true);
        let state = self.outside(0);
        self.frame().ends.push((when.clone(), state));
        self.frame().returned.push(Case { when, value, span });
    }

    /// Notes where the request itself is answered with nothing: as it stands, or as a function that is asked last gives it.
    /// What a variable holds is not looked at: a test before may have asked for it.
    fn note_nothing(&mut self, argument: Option<&Expression<'a>>, value: &Value<'a>, span: Span) {
        let of_call = match (argument, value) {
            (Some(Expression::CallExpression(_)), Value::Cases(cases)) => {
                cases.otherwise.is_nothing() || cases.list.iter().any(|case| case.value.is_nothing())
            }
            _ => false,
        };
        let is_request = self.frames.len() == 2;
        if is_request && (value.is_nothing() || of_call && is_always(&self.guard(0, true))) {
            self.nothings.push(span);
        }
    }

    /// The guards from `base` on, with those that nothing has left a loop if `stayed`.
    pub fn guard(&mut self, base: usize, stayed: bool) -> Condition {
        let frame = self.frame();
        let last = frame.loops.len().saturating_sub(1);
        let in_rounds = frame.loops.iter().skip(if stayed { 0 } else { last }).flat_map(|each| &each.in_round);
        let in_loops = frame.loops.iter().filter(|_| stayed).flat_map(|each| &each.stayed);
        let guards: Vec<&Condition> = frame.guards.iter().skip(base).chain(in_rounds).chain(in_loops).collect();
        let count = guards.len();
        let all = guards.into_iter().cloned().fold(Condition::always(), and);
        self.guards += count;
        match self.guards > MAX_GUARDS {
            true => Condition::Unknown(Reason::new("the conditions of the script are too many to be told apart")),
            false => all,
        }
    }

    /// Walks statements; false if none of the ways through them leads on.
    pub fn statements(&mut self, statements: &'a [Statement<'a>]) -> bool {
        statements.iter().all(|statement| self.statement(statement))
    }

    pub fn statement(&mut self, statement: &'a Statement<'a>) -> bool {
        if !self.step(statement.span()) {
            return false;
        }
        self.nesting += 1;
        let goes_on = match self.nesting > MAX_NESTING {
            true => {
                self.poison("the script is nested too deep here", statement.span());
                false
            }
            false => self.one(statement),
        };
        self.nesting -= 1;
        goes_on
    }

    fn one(&mut self, statement: &'a Statement<'a>) -> bool {
        let used = |run: &mut Self, span| run.used.push((run.place)(span));
        match statement {
            Statement::BlockStatement(block) => self.block(&block.body),
            Statement::EmptyStatement(_) | Statement::DebuggerStatement(_) => true,
            Statement::FunctionDeclaration(function) => {
                function.id.iter().for_each(|name| self.reached(name.name.as_str()));
                true
            }
            Statement::ExpressionStatement(expression) => {
                used(self, expression.span);
                self.value(&expression.expression);
                true
            }
            Statement::VariableDeclaration(declaration) => {
                used(self, declaration.span);
                self.declare(declaration);
                true
            }
            Statement::ReturnStatement(given) => {
                used(self, given.span);
                let value = given.argument.as_ref().map_or(Value::Undefined, |argument| self.value(argument));
                let span = self.at(given.span);
                self.note_nothing(given.argument.as_ref(), &value, span);
                self.give_back(value, span);
                false
            }
            Statement::IfStatement(choice) => {
                used(self, choice.test.span());
                let bare = [Some(&choice.consequent), choice.alternate.as_ref()];
                if bare.iter().flatten().any(|way| matches!(way, Statement::FunctionDeclaration(_))) {
                    self.poison("a function that is declared without a block is not followed", choice.span);
                }
                let span = self.at(choice.test.span());
                let when = self.condition(&choice.test);
                let otherwise = choice.alternate.as_ref();
                self.branch(
                    when,
                    span,
                    |run| run.statement(&choice.consequent),
                    |run| otherwise.is_none_or(|otherwise| run.statement(otherwise)),
                )
            }
            Statement::SwitchStatement(switch) => {
                used(self, switch.discriminant.span());
                self.switch(switch)
            }
            Statement::ForStatement(each) => {
                used(self, oxc_span::Span::new(each.span.start, each.body.span().start));
                let own = match &each.init {
                    Some(ForStatementInit::VariableDeclaration(declaration)) => hoist::of_loop(declaration),
                    _ => Vec::new(),
                };
                self.with_names(own, Vec::new(), |run| run.counted_loop(each))
            }
            Statement::WhileStatement(each) => self.repeat(each.span, Some(&each.test), None, &each.body, false),
            Statement::DoWhileStatement(each) => self.repeat(each.span, Some(&each.test), None, &each.body, true),
            Statement::ForInStatement(each) => {
                used(self, each.right.span());
                let of = self.value(&each.right);
                let keys = match &of {
                    Value::Array(items) => Some((0..items.len()).map(|at| Value::text(&at.to_string())).collect()),
                    Value::Object(items) => Some(in_order(items)),
                    _ => None,
                };
                self.for_each(each.span, &each.left, keys, &each.body)
            }
            Statement::ForOfStatement(each) => {
                used(self, each.right.span());
                let items = match self.value(&each.right) {
                    Value::Array(items) => Some(items.to_vec()),
                    _ => None,
                };
                self.for_each(each.span, &each.left, items, &each.body)
            }
            Statement::BreakStatement(jump) if jump.label.is_none() => self.jump(true, jump.span),
            Statement::ContinueStatement(jump) if jump.label.is_none() => self.jump(false, jump.span),
            // Where the block ends in an error, the walk has lost track, and the handler is not looked at.
            Statement::TryStatement(attempt) if attempt.finalizer.is_none() => self.block(&attempt.block.body),
            other => {
                self.poison("this statement is not followed", other.span());
                false
            }
        }
    }

    fn counted_loop(&mut self, each: &'a ForStatement<'a>) -> bool {
        match &each.init {
            Some(ForStatementInit::VariableDeclaration(declaration)) => self.declare(declaration),
            Some(other) => drop(other.as_expression().map(|expression| self.value(expression))),
            None => {}
        }
        self.repeat(each.span, each.test.as_ref(), each.update.as_ref(), &each.body, false)
    }

    /// Walks one way where `when` holds and another where it does not.
    fn branch(
        &mut self,
        when: Condition,
        span: Span,
        then: impl FnOnce(&mut Self) -> bool,
        otherwise: impl FnOnce(&mut Self) -> bool,
    ) -> bool {
        if is_always(&when) {
            return then(self);
        }
        if is_never(&when) {
            return otherwise(self);
        }
        let before = self.state.clone();
        let base = self.frame().guards.len();
        self.frame().guards.push(when.clone());
        let then_on = then(self);
        self.frame().guards.truncate(base);
        let after_then = std::mem::replace(&mut self.state, before);
        // Who returned has matched a rule before, and who left the loop is told apart there.
        if then_on {
            self.frame().guards.push(not(when.clone()));
        }
        let otherwise_on = otherwise(self);
        self.frame().guards.truncate(base);
        match (then_on, otherwise_on) {
            (true, true) => self.join(when, after_then, span),
            (true, false) => self.state = after_then,
            _ => {}
        }
        then_on || otherwise_on
    }

    /// The names have their values of `other` where `when` holds.
    pub fn join(&mut self, when: Condition, other: State<'a>, span: Span) {
        join(&mut self.state.globals, other.globals, &when, span);
        join(&mut self.state.locals, other.locals, &when, span);
    }
}

/// The keys of a table as loops see them: whole numbers first (ECMAScript, "OrdinaryOwnPropertyKeys").
fn in_order<'a>(items: &Table<'a>) -> Vec<Value<'a>> {
    let number = |key: &str| key.parse::<u32>().ok().filter(|number| number.to_string() == key);
    let mut keys: Vec<&String> = items.keys().collect();
    keys.sort_by_key(|key| number(key).map_or(u64::MAX, u64::from));
    keys.into_iter().map(|key| Value::text(key)).collect()
}

pub(super) fn join<'a>(names: &mut Names<'a>, other: Names<'a>, when: &Condition, span: Span) {
    if Rc::ptr_eq(names, &other) {
        return;
    }
    let differs = |(name, value): &(&&'a str, &Value<'a>)| names.get(*name).is_none_or(|own| !own.same(value));
    let changed: Vec<(&'a str, Value<'a>)> =
        other.iter().filter(differs).map(|(name, value)| (*name, value.clone())).collect();
    let gone: Vec<&'a str> = names.keys().filter(|name| !other.contains_key(*name)).copied().collect();
    drop(other);
    let own = Rc::make_mut(names);
    let missing = gone.into_iter().map(|name| (name, Value::Undefined));
    for (name, value) in changed.into_iter().chain(missing.collect::<Vec<_>>()) {
        let otherwise = own.remove(name).unwrap_or(Value::Undefined);
        own.insert(name, Value::choose(when.clone(), value, otherwise, span));
    }
}
