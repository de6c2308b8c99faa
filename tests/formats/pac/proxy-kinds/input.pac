function FindProxyForURL(url, host) {
  if (host == "a.example") return "SOCKS5 s.corp:1080; HTTPS t.corp:443; DIRECT";
  if (host == "b.example") return "NONSENSE x.corp:1";
  return "direct";
}
