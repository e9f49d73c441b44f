//! Reads `define` without PHP.
//!
//! In: the tokens of a file. Out: its constants. The first definition wins, as in PHP. A definition within a condition
//! is not taken for granted: unless an unconditional one with the same value follows, the constant is
//! [`Constant::Several`], because a guess could be another install's database. `defined('X') or define('X', ..)` and
//! its relatives are no condition: nothing else has defined `X` when the file starts.

use std::collections::HashMap;

use super::constants::{Constant, Constants};
use crate::perfex::php_source::{Token, tokens};

/// The constants that a file defines.
pub(super) fn constants(source: &[u8]) -> Constants {
    let tokens = tokens(source);
    let mut parser = Parser { rest: &tokens, ..Parser::default() };
    parser.run();
    parser.found.into_iter().map(|(name, definitions)| (name, settle(definitions))).collect()
}

/// A definition as it stands in the file.
struct Definition {
    value: Constant,
    certain: bool,
}

fn settle(definitions: Vec<Definition>) -> Constant {
    let mut upcoming = definitions.into_iter();
    let Some(first) = upcoming.next() else {
        return Constant::Several;
    };
    if first.certain {
        return first.value;
    }
    for next in upcoming {
        if next.value != first.value {
            return Constant::Several;
        }
        if next.certain {
            return next.value;
        }
    }
    Constant::Several
}

/// What decides whether the statements of a block run.
#[derive(Clone)]
enum Condition {
    /// Nothing does: a plain block.
    Always,
    /// `!defined('X')`, which holds the first time for `X`.
    Undefined(Vec<u8>),
    /// Anything else.
    Unknown,
    /// The body of a function or class, where `return` does not end the file.
    Body,
}

impl Condition {
    fn lets(&self, name: &[u8]) -> bool {
        match self {
            Self::Always => true,
            Self::Undefined(guarded) => guarded == name,
            Self::Unknown | Self::Body => false,
        }
    }
}

#[derive(Default)]
struct Parser<'a> {
    rest: &'a [Token],
    found: HashMap<String, Vec<Definition>>,
    blocks: Vec<Condition>,
    /// The condition of the next statement alone: an `if` without braces.
    once: Option<Condition>,
    /// A `return` may have ended the file before this point.
    doubtful: bool,
    /// The statement under way holds the word `function` or `class`.
    body: bool,
}

impl<'a> Parser<'a> {
    fn run(&mut self) {
        let mut at_start = true;
        while let Some((first, rest)) = self.rest.split_first() {
            if at_start && self.statement() {
                continue;
            }
            let mut next = rest;
            at_start = match (first, rest) {
                (Token::Symbol(b';'), _) => {
                    self.once = None;
                    true
                }
                (Token::Symbol(b'{'), _) => {
                    self.blocks.push(if self.body { Condition::Body } else { Condition::Unknown });
                    true
                }
                (Token::Symbol(b'}'), _) => {
                    self.blocks.pop();
                    self.once = None;
                    true
                }
                // A function or method of that name is none of ours.
                (Token::Symbol(b'>'), [name, ..]) if name.is("define") => {
                    next = skip(rest, 1);
                    false
                }
                (Token::Symbol(b':'), [Token::Symbol(b':'), name, ..]) if name.is("define") => {
                    next = skip(rest, 2);
                    false
                }
                (word, _) if word.is("function") || word.is("class") => {
                    self.body = true;
                    next = skip(rest, rest.iter().take_while(|name| name.is("define")).count());
                    false
                }
                _ => {
                    if let Some((name, value, _)) = definition(self.rest) {
                        self.record(name, value, false);
                    }
                    false
                }
            };
            self.body &= !at_start;
            self.rest = next;
        }
    }

