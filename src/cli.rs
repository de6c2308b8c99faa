//! Commands, and what they print.

mod args;
mod load;

use args::{Args, CheckArgs, Command, ExplainArgs, FileArgs, Form, ListArgs};
use clap::Parser;
use egress_check::engine::{Engine, ProblemView, format_list};
use egress_check::problem::Problem;
use egress_check::report::{Report, Verdict};
use egress_check::settings::Settings;
use egress_check::source::mask_secrets;
use load::{engine, load};
use serde::Serialize;
use std::io::Write;
use std::process::ExitCode;

/// Nothing could be checked.
const COULD_NOT_RUN: u8 = 3;

/// Runs the command line and gives the exit code.
pub fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are printed by the same way as errors; a closed pipe is no reason to fail louder.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(COULD_NOT_RUN) } else { ExitCode::SUCCESS };
        }
    };
    let result = match args.command {
        Command::Check(args) => check(&args),
        Command::Explain(args) => explain(&args),
        Command::Detect(args) => detect(&args),
        Command::Vantages(args) => vantages(&args),
        Command::Formats(args) => formats(&args),
        Command::Scenarios(args) => scenarios(&args),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            complain(&problem);
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn complain(problem: &Problem) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "egress-check: {}", mask_secrets(&problem.message));
    if let Some(hint) = &problem.hint {
        let _ = writeln!(err, "  {}", mask_secrets(hint));
    }
}

/// Prints; a reader that went away is not an error.
fn print(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

fn print_json(value: &impl Serialize) {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    print(&(text + "\n"));
}

fn check(args: &CheckArgs) -> Result<u8, Problem> {
    let mut engine = engine(args.data.service_tags.as_deref(), args.cloud.is_none_or(|cloud| cloud.is_shipped()))?;
    if let Some(file) = &args.catalogue {
        let (name, bytes) = load(file)?;
        engine.set_catalogue(&name, &bytes)?;
    }
    load::files(&mut engine, &args.files, &args.data)?;
    let settings = args.settings();
    let report = engine.check(&settings)?;
    print(&egress_check::report::render(&report, args.output.into()));
    Ok(exit_code(&report))
}

/// 1 if anything required is missing or partly; else 2 if anything required is undecided or unsupported; else 0.
fn exit_code(report: &Report) -> u8 {
    match report.summary.verdict {
        Verdict::Missing | Verdict::Partly => 1,
        Verdict::Undecided | Verdict::Unsupported => 2,
        Verdict::Covered => 0,
    }
}

fn explain(args: &ExplainArgs) -> Result<u8, Problem> {
    let mut engine = engine(args.data.service_tags.as_deref(), true)?;
    load::files(&mut engine, std::slice::from_ref(&args.file), &args.data)?;
    let settings = Settings { source: args.source.clone(), ..args.data.settings() };
    let targets = load::targets(&args.file, &args.targets)?;
    let answers = engine.explain(&settings, &args.ask(), &targets)?;
    for answer in &answers {
        match args.output {
            args::AnswerForm::Jsonl => print(&(serde_json::to_string(answer).unwrap_or_default() + "\n")),
            args::AnswerForm::Text => {
                let line = answer.line.map(|line| format!(" (line {line})")).unwrap_or_default();
                let verdict = serde_json::to_value(answer.verdict).unwrap_or_default();
                let verdict = verdict.as_str().unwrap_or_default();
                print(&format!("{verdict:<12}{}{line}\n            {}\n", answer.target, answer.reason));
            }
        }
    }
    Ok(if answers.iter().all(|answer| answer.answered) { 0 } else { COULD_NOT_RUN })
}

fn detect(args: &FileArgs) -> Result<u8, Problem> {
    let engine = one_file(args)?;
    let found = engine.inspect(&Settings::default());
    let Some(file) = found.first() else { return Ok(COULD_NOT_RUN) };
    match args.output {
        Form::Json => print_json(file),
        Form::Text => {
            for candidate in &file.candidates {
                let (percent, id) = (candidate.percent, &candidate.format);
                print(&format!("{percent:>3} %  {id:<14}{} ({})\n", candidate.title, candidate.why));
            }
            if file.candidates.is_empty() {
                print("no supported format recognises this text\n");
            }
        }
    }
    Ok(if file.candidates.is_empty() { COULD_NOT_RUN } else { 0 })
}

fn vantages(args: &FileArgs) -> Result<u8, Problem> {
    let engine = one_file(args)?;
    let found = engine.inspect(&Settings::default());
    let Some(file) = found.first() else { return Ok(COULD_NOT_RUN) };
    if file.format.is_none() {
        return Err(unread(&file.problems));
    }
    match args.output {
        Form::Json => print_json(&file.vantages),
        Form::Text => file.vantages.iter().for_each(|label| print(&format!("{label}\n"))),
    }
    Ok(0)
}

/// The problem that kept a file from being read.
fn unread(problems: &[ProblemView]) -> Problem {
    let last = problems.last();
    let message = last.map_or_else(|| "The file could not be read.".to_owned(), |problem| problem.message.clone());
    let problem = Problem::error("unreadable", message);
    match last.and_then(|problem| problem.hint.clone()) {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

fn one_file(args: &FileArgs) -> Result<Engine, Problem> {
    let mut engine = engine(None, true)?;
    load::files(&mut engine, std::slice::from_ref(&args.file), &args.data)?;
    Ok(engine)
}

fn formats(args: &ListArgs) -> Result<u8, Problem> {
    let formats = format_list();
    match args.output {
        Form::Json => print_json(&formats),
        Form::Text => {
            for format in &formats {
                print(&format!("{:<14}{}\n", format.id, format.title));
                for dialect in &format.dialects {
                    print(&format!("    --dialect {:<26}{}\n", dialect.id, dialect.title));
                }
            }
        }
    }
    Ok(0)
}

fn scenarios(args: &ListArgs) -> Result<u8, Problem> {
    let mut engine = Engine::new();
    if let Some(file) = &args.catalogue {
        let (name, bytes) = load(file)?;
        engine.set_catalogue(&name, &bytes)?;
    }
    let catalogue = engine.catalogue();
    match args.output {
        Form::Json => print_json(&catalogue),
        Form::Text => {
            for scenario in &catalogue.scenarios {
                let is_default = catalogue.default_scenario.as_deref() == Some(&scenario.id);
                let default = if is_default { " (default)" } else { "" };
                print(&format!("{}{default}\n    {}\n", scenario.id, scenario.title));
            }
            for fact in &catalogue.facts {
                print(&format!("--fact {}=…\n    {}: {}\n", fact.key, fact.title, fact.help));
            }
        }
    }
    Ok(0)
}
