//! Clocks and sources of randomness of an embedder's own.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use taipan::{Clock, Sleep};

use crate::support::logged;

/// A clock that jumps when nothing but time is waited for.
#[derive(Clone, Default)]
struct Jumping {
    now: Arc<Mutex<Duration>>,
}

impl Clock for Jumping {
    fn now(&self) -> Duration {
        *self.now.lock().expect("a lock")
    }

    fn system_time(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_000_000) + self.now()
    }

    fn utc_offset(&self, _: SystemTime) -> Option<i32> {
        Some(90 * 60)
    }

    fn sleep_until(&self, time: Duration, only_timers: bool) -> Sleep {
        assert!(only_timers);
        let now = Arc::clone(&self.now);
        Box::pin(async move {
            let mut now = now.lock().expect("a lock");
            *now = time.max(*now);
        })
    }
}

#[test]
fn all_time_comes_from_the_clock() {
    let (builder, log) = logged();
    let mut runtime = builder
        .clock(Jumping::default())
        .build()
        .expect("a runtime");
    runtime
        .eval(
            "const day = 86400000, start = performance.now();
             console.log(Date.now(), performance.timeOrigin, new File([], '').lastModified);
             console.log(new Date().getTimezoneOffset(), new Date(0).getHours());
             console.time('t');
             setTimeout(() => {
                 console.log('second', performance.now() - start, Date.now());
                 console.timeEnd('t');
             }, 20 * day);
             setTimeout(() => console.log('first', new Event('x').timeStamp - start), day);",
        )
        .expect("a script");
    let began = Instant::now();
    runtime.run().expect("the loop");
    assert!(began.elapsed() < Duration::from_secs(60));
    assert_eq!(
        log.take(),
        [
            "1000000000 1000000000 1000000000",
            "-90 1",
            "first 86400000",
            "second 1728000000 2728000000",
            "t: 480:00:00.000 (h:mm:ss.mmm)",
        ]
    );
}

/// Numbers that look random, the same in every run.
fn seeded(seed: u64) -> impl taipan::RandomSource {
    let state = AtomicU64::new(seed);
    move |bytes: &mut [u8]| {
        for byte in bytes {
            let next = state
                .load(Ordering::Relaxed)
                .wrapping_mul(0x5851_f42d_4c95_7f2d)
                + 1;
            state.store(next, Ordering::Relaxed);
            *byte = (next >> 40) as u8;
        }
        Ok(())
    }
}

#[test]
fn everything_random_comes_from_the_source() {
    let draw = |seed| {
        let (builder, log) = logged();
        let builder = builder
            .random(seeded(seed))
            .base_url("http://a.example/".parse().expect("a URL"));
        let mut runtime = builder.build().expect("a runtime");
        runtime
            .eval(
                "console.log(Math.random(), crypto.randomUUID(), URL.createObjectURL(new Blob()));
                 console.log(crypto.getRandomValues(new Uint32Array(3)).join());
                 console.log(new Response(new FormData()).headers.get('content-type'));
                 const algorithm = { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 1024,
                     publicExponent: new Uint8Array([1, 0, 1]) };
                 (async () => {
                     const ec = { name: 'ECDSA', namedCurve: 'P-256' };
                     for (const kind of [algorithm, ec, { name: 'HMAC', hash: 'SHA-1' }]) {
                         const uses = ['sign', 'verify'];
                         const key = await crypto.subtle.generateKey(kind, true, uses);
                         const data = await crypto.subtle.exportKey('jwk', key.privateKey ?? key);
                         console.log(JSON.stringify(data));
                         const sign = { ...kind, saltLength: 8, hash: 'SHA-256' };
                         if (!key.privateKey) continue;
                         const made = await crypto.subtle.sign(sign, key.privateKey, new Uint8Array(9));
                         console.log(new Uint8Array(made).join());
                     }
                 })();",
            )
            .expect("a script");
        runtime.run().expect("the loop");
        let logged = log.take();
        assert_eq!(
            (logged.len(), runtime.uncaught_errors()),
            (8, 0),
            "{logged:?}"
        );
        logged
    };
    let first = draw(1);
    assert_eq!(first, draw(1));
    let other = draw(2);
    assert!(
        first.iter().zip(&other).all(|(a, b)| a != b),
        "{first:?} {other:?}"
    );
}

#[test]
fn a_source_that_fails_is_an_exception() {
    let (builder, _) = logged();
    let empty = |_: &mut [u8]| Err(taipan::RandomError::new("the well is dry"));
    let mut runtime = builder.random(empty).build().expect("a runtime");
    for source in [
        "Math.random()",
        "crypto.randomUUID()",
        "crypto.getRandomValues(new Uint8Array(1))",
    ] {
        let error = runtime.eval(source).expect_err(source).to_string();
        assert!(error.contains("the well is dry"), "{error}");
    }
    let promise = runtime
        .eval("crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])")
        .expect("a promise");
    let error = runtime
        .resolve(promise)
        .expect_err("a rejection")
        .to_string();
    assert_eq!(
        error,
        "OperationError: no random numbers are to be had: the well is dry"
    );
}
