function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, "windows.net")) return "PROXY px.corp:8080";
  return "DIRECT";
}
