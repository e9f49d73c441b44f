//! Our block: its lines, and how it came into the file.

use super::Route;

pub(super) const BEGIN: &[u8] = b"BEGIN perfex-bridge";
pub(super) const END: &[u8] = b"END perfex-bridge";

const EXPLANATION: &str = "Kept by perfex-bridge: changes between these lines are overwritten. `perfex-bridge routes remove` takes them out.";

/// What else was put into the file with the block, told by a line in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Nothing.
    Plain,
    /// The line break in front of it: the file ended within a line.
    LineBreak,
    /// The line `<?php` in front of it: the file ended outside PHP.
    Tag,
    /// The guard line: the file was empty.
    Empty,
    /// The file.
    Made,
}

impl Origin {
    const ALL: [Self; 5] = [Self::Plain, Self::LineBreak, Self::Tag, Self::Empty, Self::Made];

    fn words(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::LineBreak => Some("The line break above belongs to them."),
            Self::Tag => Some("The line above belongs to them."),
            Self::Empty => Some("The file was empty before."),
            Self::Made => Some("The file was made for them."),
        }
    }

    /// What the lines of a block say.
    pub(super) fn told_by(block: &[u8]) -> Self {
        let says = |words: &str| {
            let lines = block.split(|byte| matches!(byte, b'\r' | b'\n')).map(<[u8]>::trim_ascii);
            let mut comments = lines.filter_map(|line| line.strip_prefix(b"//"));
            comments.any(|comment| comment.trim_ascii() == words.as_bytes())
        };
        Self::ALL.into_iter().find(|origin| origin.words().is_some_and(says)).unwrap_or(Self::Plain)
    }

    /// How many bytes in front of the block belong to it.
    pub(super) fn lead(self, in_front: &[u8]) -> usize {
        let line_break = if in_front.ends_with(b"\r\n") { 2 } else { usize::from(!in_front.is_empty()) };
        let before = in_front.get(..in_front.len() - line_break).unwrap_or_default();
        match self {
            Self::LineBreak => line_break,
            Self::Tag if before.ends_with(b"<?php") => line_break + b"<?php".len(),
            _ => 0,
        }
    }
}

/// A block in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Where its first line begins.
    pub(super) start: usize,
    /// Behind the line break of its last line.
    pub(super) end: usize,
    /// How many bytes in front of it came with it.
    pub(super) lead: usize,
    pub(super) origin: Origin,
}

/// The lines of the block, each with its line break.
pub(super) fn render(routes: &[Route], origin: Origin, eol: &[u8]) -> Vec<u8> {
    let mut block = Vec::new();
    let mut line = |parts: &[&[u8]]| {
        for part in parts {
            block.extend_from_slice(part);
        }
        block.extend_from_slice(eol);
    };
    line(&[b"// ", BEGIN]);
    line(&[b"// ", EXPLANATION.as_bytes()]);
    if let Some(words) = origin.words() {
        line(&[b"// ", words.as_bytes()]);
    }
    for route in routes {
        line(&[b"$route['", route.pattern().as_bytes(), b"'] = '", route.target().as_bytes(), b"';"]);
    }
    line(&[b"// ", END]);
    block
}
