/**
 * overview -- what is wrong now, and how much there is of what.
 */

import {alarmed} from './alarmed.js';
import {domainName, hear} from './fleet.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {heading, load, loaded, panel, pill, since} from './parts.js';
import {plot} from './plot.js';
import {href} from './route.js';
import {state} from './store.js';
import {day, number, t} from './text.js';

const DAY_MS = 86400000;
const REST_MS = 2000;	// between two counts while devices come and go
const SHOWN = 8;	// rows of a table of counts
const ASKED_AT_ONCE = 50;	// domains
const PHONES_MAX = 200;	// that GetWaitingPhones lists at once
const SOON_MS = 30 * DAY_MS;	// before which the end of a rental is told

/** What is wrong is wrong in a domain. */
export const afterDomains = true;

export function open() {
	const here = {days: 1};
	here.stop = hear(() => {
		here.timer ??= setTimeout(() => {
			here.timer = undefined;
			if (state.here === here)
				count(here);
		}, REST_MS);
	});
	ready(here);
	return here;
}

export function close(here) {
	here.stop();
}

function count(here) {
	load(here, 'figures', () => ask({mt: 'GetStatistics'}));
}

export function ready(here) {
	count(here);
	history(here);
	load(here, 'waiting', () => list({mt: 'GetWaitingPhones'}, 'phones'));
	load(here, 'wrong', wrong);
}

export {ready as again};

function history(here) {
	const from = Date.now() - here.days * DAY_MS;
	load(here, 'history', () => ask({mt: 'GetOnlineHistory', from,
		...!state.me.admin && {domainId: state.me.domainId}}));
}

/** A rental that is about to end; a domain that goes meanwhile has none. */
async function ending({id}) {
	const {rental} = await ask({mt: 'GetRental', domainId: id}).catch(error =>
		error.message === 'not found' ? {rental: {}} : Promise.reject(error));
	return rental.end && rental.end < Date.now() + SOON_MS
		? [{domainId: id, kind: 'rental', detail: day(rental.end)}] : [];
}

/** Of every domain that one sees. */
async function wrong() {
	const rents = state.domains.filter(one => one.hasRentalProducts);
	const all = (await list({mt: 'GetAlarms'}, 'alarms'))
		.filter(one => !one.until);
	for (let i = 0; i < rents.length; i += ASKED_AT_ONCE)
		all.push(...(await Promise.all(rents.slice(i, i + ASKED_AT_ONCE)
			.map(ending))).flat());
	return all;
}

function tile(label, value, where, kind) {
	return html`<a class="tile ${kind}" href="${where}"><strong>${value}</strong>
		<span>${label}</span></a>`;
}

function tiles(here, figures) {
	const {known, online, unassigned} = figures;
	const waiting = here.waiting?.rows?.length;
	return html`<div class="tiles">
		${tile(t('overview.known'), number(known), href('devices'))}
		${tile(t('online'), number(online),
			href('devices', '', {online: 'true'}), 'on')}
		${tile(t('offline'), number(known - online),
			href('devices', '', {online: 'false'}), known > online ? 'off' : '')}
		${unassigned !== undefined && tile(t('unassigned'), number(unassigned),
			href('unassigned'), unassigned ? 'warn' : '')}
		${waiting > 0 && tile(t('phones'), number(waiting)
			+ (waiting < PHONES_MAX ? '' : '+'), href('phones'), 'warn')}</div>`;
}

function alarm(one) {
	return html`<li>${pill(one.kind === 'offline' ? 'off' : 'bad',
			t('alarm.' + one.kind))}
		${alarmed(one, one.domainId)}
		<span class="muted">${domainName(one.domainId)}${one.since && html`, ${
			since(one.since)}`}</span></li>`;
}

function wrongNow(rows, figures) {
	if (rows.length)
		return html`<ul class="list">${rows.slice(0, 20).map(alarm)}</ul>
			${rows.length > 20 && html`<a href="#/alarms">
				${t('overview.more', {n: rows.length - 20})}</a>`}`;
	return html`<p>${pill('on', t('overview.fine'))}</p>
		${figures?.known > figures?.online && html`<p class="muted">
			${t('overview.quiet')}</p>`}
		${figures?.known === 0 && html`<p class="muted">
			${t('overview.first')}</p>`}`;
}

function counts(rows, others, name, where) {
	const shown = rows.slice(0, SHOWN);
	return html`<table class="table"><tbody>${shown.map(row => html`<tr>
		<td class="text">${where ? html`<a href="${where(row)}">${name(row)}</a>`
			: name(row)}</td>
		<td class="num">${number(row.online)} / ${number(row.known)}</td>
		<td class="bar"><meter min="0" max="${row.known || 1}"
			.value=${row.online} aria-label="${t('overview.online', {
				n: row.online, all: row.known})}"></meter></td></tr>`)}
		</tbody></table>
		${(rows.length > SHOWN || others) && html`<p class="muted">
			${t('overview.others')}</p>`}`;
}

function byWhat(figures) {
	return html`${panel(t('overview.domains'), counts(figures.domains,
			figures.otherDomains, row => row.name, row =>
			href('devices', '', {domain: String(row.domainId)})))}
		${panel(t('overview.types'), counts(figures.types, figures.otherTypes,
			row => `${row.product || '–'}`, row =>
			href('devices', '', {q: row.product})))}
		${panel(t('overview.versions'), counts(figures.versions,
			figures.otherVersions, row => row.version || '–'))}`;
}

function days(here) {
	return [1, 7, 30].map(n => html`<button type="button" class="button quiet"
		aria-pressed="${String(here.days === n)}" @click=${() => {
			here.days = n;
			history(here);
		}}>${t('days', {n})}</button>`);
}

export function draw(here) {
	const figures = here.figures?.rows;
	return html`<div class="screen">${heading(t('overview'))}
		${loaded(here.figures, figures =>
			tiles(here, figures), () => ready(here))}
		${panel(t('overview.wrong'), loaded(here.wrong, rows =>
			wrongNow(rows, figures), () => ready(here)))}
		${panel(t('overview.history'), loaded(here.history, plot), days(here))}
		<div class="columns-three">${figures && byWhat(figures)}</div></div>`;
}
