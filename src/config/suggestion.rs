//! "Did you mean": the nearest of the words that would have been right.

use std::iter::once;

/// Words that are less alike than this are not a slip of the finger.
const ALIKE: f64 = 0.6;

/// The word of `known` that `written` was probably meant to be.
pub(super) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|word| (strsim::normalized_damerau_levenshtein(written, word), word))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, word)| word)
}

/// Words as a list for people: `a, b or c`.
pub(super) fn list(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [front @ .., end] => {
            once(front.join(", ")).chain(once(end.clone())).collect::<Vec<_>>().join(&format!(" {last} "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_a_strange_word_finds_none() {
        let known = ["interval", "mode", "sweep"];
        assert_eq!(nearest("intervall", known.into_iter()), Some("interval"));
        assert_eq!(nearest("sewep", known.into_iter()), Some("sweep"));
        assert_eq!(nearest("colour", known.into_iter()), None);
    }

    #[test]
    fn a_list_reads_like_a_sentence() {
        let words =
            |count: usize| ["a", "b", "c"].into_iter().take(count).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(list(&words(1), "or"), "a");
        assert_eq!(list(&words(2), "or"), "a or b");
        assert_eq!(list(&words(3), "and"), "a, b and c");
    }
}
