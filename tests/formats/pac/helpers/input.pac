var suffixes = [".blob.core.windows.net", ".queue.core.windows.net"];
var table = { "login.microsoftonline.com": 1, "aka.ms": 1 };
table["graph.microsoft.com"] = 1;
function endsWithAny(h, list) {
  for (var i = 0; i < list.length; i++) {
    if (dnsDomainIs(h, list[i])) return true;
  }
  return false;
}
function choose(h) {
  if (endsWithAny(h, suffixes)) return "PROXY s.corp:8080";
  if (table[h]) return "PROXY t.corp:8080";
  return null;
}
function FindProxyForURL(url, host) {
  host = host.toLowerCase();
  var chosen = choose(host);
  if (chosen) return chosen;
  return "DIRECT";
}
