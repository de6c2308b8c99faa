//! A Squid that runs. Nothing that it does leaves the machine: it listens on loopback, may go nowhere by itself, and its only
//! parent is a port of loopback where nothing listens.

use super::configuration::Configuration;
use crate::ports;
use std::env;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What stands at the end of every configuration. A first line that is not needed takes what a `\` before it continues.
const ENDING: &str = "
visible_hostname oracle.invalid
http_port 127.0.0.1:{port} require-proxy-header
proxy_protocol_access allow all
never_direct allow all
cache_peer 127.0.0.1 parent {dead} 0 no-query no-digest no-netdb-exchange connect-timeout=1
nonhierarchical_direct off
dns_nameservers 127.0.0.1
dns_timeout 1 second
hosts_file none
forward_timeout 1 second
connect_timeout 1 second
connect_retries 0
cache deny all
access_log none
cache_log /dev/null
coredump_dir none
logfile_rotate 0
netdb_filename none
pid_filename none
pinger_enable off
shutdown_lifetime 0 seconds
";
const PROGRAM: &str = "/usr/sbin/squid";
const LOG: &str = "oracle.log";
const START: Duration = Duration::from_secs(60);
/// How often another port is tried where someone else was quicker to take it.
const TRIES: usize = 5;

/// How Squid took a configuration.
pub enum Taken {
    Running(Squid),
    /// It does not start; what it said.
    Refused(String),
}

pub struct Squid {
    process: Child,
    pub port: u16,
    _folder: TempDir,
}

/// The whole text of a configuration, as it stands in the file.
pub fn complete(text: &str, port: u16, dead: u16) -> String {
    let ending = ENDING.replace("{port}", &port.to_string()).replace("{dead}", &dead.to_string());
    format!("{text}{ending}")
}

/// The program, and what it says it was built with.
pub fn about() -> (String, String) {
    let program = env::var_os("ORACLE_SQUID").unwrap_or_else(|| PROGRAM.into());
    let said = Command::new(&program).arg("-v").output().expect("Squid");
    (program.to_string_lossy().into_owned(), String::from_utf8_lossy(&said.stdout).into_owned())
}

/// Starts Squid and waits until it listens.
pub fn start(configuration: &Configuration) -> Taken {
    for _ in 0..TRIES {
        match try_start(configuration).expect("Squid can be run") {
            Taken::Refused(said) if said.contains("Cannot bind") || said.contains("Cannot open HTTP Port") => {}
            taken => return taken,
        }
    }
    panic!("no port of loopback stays free");
}

fn try_start(configuration: &Configuration) -> io::Result<Taken> {
    let folder = TempDir::new()?;
    let (port, dead) = (ports::free()?, ports::free()?);
    fs::write(folder.path().join("squid.conf"), complete(&configuration.text, port, dead))?;
    for file in &configuration.files {
        fs::write(folder.path().join(&file.name), &file.text)?;
    }
    let process = spawn(folder.path(), port)?;
    let mut squid = Squid { process, port, _folder: folder };
    let deadline = Instant::now() + START;
    while Instant::now() < deadline {
        if squid.process.try_wait()?.is_some() {
            return Ok(Taken::Refused(squid.said()?));
        }
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(Taken::Running(squid));
        }
        thread::sleep(Duration::from_millis(3));
    }
    panic!("Squid does not start: {}", squid.said()?);
}

fn spawn(folder: &Path, port: u16) -> io::Result<Child> {
    let log = File::create(folder.join(LOG))?;
    let program = env::var_os("ORACLE_SQUID").unwrap_or_else(|| PROGRAM.into());
    let service = format!("oracle{}x{port}", std::process::id());
    Command::new(program)
        .args(["-N", "-d", "1", "-f", "squid.conf", "-n", &service])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
}

impl Squid {
    /// What it printed about why it stops.
    fn said(&self) -> io::Result<String> {
        let log = fs::read_to_string(self._folder.path().join(LOG))?;
        let telling = log.lines().filter(|line| ["FATAL", "ERROR", "Cannot"].iter().any(|word| line.contains(word)));
        Ok(telling.collect::<Vec<_>>().join("\n"))
    }
}

impl Drop for Squid {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
