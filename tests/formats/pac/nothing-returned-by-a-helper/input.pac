function find(host) {
  if (host == "a.example") return "PROXY px.corp:8080";
}
function FindProxyForURL(url, host) {
  return find(host);
}
