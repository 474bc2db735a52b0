//! The limits in descriptors of memories and tables.

use boa_engine::{Context, JsNativeError, JsResult};
use taipan_webidl::Dictionary;

use crate::{
    agent::Agent,
    values::{AddressType, address_value_to_u64},
};

/// The members that a `MemoryDescriptor` and a `TableDescriptor` have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LimitsDescriptor {
    pub(crate) address: AddressType,
    pub(crate) initial: u64,
    pub(crate) maximum: Option<u64>,
}

impl LimitsDescriptor {
    /// Reads the members in lexicographical order. With type reflection `minimum` is another name
    /// of `initial`.
    ///
    /// # Errors
    /// Whatever getting and converting them throws, and a `TypeError` if there is no initial value,
    /// or if there are two.
    pub(crate) fn read(
        descriptor: &Dictionary,
        agent: &Agent,
        what: &str,
        context: &mut Context,
    ) -> JsResult<Self> {
        let address = descriptor.get("address", context)?;
        let address = AddressType::from_member(address, context)?;
        let member = |key: &'static str, context: &mut Context| {
            let value = descriptor.get(key, context)?;
            value
                .map(|value| address_value_to_u64(&value, address, key, context))
                .transpose()
        };
        let initial = if agent.type_reflection {
            member("initial", context)?
        } else {
            let initial = descriptor.get_required("initial", context)?;
            Some(address_value_to_u64(&initial, address, "initial", context)?)
        };
        let maximum = member("maximum", context)?;
        let minimum = if agent.type_reflection {
            member("minimum", context)?
        } else {
            None
        };
        let wrong = match (initial, minimum) {
            (Some(initial), None) | (None, Some(initial)) => {
                return Ok(Self {
                    address,
                    initial,
                    maximum,
                });
            }
            (Some(_), Some(_)) => "initial and minimum must not be there both",
            (None, None) => "initial or minimum is required",
        };
        Err(JsNativeError::typ()
            .with_message(format!("{what}: {wrong}"))
            .into())
    }
}
