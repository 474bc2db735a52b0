//! The `File` interface.

use boa_engine::{
    Context, JsData, JsObject, JsResult, JsString, JsValue,
    context::intrinsics::StandardConstructor,
};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{
    Dictionary, Inherits, Interface, InterfaceBuilder,
    convert::{self, IntegerMode},
    inherit, this_object, wrap,
};

use super::{
    Blob,
    parts::{BlobPart, BlobPropertyBag, process},
};

/// A blob with a name and a time.
///
/// <https://w3c.github.io/FileAPI/#file-section>
#[derive(Debug, Clone, Trace, Finalize, JsData)]
pub struct File {
    blob: JsObject<Blob>,
    #[unsafe_ignore_trace]
    name: JsString,
    /// In milliseconds since the epoch.
    last_modified: i64,
}

impl File {
    /// A new object in the current realm; without `last_modified` (in milliseconds since the epoch) it was modified
    /// now.
    pub fn create(
        bytes: Bytes,
        name: &str,
        mime_type: &str,
        last_modified: Option<i64>,
        context: &mut Context,
    ) -> JsObject<Self> {
        let blob = Blob::create(bytes, mime_type, context);
        Self::with_blob(blob, name.into(), last_modified, context)
    }

    /// A file whose content and type are those of `blob`, which no script may know.
    pub(crate) fn with_blob(
        blob: JsObject<Blob>,
        name: JsString,
        last_modified: Option<i64>,
        context: &mut Context,
    ) -> JsObject<Self> {
        let file = Self {
            blob,
            name,
            last_modified: last_modified.unwrap_or_else(|| context.clock().system_time_millis()),
        };
        wrap(file, context)
    }

    /// The name of a file.
    #[must_use]
    pub fn name(this: &JsObject<Self>) -> JsString {
        this.borrow().data().name.clone()
    }

    /// When a file was modified, in milliseconds since the epoch.
    #[must_use]
    pub fn last_modified(this: &JsObject<Self>) -> i64 {
        this.borrow().data().last_modified
    }

    /// What a file is as a blob.
    #[must_use]
    pub fn blob(this: &JsObject<Self>) -> JsObject<Blob> {
        this.borrow().data().blob.clone()
    }
}

impl Inherits<Blob> for File {
    fn base(&self) -> &JsObject<Blob> {
        &self.blob
    }
}

impl Interface for File {
    const NAME: &'static str = "File";
    const LENGTH: usize = 2;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("name", |this, _, _| {
                Ok(Self::name(&this_object::<Self>(this)?).into())
            })
            .getter("lastModified", |this, _, _| {
                Ok(Self::last_modified(&this_object::<Self>(this)?).into())
            });
    }

    /// <https://w3c.github.io/FileAPI/#file-constructor>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let parts = convert::required::<Self>(args, 0, 2)?;
        let name = convert::required::<Self>(args, 1, 2)?;
        let parts = BlobPart::sequence(parts, "File: fileBits", context)?;
        let name = convert::usv_string(name, context)?;
        let undefined = JsValue::undefined();
        let bag = Dictionary::new(args.get(2).unwrap_or(&undefined), "FilePropertyBag")?;
        // The members of the inherited dictionary come first.
        let blob = BlobPropertyBag::convert(&bag, context)?;
        let last_modified = match bag.get("lastModified", context)? {
            Some(time) => {
                convert::integer(&time, 64, true, IntegerMode::Modulo, "", context)? as i64
            }
            None => context.clock().system_time_millis(),
        };
        let blob = Blob::new(process(parts, blob.native_endings), blob.kind);
        Ok(Self {
            blob: wrap(blob, context),
            name: name.into(),
            last_modified,
        })
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, Blob>(context)
    }
}
