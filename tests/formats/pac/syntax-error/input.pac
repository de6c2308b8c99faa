function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".a.example") return "DIRECT";
  return "PROXY px.corp:8080";
}