    /// Reads what only the start of a statement can be; `true` when something was read and another statement follows.
    fn statement(&mut self) -> bool {
        let tokens = self.rest;
        let Some((first, rest)) = tokens.split_first() else {
            return false;
        };
        match first {
            Token::Symbol(b'{') => {
                let condition = self.once.take().unwrap_or(Condition::Always);
                self.open(condition, rest);
                true
            }
            Token::Symbol(b'!') => self.definition(),
            Token::Symbol(b'@') => {
                self.rest = rest;
                true
            }
            Token::Name { lower, .. } => match lower.as_str() {
                "if" | "elseif" | "while" | "for" | "foreach" | "switch" | "catch" => {
                    let (condition, rest) = condition(rest);
                    if lower == "elseif" && matches!(rest, [Token::Symbol(b':'), ..]) {
                        self.blocks.pop();
                    }
                    self.enter(condition, rest);
                    true
                }
                "else" | "do" | "try" | "finally" => {
                    if lower == "else" && matches!(rest, [Token::Symbol(b':'), ..]) {
                        self.blocks.pop();
                    }
                    self.enter(Condition::Unknown, rest);
                    true
                }
                "endif" | "endwhile" | "endfor" | "endforeach" | "endswitch" => {
                    self.blocks.pop();
                    self.rest = rest;
                    true
                }
                "return" | "exit" | "die" | "__halt_compiler" => {
                    self.end(lower == "return", rest);
                    true
                }
                "const" if self.blocks.is_empty() => {
                    self.rest = self.constant_list(rest);
                    true
                }
                _ => self.definition(),
            },
            _ => false,
        }
    }

    /// Starts what a condition decides about: a block, or the next statement alone.
    fn enter(&mut self, condition: Condition, rest: &'a [Token]) {
        // An `if` under an `if` without braces: both decide.
        let condition = if self.once.take().is_some() { Condition::Unknown } else { condition };
        if let Some(Token::Symbol(b'{' | b':')) = rest.first() {
            self.open(condition, skip(rest, 1));
        } else {
            self.once = Some(condition);
            self.rest = rest;
        }
    }

    fn open(&mut self, condition: Condition, rest: &'a [Token]) {
        self.blocks.push(condition);
        self.rest = rest;
    }

    /// `return` and `exit` end the file; what stands behind a conditional `return` may or may not be run. A conditional
    /// `exit` decides nothing: when it runs there is no CRM to configure.
    fn end(&mut self, is_return: bool, rest: &'a [Token]) {
        let in_body = self.blocks.iter().any(|block| matches!(block, Condition::Body));
        let certain = !self.doubtful
            && self.once.is_none()
            && self.blocks.iter().all(|block| matches!(block, Condition::Always));
        if certain {
            self.rest = &[];
            return;
        }
        self.doubtful |= is_return && !in_body;
        // What follows belongs to this statement: `return define(..)` is no statement of its own.
        let end = rest.iter().position(|token| *token == Token::Symbol(b';')).unwrap_or(0);
        self.rest = skip(rest, end);
    }

    /// `define(..)`, or a guarded one.
    fn definition(&mut self) -> bool {
        let tokens = self.rest;
        let guarded = match tokens {
            [Token::Symbol(b'!'), negated @ ..] => defined(negated).and_then(|(guard, rest)| match rest {
                [Token::Symbol(b'&'), Token::Symbol(b'&'), rest @ ..] => Some((guard, rest)),
                [word, rest @ ..] if word.is("and") => Some((guard, rest)),
                _ => None,
            }),
            _ => defined(tokens).and_then(|(guard, rest)| match rest {
                [Token::Symbol(b'|'), Token::Symbol(b'|'), rest @ ..] => Some((guard, rest)),
                [word, rest @ ..] if word.is("or") => Some((guard, rest)),
                _ => None,
            }),
        };
        let guarded = guarded.and_then(|(guard, rest)| definition(rest).filter(|(name, ..)| *name == guard));
        let Some((name, value, rest)) = guarded.or_else(|| definition(tokens)) else {
            return false;
        };
        // `define(..) && ..` goes on; only a statement that ends here is one.
        if !matches!(rest, [Token::Symbol(b';'), ..] | []) {
            return false;
        }
        self.record(name, value, true);
        self.rest = rest;
        true
    }

