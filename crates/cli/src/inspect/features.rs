//! Which proposals a module makes use of.

use wasmparser::{Validator, WasmFeatures};

/// Proposals by the names that people know them by, with what switches them.
const PROPOSALS: [(&str, WasmFeatures); 21] = [
    ("mutable globals", WasmFeatures::MUTABLE_GLOBAL),
    (
        "saturating conversions",
        WasmFeatures::SATURATING_FLOAT_TO_INT,
    ),
    ("sign extension", WasmFeatures::SIGN_EXTENSION),
    ("multi-value", WasmFeatures::MULTI_VALUE),
    ("bulk memory operations", WasmFeatures::BULK_MEMORY),
    ("reference types", WasmFeatures::REFERENCE_TYPES),
    ("SIMD", WasmFeatures::SIMD),
    ("relaxed SIMD", WasmFeatures::RELAXED_SIMD),
    ("threads", WasmFeatures::THREADS),
    ("tail calls", WasmFeatures::TAIL_CALL),
    (
        "extended constant expressions",
        WasmFeatures::EXTENDED_CONST,
    ),
    ("multiple memories", WasmFeatures::MULTI_MEMORY),
    ("memory64", WasmFeatures::MEMORY64),
    ("exception handling", WasmFeatures::EXCEPTIONS),
    ("legacy exception handling", WasmFeatures::LEGACY_EXCEPTIONS),
    (
        "typed function references",
        WasmFeatures::FUNCTION_REFERENCES,
    ),
    ("garbage collection", WasmFeatures::GC),
    ("wide arithmetic", WasmFeatures::WIDE_ARITHMETIC),
    ("custom page sizes", WasmFeatures::CUSTOM_PAGE_SIZES),
    ("stack switching", WasmFeatures::STACK_SWITCHING),
    (
        "shared-everything threads",
        WasmFeatures::SHARED_EVERYTHING_THREADS,
    ),
];

/// The proposals without which a module is not valid; none if it is not valid with all of them.
pub(super) fn used_by(bytes: &[u8]) -> Vec<&'static str> {
    let is_valid = |features| {
        Validator::new_with_features(features)
            .validate_all(bytes)
            .is_ok()
    };
    let all = WasmFeatures::all() - WasmFeatures::COMPONENT_MODEL;
    if !is_valid(all) {
        return Vec::new();
    }
    // What a feature stands on is not there without it, so it goes, too.
    PROPOSALS
        .iter()
        .filter(|(_, feature)| !is_valid(all - *feature))
        .map(|(name, _)| *name)
        .collect()
}
