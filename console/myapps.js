/**
 * myapps -- the page as an App inside myApps: messages to and from the window
 * that it is a frame of.
 *
 * Each is one string of JSON with "mt".  Only the parent is heard, and once the
 * server has taken a login of it, only under the origin that sent that.  A page
 * that is no frame says nothing and hears nothing.
 */

import {baseUrl} from './link.js';

const LENGTH_MAX = 1 << 20;	// of a message
const LOGIN = ['app', 'domain', 'sip', 'guid', 'dn', 'info', 'digest'];

/** Is this page a frame? */
export const framed = window.parent !== window;

/** What the URL of the page says: what we know, and the App's arguments. */
export const given = (() => {
	const known = ['lang', 'scheme', 'name', 'title', 'url', 'originalUrl',
		'clientUrl'];
	const all = new URLSearchParams(location.search);
	const args = {};
	for (const [name, value] of all)
		if (!known.includes(name) && !(name in args))
			args[name] = value;
	return {name: all.get('name') ?? undefined, url: all.get('url') ?? '',
		title: all.get('title') ?? '', args};
})();

/** Where the websocket is: the folder of a URL, without query and fragment. */
export function socketOf(url) {
	const {protocol, host, pathname} = new URL(url, location.href);
	return protocol.replace(/^http/, 'ws') + '//' + host
		+ pathname.slice(0, pathname.lastIndexOf('/'));
}

/** The one of this page.  A URL that names another host is none of ours: whoever
 * made this frame could learn logins by that. */
export function ownSocket() {
	try {
		if (given.url && new URL(given.url).host === location.host)
			return socketOf(given.url);
	} catch {
		// no URL
	}
	return socketOf(baseUrl() + '/');
}

let origin = '';	// of the parent, once it is known
let waiting = null;	// for a Login: {src, done}
const listeners = {};

/** @param {object} message */
export function post(message) {
	if (framed)
		window.parent.postMessage(JSON.stringify(message), origin || '*');
}

/** @param {Object<string, function(object): void>} some by "mt" */
export function hear(some) {
	Object.assign(listeners, some);
}

function read(data) {
	if (typeof data !== 'string' || data.length > LENGTH_MAX)
		return null;
	try {
		const message = JSON.parse(data);
		return typeof message?.mt === 'string' ? message : null;
	} catch {
		return null;
	}
}

function takeLogin(message, from) {
	if (!waiting || message.pbxObj !== given.name && !message.error
		|| message.src !== undefined && message.src !== waiting.src)
		return;
	const {done} = waiting;
	waiting = null;
	done({message, from});
}

function receive(event) {
	if (event.source !== window.parent || origin && event.origin !== origin)
		return;
	const message = read(event.data);
	if (!message)
		return;
	if (message.mt === 'Login')
		takeLogin(message, event.origin);
	else if (Object.hasOwn(listeners, message.mt))
		listeners[message.mt](message);
}

/** An error of the parent: its text is for the person. */
export class NoLogin extends Error {}

function refusal({errorText, error, info}) {
	return new NoLogin(info?.unlicensed ? 'unlicensed'
		: errorText || (error ? `Error ${error}` : 'login failed'));
}

const RELOADED = / reloaded:(\d+)$/, RELOAD_MS = 60000;

/** A folder of ours, with and without what may be the number of a build. */
function folders({pathname}) {
	const own = pathname.slice(0, pathname.lastIndexOf('/'));
	return [own, own.replace(/\/[0-9a-f]+$/i, '')];
}

/** May the server send this page there?  To another build of it alone, once in a
 * while: a frame may have no storage, but it has a name. */
export function isBuild(url) {
	try {
		const there = new URL(url);
		return there.href !== location.href && there.origin === location.origin
			&& folders(there).some(one => folders(location).includes(one))
			&& !(Date.now() - RELOADED.exec(window.name)?.[1] < RELOAD_MS);
	} catch {
		return false;
	}
}

/** The server has another build: the page goes there, and logs in there. */
function leave(url) {
	window.name = `${window.name.replace(RELOADED, '')} reloaded:${Date.now()}`;
	location.href = url;
	return new Promise(() => {});
}

/**
 * Log in on a fresh connection as the parent says; fails with NoLogin.
 * @param {function(object): Promise<object>} send
 */
export async function enter(send) {
	const [{url}, {challenge}] = await Promise.all([
		send({mt: 'CheckBuild', url: location.href}),
		send({mt: 'AppChallenge'})]);
	if (isBuild(url))
		await leave(url);
	const src = String(Math.floor(Math.random() * 1e9));
	const {message, from} = await new Promise(done => {
		waiting = {src, done};
		post({mt: 'getLogin', app: given.name, challenge, src});
	});
	if (message.error)
		throw refusal(message);
	const login = {mt: 'AppLogin', pbxObj: given.name};
	for (const name of LOGIN)
		if (message[name] !== undefined)
			login[name] = message[name];
	try {
		await send(login);
	} catch (error) {
		throw error.answer ? refusal({...message, error: 0,
			errorText: error.message}) : error;
	}
	origin = from === 'null' ? '' : from;
	return true;
}

/** What every App answers. */
const common = {
	PrepareReload: () => post({mt: 'PrepareReloadComplete'}),
	OpenChannel: ({channel}) => post({mt: 'ChannelClosed', channel}),
};

/** The page begins to listen; "Alive" is its first word. */
export function begin() {
	if (!framed)
		return;
	hear(common);
	addEventListener('message', receive);
	post({mt: 'Alive'});
}

let registered = false;

/** Offer an API, once: nothing takes that back. */
export function register(api) {
	if (!registered)
		post({mt: 'RegisterApi', api});
	registered = true;
}
