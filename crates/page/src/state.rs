//! What a page knows of itself while it runs.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use boa_engine::{Context, JsNativeError, JsResult};
use url::Url;

use crate::{
    script::Scripts,
    tree::{NodeRef, Parser},
};

/// <https://html.spec.whatwg.org/multipage/dom.html#current-document-readiness>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadyState {
    Loading,
    Interactive,
    Complete,
}

impl ReadyState {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Interactive => "interactive",
            Self::Complete => "complete",
        }
    }
}

/// The page of a context.
pub(crate) struct PageState {
    /// The document of the page. It lives as long as the context.
    pub(crate) document: NodeRef,
    pub(crate) url: RefCell<Url>,
    pub(crate) ready_state: Cell<ReadyState>,
    pub(crate) is_quirky: Cell<bool>,
    /// The classic script that is running.
    pub(crate) current_script: RefCell<Option<NodeRef>>,
    /// The element that has the focus.
    pub(crate) active_element: RefCell<Option<NodeRef>>,
    /// Whether the script that is running may not write to a document that has no parser.
    pub(crate) ignores_writes: Cell<bool>,
    /// The parser, as long as it has not come to the end.
    pub(crate) parser: RefCell<Option<Rc<Parser>>>,
    pub(crate) scripts: Scripts,
}

impl PageState {
    /// Makes a context that of an empty page.
    pub(crate) fn install(url: Url, context: &mut Context) -> Rc<Self> {
        let state = Rc::new(Self {
            document: NodeRef::document(),
            url: RefCell::new(url),
            ready_state: Cell::new(ReadyState::Loading),
            is_quirky: Cell::new(false),
            current_script: RefCell::default(),
            active_element: RefCell::default(),
            ignores_writes: Cell::new(false),
            parser: RefCell::default(),
            scripts: Scripts::default(),
        });
        context.insert_data(Rc::clone(&state));
        state
    }

    /// The page of a context.
    ///
    /// # Errors
    /// A `TypeError` if it has none.
    pub(crate) fn of(context: &Context) -> JsResult<Rc<Self>> {
        context.get_data::<Rc<Self>>().cloned().ok_or_else(|| {
            JsNativeError::typ()
                .with_message("this is not the context of a page")
                .into()
        })
    }

    /// Whether a node is in the document of the page.
    pub(crate) fn holds(&self, node: &NodeRef) -> bool {
        node.root() == self.document
    }
}
