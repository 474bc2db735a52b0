//! The text of a node as it is rendered, without style sheets: by what HTML elements look like where no page says
//! otherwise, and by `hidden` and the properties `display`, `visibility` and `white-space` of `style` attributes.
//!
//! <https://html.spec.whatwg.org/multipage/dom.html#the-innertext-idl-attribute>

use html5ever::ns;

use super::{
    element::ElementData,
    node::{NodeKind, NodeRef},
};

/// How an element takes part in the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Display {
    None,
    Inline,
    Block,
    Paragraph,
    Cell,
    Row,
    Replaced,
    InlineBlock,
}

/// Elements that are not rendered.
const NOT_RENDERED: [&str; 20] = [
    "area", "audio", "base", "basefont", "col", "colgroup", "datalist", "head", "link", "meta",
    "noembed", "noframes", "noscript", "param", "rp", "script", "source", "style", "template",
    "title",
];

/// Elements in whose place something without text is.
const REPLACED: [&str; 10] = [
    "canvas", "embed", "iframe", "img", "input", "meter", "object", "progress", "textarea", "video",
];

const BLOCKS: [&str; 44] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "option",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
    "xmp",
];

/// The value of a property in a `style` attribute.
fn style_property(element: &ElementData, property: &str) -> Option<String> {
    element
        .with_attribute("style", |style| {
            style.split(';').rev().find_map(|declaration| {
                let (name, value) = declaration.split_once(':')?;
                let value = value.trim().trim_end_matches("!important").trim_end();
                name.trim()
                    .eq_ignore_ascii_case(property)
                    .then(|| value.to_ascii_lowercase())
            })
        })
        .flatten()
}

fn display(element: &ElementData) -> Display {
    if element.name.ns != ns!(html) {
        return Display::Inline;
    }
    let local = &*element.name.local;
    let is_closed_dialog = local == "dialog" && !element.has_attribute("open");
    if NOT_RENDERED.contains(&local) || is_closed_dialog {
        return Display::None;
    }
    let is_hidden_input = local == "input"
        && element
            .with_attribute("type", |kind| kind.eq_ignore_ascii_case("hidden"))
            .unwrap_or(false);
    if is_hidden_input {
        return Display::None;
    }
    let by_style = style_property(element, "display");
    match by_style.as_deref() {
        Some("none") => return Display::None,
        Some(_) if REPLACED.contains(&local) => return Display::Replaced,
        Some("inline-block" | "inline-flex" | "inline-grid") => return Display::InlineBlock,
        Some("inline" | "contents") => return Display::Inline,
        Some("block" | "flex" | "grid" | "list-item" | "table" | "flow-root") => {
            return match local {
                "p" => Display::Paragraph,
                _ => Display::Block,
            };
        }
        _ if element.has_attribute("hidden") => return Display::None,
        _ => {}
    }
    if REPLACED.contains(&local) {
        return Display::Replaced;
    }
    match local {
        "p" => Display::Paragraph,
        "td" | "th" => Display::Cell,
        "tr" => Display::Row,
        "button" => Display::InlineBlock,
        local if BLOCKS.contains(&local) => Display::Block,
        _ => Display::Inline,
    }
}

/// How white space in an element is treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WhiteSpace {
    Collapse,
    KeepLines,
    Keep,
}

fn white_space(element: &ElementData, inherited: WhiteSpace) -> WhiteSpace {
    match style_property(element, "white-space").as_deref() {
        Some("normal" | "nowrap") => WhiteSpace::Collapse,
        Some("pre" | "pre-wrap" | "break-spaces") => WhiteSpace::Keep,
        Some("pre-line") => WhiteSpace::KeepLines,
        _ if ["pre", "listing", "xmp", "plaintext"]
            .iter()
            .any(|name| element.is_html(name)) =>
        {
            WhiteSpace::Keep
        }
        _ => inherited,
    }
}

/// What the elements around a text say of it.
#[derive(Clone, Copy)]
struct Around {
    white_space: WhiteSpace,
    visible: bool,
}

impl Around {
    fn within(self, element: &ElementData) -> Self {
        let visible = match style_property(element, "visibility").as_deref() {
            Some("hidden" | "collapse") => false,
            Some("visible") => true,
            _ => self.visible,
        };
        Self {
            white_space: white_space(element, self.white_space),
            visible,
        }
    }
}

/// The text of a node as it is rendered; its plain text if it is not rendered.
pub(crate) fn inner_text(node: &NodeRef) -> String {
    let ancestors: Vec<NodeRef> = node.inclusive_ancestors().collect();
    let is_rendered = ancestors.last().is_some_and(|root| root.is_document())
        && ancestors
            .iter()
            .filter_map(|node| node.as_element())
            .all(|element| display(element) != Display::None);
    if !is_rendered {
        return node.descendant_text().to_std_string_lossy();
    }
    let mut around = Around {
        white_space: WhiteSpace::Collapse,
        visible: true,
    };
    for element in ancestors.iter().rev().filter_map(|node| node.as_element()) {
        around = around.within(element);
    }
    let mut text = Text::default();
    text.children(node, around);
    text.out
}

/// The text that comes about.
#[derive(Default)]
struct Text {
    out: String,
    /// How many line breaks there are to be before what comes next.
    breaks: usize,
    /// Whether there is to be a space before what comes next on this line.
    space: bool,
    /// Whether something without text was the last thing on this line: spaces beside it stay.
    replaced: bool,
    /// Whether nothing has come yet in a block that stands in a line: spaces at its beginning go.
    opened: bool,
}

