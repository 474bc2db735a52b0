//! The `WorkerNavigator` interface.

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object, wrap};

use super::Navigator;

/// What the script of a worker may know about where it runs.
///
/// <https://html.spec.whatwg.org/multipage/workers.html#the-workernavigator-object>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct WorkerNavigator(Navigator);

/// The object of a realm.
#[derive(Trace, Finalize, JsData)]
struct OfRealm(JsObject<WorkerNavigator>);

impl WorkerNavigator {
    /// The object of the current realm, made when it is first needed.
    pub(super) fn of_realm(context: &mut Context) -> JsResult<JsValue> {
        let realm = context.realm().clone();
        let known = realm
            .host_defined()
            .get::<OfRealm>()
            .map(|known| known.0.clone());
        if let Some(known) = known {
            return Ok(known.upcast().into());
        }
        let navigator = wrap(Self(Navigator::new(context)?), context);
        realm.host_defined_mut().insert(OfRealm(navigator.clone()));
        Ok(navigator.upcast().into())
    }
}

impl Interface for WorkerNavigator {
    const NAME: &'static str = "WorkerNavigator";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        Navigator::common_members::<Self>(
            interface,
            |this, _, _| Ok(this_object::<Self>(this)?.borrow().data().0.language()),
            |this, _, _| Ok(this_object::<Self>(this)?.borrow().data().0.languages()),
        );
    }
}
