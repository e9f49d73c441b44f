//! Where a message stands.

use crate::db::text_enum;

text_enum! {
    /// The life of a message (DESIGN 6.6).
    State {
        /// Waits for its first attempt.
        Ready = "ready",
        /// Handed over right now; found later, it means that the hand-over's end is unknown.
        Sending = "sending",
        /// Delivered.
        Sent = "sent",
        /// Certainly not delivered, waits for the next attempt.
        Retry = "retry",
        /// Perhaps delivered; tried once more, with the same identity, after a pause.
        Uncertain = "uncertain",
        /// Given up; people decide.
        Dead = "dead",
    }
}
