//! What stands between the brackets of arrays, maps, buffers and other things that hold something.

use std::fmt::Write as _;

use boa_engine::{
    Context, JsObject, JsResult, JsValue,
    builtins::promise::PromiseState,
    object::builtins::{JsDataView, JsTypedArray},
    property::{PropertyDescriptor, PropertyKey},
};
use taipan_webidl::Description;

use super::{Inspector, names::own, object::Contents, style::Style};

impl Inspector<'_> {
    pub(super) fn contents(
        &mut self,
        object: &JsObject,
        contents: &Contents,
        level: usize,
        context: &mut Context,
    ) -> JsResult<Vec<String>> {
        match contents {
            Contents::Nothing | Contents::Namespace => Ok(Vec::new()),
            Contents::Array { length } => self.array(object, *length, level, context),
            Contents::TypedArray { array, length } => self.typed_array(array, *length, context),
            Contents::Map(pairs) => self.indented(|this| this.map(pairs, level, context)),
            Contents::Set(items) => self.indented(|this| {
                let shown = items.iter().take(this.options.max_array_length);
                let entries = shown.map(|item| this.value(item, level, context));
                let mut entries = entries.collect::<JsResult<Vec<_>>>()?;
                entries.extend(this.more(items.len(), "item"));
                Ok(entries)
            }),
            Contents::Promise(state) => self.promise(state, level, context),
            Contents::Buffer(bytes, length) => Ok(self.buffer(bytes.as_deref(), *length)),
            Contents::View(view) => self.view(view, level, context),
            Contents::Weak => Ok(vec![self.paint("<items unknown>", Style::Special)]),
            Contents::Platform(description) => self.platform(description, level, context),
        }
    }

    /// Whether the elements of an array that are shown, and the first that is not, are numbers, all
    /// of them.
    pub(super) fn are_numbers(&self, array: &JsObject, length: u64) -> bool {
        let shown = length.min((self.options.max_array_length as u64).saturating_add(1));
        // Columns are made of more than six elements only.
        shown > 6
            && (0..shown).all(|index| {
                own(array, &PropertyKey::from(index))
                    .and_then(|property| property.value().cloned())
                    .is_some_and(|value| value.is_number() || value.is_bigint())
            })
    }

    /// What counts the elements that are left out.
    fn more(&self, length: usize, what: &str) -> Option<String> {
        let left_out = length.saturating_sub(self.options.max_array_length);
        match left_out {
            0 => None,
            1 => Some(format!("... 1 more {what}")),
            many => Some(format!("... {many} more {what}s")),
        }
    }

    fn array(
        &mut self,
        array: &JsObject,
        length: u64,
        level: usize,
        context: &mut Context,
    ) -> JsResult<Vec<String>> {
        let limit = self.options.max_array_length;
        let mut entries = Vec::new();
        let mut index = 0;
        while index < length && entries.len() < limit {
            let Some(property) = own(array, &PropertyKey::from(index)) else {
                return self.sparse_array(array, length, index, entries, level, context);
            };
            entries.push(self.property_value(&property, level, context)?);
            index += 1;
        }
        entries.extend(self.more(usize::try_from(length).unwrap_or(usize::MAX), "item"));
        Ok(entries)
    }

    /// The elements from the first hole on, which may be few for a great length.
    fn sparse_array(
        &mut self,
        array: &JsObject,
        length: u64,
        mut index: u64,
        mut entries: Vec<String>,
        level: usize,
        context: &mut Context,
    ) -> JsResult<Vec<String>> {
        let limit = self.options.max_array_length;
        let mut indices: Vec<u64> = array
            .own_property_keys(context)?
            .iter()
            .filter_map(|key| match key {
                PropertyKey::Index(index) => Some(u64::from(index.get())),
                _ => None,
            })
            .filter(|known| *known >= index)
            .collect();
        indices.sort_unstable();
        for present in indices {
            if entries.len() >= limit {
                break;
            }
            if present > index {
                entries.push(self.holes(present - index));
                index = present;
                if entries.len() >= limit {
                    break;
                }
            }
            if let Some(property) = own(array, &PropertyKey::from(present)) {
                entries.push(self.property_value(&property, level, context)?);
            }
            index += 1;
        }
        let rest = length.saturating_sub(index);
        if rest > 0 {
            entries.push(match rest {
                _ if entries.len() < limit => self.holes(rest),
                1 => "... 1 more item".to_owned(),
                many => format!("... {many} more items"),
            });
        }
        Ok(entries)
    }

    fn holes(&self, count: u64) -> String {
        let text = match count {
            1 => "<1 empty item>".to_owned(),
            many => format!("<{many} empty items>"),
        };
        self.paint(text, Style::Undefined)
    }

    fn typed_array(
        &mut self,
        array: &JsTypedArray,
        length: usize,
        context: &mut Context,
    ) -> JsResult<Vec<String>> {
        let mut entries = Vec::new();
        for index in 0..length.min(self.options.max_array_length) {
            let value = array.at(index as i64, context)?;
            entries.push(self.primitive(&value, context));
        }
        entries.extend(self.more(length, "item"));
        Ok(entries)
    }

    fn map(
        &mut self,
        pairs: &[(JsValue, JsValue)],
        level: usize,
        context: &mut Context,
    ) -> JsResult<Vec<String>> {
        let mut entries = Vec::new();
        for (key, value) in pairs.iter().take(self.options.max_array_length) {
            let key = self.value(key, level, context)?;
            let value = self.value(value, level, context)?;
            entries.push(format!("{key} => {value}"));
        }
        entries.extend(self.more(pairs.len(), "item"));
        Ok(entries)
    }

    fn promise(
        &mut self,
        state: &PromiseState,
        level: usize,
        context: &mut Context,
    ) -> JsResult<Vec<String>> {
        let entry = match state {
            PromiseState::Pending => self.paint("<pending>", Style::Special),
            PromiseState::Fulfilled(value) => {
                self.indented(|this| this.value(value, level, context))?
            }
            PromiseState::Rejected(reason) => {
                let reason = self.indented(|this| this.value(reason, level, context))?;
                format!("{} {reason}", self.paint("<rejected>", Style::Special))
            }
        };
        Ok(vec![entry])
    }

    /// `bytes` are those that are shown; none of a detached buffer.
    fn buffer(&self, bytes: Option<&[u8]>, length: usize) -> Vec<String> {
        let Some(bytes) = bytes else {
            let detached = self.paint("(detached)", Style::Special);
            return vec![detached, self.count("byteLength", 0)];
        };
        let mut text = String::new();
        for byte in bytes {
            if !text.is_empty() {
                text.push(' ');
            }
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        if let Some(more) = self.more(length, "byte") {
            text.push_str(&format!(" {more}"));
        }
        let label = self.paint("[Uint8Contents]", Style::Special);
        vec![
            format!("{label}: <{text}>"),
            self.count("byteLength", length),
        ]
    }

    fn count(&self, name: &str, count: usize) -> String {
        format!("{name}: {}", self.paint(count.to_string(), Style::Number))
    }

    fn view(
        &mut self,
        view: &JsDataView,
        level: usize,
        context: &mut Context,
    ) -> JsResult<Vec<String>> {
        // A view on what is gone throws where there would be a number.
        let length = view.byte_length(context).unwrap_or(0);
        let offset = view.byte_offset(context).unwrap_or(0);
        let buffer = view.buffer(context)?;
        let buffer = self.indented(|this| this.value(&buffer, level, context))?;
        Ok(vec![
            self.count("byteLength", length as usize),
            self.count("byteOffset", offset as usize),
            format!("buffer: {buffer}"),
        ])
    }

    /// The attributes of a platform object and the pairs it holds.
    fn platform(
        &mut self,
        description: &Description,
        level: usize,
        context: &mut Context,
    ) -> JsResult<Vec<String>> {
        let mut entries = Vec::new();
        for (name, value) in &description.attributes {
            let value = self.indented(|this| this.value(value, level, context))?;
            entries.push(format!("{}: {value}", self.key(&name.clone().into(), true)));
        }
        let pairs = description.pairs.as_deref().unwrap_or_default();
        for (key, value) in pairs.iter().take(self.options.max_array_length) {
            let value = self.indented(|this| this.value(value, level, context))?;
            // The names of parameters are free text; those of headers are tokens.
            entries.push(match key.as_string() {
                Some(key) if description.name != "URLSearchParams" => {
                    format!("{}: {value}", self.key(&key.into(), true))
                }
                _ => {
                    let key = self.indented(|this| this.value(key, level, context))?;
                    format!("{key} => {value}")
                }
            });
        }
        entries.extend(self.more(pairs.len(), "item"));
        Ok(entries)
    }

    /// A binding of a module. Reading it runs no script, but it may not be initialised yet.
    pub(super) fn binding(
        &mut self,
        namespace: &JsObject,
        key: &PropertyKey,
        level: usize,
        context: &mut Context,
    ) -> JsResult<String> {
        match namespace.get(key.clone(), context) {
            Ok(value) => {
                let property = PropertyDescriptor::builder()
                    .value(value)
                    .enumerable(true)
                    .build();
                self.property(key, &property, level, context)
            }
            Err(_) => {
                let value = self.paint("<uninitialized>", Style::Special);
                Ok(format!("{}: {value}", self.key(key, true)))
            }
        }
    }
}
