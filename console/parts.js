/**
 * parts -- small pieces that many screens show.
 */

import {html} from './html.js';
import {change, state} from './store.js';
import {ago, errorText, t, when} from './text.js';

/** A state as shape and word, not as colour alone.
 * @param {'on'|'off'|'warn'|'bad'|'none'} kind
 * @param {string} word */
export function pill(kind, word) {
	return html`<span class="pill ${kind}"><i class="shape"
		aria-hidden="true"></i>${word}</span>`;
}

/** @param {object} device */
export function presence(device) {
	return device.online ? pill('on', t('online')) : pill('off', t('offline'));
}

/** A time, exactly when one points at it. */
export function since(ms) {
	return ms ? html`<time title="${when(ms)}">${ago(ms)}</time>` : '–';
}

/** @param {string} label
 * @param {function(Event): void} fn
 * @param {{kind?: string, disabled?: boolean, title?: string}} [more] */
export function button(label, fn, more = {}) {
	return html`<button type="button" class="button ${more.kind}"
		?disabled=${more.disabled} title=${more.title}
		@click=${fn}>${label}</button>`;
}

/** Nothing is here: what it means and what to do first. */
export function empty(name, action) {
	return html`<div class="empty"><h2>${t(name + '.empty')}</h2>
		<p>${t(name + '.empty.hint')}</p>${action}</div>`;
}

/** What happened, and what to try. */
export function failed(error, again) {
	return html`<div class="failed" role="alert">
		<h2>${t('failed')}</h2><p>${errorText(error)}</p>
		${again && button(t('again'), again)}</div>`;
}

export function loading() {
	return html`<p class="loading" role="status">${t('loading')}</p>`;
}

/** A part of a screen under a heading. */
export function panel(title, body, actions) {
	return html`<section class="panel"><header><h2>${title}</h2>
		<div class="actions">${actions}</div></header>${body}</section>`;
}

/** Pairs of name and value.
 * @param {Array<[string, *]>} pairs */
export function facts(pairs) {
	return html`<dl class="facts">${pairs.filter(([, value]) =>
		value !== undefined && value !== '').map(([name, value]) =>
		html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** The heading of a screen, with what one can do in it. */
export function heading(title, actions, beside) {
	return html`<div class="heading"><h1 tabindex="-1">${title}</h1>${beside}
		<div class="actions">${actions}</div></div>`;
}

const NAMES_MAX = 10;

/** The first of many names: a row stays a row. @param {Array<string>} names */
export function some(names) {
	const shown = names.slice(0, NAMES_MAX).join(', ');
	return names.length > NAMES_MAX ? `${shown}, ${t('overview.more',
		{n: names.length - NAMES_MAX})}` : shown;
}

let toasts = 0;

/** Says that something is done, for a while; with what takes it back. */
export function toast(text, undo) {
	const one = {id: ++toasts, text, undo};
	change({toasts: [...state.toasts, one].slice(-3)});
	setTimeout(() => forget(one), undo ? 15000 : 6000);
}

export function forget(one) {
	change({toasts: state.toasts.filter(other => other !== one)});
}

/** Do what may be refused; says so if it was.  True: it was done. */
export async function attempt(fn) {
	try {
		await fn();
		return true;
	} catch (error) {
		toast(errorText(error));
		return false;
	}
}

/**
 * What a screen loads: here[name] is {rows} or {error} once it is there; what
 * was there stays until then.
 * @param {object} here of the screen
 * @param {string} name
 * @param {function(): Promise<*>} get
 */
export async function load(here, name, get) {
	const asked = here[`${name}.asked`] = {};
	let got;
	try {
		got = {rows: await get()};
	} catch (error) {
		got = error.message === 'connection lost' && here[name] || {error};
	}
	// Answers may come in another order than they were asked for.
	if (here[`${name}.asked`] === asked)
		here[name] = got;
	change();
}

/** What was loaded, or why not yet.
 * @param {?{rows: *, error: Error}} what of load()
 * @param {function(*): *} draw
 * @param {function(): void} [again] */
export function loaded(what, draw, again) {
	if (!what)
		return loading();
	return what.error ? failed(what.error, again) : draw(what.rows);
}

/** Give a text to the clipboard; plain http has none. */
export async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		toast(t('copied'));
	} catch {
		toast(t('copy.no'));
	}
}

/** A file for the person. */
export function save(name, text, type) {
	const url = URL.createObjectURL(new Blob([text], {type}));
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 1000);
}
