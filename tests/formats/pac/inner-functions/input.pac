var hosts = ["a.example", "b.example"];
function FindProxyForURL(url, host) {
  var way = "PROXY px.corp:8080";
  if (hosts.some(function (name) { return host === name; })) return "DIRECT";
  if (dnsDomainIs(host, ".plain.example")) return "PROXY plain.corp:8080";
  hosts.forEach(function (name) { if (dnsDomainIs(host, "." + name)) way = "DIRECT"; });
  return way;
}
