var table = { "a.example": 1, "b.example": undefined };
var first = true;
var fixed = "PROXY fixed.corp:1";
function FindProxyForURL(url, host) {
  var parts = host.match(/^([a-z]+)\.groups\.example$/);
  if (parts && parts[1] == "www") return "PROXY www.corp:1";
  if (dnsDomainIs(host, ".try.example")) { try { missing.x = 1; } catch (error) { return "PROXY caught.corp:1"; } }
  if (dnsDomainIs(host, ".delete.example")) { delete table["a.example"]; }
  if (dnsDomainIs(host, ".undefined.example")) { return nothing; }
  if (dnsDomainIs(host, ".first.example") && first) { first = false; return "PROXY first.corp:1"; }
  if (("WWW." + host).toLowerCase() == "www.lower.example") return "PROXY lower.corp:1";
  if (/^[[:alpha:]]\.class\.example$/.test(host)) return "PROXY class.corp:1";
  return fixed;
}