/// What is to be done next; not the native stack, as trees of scripts may be deeper than that.
enum Pending {
    Node(NodeRef, Around),
    /// The end of a block, with as many line breaks.
    End(usize),
    /// The end of a block that stands in a line.
    Close,
    Tab,
    Line,
}

impl Text {
    fn children(&mut self, node: &NodeRef, around: Around) {
        let mut pending = Vec::new();
        push_children(node, around, &mut pending);
        while let Some(next) = pending.pop() {
            match next {
                Pending::Node(node, around) => self.node(&node, around, &mut pending),
                Pending::End(breaks) => self.require(breaks),
                Pending::Close => {
                    self.space = false;
                    self.opened = false;
                    self.replaced = true;
                }
                Pending::Tab => {
                    self.flush();
                    self.space = false;
                    self.out.push('\t');
                }
                Pending::Line => self.line(),
            }
        }
    }

    fn node(&mut self, node: &NodeRef, around: Around, pending: &mut Vec<Pending>) {
        let element = match node.kind() {
            NodeKind::Text(data) if around.visible => {
                self.text(&data.borrow().to_std_string_lossy(), around.white_space);
                return;
            }
            NodeKind::Element(element) => element,
            _ => return,
        };
        if element.is_html("br") {
            self.line();
            return;
        }
        let display = display(element);
        let has_next = |name: &str| {
            std::iter::successors(node.next_element(), |next| next.next_element()).any(|next| {
                next.as_html(name).is_some() || (name != "tr" && next.as_html("th").is_some())
            })
        };
        match display {
            Display::None => return,
            Display::Inline => {}
            Display::Replaced => {
                self.flush();
                self.replaced = true;
                return;
            }
            Display::InlineBlock => {
                self.flush();
                self.opened = true;
                pending.push(Pending::Close);
            }
            Display::Block => self.block(1, pending),
            Display::Paragraph => self.block(2, pending),
            Display::Cell => {
                if has_next("td") {
                    pending.push(Pending::Tab);
                }
            }
            Display::Row => {
                self.space = false;
                if has_next("tr") || follows_in_table(node) {
                    pending.push(Pending::Line);
                }
            }
        }
        let around = around.within(element);
        if element.is_html("details") && !element.has_attribute("open") {
            let summary = node
                .children()
                .find(|child| child.as_html("summary").is_some());
            pending.extend(summary.map(|summary| Pending::Node(summary, around)));
            return;
        }
        push_children(node, around, pending);
    }

    fn block(&mut self, breaks: usize, pending: &mut Vec<Pending>) {
        self.require(breaks);
        pending.push(Pending::End(breaks));
    }

    /// Wants line breaks before what comes next, unless it is the first.
    fn require(&mut self, breaks: usize) {
        self.space = false;
        self.replaced = false;
        if !self.out.is_empty() {
            self.breaks = self.breaks.max(breaks);
        }
    }

    fn flush(&mut self) {
        let breaks = std::mem::take(&mut self.breaks);
        self.out.extend(std::iter::repeat_n('\n', breaks));
        let starts_line = self.out.is_empty() || self.out.ends_with('\n');
        let starts_line = starts_line && !std::mem::take(&mut self.replaced);
        if std::mem::take(&mut self.space) && !starts_line {
            self.out.push(' ');
        }
    }

    fn line(&mut self) {
        self.space = false;
        self.flush();
        self.replaced = false;
        self.out.push('\n');
    }

    fn text(&mut self, text: &str, white_space: WhiteSpace) {
        if white_space == WhiteSpace::Keep {
            if !text.is_empty() {
                self.flush();
                self.out
                    .push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
            }
            return;
        }
        for character in text.chars() {
            match character {
                '\n' if white_space == WhiteSpace::KeepLines => self.line(),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => {
                    let follows_space = self.out.ends_with([' ', '\t', '\n']) && !self.replaced;
                    self.space |= self.breaks == 0 && !follows_space && !self.opened;
                }
                _ => {
                    self.flush();
                    self.opened = false;
                    self.out.push(character);
                }
            }
        }
    }
}

/// Whether another row comes behind this one in another group of its table.
fn follows_in_table(row: &NodeRef) -> bool {
    let group = row.parent();
    let mut next = group.and_then(|group| group.next_element());
    while let Some(group) = next {
        if group.descendants().any(|node| node.as_html("tr").is_some()) {
            return true;
        }
        next = group.next_element();
    }
    false
}

fn push_children(node: &NodeRef, around: Around, pending: &mut Vec<Pending>) {
    let from = pending.len();
    pending.extend(node.children().map(|child| Pending::Node(child, around)));
    if let Some(added) = pending.get_mut(from..) {
        added.reverse();
    }
}

/// A fragment of text with `<br>` for its line breaks.
///
/// <https://html.spec.whatwg.org/multipage/dom.html#rendered-text-fragment>
pub(crate) fn newlines_to_breaks(text: &str, document: &NodeRef) -> NodeRef {
    let fragment = NodeRef::fragment(document);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            fragment.append(&NodeRef::html_element("br", document));
        }
        if !line.is_empty() {
            fragment.append(&NodeRef::text(line.into(), document));
        }
    }
    fragment
}
