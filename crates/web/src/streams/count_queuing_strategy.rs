//! `CountQueuingStrategy`: <https://streams.spec.whatwg.org/#cqs-class>.

super::strategy::queuing_strategy!(CountQueuingStrategy, count_function);
