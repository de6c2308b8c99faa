function FindProxyForURL(url, host) {
  if (host == "a.example") return null;
  if (host == "b.example") return "";
  if (host == "c.example") return "PROXY px.corp:8080";
}
