function FindProxyForURL(url, host) {
  var ip = dnsResolve(host);
  if (!ip) return "PROXY unresolved.corp:8080";
  if (isInNet(ip, "10.0.0.0", "255.0.0.0")) return "DIRECT";
  if (ip.substring(0, 8) == "192.168.") return "PROXY lan.corp:8080";
  if (shExpMatch(ip, "172.16.*")) return "PROXY lab.corp:8080";
  if (isResolvable(host) && isInNet(host, "20.0.0.0", "255.0.0.0")) return "PROXY azure.corp:8080";
  return "PROXY out.corp:8080";
}
