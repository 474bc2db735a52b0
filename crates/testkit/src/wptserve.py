# Runs the server of a web-platform-tests checkout on free ports of 127.0.0.1.
#
#   python3 wptserve.py CHECKOUT
#
# One line of JSON with the ports, and the certificate of the authority behind those that speak
# TLS (DER, hexadecimal), goes to the standard output when it answers. It ends with
# its standard input, so that it cannot outlive whoever started it.
import contextlib
import json
import logging
import os
import shutil
import ssl
import sys
import tempfile
import threading

checkout = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(checkout, "tools"))
sys.argv[1:] = []
os.chdir(checkout)

import localpaths  # noqa: E402,F401  finds the checkout's own libraries
from serve import serve  # noqa: E402
from wptserve import server, stash  # noqa: E402
from wptserve.utils import get_port  # noqa: E402

logging.basicConfig(level=logging.CRITICAL)
for name in ("web-platform-tests", "wptserve", "pywebsocket3"):
    logging.getLogger(name).setLevel(logging.CRITICAL)

# Everything is on the loopback interface, under the one name that needs no name server.
HOST = "localhost"
SCHEMES = {"http": 2, "https": 2, "h2": 1, "ws": 1, "wss": 1}
# Certificates for that name are made anew each time.
certificates = tempfile.mkdtemp(prefix="taipan-wptserve-")
ports = {scheme: [get_port("") for _ in range(count)] for scheme, count in SCHEMES.items()}


class Builder(serve.ConfigBuilder):
    """The checkout's configuration with our host and ports."""

    _default = dict(
        serve.ConfigBuilder._default,
        browser_host=HOST,
        alternate_hosts={"alt": "other.invalid"},
        server_host="127.0.0.1",
        doc_root=checkout,
        ws_doc_root=os.path.join(checkout, "websockets", "handlers"),
        ports=ports,
        check_subdomains=False,
        ssl={
            "type": "openssl",
            "encrypt_after_connect": False,
            "pregenerated": {},
            "none": {},
            "openssl": dict(serve.ConfigBuilder._default["ssl"]["openssl"], base_path=certificates),
        },
    )


def http_server(config, port, scheme):
    secure = scheme in ("https", "h2")
    certificate = config.ssl_config if secure else {}
    return server.WebTestHttpd(
        host="127.0.0.1",
        port=port,
        handler_cls=server.Http2WebTestRequestHandler if scheme == "h2" else server.Http1WebTestRequestHandler,
        doc_root=checkout,
        ws_doc_root=config.paths["ws_doc_root"],
        routes=routes,
        rewrites=serve.rewrites,
        bind_address=True,
        config=config,
        use_ssl=secure,
        key_file=certificate.get("key_path"),
        certificate=certificate.get("cert_path"),
        latency=None,
        http2=scheme == "h2",
    )


def websocket_server(config, port, scheme):
    return serve.WebSocketDaemon(
        "127.0.0.1",
        str(port),
        checkout,
        config.paths["ws_doc_root"],
        True,
        ssl_config=config.ssl_config if scheme == "wss" else None,
    )


# What handlers keep between requests, served by a thread: a process of its own, which is the
# checkout's way, would be left over if this one is killed.
keeper = stash.StashManager(("127.0.0.1", 0), b"taipan").get_server()
stash.store_env_config(keeper.address, b"taipan")
threading.Thread(target=keeper.serve_forever, daemon=True).start()

builder = Builder(logging.getLogger("wptserve"))
builder.inject_script = None
with builder as config:
    config.__dict__["inject_script"] = None
    routes = serve.get_route_builder(logging.getLogger("wptserve"), config.aliases, config).get_routes()
    running = []
    told = {}
    for scheme, numbers in ports.items():
        for port in numbers:
            start = websocket_server if scheme in ("ws", "wss") else http_server
            try:
                one = start(config, port, scheme)
                one.start()
            except Exception as error:  # One kind that does not work here must not cost the others.
                sys.stderr.write(f"no {scheme} server: {error}\n")
                continue
            running.append(one)
            told.setdefault(scheme, []).append(port)
    with open(config.ssl_config["ca_cert_path"], encoding="ascii") as file:
        text = file.read()
    told["authority"] = ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN"):]).hex()
    # What handlers complain of from here on is part of the tests.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.read()
    shutil.rmtree(certificates, ignore_errors=True)
# Threads that still serve somebody must not keep the process.
os._exit(0)
