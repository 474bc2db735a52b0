//! The format of event streams.
//!
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>

use std::time::Duration;

/// An event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// Its type; empty if the stream names none.
    pub(super) kind: String,
    pub(super) data: String,
}

/// Reads an event stream piece by piece.
#[derive(Debug, Default)]
pub(super) struct Parser {
    /// What has come of a line that is not complete.
    line: Vec<u8>,
    /// Whether the line before ended with a CR, so that a LF belongs to it.
    after_cr: bool,
    /// Whether the first line is read, which may begin with a byte order mark.
    begun: bool,
    data: String,
    kind: String,
    id: String,
    /// The "last event ID string".
    last_event_id: String,
    reconnection_time: Option<Duration>,
}

impl Parser {
    /// A parser for the stream that follows one with this last event ID.
    pub(super) fn new(last_event_id: String) -> Self {
        Self {
            id: last_event_id.clone(),
            last_event_id,
            ..Self::default()
        }
    }

    /// The ID of the event that came last.
    pub(super) fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// The time that the stream wants to pass before it is asked for again, if it has said so since the last call.
    pub(super) fn take_reconnection_time(&mut self) -> Option<Duration> {
        self.reconnection_time.take()
    }

    /// Takes bytes up to the end of an event. The event, if there is one, and the bytes that are left.
    pub(super) fn next<'a>(&mut self, mut bytes: &'a [u8]) -> (Option<Message>, &'a [u8]) {
        if std::mem::take(&mut self.after_cr) {
            match bytes {
                [b'\n', rest @ ..] => bytes = rest,
                [] => self.after_cr = true,
                _ => {}
            }
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, rest) = bytes.split_at(end);
            bytes = match rest {
                [b'\r', b'\n', rest @ ..] => rest,
                [b'\r'] => {
                    self.after_cr = true;
                    &[]
                }
                [_, rest @ ..] => rest,
                [] => &[],
            };
            let message = if self.line.is_empty() {
                self.line(line)
            } else {
                let mut whole = std::mem::take(&mut self.line);
                whole.extend_from_slice(line);
                self.line(&whole)
            };
            if message.is_some() {
                return (message, bytes);
            }
        }
        self.line.extend_from_slice(bytes);
        (None, &[])
    }

    fn line(&mut self, mut line: &[u8]) -> Option<Message> {
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => {
                let (field, value) = line.split_at(colon);
                let value = value.get(1..).unwrap_or_default();
                (field, value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &[][..]),
        };
        self.field(field, value);
        None
    }

    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#processField>
    fn field(&mut self, field: &[u8], value: &[u8]) {
        let text = String::from_utf8_lossy(value);
        match field {
            b"event" => self.kind = text.into_owned(),
            b"data" => {
                self.data.push_str(&text);
                self.data.push('\n');
            }
            b"id" if !value.contains(&0) => self.id = text.into_owned(),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                // More digits than fit are for ever.
                let time = text.parse().unwrap_or(u64::MAX);
                self.reconnection_time = Some(Duration::from_millis(time));
            }
            _ => {}
        }
    }

    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage>
    fn dispatch(&mut self) -> Option<Message> {
        self.last_event_id.clone_from(&self.id);
        let kind = std::mem::take(&mut self.kind);
        let mut data = std::mem::take(&mut self.data);
        // The last line feed goes; without any there was no data.
        data.pop()?;
        Some(Message { kind, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a stream has in it, given in pieces of `size` bytes.
    fn parse(stream: &[u8], size: usize) -> Vec<(String, String, String)> {
        let mut parser = Parser::new(String::new());
        let mut messages = Vec::new();
        for mut bytes in stream.chunks(size) {
            loop {
                let (message, rest) = parser.next(bytes);
                let Some(message) = message else { break };
                let id = parser.last_event_id().to_owned();
                messages.push((message.kind, message.data, id));
                bytes = rest;
            }
        }
        messages
    }

    fn check(stream: &str, expected: &[(&str, &str, &str)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(kind, data, id)| ((*kind).to_owned(), (*data).to_owned(), (*id).to_owned()))
            .collect();
        for size in [1, 2, 3, 5, 1000] {
            assert_eq!(
                parse(stream.as_bytes(), size),
                expected,
                "{stream:?} {size}"
            );
        }
    }

    #[test]
    fn fields() {
        check(
            "data: one\ndata:two\n\nevent: x\nid: 1\ndata\n\n: comment\ndata:  three\n\n",
            &[("", "one\ntwo", ""), ("x", "", "1"), ("", " three", "1")],
        );
        check("event: x\n\ndata: y\n\n", &[("", "y", "")]);
        check("id: 1\n\nid\ndata: y\n\n", &[("", "y", "")]);
        check("id: 1\0\ndata: y\n\n", &[("", "y", "")]);
        check("Data: y\n data: y\ndatas: y\n\n", &[]);
        check("data: no end", &[]);
        check("data: no end\n", &[]);
    }

    #[test]
    fn line_ends() {
        check(
            "data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\rdata: e\n\n",
            &[("", "a\nb\nc", ""), ("", "d", ""), ("", "e", "")],
        );
    }

    #[test]
    fn byte_order_marks() {
        check("\u{FEFF}data: a\n\n", &[("", "a", "")]);
        check("\u{FEFF}\u{FEFF}data: a\n\n", &[]);
        check("data: a\n\n\u{FEFF}data: b\n\n", &[("", "a", "")]);
    }

    #[test]
    fn broken_utf8() {
        let stream = b"data: \xFFa\xE2\x82\n\n";
        for size in [1, 2, 100] {
            let messages = parse(stream, size);
            assert_eq!(messages[0].1, "\u{FFFD}a\u{FFFD}");
        }
    }

    #[test]
    fn reconnection_times() {
        for (value, expected) in [
            ("10", Some(10)),
            ("010", Some(10)),
            ("", None),
            ("-1", None),
            ("1a", None),
            ("99999999999999999999999", Some(u64::MAX)),
        ] {
            let mut parser = Parser::new(String::new());
            parser.next(format!("retry:{value}\n").as_bytes());
            let expected = expected.map(Duration::from_millis);
            assert_eq!(parser.take_reconnection_time(), expected, "{value}");
            assert_eq!(parser.take_reconnection_time(), None);
        }
    }
}
