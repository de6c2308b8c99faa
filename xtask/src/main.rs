//! Builds, serves and tests Egress Check. `cargo xtask` lists the commands.

mod browser;
mod bundle;
mod debian;
mod lint;
mod notices;
mod npm;
mod oracle;
mod python;
mod serve;
mod shell;
mod snapshot;
mod test;
mod types;
mod wasm;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask serve [PORT]   build everything and serve the page on loopback
cargo xtask test           every test: native, wasm boundary, real browser
cargo xtask oracle         random configurations put to the products themselves: [NAME] [--seed N] [--decisions N] [--without-kernel]
cargo xtask bundle         write dist/site, dist/embed and dist/egress-check.html
cargo xtask lint           formatting, clippy, type checks, stale generated files
cargo xtask snapshot       renew data/service-tags-public.gz from a published file or a package
cargo xtask types          generate the TypeScript types in www/src/generated";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = args.split_first().map_or(("help", &args[..]), |(command, rest)| (command.as_str(), rest));
    let result = match command {
        "serve" => serve::run(rest),
        "test" => test::run(),
        "oracle" => oracle::run(rest),
        "bundle" => bundle::run(),
        "lint" => lint::run(),
        "snapshot" => snapshot::run(rest.iter().cloned()),
        "types" => types::run(),
        "wasm-test-runner" => wasm::run_tests(rest),
        _ => {
            println!("{HELP}");
            return if command == "help" { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
