//! Who is at the other end of a connection, and for whom it speaks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// A machine.
    Network(IpAddr),
    /// A process on this machine, over a unix socket.
    Local,
}

impl Peer {
    /// Whether it runs on this machine.
    #[must_use]
    pub fn is_local(self) -> bool {
        match self {
            Self::Network(address) => address.to_canonical().is_loopback(),
            Self::Local => true,
        }
    }

    /// The visitor's address: what a proxy on this machine says in `X-Forwarded-For`, else the peer itself.
    ///
    /// The header's last entry counts, which the proxy itself has written; whatever stands before it came from outside.
    /// A peer on another machine is believed nothing.
    #[must_use]
    pub fn visitor(self, forwarded_for: Option<&str>) -> IpAddr {
        let own = match self {
            Self::Network(address) => address.to_canonical(),
            Self::Local => IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        if !self.is_local() {
            return own;
        }
        let last = forwarded_for.and_then(|list| list.rsplit(',').next()).map(str::trim);
        last.and_then(|text| text.parse::<IpAddr>().ok()).map_or(own, |address| address.to_canonical())
    }
}

/// The network of an address, for logs and limits: the first 24 bits of IPv4, the first 48 of IPv6.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_proxy_on_this_machine_may_speak_for_others() {
        let forwarded = Some("6.6.6.6, 203.0.113.9");
        assert_eq!(Peer::Local.visitor(forwarded), address("203.0.113.9"));
        assert_eq!(Peer::Network(address("::1")).visitor(forwarded), address("203.0.113.9"));
        assert_eq!(Peer::Network(address("198.51.100.1")).visitor(forwarded), address("198.51.100.1"));
        assert_eq!(Peer::Local.visitor(Some("nonsense")), address("127.0.0.1"));
        assert_eq!(Peer::Network(address("::ffff:198.51.100.1")).visitor(None), address("198.51.100.1"));
    }

    #[test]
    fn another_machine_is_not_this_one() {
        for (peer, local) in
            [("127.0.0.1", true), ("::1", true), ("::ffff:127.0.0.1", true), ("10.0.0.1", false)]
        {
            assert_eq!(Peer::Network(address(peer)).is_local(), local, "{peer}");
        }
        assert!(Peer::Local.is_local());
    }

    #[test]
    fn a_network_does_not_tell_one_visitor_from_the_next() {
        assert_eq!(network(address("203.0.113.9")), address("203.0.113.0"));
        assert_eq!(network(address("2001:db8:1:2::3")), address("2001:db8:1::"));
    }
}
