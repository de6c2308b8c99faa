function find(host) {
  if (host == "a.example") return "PROXY px.corp:8080";
}
function either(host) {
  if (host == "b.example") { return "PROXY b.corp:1"; } else { return "PROXY other.corp:1"; }
}
function FindProxyForURL(url, host) {
  var found = find(host);
  if (found) return found;
  if (dnsDomainIs(host, ".example")) { return either(host); } else { return "DIRECT"; }
}
