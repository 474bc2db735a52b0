//! Navigating: within the page only. A page that leads elsewhere says so on the console and stays.

use boa_engine::{
    Context, JsResult, JsValue,
    job::{GenericJob, Job},
};
use taipan_web::{
    console::{self, Level},
    events,
};
use taipan_webidl::{DomException, convert};

use crate::{script::resolve, state::PageState};

/// Goes to a URL that a script has given.
///
/// # Errors
/// A `SyntaxError` (`DOMException`) if it is none.
pub(crate) fn navigate(url: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    let url = convert::usv_string(url, context)?;
    let state = PageState::of(context)?;
    let base = state.url.borrow().clone();
    if resolve(&url, &base).is_none() {
        let message = format!("\"{url}\" is not a URL");
        return Err(DomException::new("SyntaxError", &message).into_error(context));
    }
    follow(&url, context)?;
    Ok(JsValue::undefined())
}

/// Goes where a link leads.
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn follow(url: &str, context: &mut Context) -> JsResult<()> {
    let state = PageState::of(context)?;
    let current = state.url.borrow().clone();
    let Some(target) = resolve(url, &current) else {
        return Ok(());
    };
    let without_fragment = |url: &taipan::Url| {
        let mut url = url.clone();
        url.set_fragment(None);
        url
    };
    if target.fragment().is_none() || without_fragment(&target) != without_fragment(&current) {
        let message =
            format!("a page does not navigate here: it stays instead of going to {target}");
        console::write(Level::Warn, &message, context);
        return Ok(());
    }
    if target == current {
        return Ok(());
    }
    state.url.replace(target);
    let realm = context.realm().clone();
    let job = GenericJob::new(
        |context| {
            let global = context.global_object();
            events::fire(&global, "hashchange", context)?;
            Ok(JsValue::undefined())
        },
        realm,
    );
    context.enqueue_job(Job::GenericJob(job));
    Ok(())
}
