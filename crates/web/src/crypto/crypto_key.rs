//! `CryptoKey`: <https://w3c.github.io/webcrypto/#cryptokey-interface>.

use std::{rc::Rc, sync::Arc};

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue, js_string};
use boa_gc::{Finalize, GcRefCell, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, convert, this_object, wrap};

use super::{algorithm::Algorithm, key::Key};
use crate::structured_clone::{PortableObject, SerializedObject, add_serializable};

/// A key that scripts can use but not see into.
#[derive(Trace, Finalize, JsData)]
pub struct CryptoKey {
    #[unsafe_ignore_trace]
    key: Arc<Key>,
    /// `[[algorithm_cached]]`
    algorithm: GcRefCell<Option<JsObject>>,
    /// `[[usages_cached]]`
    usages: GcRefCell<Option<JsObject>>,
}

impl CryptoKey {
    pub(super) fn create(key: impl Into<Arc<Key>>, context: &mut Context) -> JsObject<Self> {
        let key = Self {
            key: key.into(),
            algorithm: GcRefCell::default(),
            usages: GcRefCell::default(),
        };
        wrap(key, context)
    }

    pub(super) fn key(&self) -> Arc<Key> {
        Arc::clone(&self.key)
    }
}

impl Interface for CryptoKey {
    const NAME: &'static str = "CryptoKey";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("type", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let name = this.borrow().data().key.kind.name();
                Ok(js_string!(name).into())
            })
            .getter("extractable", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let extractable = this.borrow().data().key.extractable;
                Ok(extractable.into())
            })
            .getter("algorithm", algorithm)
            .getter("usages", usages);
    }
}

/// <https://w3c.github.io/webcrypto/#dom-cryptokey-algorithm>
fn algorithm(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<CryptoKey>(this)?;
    let known = this.borrow().data().algorithm.borrow().clone();
    if let Some(known) = known {
        return Ok(known.into());
    }
    let key = this.borrow().data().key();
    let object = Algorithm::describe(&key, context)?;
    *this.borrow().data().algorithm.borrow_mut() = Some(object.clone());
    Ok(object.into())
}

/// <https://w3c.github.io/webcrypto/#dom-cryptokey-usages>
fn usages(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<CryptoKey>(this)?;
    let known = this.borrow().data().usages.borrow().clone();
    if let Some(known) = known {
        return Ok(known.into());
    }
    let key = this.borrow().data().key();
    let names = key.usages.names().map(|name| js_string!(name).into());
    let array = convert::array(names, context);
    *this.borrow().data().usages.borrow_mut() = Some(array.clone());
    Ok(array.into())
}

/// A key on its way to another place.
#[derive(Clone)]
struct SerializedKey(Arc<Key>);

impl PortableObject for SerializedKey {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        Ok(CryptoKey::create(Arc::clone(&self.0), context).upcast())
    }
}

impl SerializedObject for SerializedKey {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        PortableObject::deserialize(self, context)
    }

    fn to_portable(&self) -> Arc<dyn PortableObject> {
        Arc::new(self.clone())
    }
}

/// <https://w3c.github.io/webcrypto/#cryptokey-interface-clone>
pub(super) fn make_serializable(context: &mut Context) {
    add_serializable::<CryptoKey>(context, |key, _| {
        let key = key.borrow().data().key();
        Ok(Rc::new(SerializedKey(key)))
    });
}
