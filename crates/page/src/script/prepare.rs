//! Preparing a script element.

use std::{cell::RefCell, rc::Rc};

use boa_engine::{
    Context, JsResult, JsValue,
    job::{Job, NativeAsyncJob},
};
use taipan::{Url, net::Integrity};
use taipan_web::{
    console::{self, Level},
    events, mime_type,
    url::UrlRecord,
};

use super::pending::{PendingScript, Source};
use crate::{
    state::PageState,
    tree::{ElementData, NodeRef},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Classic,
    Module,
    ImportMap,
}

/// What the attributes of a script element say it is; none if it is data.
fn kind(element: &ElementData) -> Option<Kind> {
    let kind = match (element.attribute("type"), element.attribute("language")) {
        (Some(kind), _) if kind.is_empty() => return Some(Kind::Classic),
        (Some(kind), _) => kind,
        (None, Some(language)) if !language.is_empty() => format!("text/{language}"),
        (None, _) => return Some(Kind::Classic),
    };
    let kind = kind.trim_matches(|c: char| c.is_ascii_whitespace());
    let kind = kind.to_ascii_lowercase();
    match kind.as_str() {
        "module" => Some(Kind::Module),
        "importmap" => Some(Kind::ImportMap),
        kind if mime_type::is_javascript(kind) => Some(Kind::Classic),
        _ => None,
    }
}

/// Prepares the script elements that are in a node which was just inserted.
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn inserted(node: &NodeRef, context: &mut Context) -> JsResult<()> {
    let is_script = |node: &NodeRef| {
        node.as_html("script")
            .is_some_and(|element| !element.script.already_started.get())
    };
    let parent = node.parent();
    let scripts: Vec<NodeRef> = std::iter::once(node.clone())
        .chain(node.descendants())
        // Text that comes into a script which had none makes it run.
        .chain(parent)
        .filter(is_script)
        .collect();
    for script in scripts {
        let is_parsed = script
            .as_element()
            .is_some_and(|element| element.script.parser_inserted.get());
        if !is_parsed {
            prepare(&script, context)?;
        }
    }
    Ok(())
}

/// Prepares a script element: runs it, or has it run at its time.
///
/// <https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element>
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn prepare(script: &NodeRef, context: &mut Context) -> JsResult<()> {
    let state = PageState::of(context)?;
    let Some(element) = script.as_element() else {
        return Ok(());
    };
    let flags = &element.script;
    if flags.already_started.get() {
        return Ok(());
    }
    let by_parser = flags.parser_inserted.replace(false);
    if by_parser && !element.has_attribute("async") {
        flags.force_async.set(true);
    }
    let text = script.child_text();
    let source = element.attribute("src");
    if source.is_none() && text.is_empty() || !state.holds(script) {
        return Ok(());
    }
    let Some(kind) = kind(element) else {
        return Ok(());
    };
    if by_parser {
        flags.parser_inserted.set(true);
        flags.force_async.set(false);
    }
    flags.already_started.set(true);
    if kind == Kind::Classic && element.has_attribute("nomodule") || is_for_another_event(element) {
        return Ok(());
    }

    let base = crate::dom::base_url(&state.document, context);
    if kind == Kind::ImportMap {
        return import_map(
            script,
            source.is_some(),
            &text.to_std_string_lossy(),
            &base,
            context,
        );
    }
    let is_external = source.is_some();
    let source = match (source, kind) {
        (Some(source), kind) => match resolve(&source, &base) {
            Some(url) => {
                let integrity = element.attribute("integrity").unwrap_or_default();
                let integrity = Integrity::parse(&integrity);
                match kind {
                    Kind::Module => Source::Module(url, integrity),
                    _ => Source::External(url, integrity),
                }
            }
            None => return invalid_source(script, &source, context),
        },
        (None, kind) => {
            let text = at_its_line(&text.to_std_string_lossy(), flags.line.get());
            match kind {
                Kind::Module => Source::InlineModule { text, url: base },
                _ => Source::Inline { text, url: base },
            }
        }
    };

    let is_async = element.has_attribute("async") || flags.force_async.get();
    let is_deferred = kind == Kind::Module || element.has_attribute("defer");
    let is_blocking = by_parser && !is_async && !is_deferred;
    let pending = PendingScript::new(script.clone(), is_external, is_blocking);
    let pending = Rc::new(pending);
    let source = match source {
        Source::Inline { text, url } => {
            pending.set_inline(text, url);
            return pending.run(context);
        }
        source => source,
    };
    let scripts = &state.scripts;
    let turn = match (is_async, by_parser) {
        (true, _) => Turn::AsSoonAsPossible,
        (false, false) => {
            scripts.add_in_order(Rc::clone(&pending));
            Turn::InOrder
        }
        (false, true) if is_deferred => {
            scripts.defer(Rc::clone(&pending));
            Turn::OfTheParser
        }
        (false, true) => {
            scripts.set_blocking(Rc::clone(&pending));
            Turn::OfTheParser
        }
    };
    load(&state, pending, source, turn, context);
    Ok(())
}

