function FindProxyForURL(url, host) {
  switch (host) {
    case "a.example":
    case "b.example":
      return "PROXY ab.corp:1";
    case "c.example":
      break;
    default:
      return "DIRECT";
  }
  return "PROXY c.corp:1";
}
