// A digest, a signature, and a message that only the owner of the key can read.
const { subtle } = crypto;
const message = new TextEncoder().encode("hello");
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
console.log(hex(await subtle.digest("SHA-256", message)).slice(0, 16));

const { publicKey, privateKey } = await subtle.generateKey("Ed25519", true, ["sign", "verify"]);
const signature = await subtle.sign("Ed25519", privateKey, message);
console.log(signature.byteLength, await subtle.verify("Ed25519", publicKey, signature, message));

const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
const algorithm = { name: "AES-GCM", iv: crypto.getRandomValues(new Uint8Array(12)) };
const sealed = await subtle.encrypt(algorithm, key, message);
console.log(sealed.byteLength, new TextDecoder().decode(await subtle.decrypt(algorithm, key, sealed)));
console.log(crypto.randomUUID().length);
