// crypto.subtle

const { subtle } = crypto;
const text = new TextEncoder();
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (digits) => new Uint8Array((digits.match(/../g) ?? []).map((digit) => parseInt(digit, 16)));

promise_test(async () => {
  for (const [algorithm, expected] of [
    ["SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    ["sha-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [{ name: "SHA-384" }, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"],
    ["SHA-512", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"],
  ]) {
    assert_equals(hex(await subtle.digest(algorithm, text.encode("abc"))), expected);
  }
  // Long data is hashed on another thread, and copied before.
  const data = new Uint8Array(1_000_000).fill(97);
  const digest = subtle.digest("SHA-256", data);
  data.fill(0);
  assert_equals(hex(await digest), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}, "digest");

promise_test(async (t) => {
  await promise_rejects_dom(t, "NotSupportedError", subtle.digest("MD5", new Uint8Array()));
  await promise_rejects_js(t, TypeError, subtle.digest("SHA-1", "text"));
  await promise_rejects_js(t, TypeError, subtle.digest("SHA-1"));
  await promise_rejects_js(t, TypeError, subtle.digest({}, new Uint8Array()));
  await promise_rejects_js(t, TypeError, SubtleCrypto.prototype.digest.call({}, "SHA-1", new Uint8Array()));
  await promise_rejects_js(t, TypeError, subtle.importKey("other", new Uint8Array(), "HKDF", false, []));
  await promise_rejects_js(t, TypeError, subtle.importKey("jwk", new Uint8Array(), "HKDF", false, []));
  await promise_rejects_js(t, TypeError, subtle.importKey("raw", {}, "HKDF", false, []));
  await promise_rejects_js(t, TypeError, subtle.encrypt("AES-CBC", {}, new Uint8Array()));
}, "What is wrong rejects the promise");

// Case 2 of RFC 4231, and case 4 of the GCM specification.
promise_test(async () => {
  const key = await subtle.importKey("raw", text.encode("Jefe"), { name: "HMAC", hash: "SHA-256" }, true, ["sign", "verify"]);
  const data = text.encode("what do ya want for nothing?");
  const signature = await subtle.sign("HMAC", key, data);
  assert_equals(hex(signature), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  assert_true(await subtle.verify("HMAC", key, signature, data));
  assert_false(await subtle.verify("HMAC", key, signature.slice(1), data));
  assert_equals((await subtle.exportKey("jwk", key)).k, "SmVmZQ");
}, "HMAC");

promise_test(async (t) => {
  const key = await subtle.importKey("raw", bytes("feffe9928665731c6d6a8f9467308308"), "AES-GCM", false, ["encrypt", "decrypt"]);
  const plain = bytes("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  const additionalData = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  for (const [iv, expected] of [
    ["cafebabefacedbaddecaf888", "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47"],
    ["cafebabefacedbad", "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c742373806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f45983612d2e79e3b0785561be14aaca2fccb"],
  ]) {
    const params = { name: "AES-GCM", iv: bytes(iv), additionalData };
    const sealed = await subtle.encrypt(params, key, plain);
    assert_equals(hex(sealed), expected);
    assert_equals(hex(await subtle.decrypt(params, key, sealed)), hex(plain));
    const short = await subtle.encrypt({ ...params, tagLength: 32 }, key, plain);
    assert_equals(hex(short), expected.slice(0, -24));
    const broken = new Uint8Array(sealed);
    broken[3] ^= 1;
    await promise_rejects_dom(t, "OperationError", subtle.decrypt(params, key, broken));
    await promise_rejects_dom(t, "OperationError", subtle.decrypt(params, key, new Uint8Array(3)));
    await promise_rejects_dom(t, "OperationError", subtle.encrypt({ ...params, tagLength: 33 }, key, plain));
  }
}, "AES-GCM with vectors and tags of several lengths");

promise_test(async (t) => {
  const key = await subtle.importKey("raw", new Uint8Array(16), "AES-CTR", true, ["encrypt", "decrypt"]);
  const counter = new Uint8Array(16).fill(255);
  const wide = await subtle.encrypt({ name: "AES-CTR", counter, length: 128 }, key, new Uint8Array(48));
  const narrow = await subtle.encrypt({ name: "AES-CTR", counter, length: 8 }, key, new Uint8Array(48));
  assert_equals(hex(wide.slice(0, 16)), hex(narrow.slice(0, 16)));
  assert_not_equals(hex(wide.slice(16)), hex(narrow.slice(16)), "only the last byte wraps around");
  const again = new Uint8Array(counter);
  again[15] = 0;
  const second = await subtle.encrypt({ name: "AES-CTR", counter: again, length: 8 }, key, new Uint8Array(32));
  assert_equals(hex(second), hex(narrow.slice(16)));
  await promise_rejects_dom(t, "OperationError", subtle.encrypt({ name: "AES-CTR", counter, length: 1 }, key, new Uint8Array(33)));
  await promise_rejects_dom(t, "OperationError", subtle.encrypt({ name: "AES-CTR", counter, length: 0 }, key, new Uint8Array(1)));
  await promise_rejects_js(t, TypeError, subtle.encrypt({ name: "AES-CTR", counter, length: 256 }, key, new Uint8Array(1)));
}, "The counter of AES-CTR wraps around within its length");

promise_test(async (t) => {
  const key = await subtle.generateKey({ name: "AES-CBC", length: 192 }, true, ["encrypt"]);
  const params = { name: "AES-CBC", iv: new Uint8Array(16) };
  assert_equals((await subtle.encrypt(params, key, new Uint8Array(16))).byteLength, 32);
  await promise_rejects_dom(t, "InvalidAccessError", subtle.decrypt(params, key, new Uint8Array(16)));
  await promise_rejects_dom(t, "InvalidAccessError", subtle.encrypt({ ...params, name: "AES-GCM" }, key, new Uint8Array(16)));
  await promise_rejects_dom(t, "OperationError", subtle.encrypt({ ...params, iv: new Uint8Array(15) }, key, new Uint8Array(16)));
  await promise_rejects_dom(t, "OperationError", subtle.generateKey({ name: "AES-CBC", length: 100 }, true, ["encrypt"]));
  await promise_rejects_dom(t, "SyntaxError", subtle.generateKey({ name: "AES-CBC", length: 128 }, true, ["sign"]));
  await promise_rejects_dom(t, "SyntaxError", subtle.generateKey({ name: "AES-CBC", length: 128 }, true, []));
  await promise_rejects_js(t, TypeError, subtle.generateKey({ name: "AES-CBC", length: 128 }, true, ["fly"]));
}, "Keys are good for their algorithm and usages alone");

promise_test(async (t) => {
  const password = await subtle.importKey("raw", text.encode("password"), "PBKDF2", false, ["deriveBits", "deriveKey"]);
  const params = { name: "PBKDF2", hash: "SHA-1", salt: text.encode("salt"), iterations: 4096 };
  assert_equals(hex(await subtle.deriveBits(params, password, 160)), "4b007901b765489abead49d926f721d065a429c1");
  const key = await subtle.deriveKey(params, password, { name: "AES-GCM", length: 128 }, true, ["encrypt"]);
  assert_equals(hex(await subtle.exportKey("raw", key)), "4b007901b765489abead49d926f721d0");
  await promise_rejects_dom(t, "OperationError", subtle.deriveBits({ ...params, iterations: 0 }, password, 160));
  await promise_rejects_dom(t, "OperationError", subtle.deriveBits(params, password, 161));
  await promise_rejects_dom(t, "OperationError", subtle.deriveBits(params, password, null));
  await promise_rejects_dom(t, "NotSupportedError", subtle.exportKey("raw", password));
  await promise_rejects_dom(t, "SyntaxError", subtle.importKey("raw", new Uint8Array(1), "PBKDF2", true, ["deriveKey"]));
}, "PBKDF2");

// Case 1 of RFC 5869.
promise_test(async () => {
  const key = await subtle.importKey("raw", new Uint8Array(22).fill(11), "HKDF", false, ["deriveBits"]);
  const params = { name: "HKDF", hash: "SHA-256", salt: bytes("000102030405060708090a0b0c"), info: bytes("f0f1f2f3f4f5f6f7f8f9") };
  assert_equals(hex(await subtle.deriveBits(params, key, 336)), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}, "HKDF");

for (const namedCurve of ["P-256", "P-384", "P-521"]) {
  promise_test(async (t) => {
    const pair = await subtle.generateKey({ name: "ECDSA", namedCurve }, true, ["sign", "verify"]);
    const data = text.encode("signed");
    for (const hash of ["SHA-1", "SHA-256", "SHA-512"]) {
      const signature = await subtle.sign({ name: "ECDSA", hash }, pair.privateKey, data);
      assert_true(await subtle.verify({ name: "ECDSA", hash }, pair.publicKey, signature, data));
      assert_false(await subtle.verify({ name: "ECDSA", hash }, pair.publicKey, signature, new Uint8Array()));
      assert_false(await subtle.verify({ name: "ECDSA", hash }, pair.publicKey, new Uint8Array(3), data));
    }
    for (const [format, key, usages] of [
      ["spki", pair.publicKey, ["verify"]],
      ["raw", pair.publicKey, ["verify"]],
      ["jwk", pair.publicKey, ["verify"]],
      ["pkcs8", pair.privateKey, ["sign"]],
      ["jwk", pair.privateKey, ["sign"]],
    ]) {
      const exported = await subtle.exportKey(format, key);
      const imported = await subtle.importKey(format, exported, { name: "ECDSA", namedCurve }, true, usages);
      const again = await subtle.exportKey(format, imported);
      const comparable = (value) => (format === "jwk" ? JSON.stringify(value) : hex(value));
      assert_equals(comparable(again), comparable(exported), format);
    }
    await promise_rejects_dom(t, "InvalidAccessError", subtle.exportKey("raw", pair.privateKey));
    await promise_rejects_dom(t, "InvalidAccessError", subtle.exportKey("pkcs8", pair.publicKey));
    await promise_rejects_dom(t, "InvalidAccessError", subtle.sign({ name: "ECDSA", hash: "SHA-1" }, pair.publicKey, data));
    const point = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
    point[5] ^= 1;
    await promise_rejects_dom(t, "DataError", subtle.importKey("raw", point, { name: "ECDSA", namedCurve }, true, ["verify"]));
  }, `ECDSA on ${namedCurve}`);

  promise_test(async (t) => {
    const generate = () => subtle.generateKey({ name: "ECDH", namedCurve }, false, ["deriveBits"]);
    const [ours, theirs] = await Promise.all([generate(), generate()]);
    const mine = await subtle.deriveBits({ name: "ECDH", public: theirs.publicKey }, ours.privateKey, null);
    const yours = await subtle.deriveBits({ name: "ECDH", public: ours.publicKey }, theirs.privateKey, null);
    assert_equals(hex(mine), hex(yours));
    const few = await subtle.deriveBits({ name: "ECDH", public: ours.publicKey }, theirs.privateKey, 12);
    assert_equals(hex(few), hex(mine).slice(0, 3) + "0");
    await promise_rejects_dom(t, "OperationError", subtle.deriveBits({ name: "ECDH", public: ours.publicKey }, theirs.privateKey, 1000));
    await promise_rejects_dom(t, "InvalidAccessError", subtle.exportKey("pkcs8", ours.privateKey));
  }, `ECDH on ${namedCurve}`);
}

// The first case of RFC 8032.
promise_test(async () => {
  const jwk = { kty: "OKP", crv: "Ed25519", d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
  const key = await subtle.importKey("jwk", jwk, "Ed25519", true, ["sign"]);
  const signature = await subtle.sign("Ed25519", key, new Uint8Array());
  assert_equals(hex(signature), "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  const { d, ...rest } = jwk;
  const verifier = await subtle.importKey("jwk", rest, "Ed25519", true, ["verify"]);
  assert_true(await subtle.verify("Ed25519", verifier, signature, new Uint8Array()));
  assert_false(await subtle.verify("Ed25519", verifier, signature, new Uint8Array(1)));
  assert_equals((await subtle.exportKey("pkcs8", key)).byteLength, 48);
}, "Ed25519");

promise_test(async () => {
  const pkcs8 = bytes("302e020100300506032b656e04220420" + "77076d0a7318a57d3c16c17251b26645df1f5ba5b0cb8d1a9a4a3f1e6b4b2c2a");
  const ours = await subtle.importKey("pkcs8", pkcs8, "X25519", true, ["deriveBits"]);
  const pair = await subtle.generateKey("X25519", true, ["deriveBits"]);
  const { x } = await subtle.exportKey("jwk", ours);
  const public_ = await subtle.importKey("jwk", { kty: "OKP", crv: "X25519", x }, "X25519", true, []);
  const mine = await subtle.deriveBits({ name: "X25519", public: pair.publicKey }, ours, 256);
  const yours = await subtle.deriveBits({ name: "X25519", public: public_ }, pair.privateKey, 256);
  assert_equals(hex(mine), hex(yours));
}, "X25519");

promise_test(async (t) => {
  const params = { name: "RSA-OAEP", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-1" };
  const pair = await subtle.generateKey(params, true, ["encrypt", "decrypt", "wrapKey", "unwrapKey"]);
  const label = bytes("00ff80");
  const plain = text.encode("secret");
  const sealed = await subtle.encrypt({ name: "RSA-OAEP", label }, pair.publicKey, plain);
  assert_equals(hex(await subtle.decrypt({ name: "RSA-OAEP", label }, pair.privateKey, sealed)), hex(plain));
  await promise_rejects_dom(t, "OperationError", subtle.decrypt({ name: "RSA-OAEP" }, pair.privateKey, sealed));
  await promise_rejects_dom(t, "OperationError", subtle.encrypt({ name: "RSA-OAEP" }, pair.publicKey, new Uint8Array(100)));

  const key = await subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt"]);
  const kek = await subtle.generateKey({ name: "AES-KW", length: 128 }, false, ["wrapKey", "unwrapKey"]);
  for (const [format, wrapping, unwrapping, algorithm] of [
    ["raw", pair.publicKey, pair.privateKey, "RSA-OAEP"],
    ["raw", kek, kek, "AES-KW"],
  ]) {
    const wrapped = await subtle.wrapKey(format, key, wrapping, algorithm);
    const unwrapped = await subtle.unwrapKey(format, wrapped, unwrapping, algorithm, "AES-CTR", true, ["encrypt"]);
    assert_equals(hex(await subtle.exportKey("raw", unwrapped)), hex(await subtle.exportKey("raw", key)));
  }
  const gcm = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["wrapKey", "unwrapKey"]);
  const how = { name: "AES-GCM", iv: new Uint8Array(12) };
  const wrapped = await subtle.wrapKey("jwk", pair.privateKey, gcm, how);
  const unwrapped = await subtle.unwrapKey("jwk", wrapped, gcm, how, { name: "RSA-OAEP", hash: "SHA-1" }, true, ["decrypt"]);
  assert_equals(hex(await subtle.exportKey("pkcs8", unwrapped)), hex(await subtle.exportKey("pkcs8", pair.privateKey)));
  await promise_rejects_dom(t, "InvalidAccessError", subtle.wrapKey("raw", gcm, kek, "AES-KW"));
}, "RSA-OAEP, and wrapping keys");

promise_test(async (t) => {
  const params = { name: "RSA-PSS", modulusLength: 1024, publicExponent: new Uint8Array([3]), hash: "SHA-256" };
  const data = text.encode("signed");
  const pss = await subtle.generateKey(params, true, ["sign", "verify"]);
  for (const saltLength of [0, 20, 32]) {
    const signature = await subtle.sign({ name: "RSA-PSS", saltLength }, pss.privateKey, data);
    assert_true(await subtle.verify({ name: "RSA-PSS", saltLength }, pss.publicKey, signature, data));
    assert_false(await subtle.verify({ name: "RSA-PSS", saltLength: saltLength + 1 }, pss.publicKey, signature, data));
  }
  await promise_rejects_dom(t, "OperationError", subtle.sign({ name: "RSA-PSS", saltLength: 4_000_000_000 }, pss.privateKey, data));
  const spki = await subtle.exportKey("spki", pss.publicKey);
  const other = await subtle.importKey("spki", spki, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" }, true, ["verify"]);
  assert_equals(other.algorithm.modulusLength, 1024);
  assert_array_equals(other.algorithm.publicExponent, [3]);
  assert_false(await subtle.verify("RSASSA-PKCS1-v1_5", other, new Uint8Array(128), data));
  for (const publicExponent of [[], [1], [2], [4], [255, 255, 255, 255, 255, 255]]) {
    const wrong = { ...params, publicExponent: new Uint8Array(publicExponent) };
    await promise_rejects_dom(t, "OperationError", subtle.generateKey(wrong, true, ["sign"]));
  }
  await promise_rejects_dom(t, "OperationError", subtle.generateKey({ ...params, modulusLength: 8 }, true, ["sign"]));
}, "RSA signatures");

promise_test(async () => {
  const key = await subtle.generateKey({ name: "HMAC", hash: "SHA-512", length: 100 }, false, ["verify", "sign"]);
  assert_equals(key.type, "secret");
  assert_false(key.extractable);
  assert_array_equals(key.usages, ["sign", "verify"]);
  assert_equals(key.usages, key.usages);
  assert_equals(key.algorithm, key.algorithm);
  assert_equals(JSON.stringify(key.algorithm), '{"name":"HMAC","hash":{"name":"SHA-512"},"length":100}');
  const copy = structuredClone(key);
  assert_true(copy instanceof CryptoKey);
  assert_not_equals(copy, key);
  const data = new Uint8Array(3);
  assert_true(await subtle.verify("HMAC", copy, await subtle.sign("HMAC", key, data), data));
}, "CryptoKey objects, and their clones");

promise_test(async (t) => {
  const order = [];
  const member = (name, value) => ({ get: () => (order.push(name), value), enumerable: true });
  const params = Object.defineProperties({}, {
    salt: member("salt", new Uint8Array(1)),
    info: member("info", new Uint8Array(1)),
    hash: member("hash", "SHA-1"),
    name: member("name", "HKDF"),
  });
  const key = await subtle.importKey("raw", new Uint8Array(1), "HKDF", false, ["deriveBits"]);
  await subtle.deriveBits(params, key, 8);
  assert_array_equals(order, ["name", "hash", "info", "salt"]);
  const thrown = new RangeError("mine");
  await promise_rejects_exactly(t, thrown, subtle.deriveBits({ get name() { throw thrown; } }, key, 8));
}, "Members of parameters are read in the order of Web IDL");
