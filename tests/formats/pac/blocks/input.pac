let way = "PROXY out.corp:1";
function known(host) { return true; }
function FindProxyForURL(url, host) {
  if (host.endsWith(".a.example")) { let way = "PROXY in.corp:1"; }
  if (host.endsWith(".b.example")) { const way = "PROXY b.corp:1"; return way; }
  for (const name of ["x.c.example", "y.c.example"]) {
    let found;
    if (host === name) { found = "PROXY c.corp:1"; }
    if (found) return found;
  }
  if (known(host)) return "PROXY known.corp:1";
  return way;
  function known(host) { return host.endsWith(".d.example"); }
}
