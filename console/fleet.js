/**
 * fleet -- all devices that the login sees, held here and kept as they are.
 *
 * The list is streamed: what came is there at once, and `last` says that it is
 * whole.  Events change it while it is open.  view() gives what a question
 * selects, in its order; it is made anew when something that it depends on has
 * changed, for a burst of events once in a while.
 */

import {follow} from './link.js';
import {change, state} from './store.js';

const REST_MS = 250;	// between two orders of a list that changes

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
	news();
}

/** Connections without proof name ids, too; they are no devices. */
function put(device) {
	if (device.id !== 0)
		devices.set(device.hwId, device);
}

function part(answer) {
	for (const device of answer.devices ?? [])
		put(device);
	fleet.last = Boolean(answer.last);
	fleet.error = answer.error ? new Error(answer.error) : null;
	news();
}

function told({mt, device}) {
	if (mt === 'DeviceRemoved')
		devices.delete(device.hwId);
	else
		put({...devices.get(device.hwId), ...device});
	news();
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

function news() {
	fleet.rev++;
	change();
}

export function deviceOf(hwId) {
	return devices.get(hwId);
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
function sorted(rows, sort) {
	const down = sort.startsWith('-');
	const keyOf = ORDERS[sort.replace('-', '')] ?? ORDERS.name;
	const keyed = rows.map(device => [keyOf(device), device]);
	const sign = down ? -1 : 1;
	keyed.sort(([a, x], [b, y]) => a === b ? (x.hwId < y.hwId ? -1 : 1)
		: a === '' ? 1 : b === '' ? -1 : a < b ? -sign : sign);
	return keyed.map(([, device]) => device);
}

const seen = {question: '', rev: -1, at: 0, rows: []};
let later = 0;

/**
 * What a view shows.
 * @param {{q?: string, domain?: string, type?: string, online?: string,
 *	sort?: string}} query
 * @returns {Array<object>} not to be changed
 */
export function view(query) {
	const question = JSON.stringify([query.q, query.domain, query.type,
		query.online, query.sort, state.domains.length]);
	if (question === seen.question && fleet.rev === seen.rev)
		return seen.rows;
	const now = performance.now();
	if (question === seen.question && now - seen.at < REST_MS && seen.rows.length) {
		later ||= setTimeout(() => { later = 0; change(); }, REST_MS);
		return seen.rows.map(device => devices.get(device.hwId) ?? device);
	}
	const rows = [...devices.values()].filter(selects(query));
	// While the list comes its order is that of the server.
	seen.rows = fleet.last ? sorted(rows, query.sort ?? 'name') : rows;
	Object.assign(seen, {question, rev: fleet.rev, at: performance.now()});
	return seen.rows;
}

/** Devices that are in no domain. */
export function unassigned() {
	return [...devices.values()].filter(device => device.domainId === 0);
}
