/**
 * link -- the websocket to the server: messages, lists, subscriptions.
 *
 * One connection; when it is lost it comes back by itself, logs in again and
 * takes up what was followed.  What was asked and not answered is refused with
 * "connection lost": whoever asked does so again, or says it.  What is asked
 * meanwhile was never sent, so it waits a little for the connection instead.
 *
 * Behind the connection a program may be gone for a moment: the answer is
 * "busy".  What only asks is asked again, until there is another answer; of what
 * changes something nobody knows whether it was done, so the person hears that.
 */

import {change, state} from './store.js';

/** An error of an answer: its phrase, and the field that is wrong. */
export class Refused extends Error {
	/** @param {object} answer */
	constructor(answer) {
		super(answer.error);
		this.field = answer.field;
		this.answer = answer;
	}
}

const FIRST_WAIT_MS = 500, LAST_WAIT_MS = 32000, ALIVE_MS = 60000;

/** How long a message waits for a connection that is not there. */
const HELD_MS = 5000;

/** What changes nothing; a code is made anew each time. */
const READS = /^Get(?!ProvisioningCode$|Ticket$)/;
const BUSY_REST_MS = 1000, BUSY_TRIES = 30;

/** A connection has 16 subscriptions, and the oldest gives way unsaid. */
const FOLLOWED_MAX = 12;

let socket = null;
let enter = null;	// logs in on a fresh connection
let refused = null;	// is told when that is not let in any more
let wait = FIRST_WAIT_MS;
let timer = 0, alive = 0;
let numbers = 0;

/** Those that wait for an answer, by their src. */
const waiting = new Map();

/** Subscriptions, by their src: message and who is told. */
const followed = new Map();

/** Who hears what comes after the answer, on this connection. */
const events = new Map();

/** Told each time that the connection is ready again, or lost. */
const returned = new Set(), gone = new Set();

/** The folder of the page, in which the websocket is, too. */
export function baseUrl() {
	const path = location.pathname;
	return location.origin + path.slice(0, path.lastIndexOf('/'));
}

let socketUrl = '';

/** Where the websocket is, if not beside the page. */
export function socketAt(url) {
	socketUrl = url;
}

/** As fetch; where only nginx answers, or nobody, that is an error in words. */
export async function fetched(url, options) {
	const response = await fetch(url, options).catch(() => null);
	if (!response
		|| response.headers.get('Content-Type')?.startsWith('text/html'))
		throw new Refused({error: 'unavailable'});
	return response;
}

function send(message) {
	if (socket?.readyState !== WebSocket.OPEN)
		return false;
	socket.send(JSON.stringify(message));
	clearTimeout(alive);
	alive = setTimeout(() => send({mt: 'KeepAlive'}), ALIVE_MS);
	return true;
}

function lose() {
	for (const fn of gone)
		fn();
	for (const one of waiting.values())
		one.fail(new Refused({error: 'connection lost'}));
	waiting.clear();
	events.clear();
}

function take(event) {
	const message = JSON.parse(event.data);
	const one = waiting.get(message.src);
	if (one && state.busy !== (message.error === 'busy'))
		change({busy: !state.busy});
	if (one && message.mt.endsWith('Result'))
		one.take(message);
	else if (events.has(message.src))
		events.get(message.src)(message);
	else
		followed.get(message.src)?.told(message);
}

function again() {
	clearTimeout(timer);
	timer = setTimeout(connect, wait);
	wait = Math.min(2 * wait, LAST_WAIT_MS);
}

async function opened(mine) {
	let ok = false;
	try {
		ok = await enter(askNow);
	} catch {
		mine.close();
		return;
	}
	if (mine !== socket)
		return;
	if (!ok) {
		close();
		refused?.();
		return;
	}
	wait = FIRST_WAIT_MS;
	change({link: 'ready', busy: false});
	for (const [src, one] of followed)
		start(src, one);
	for (const fn of returned)
		fn();
}

function connect() {
	if (!enter)
		return;
	change({link: 'opening'});
	const mine = new WebSocket(
		(socketUrl || baseUrl()).replace(/^http/, 'ws') + '/');
	socket = mine;
	mine.onopen = () => opened(mine);
	mine.onmessage = take;
	mine.onclose = () => {
		if (mine !== socket)
			return;
		socket = null;
		clearTimeout(alive);
		lose();
		change({link: 'lost'});
		if (enter)
			again();
	};
}

/**
 * Connect, and stay so until close().
 * @param {function(function): Promise<boolean>} how logs in with what it is
 *	given to send with; false: it is not let in
 * @param {function(): void} no is told so
 */
export function open(how, no) {
	close();
	enter = how;
	refused = no;
	wait = FIRST_WAIT_MS;
	connect();
}

