//! The types of ACL that Squid knows, and what the text cannot tell about most of them.

/// What an ACL type looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Src,
    Dst,
    DstDomain,
    DstDomRegex,
    UrlRegex,
    UrlPathRegex,
    ServerName,
    ServerNameRegex,
    Port,
    Proto,
    Method,
    AnyOf,
    AllOf,
    AtStep,
    /// It matches always, for its side effect.
    Always,
    /// It looks at this, which an export cannot tell.
    Conditional(&'static str),
}

impl Kind {
    /// The kind of a type name, which Squid compares with regard to case; `None` for a type that no Squid knows.
    pub fn of(type_name: &str) -> Option<Self> {
        Some(match type_name {
            "src" => Kind::Src,
            "dst" => Kind::Dst,
            "dstdomain" => Kind::DstDomain,
            "dstdom_regex" => Kind::DstDomRegex,
            "url_regex" => Kind::UrlRegex,
            "urlpath_regex" => Kind::UrlPathRegex,
            "ssl::server_name" => Kind::ServerName,
            "ssl::server_name_regex" => Kind::ServerNameRegex,
            "port" => Kind::Port,
            "proto" => Kind::Proto,
            "method" => Kind::Method,
            "any-of" => Kind::AnyOf,
            "all-of" => Kind::AllOf,
            "at_step" => Kind::AtStep,
            "annotate_transaction" | "annotate_client" => Kind::Always,
            _ => Kind::Conditional(unknowable(type_name)?),
        })
    }

    /// Whether options that start with a sign may stand between the values: patterns take `-i` and `+i` anywhere.
    pub fn takes_patterns(self) -> bool {
        matches!(self, Kind::DstDomRegex | Kind::UrlRegex | Kind::UrlPathRegex | Kind::ServerNameRegex)
    }

    /// Whether the type takes an option (checked with Squid 5.7, which refuses others).
    pub fn takes_option(self, option: &str) -> bool {
        match option {
            "-n" => matches!(self, Kind::Dst | Kind::DstDomain | Kind::DstDomRegex),
            "-i" | "+i" => self.takes_patterns(),
            "--client-requested" | "--server-provided" | "--consensus" => {
                matches!(self, Kind::ServerName | Kind::ServerNameRegex)
            }
            _ => false,
        }
    }

    /// Whether ACLs of this kind look at the name, or the URL, that the client asks for.
    pub fn looks_at_names(self) -> bool {
        self.holds_domains() || matches!(self, Kind::DstDomRegex | Kind::UrlRegex | Kind::ServerNameRegex)
    }

    /// Whether ACLs of this kind hold domains, whose overlaps Squid checks.
    pub fn holds_domains(self) -> bool {
        matches!(self, Kind::DstDomain | Kind::ServerName)
    }
}

/// Where Squid refuses an ACL without a value (checked with Squid 5.7); others it takes and they never match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    Once,
    OnEveryLine,
}

pub(super) fn needs_value(type_name: &str) -> Option<Needs> {
    match type_name {
        "annotate_transaction" | "annotate_client" | "note" | "has" | "user_cert" | "ca_cert" => {
            Some(Needs::OnEveryLine)
        }
        "maxconn"
        | "random"
        | "max_user_ip"
        | "proxy_auth"
        | "external"
        | "clientside_mark"
        | "client_connection_mark" => Some(Needs::Once),
        _ => None,
    }
}

/// What an ACL type looks at that no export can tell (squid.conf.documented, ACL types).
fn unknowable(type_name: &str) -> Option<&'static str> {
    Some(match type_name {
        "external" => "the answer of an external helper",
        "proxy_auth" | "proxy_auth_regex" | "ident" | "ident_regex" | "ext_user" | "ext_user_regex" | "max_user_ip"
        | "urllogin" => "who is logged on",
        "user_cert" | "ca_cert" => "the client's certificate",
        "time" => "the time of day",
        "random" => "chance",
        "maxconn" => "how many connections the client has",
        "note" | "tag" => "what another rule or helper noted",
        "browser" | "referer_regex" | "req_header" | "req_mime_type" => "the headers of the request",
        "rep_header" | "rep_mime_type" | "http_status" => "the reply",
        "arp" | "eui64" => "the client's hardware address",
        "srcdomain" | "srcdom_regex" => "a reverse look-up of the client's address",
        "src_as" | "dst_as" => "autonomous system numbers",
        "localip" | "localport" | "myip" | "myport" | "myportname" => "the port of the proxy that the client uses",
        "peername" | "peername_regex" | "hier_code" => "how the request is forwarded",
        "clientside_mark" | "client_connection_mark" => "marks of the packet filter",
        "ssl_error" | "server_cert_fingerprint" | "connections_encrypted" => "the TLS connection",
        "adaptation_service" | "transaction_initiator" | "has" | "squid_error" => "the state of the transaction",
        "snmp_community" => "an SNMP request",
        _ => return None,
    })
}
