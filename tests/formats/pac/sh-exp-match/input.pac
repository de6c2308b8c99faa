function FindProxyForURL(url, host) {
  if (shExpMatch(host, "login.microsoft*.com")) return "PROXY px.corp:8080";
  if (shExpMatch(host, "a?.example.com")) return "PROXY q.corp:1";
  if (shExpMatch(host, "(a|b).example.net")) return "PROXY r.corp:1";
  return "DIRECT";
}
