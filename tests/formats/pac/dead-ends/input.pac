function FindProxyForURL(url, host) {
  if (host == "a.example") return "PROXY 0.0.0.0:80";
  if (host == "b.example") return "PROXY blocked.invalid:8080";
  if (host == "c.example") return "PROXY 127.0.0.1:9; PROXY px.corp:8080";
  if (host == "d.example") return "PROXY 127.0.0.1:3128";
  if (host == "e.example") return "PROXY localhost:1";
  return "DIRECT";
}
