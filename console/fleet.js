/**
 * fleet -- all devices that the login sees, held here and kept as they are.
 *
 * The list is streamed: what came is there at once, and `last` says that it is
 * whole.  Until then the server is asked for what is searched behind the first
 * 5,000.  Events change the list while it is open.  view() gives what a question
 * selects, in its order; it is made anew when something that it depends on has
 * changed, for a burst of events once in a while.
 */

import {follow, list} from './link.js';
import {change, state} from './store.js';

const REST_MS = 250;	// between two orders of a list that changes
const ALONE_MAX = 5000;	// devices that are searched here while more come
const FOUND_MAX = 200;	// that the server is asked for

/** @type {Map<string, object>} by hardware id */
const devices = new Map();

export const fleet = {last: false, error: null, rev: 0,
	get size() { return devices.size; }};

let end = null;

/** Devices are the same whoever looks: the list stays until the login ends. */
export function openFleet() {
	if (end && state.me === end.me)
		return;
	end = {me: state.me, stop: follow({mt: 'GetDevices'}, {begin, part, told})};
}

function begin() {
	devices.clear();
	fleet.last = false;
	fleet.error = null;
	fleet.rev++;
	asked = '';
	change();
}

/** What the server was asked for. */
let asked = '';

/** The longest word selects most; the view looks for the others itself. */
function longest(q = '') {
	return q.split(/\s+/).sort((a, b) => b.length - a.length)[0];
}

/** What is found now comes once more with the list, as what it is then. */
async function searchRest({screen, query}) {
	const search = screen === 'devices' ? longest(query.q) : '';
	if (!search || search === asked || devices.size < ALONE_MAX)
		return;
	asked = search;
	const found = await list({mt: 'GetDevices', search, limit: FOUND_MAX},
		'devices').catch(() => []);
	if (search !== asked || fleet.last)
		return;
	found.forEach(put);
	change();
}

/** Connections without proof name ids, too; they are no devices.  One that is
 * known stays the same object, which rows of a view have. */
function put(device) {
	const known = devices.get(device.hwId);
	if (device.id === 0)
		return;
	if (!known) {
		devices.set(device.hwId, device);
		fleet.rev++;
		return;
	}
	const before = seen.place(known);
	Object.assign(known, device, {words: undefined});
	if (seen.place(known) !== before)
		fleet.rev++;
}

function part(answer) {
	for (const device of answer.devices ?? [])
		put(device);
	if (answer.last)
		fleet.rev++;	// now it is sorted
	fleet.last = Boolean(answer.last);
	fleet.error = answer.error ? new Error(answer.error) : null;
	if (!answer.last)
		searchRest(state.route);
	change();
}

/** Another search; the list may still come. */
export function searchFor(route) {
	if (!fleet.last)
		searchRest(route);
}

function told({mt, device}) {
	if (mt !== 'DeviceRemoved')
		put(device);
	else if (device.id !== 0 && devices.delete(device.hwId))
		fleet.rev++;
	change();
}

export function deviceOf(hwId) {
	return devices.get(hwId);
}

// ---- what happens, whether the list is here or not ------------------------------

const listeners = new Set();

/** Events of all devices; the page of one row that comes first is no use. */
export function followDevices() {
	follow({mt: 'GetDevices', limit: 1}, {begin: () => {}, part: () => {},
		told(event) {
			for (const fn of listeners)
				fn(event);
		}});
}

/** @param {function({mt: string, device: object}): void} fn
 * @returns {function(): void} ends it */
export function hear(fn) {
	listeners.add(fn);
	return () => listeners.delete(fn);
}

// ---- searching and sorting -----------------------------------------------------

/** What is searched: not the version, of which every row has the same parts. */
function searched(device) {
	device.words ??= [device.hwId, device.name, device.type, device.product,
		...(device.ethIfs ?? []).flatMap(one => [one.ipv4, one.ipv6])]
		.filter(Boolean).join('\n').toLowerCase();
	return device.words;
}

/** A MAC address in any spelling is known by its digits. */
function digits(word) {
	const bare = word.replace(/[:.-]/g, '');
	return bare !== word && /^[0-9a-f]{3,12}$/.test(bare) ? bare : null;
}

/** @returns {function(object): boolean} */
function selects(query) {
	const words = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
		.map(word => [word, digits(word)]);
	const domain = Number(query.domain ?? 0);
	return device => device.domainId !== 0
		&& (!domain || device.domainId === domain)
		&& (!query.type || (device.type || '-') === query.type)
		&& (!query.online || String(Boolean(device.online)) === query.online)
		&& words.every(([word, mac]) => searched(device).includes(word)
			|| mac && device.hwId.includes(mac));
}

export function address(device) {
	const first = device.ethIfs?.find(one => one.ipv4 || one.ipv6);
	return first?.ipv4 ?? first?.ipv6 ?? '';
}

/** Texts in which numbers sort as numbers do. */
function sortable(text) {
	return text.toLowerCase().replace(/\d+/g, part => part.padStart(6, '0'));
}

const ORDERS = {
	name: device => sortable(device.name ?? ''),
	hwId: device => device.hwId,
	product: device => sortable(device.product ?? ''),
	version: device => sortable(device.version ?? ''),
	type: device => device.type ?? '',
	ip: device => sortable(address(device)),
	online: device => device.online ? '0' : '1',
	domain: device => domainName(device.domainId),
};

export function domainName(id) {
	return state.domains.find(one => one.id === id)?.name ?? '';
}

/** Empty ones stand last in either direction. */
function sorted(rows, keyOf, down) {
	const keyed = rows.map(device => [keyOf(device), device]);
	const sign = down ? -1 : 1;
	keyed.sort(([a, x], [b, y]) => a === b ? (x.hwId < y.hwId ? -1 : 1)
		: a === '' ? 1 : b === '' ? -1 : a < b ? -sign : sign);
	return keyed.map(([, device]) => device);
}

/** The view that was made last; place() is what a device's place in it depends
 * on. */
const seen = {question: '', rev: -1, at: 0, rows: [], place: () => ''};
let later = 0;

function make(question, query) {
	const sort = query.sort ?? 'name';
	const keyOf = ORDERS[sort.replace('-', '')] ?? ORDERS.name;
	const isIn = selects(query);
	const rows = [...devices.values()].filter(isIn);
	Object.assign(seen, {question, rev: fleet.rev, at: performance.now(),
		// While the list comes its order is that of the server.
		rows: fleet.last ? sorted(rows, keyOf, sort[0] === '-') : rows,
		place: device => `${isIn(device)} ${keyOf(device)}`});
}

/**
 * What a view shows.
 * @param {{q?: string, domain?: string, type?: string, online?: string,
 *	sort?: string}} query
 * @returns {Array<object>} not to be changed
 */
export function view(query) {
	const question = JSON.stringify([query.q, query.domain, query.type,
		query.online, query.sort, state.domains.length]);
	const same = question === seen.question;
	if (same && fleet.rev === seen.rev)
		return seen.rows;
	const rest = seen.at + REST_MS - performance.now();
	if (same && rest > 0 && seen.rows.length)
		later ||= setTimeout(() => { later = 0; change(); }, rest);
	else
		make(question, query);
	return seen.rows;
}
