//! The document at `/api/keys.json`, signed once a second.
//!
//! In: the keys and the time. Out: the text. A signature costs more than the rest of such an answer together, and the list
//! tells its age in whole seconds: whoever asks within the same one gets the same text.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use warp::hyper::body::Bytes;

use super::super::Ring;

/// The text of the last second.
#[derive(Debug, Default)]
pub struct KeyList(Mutex<Option<Written>>);

#[derive(Debug)]
struct Written {
    ring: Arc<Ring>,
    second: i64,
    text: Bytes,
}

impl KeyList {
    /// The document with the keys of `ring`.
    pub fn write(&self, ring: Arc<Ring>, now: DateTime<Utc>) -> Bytes {
        let second = now.timestamp();
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(written) if written.second == second && Arc::ptr_eq(&written.ring, &ring) => {
                written.text.clone()
            }
            _ => {
                let text = Bytes::from(ring.public_json(now));
                *last = Some(Written { ring, second, text: text.clone() });
                text
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::DirBuilder;
    use std::os::unix::fs::DirBuilderExt as _;

    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn a_text_lives_for_its_second_and_for_its_keys() {
        let folder = tempfile::tempdir().unwrap();
        let now: DateTime<Utc> = "2026-03-09T10:00:00.2Z".parse().unwrap();
        let ring = |name: &str| {
            let folder = folder.path().join(name);
            DirBuilder::new().mode(0o700).create(&folder).unwrap();
            Arc::new(Ring::load_or_create(&folder, &SystemEntropy, now).unwrap())
        };
        let (one, other) = (ring("one"), ring("other"));
        let list = KeyList::default();
        let first = list.write(Arc::clone(&one), now);
        let same_second = now + chrono::TimeDelta::milliseconds(700);
        assert_eq!(list.write(Arc::clone(&one), same_second).as_ptr(), first.as_ptr(), "not signed again");
        assert_ne!(list.write(Arc::clone(&one), now + chrono::TimeDelta::seconds(1)), first);
        let theirs = list.write(Arc::clone(&other), now);
        assert_eq!(theirs, other.public_json(now));
        assert_ne!(theirs, first);
    }
}
