//! The pool and its sessions, against a real server.

mod sessions;
