function FindProxyForURL(url, host) {
  return "PROXY px.corp:8080";
}
