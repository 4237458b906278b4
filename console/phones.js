/**
 * phones -- phones of other vendors that wait: whose they are, and what was asked
 * for phones that nobody knows.
 */

import {domainOptions} from './bulk.js';
import {domainName} from './fleet.js';
import {confirm, form} from './form.js';
import {html} from './html.js';
import {ask, follow, list} from './link.js';
import {SRC} from './live.js';
import {attempt, button, empty, heading, load, loaded, panel, since, toast}
	from './parts.js';
import {drawTrace, leaveTrace, readTrace, traceOf} from './phonetrace.js';
import {go, href} from './route.js';
import {change, state} from './store.js';
import {table} from './table.js';
import {t} from './text.js';

const REST_MS = 500;	// between two looks while phones come and go
const SHOWN_MAX = 1000;	// that wait; one key lets no more wait

export function open() {
	const here = {chosen: new Set(), failures: []};
	here.unfollow = follow({mt: 'GetWaitingPhones'}, {begin: () => {},
		part: () => soon(here), told: () => soon(here)}, SRC);
	traceOf(here, '');
	read(here);
	return here;
}

export function close(here) {
	here.unfollow();
	clearTimeout(here.timer);
	leaveTrace(here);
}

export function ready(here) {
	readTrace(here);
}

function soon(here) {
	here.timer ??= setTimeout(() => {
		here.timer = undefined;
		if (state.here === here)
			read(here);
	}, REST_MS);
}

/** A page may be short and not the last: an empty one is. */
async function waiting() {
	const all = [];
	let page;
	do {
		page = await list({mt: 'GetWaitingPhones',
			after: all[all.length - 1]?.mac ?? ''}, 'phones');
		all.push(...page);
	} while (page.length > 0 && all.length < SHOWN_MAX);
	return all;
}

async function read(here) {
	await load(here, 'phones', waiting);
	const there = new Set(here.phones.rows?.map(one => one.mac));
	here.chosen = new Set([...here.chosen].filter(mac => there.has(mac)));
}

// ---- what one can do ---------------------------------------------------------------

function domainField(keyDomainId) {
	const options = domainOptions();
	return {name: 'domainId', label: t('domain'), type: 'choice', options,
		value: options.find(([id]) => Number(id) === keyDomainId)?.[0]
			?? options[0]?.[0]};
}

/** @param {{mac: string, keyDomainId?: number}} phone */
export function promote(phone) {
	return form({title: t('phones.promote.title', {mac: phone.mac}),
		ok: t('phones.promote'), text: t('phones.promote.hint'),
		fields: [domainField(phone.keyDomainId)],
		async send({domainId}) {
			await ask({mt: 'PromotePhone', mac: phone.mac,
				domainId: Number(domainId)});
			toast(t('phones.promoted', {mac: phone.mac,
				domain: domainName(Number(domainId))}));
		}});
}

/** One after the other; those that could not be stay selected, and say why. */
async function promoteChosen(here) {
	const macs = [...here.chosen], failures = [];
	await form({title: t('phones.promote.many', {n: macs.length}),
		ok: t('phones.promote'), text: t('phones.promote.hint'),
		fields: [domainField(here.phones.rows.find(one => one.mac === macs[0])
			?.keyDomainId)],
		async send({domainId}) {
			for (const mac of macs)
				await ask({mt: 'PromotePhone', mac, domainId: Number(domainId)})
					.then(() => here.chosen.delete(mac),
						error => failures.push({mac, error}));
			toast(t('phones.promoted.many', {n: macs.length - failures.length,
				domain: domainName(Number(domainId))}));
		}});
	here.failures = failures;
	read(here);
}

async function forget(here, phone) {
	if (await confirm(t('phones.forget.title', {mac: phone.mac}),
		t('phones.forget.hint'), t('phones.forget'))
		&& await attempt(() => ask({mt: 'DemotePhone', mac: phone.mac})))
		read(here);
}

// ---- what is shown -------------------------------------------------------------------

function what(here, phone) {
	return html`<a class="button quiet" href="${href('phone', phone.mac)}">
			${t('phones.why')}</a>
		${!state.me.readOnly && html`${button(t('phones.forget'),
			() => forget(here, phone))}
			${button(t('phones.promote'), async () => {
				await promote(phone);
				read(here);
			})}`}`;
}

/** Selecting one never opens it. */
function check(here, {mac}) {
	return html`<input type="checkbox" aria-label="${t('grid.one', {name: mac})}"
		.checked=${here.chosen.has(mac)} @change=${event => {
			event.target.checked ? here.chosen.add(mac) : here.chosen.delete(mac);
			change();
		}}>`;
}

const columns = here => [
	...state.me.readOnly ? [] : [{head: '', cell: one => check(here, one)}],
	{head: t('phones.mac'), cell: one => html`<code>${one.mac}</code>
		${here.failures.filter(({mac}) => mac === one.mac).map(({error}) =>
		html`<div class="wrong">${error.message}</div>`)}`},
	{head: t('col.type'), size: 'text', cell: one => one.product || one.type},
	{head: t('phones.ports'), size: 'num', cell: one => t('n', {n: one.ports})},
	{head: t('col.version'), size: 'text', cell: one => one.version},
	{head: t('address'), cell: one => html`<code>${one.address}</code>`},
	{head: t('phones.key'), size: 'text', cell: one => domainName(one.keyDomainId)},
	{head: t('phones.seen'), cell: one => since(one.seen)},
	{head: '', size: 'right', cell: one => what(here, one)}];

function bulk(here) {
	const n = here.chosen.size;
	return n > 0 && html`<div class="bulk" role="toolbar"
		aria-label="${t('bulk')}"><strong>${t('bulk.selected', {n})}</strong>
		${button(t('phones.promote'), () => promoteChosen(here),
			{kind: 'primary'})}
		${button(t('bulk.none'), () => { here.chosen.clear(); change(); },
			{kind: 'quiet'})}</div>`;
}

function allOf(here, rows) {
	return rows.length > 1 && !state.me.readOnly && html`<div>
		${button(t('grid.all'), () => {
			here.chosen = new Set(rows.map(one => one.mac));
			change();
		}, {kind: 'quiet'})}</div>`;
}

function search(event) {
	event.preventDefault();
	const mac = String(new FormData(event.target).get('mac')).trim();
	if (mac)
		go('phone', mac);
}

/** Why did it get nothing?  Of a phone that is a device by now, too. */
function unknown(here) {
	return panel(t('phones.unknown'), html`<p class="muted">
		${t('phones.unknown.hint')}</p>${drawTrace(here)}`);
}

export function draw(here) {
	return html`<div class="screen">${heading(t('phones'), html`
		<a class="button" href="${href('layers')}">${t('layers')}</a>`)}
		<p class="lead">${t('phones.lead')}</p>
		<form class="filters" role="search" @submit=${search}>
			<label class="filter"><span>${t('phones.trace.mac')}</span>
			<input name="mac" type="search" maxlength="32"></label>
			<button type="submit" class="button">${t('phones.why')}</button></form>
		${bulk(here)}${loaded(here.phones, rows => rows.length
			? html`${allOf(here, rows)}${table(columns(here), rows,
				one => one.mac)}` : empty('phones'),
		() => read(here))}${unknown(here)}</div>`;
}
