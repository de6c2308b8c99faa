//! `cargo xtask oracle [NAME…] [--seed N] [--decisions N]
//! [--without-kernel]`: asks other products' own programs, and compares.

use crate::{debian, python, shell};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;

/// A product's program, and the test in `tests/oracle/` that compares it with us.
struct Oracle {
    name: &'static str,
    program: Program,
    /// The environment variable by which the test finds the program.
    variable: &'static str,
    test: &'static str,
}

/// Where a program comes from.
enum Program {
    /// The program, and what else it takes, each with its Debian package.
    Debian(&'static [(&'static str, &'static str)]),
    /// The kernel: the program that loads its rules, and what else it takes, each with its Debian package.
    Kernel(&'static [(&'static str, &'static str)]),
    /// The Python of an environment with the packages of a file of pinned versions, from the root of the workspace.
    Python { requirements: &'static str },
}

const ORACLES: &[Oracle] = &[
    Oracle {
        name: "squid",
        program: Program::Debian(&[("squid", "squid-openssl")]),
        variable: "ORACLE_SQUID",
        test: "squid::squid_and_explain_agree",
    },
    Oracle {
        name: "tinyproxy",
        program: Program::Debian(&[("tinyproxy", "tinyproxy-bin")]),
        variable: "ORACLE_TINYPROXY",
        test: "tinyproxy::tinyproxy_and_explain_agree",
    },
    Oracle {
        name: "pac",
        program: Program::Debian(&[
            ("pactester", "libpacparser1"),
            ("faketime", "faketime"),
            ("libnss_wrapper.so", "libnss-wrapper"),
        ]),
        variable: "ORACLE_PACTESTER",
        test: "pac::pactester_and_explain_agree",
    },
    Oracle {
        name: "aerleon",
        program: Program::Python { requirements: "tests/oracle/aerleon/requirements.txt" },
        variable: "ORACLE_AERLEON",
        test: "aerleon::aerleon_and_explain_agree",
    },
    Oracle {
        name: "iptables",
        program: Program::Kernel(&[("iptables-restore", "iptables"), ("ip", "iproute2"), ("ipset", "ipset")]),
        variable: "ORACLE_IPTABLES",
        test: "netfilter::iptables_and_explain_agree",
    },
    Oracle {
        name: "nftables",
        program: Program::Kernel(&[("nft", "nftables"), ("ip", "iproute2")]),
        variable: "ORACLE_NFTABLES",
        test: "netfilter::nftables_and_explain_agree",
    },
];

/// What was asked for: which oracles, and the settings of their tests as environment variables.
#[derive(Default)]
struct Wanted {
    names: Vec<String>,
    settings: Vec<(&'static str, String)>,
    /// Leaves out what needs namespaces.
    without_kernel: bool,
}

pub fn run(args: &[String]) -> Result<()> {
    let wanted = read(args)?;
    let mut chosen = chosen(&wanted.names)?;
    if wanted.without_kernel {
        println!("left out: what needs namespaces of the kernel");
        chosen.retain(|oracle| !matches!(oracle.program, Program::Kernel(_)));
    }
    for oracle in &chosen {
        oracle.ask(&wanted.settings)?;
    }
    let names: Vec<&str> = chosen.iter().map(|oracle| oracle.name).collect();
    println!("\noracle: all passed ({})", names.join(", "));
    Ok(())
}

fn read(args: &[String]) -> Result<Wanted> {
    let mut wanted = Wanted::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let variable = match arg.as_str() {
            "--seed" => "ORACLE_SEED",
            "--decisions" => "ORACLE_DECISIONS",
            "--without-kernel" => {
                wanted.without_kernel = true;
                continue;
            }
            name => {
                wanted.names.push(name.to_owned());
                continue;
            }
        };
        let number: u64 =
            args.next().and_then(|text| text.parse().ok()).with_context(|| format!("{arg} needs a number"))?;
        wanted.settings.push((variable, number.to_string()));
    }
    Ok(wanted)
}

/// The oracles with these names; without any name all.
fn chosen(names: &[String]) -> Result<Vec<&'static Oracle>> {
    if names.is_empty() {
        return Ok(ORACLES.iter().collect());
    }
    let known = || ORACLES.iter().map(|oracle| oracle.name).collect::<Vec<_>>().join(", ");
    let named = |name: &String| {
        let found = ORACLES.iter().find(|oracle| oracle.name == name);
        found.with_context(|| format!("there is no oracle `{name}`; there are: {}", known()))
    };
    names.iter().map(named).collect()
}

impl Oracle {
    fn ask(&self, settings: &[(&str, String)]) -> Result<()> {
        let program = self.ensure()?;
        println!("\n== oracle {}: {}", self.name, program.display());
        // The features of `cargo xtask test`, so that nothing is built twice.
        let test = ["test", "--quiet", "--workspace", "--all-features", "--test", "oracle", "--"];
        shell::run(
            shell::cargo()
                .args(test)
                .args(["--ignored", "--nocapture", "--exact", self.test])
                .env(self.variable, program)
                .envs(settings.iter().map(|(variable, value)| (variable, value))),
        )
    }

    fn ensure(&self) -> Result<PathBuf> {
        match self.program {
            Program::Debian(parts) | Program::Kernel(parts) => {
                let found = parts.iter().map(|(part, package)| self.ensure_packaged(part, package));
                found.collect::<Result<Vec<_>>>()?.into_iter().next().context("no program to ask")
            }
            Program::Python { requirements } => python::environment(self.name, &shell::root().join(requirements)),
        }
    }

    /// Finds the program or library, installing it where that is possible without asking; else says what to install.
    fn ensure_packaged(&self, part: &str, package: &str) -> Result<PathBuf> {
        if let Some(found) = find(part) {
            return Ok(found);
        }
        debian::install(&[package])?;
        match find(part) {
            Some(found) => Ok(found),
            None => bail!("the oracle {} needs `{part}`. On Debian: apt-get install {package}", self.name),
        }
    }
}

fn find(part: &str) -> Option<PathBuf> {
    let libraries = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let folders = [PathBuf::from("/usr/sbin"), PathBuf::from("/usr/lib"), PathBuf::from("/usr/lib64")];
    let mut files = folders.into_iter().chain(libraries).map(|folder| folder.join(part));
    shell::on_path(part).or_else(|| files.find(|path| path.is_file()))
}
