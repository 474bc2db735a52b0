//! `ByteLengthQueuingStrategy`: <https://streams.spec.whatwg.org/#blqs-class>.

super::strategy::queuing_strategy!(ByteLengthQueuingStrategy, byte_length_function);
