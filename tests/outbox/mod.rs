//! Messages: leased, repeated, given up, dropped and forgotten, against a real database and a real mail server.

mod lease;
mod life;