    /// `const A = 1, B = 2`.
    fn constant_list<'t>(&mut self, mut rest: &'t [Token]) -> &'t [Token] {
        while let [Token::Name { written, .. }, Token::Symbol(b'='), value @ ..] = rest {
            let (tokens, after) = expression(value);
            self.record(written.as_bytes(), evaluate(tokens), true);
            rest = if matches!(after, [Token::Symbol(b','), ..]) { skip(after, 1) } else { after };
        }
        rest
    }

    fn record(&mut self, name: &[u8], value: Constant, whole: bool) {
        let certain = whole
            && !self.doubtful
            && self.once.iter().chain(&self.blocks).all(|condition| condition.lets(name));
        let name = String::from_utf8_lossy(name).into_owned();
        self.found.entry(name).or_default().push(Definition { value, certain });
    }
}

fn skip(tokens: &[Token], count: usize) -> &[Token] {
    tokens.get(count..).unwrap_or_default()
}

/// The condition in the parentheses at the start, and what follows them.
fn condition(tokens: &[Token]) -> (Condition, &[Token]) {
    let [Token::Symbol(b'('), inner @ ..] = tokens else {
        return (Condition::Unknown, tokens);
    };
    if let [Token::Symbol(b'!'), negated @ ..] = inner
        && let Some((name, [Token::Symbol(b')'), rest @ ..])) = defined(negated)
    {
        return (Condition::Undefined(name.to_vec()), rest);
    }
    let mut rest = inner;
    loop {
        let (_, after) = expression(rest);
        match after {
            [Token::Symbol(b')'), after @ ..] => return (Condition::Unknown, after),
            // `for (;;)`: the separators lie within the parentheses.
            [_, after @ ..] => rest = after,
            [] => return (Condition::Unknown, after),
        }
    }
}

/// `defined('X')` at the start: `X`, and what follows.
fn defined(tokens: &[Token]) -> Option<(&[u8], &[Token])> {
    match tokens {
        [word, Token::Symbol(b'('), Token::Text(name), Token::Symbol(b')'), rest @ ..]
            if word.is("defined") =>
        {
            Some((name, rest))
        }
        _ => None,
    }
}

/// `define('X', value)` at the start: `X`, its value, and what follows.
fn definition(tokens: &[Token]) -> Option<(&[u8], Constant, &[Token])> {
    let [word, Token::Symbol(b'('), Token::Text(name), Token::Symbol(b','), value @ ..] = tokens else {
        return None;
    };
    if !word.is("define") {
        return None;
    }
    let (value, mut rest) = expression(value);
    if let [Token::Symbol(b','), flag @ ..] = rest {
        rest = expression(flag).1;
    }
    match rest {
        [Token::Symbol(b')'), rest @ ..] => Some((name, evaluate(value), rest)),
        _ => None,
    }
}

/// The tokens up to the comma, semicolon or closing bracket that ends an expression, and the rest from there.
fn expression(tokens: &[Token]) -> (&[Token], &[Token]) {
    let mut open = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Symbol(b'(' | b'[' | b'{') => open += 1,
            Token::Symbol(b')' | b']' | b'}') if open > 0 => open -= 1,
            Token::Symbol(b')' | b']' | b'}' | b',' | b';') if open == 0 => {
                return tokens.split_at_checked(index).unwrap_or((tokens, &[]));
            }
            _ => {}
        }
    }
    (tokens, &[])
}

/// The value of literals and of their concatenation; everything else is for PHP.
fn evaluate(mut tokens: &[Token]) -> Constant {
    while let [Token::Symbol(b'('), inner @ .., Token::Symbol(b')')] = tokens {
        tokens = inner;
    }
    match tokens {
        [Token::Int(number)] => Constant::Int(*number),
        [Token::Symbol(b'-'), Token::Int(number)] => Constant::Int(-number),
        [word] if word.is("true") => Constant::Bool(true),
        [word] if word.is("false") => Constant::Bool(false),
        [word] if word.is("null") => Constant::Null,
        _ => concatenate(tokens).map_or(Constant::Computed, Constant::Text),
    }
}

fn concatenate(tokens: &[Token]) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    for part in tokens.split(|token| *token == Token::Symbol(b'.')) {
        match part {
            [Token::Text(text)] => joined.extend(text),
            _ => return None,
        }
    }
    Some(joined)
}
