//! Application rules: names, asked for by HTTP, TLS or TDS.

use super::{Meaning, Reader};
use crate::formats::azure::conditions::{any, unknowns};
use crate::formats::azure::field::Text;
use crate::formats::azure_firewall::targets;
use crate::formats::azure_firewall::written::Kind;
use crate::policy::{Condition, Method, Protocol, Reason};
use crate::syntax::json::Kind as JsonKind;

impl Reader<'_, '_> {
    pub(super) fn application(&mut self) -> Meaning {
        let source = self.source();
        let terminates = self.terminates();
        let (target, only_tags) = self.targets(terminates == Some(true));
        let protocols = self.application_protocols(only_tags);
        let destination = self.values("destinationAddresses");
        if !destination.is_blank() {
            let text = "what destination addresses do in an application rule is not documented";
            self.unknown.push(Reason::new(text).at(destination.texts.first().map_or(self.span, |text| text.span)));
        }
        self.other_fields();
        let by_tls = Condition::Method(Method::Connect);
        let opens = match terminates {
            Some(true) => Some(by_tls),
            Some(false) => None,
            None => {
                let text = "whether the rule opens TLS cannot be read";
                Some(Condition::All(vec![by_tls, Condition::Unknown(Reason::new(text).at(self.span))]))
            }
        };
        let tcp = Condition::Protocol(Protocol::Tcp);
        self.meaning(Kind::Application, vec![tcp, source, protocols, target], opens)
    }

    /// Whether TLS is opened, which nothing does that does not say so; `None` if that cannot be read.
    fn terminates(&mut self) -> Option<bool> {
        let Some(member) = self.rule.json.member("terminateTLS") else { return Some(false) };
        match member.value.kind {
            JsonKind::Bool(opens) => Some(opens),
            JsonKind::Null => Some(false),
            _ => match self.rule.template.text(&member.value)?.to_ascii_lowercase().as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
        }
    }

    /// The targets, and whether they are FQDN tags only.
    fn targets(&mut self, opened: bool) -> (Condition, bool) {
        let names = self.values("targetFqdns");
        let urls = self.values("targetUrls");
        let tags = self.values("fqdnTags");
        let categories = self.values("webCategories");
        let other = !names.is_blank() || !urls.is_blank() || !categories.is_blank();
        if !other && tags.is_blank() {
            self.absent("target");
        }
        let only_tags = !other && !tags.is_blank();
        let mut tests = targets::names(self, names);
        tests.extend(targets::urls(self, urls, opened));
        tests.extend(targets::tags(self, tags));
        tests.extend(targets::categories(categories));
        (any(tests), only_tags)
    }

    /// `{"protocolType": "Https", "port": 443}`, or as commands write it: `Https:443`.
    fn application_protocols(&mut self, only_tags: bool) -> Condition {
        let json = self.rule.json.member("protocols");
        let texts = self.values("protocols");
        let mut tests = unknowns(texts.unreadable);
        for text in &texts.texts {
            let (kind, port) = text.text.split_once([':', '=']).unwrap_or((&text.text, ""));
            tests.push(self.application_protocol(text, kind, port));
        }
        let items = json.and_then(|member| self.rule.template.list(&member.value).ok()).unwrap_or_default();
        for item in items.into_iter().filter(|item| item.is_object()) {
            let field = |key: &str| item.get(key).and_then(|value| self.rule.template.text(value)).unwrap_or_default();
            let (kind, port) = (field("protocolType"), field("port"));
            let text = Text { text: format!("{kind}:{port}"), span: item.span };
            tests.push(self.application_protocol(&text, &kind, &port));
        }
        match (tests.is_empty(), only_tags) {
            (false, _) => any(tests),
            // Commands leave it out. "The protocol:port field must be set to https" (FQDN tags overview), yet a tag may cover
            // "port 80" as well (Control egress traffic in AKS, learn.microsoft.com/azure/aks/limit-egress-traffic).
            (true, true) => {
                let why = "whether an FQDN tag without a protocol lets HTTP through is not documented";
                let open = Condition::Unknown(Reason::new(why).at(self.span));
                Condition::Any(vec![by(443, Method::Connect), Condition::All(vec![by(80, Method::Get), open])])
            }
            (true, false) => {
                self.absent("protocol");
                Condition::always()
            }
        }
    }

    fn application_protocol(&mut self, at: &Text, kind: &str, port: &str) -> Condition {
        let number = port.trim().parse::<u16>().ok();
        match (kind.trim().to_ascii_lowercase().as_str(), number) {
            ("http", Some(port)) => by(port, Method::Get),
            ("https", Some(port)) => by(port, Method::Connect),
            // TDS, which is neither HTTP nor TLS from the start.
            ("mssql", Some(80 | 443)) => Condition::never(),
            ("mssql", Some(port)) => by(port, Method::Connect),
            _ => {
                let why = "expected Http, Https or Mssql with a port";
                Condition::Unknown(self.strange("unknown-value", "protocol", at, why))
            }
        }
    }
}

fn by(port: u16, method: Method) -> Condition {
    Condition::All(vec![Condition::Port(vec![(port, port)]), Condition::Method(method)])
}
