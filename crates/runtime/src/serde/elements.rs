//! The elements of arrays and sets.

use std::vec;

use boa_engine::{
    Context, JsObject, JsValue,
    object::builtins::{JsArray, JsSet, JsTypedArray},
};

use super::error::Error;

/// The elements of something, as they are asked for.
pub(super) enum Elements {
    /// Of an array or a typed array.
    Indexed {
        array: JsObject,
        length: u64,
    },
    Values(vec::IntoIter<JsValue>),
}

impl Elements {
    /// The elements of an array, a typed array or a set.
    pub(super) fn of(object: &JsObject, context: &mut Context) -> Result<Option<Self>, Error> {
        let length = if let Ok(array) = JsArray::from_object(object.clone()) {
            array.length(context)?
        } else if let Ok(array) = JsTypedArray::from_object(object.clone()) {
            array.length(context)? as u64
        } else if let Ok(set) = JsSet::from_object(object.clone()) {
            let mut values = Vec::new();
            set.for_each_native(|value| {
                values.push(value);
                Ok(())
            })?;
            return Ok(Some(Self::Values(values.into_iter())));
        } else {
            return Ok(None);
        };
        let array = object.clone();
        Ok(Some(Self::Indexed { array, length }))
    }

    /// How many there are from `index` on.
    pub(super) fn left(&self, index: usize) -> usize {
        match self {
            Self::Indexed { length, .. } => (*length as usize).saturating_sub(index),
            Self::Values(values) => values.len(),
        }
    }

    pub(super) fn next(
        &mut self,
        index: usize,
        context: &mut Context,
    ) -> Result<Option<JsValue>, Error> {
        match self {
            Self::Values(values) => Ok(values.next()),
            Self::Indexed { length, .. } if index as u64 >= *length => Ok(None),
            Self::Indexed { array, .. } => Ok(Some(array.get(index, context)?)),
        }
    }
}
