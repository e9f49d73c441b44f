//! How Perfex reaches its database.

use std::path::PathBuf;

use secrecy::SecretString;

/// The port of MySQL and MariaDB.
const PORT: u16 = 3306;

/// Address and account of Perfex's database.
#[derive(Debug, Clone)]
pub struct DatabaseAccess {
    /// Where the server listens.
    pub host: DatabaseHost,
    /// The account.
    pub user: String,
    /// Its password; may be empty.
    pub password: SecretString,
    /// The database.
    pub name: String,
}

/// Where a database server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseHost {
    /// On the network. PHP takes the host `localhost` for the server's usual socket: an account that is allowed from
    /// `localhost` only may be refused over TCP when the server does not look up names.
    Tcp {
        /// Name or address, without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// On a socket of this machine.
    Socket(PathBuf),
}

impl DatabaseHost {
    /// Reads `APP_DB_HOSTNAME`: `host`, `host:port`, `[::1]:port` or `/path/to/socket`; `None` when it is none of them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // `p:` asks mysqli for a persistent connection.
        let text = text.trim();
        let text = text.strip_prefix("p:").unwrap_or(text);
        if text.starts_with('/') {
            return Some(Self::Socket(PathBuf::from(text)));
        }
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, rest)) => (host, Some(rest.strip_prefix(':')?)),
            None => match text.split_once(':') {
                // More than one colon and no brackets: an IPv6 address without a port.
                Some((_, rest)) if rest.contains(':') => (text, None),
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        let port = port.map_or(Some(PORT), |port| port.parse().ok())?;
        // mysqli reads an empty host as localhost.
        let host = if host.is_empty() { "localhost" } else { host }.to_owned();
        Some(Self::Tcp { host, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_that_perfex_accepts_is_read() {
        let tcp = |host: &str, port| Some(DatabaseHost::Tcp { host: host.to_owned(), port });
        let table = [
            ("localhost", tcp("localhost", 3306)),
            ("", tcp("localhost", 3306)),
            (" db.example.com ", tcp("db.example.com", 3306)),
            ("127.0.0.1:33306", tcp("127.0.0.1", 33306)),
            ("p:db:3307", tcp("db", 3307)),
            ("::1", tcp("::1", 3306)),
            ("[::1]", tcp("::1", 3306)),
            ("[::1]:3307", tcp("::1", 3307)),
            ("/run/mysqld/mysqld.sock", Some(DatabaseHost::Socket("/run/mysqld/mysqld.sock".into()))),
            ("db:", None),
            ("db:port", None),
            ("db:70000", None),
            ("[::1]3307", None),
        ];
        for (text, host) in table {
            assert_eq!(DatabaseHost::parse(text), host, "{text}");
        }
    }
}
