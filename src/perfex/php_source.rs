//! Splits PHP source into tokens, as far as a configuration file needs it.
//!
//! In: the bytes of a file, whatever they are. Out: names, strings with their escapes resolved, whole numbers and
//! punctuation; white space and text outside `<?php` are gone. [`tokens`] tells no more, [`Source`] also where each token,
//! comment and tag stands. Invariants: it never fails (what it does not know becomes punctuation), always advances, and a
//! string whose value only PHP can know is [`Token::Dynamic`].

use std::ops::Range;

/// How deep strings may lie within the expressions within strings.
const DEEPEST: usize = 16;

/// A piece of PHP source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword, function or constant name, in lower case for comparison and as written.
    Name { lower: String, written: String },
    /// A string literal.
    Text(Vec<u8>),
    /// A whole number.
    Int(i64),
    /// A variable, an interpolated string, a heredoc, a shell command: known to PHP only.
    Dynamic,
    /// A byte of punctuation.
    Symbol(u8),
}

impl Token {
    /// Whether this is the name `lower`; keywords and function names know no case.
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Name { lower, .. } if lower == name)
    }
}

/// The tokens of a file.
pub(super) fn tokens(source: &[u8]) -> Vec<Token> {
    Source::of(source).tokens.into_iter().map(|placed| placed.token).collect()
}

/// A token and the bytes that it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: Range<usize>,
}

/// How a piece of PHP is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// `<?php`: everywhere.
    Long,
    /// `<?`, `<?=` or `<?xml`: what it means depends on PHP's settings, or it prints something.
    Short,
}

/// A file with the places of everything in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// The tokens; `?>` is a semicolon.
    pub(super) tokens: Vec<Placed>,
    /// The comments, without the line break at the end of those of one line.
    pub(super) comments: Vec<Range<usize>>,
    /// Where each piece of PHP is opened.
    pub(super) tags: Vec<(Tag, usize)>,
    /// Whether the end of the file is PHP, not text behind a `?>`.
    pub(super) ends_in_php: bool,
    /// Where a string or comment begins that nothing ends.
    pub(super) open_ended: Option<usize>,
}

impl Source {
    /// Reads a file.
    pub(super) fn of(source: &[u8]) -> Self {
        let mut lexer = Lexer {
            rest: source,
            tokens: Vec::new(),
            whole: source.len(),
            places: Vec::new(),
            comments: Vec::new(),
            tags: Vec::new(),
            in_php: false,
            open_ended: None,
        };
        lexer.skip_html();
        while lexer.step(0) {}
        let placed = lexer.tokens.into_iter().zip(lexer.places);
        Self {
            tokens: placed.map(|(token, at)| Placed { token, at }).collect(),
            comments: lexer.comments,
            tags: lexer.tags,
            ends_in_php: lexer.in_php,
            open_ended: lexer.open_ended,
        }
    }
}

struct Lexer<'a> {
    rest: &'a [u8],
    tokens: Vec<Token>,
    /// The length of the whole source.
    whole: usize,
    /// Where each token stands.
    places: Vec<Range<usize>>,
    comments: Vec<Range<usize>>,
    tags: Vec<(Tag, usize)>,
    in_php: bool,
    open_ended: Option<usize>,
}

