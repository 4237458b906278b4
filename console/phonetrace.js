/**
 * phonetrace -- what a phone of another vendor asked for, and why it got that
 * answer: a panel, into which new lines come while one looks.
 *
 * No event tells what phones ask for, so the newest lines are asked for again.
 */

import {html} from './html.js';
import {list} from './link.js';
import {button, load, loaded, panel, pill} from './parts.js';
import {change, state} from './store.js';
import {table} from './table.js';
import {t, when} from './text.js';

const AGAIN_MS = 2000;
const PAGE = 200;

function page(here, before) {
	return list({mt: 'GetPhoneTrace', mac: here.mac, ...before && {before}},
		'requests');
}

/** The newest lines, before those that are older than them. */
async function newest(here) {
	const rows = await page(here);
	const last = rows[rows.length - 1]?.id ?? 0;
	here.older ??= rows.length === PAGE;
	return [...rows, ...(here.trace?.rows ?? []).filter(one => one.id < last)];
}

/**
 * here.trace is that of the phone here.mac from now on, '' of those that nobody
 * knows.
 * @param {object} here of the screen
 * @param {string} mac
 */
export function traceOf(here, mac) {
	here.mac = mac;
	here.trace = null;
	here.older = undefined;
	here.begun = Date.now();
	readTrace(here);
	here.tracing ??= setInterval(() => !document.hidden && state.here === here
		&& state.link === 'ready' && here.trace && readTrace(here), AGAIN_MS);
}

/** The answer of another phone, which was looked at before, does not count. */
export function readTrace(here) {
	const {mac} = here;
	return load(here, 'trace', async () => {
		const rows = await newest(here);
		return here.mac === mac ? rows : here.trace?.rows ?? [];
	});
}

/** The screen is left. */
export function leaveTrace(here) {
	clearInterval(here.tracing);
}

async function more(here) {
	const {rows} = here.trace;
	const next = await page(here, rows[rows.length - 1].id);
	here.trace = {rows: [...rows, ...next]};
	here.older = next.length > 0;
	change();
}

/** What went well, what shall be looked at, what is only said. */
function kindOf({status, reason}) {
	return status >= 200 && status < 400 ? 'on'
		: reason === 'waiting' || reason === 'outside' ? 'warn' : 'bad';
}

const columns = here => [
	{head: t('time'), cell: one => html`<span class="nowrap ${
		one.last > here.begun ? 'fresh' : ''}">${when(one.last)}</span>`},
	{head: t('phones.file'), size: 'text', cell: one => html`<code>
		${one.file || '–'}</code>`},
	{head: t('phones.status'), cell: one => pill(kindOf(one),
		String(one.status || '–'))},
	{head: t('phones.reason'), cell: one => t('phones.reason.' + one.reason)},
	{head: t('phones.count'), size: 'num', cell: one => t('n', {n: one.count})},
	{head: t('address'), cell: one => html`<code>${one.address}</code>`}];

/** The lines of here.mac. */
export function drawTrace(here) {
	return loaded(here.trace, rows => rows.length
		? html`${table(columns(here), rows)}${here.older && button(t('more'),
			() => more(here).catch(() => {}))}`
		: html`<p class="muted">${t('phones.trace.none')}</p>`,
	() => readTrace(here));
}

/** @param {object} here @param {*} [beside] what stands beside the heading */
export function trace(here, beside) {
	return panel(t('phones.trace'), drawTrace(here), beside);
}
