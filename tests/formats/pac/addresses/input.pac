function FindProxyForURL(url, host) {
  if (isInNet(host, "10.0.0.0", "255.0.0.0")) return "DIRECT";
  if (shExpMatch(host, "192.168.*")) return "DIRECT";
  return "PROXY px.corp:8080";
}
