var list = ["a.example"];
var same = list;
function add(to, name) { to.push(name); }
function FindProxyForURL(url, host) {
  if (list.indexOf(host) >= 0) return "DIRECT";
  same.push("b.example");
  if (list.indexOf(host) >= 0) return "PROXY one.corp:8080";
  var own = ["c.example"];
  if (own.indexOf(host) >= 0) return "PROXY two.corp:8080";
  add(own, "d.example");
  if (own.indexOf(host) >= 0) return "PROXY three.corp:8080";
  return "PROXY px.corp:8080";
}
