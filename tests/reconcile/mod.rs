//! Keys become work, against a real database.

mod failing;
