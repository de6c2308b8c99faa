function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".blob.core.windows.net")) return "PROXY px1.corp:8080; DIRECT";
  if (host == "login.microsoftonline.com") return "DIRECT";
  return "PROXY 127.0.0.1:9";
}
