//! The text of `application/config/my_routes.php` with our block in it, and without.
//!
//! In: the bytes of the file, or none, and our routes. Out: the new bytes, or a [`Refusal`] of one sentence. Nothing is read
//! or written here. One error in this file takes down every page and the cron of the CRM, so whatever is in doubt is
//! refused. Invariants:
//!
//! - our lines stand between `// BEGIN perfex-bridge` and `// END perfex-bridge`; every byte outside stays what it was;
//! - [`remove`] gives back the bytes that [`write()`] was given, and writing twice is writing once;
//! - a new block goes to the end, where a valid file always takes a statement; one that is there stays where it is, as
//!   other programs append behind it and their lines must not move;
//! - a marker is a comment of one line that begins its line: the same words in a string, a heredoc or a longer comment
//!   are somebody else's bytes.

mod block;
mod reading;
mod refusal;
mod route;
#[cfg(test)]
mod tests;

use block::{Found, Origin};
use reading::Reading;

pub use refusal::{Note, Refusal};
pub use route::{Route, RouteError};

/// The first line of a file that we make, as Perfex and its modules spell it: some of them look for these very bytes.
const GUARD: &[u8] = b"<?php defined('BASEPATH') or exit('No direct script access allowed');\n";

/// How our block stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Once, and as it should be.
    Present,
    /// Not at all.
    Missing,
    /// Otherwise than it should be: changed, from another version, or several times.
    Altered,
}

/// The file with our block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// How the block stood before.
    pub before: Standing,
    /// The new bytes; the old ones where nothing is to be done.
    pub bytes: Vec<u8>,
    /// What was there, our lines blanked out, so that a check of it names the lines of the file; `None` when there was
    /// nothing to check.
    pub foreign: Option<Vec<u8>>,
    /// What the operator should know.
    pub notes: Vec<Note>,
}

/// The file without our block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Whether there was a block.
    pub changed: bool,
    /// The new bytes; `None`: we had made the file, and nobody has added anything to it.
    pub bytes: Option<Vec<u8>>,
    /// As in [`Written::foreign`].
    pub foreign: Option<Vec<u8>>,
}

/// Puts our block into the file, or brings it up to date.
pub fn write(existing: Option<&[u8]>, routes: &[Route]) -> Result<Written, Refusal> {
    let bytes = match existing {
        None => return Ok(alone(Origin::Made, routes)),
        Some([]) => return Ok(alone(Origin::Empty, routes)),
        Some(bytes) => bytes,
    };
    let reading = Reading::of(bytes);
    let blocks = reading.blocks()?;
    let foreign = blanked(bytes, &blocks);
    let others = Reading::of(&foreign);
    others.sound()?;
    let place = blocks.first().map_or(bytes.len(), |block| block.start);
    others.free_for(routes, place)?;
    let mut notes = others.notes(place)?;
    let eol = reading.line_break();
    let new = match blocks.split_first() {
        None => appended(bytes, &others, routes, eol),
        Some((kept, surplus)) => {
            let block = block::render(routes, kept.origin, eol);
            let line = reading.line(kept.start);
            if !surplus.is_empty() {
                notes.push(Note::Several { count: blocks.len() });
            }
            if bytes.get(kept.start..kept.end) != Some(block.as_slice()) {
                notes.push(Note::Replaced { line });
            }
            let mut new = bytes.get(..kept.start).unwrap_or_default().to_vec();
            new.extend_from_slice(&block);
            new.extend(cut(bytes, kept.end, surplus));
            new
        }
    };
    Reading::of(&new).sound()?;
    let before = match (blocks.is_empty(), new == bytes) {
        (true, _) => Standing::Missing,
        (false, true) => Standing::Present,
        (false, false) => Standing::Altered,
    };
    Ok(Written { before, bytes: new, foreign: Some(foreign), notes })
}

/// Takes our block out of the file.
pub fn remove(existing: Option<&[u8]>) -> Result<Removed, Refusal> {
    let Some(bytes) = existing else { return Ok(Removed { changed: false, bytes: None, foreign: None }) };
    let reading = Reading::of(bytes);
    let blocks = reading.blocks()?;
    let rest = cut(bytes, 0, &blocks);
    if reading.sound().is_ok() {
        Reading::of(&rest).sound()?;
    }
    let origin = blocks.first().map(|block| block.origin).filter(|_| rest == GUARD);
    let rest = match origin {
        Some(Origin::Made) => None,
        Some(Origin::Empty) => Some(Vec::new()),
        _ => Some(rest),
    };
    let foreign = Some(blanked(bytes, &blocks)).filter(|_| !blocks.is_empty());
    Ok(Removed { changed: !blocks.is_empty(), bytes: rest, foreign })
}

/// A file with nothing in it but ours.
fn alone(origin: Origin, routes: &[Route]) -> Written {
    let bytes = [GUARD, &block::render(routes, origin, b"\n")].concat();
    Written { before: Standing::Missing, bytes, foreign: None, notes: Vec::new() }
}

fn appended(bytes: &[u8], others: &Reading<'_>, routes: &[Route], eol: &[u8]) -> Vec<u8> {
    let mut new = bytes.to_vec();
    let origin = if !others.ends_in_php() {
        new.extend_from_slice(b"<?php");
        new.extend_from_slice(eol);
        Origin::Tag
    } else if matches!(bytes.last(), Some(b'\n' | b'\r')) {
        Origin::Plain
    } else {
        // Without it our first line would be part of a comment on theirs.
        new.extend_from_slice(eol);
        Origin::LineBreak
    };
    new.extend(block::render(routes, origin, eol));
    new
}

/// The bytes from `from` on without these blocks.
fn cut(bytes: &[u8], from: usize, blocks: &[Found]) -> Vec<u8> {
    let mut rest = Vec::with_capacity(bytes.len());
    let mut at = from;
    for block in blocks {
        // What we once put in front of a block holds together what was written behind it since.
        let start = if block.end == bytes.len() { block.start - block.lead } else { block.start };
        rest.extend_from_slice(bytes.get(at..start).unwrap_or_default());
        at = block.end;
    }
    rest.extend_from_slice(bytes.get(at..).unwrap_or_default());
    rest
}

/// The bytes with blanks for these blocks; every line keeps its number.
fn blanked(bytes: &[u8], blocks: &[Found]) -> Vec<u8> {
    let mut blank = bytes.to_vec();
    for block in blocks {
        for byte in blank.get_mut(block.start..block.end).unwrap_or_default() {
            if !matches!(byte, b'\r' | b'\n') {
                *byte = b' ';
            }
        }
    }
    blank
}
