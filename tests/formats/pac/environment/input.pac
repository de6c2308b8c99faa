function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".a.example")) return isInNet(myIpAddress(), "10.0.0.0", "255.0.0.0") ? "PROXY in.corp:1" : "PROXY out.corp:1";
  if (dnsDomainIs(host, ".b.example") && weekdayRange("MON", "FRI")) return "PROXY week.corp:1";
  if (dnsDomainIs(host, ".c.example") && isResolvable(host)) return "DIRECT";
  if (dnsDomainIs(host, ".d.example") && isInNet(dnsResolve(host), "10.0.0.0", "255.0.0.0")) return "DIRECT";
  return "PROXY px.corp:8080";
}
