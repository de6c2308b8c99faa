//! Which names a body or a block declares, before it is walked: clients know them from its first line on.

use oxc_ast::ast::{
    BindingPattern, ForStatementInit, ForStatementLeft, Function, Statement, SwitchStatement, VariableDeclaration,
};

/// What declares names that are known throughout.
#[derive(Default)]
pub(super) struct Declared<'a> {
    /// By `var`, in blocks as well.
    pub vars: Vec<&'a str>,
    /// By `let`, `const` and `class`, not in blocks.
    pub own: Vec<&'a str>,
    /// By `const`, in blocks as well.
    pub constants: Vec<&'a str>,
    /// Functions, not in blocks.
    pub functions: Vec<(&'a str, &'a Function<'a>)>,
}

/// The names of a function's body, of the script, or of a block.
pub(super) fn declared<'a>(statements: &'a [Statement<'a>]) -> Declared<'a> {
    let mut found = Declared::default();
    statements.iter().for_each(|statement| found.take(statement, false));
    found
}

/// The names of a `switch`, whose cases are one block.
pub(super) fn declared_in_cases<'a>(switch: &'a SwitchStatement<'a>) -> Declared<'a> {
    let mut found = Declared::default();
    switch.cases.iter().flat_map(|case| &case.consequent).for_each(|statement| found.take(statement, false));
    found
}

/// The names that the head of a loop declares for the loop alone.
pub(super) fn of_loop<'a>(declaration: &'a VariableDeclaration<'a>) -> Vec<&'a str> {
    if declaration.kind.is_var() { Vec::new() } else { names(declaration) }
}

fn names<'a>(declaration: &'a VariableDeclaration<'a>) -> Vec<&'a str> {
    let name = |pattern: &'a BindingPattern<'a>| match pattern {
        BindingPattern::BindingIdentifier(name) => Some(name.name.as_str()),
        _ => None,
    };
    declaration.declarations.iter().filter_map(|each| name(&each.id)).collect()
}

impl<'a> Declared<'a> {
    fn take(&mut self, statement: &'a Statement<'a>, within: bool) {
        match statement {
            Statement::VariableDeclaration(declaration) => self.variables(declaration, within),
            Statement::FunctionDeclaration(function) if !within => {
                self.functions.extend(function.id.as_ref().map(|name| (name.name.as_str(), &**function)));
            }
            Statement::ClassDeclaration(class) if !within => {
                self.own.extend(class.id.as_ref().map(|name| name.name.as_str()));
            }
            Statement::BlockStatement(block) => self.all(&block.body),
            Statement::IfStatement(choice) => {
                self.take(&choice.consequent, true);
                choice.alternate.iter().for_each(|statement| self.take(statement, true));
            }
            Statement::ForStatement(each) => {
                if let Some(ForStatementInit::VariableDeclaration(declaration)) = &each.init {
                    self.variables(declaration, true);
                }
                self.take(&each.body, true);
            }
            Statement::ForInStatement(each) => self.loop_over(&each.left, &each.body),
            Statement::ForOfStatement(each) => self.loop_over(&each.left, &each.body),
            Statement::WhileStatement(each) => self.take(&each.body, true),
            Statement::DoWhileStatement(each) => self.take(&each.body, true),
            Statement::LabeledStatement(labeled) => self.take(&labeled.body, true),
            Statement::SwitchStatement(switch) => switch.cases.iter().for_each(|case| self.all(&case.consequent)),
            Statement::TryStatement(attempt) => {
                self.all(&attempt.block.body);
                attempt.handler.iter().for_each(|handler| self.all(&handler.body.body));
                attempt.finalizer.iter().for_each(|last| self.all(&last.body));
            }
            _ => {}
        }
    }

    fn all(&mut self, statements: &'a [Statement<'a>]) {
        statements.iter().for_each(|statement| self.take(statement, true));
    }

    fn loop_over(&mut self, left: &'a ForStatementLeft<'a>, body: &'a Statement<'a>) {
        if let ForStatementLeft::VariableDeclaration(declaration) = left {
            self.variables(declaration, true);
        }
        self.take(body, true);
    }

    fn variables(&mut self, declaration: &'a VariableDeclaration<'a>, within: bool) {
        let names = names(declaration);
        if declaration.kind.is_const() {
            self.constants.extend(&names);
        }
        match declaration.kind.is_var() {
            true => self.vars.extend(names),
            false if !within => self.own.extend(names),
            false => {}
        }
    }
}
