/**
 * phones -- phones of other vendors that wait: whose they are, and why one of
 * them gets nothing.
 *
 * No event tells that a phone asks, so the list is loaded again while one looks.
 */

import {domainOptions} from './bulk.js';
import {domainName, hear} from './fleet.js';
import {confirm, form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {attempt, button, empty, heading, load, loaded, panel, since, toast}
	from './parts.js';
import {refine} from './route.js';
import {state} from './store.js';
import {table} from './table.js';
import {t, when} from './text.js';

const AGAIN_MS = 5000;
const SHOWN_MAX = 1000;	// that wait; one key lets no more wait

export function open({query}) {
	const here = {mac: query.mac ?? null};
	here.stop = hear(({mt}) => mt !== 'DeviceUpdate' && state.here === here
		&& ready(here));
	here.timer = setInterval(() => !document.hidden && state.here === here
		&& ready(here), AGAIN_MS);
	ready(here);
	return here;
}

export function close(here) {
	here.stop();
	clearInterval(here.timer);
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

export function ready(here) {
	load(here, 'phones', waiting);
	if (here.mac !== null)
		load(here, 'trace', () => list({mt: 'GetPhoneTrace', mac: here.mac},
			'requests'));
}

// ---- what one can do ---------------------------------------------------------------

async function promote(here, phone) {
	const options = domainOptions();
	if (await form({title: t('phones.promote.title', {mac: phone.mac}),
		ok: t('phones.promote'), text: t('phones.promote.hint'), fields: [
			{name: 'domainId', label: t('domain'), type: 'choice', options,
				value: options.find(([id]) => Number(id) === phone.keyDomainId)
					?.[0] ?? options[0]?.[0]}],
		async send({domainId}) {
			await ask({mt: 'PromotePhone', mac: phone.mac,
				domainId: Number(domainId)});
			toast(t('phones.promoted', {mac: phone.mac,
				domain: domainName(Number(domainId))}));
		}}))
		ready(here);
}

async function forget(here, phone) {
	if (await confirm(t('phones.forget.title', {mac: phone.mac}),
		t('phones.forget.hint'), t('phones.forget'))
		&& await attempt(() => ask({mt: 'DemotePhone', mac: phone.mac})))
		ready(here);
}

/** Empty: what phones asked for that nobody knows. */
function look(here, mac) {
	here.mac = mac;
	here.trace = null;
	refine({mac});
	ready(here);
}

// ---- what is shown -------------------------------------------------------------------

function what(here, phone) {
	return html`${button(t('phones.why'), () => look(here, phone.mac),
			{kind: 'quiet'})}
		${!state.me.readOnly && html`${button(t('phones.forget'),
			() => forget(here, phone))}
			${button(t('phones.promote'), () => promote(here, phone))}`}`;
}

const columns = here => [
	{head: t('phones.mac'), cell: one => html`<code>${one.mac}</code>`},
	{head: t('col.type'), cell: one => one.product || one.type},
	{head: t('phones.ports'), cell: one => t('n', {n: one.ports})},
	{head: t('col.version'), cell: one => one.version},
	{head: t('address'), cell: one => html`<code>${one.address}</code>`},
	{head: t('phones.key'), cell: one => domainName(one.keyDomainId)},
	{head: t('phones.seen'), cell: one => since(one.seen)},
	{head: '', size: 'right', cell: one => what(here, one)}];

const requests = () => [
	{head: t('time'), cell: one => html`<span class="nowrap">${when(one.last)}
		</span>`},
	{head: t('phones.file'), size: 'text', cell: one => html`<code>${one.file}
		</code>`},
	{head: t('phones.status'), cell: one => String(one.status)},
	{head: t('phones.reason'), cell: one => t('phones.reason.' + one.reason)},
	{head: t('phones.count'), cell: one => t('n', {n: one.count})},
	{head: t('address'), cell: one => html`<code>${one.address}</code>`}];

function submit(event, here) {
	event.preventDefault();
	look(here, String(new FormData(event.target).get('mac')).trim());
}

/** Why did it get nothing?  Of a phone that is a device by now, too. */
function trace(here) {
	return panel(t('phones.trace'), html`
		<form class="filters" role="search" @submit=${event =>
			submit(event, here)}><label class="filter">
			<span>${t('phones.trace.mac')}</span><input name="mac" type="search"
			maxlength="32" .value=${here.mac ?? ''}></label>
			<button type="submit" class="button">${t('search')}</button></form>
		${here.mac === null ? html`<p class="muted">${t('phones.trace.hint')}</p>`
			: loaded(here.trace, rows => rows.length ? table(requests(), rows)
				: html`<p class="muted">${t('phones.trace.none')}</p>`,
			() => ready(here))}`);
}

export function draw(here) {
	return html`<div class="screen">${heading(t('phones'))}
		<p class="lead">${t('phones.lead')}</p>
		${loaded(here.phones, rows => rows.length
			? table(columns(here), rows, one => one.mac) : empty('phones'),
		() => ready(here))}${trace(here)}</div>`;
}
