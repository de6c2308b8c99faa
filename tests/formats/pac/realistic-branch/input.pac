function FindProxyForURL(url, host)
{
    // Branch offices find their proxy by address
    var proxy = "PROXY proxy-default.corp.example:3128";
    var ip = myIpAddress();
    if (isInNet(ip, "10.10.0.0", "255.255.0.0"))
        proxy = "PROXY proxy-berlin.corp.example:3128";
    else if (isInNet(ip, "10.20.0.0", "255.255.0.0"))
        proxy = "PROXY proxy-paris.corp.example:3128";

    /* never proxy these */
    if (isPlainHostName(host) ||
        localHostOrDomainIs(host, "intranet.corp.example") ||
        shExpMatch(host, "*.local"))
        return "DIRECT";

    if (shExpMatch(url, "http://*windowsupdate.com/*") || shExpMatch(url, "https://*windowsupdate.com/*"))
        return "DIRECT";

    return proxy;
}
