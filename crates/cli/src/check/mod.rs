//! `taipan check`: whether files are what they should be, without running them.

mod graph;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use taipan::{ConsoleSink as _, Level, StdSink};

use crate::{
    args::{CheckArgs, import_map},
    report::Style,
    size::count,
};
use graph::Graph;

/// Checks the files and what they import; says what is wrong on standard error.
pub(crate) fn run(args: &CheckArgs) -> io::Result<ExitCode> {
    let map = match args.import_map.as_deref().map(import_map::read).transpose() {
        Ok(map) => map.unwrap_or_default(),
        Err(error) => {
            writeln!(io::stderr(), "taipan: {error}")?;
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut graph = Graph::new(map);
    for file in &args.files {
        graph.add_file(file, args.kind());
    }
    graph.check_imports();
    let style = Style::new(StdSink.has_colors(Level::Error));
    for problem in &graph.problems {
        writeln!(io::stderr(), "{}", problem.show(&style))?;
    }
    let files = count(graph.len(), "file", "files");
    let summary = match graph.problems.len() {
        0 => format!("{files} checked, no errors"),
        errors => format!("{files} checked, {}", count(errors, "error", "errors")),
    };
    writeln!(io::stderr(), "{summary}")?;
    Ok(match graph.problems.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
