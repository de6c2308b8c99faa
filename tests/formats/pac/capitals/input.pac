function FindProxyForURL(url, host) {
  if (host == "Login.Example.com") return "PROXY never.corp:1";
  if (dnsDomainIs(host, ".EXAMPLE.com")) return "PROXY never.corp:1";
  if (/\.Example\.org$/i.test(host)) return "PROXY px.corp:8080";
  return "DIRECT";
}
