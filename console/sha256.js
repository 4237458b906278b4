/**
 * sha256 -- FIPS 180-4, of the UTF-8 bytes of a text, in hex.
 *
 * crypto.subtle is there on https and localhost only, and people log in by
 * plain http in closed networks, too.
 */

/** Bits of the fractions of roots: of primes, by 2 or 3. */
function fractions(count, root) {
	const found = [];
	for (let n = 2; found.length < count; n++) {
		let prime = true;
		for (let d = 2; d * d <= n; d++)
			prime &&= n % d !== 0;
		if (prime)
			found.push(n ** (1 / root) % 1 * 2 ** 32 | 0);
	}
	return found;
}

const START = fractions(8, 2);
const K = fractions(64, 3);

const rotate = (x, n) => x >>> n | x << 32 - n;

function schedule(view, at) {
	const w = new Int32Array(64);
	for (let i = 0; i < 16; i++)
		w[i] = view.getInt32(at + 4 * i);
	for (let i = 16; i < 64; i++) {
		const a = w[i - 15], b = w[i - 2];
		w[i] = w[i - 16] + w[i - 7]
			+ (rotate(a, 7) ^ rotate(a, 18) ^ a >>> 3)
			+ (rotate(b, 17) ^ rotate(b, 19) ^ b >>> 10);
	}
	return w;
}

function block(hash, w) {
	let [a, b, c, d, e, f, g, h] = hash;
	for (let i = 0; i < 64; i++) {
		const one = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25))
			+ (e & f ^ ~e & g) + K[i] + w[i] | 0;
		const two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22))
			+ (a & b ^ a & c ^ b & c) | 0;
		[h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + two | 0];
	}
	[a, b, c, d, e, f, g, h].forEach((x, i) => {
		hash[i] = hash[i] + x | 0;
	});
}

/**
 * @param {string} text
 * @returns {string} 64 hex digits
 */
export function sha256(text) {
	const bytes = new TextEncoder().encode(text);
	const padded = new Uint8Array(bytes.length + 72 & ~63);
	padded.set(bytes);
	padded[bytes.length] = 0x80;
	const view = new DataView(padded.buffer);
	view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
	view.setUint32(padded.length - 4, bytes.length << 3);
	const hash = [...START];
	for (let at = 0; at < padded.length; at += 64)
		block(hash, schedule(view, at));
	return hash.map(x => (x >>> 0).toString(16).padStart(8, '0')).join('');
}
