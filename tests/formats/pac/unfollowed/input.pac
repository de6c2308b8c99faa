function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".a.example")) { return "PROXY " + Math.random() + ":1"; }
  if (dnsDomainIs(host, ".b.example") && host.split(".").reverse()[0] == "x") return "PROXY b.corp:1";
  return "PROXY px.corp:8080";
}