impl Lexer<'_> {
    /// How many bytes are read.
    fn here(&self) -> usize {
        self.whole.saturating_sub(self.rest.len())
    }

    /// Reads one token; `false` at the end.
    fn step(&mut self, depth: usize) -> bool {
        let Some(first) = self.rest.first().copied() else {
            return false;
        };
        let (start, known) = (self.here(), self.tokens.len());
        self.read(first, depth);
        // What stands in a string within a string has been taken back by now.
        let end = if self.rest.is_empty() { self.whole } else { self.here() };
        self.places.truncate(known);
        self.places.resize(self.tokens.len(), start..end);
        true
    }

    fn read(&mut self, first: u8, depth: usize) {
        let start = self.here();
        match first {
            b' ' | b'\t' | b'\r' | b'\n' => self.skip(1),
            b'#' if self.rest.get(1) != Some(&b'[') => self.comment(depth, Self::skip_line),
            b'/' if self.rest.starts_with(b"//") => self.comment(depth, Self::skip_line),
            b'/' if self.rest.starts_with(b"/*") => self.comment(depth, |lexer| lexer.skip_past(b"*/", 2)),
            b'?' if self.rest.starts_with(b"?>") => {
                self.skip(2);
                self.tokens.push(Token::Symbol(b';'));
                self.in_php = false;
                self.skip_html();
            }
            b'\'' => self.single_quoted(start),
            b'"' | b'`' => self.double_quoted(first, depth, start),
            b'<' if self.rest.starts_with(b"<<<") && self.heredoc(start) => {}
            b'$' if self.rest.get(1).is_some_and(|byte| starts_name(*byte)) => {
                self.skip(1);
                self.take_while(continues_name);
                self.tokens.push(Token::Dynamic);
            }
            b'0'..=b'9' => self.number(),
            // `\define` is `define` of the root namespace.
            b'\\' if self.rest.get(1).is_some_and(|byte| starts_name(*byte)) => {
                self.skip(1);
                self.name();
            }
            byte if starts_name(byte) => self.name(),
            other => {
                self.skip(1);
                self.tokens.push(Token::Symbol(other));
            }
        }
    }

    /// Nothing ends what begins at `start`.
    fn never_ends(&mut self, start: usize) {
        self.open_ended.get_or_insert(start);
    }

    fn comment(&mut self, depth: usize, skip: impl Fn(&mut Self)) {
        let start = self.here();
        skip(self);
        if depth == 0 {
            self.comments.push(start..self.here());
        }
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> Vec<u8> {
        let end = self.rest.iter().position(|byte| !accept(*byte)).unwrap_or(self.rest.len());
        let taken = self.rest.get(..end).unwrap_or_default().to_vec();
        self.skip(end);
        taken
    }

    /// Skips `from` bytes, then everything up to and including `end`.
    fn skip_past(&mut self, end: &[u8], from: usize) {
        let start = self.here();
        self.skip(from);
        if let Some(at) = self.rest.windows(end.len()).position(|window| window == end) {
            return self.skip(at + end.len());
        }
        self.never_ends(start);
        self.rest = &[];
    }

    /// A one-line comment ends with its line or with the PHP tag.
    fn skip_line(&mut self) {
        while let Some(first) = self.rest.first() {
            if matches!(first, b'\n' | b'\r') || self.rest.starts_with(b"?>") {
                return;
            }
            self.skip(1);
        }
    }

    /// Skips text outside PHP, up to behind the next opening tag.
    fn skip_html(&mut self) {
        while !self.rest.is_empty() {
            let long = self.rest.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case(b"<?php"));
            let xml = self.rest.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case(b"<?xml"));
            if long {
                let alone = self.rest.get(5).is_none_or(u8::is_ascii_whitespace);
                return self.opened(if alone { Tag::Long } else { Tag::Short }, 5);
            }
            if self.rest.starts_with(b"<?=") {
                return self.opened(Tag::Short, 3);
            }
            if self.rest.starts_with(b"<?") && !xml {
                return self.opened(Tag::Short, 2);
            }
            if xml {
                self.tags.push((Tag::Short, self.here()));
            }
            self.skip(1);
        }
    }

    fn opened(&mut self, tag: Tag, length: usize) {
        self.tags.push((tag, self.here()));
        self.skip(length);
        self.in_php = true;
    }

    /// Only `\\` and `\'` are escapes here; Perfex's installer writes `\"`, which stays two characters.
    fn single_quoted(&mut self, start: usize) {
        self.skip(1);
        let mut text = Vec::new();
        while let Some(byte) = self.rest.first().copied() {
            match self.rest.get(1).copied() {
                Some(next @ (b'\\' | b'\'')) if byte == b'\\' => {
                    text.push(next);
                    self.skip(2);
                }
                _ if byte == b'\'' => {
                    self.skip(1);
                    return self.tokens.push(Token::Text(text));
                }
                _ => {
                    text.push(byte);
                    self.skip(1);
                }
            }
        }
        self.never_ends(start);
        self.tokens.push(Token::Dynamic);
    }

    fn double_quoted(&mut self, quote: u8, depth: usize, start: usize) {
        self.skip(1);
        let mut text = Vec::new();
        let mut dynamic = quote == b'`';
        loop {
            let Some(byte) = self.rest.first().copied() else {
                self.never_ends(start);
                return self.tokens.push(Token::Dynamic);
            };
            let next = self.rest.get(1).copied();
            match (byte, next) {
                (b'\\', Some(_)) if quote == b'`' => self.skip(2),
                (b'\\', Some(_)) => self.escape(&mut text),
                (b'{', Some(b'$')) | (b'$', Some(b'{')) => {
                    dynamic = true;
                    self.skip_braces(depth);
                }
                (b'$', Some(name)) if starts_name(name) => {
                    dynamic = true;
                    self.skip(2);
                }
                _ if byte == quote => {
                    self.skip(1);
                    let token = if dynamic { Token::Dynamic } else { Token::Text(text) };
                    return self.tokens.push(token);
                }
                _ => {
                    text.push(byte);
                    self.skip(1);
                }
            }
        }
    }

    /// Skips an expression within a string: it may hold strings of its own, whose quotes do not end the outer one.
    fn skip_braces(&mut self, depth: usize) {
        if depth >= DEEPEST {
            self.rest = &[];
            return;
        }
        let before = self.tokens.len();
        self.skip(usize::from(self.rest.starts_with(b"$")));
        let mut open = 0_usize;
        loop {
            let known = self.tokens.len();
            if !self.step(depth + 1) {
                break;
            }
            for token in self.tokens.get(known..).unwrap_or_default() {
                match token {
                    Token::Symbol(b'{') => open += 1,
                    Token::Symbol(b'}') => open = open.saturating_sub(1),
                    _ => {}
                }
            }
            if open == 0 {
                break;
            }
        }
        self.tokens.truncate(before);
    }

    /// An escape of a double-quoted string, the backslash included.
    fn escape(&mut self, text: &mut Vec<u8>) {
        let next = self.rest.get(1).copied().unwrap_or_default();
        let simple = match next {
            b'n' => Some(b'\n'),
            b't' => Some(b'\t'),
            b'r' => Some(b'\r'),
            b'v' => Some(0x0b),
            b'e' => Some(0x1b),
            b'f' => Some(0x0c),
            b'\\' | b'$' | b'"' => Some(next),
            _ => None,
        };
        if let Some(byte) = simple {
            text.push(byte);
            return self.skip(2);
        }
        let behind = |from: usize| self.rest.get(from..).unwrap_or_default();
        match next {
            b'0'..=b'7' => {
                let (value, digits) = digits(behind(1), 8, 3);
                text.extend(value.to_le_bytes().first());
                self.skip(1 + digits);
            }
            b'x' if behind(2).first().is_some_and(u8::is_ascii_hexdigit) => {
                let (value, digits) = digits(behind(2), 16, 2);
                text.extend(value.to_le_bytes().first());
                self.skip(2 + digits);
            }
            b'u' if behind(2).first() == Some(&b'{') => {
                let (value, digits) = digits(behind(3), 16, 6);
                match char::from_u32(value)
                    .filter(|_| digits > 0 && behind(3 + digits).first() == Some(&b'}'))
                {
                    Some(character) => {
                        text.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
                        self.skip(4 + digits);
                    }
                    None => self.literal_escape(text),
                }
            }
            _ => self.literal_escape(text),
        }
    }

    /// A backslash that escapes nothing stays; what follows is read on its own.
    fn literal_escape(&mut self, text: &mut Vec<u8>) {
        text.push(b'\\');
        self.skip(1);
    }

    /// Skips a heredoc or nowdoc; `false` when the three angle brackets start none.
    fn heredoc(&mut self, start: usize) -> bool {
        let head = self.rest.get(3..).unwrap_or_default().trim_ascii_start();
        let quoted = matches!(head.first(), Some(b'"' | b'\''));
        let head = head.get(usize::from(quoted)..).unwrap_or_default();
        let end = head.iter().position(|byte| !continues_name(*byte)).unwrap_or(head.len());
        let Some(label) = head.get(..end).filter(|label| !label.is_empty()) else {
            return false;
        };
        let mut rest = head;
        loop {
            let Some(line) = rest.iter().position(|byte| *byte == b'\n') else {
                self.never_ends(start);
                self.rest = &[];
                break;
            };
            rest = rest.get(line + 1..).unwrap_or_default();
            let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len());
            let after = rest.get(start..).unwrap_or_default().strip_prefix(label);
            if let Some(after) =
                after.filter(|after| !after.first().is_some_and(|byte| continues_name(*byte)))
            {
                self.rest = after;
                break;
            }
        }
        self.tokens.push(Token::Dynamic);
        true
    }

    fn number(&mut self) {
        let written = self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.');
        let digits: String =
            written.iter().filter(|byte| **byte != b'_').map(|byte| char::from(*byte)).collect();
        let digits = digits.to_ascii_lowercase();
        let value = match digits.split_at_checked(2) {
            Some(("0x", hex)) => i64::from_str_radix(hex, 16),
            Some(("0b", binary)) => i64::from_str_radix(binary, 2),
            Some(("0o", octal)) => i64::from_str_radix(octal, 8),
            _ if digits.len() > 1 && digits.starts_with('0') => i64::from_str_radix(&digits, 8),
            _ => digits.parse(),
        };
        self.tokens.push(value.map_or(Token::Dynamic, Token::Int));
    }

    fn name(&mut self) {
        let written = self.take_while(|byte| continues_name(byte) || byte == b'\\');
        // b'..' is an old spelling of a plain string.
        if written.eq_ignore_ascii_case(b"b") && matches!(self.rest.first(), Some(b'\'' | b'"')) {
            return;
        }
        let written = String::from_utf8_lossy(&written).into_owned();
        self.tokens.push(Token::Name { lower: written.to_ascii_lowercase(), written });
    }
}

/// The value of up to `most` digits at the start, and how many there are.
fn digits(text: &[u8], radix: u32, most: usize) -> (u32, usize) {
    let values = text.iter().take(most).map_while(|byte| char::from(*byte).to_digit(radix));
    values.fold((0, 0), |(value, count), digit| (value * radix + digit, count + 1))
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn continues_name(byte: u8) -> bool {
    starts_name(byte) || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests;
