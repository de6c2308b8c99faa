function FindProxyForURL(url, host) {
  var now = new Date();
  if (dnsDomainIs(host, ".day.example")) return weekdayRange("MON", "FRI") ? "PROXY week.corp:1" : "PROXY end.corp:1";
  if (dnsDomainIs(host, ".night.example") && (now.getHours() < 7 || now.getHours() >= 19)) return "PROXY night.corp:1";
  if (dnsDomainIs(host, ".hours.example") && timeRange(9, 17)) return "PROXY hours.corp:1";
  if (dnsDomainIs(host, ".utc.example") && timeRange(0, 0, 1, 0, "GMT")) return "PROXY utc.corp:1";
  if (dnsDomainIs(host, ".winter.example") && dateRange("OCT", "DEC")) return "PROXY winter.corp:1";
  if (dnsDomainIs(host, ".end.example") && timeRange(8, 18)) return "PROXY end.corp:2";
  if (dnsDomainIs(host, ".never.example") && weekdayRange("Mon")) return "PROXY mon.corp:1";
  if (dnsDomainIs(host, ".turned.example") && dateRange("NOV", "FEB")) return "PROXY turned.corp:1";
  return "DIRECT";
}
