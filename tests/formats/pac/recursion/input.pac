function f(h) { return g(h); }
function g(h) { return f(h); }
function FindProxyForURL(url, host) {
  if (host == "a.example") return "DIRECT";
  if (f(host)) return "DIRECT";
  return "PROXY px.corp:8080";
}
