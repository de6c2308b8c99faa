function FindProxyForURL(url, host) {
  return host == "a.example" ? "DIRECT" : "PROXY old.corp:1";
}
function FindProxyForURLEx(url, host) {
  return host == "a.example" ? "DIRECT" : "PROXY new.corp:1";
}
