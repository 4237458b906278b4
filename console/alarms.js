/**
 * alarms -- what is wrong with the devices of a domain, and who is told.
 */

import {alarmed} from './alarmed.js';
import {domainChoice, domainOf} from './codes.js';
import {domainName} from './fleet.js';
import {form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {button, copy, facts, heading, load, loaded, panel, pill, since, toast}
	from './parts.js';
import {mayChange, state} from './store.js';
import {table} from './table.js';
import {t, when} from './text.js';
import {askPause, endPause} from './upkeep.js';

/** It may begin with the first domain. */
export const afterDomains = true;

export function open({query}) {
	const here = {domain: domainOf(query)};
	ready(here);
	return here;
}

export function ready(here) {
	const domainId = here.domain;
	load(here, 'alarms', () => list({mt: 'GetAlarms', domainId}, 'alarms'));
	load(here, 'settings', () => ask({mt: 'GetAlarmSettings', domainId}));
}

export {ready as again};

const columns = here => [
	{head: t('state'), cell: one => one.until ? pill('on', t('alarm.over'))
		: pill('bad', t('alarm.' + one.kind))},
	{head: t('alarm.subject'), size: 'text', cell: one => alarmed(one, here.domain)},
	{head: t('alarm.since'), cell: one => since(one.since)},
	{head: t('alarm.told'), cell: one => one.told ? when(one.told)
		: t('alarm.nottold')}];

/** A secret is shown once. */
async function done(here, answer) {
	ready(here);
	if (answer.secret)
		await form({title: t('alarm.secret'), ok: null,
			text: t('alarm.secret.hint'), body: () => html`
			<code class="secret">${answer.secret}</code>
			${button(t('copy'), () => copy(answer.secret))}`});
	else
		toast(t('saved'));
}

async function newSecret(here) {
	const answer = await form({title: t('alarm.secret.new'), danger: true,
		text: t('alarm.secret.new.hint'), ok: t('alarm.secret.new'),
		send: () => ask({mt: 'SetAlarmSettings', domainId: here.domain,
			newSecret: true})});
	if (answer)
		await done(here, answer);
}

/** Nobody is told for a while: of a domain, until. */
function silence(here, now) {
	const domainId = here.domain;
	return {name: t('alarm.of', {name: domainName(domainId)}),
		text: t('alarm.pause.hint'), before: now.pausedUntil,
		async set(until) {
			await ask({mt: 'SetAlarmSettings', domainId, pausedUntil: until});
			if (state.here === here)
				ready(here);
		}};
}

async function edit(here, now) {
	const answer = await form({title: t('alarm.settings'), fields: [
		{name: 'offlineMinutes', label: t('alarm.minutes'), type: 'number',
			value: now.offlineMinutes, hint: t('alarm.minutes.hint')},
		{name: 'recipients', label: t('domain.recipients'),
			value: now.recipients.join(', '), hint: t('domain.recipients.hint')},
		{name: 'url', label: t('alarm.url'), value: now.url},
		{name: 'quiet', label: t('alarm.quiet'), value: now.quiet,
			hint: t('alarm.quiet.hint')},
		{name: 'zone', label: t('alarm.zone'), value: now.zone},
		{name: 'language', label: t('language'), value: now.language}],
	send: ({offlineMinutes, recipients, ...values}) => ask({
		mt: 'SetAlarmSettings', domainId: here.domain,
		offlineMinutes: Number(offlineMinutes), ...values,
		recipients: recipients.split(/[\s,]+/).filter(Boolean)})});
	if (answer)
		await done(here, answer);
}

function buttons(here, now) {
	const what = silence(here, now);
	return html`${button(t('edit'), () => edit(here, now))}
		${now.pausedUntil > Date.now()
			? button(t('resume'), () => endPause(what))
			: button(t('pause'), () => askPause(what))}
		${now.url && button(t('alarm.secret.new'), () => newSecret(here))}`;
}

function settings(now) {
	return facts([
		[t('alarm.minutes'), now.offlineMinutes ? String(now.offlineMinutes)
			: t('alarm.never')],
		[t('domain.recipients'), now.recipients.join(', ') || t('none')],
		[t('alarm.url'), now.url || t('none')],
		[t('alarm.quiet'), now.quiet ? `${now.quiet} (${now.zone})` : t('none')],
		[t('alarm.paused'), now.pausedUntil ? when(now.pausedUntil) : ''],
		[t('alarm.waiting'), now.waiting ? String(now.waiting) : '']]);
}

export function draw(here) {
	const now = here.settings?.rows;
	return html`<div class="screen">${heading(t('alarms'))}
		<div class="filters">${domainChoice(here)}</div>
		${panel(t('overview.wrong'), loaded(here.alarms, rows => rows.length
			? table(columns(here), rows, one => `${one.kind} ${one.subject}`)
			: html`<p>${pill('on', t('overview.fine'))}</p>
				${now?.offlineMinutes === 0 && html`<p class="muted">
					${t('alarm.off')}</p>`}`))}
		${here.settings?.error ? null : panel(t('alarm.settings'),
			loaded(here.settings, settings),
			now && mayChange(here.domain) && buttons(here, now))}</div>`;
}
