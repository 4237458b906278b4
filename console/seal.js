/**
 * seal -- secrets of configurations, as an app's connection wants them: RC4 by
 * the key of the login and a seed (doc/api.md 6.1).
 *
 * A login by ticket on plain ws has no such key; nor have we it in myApps, where
 * the PBX keeps it.
 */

/** Of the connection that is there; empty: none. */
let sessionKey = '';

/** @param {string} key of a fresh login */
export function shareKey(key) {
	sessionKey = key;
}

export function canSeal() {
	return sessionKey !== '';
}

/** Bytes of text by RC4; the same again gives them back.
 * @param {string} key @param {string} text @returns {Uint8Array} */
function rc4(key, text) {
	const k = new TextEncoder().encode(key);
	const s = Uint8Array.from({length: 256}, (_, i) => i);
	for (let i = 0, j = 0; i < 256; i++) {
		j = j + s[i] + k[i % k.length] & 255;
		[s[i], s[j]] = [s[j], s[i]];
	}
	let i = 0, j = 0;
	return new TextEncoder().encode(text).map(byte => {
		i = i + 1 & 255;
		j = j + s[i] & 255;
		[s[i], s[j]] = [s[j], s[i]];
		return byte ^ s[s[i] + s[j] & 255];
	});
}

function hex(bytes) {
	return Array.from(bytes, one => one.toString(16).padStart(2, '0')).join('');
}

/** @param {Object<string, string>} secrets by field, in clear
 * @returns {Object<string, string>} the same sealed, and the seed */
export function seal(secrets) {
	const seed = hex(crypto.getRandomValues(new Uint8Array(16)));
	return {seed, ...Object.fromEntries(Object.entries(secrets).map(
		([name, text]) => [name, hex(rc4(`${seed}:${sessionKey}`, text))]))};
}
