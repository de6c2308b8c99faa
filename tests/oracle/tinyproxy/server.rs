//! A tinyproxy that runs. Nothing that it does leaves the machine: it listens on loopback, and hands every request that it
//! lets through to a port of loopback where nothing listens.

use super::filter::Filter;
use crate::ports;
use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PROGRAM: &str = "/usr/bin/tinyproxy";
const LOG: &str = "oracle.log";
const START: Duration = Duration::from_secs(60);
const PATIENCE: Duration = Duration::from_secs(60);
/// How often one request may find that tinyproxy ended.
const STARTS: usize = 3;
/// From the end of its port to the end of its process.
const LAST_BREATH: Duration = Duration::from_millis(200);

/// How tinyproxy took a filter file.
pub enum Taken {
    Running(Tinyproxy),
    /// It does not start; what it said.
    Refused(String),
}

pub struct Tinyproxy {
    process: Child,
    port: u16,
    folder: TempDir,
}

/// Starts tinyproxy and waits until it listens.
pub fn start(filter: &Filter) -> Taken {
    try_start(filter).expect("tinyproxy can be run")
}

fn try_start(filter: &Filter) -> io::Result<Taken> {
    let folder = TempDir::new()?;
    let (port, dead) = (ports::free()?, ports::free()?);
    fs::write(folder.path().join("filter"), &filter.text)?;
    fs::write(folder.path().join("tinyproxy.conf"), configuration(filter, folder.path(), port, dead))?;
    let process = spawn(folder.path())?;
    let mut tinyproxy = Tinyproxy { process, port, folder };
    let deadline = Instant::now() + START;
    while Instant::now() < deadline {
        if tinyproxy.process.try_wait()?.is_some() {
            return Ok(Taken::Refused(fs::read_to_string(tinyproxy.folder.path().join(LOG))?));
        }
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(Taken::Running(tinyproxy));
        }
        thread::sleep(Duration::from_millis(3));
    }
    panic!("tinyproxy does not start");
}

fn configuration(filter: &Filter, folder: &Path, port: u16, dead: u16) -> String {
    let switch = |on: bool| if on { "Yes" } else { "No" };
    format!(
        "Port {port}\nListen 127.0.0.1\nTimeout 20\nMaxClients 50\nLogLevel Error\nAllow 127.0.0.1\n\
         Upstream http 127.0.0.1:{dead}\nFilter \"{}\"\nFilterType {}\nFilterDefaultDeny {}\nFilterCaseSensitive {}\n",
        folder.join("filter").display(),
        filter.kind.filter_type,
        switch(filter.allows),
        switch(filter.case_counts),
    )
}

fn spawn(folder: &Path) -> io::Result<Child> {
    let log = File::create(folder.join(LOG))?;
    let program = env::var_os("ORACLE_TINYPROXY").unwrap_or_else(|| PROGRAM.into());
    Command::new(program)
        .args(["-d", "-c", "tinyproxy.conf"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
}

impl Tinyproxy {
    /// The status code of the answer to a CONNECT, or why none came. A tinyproxy that ended by itself said nothing about its
    /// filter (seen once, in one run of many): it is told, and another one is asked, unless that goes on.
    pub fn answer(&mut self, host: &str, filter: &Filter) -> String {
        for _ in 0..STARTS {
            let error = match self.ask(host) {
                Ok(status) => return status,
                Err(error) => error,
            };
            thread::sleep(LAST_BREATH);
            match self.process.try_wait() {
                Ok(Some(end)) => println!("oracle tinyproxy: it ended by itself ({end}), asked for {host}: {error}"),
                _ => return error.to_string(),
            }
            match start(filter) {
                Taken::Running(next) => *self = next,
                Taken::Refused(said) => return said,
            }
        }
        format!("ended {STARTS} times")
    }

    fn ask(&self, host: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n").as_bytes())?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer[9..]).into_owned())
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
