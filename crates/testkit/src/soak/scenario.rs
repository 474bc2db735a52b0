//! What there is to be soaked.

/// Something that is done many times.
#[derive(Debug)]
pub struct Scenario {
    /// Its name.
    pub name: &'static str,
    /// What it does, for people.
    pub about: &'static str,
    /// The script, see [`script`].
    pub(super) script: &'static str,
    /// A script that does the same without what is measured: then what counts is the difference of both.
    pub(super) control: Option<&'static str>,
    /// How often.
    pub count: u64,
    /// How often in a short run.
    pub short: u64,
    /// By how many MiB memory may grow.
    pub(super) limit: i64,
    /// The same for a short run.
    pub(super) short_limit: i64,
    /// By how many MiB it may grow when the first quarter is over.
    pub(super) late_limit: i64,
    /// With a control: how many bytes each may take more than in that.
    pub(super) each: f64,
}

const NONE: Scenario = Scenario {
    name: "",
    about: "",
    script: "",
    control: None,
    count: 0,
    short: 0,
    limit: 64,
    short_limit: 64,
    late_limit: 16,
    each: 0.0,
};

/// All scenarios.
pub static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "instances",
        about: "instances with 1 MiB of memory, imports that close over their exports, and a table that two share",
        script: "instances",
        count: 10_000,
        short: 300,
        ..NONE
    },
    Scenario {
        name: "guests",
        about: "such instances that share a table and a global with one that stays",
        script: "guests",
        count: 10_000,
        short: 300,
        ..NONE
    },
    Scenario {
        name: "externrefs",
        about: "exported calls, each with a fresh object",
        script: "externrefs",
        count: 10_000_000,
        short: 200_000,
        limit: 32,
        short_limit: 32,
        late_limit: 4,
        ..NONE
    },
    Scenario {
        name: "externrefs-kept",
        about: "the same with a function that keeps the last one in a global and some in a table",
        script: "externrefs_kept",
        count: 10_000_000,
        short: 200_000,
        limit: 32,
        short_limit: 32,
        late_limit: 4,
        ..NONE
    },
    Scenario {
        name: "activation",
        about: "fresh objects within one activation, less what the objects take themselves",
        script: "activation",
        control: Some("activation_control"),
        count: 1_000_000,
        short: 200_000,
        each: 64.0,
        ..NONE
    },
    Scenario {
        name: "activation-same",
        about: "the same object again and again within one activation",
        script: "activation_same",
        count: 1_000_000,
        short: 200_000,
        limit: 4,
        short_limit: 4,
        late_limit: 2,
        ..NONE
    },
    Scenario {
        name: "streaming",
        about: "fetch and instantiateStreaming over loopback HTTP",
        script: "streaming",
        count: 10_000,
        short: 400,
        ..NONE
    },
    Scenario {
        name: "modules",
        about: "compilations of the same bytes",
        script: "modules",
        count: 30_000,
        short: 1_500,
        ..NONE
    },
    Scenario {
        name: "workers",
        about: "workers with a WebAssembly instance, one after the other",
        script: "workers",
        count: 1_000,
        short: 60,
        ..NONE
    },
    Scenario {
        name: "timers",
        about: "timers, half of them cleared",
        script: "timers",
        count: 100_000,
        short: 20_000,
        ..NONE
    },
    Scenario {
        name: "bodies",
        about: "response bodies of 256 KiB that nobody reads, or not to the end",
        script: "bodies",
        count: 10_000,
        short: 400,
        ..NONE
    },
    Scenario {
        name: "buffers",
        about: "array buffers of 1 MiB and strings that are dropped",
        script: "buffers",
        count: 20_000,
        short: 1_000,
        limit: 192,
        short_limit: 192,
        late_limit: 32,
        ..NONE
    },
];

/// What every script begins with.
pub(super) const PRELUDE: &str = include_str!("scripts/prelude.js");

/// The module that the server has.
pub(super) const SERVED_MODULE: &str = include_str!("scripts/served.wat");

/// A script: it defines `soak`, a function of the count that returns a promise of what is wrong, or of an empty string; and
/// `prepare`, if there is something to do before.
pub(super) fn script(name: &str) -> Option<&'static str> {
    Some(match name {
        "instances" => include_str!("scripts/instances.js"),
        "guests" => include_str!("scripts/guests.js"),
        "externrefs" => include_str!("scripts/externrefs.js"),
        "externrefs_kept" => include_str!("scripts/externrefs_kept.js"),
        "activation" => include_str!("scripts/activation.js"),
        "activation_control" => include_str!("scripts/activation_control.js"),
        "activation_same" => include_str!("scripts/activation_same.js"),
        "streaming" => include_str!("scripts/streaming.js"),
        "modules" => include_str!("scripts/modules.js"),
        "workers" => include_str!("scripts/workers.js"),
        "timers" => include_str!("scripts/timers.js"),
        "bodies" => include_str!("scripts/bodies.js"),
        "buffers" => include_str!("scripts/buffers.js"),
        _ => return None,
    })
}
