//! What a program offers to its scripts: functions, a class, a module to import.
//!
//!     cargo run -p taipan --example host_function

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use taipan::{
    ClassBuilder, Error, ErrorClass, Function, HostClass, HostError, HostModule, Instance, Runtime,
    engine::{Context, JsResult},
};

/// An account of script's.
struct Account {
    balance: u64,
}

impl HostClass for Account {
    const NAME: &'static str = "Account";

    fn define(class: &mut ClassBuilder<'_, '_, Self>) {
        class
            .constructor(|balance: Option<u64>| Self {
                balance: balance.unwrap_or(0),
            })
            .getter("balance", |this: &Self| this.balance)
            .method("deposit", |this: &mut Self, amount: u64| {
                this.balance += amount;
            })
            .method("withdraw", |this: &mut Self, amount: u64| {
                match this.balance.checked_sub(amount) {
                    Some(left) => {
                        this.balance = left;
                        Ok(left)
                    }
                    None => Err(HostError::new(
                        ErrorClass::Range,
                        format!("{amount} is more than {}", this.balance),
                    )
                    .with_code("OVERDRAWN")),
                }
            })
            // A method that calls back borrows the value only when it needs it.
            .method(
                "each",
                |this: &Instance<Self>, context: &mut Context, f: Function| -> JsResult<()> {
                    for n in 0..this.with(|account| account.balance)? {
                        f.call::<()>((n,), context)?;
                    }
                    Ok(())
                },
            );
    }
}

fn main() -> Result<(), Error> {
    let settings: Rc<RefCell<HashMap<String, String>>> = Rc::default();
    let (reader, writer) = (Rc::clone(&settings), Rc::clone(&settings));
    let mut runtime = Runtime::builder()
        .console(|_level, text: &str| println!("{text}"))
        // Any closure, with what it owns.
        .function("setting", move |key: String| {
            reader.borrow().get(&key).cloned()
        })
        .function("set", move |key: String, value: String| {
            writer.borrow_mut().insert(key, value);
        })
        .class::<Account>()
        .module(
            "app:numbers",
            HostModule::new()
                .function("parse", |text: String| text.parse::<i64>())
                .value("primes", vec![2, 3, 5, 7]),
        )
        .build()?;

    runtime.eval("set('theme', 'dark'); console.log(setting('theme'), setting('other'))")?;
    println!("in Rust: {:?}", settings.borrow().get("theme"));

    runtime.eval(
        "const account = new Account(5);
         account.deposit(10);
         console.log(account.withdraw(12), account.balance);
         try { account.withdraw(100) } catch (error) { console.log(`${error} (${error.code})`) }
         const seen = [];
         account.each(n => seen.push(n));
         console.log(seen.join());",
    )?;

    runtime.eval_module(
        "import { parse, primes } from 'app:numbers';
         console.log(parse('-12') + primes.at(-1));
         try { parse('twelve') } catch (error) { console.log(String(error)) }",
        None,
    )?;
    Ok(())
}
