var way = "DIRECT";
var count = 0;
function choose(host) {
  if (dnsDomainIs(host, ".a.example")) { way = "PROXY a.corp:1"; return; }
  if (dnsDomainIs(host, ".b.example")) { way = "PROXY b.corp:1"; return; }
  if (dnsDomainIs(host, ".c.example")) { count |= 1; }
}
function FindProxyForURL(url, host) {
  way = "DIRECT";
  count = 0;
  choose(host);
  if (dnsDomainIs(host, ".d.example")) { var late = "PROXY d.corp:1"; } else { late = "PROXY e.corp:1"; }
  if (dnsDomainIs(host, ".e.example") || dnsDomainIs(host, ".d.example")) return late;
  return count ? "PROXY c.corp:1" : way;
}