/// When a script runs that has to be loaded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    AsSoonAsPossible,
    InOrder,
    /// When the parser, or its end, comes to it.
    OfTheParser,
}

/// Loads a script in a job of its own, and runs it if it is its turn then.
fn load(
    state: &Rc<PageState>,
    pending: Rc<PendingScript>,
    source: Source,
    turn: Turn,
    context: &mut Context,
) {
    let state = Rc::clone(state);
    let delays = turn != Turn::OfTheParser;
    if delays {
        state.scripts.delay_load();
    }
    let job = async move |context: &RefCell<&mut Context>| {
        pending.load(source, context).await;
        let context = &mut context.borrow_mut();
        let result = match turn {
            Turn::OfTheParser => Ok(()),
            Turn::AsSoonAsPossible => pending.run(context),
            Turn::InOrder => std::iter::from_fn(|| state.scripts.take_in_order())
                .try_for_each(|script| script.run(context)),
        };
        if delays {
            state.scripts.stop_delaying();
        }
        result.map(|()| JsValue::undefined())
    };
    let job = NativeAsyncJob::with_realm(job, context.realm().clone());
    context.enqueue_job(Job::AsyncJob(job));
}

/// A URL in a document.
pub(crate) fn resolve(text: &str, base: &Url) -> Option<Url> {
    let base = UrlRecord::parse(base.as_str(), None);
    let record = UrlRecord::parse(text, base.as_ref())?;
    Url::parse(&record.href()).ok()
}

/// Scripts for the event `load` of the window only are those of old pages.
fn is_for_another_event(element: &ElementData) -> bool {
    let (Some(target), Some(event)) = (element.attribute("for"), element.attribute("event")) else {
        return false;
    };
    let event = event.trim();
    !target.trim().eq_ignore_ascii_case("window")
        || !["onload", "onload()"]
            .iter()
            .any(|name| event.eq_ignore_ascii_case(name))
}

/// The text of a script behind as many empty lines as stand before it in the document, so that errors name the
/// line of the document.
fn at_its_line(text: &str, line: u64) -> String {
    let lines = usize::try_from(line.saturating_sub(1)).unwrap_or(0);
    let mut padded = "\n".repeat(lines);
    padded.push_str(text);
    padded
}

/// Registers an import map, for all that is resolved from then on.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#register-an-import-map>
fn import_map(
    script: &NodeRef,
    is_external: bool,
    text: &str,
    base: &Url,
    context: &mut Context,
) -> JsResult<()> {
    if is_external {
        let message = "an import map cannot be in a file of its own";
        console::write(Level::Error, message, context);
        crate::dom::fire_later(script, "error", context);
        return Ok(());
    }
    match taipan::scripts::add_import_map(text, base, context) {
        Ok(warnings) => {
            for warning in warnings {
                console::write(Level::Warn, &format!("import map: {warning}"), context);
            }
        }
        Err(error) => events::report_exception(error, context),
    }
    Ok(())
}

/// What comes of a `src` that is no URL: an event, in a task of its own.
fn invalid_source(script: &NodeRef, source: &str, context: &mut Context) -> JsResult<()> {
    let message = if source.is_empty() {
        "the attribute src of a script is empty".to_owned()
    } else {
        format!("the attribute src of a script is not a URL: \"{source}\"")
    };
    console::write(Level::Error, &message, context);
    crate::dom::fire_later(script, "error", context);
    Ok(())
}
