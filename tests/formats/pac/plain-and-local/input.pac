function FindProxyForURL(url, host) {
  if (isPlainHostName(host)) return "DIRECT";
  if (localHostOrDomainIs(host, "www.corp.example")) return "PROXY w.corp:1";
  if (dnsDomainLevels(host) > 3) return "PROXY deep.corp:1";
  return "PROXY px.corp:8080";
}
