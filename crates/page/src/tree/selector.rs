//! CSS selectors over the tree, by the crate `selectors`.

use std::{borrow::Borrow, cell::RefCell, fmt};

use cssparser::{ParseError, Parser as CssParser, ToCss, serialize_identifier, serialize_string};
use html5ever::{LocalName, Namespace, ns};
use precomputed_hash::PrecomputedHash;
use selectors::{
    Element, OpaqueElement, SelectorImpl,
    attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint},
    bloom::BloomFilter,
    context::{
        MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode,
        SelectorCaches,
    },
    matching::{ElementSelectorFlags, matches_selector_list},
    parser::{
        NonTSPseudoClass, ParseRelative, Parser as SelectorParser, PseudoElement,
        SelectorParseErrorKind,
    },
};

use super::{element::ElementData, node::NodeRef};

/// Parsed selectors, separated by commas.
pub(crate) struct SelectorList(selectors::SelectorList<Selectors>);

/// Parses selectors; none if they are invalid.
///
/// <https://drafts.csswg.org/selectors-4/#parse-selector>
pub(crate) fn parse(text: &str) -> Option<SelectorList> {
    let mut input = CssParser::new(text);
    let list = selectors::SelectorList::parse(&Syntax, &mut input, ParseRelative::No).ok()?;
    input.is_exhausted().then_some(SelectorList(list))
}

impl SelectorList {
    /// Whether an element matches one of them. `:scope` is `scope`, or the root if that is no element.
    pub(crate) fn matches(&self, element: &NodeRef, scope: &NodeRef, is_quirky: bool) -> bool {
        self.first([element.clone()].into_iter(), scope, is_quirky)
            .is_some()
    }

    /// The first of some elements that matches.
    pub(crate) fn first(
        &self,
        elements: impl Iterator<Item = NodeRef>,
        scope: &NodeRef,
        is_quirky: bool,
    ) -> Option<NodeRef> {
        let mut found = None;
        self.each(elements, scope, is_quirky, |element| {
            found = Some(element);
            false
        });
        found
    }

    /// All of some elements that match.
    pub(crate) fn all(
        &self,
        elements: impl Iterator<Item = NodeRef>,
        scope: &NodeRef,
        is_quirky: bool,
    ) -> Vec<NodeRef> {
        let mut found = Vec::new();
        self.each(elements, scope, is_quirky, |element| {
            found.push(element);
            true
        });
        found
    }

    /// Hands elements that match to `found`, which says whether to go on.
    fn each(
        &self,
        elements: impl Iterator<Item = NodeRef>,
        scope: &NodeRef,
        is_quirky: bool,
        mut found: impl FnMut(NodeRef) -> bool,
    ) {
        let mut caches = SelectorCaches::default();
        let quirks_mode = match is_quirky {
            true => QuirksMode::Quirks,
            false => QuirksMode::NoQuirks,
        };
        let mut context = MatchingContext::new(
            MatchingMode::Normal,
            None,
            &mut caches,
            quirks_mode,
            NeedsSelectorFlags::No,
            MatchingForInvalidation::No,
        );
        if scope.as_element().is_some() {
            context.scope_element = Some(opaque(scope));
        }
        for element in elements {
            let seen = Seen::default();
            let matches = matches_selector_list(&self.0, seen.at(element.clone()), &mut context);
            if matches && !found(element) {
                return;
            }
        }
    }
}

fn opaque(node: &NodeRef) -> OpaqueElement {
    OpaqueElement::new(&**node)
}

/// A string of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CssText(String);

impl From<&str> for CssText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl AsRef<str> for CssText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl ToCss for CssText {
    fn to_css<W: fmt::Write>(&self, dest: &mut W) -> fmt::Result {
        serialize_string(&self.0, dest)
    }
}

/// A name in a selector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Name(LocalName);

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self(LocalName::from(text))
    }
}

impl ToCss for Name {
    fn to_css<W: fmt::Write>(&self, dest: &mut W) -> fmt::Result {
        serialize_identifier(&self.0, dest)
    }
}

impl PrecomputedHash for Name {
    fn precomputed_hash(&self) -> u32 {
        self.0.precomputed_hash()
    }
}

impl Borrow<LocalName> for Name {
    fn borrow(&self) -> &LocalName {
        &self.0
    }
}

/// A pseudo-class that is not about the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PseudoClass {
    Link,
    Checked,
    Disabled,
    Enabled,
    Required,
    Optional,
    ReadWrite,
    ReadOnly,
    Indeterminate,
    Defined,
    /// One that needs a user or a visible page: nothing is ever like that.
    Never(&'static str),
}

