//! The command line. Its words are stable: scripts depend on them.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use egress_check::azure;
use egress_check::engine::Ask;
use egress_check::formats;
use egress_check::policy::{self};
use egress_check::report;
use egress_check::settings::{IpVersions, Settings};
use std::collections::BTreeMap;

/// See which Azure endpoints a firewall export or a proxy list does not let through, why, and what to add.
#[derive(Parser)]
#[command(name = "egress-check", version)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Check exports against what a service needs. Exit: 0 covered, 1 something is missing, 2 something cannot be decided,
    /// 3 could not run.
    Check(CheckArgs),
    /// Say for each target whether one export lets it through.
    Explain(ExplainArgs),
    /// Say which format a file has.
    Detect(FileArgs),
    /// List the formats that can be read.
    Formats(ListArgs),
    /// List the scenarios that can be checked.
    Scenarios(ListArgs),
    /// List the vantages of an export.
    Vantages(FileArgs),
}

/// How exports are read.
#[derive(ClapArgs)]
pub struct Data {
    /// The format of all files that do not name theirs as `squid:FILE`.
    #[arg(long, value_name = "ID")]
    pub format: Option<String>,
    /// The product whose reading of list entries applies.
    #[arg(long, value_name = "ID")]
    pub dialect: Option<String>,
    /// Whether a list says what passes or what does not.
    #[arg(long)]
    pub polarity: Option<Polarity>,
    /// The vantage to look from, where an export has several.
    #[arg(long, value_name = "LABEL")]
    pub vantage: Option<String>,
    /// What DNS answers, where a PAC file or proxy looks names up: a name, `*.name` or `*`, and its addresses, or `public`,
    /// `private`, `none`.
    #[arg(long, value_name = "NAME=ADDRESS", value_parser = key_value)]
    pub dns: Vec<(String, String)>,
    /// When traffic is sent, where a PAC file looks at the clock: 2026-11-23T10:30, or with its distance to UTC behind it.
    #[arg(long, value_name = "TIME")]
    pub time: Option<String>,
    /// A list file or another part that an export refers to.
    #[arg(long, value_name = "FILE")]
    pub with: Vec<String>,
    /// A service tags file in place of the shipped snapshot.
    #[arg(long, value_name = "FILE")]
    pub service_tags: Option<String>,
}

#[derive(ClapArgs)]
pub struct CheckArgs {
    /// A scenario; several are checked together. See `egress-check scenarios`.
    #[arg(long, value_name = "ID")]
    pub scenario: Vec<String>,
    /// The Azure cloud; the default is the scenarios', else public.
    #[arg(long)]
    pub cloud: Option<Cloud>,
    /// Narrows service tags to a region, in any of Azure's spellings.
    #[arg(long, value_name = "NAME")]
    pub region: Vec<String>,
    /// Your own catalogue in place of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<String>,
    /// The address or prefix that traffic comes from; without it an answer holds for every source.
    #[arg(long, value_name = "CIDR")]
    pub source: Option<String>,
    /// Something you know, such as windowsBuild=20348. See `egress-check scenarios`.
    #[arg(long = "fact", value_name = "KEY=VALUE", value_parser = key_value)]
    pub facts: Vec<(String, String)>,
    /// The IP versions to ask.
    #[arg(long, default_value = "4")]
    pub ip: Ip,
    /// At most this many prefixes of each IP version in what is added to a device, though they open more addresses.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_prefixes: Option<u32>,
    #[arg(long, default_value = "text")]
    pub output: Output,
    #[command(flatten)]
    pub data: Data,
    /// Exports; several are devices in series on one path. `-` is standard input, `squid:FILE` names a format.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
}

#[derive(ClapArgs)]
pub struct ExplainArgs {
    /// The address or prefix that traffic comes from; without it an answer holds for every source.
    #[arg(long, value_name = "CIDR")]
    pub source: Option<String>,
    #[arg(long, default_value = "tcp")]
    pub protocol: Protocol,
    #[arg(long, default_value_t = 443)]
    pub port: u16,
    /// How a client asks a proxy; the default is CONNECT unless the port is 80.
    #[arg(long)]
    pub method: Option<Method>,
    #[arg(long, default_value = "text")]
    pub output: AnswerForm,
    #[command(flatten)]
    pub data: Data,
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Host names, host patterns, addresses, prefixes; `-` reads one a line from standard input.
    #[arg(required = true, value_name = "TARGET")]
    pub targets: Vec<String>,
}

#[derive(ClapArgs)]
pub struct FileArgs {
    #[arg(long, default_value = "text")]
    pub output: Form,
    #[command(flatten)]
    pub data: Data,
    #[arg(value_name = "FILE")]
    pub file: String,
}

#[derive(ClapArgs)]
pub struct ListArgs {
    #[arg(long, default_value = "text")]
    pub output: Form,
    /// Your own catalogue in place of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Polarity {
    Allow,
    Block,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Cloud {
    Public,
    Usgov,
    China,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Ip {
    #[value(name = "4")]
    V4,
    #[value(name = "6")]
    V6,
    Both,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Output {
    Text,
    Json,
    Csv,
    Markdown,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Form {
    Text,
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum AnswerForm {
    Text,
    Jsonl,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Protocol {
    Tcp,
    Udp,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Method {
    Connect,
    Get,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

impl Data {
    pub fn settings(&self) -> Settings {
        Settings {
            vantage: self.vantage.clone(),
            dialect: self.dialect.clone(),
            polarity: self.polarity.map(|polarity| match polarity {
                Polarity::Allow => formats::Polarity::Allow,
                Polarity::Block => formats::Polarity::Block,
            }),
            dns: BTreeMap::from_iter(self.dns.iter().cloned()),
            time: self.time.clone(),
            ..Settings::default()
        }
    }
}

impl CheckArgs {
    pub fn settings(&self) -> Settings {
        Settings {
            scenarios: self.scenario.clone(),
            cloud: self.cloud.map(azure::Cloud::from),
            regions: self.region.clone(),
            source: self.source.clone(),
            facts: BTreeMap::from_iter(self.facts.iter().cloned()),
            ip: match self.ip {
                Ip::V4 => IpVersions::V4,
                Ip::V6 => IpVersions::V6,
                Ip::Both => IpVersions::Both,
            },
            max_prefixes: self.max_prefixes,
            ..self.data.settings()
        }
    }
}

impl ExplainArgs {
    pub fn ask(&self) -> Ask {
        Ask {
            port: self.port,
            protocol: match self.protocol {
                Protocol::Tcp => policy::Protocol::Tcp,
                Protocol::Udp => policy::Protocol::Udp,
            },
            method: self.method.map(|method| match method {
                Method::Connect => policy::Method::Connect,
                Method::Get => policy::Method::Get,
            }),
        }
    }
}

impl Cloud {
    /// Whether the snapshot that ships with the program is of this cloud.
    pub fn is_shipped(self) -> bool {
        matches!(self, Cloud::Public)
    }
}

impl From<Cloud> for azure::Cloud {
    fn from(cloud: Cloud) -> Self {
        match cloud {
            Cloud::Public => azure::Cloud::Public,
            Cloud::Usgov => azure::Cloud::UsGov,
            Cloud::China => azure::Cloud::China,
        }
    }
}

impl From<Output> for report::Output {
    fn from(output: Output) -> Self {
        match output {
            Output::Text => report::Output::Text,
            Output::Json => report::Output::Json,
            Output::Csv => report::Output::Csv,
            Output::Markdown => report::Output::Markdown,
        }
    }
}
