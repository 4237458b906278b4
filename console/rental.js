/**
 * rental -- what a domain rents: balance, licences, history.
 *
 * A change is shown with its cost first, and is done only as it was shown.
 */

import {domainChoice} from './codes.js';
import {domainName} from './fleet.js';
import {form} from './form.js';
import {html} from './html.js';
import {ask, baseUrl, fetched, list} from './link.js';
import {attempt, button, empty, heading, load, loaded, panel, save, toast}
	from './parts.js';
import {counted, licences, loadCatalogue} from './licences.js';
import {costs} from './plot.js';
import {href, turn} from './route.js';
import {mayChange, state} from './store.js';
import {firstPage, pages, table} from './table.js';
import {amount, day, number, t, when} from './text.js';

const YEAR_MAX = 2000;	// rows that the plot is made of

/** It may begin with the first domain. */
export const afterDomains = true;

export function open({id}) {
	const here = {domain: Number(id) || state.me.domainId
		|| state.domains[0]?.id};
	ready(here);
	return here;
}

export function ready(here) {
	const domainId = here.domain;
	load(here, 'rental', async () =>
		(await ask({mt: 'GetRental', domainId})).rental);
	load(here, 'rented', () => list({mt: 'GetRentedLicences', domainId},
		'licences'));
	load(here, 'year', () => list({mt: 'GetRentalHistory', domainId,
		limit: YEAR_MAX}, 'history'));
	firstPage(here, 'history', {mt: 'GetRentalHistory', domainId, limit: 200},
		row => row.number);
	loadCatalogue(here);
}

/** Only where the ledger has gone on; further pages of it stay. */
export async function again(here) {
	const {rental} = await ask({mt: 'GetRental', domainId: here.domain})
		.catch(() => ({}));
	if (rental && rental.number !== here.rental?.rows?.number && !here.extended)
		ready(here);
}

// ---- changes ----------------------------------------------------------------------

function preview(answer) {
	const row = (name, of) => html`<tr><th scope="row">${t(name)}</th>
		<td class="num">${of(answer.before)}</td>
		<td class="num">${of(answer.after)}</td></tr>`;
	return html`<table class="table"><thead><tr><td></td>
		<th class="num">${t('rental.before')}</th>
		<th class="num">${t('rental.after')}</th></tr></thead><tbody>
		${row('rental.month', one => amount(one.costPerMonth))}
		${row('rental.balance', one => amount(one.balance))}
		${row('rental.end', one => day(one.end))}</tbody></table>
		<p>${t('rental.charge', {charge: amount(answer.charge)})}</p>`;
}

/** First what it costs, then whether it shall be. */
async function change(here, given) {
	const catalogue = (await list({mt: 'GetLicences'}, 'licences'))
		.filter(one => !one.retired);
	if (!given && !catalogue.length) {
		toast(t('rental.nolicence'));
		return;
	}
	const shown = await form({title: t('rental.change'), ok: t('rental.preview'),
		fields: [
			{name: 'hwId', label: t('rental.gateway'), required: true,
				value: given?.hwId},
			{name: 'licence', label: t('rental.licence'), type: 'choice',
				value: given?.licence ?? catalogue[0].licence,
				options: (given ? [given] : catalogue).map(one =>
					[one.licence, `${one.title} (${amount(one.price)})`])},
			{name: 'count', label: t('rental.count'), type: 'number',
				value: given?.count ?? 1, hint: t('rental.count.hint')}],
		async send({hwId, licence, count}) {
			const changes = [{hwId, licence, count: Number(count)}];
			const answer = await ask({mt: 'PreviewRental',
				domainId: here.domain, changes});
			return {changes, answer};
		}});
	if (!shown)
		return;
	const done = await form({title: t('rental.change'), ok: t('rental.apply'),
		text: t('rental.apply.hint'), body: () => preview(shown.answer),
		send: () => ask({mt: 'ApplyRental', domainId: here.domain,
			changes: shown.changes, number: shown.answer.before.number})});
	if (done)
		toast(t('saved'));
	ready(here);
}

