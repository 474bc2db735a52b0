//! The `FormData` interface.

use boa_engine::{Context, JsData, JsNativeError, JsObject, JsResult, JsValue, js_string};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{
    Interface, InterfaceBuilder, convert, implementation,
    iterable::{PairIterable, pair_iterable},
    this_object, wrap,
};

use crate::blob::{Blob, File};

/// <https://xhr.spec.whatwg.org/#formdataentryvalue>
#[derive(Debug, Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub enum FormDataValue {
    /// A field.
    String(String),
    /// A file.
    File(JsObject<File>),
}

impl From<FormDataValue> for JsValue {
    fn from(value: FormDataValue) -> Self {
        match value {
            FormDataValue::String(string) => js_string!(string).into(),
            FormDataValue::File(file) => file.upcast().into(),
        }
    }
}

/// <https://xhr.spec.whatwg.org/#concept-formdata-entry>
#[derive(Debug, Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Entry {
    name: String,
    value: FormDataValue,
}

/// A list of names and what belongs to them.
///
/// <https://xhr.spec.whatwg.org/#interface-formdata>
#[derive(Debug, Default, Trace, Finalize, JsData)]
pub struct FormData {
    entries: Vec<Entry>,
}

impl FormData {
    /// A new object in the current realm.
    pub fn create(
        entries: impl IntoIterator<Item = (String, FormDataValue)>,
        context: &mut Context,
    ) -> JsObject<Self> {
        let entries = entries
            .into_iter()
            .map(|(name, value)| Entry { name, value })
            .collect();
        wrap(Self { entries }, context)
    }

    /// The entries, in their order.
    #[must_use]
    pub fn entries(this: &JsObject<Self>) -> Vec<(String, FormDataValue)> {
        this.borrow()
            .data()
            .entries
            .iter()
            .map(|entry| (entry.name.clone(), entry.value.clone()))
            .collect()
    }

    /// <https://xhr.spec.whatwg.org/#dom-formdata-set>
    fn set(&mut self, new: Entry) {
        let Some(first) = self.entries.iter().position(|entry| entry.name == new.name) else {
            self.entries.push(new);
            return;
        };
        let mut index = 0;
        self.entries.retain(|entry| {
            index += 1;
            index <= first + 1 || entry.name != new.name
        });
        if let Some(entry) = self.entries.get_mut(first) {
            *entry = new;
        }
    }
}

impl Interface for FormData {
    const NAME: &'static str = "FormData";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("append", 2, append)
            .method("delete", 1, delete)
            .method("get", 1, get)
            .method("getAll", 1, get_all)
            .method("has", 1, has)
            .method("set", 2, set);
        pair_iterable::<Self>(interface);
    }

    /// <https://xhr.spec.whatwg.org/#dom-formdata>
    ///
    /// The form that it could be made from is an element of a document, and there are no documents.
    fn construct(args: &[JsValue], _: &mut Context) -> JsResult<Self> {
        if args.first().is_some_and(|form| !form.is_undefined()) {
            return Err(JsNativeError::typ()
                .with_message("FormData: the form is not an HTMLFormElement")
                .into());
        }
        Ok(Self::default())
    }
}

impl PairIterable for FormData {
    fn pair(object: &JsObject<Self>, index: usize, _: &mut Context) -> Option<(JsValue, JsValue)> {
        let entry = object.borrow().data().entries.get(index)?.clone();
        Some((js_string!(entry.name).into(), entry.value.into()))
    }
}

/// The argument `name` of an operation that has no other.
fn name(args: &[JsValue], context: &mut Context) -> JsResult<String> {
    convert::usv_string(convert::required::<FormData>(args, 0, 1)?, context)
}

/// The arguments of `append` and `set`, as an entry. Of the two overloads of each the one that takes a `Blob` is
/// meant when the second argument is one, or when there are three.
///
/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#create-an-entry>
fn entry(operation: &str, args: &[JsValue], context: &mut Context) -> JsResult<Entry> {
    let name = convert::required::<FormData>(args, 0, 2)?;
    let value = convert::required::<FormData>(args, 1, 2)?;
    let blob = value
        .as_object()
        .and_then(|object| implementation::<Blob>(&object).map(|blob| (object, blob)));
    let Some((object, blob)) = blob else {
        if args.len() > 2 {
            return Err(JsNativeError::typ()
                .with_message(format!(
                    "FormData.{operation}: the value is not a Blob, but has a filename"
                ))
                .into());
        }
        return Ok(Entry {
            name: convert::usv_string(name, context)?,
            value: FormDataValue::String(convert::usv_string(value, context)?),
        });
    };
    let name = convert::usv_string(name, context)?;
    let file_name = match args.get(2) {
        Some(file_name) if !file_name.is_undefined() => {
            Some(convert::usv_string(file_name, context)?)
        }
        _ => None,
    };
    let file = object.downcast::<File>().ok();
    let file = match (file, file_name) {
        (Some(file), None) => file,
        (file, file_name) => {
            let last_modified = file.as_ref().map(File::last_modified);
            let file_name = file_name.unwrap_or_else(|| String::from("blob"));
            let blob = Blob::clone_of(&blob, context);
            File::with_blob(blob, file_name.into(), last_modified, context)
        }
    };
    Ok(Entry {
        name,
        value: FormDataValue::File(file),
    })
}

/// <https://xhr.spec.whatwg.org/#dom-formdata-append>
fn append(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<FormData>(this)?;
    let entry = entry("append", args, context)?;
    this.borrow_mut().data_mut().entries.push(entry);
    Ok(JsValue::undefined())
}

/// <https://xhr.spec.whatwg.org/#dom-formdata-delete>
fn delete(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<FormData>(this)?;
    let name = name(args, context)?;
    this.borrow_mut()
        .data_mut()
        .entries
        .retain(|entry| entry.name != name);
    Ok(JsValue::undefined())
}

/// <https://xhr.spec.whatwg.org/#dom-formdata-get>
fn get(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<FormData>(this)?;
    let name = name(args, context)?;
    let this = this.borrow();
    let entry = this.data().entries.iter().find(|entry| entry.name == name);
    Ok(entry.map_or_else(JsValue::null, |entry| entry.value.clone().into()))
}

/// <https://xhr.spec.whatwg.org/#dom-formdata-getall>
fn get_all(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<FormData>(this)?;
    let name = name(args, context)?;
    let values: Vec<JsValue> = this
        .borrow()
        .data()
        .entries
        .iter()
        .filter(|entry| entry.name == name)
        .map(|entry| entry.value.clone().into())
        .collect();
    Ok(convert::array(values, context).into())
}

/// <https://xhr.spec.whatwg.org/#dom-formdata-has>
fn has(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<FormData>(this)?;
    let name = name(args, context)?;
    let this = this.borrow();
    Ok(this
        .data()
        .entries
        .iter()
        .any(|entry| entry.name == name)
        .into())
}

/// <https://xhr.spec.whatwg.org/#dom-formdata-set>
fn set(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<FormData>(this)?;
    let entry = entry("set", args, context)?;
    this.borrow_mut().data_mut().set(entry);
    Ok(JsValue::undefined())
}
