//! The command-line program: the same core as the page, for scripts and CI.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
