//! `taipan inspect`: what is in a WebAssembly module.

mod features;
mod module;
mod text;

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
};

use taipan::{
    ConsoleSink as _, Error, Level, StdSink,
    net::{Client, Request},
};

use crate::{
    args::InspectArgs,
    program::place,
    report::{Reporter, Sources, Style},
};
use module::Inspection;

/// Shows the module on standard output.
pub(crate) fn run(args: &InspectArgs) -> io::Result<ExitCode> {
    let bytes = match read(&args.module) {
        Ok(bytes) => bytes,
        Err(error) => {
            let report = Reporter::new(Sources::default()).error(&error);
            writeln!(io::stderr(), "{report}")?;
            return Ok(ExitCode::FAILURE);
        }
    };
    let inspection = Inspection::of(&bytes);
    let mut output = io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut output, &inspection.to_json())?;
        writeln!(output)?;
    } else {
        let style = Style::new(StdSink.has_colors(Level::Log));
        output.write_all(text::show(&args.module, &inspection, &style).as_bytes())?;
    }
    output.flush()?;
    Ok(match inspection.error {
        None => ExitCode::SUCCESS,
        Some(_) => ExitCode::FAILURE,
    })
}

/// Reads a module from a file or a URL.
fn read(name: &str) -> Result<Vec<u8>, Error> {
    let Some(url) = place::url(name) else {
        return fs::read(name).map_err(|source| Error::File {
            path: Path::new(name).to_owned(),
            source,
        });
    };
    let failed = |message: String| Error::Load {
        url: url.clone(),
        message,
    };
    let tokio = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(Error::EventLoop)?;
    tokio.block_on(async {
        let response = Client::new().fetch(Request::get(url.clone())).await;
        let response = response.map_err(|error| failed(error.reason().to_owned()))?;
        if !response.ok() {
            let status = format!("{} {}", response.status(), response.status_text());
            let message = format!("the server answered with status {}", status.trim_end());
            return Err(failed(message));
        }
        let bytes = response.into_body().bytes().await;
        bytes
            .map(|bytes| bytes.to_vec())
            .map_err(|error| failed(error.reason().to_owned()))
    })
}
