/** A proxy's configuration as one meets it: nearly right. */
export const EXAMPLE = {
  name: "squid.conf",
  text: `# Squid 6 on the backup network's proxy
http_port 3128

acl localnet src 10.0.0.0/8
acl localnet src 192.168.0.0/16
acl SSL_ports port 443
acl Safe_ports port 80
acl Safe_ports port 443
acl CONNECT method CONNECT

# What the backup servers need
acl azure dstdomain .windowsazure.com .microsoftonline.com
acl azure dstdomain .blob.core.windows.net
acl azure dstdomain .queue.core.windows.net
acl microsoft dstdomain .microsoft.com
# Sites that the security team has blocked
acl blocked dstdomain "/etc/squid/blocked-sites.txt"

http_access deny !Safe_ports
http_access deny CONNECT !SSL_ports
http_access allow localnet azure
http_access deny blocked
http_access allow localnet microsoft
http_access deny all
`,
  settings: { scenarios: ["backup.mars.public"], source: "10.20.0.0/16" },
};
