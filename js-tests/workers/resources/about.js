postMessage({ href: location.href, name, search: location.search, hash: location.hash, string: String(location) });
