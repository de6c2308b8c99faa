// Browsers call FindProxyForURL(url, host); this was
// function FindProxyForURL(url, host) { return "PROXY old.corp:1"; }
var FindProxyForURL = function (url, name) {
  if (dnsDomainIs(name, ".windows.net")) return "PROXY px.corp:8080";
  return "PROXY 0.0.0.0:1";
};
