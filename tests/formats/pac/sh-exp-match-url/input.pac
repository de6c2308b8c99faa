function FindProxyForURL(url, host) {
  if (shExpMatch(url, "https://*.azure.com/path*")) return "PROXY never.corp:1";
  if (shExpMatch(url, "https://*.azure.com/*")) return "PROXY px.corp:8080";
  if (url.substring(0, 5) == "http:") return "PROXY plain.corp:1";
  if (shExpMatch(url, "*example.com*")) return "PROXY e.corp:1";
  return "DIRECT";
}
