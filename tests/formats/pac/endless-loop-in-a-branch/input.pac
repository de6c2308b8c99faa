function FindProxyForURL(url, host) {
  if (host == "a.example") { while (true) { var x = 1; } }
  return "PROXY px.corp:8080";
}
