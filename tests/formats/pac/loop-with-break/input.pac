function FindProxyForURL(url, host) {
  var list = [".a.example", ".b.example"];
  var hit = false;
  for (var i in list) {
    if (dnsDomainIs(host, ".x.b.example")) continue;
    if (dnsDomainIs(host, list[i])) { hit = true; break; }
  }
  if (hit) return "PROXY px.corp:8080";
  return "DIRECT";
}
