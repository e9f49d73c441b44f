//! The file as PHP sees it: where our blocks are, whether it is whole, and what in it concerns our routes.
//!
//! This is no PHP parser: it knows brackets, strings, comments and the ends of statements. Where PHP is at hand, it checks
//! the file as well.

use super::super::php_source::{Placed, Source, Tag, Token};
use super::block::{BEGIN, END, Found, Origin};
use super::{Note, Refusal, Route};

/// How many tokens before `exit` the `defined` of a guard stands at most.
const GUARD_LENGTH: usize = 12;

/// A file, split into its parts.
pub(super) struct Reading<'a> {
    bytes: &'a [u8],
    source: Source,
}

/// An open brace.
struct Brace {
    at: usize,
    /// Whether a function's body begins there: what it returns ends the function only.
    function: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, source: Source::of(bytes) }
    }

    /// The number of the line that the byte at `at` is in.
    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.bytes.get(..at).unwrap_or_default();
        let breaks = before.iter().enumerate().filter(|(place, byte)| match byte {
            b'\n' => true,
            b'\r' => self.bytes.get(place + 1) != Some(&b'\n'),
            _ => false,
        });
        breaks.count() + 1
    }

    /// How its first line ends.
    pub(super) fn line_break(&self) -> &'static [u8] {
        let first = self.bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        match first.and_then(|at| self.bytes.get(at..)) {
            Some([b'\r', b'\n', ..]) => b"\r\n",
            Some([b'\r', ..]) => b"\r",
            _ => b"\n",
        }
    }

    pub(super) fn ends_in_php(&self) -> bool {
        self.source.ends_in_php
    }

    /// Our blocks, in their order.
    pub(super) fn blocks(&self) -> Result<Vec<Found>, Refusal> {
        let mut blocks = Vec::new();
        let mut open: Option<usize> = None;
        for comment in &self.source.comments {
            let text = self.bytes.get(comment.clone()).unwrap_or_default().strip_prefix(b"//");
            let (begins, start, line) = match text.map(<[u8]>::trim_ascii) {
                Some(text) if text == BEGIN => {
                    (true, self.line_start(comment.start), self.line(comment.start))
                }
                Some(text) if text == END => {
                    (false, self.line_start(comment.start), self.line(comment.start))
                }
                _ => continue,
            };
            let start = start.ok_or(Refusal::Shared { line })?;
            match (begins, open) {
                (true, None) => open = Some(start),
                (true, Some(before)) => return Err(Refusal::NoEnd { line: self.line(before) }),
                (false, None) => return Err(Refusal::NoBegin { line }),
                (false, Some(start)) => {
                    let end = self.line_end(comment.end).ok_or(Refusal::Shared { line })?;
                    blocks.push(self.found(start, end));
                    open = None;
                }
            }
        }
        match open {
            Some(start) => Err(Refusal::NoEnd { line: self.line(start) }),
            None => Ok(blocks),
        }
    }

    fn found(&self, start: usize, end: usize) -> Found {
        let origin = Origin::told_by(self.bytes.get(start..end).unwrap_or_default());
        let lead = origin.lead(self.bytes.get(..start).unwrap_or_default());
        Found { start, end, lead, origin }
    }

    /// Where the line begins whose first word is at `at`.
    fn line_start(&self, at: usize) -> Option<usize> {
        let before = self.bytes.get(..at).unwrap_or_default();
        let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let start = at - blanks;
        matches!(self.bytes.get(..start)?.last(), Some(b'\r' | b'\n')).then_some(start)
    }

    /// Behind the line break of the line whose last word ends at `at`.
    fn line_end(&self, at: usize) -> Option<usize> {
        match self.bytes.get(at..)? {
            [b'\r', b'\n', ..] => Some(at + 2),
            [b'\r' | b'\n', ..] => Some(at + 1),
            [] => Some(at),
            _ => None,
        }
    }

    /// Whether it is PHP, and whole, so that a statement can follow at its end.
    pub(super) fn sound(&self) -> Result<(), Refusal> {
        if let Some((_, at)) = self.source.tags.iter().find(|(tag, _)| *tag == Tag::Short) {
            return Err(Refusal::ShortTag { line: self.line(*at) });
        }
        if self.source.tags.is_empty() {
            return Err(Refusal::NotPhp);
        }
        if let Some(at) = self.source.open_ended {
            return Err(Refusal::OpenEnded { line: self.line(at) });
        }
        self.brackets_match()?;
        self.no_foreign_end()?;
        match self.source.tokens.last() {
            Some(Placed { token: Token::Symbol(b';' | b'}'), .. }) | None => Ok(()),
            Some(last) => Err(Refusal::Unfinished { line: self.line(last.at.start) }),
        }
    }

    fn brackets_match(&self) -> Result<(), Refusal> {
        let mut open: Vec<(u8, usize)> = Vec::new();
        let refused =
            |bracket: u8, at| Err(Refusal::Brackets { bracket: char::from(bracket), line: self.line(at) });
        for Placed { token, at } in &self.source.tokens {
            let Token::Symbol(symbol) = *token else { continue };
            let wanted = match symbol {
                b'(' | b'[' | b'{' => {
                    open.push((symbol, at.start));
                    continue;
                }
                b')' => b'(',
                b']' => b'[',
                b'}' => b'{',
                _ => continue,
            };
            match open.pop() {
                Some((bracket, _)) if bracket == wanted => {}
                Some((bracket, place)) => return refused(bracket, place),
                None => return refused(symbol, at.start),
            }
        }
        open.pop().map_or(Ok(()), |(bracket, at)| refused(bracket, at))
    }

    /// What ends the PHP in a file for good, or allows nothing at its end.
    fn no_foreign_end(&self) -> Result<(), Refusal> {
        let mut tokens = self.source.tokens.iter();
        while let Some(Placed { token, at }) = tokens.next() {
            if token.is("__halt_compiler") {
                return Err(Refusal::Halt { line: self.line(at.start) });
            }
            if token.is("namespace") {
                let ends = |token: &Token| matches!(token, Token::Symbol(b'{' | b';'));
                let end = tokens.clone().find(|placed| ends(&placed.token));
                if end.is_some_and(|placed| placed.token == Token::Symbol(b'{')) {
                    return Err(Refusal::Namespace { line: self.line(at.start) });
                }
            }
        }
        Ok(())
    }

    /// Whether nobody else has routes for these addresses, or throws all routes away behind `place`.
    pub(super) fn free_for(&self, routes: &[Route], place: usize) -> Result<(), Refusal> {
        for (index, placed) in self.source.tokens.iter().enumerate() {
            if self.bytes.get(placed.at.clone()) != Some(b"$route") {
                continue;
            }
            let after = |count: usize| self.source.tokens.get(index + count).map(|placed| &placed.token);
            let line = self.line(placed.at.start);
            match (after(1), after(2), after(3)) {
                (Some(Token::Symbol(b'[')), Some(Token::Text(key)), Some(Token::Symbol(b']'))) => {
                    let key = String::from_utf8_lossy(key);
                    if routes.iter().any(|route| route.collides_with(&key)) {
                        return Err(Refusal::Taken { pattern: key.into_owned(), line });
                    }
                }
                // `==`, `=>` and a member's name (`->route` has no `$`) are something else.
                (Some(Token::Symbol(b'=')), Some(second), _)
                    if placed.at.start > place
                        && !matches!(second, Token::Symbol(b'=' | b'>'))
                        && !self.is_made_of_itself(index) =>
                {
                    return Err(Refusal::Reassigned { line });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether `$route = ..` has `$route` on its right side too, as in `array_merge($route, [..])`.
    fn is_made_of_itself(&self, index: usize) -> bool {
        let after = self.source.tokens.get(index + 1..).unwrap_or_default();
        let mut statement = after.iter().take_while(|placed| placed.token != Token::Symbol(b';'));
        statement.any(|placed| self.bytes.get(placed.at.clone()) == Some(b"$route"))
    }

    /// What its owner should know about a block at `place`; refused when that place is never reached.
    pub(super) fn notes(&self, place: usize) -> Result<Vec<Note>, Refusal> {
        let mut notes = Vec::new();
        if self.source.tags.first().is_some_and(|(_, at)| *at > 0) {
            notes.push(Note::Prints);
        }
        let mut braces: Vec<Brace> = Vec::new();
        let mut function = false;
        let before = self.source.tokens.iter().enumerate().take_while(|(_, placed)| placed.at.start < place);
        for (index, Placed { token, at }) in before {
            match token {
                Token::Symbol(b'{') => {
                    braces.push(Brace { at: at.start, function });
                    function = false;
                }
                Token::Symbol(b'}') => drop(braces.pop()),
                Token::Symbol(b';') => function = false,
                Token::Name { lower, .. } if lower == "function" => function = true,
                Token::Name { lower, written } if ends_the_file(lower) => {
                    let (word, line) = (written.clone(), self.line(at.start));
                    let ends_less = braces.iter().any(|brace| brace.function) || self.is_member(index);
                    if ends_less || self.is_guard(index) {
                        continue;
                    }
                    if braces.is_empty() && self.begins_a_statement(index) {
                        return Err(Refusal::Ends { word, line });
                    }
                    notes.push(Note::MayEnd { word, line });
                }
                _ => {}
            }
        }
        if let Some(brace) = braces.first() {
            notes.push(Note::Within { line: self.line(brace.at) });
        }
        Ok(notes)
    }

    /// Whether this word is the name of a member (`->return`).
    fn is_member(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.source.tokens.get(before));
        before.is_some_and(|placed| placed.token == Token::Symbol(b'>'))
    }

    fn begins_a_statement(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.source.tokens.get(before));
        before.is_none_or(|placed| matches!(placed.token, Token::Symbol(b';' | b'}')))
    }

    /// Whether this is the `exit` of `defined('BASEPATH') or exit(..)`, in whatever spelling.
    fn is_guard(&self, index: usize) -> bool {
        let before = self.source.tokens.get(index.saturating_sub(GUARD_LENGTH)..index).unwrap_or_default();
        let statement = before.iter().rev().take_while(|placed| placed.token != Token::Symbol(b';'));
        let mut words = statement.map(|placed| &placed.token);
        words.any(|token| token.is("defined"))
    }
}

fn ends_the_file(word: &str) -> bool {
    matches!(word, "return" | "exit" | "die" | "throw" | "goto")
}