export function close() {
	clearTimeout(timer);
	clearTimeout(alive);
	enter = null;
	followed.clear();
	const old = socket;
	socket = null;
	old?.close();
	lose();
	change({link: 'lost'});
}

/** Try at once what would be tried later. */
export function hurry() {
	if (state.link === 'lost' && enter) {
		clearTimeout(timer);
		connect();
	}
}

/** @param {function(): void} fn is told each time that it is ready */
export function whenReady(fn) {
	returned.add(fn);
	return () => returned.delete(fn);
}

export function whenLost(fn) {
	gone.add(fn);
}

/** The connection is ready, or will not be soon: then sending says so. */
function readiness() {
	if (state.link === 'ready' || !enter)
		return null;
	return new Promise(done => {
		const end = () => {
			returned.delete(end);
			clearTimeout(late);
			done();
		};
		const late = setTimeout(end, HELD_MS);
		returned.add(end);
		hurry();
	});
}

const rest = ms => new Promise(done => setTimeout(done, ms));

async function exchange(message, part, told) {
	let parts = 0;
	for (let tries = 0; ; tries++) {
		const wait = readiness();
		if (wait)
			await wait;
		try {
			return await exchangeNow(message, answer => {
				parts++;
				return part(answer);
			}, told);
		} catch (error) {
			// A list of which some was taken would have that twice.
			if (error.message !== 'busy' || !READS.test(message.mt)
				|| parts || tries === BUSY_TRIES)
				throw error;
		}
		await rest(BUSY_REST_MS);
	}
}

/** Answers in parts end with "last"; `part` gets each, `told` what comes later. */
function exchangeNow(message, part, told) {
	const src = `c${++numbers}`;
	if (told)
		events.set(src, told);
	return new Promise((done, fail) => {
		waiting.set(src, {fail, take: answer => {
			if (answer.error || part(answer)) {
				waiting.delete(src);
				answer.error ? fail(new Refused(answer)) : done(answer);
			}
		}});
		if (!send({...message, src})) {
			waiting.delete(src);
			fail(new Refused({error: 'connection lost'}));
		}
	});
}

/**
 * One message, its answer.
 * @param {object} message
 * @returns {Promise<object>} fails with Refused
 */
export function ask(message) {
	return exchange(message, () => true);
}

/** What logs in, before the connection is ready for others. */
function askNow(message) {
	return exchangeNow(message, () => true);
}

/**
 * One message, its answer, and pieces that are too long for it, before it.
 * @param {object} message
 * @param {function(object): void} piece is told each
 */
export function askInPieces(message, piece) {
	return exchange(message, answer => {
		const whole = answer.mt === message.mt + 'Result';
		if (!whole)
			piece(answer);
		return whole;
	});
}

/**
 * A list, however many parts it comes in.
 * @param {object} message
 * @param {string} name of the array
 * @returns {Promise<Array<object>>}
 */
export async function list(message, name) {
	const all = [];
	await exchange(message, answer => {
		all.push(...answer[name] ?? []);
		return answer.last;
	});
	return all;
}

/**
 * One message, its answer; of a list all parts in one.
 * @param {object} message its src is ours
 * @param {string} array of a list, else empty
 * @param {?function(object): void} told events that have the src of the message
 */
export async function collect(message, array, told) {
	let all = [];
	const answer = await exchange(message, part => {
		all = all.concat(part[array] ?? []);
		return !array || part.last;
	}, told);
	return array ? {...answer, [array]: all} : answer;
}

/** The list of a subscription has its src, as its events do. */
function start(src, one) {
	one.begin();
	waiting.set(src, {fail: () => {}, take: answer => {
		if (answer.error || answer.last)
			waiting.delete(src);
		if (answer.error === 'busy')
			setTimeout(() => state.link === 'ready' && !waiting.has(src)
				&& followed.get(src) === one && start(src, one),
			BUSY_REST_MS);
		else
			one.part(answer);
	}});
	if (!send({...one.message, src, recvUpdates: true}))
		waiting.delete(src);
}

/**
 * A list and then what happens to it, over lost connections as well.
 * @param {object} message
 * @param {object} who is told
 * @param {function(): void} who.begin the list comes now, from its beginning
 * @param {function(object): void} who.part a part of it, or an error
 * @param {function(object): void} who.told an event
 * @param {string} [src] of a subscription that gives way to this one
 * @returns {function(): void} ends it
 */
export function follow(message, who, src = `f${++numbers}`) {
	if (followed.size >= FOLLOWED_MAX)
		throw new Error('too many subscriptions');
	const one = {message, ...who};
	followed.set(src, one);
	if (state.link === 'ready')
		start(src, one);
	return () => followed.get(src) === one && followed.delete(src);
}
