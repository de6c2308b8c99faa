function FindProxyForURL(url, host) {
  var way = "DIRECT";
  if (dnsDomainIs(host, ".a.example")) {
    way = "PROXY a.corp:1";
  } else if (dnsDomainIs(host, ".b.example") && !dnsDomainIs(host, ".x.b.example")) {
    way = "PROXY b.corp:1" + "; DIRECT";
  } else {
    way = host == "c.example" ? "PROXY c.corp:1" : way;
  }
  return way;
}
