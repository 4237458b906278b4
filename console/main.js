/**
 * main -- the page begins: language, login, then one screen after another.
 *
 * A screen is a module that is loaded when it is first gone to:
 *	open(route)	what it knows at first; begins to load more
 *	draw(here, route)	what it shows
 *	ready(here, route)	the connection is back: load again (may be absent)
 *	again(here)	no event tells what it shows, so it asks once more while
 *			one looks (may be absent)
 *	close(here)	it is left (may be absent)
 *	afterDomains	it begins with one of the domains, so it is opened once
 *			they have come (may be absent)
 */

import {beginApp} from './app.js';
import {draw} from './draw.js';
import {followDevices} from './fleet.js';
import {resume} from './form.js';
import {html} from './html.js';
import {Refused, follow, whenReady} from './link.js';
import {begin, drawLogin} from './login.js';
import {failed, heading, loading} from './parts.js';
import {isSame, watch} from './route.js';
import {frame, hearKeys, isFor, kept, paint} from './shell.js';
import {afterwards, change, drawBy, state} from './store.js';
import {speak} from './text.js';
import {watchUnassigned} from './waiting.js';

const MODULES = ['account', 'accounts', 'alarms', 'audit', 'billing', 'codes',
	'config', 'configs', 'device', 'devices', 'domain', 'domains', 'health',
	'job', 'jobs', 'layers', 'me', 'overview', 'phone', 'phones', 'rental',
	'saves', 'settings', 'staging', 'unassigned'];

/** Screens that another one's module shows, too. */
const SHOWN_BY = {backup: 'job', backups: 'jobs'};

const AGAIN_MS = 10000;	// between two looks at what no event tells

/** The module of the screen that is open, and what went wrong with it. */
let screen = null, broken = null;

function entitle() {
	document.title = `${document.querySelector('h1')?.textContent ?? ''
		} – fleetline`;
}

/** The screen that is open shows something else; who stood in it stands there. */
function turnTo(route) {
	screen.close?.(state.here);
	state.here = screen.open(route);
	afterwards(entitle);
}

async function show(route, stays = false) {
	const before = state.route;
	state.route = route;
	change({menu: false});
	if (state.phase !== 'open' || screen && isSame(route, before))
		return;
	// What is asked is about what is left.
	if (screen)
		state.dialog?.done();
	if (screen && route.screen === before.screen
		&& (stays || route.id === before.id)) {
		turnTo(route);
		return;
	}
	screen?.close?.(state.here);
	screen = broken = null;
	try {
		if (!isFor(route.screen))
			throw new Refused({error: 'not allowed'});
		const name = SHOWN_BY[route.screen] ?? route.screen;
		const module = await import(
			`./${MODULES.includes(name) ? name : 'overview'}.js`);
		if (module.afterDomains)
			await domains.come;
		if (state.route !== route)
			return;
		state.here = module.open(route);
		screen = module;
	} catch (error) {
		broken = error;
	}
	afterwards(() => {
		entitle();
		document.querySelector('h1')?.focus({preventScroll: true});
	});
}

/** The domains that the login sees, and how they change. */
const domains = {
	/** Settled with the first of them. */
	come: null,
	begin: () => { state.domains = []; },
	part(answer) {
		state.domains.push(...answer.domains ?? []);
		domains.came();
		change();
	},
	told({mt, domain, id}) {
		const others = state.domains.filter(one =>
			one.id !== (domain?.id ?? id));
		change({domains: mt === 'DomainDeleted' ? others
			: [...others, domain].sort((a, b) => a.id - b.id)});
	},
};

function beginScreen() {
	if (state.here)
		screen?.close?.(state.here);
	screen = null;
	show({...state.route});
}

function opened() {
	state.phase = 'open';
	domains.come = new Promise(fn => { domains.came = fn; });
	follow({mt: 'GetDomains'}, domains);
	followDevices();
	watchUnassigned();
	beginScreen();
	resume(beginScreen);
}

/** Who stood on what has gone stands at the heading, not at the top. */
function drawAll() {
	const at = document.activeElement;
	drawPage();
	if (!at.isConnected && document.activeElement === document.body)
		(document.querySelector('dialog [type=submit]')
			?? document.querySelector('h1'))?.focus({preventScroll: true});
}

function drawBroken() {
	return html`${heading('fleetline')}${broken instanceof Refused
		? failed(broken) : failed(broken, () => location.reload())}`;
}

function drawPage() {
	const page = document.getElementById('page');
	if (state.phase === 'login')
		draw(page, drawLogin(opened));
	else if (state.phase === 'open')
		draw(page, frame(broken ? drawBroken()
			: screen ? screen.draw(state.here, state.route) : loading()));
	else
		draw(page, html`<main class="login">${state.refusal
			? html`<p class="wrong" role="alert">${state.refusal}</p>`
			: loading()}</main>`);
}

/** Not below a question: what that is about stays as it is. */
function lookAgain() {
	if (state.here && state.link === 'ready' && !state.dialog && !document.hidden)
		screen?.again?.(state.here);
}

async function start() {
	const wanted = new URLSearchParams(location.search);
	const scheme = wanted.get('scheme');
	paint(['light', 'dark'].includes(scheme) ? scheme
		: kept('scheme') ?? 'system');
	await speak((wanted.get('lang') ?? kept('lang') ?? navigator.language)
		.slice(0, 2).toLowerCase());
	drawBy(drawAll);
	hearKeys();
	matchMedia('(max-width: 640px)').addEventListener('change', () => change());
	setInterval(lookAgain, AGAIN_MS);
	document.addEventListener('visibilitychange', lookAgain);
	whenReady(() => screen?.ready?.(state.here, state.route));
	watch(show);
	if (!beginApp(opened))
		await begin(opened);
}

start();
