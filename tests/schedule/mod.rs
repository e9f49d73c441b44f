//! Jobs that time starts.

mod firing;
