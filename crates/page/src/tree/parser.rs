//! Parsing HTML, as far as the next script.

use html5ever::{
    ParseOpts, TokenizerResult,
    buffer_queue::BufferQueue,
    driver::parse_fragment_for_element,
    tendril::{StrTendril, TendrilSink as _},
    tokenizer::{Tokenizer, TokenizerOpts},
    tree_builder::{TreeBuilder, TreeBuilderOpts},
};

use super::{node::NodeRef, sink::Sink};

/// A parser that builds a document.
///
/// It borrows nothing while a script runs, so that script may write to it.
pub(crate) struct Parser {
    tokenizer: Tokenizer<TreeBuilder<NodeRef, Sink>>,
    input: BufferQueue,
}

/// Text that a script has written.
pub(crate) struct Written(BufferQueue);

impl Written {
    pub(crate) fn new(text: &str) -> Self {
        let written = BufferQueue::default();
        written.push_back(StrTendril::from(text));
        Self(written)
    }
}

/// Why a parser has stopped.
pub(crate) enum Step {
    /// The end tag of a script was read.
    Script(NodeRef),
    /// There is no more text.
    Done,
}

impl Parser {
    /// A parser of `text` for an empty document.
    pub(crate) fn new(document: &NodeRef, text: &str) -> Self {
        let sink = Sink::new(document.clone());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(text));
        Self {
            tokenizer: Tokenizer::new(
                TreeBuilder::new(sink, TreeBuilderOpts::default()),
                TokenizerOpts::default(),
            ),
            input,
        }
    }

    /// Goes on to the next script, or to the end of the text.
    pub(crate) fn step(&self) -> Step {
        self.feed(&self.input)
    }

    /// Goes on with text that a script has written, to the next script in it or to the end of it.
    pub(crate) fn write(&self, written: &Written) -> Step {
        self.feed(&written.0)
    }

    /// Puts what is left of written text in front of the rest.
    pub(crate) fn put_back(&self, written: &Written) {
        let left: Vec<StrTendril> = std::iter::from_fn(|| written.0.pop_front()).collect();
        for buffer in left.into_iter().rev() {
            self.input.push_front(buffer);
        }
    }

    fn feed(&self, input: &BufferQueue) -> Step {
        let step = loop {
            match self.tokenizer.feed(input) {
                TokenizerResult::Done => break Step::Done,
                TokenizerResult::Script(node) => break Step::Script(node),
                // The text was decoded before.
                TokenizerResult::EncodingIndicator(_) => {}
            }
        };
        self.tokenizer.sink.sink.flush();
        step
    }

    /// Tells the parser that no more text comes.
    pub(crate) fn end(&self) {
        self.tokenizer.end();
        self.tokenizer.sink.sink.flush();
    }

    /// Whether the document is in quirks mode.
    pub(crate) fn is_quirky(&self) -> bool {
        self.tokenizer.sink.sink.is_quirky()
    }
}

/// Parses text as the contents of an element. Scripts in it will not run.
///
/// <https://html.spec.whatwg.org/multipage/parsing.html#parsing-html-fragments>
pub(crate) fn parse_fragment(text: &str, context_element: &NodeRef) -> NodeRef {
    let document = NodeRef::document();
    let parser = parse_fragment_for_element(
        Sink::new(document.clone()),
        ParseOpts::default(),
        context_element.clone(),
        true,
        None,
    );
    parser.one(StrTendril::from(text)).flush();
    let fragment = NodeRef::fragment(&context_element.owner());
    if let Some(root) = document.first_child() {
        fragment.take_children(&root);
    }
    fragment
}
