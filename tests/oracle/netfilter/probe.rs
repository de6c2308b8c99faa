//! What runs within a namespace: this test program itself, started by `ip netns exec`. It ends when its input does.

use std::env;
use std::io::{BufRead, BufReader, Lines, Write, stdin};
use std::net::{Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

const ROLE: &str = "NETFILTER_ROLE";
const MARK: &str = "answer: ";

/// A helper within a namespace.
pub struct Helper {
    process: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Helper {
    pub fn start(namespace: &str, role: &str) -> Helper {
        let program = env::current_exe().expect("a program");
        let mut command = Command::new("ip");
        command.args(["netns", "exec", namespace]).arg(program);
        command.args(["--ignored", "--nocapture", "--exact", "netfilter::helper"]).env(ROLE, role);
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a helper");
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().expect("its output")).lines();
        let mut helper = Helper { process, input, output };
        assert_eq!(helper.answer(), "ready");
        helper
    }

    /// Asks for many connections at once; the answers come in their order.
    pub fn ask(&mut self, targets: &[SocketAddr], milliseconds: u64) -> Vec<String> {
        let targets: Vec<String> = targets.iter().map(ToString::to_string).collect();
        let line = format!("{milliseconds} {}\n", targets.join(" "));
        self.input.as_mut().expect("its input").write_all(line.as_bytes()).expect("a helper that listens");
        self.answer().split_whitespace().map(str::to_owned).collect()
    }

    fn answer(&mut self) -> String {
        let mut lines = self.output.by_ref().map(|line| line.expect("text"));
        let found = lines.find_map(|line| line.split_once(MARK).map(|(_, answer)| answer.to_owned()));
        found.expect("a helper that answers")
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

/// The other side of [`Helper`].
pub fn help() {
    match env::var(ROLE).as_deref() {
        Ok("listen") => listen(),
        Ok("connect") => connect(),
        _ => println!("nothing to help"),
    }
}

fn listen() {
    for port in super::world::PORTS {
        // Takes IPv4 as well.
        let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, *port)).expect("a port");
        thread::spawn(move || listener.incoming().for_each(drop));
    }
    println!("{MARK}ready");
    stdin().lines().for_each(drop);
}

fn connect() {
    println!("{MARK}ready");
    for line in stdin().lines() {
        let line = line.expect("text");
        let mut words = line.split_whitespace();
        let wait = Duration::from_millis(words.next().expect("a time").parse().expect("a number"));
        let tries: Vec<_> = words
            .map(|to| to.parse().expect("an address"))
            .map(|to| thread::spawn(move || attempt(to, wait)))
            .collect();
        let said: Vec<String> = tries.into_iter().map(|attempt| attempt.join().expect("an answer")).collect();
        println!("{MARK}{}", said.join(" "));
    }
}

fn attempt(to: SocketAddr, wait: Duration) -> String {
    use std::io::ErrorKind::{ConnectionRefused, PermissionDenied, TimedOut};
    match TcpStream::connect_timeout(&to, wait) {
        Ok(_) => "open".to_owned(),
        Err(error) => match error.kind() {
            ConnectionRefused => "refused".to_owned(),
            TimedOut => "late".to_owned(),
            PermissionDenied => "forbidden".to_owned(),
            kind => format!("{kind:?}"),
        },
    }
}
