var ways = {
  "windows.net": "PROXY wide.corp:1",
  "core.windows.net": "PROXY core.corp:1",
  "7": "PROXY number.corp:1",
  "blob.core.windows.net": "PROXY blob.corp:1"
};
function FindProxyForURL(url, host) {
  for (var name in ways) {
    if (dnsDomainIs(host, name)) return ways[name];
  }
  return "DIRECT";
}
