//! `cargo xtask <task>`.

mod snapshot;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("snapshot") => snapshot::run(args),
        _ => anyhow::bail!("usage: cargo xtask snapshot [FILE]"),
    }
}
