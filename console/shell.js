/**
 * shell -- what is around every screen: the way to the others, the state of the
 * connection, messages, help and the keyboard.
 */

import {drawDialog, form} from './form.js';
import {html} from './html.js';
import {hurry} from './link.js';
import {logout} from './login.js';
import {forget} from './parts.js';
import {go, href} from './route.js';
import {change, state} from './store.js';
import {languages, speak, t} from './text.js';

/** The screens, in the order in which they matter; "admin": for those only. */
const MENU = [
	['overview'], ['devices'], ['unassigned', 'admin'], ['phones'], ['codes'],
	['configs'], ['jobs'], ['backups'], ['domains'], ['rental'], ['alarms'], ['audit'],
	['accounts', 'admin'], ['settings', 'admin'], ['billing', 'admin'],
	['health', 'admin'], ['me'],
];

/** Which entry of the menu a screen belongs to. */
const UNDER = {device: 'devices', domain: 'domains', account: 'accounts',
	config: 'configs', job: 'jobs', backup: 'backups', layers: 'phones',
	phone: 'phones', saves: 'devices', staging: 'phones'};

/** Is that one for the person who is logged in? @param {string} screen */
export function isFor(screen) {
	const under = UNDER[screen] ?? screen;
	return state.me.admin || !MENU.some(([name, admin]) => name === under && admin);
}

export function screens() {
	return MENU.map(([name]) => name).filter(isFor);
}

/** Light or dark, or as the system is. */
export function paint(scheme) {
	document.documentElement.dataset.scheme = scheme;
	change({scheme});
}

/** What the person chose stays in this browser, if it has room for that. */
export function keep(name, value) {
	try {
		localStorage.setItem(`fleetline.${name}`, value);
	} catch {
		// then it is chosen anew next time
	}
}

export function kept(name) {
	try {
		return localStorage.getItem(`fleetline.${name}`);
	} catch {
		return null;
	}
}

function nav() {
	const current = UNDER[state.route.screen] ?? state.route.screen;
	return html`<nav aria-label="${t('menu')}"><ul>${screens().map(name =>
		html`<li key=${name}><a href="${href(name)}"
			aria-current=${name === current ? 'page' : undefined}>
			${t(name)}${name === 'unassigned' && state.unassigned > 0
			&& html`<b class="count">${t('n', {n: state.unassigned})}</b>`}
			</a></li>`)}</ul></nav>`;
}

function preferences() {
	return html`<div class="preferences">
		<label>${t('language')}<select @change=${event => {
			keep('lang', event.target.value);
			speak(event.target.value);
		}}>${Object.entries(languages).map(([lang, name]) =>
			html`<option value="${lang}" ?selected=${lang === state.lang}>
			${name}</option>`)}</select></label>
		<label>${t('scheme')}<select @change=${event => {
			keep('scheme', event.target.value);
			paint(event.target.value);
		}}>${['system', 'light', 'dark'].map(scheme =>
			html`<option value="${scheme}" ?selected=${scheme === state.scheme}>
			${t('scheme.' + scheme)}</option>`)}</select></label>
		${!state.framed && html`<button type="button" class="button"
			@click=${logout}>${t('logout')}</button>`}</div>`;
}

function side() {
	return html`<header class="side ${state.menu ? 'open' : ''}">
		<div class="brand"><a href="#/overview">${state.title || 'fleetline'}</a>
			<button type="button" class="button menu"
				aria-expanded="${String(state.menu)}"
				@click=${() => change({menu: !state.menu})}>${t('menu')}
				</button></div>
		<div class="drawer">${nav()}
			<div class="who"><strong>${state.me.name ?? state.me.domain}</strong>
			<span>${state.me.readOnly ? t('role.read-only')
				: t('role.' + (state.me.role ?? 'domain'))}</span></div>
			${preferences()}</div></header>`;
}

/** The connection is not there: what is shown may be old. */
function offline() {
	if (state.link === 'ready' && state.busy)
		return html`<div class="lost" key="busy" role="status">
			<span>${t('lost.busy')}</span></div>`;
	return state.link !== 'ready' && html`<div class="lost" key="lost" role="status">
		<span>${t('lost')}</span><button type="button" class="button"
		@click=${hurry}>${t('lost.now')}</button></div>`;
}

function toasts() {
	return html`<div class="toasts" role="status" aria-live="polite">
		${state.toasts.map(one => html`<div class="toast" key=${one.id}>
			<span>${one.text}</span>
			${one.undo && html`<button type="button" class="button"
				@click=${() => { forget(one); one.undo(); }}>${t('undo')}
				</button>`}
			<button type="button" class="button quiet" aria-label="${t('close')}"
				@click=${() => forget(one)}>×</button></div>`)}</div>`;
}

/** All but the login. @param {*} body what the screen draws */
export function frame(body) {
	return html`<a class="skip" href="#main" @click=${event => {
			event.preventDefault();
			document.querySelector('h1')?.focus();
		}}>${t('skip')}</a>
		${side()}<div class="stage">${offline()}<main id="main" key="main">${body}</main>
		</div>${toasts()}${drawDialog()}`;
}

// ---- the keyboard ------------------------------------------------------------

const KEYS = [['/', 'keys.search'], ['↑ ↓', 'keys.rows'], ['Enter', 'keys.open'],
	['Space', 'keys.select'], ['u', 'keys.undo'], ['g o', 'keys.overview'],
	['g d', 'keys.devices'], ['?', 'keys.help'], ['Esc', 'keys.leave']];

function help() {
	form({title: t('keys'), ok: null, body: () => html`<table class="keys">
		<tbody>${KEYS.map(([key, what]) => html`<tr><td><kbd>${key}</kbd></td>
		<td>${t(what)}</td></tr>`)}</tbody></table>`});
}

/** What was done last, as long as that is offered. */
function undo() {
	const one = state.toasts.findLast(({undo}) => undo);
	if (one) {
		forget(one);
		one.undo();
	}
}

const GOES = {o: 'overview', d: 'devices'};
let gone = 0;	// when "g" was typed

function typing(target) {
	return target.matches?.('input:not([type=checkbox]), textarea, select, '
		+ '[contenteditable]');
}

function press(event) {
	if (event.ctrlKey || event.metaKey || event.altKey || state.dialog
		|| state.phase !== 'open' || typing(event.target))
		return;
	if (event.key === '/') {
		event.preventDefault();
		const field = document.querySelector('input[type=search]');
		field ? field.focus() : go('devices');
	} else if (event.key === '?') {
		help();
	} else if (event.key === 'u') {
		undo();
	} else if (event.key === 'g') {
		gone = Date.now();
	} else if (GOES[event.key] && Date.now() - gone < 1000) {
		go(GOES[event.key]);
	}
}

export function hearKeys() {
	addEventListener('keydown', press);
}
