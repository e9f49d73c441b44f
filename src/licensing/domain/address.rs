//! IP addresses, which only look like names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::DomainError;

/// The address that `host` is; none if it is a name.
///
/// Everything whose last label is a number belongs to addresses (as in the URL standard), and only four decimal numbers
/// are taken: `127.1`, `0x7f.0.0.1` and `2130706433` are other spellings of one machine.
pub(super) fn read(host: &str) -> Result<Option<IpAddr>, DomainError> {
    if host.contains(':') {
        let inside = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        let address: Ipv6Addr = inside.parse().map_err(|_| DomainError::Name)?;
        return Ok(Some(address.to_canonical()));
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    if !host.rsplit('.').next().is_some_and(is_number) {
        return Ok(None);
    }
    host.parse::<Ipv4Addr>().map(|address| Some(IpAddr::V4(address))).map_err(|_| DomainError::Number)
}

/// The one spelling of an address.
pub(super) fn write(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

fn is_number(label: &str) -> bool {
    let decimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let after_0x = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    (!label.is_empty() && decimal(label)) || after_0x.is_some_and(hexadecimal)
}
