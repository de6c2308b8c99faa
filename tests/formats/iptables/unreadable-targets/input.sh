iptables -A OUTPUT -d 20.60.0.0/16 --reject DROP
iptables -A OUTPUT -d 20.61.0.0/16 -m mark ! --mark 7 --jump DROP
iptables -A OUTPUT -d 20.62.0.0/16 -p tcp -j REJECT --reject-with tcp-reset; iptables -A OUTPUT -j ACCEPT
iptables -P OUTPUT ACCEPT
