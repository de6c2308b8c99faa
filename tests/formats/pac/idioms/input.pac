function FindProxyForURL(url, host) {
  if (host.indexOf("vault.azure") > -1) return "PROXY i.corp:1";
  if (~host.indexOf("monitor")) return "PROXY m.corp:1";
  if (host.substring(host.length - 12) == ".windows.net") return "PROXY w.corp:1";
  if (host.slice(-12) === ".example.com") return "PROXY e.corp:1";
  if (/^prod[0-9]+\.azure\.com$/.test(host)) return "PROXY p.corp:1";
  if (host.match(/(^|\.)github\.com$/i)) return "PROXY g.corp:1";
  if (host.lastIndexOf(".test") == host.length - 5) return "PROXY t.corp:1";
  return "DIRECT";
}
