function FindProxyForURL(url, host) {
  var me = myIpAddress();
  if (me == "10.9.9.9") return "DIRECT";
  if (shExpMatch(me, "10.1.*")) return "PROXY one.corp:8080";
  if (me.indexOf("10.2.") == 0) return "PROXY two.corp:8080";
  if (me.startsWith("10.3.")) return "PROXY three.corp:8080";
  if (shExpMatch(me, "*.7")) return "PROXY seven.corp:8080";
  return "PROXY px.corp:8080";
}
