//! A static file server for `dist/site/`, on loopback only.

use crate::{bundle, shell};
use anyhow::{Context, Result};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Tried first when no port is given, so that the address stays the same from day to day.
const USUAL_PORT: u16 = 8080;

pub fn run(args: &[String]) -> Result<()> {
    let port = args.first().map(|port| port.parse::<u16>().with_context(|| format!("`{port}` is not a port")));
    let port = port.transpose()?;
    bundle::run()?;
    let listener = match port {
        Some(port) => TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| format!("port {port}"))?,
        None => TcpListener::bind((Ipv4Addr::LOCALHOST, USUAL_PORT))
            .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .context("no free port")?,
    };
    println!("\nEgress Check is at http://{}/ (Ctrl-C stops it)", listener.local_addr()?);
    let site = shell::root().join("dist/site");
    for stream in listener.incoming().flatten() {
        let site = site.clone();
        // A reader that goes away in the middle of an answer is no failure of the server.
        thread::spawn(move || answer(stream, &site).ok());
    }
    Ok(())
}

fn answer(mut stream: TcpStream, site: &Path) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().context("no request")??;
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = request.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or("/"));
    let found = file_for(site, target).and_then(|path| Some((content_type(&path), fs::read(path).ok()?)));
    let (status, kind, body) = match found {
        _ if method != "GET" && method != "HEAD" => ("405 Method Not Allowed", "text/plain", Vec::new()),
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", b"not found\n".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    Ok(())
}

/// The file that a request names; nothing outside the site.
fn file_for(site: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.trim_start_matches('/');
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    path.components().all(|part| matches!(part, Component::Normal(_))).then(|| site.join(path))
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_name_files_of_the_site_only() {
        let site = Path::new("site");
        assert_eq!(file_for(site, "/"), Some(site.join("index.html")));
        assert_eq!(file_for(site, "/a.txt?x=1"), Some(site.join("a.txt")));
        assert_eq!(file_for(site, "/../secret"), None);
        assert_eq!(file_for(site, "//etc/passwd"), Some(site.join("etc/passwd")));
    }
}
