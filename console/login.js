/**
 * login -- who is it?  One form: the name of an account, or of a domain.
 *
 * An account logs in over HTTP, which gives the browser a cookie that no script
 * sees; the websocket is entered by a one-time ticket.  A domain, which a name
 * with a dot may be, logs in on the websocket by a digest; its password stays
 * in the memory of this page.  An instance may want accounts only, which alone
 * have a second factor: then the form does not speak of domains.
 */

import {html} from './html.js';
import {Refused, ask, baseUrl, close, fetched, open} from './link.js';
import {shareKey} from './seal.js';
import {sha256} from './sha256.js';
import {afterwards, change, state} from './store.js';
import {errorText, t} from './text.js';

const APP = 'innovaphone-devices';
const GUID = '0'.repeat(32);

/** What is shown in the form. */
const own = {error: '', code: false, busy: false, domains: true};

/** One message over HTTP, as the account of the cookie; 401 is an error. */
export async function post(message) {
	const response = await fetched(baseUrl() + '/api', {method: 'POST',
		headers: {'Fleetline-Login': 'form'}, body: JSON.stringify(message)});
	const answer = await response.json();
	if (answer.error)
		throw new Refused(answer);
	return answer;
}

/** What was logged in once in this browser, to try at the next start. */
function remember(yes) {
	try {
		yes ? localStorage.setItem('fleetline.account', '1')
			: localStorage.removeItem('fleetline.account');
	} catch {
		// no storage, so one logs in each time
	}
}

function remembered() {
	try {
		return localStorage.getItem('fleetline.account') === '1';
	} catch {
		return false;
	}
}

async function byTicket(send) {
	let ticket;
	try {
		({ticket} = await post({mt: 'GetTicket'}));
	} catch (error) {
		if (error instanceof Refused && error.message !== 'unavailable')
			return false;
		throw error;
	}
	const answer = await send({mt: 'TicketLogin', ticket});
	shareKey(answer.sessionKey ?? '');
	return answer.ok;
}

/** The digest of an AppLogin.
 * @param {object} login its members
 * @param {string} challenge
 * @param {string} password */
export function digest(login, challenge, password) {
	return sha256([login.app, login.domain, login.sip, login.guid, login.dn,
		challenge, password].join(':'));
}

async function byDigest(send, domain, password) {
	const {challenge} = await send({mt: 'AppChallenge'});
	const login = {app: APP, domain, sip: APP, guid: GUID, dn: 'Admin'};
	const answer = await send({mt: 'AppLogin', ...login,
		digest: digest(login, challenge, password)}).catch(error =>
		({ok: false, error}));
	shareKey(sha256(`innovaphoneAppSessionKey:${challenge}:${password}`));
	return Boolean(answer.ok);
}

/**
 * Connect by a way to log in.  True once that is right, false when it is wrong.
 * It is tried until there is an answer; impatiently it fails instead.
 */
function enter(way, opened, impatient) {
	return new Promise((done, fail) => {
		let first = true;
		open(async send => {
			try {
				if (!await way(send))
					return false;
				state.me = await send({mt: 'GetMe'});
			} catch (error) {
				if (first && impatient) {
					close();
					fail(error);
				}
				throw error;
			}
			if (first)
				opened();
			first = false;
			done(true);
			return true;
		}, () => first ? done(false) : leave(t('login.over')));
	});
}

async function account(user, password, code) {
	await post({mt: 'Login', user, password, ...code && {code}});
	remember(true);
}

async function submit(event, opened) {
	event.preventDefault();
	const data = new FormData(event.target);
	const [user, password, code] = ['user', 'password', 'code'].map(name =>
		String(data.get(name) ?? ''));
	own.busy = true;
	own.error = '';
	change();
	try {
		if (own.domains && /[.]/.test(user) && !code
			&& await enter(send => byDigest(send, user, password), opened, true))
			return;
		await account(user, password, code.trim());
		if (!await enter(byTicket, opened, true))
			own.error = t('login.nothing');
	} catch (error) {
		refused(error);
	}
	own.busy = false;
	change();
}

function refused(error) {
	const {message} = error;
	if (message === 'code required') {
		own.code = true;
		own.error = '';
		afterwards(() => document.querySelector('[name=code]')?.focus());
	} else if (error instanceof Refused && message !== 'connection lost') {
		own.error = errorText(error);
	} else {
		own.error = t('login.unreachable');
	}
}

/** A page begins: is somebody logged in?
 * @param {function(): void} opened is told once somebody is */
export async function begin(opened) {
	if (remembered() && await enter(byTicket, opened))
		return;
	remember(false);
	change({phase: 'login'});
	focus();
	await readWays();
}

/** Which ways there are; as long as nobody says, all of them. */
async function readWays() {
	try {
		own.domains = (await post({mt: 'GetLoginWays'})).domain;
	} catch {
		// the login itself tells what is wrong
	}
	change();
}

function focus() {
	afterwards(() => document.querySelector('[name=user]')?.focus());
}

/** Back to the form; the cookie is worth nothing any more. */
export async function logout() {
	const account = state.me?.accountId !== undefined;
	state.dialog?.done();
	leave('');
	if (account)
		await post({mt: 'Logout'}).catch(() => {});
}

function leave(why) {
	remember(false);
	close();
	own.error = why;
	own.busy = own.code = false;
	// What was done can be taken back by who did it only.
	change({phase: 'login', me: null, here: null, domains: [], toasts: []});
	focus();
	readWays();
}

function codeField() {
	return html`<label>${t('login.code')}<input name="code" required
		inputmode="numeric" autocomplete="one-time-code" maxlength="32">
		<small>${t('login.code.hint')}</small></label>`;
}

/** The form. */
export function drawLogin(opened) {
	return html`<main class="login"><form @submit=${event =>
		submit(event, opened)}>
		<h1>fleetline</h1>
		<label>${t('login.user')}<input name="user" required maxlength="253"
			autocomplete="username" autocapitalize="none" spellcheck="false">
			</label>
		<label>${t('login.password')}<input name="password" type="password"
			required maxlength="128" autocomplete="current-password"></label>
		${own.code && codeField()}
		<p class="wrong" role="alert">${own.error}</p>
		<button type="submit" class="button primary" ?disabled=${own.busy}>
			${own.busy ? t('login.busy') : t('login.go')}</button>
		<p class="hint">${own.domains ? t('login.hint')
			: t('login.hint.account')}</p></form></main>`;
}
