//! Modules from places that only the program knows.
//!
//!     cargo run -p taipan --example custom_loader

use taipan::{
    Error, HostError, MemoryModules, ModuleFuture, ModuleLoader, ModuleSource, Runtime, Url,
};

/// Finds packages by their bare names, as they would be in a database.
struct Packages;

impl ModuleLoader for Packages {
    fn resolve(&self, specifier: &str, _referrer: Option<&Url>) -> Result<Option<Url>, HostError> {
        let is_bare = !specifier.starts_with(['.', '/']) && !specifier.contains(':');
        Ok(match is_bare {
            true => Some(Url::parse(&format!("package:/{specifier}/main.js"))?),
            false => None,
        })
    }

    fn load(&self, url: &Url) -> ModuleFuture {
        let url = url.clone();
        Box::pin(async move {
            if url.scheme() != "package" {
                return Ok(None);
            }
            // This may as well wait for a database.
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            match url.path() {
                "/shapes/main.js" => Ok(Some(ModuleSource::javascript(
                    "export { area } from './area.js'; export const from = import.meta.url",
                ))),
                "/shapes/area.js" => Ok(Some(ModuleSource::javascript(
                    "export const area = ({ width, height }) => width * height",
                ))),
                path => Err(HostError::from(std::io::Error::other(format!(
                    "there is no package at {path}"
                )))),
            }
        })
    }
}

fn main() -> Result<(), Error> {
    let memory = MemoryModules::new()
        .javascript(
            "app:/main.js",
            "import { area, from } from 'shapes';
             import size from './size.json' with { type: 'json' };
             console.log(area(size), 'by', from);
             await import('nothing').catch(error => console.log(String(error)));",
        )
        .and_then(|modules| modules.json("app:/size.json", "{ \"width\": 6, \"height\": 7 }"))
        .map_err(|error| Error::Engine(error.to_string()))?;
    let mut runtime = Runtime::builder()
        .console(|_level, text: &str| println!("{text}"))
        .module_loader(memory)
        .module_loader(Packages)
        .build()?;
    runtime.eval_module("import 'app:/main.js'", None)?;
    Ok(())
}
