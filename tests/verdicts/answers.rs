//! What `explain` says.

use egress_check::engine::{Ask, Engine, Role};
use egress_check::explain::Answer;
use egress_check::policy::Protocol;
use egress_check::settings::Settings;

pub fn explained(conf: &str, attached: &str, source: Option<&str>) -> Answer {
    let mut engine = Engine::new();
    engine.add_file("squid.conf", conf.as_bytes(), Role::Device, None).unwrap();
    engine.add_file("x.conf", attached.as_bytes(), Role::Attachment, None).unwrap();
    let settings = Settings { source: source.map(str::to_owned), ..Settings::default() };
    let ask = Ask { protocol: Protocol::Tcp, port: 443, method: None };
    engine.explain(&settings, &ask, &["a.example".to_owned()]).unwrap().remove(0)
}

#[test]
fn an_answer_names_the_attached_file_whose_line_decides() {
    let conf = "acl ok dstdomain -n .example\ninclude /etc/squid/x.conf\nhttp_access deny all\n";
    for (attached, expected) in [
        ("http_access allow ok\n", "`a.example` is let through: `http_access allow ok` (x.conf line 1)"),
        ("\nacl t time 09:00-17:00\nhttp_access allow t\n", "(x.conf line 2)"),
    ] {
        let answer = explained(conf, attached, None);
        assert_eq!(answer.line, None, "{}", answer.reason);
        assert!(answer.reason.ends_with(expected), "{}", answer.reason);
    }
}

#[test]
fn an_answer_counts_the_reasons_that_it_does_not_list() {
    let lines = (0..20).map(|n| format!("acl s{n} src 10.{n}.0.0/16\nhttp_access allow s{n}\n"));
    let conf = lines.collect::<String>() + "http_access deny all\n";
    let answer = explained(&conf, "", Some("10.0.0.0/8"));
    assert_eq!(answer.reason.matches("applies only").count(), 3, "{}", answer.reason);
    assert!(answer.reason.ends_with("; and 17 more"), "{}", answer.reason);
}