const PSEUDO_CLASSES: [(&str, PseudoClass); 23] = [
    ("any-link", PseudoClass::Link),
    ("link", PseudoClass::Link),
    ("checked", PseudoClass::Checked),
    ("disabled", PseudoClass::Disabled),
    ("enabled", PseudoClass::Enabled),
    ("required", PseudoClass::Required),
    ("optional", PseudoClass::Optional),
    ("read-write", PseudoClass::ReadWrite),
    ("read-only", PseudoClass::ReadOnly),
    ("indeterminate", PseudoClass::Indeterminate),
    ("defined", PseudoClass::Defined),
    ("visited", PseudoClass::Never("visited")),
    ("hover", PseudoClass::Never("hover")),
    ("active", PseudoClass::Never("active")),
    ("focus", PseudoClass::Never("focus")),
    ("focus-within", PseudoClass::Never("focus-within")),
    ("focus-visible", PseudoClass::Never("focus-visible")),
    ("target", PseudoClass::Never("target")),
    ("autofill", PseudoClass::Never("autofill")),
    ("fullscreen", PseudoClass::Never("fullscreen")),
    ("user-invalid", PseudoClass::Never("user-invalid")),
    ("user-valid", PseudoClass::Never("user-valid")),
    ("playing", PseudoClass::Never("playing")),
];

impl PseudoClass {
    fn matches(&self, element: &ElementData) -> bool {
        let is_one_of =
            |names: &[&str]| element.name.ns == ns!(html) && names.contains(&&*element.name.local);
        let has = |name| element.has_attribute(name);
        let can_be_disabled = || {
            is_one_of(&[
                "button", "input", "select", "textarea", "option", "optgroup", "fieldset",
            ])
        };
        let is_field = || is_one_of(&["input", "select", "textarea"]);
        let is_text = || is_one_of(&["input", "textarea"]);
        match self {
            Self::Link => is_one_of(&["a", "area"]) && has("href"),
            Self::Checked => match &*element.name.local {
                "input" => is_one_of(&["input"]) && element.is_checked(),
                "option" => is_one_of(&["option"]) && element.is_selected(),
                _ => false,
            },
            Self::Disabled => can_be_disabled() && has("disabled"),
            Self::Enabled => can_be_disabled() && !has("disabled"),
            Self::Required => is_field() && has("required"),
            Self::Optional => is_field() && !has("required"),
            Self::ReadWrite => is_text() && !has("readonly") && !has("disabled"),
            Self::ReadOnly => !(is_text() && !has("readonly") && !has("disabled")),
            Self::Indeterminate => element.control.borrow().indeterminate,
            Self::Defined => true,
            Self::Never(_) => false,
        }
    }
}

impl ToCss for PseudoClass {
    fn to_css<W: fmt::Write>(&self, dest: &mut W) -> fmt::Result {
        let known = PSEUDO_CLASSES.iter().find(|(_, class)| class == self);
        dest.write_str(":")?;
        dest.write_str(known.map_or("", |(name, _)| name))
    }
}

impl NonTSPseudoClass for PseudoClass {
    fn is_active_or_hover(&self) -> bool {
        matches!(self, Self::Never("active" | "hover"))
    }

    fn is_user_action_state(&self) -> bool {
        self.is_active_or_hover()
    }
}

/// Pseudo-elements match no element, so selectors with one are invalid here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NoPseudoElement {}

impl ToCss for NoPseudoElement {
    fn to_css<W: fmt::Write>(&self, _: &mut W) -> fmt::Result {
        match *self {}
    }
}

impl PseudoElement for NoPseudoElement {}

/// The types that selectors are made of.
#[derive(Clone, Debug)]
struct Selectors;

impl SelectorImpl for Selectors {
    type ExtraMatchingData<'a> = ();
    type AttrValue = CssText;
    type Identifier = Name;
    type LocalName = Name;
    type NamespaceUrl = Namespace;
    type NamespacePrefix = Name;
    type BorrowedNamespaceUrl = Namespace;
    type BorrowedLocalName = LocalName;
    type NonTSPseudoClass = PseudoClass;
    type PseudoElement = NoPseudoElement;
}

/// What selectors may be written with.
struct Syntax;

impl<'i> SelectorParser<'i> for Syntax {
    type Impl = Selectors;
    type Error = SelectorParseErrorKind;

    fn parse_nth_child_of(&self) -> bool {
        true
    }

    fn parse_is_and_where(&self) -> bool {
        true
    }

    fn parse_has(&self) -> bool {
        true
    }

    fn is_is_alias(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case("matches")
    }

    fn parse_non_ts_pseudo_class(
        &self,
        name: &str,
    ) -> Result<PseudoClass, ParseError<Self::Error>> {
        let known = PSEUDO_CLASSES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, class)| class.clone()).ok_or_else(|| {
            ParseError::custom(SelectorParseErrorKind::UnsupportedPseudoClassOrElement)
        })
    }
}

/// The nodes that matching has come by. The crate wants elements that are copied freely, and nodes are counted.
#[derive(Default)]
struct Seen(RefCell<Vec<NodeRef>>);

