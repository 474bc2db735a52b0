//! Servers that are denied although all are granted.

use taipan::Permissions;

use super::attack::{Attack, End, Ground};

/// The same attack where the refusal is the end of a connection.
fn silent(attack: Attack) -> Attack {
    Attack {
        end: End::Fails,
        ..attack
    }
}

#[test]
fn an_address_is_denied_by_every_name() {
    let ground = Ground::new();
    let closed = format!("127.0.0.1:{}", ground.closed.port());
    for denied in [closed.as_str(), "127.0.0.0/8", "127.0.0.1"] {
        for attack in [
            Attack::new(
                "the address",
                "return (await fetch('http://$CLOSED/')).text()",
            ),
            Attack::new(
                "a name of it",
                "return (await fetch('http://localhost:$CLOSED_PORT/')).text()",
            ),
            Attack::new(
                "a name in capitals",
                "return (await fetch('http://LOCALHOST:$CLOSED_PORT/')).text()",
            ),
            Attack::new(
                "no address in particular",
                "return (await fetch('http://0.0.0.0:$CLOSED_PORT/')).text()",
            ),
            Attack::new(
                "IPv4 within IPv6",
                "return (await fetch('http://[::ffff:127.0.0.1]:$CLOSED_PORT/')).text()",
            ),
            Attack::untold(
                "IPv4 behind a gateway",
                "return (await fetch('http://[64:ff9b::127.0.0.1]:$CLOSED_PORT/')).text()",
            ),
            Attack::untold(
                "IPv4 in the old form",
                "return (await fetch('http://[::127.0.0.1]:$CLOSED_PORT/')).text()",
            ),
            Attack::new(
                "a decimal address",
                "return (await fetch('http://2130706433:$CLOSED_PORT/')).text()",
            ),
            Attack::new(
                "an import",
                "return (await import('http://localhost:$CLOSED_PORT/')).default",
            ),
            silent(Attack::new(
                "a socket",
                "const s = new WebSocket('ws://localhost:$CLOSED_PORT/'); await new Promise(r => s.onclose = r); return 'closed'",
            )),
        ] {
            let permissions = Permissions::all().deny_net([denied]);
            ground.check_with(&attack, permissions);
        }
    }
    // Of a port only that one.
    for attack in [
        Attack::new(
            "a redirect",
            "return (await fetch('http://$OPEN/redirect?302&http://$CLOSED/')).text()",
        ),
        Attack::new(
            "a redirect to a name",
            "return (await fetch('http://$OPEN/redirect?302&http://localhost:$CLOSED_PORT/')).text()",
        ),
        Attack::new(
            "a redirect from a name",
            "return (await fetch('http://localhost:$OPEN_PORT/redirect?302&http://localhost:$CLOSED_PORT/')).text()",
        ),
    ] {
        ground.check_with(&attack, Permissions::all().deny_net([&closed]));
    }
}

#[test]
fn what_is_denied_is_denied_whatever_allows_it() {
    let ground = Ground::new();
    let host = || [ground.fill("$CLOSED")];
    let attack = Attack::new(
        "the server",
        "return (await fetch('http://$CLOSED/')).text()",
    );
    for permissions in [
        Permissions::none().allow_net(host()).deny_net(host()),
        Permissions::none().deny_net(host()).allow_net(host()),
        Permissions::none().deny_net(host()).allow_net_all(),
        Permissions::none().deny_net_all().allow_net(host()),
        Permissions::all().deny_net_all(),
        Permissions::none(),
        Permissions::default(),
    ] {
        ground.check_with(&attack, permissions);
    }
}

#[test]
fn refusals_say_why() {
    let ground = Ground::new();
    let attack = Attack::new("the server", "return fetch('http://$CLOSED/')");
    for (permissions, expected) in [
        (Permissions::none(), "which is not granted"),
        (Permissions::all().deny_net_all(), "which is denied"),
        (
            Permissions::none().with_flags_in_refusals(),
            "run again with the --allow-net flag",
        ),
        (
            Permissions::all().deny_net_all().with_flags_in_refusals(),
            "run again without the --deny-net flag",
        ),
    ] {
        let told = ground.run(&attack, permissions).told;
        let closed = ground.fill("$CLOSED");
        assert_eq!(
            told,
            format!("NotCapable Requires net access to \"{closed}\", {expected}")
        );
    }
}