async function loadKey(here) {
	const answer = await form({title: t('rental.load'), ok: t('rental.load.do'),
		fields: [{name: 'key', label: t('rental.key'), required: true}],
		send: ({key}) => ask({mt: 'LoadActivationKey', domainId: here.domain,
			key: key.trim()})});
	if (answer) {
		toast(t('rental.loaded', {amount: amount(answer.amount)}));
		ready(here);
	}
}

async function correct(here) {
	if (await form({title: t('rental.correct', {name: domainName(here.domain)}),
		text: t('rental.correct.hint'), fields: [
			{name: 'amount', label: t('rental.amount'), required: true,
				hint: t('rental.correct.amount')},
			{name: 'note', label: t('rental.note'), required: true}],
		send: values => ask({mt: 'CorrectRental', domainId: here.domain,
			note: values.note, amount: counted(values.amount)})}))
		toast(t('saved'));
	ready(here);
}

// ---- the history as a file (UI3) -----------------------------------------------------

async function download(here) {
	const {ticket} = await ask({mt: 'GetTicket'});
	const domain = domainName(here.domain);
	const query = new URLSearchParams({domain, type: 'history', bom: '1',
		lang: state.lang, tz: Intl.DateTimeFormat().resolvedOptions().timeZone});
	const response = await fetched(`${baseUrl()}/csvapi?${query}`,
		{headers: {Authorization: `Ticket ${ticket}`}});
	if (!response.ok)
		throw new Error((await response.text()).trim());
	save(`rental-history-${domain}.csv`, await response.blob(), 'text/csv');
}

// ---- what is shown -------------------------------------------------------------------

function tile(label, value) {
	return html`<div class="tile"><strong>${value}</strong><span>${label}</span>
		</div>`;
}

function figures(rental) {
	return html`<div class="tiles">
		${tile(t('rental.balance'), amount(rental.balance))}
		${tile(t('rental.month'), amount(rental.costPerMonth))}
		${tile(t('rental.end'), day(rental.end))}</div>`;
}

const rented = here => [
	{head: t('device'), cell: one => html`<a href="${href('device', one.hwId)}">
		<code>${one.hwId}</code></a>`},
	{head: t('rental.licence'), size: 'text', cell: one => one.title || one.licence},
	{head: t('rental.count'), size: 'num', cell: one => number(one.count)},
	{head: t('rental.price'), size: 'num', cell: one => amount(one.price)},
	{head: '', size: 'right', cell: one => mayChange(here.domain)
		&& button(t('edit'), () => attempt(() => change(here, one)))}];

const history = () => [
	{head: t('rental.number'), size: 'num', cell: one => String(one.number)},
	{head: t('time'), cell: one => when(one.time)},
	{head: t('what'), cell: one => t('rental.what.' + one.what)},
	{head: t('device'), cell: one => html`<code>${one.hwId}</code>`},
	{head: t('rental.licence'), size: 'text', cell: one => one.licence},
	{head: t('rental.count'), size: 'num', cell: one => one.licence
		? number(one.count) : ''},
	{head: t('rental.amount'), size: 'num', cell: one => amount(one.amount)},
	{head: t('rental.balance'), size: 'num', cell: one => amount(one.balance)}];

export function draw(here) {
	const may = mayChange(here.domain);
	return html`<div class="screen">${heading(t('rental'), may && html`
		${button(t('rental.load'), () => loadKey(here))}
		${state.me.admin && button(t('rental.correct.do'), () => correct(here))}
		${button(t('rental.change'), () => attempt(() => change(here)),
			{kind: 'primary'})}`)}
		<div class="filters">${domainChoice(here,
			id => turn('rental', id))}</div>
		${loaded(here.rental, figures, () => ready(here))}
		${panel(t('rental.rented'), loaded(here.rented, rows => rows.length
			? table(rented(here), rows, one => `${one.hwId} ${one.licence}`)
			: html`<p class="muted">${t('rental.nothing')}</p>`))}
		${panel(t('rental.plot'), loaded(here.year, rows =>
			costs(rows, rows.length < YEAR_MAX)))}
		${panel(t('rental.history'), pages(here, 'history', rows => rows.length
			? table(history(), rows, one => one.number) : empty('rental')),
		button(t('rental.download'), () => attempt(() => download(here))))}
		${licences(here)}</div>`;
}
