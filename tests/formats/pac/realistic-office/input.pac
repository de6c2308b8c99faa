/*
 * proxy.pac, head office
 * changed: 2026-02-11 (ticket 4711)
 */
var PROXY_EU = "PROXY px-eu1.corp.example:8080; PROXY px-eu2.corp.example:8080";
var BLOCK = "PROXY 127.0.0.1:9";

// Microsoft 365 goes straight out
var direct365 = [
  "login.microsoftonline.com",
  "*.login.microsoftonline.com",
  "outlook.office365.com",
  "*.sharepoint.com"
];

function matchesAny(host, patterns) {
  for (var i = 0; i < patterns.length; i++) {
    if (shExpMatch(host, patterns[i])) {
      return true;
    }
  }
  return false;
}

function FindProxyForURL(url, host) {
  var lhost = host.toLowerCase();
  host = lhost;

  // internal
  if (isPlainHostName(host) || dnsDomainIs(host, ".corp.example") || shExpMatch(host, "10.*")) {
    return "DIRECT";
  }

  if (url.substring(0, 4) == "ftp:") {
    return BLOCK;
  }

  if (matchesAny(host, direct365)) return "DIRECT";

  // Azure
  if (dnsDomainIs(host, ".blob.core.windows.net") ||
      dnsDomainIs(host, ".queue.core.windows.net")) {
    return PROXY_EU;
  }

  alert("not listed: " + host);
  return BLOCK;
}
