function add(to, name) { to.push(name); }
function FindProxyForURL(url, host) {
  var list = ["a.example"];
  var same = list;
  if (list.indexOf(host) >= 0) return "DIRECT";
  same.push("b.example");
  if (list.indexOf(host) >= 0) return "PROXY one.corp:8080";
  var own = ["c.example"];
  var all = { own: own };
  if (own.indexOf(host) >= 0) return "PROXY two.corp:8080";
  add(own, "d.example");
  if (own.indexOf(host) >= 0) return "PROXY three.corp:8080";
  if (all.own.indexOf(host) >= 0) return "PROXY four.corp:8080";
  return "PROXY px.corp:8080";
}
