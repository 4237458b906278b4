/**
 * registrations -- by which names devices know this instance, and how they are
 * told another one.
 */

import {confirm, form} from './form.js';
import {html} from './html.js';
import {ask} from './link.js';
import {attempt, button, facts, load, loaded, panel, pill, toast} from './parts.js';
import {state} from './store.js';
import {table} from './table.js';
import {number, t, when} from './text.js';

export function loadRegistrations(here) {
	load(here, 'hosts', async () => (await ask({mt: 'GetRegistrations'})).hosts);
	return load(here, 'moving', () => ask({mt: 'GetRegistrationMove'}));
}

function preview(shown) {
	return facts([
		[t('registrations.known'), number(shown.known)],
		[t('registrations.online'), number(shown.online)],
		[t('registrations.first'), shown.first.join(', ')]]);
}

/** First who would be told, then whether they shall be. */
async function move(here) {
	const hosts = here.hosts.rows.filter(one => one.host);
	const shown = await form({title: t('registrations.move'),
		text: t('registrations.move.hint'), ok: t('rental.preview'), fields: [
			{name: 'from', label: t('registrations.from'), type: 'choice',
				value: hosts[0]?.host,
				options: hosts.map(one => [one.host, one.host])},
			{name: 'to', label: t('registrations.to'), required: true}],
		send: async hosts => ({hosts, answer: await ask({
			mt: 'MoveRegistrations', ...hosts, dryRun: true})})});
	if (!shown)
		return;
	if (await form({title: t('registrations.move.sure', shown.hosts),
		body: () => preview(shown.answer), ok: t('registrations.tell'),
		danger: true, send: () => ask({mt: 'MoveRegistrations',
			...shown.hosts})}))
		toast(t('registrations.begun'));
	loadRegistrations(here);
}

async function stop(here, {to}) {
	if (await confirm(t('registrations.stop', {to}), t('registrations.stop.hint'),
		t('registrations.stop.do'))
		&& await attempt(() => ask({mt: 'StopRegistrationMove'})))
		loadRegistrations(here);
}

function moving(here, now) {
	return now.began > 0 && html`<div class="hint-box">
		${now.ended ? pill('none', t('registrations.over'))
			: pill('warn', t('registrations.runs'))}
		${facts([
			[t('registrations.from'), now.from], [t('registrations.to'), now.to],
			[t('from'), when(now.began)],
			[t('until'), now.ended ? when(now.ended) : ''],
			[t('registrations.why'), now.why],
			[t('registrations.back'), number(now.back)],
			[t('registrations.away'), number(now.away)],
			[t('registrations.failed'), number(now.failed)]])}
		${!now.ended && !state.me.readOnly && button(t('registrations.stop.do'),
			() => stop(here, now), {kind: 'danger'})}</div>`;
}

const columns = () => [
	{head: t('registrations.host'), size: 'text', cell: one => one.host
		? html`<code>${one.host}</code>` : t('registrations.unknown')},
	{head: t('registrations.known'), size: 'num', cell: one => number(one.known)},
	{head: t('registrations.online'), size: 'num', cell: one => number(one.online)}];

/** @param {object} here of the screen */
export function registrations(here) {
	const rows = here.hosts?.rows;
	return panel(t('registrations'), html`
		${here.moving?.rows && moving(here, here.moving.rows)}
		${loaded(here.hosts, hosts => hosts.length
			? table(columns(), hosts, one => one.host)
			: html`<p class="muted">${t('registrations.none')}</p>`)}`,
	rows?.some(one => one.host) && !state.me.readOnly
		&& button(t('registrations.move'), () => move(here)));
}