impl Seen {
    fn at(&self, node: NodeRef) -> Candidate<'_> {
        let mut nodes = self.0.borrow_mut();
        nodes.push(node);
        Candidate {
            seen: self,
            index: nodes.len() - 1,
        }
    }
}

/// An element that is being matched.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    seen: &'a Seen,
    index: usize,
}

impl fmt::Debug for Candidate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.seen.0.borrow().get(self.index))
    }
}

impl Candidate<'_> {
    /// What `f` makes of the node; its default if it is no element, which it always is.
    fn with<T: Default>(&self, f: impl FnOnce(&NodeRef, &ElementData) -> T) -> T {
        let node = self.seen.0.borrow().get(self.index).cloned();
        node.and_then(|node| node.as_element().map(|element| f(&node, element)))
            .unwrap_or_default()
    }

    fn other(&self, find: impl FnOnce(&NodeRef) -> Option<NodeRef>) -> Option<Self> {
        let node = self.with(|node, _| find(node))?;
        Some(self.seen.at(node))
    }

    /// Whether one of the words of an attribute is `name`.
    fn has_word(&self, attribute: &str, name: &Name, case: CaseSensitivity) -> bool {
        let is_word = |value: &str| {
            value
                .split_ascii_whitespace()
                .any(|word| case.eq(word.as_bytes(), name.0.as_bytes()))
        };
        self.with(|_, element| element.with_attribute(attribute, is_word))
            .unwrap_or(false)
    }
}

impl Element for Candidate<'_> {
    type Impl = Selectors;

    fn opaque(&self) -> OpaqueElement {
        let nodes = self.seen.0.borrow();
        match nodes.get(self.index) {
            Some(node) => opaque(node),
            // Candidates are made of nodes that are there.
            None => OpaqueElement::new(self.seen),
        }
    }

    fn parent_element(&self) -> Option<Self> {
        self.other(|node| node.parent_element())
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.other(|node| node.previous_element())
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.other(|node| node.next_element())
    }

    fn first_element_child(&self) -> Option<Self> {
        self.other(|node| node.child_elements().next())
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.with(|_, element| element.name.ns == ns!(html))
    }

    fn has_local_name(&self, name: &LocalName) -> bool {
        self.with(|_, element| element.name.local == *name)
    }

    fn has_namespace(&self, namespace: &Namespace) -> bool {
        self.with(|_, element| element.name.ns == *namespace)
    }

    fn is_same_type(&self, other: &Self) -> bool {
        let name = self.with(|_, element| Some(element.name.clone()));
        other.with(|_, element| name.as_ref() == Some(&element.name))
    }

    fn attr_matches(
        &self,
        namespace: &NamespaceConstraint<&Namespace>,
        name: &Name,
        operation: &AttrSelectorOperation<&CssText>,
    ) -> bool {
        self.with(|_, element| {
            element.with_attributes(|attributes| {
                attributes.iter().any(|attribute| {
                    let is_in_namespace = match namespace {
                        NamespaceConstraint::Any => true,
                        NamespaceConstraint::Specific(namespace) => {
                            attribute.name.ns == **namespace
                        }
                    };
                    is_in_namespace
                        && attribute.name.local == name.0
                        && operation.eval_str(&attribute.value)
                })
            })
        })
    }

    fn match_non_ts_pseudo_class(
        &self,
        class: &PseudoClass,
        _: &mut MatchingContext<'_, Selectors>,
    ) -> bool {
        self.with(|_, element| class.matches(element))
    }

    fn match_pseudo_element(
        &self,
        element: &NoPseudoElement,
        _: &mut MatchingContext<'_, Selectors>,
    ) -> bool {
        match *element {}
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn is_link(&self) -> bool {
        self.with(|_, element| PseudoClass::Link.matches(element))
    }

    fn is_html_slot_element(&self) -> bool {
        false
    }

    fn has_id(&self, id: &Name, case: CaseSensitivity) -> bool {
        let is_id = |value: &str| case.eq(value.as_bytes(), id.0.as_bytes());
        self.with(|_, element| element.with_attribute("id", is_id))
            .unwrap_or(false)
    }

    fn has_class(&self, name: &Name, case: CaseSensitivity) -> bool {
        self.has_word("class", name, case)
    }

    fn has_custom_state(&self, _: &Name) -> bool {
        false
    }

    fn imported_part(&self, _: &Name) -> Option<Name> {
        None
    }

    fn is_part(&self, name: &Name) -> bool {
        self.has_word("part", name, CaseSensitivity::CaseSensitive)
    }

    fn is_empty(&self) -> bool {
        self.with(|node, _| {
            !node.children().any(|child| {
                let has_text =
                    child.is_text() && child.data().is_some_and(|data| !data.borrow().is_empty());
                child.as_element().is_some() || has_text
            })
        })
    }

    fn is_root(&self) -> bool {
        self.with(|node, _| node.parent().is_some_and(|parent| parent.is_document()))
    }

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
