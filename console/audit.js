/**
 * audit -- who changed what, newest first.
 */

import {html} from './html.js';
import {empty, heading} from './parts.js';
import {go, isSame} from './route.js';
import {state} from './store.js';
import {firstPage, pages, table} from './table.js';
import {t, when} from './text.js';

/** What one asks for: the members of GetAudit. */
const FILTERS = ['on', 'what', 'who', 'since', 'until'];

export function open({query}) {
	const here = {query: Object.fromEntries(FILTERS.filter(name => query[name])
		.map(name => [name, query[name]]))};
	ready(here);
	return here;
}

export function ready(here) {
	firstPage(here, 'audit', {mt: 'GetAudit', ...here.query}, row => row.id);
}

/** Further pages that somebody has come to stay. */
export function again(here) {
	if (!here.extended)
		ready(here);
}

/** What came of a member: what it was, and what it is. */
function shown(value) {
	return value === null || value === '' ? '–' : String(value);
}

function changes(detail) {
	const told = typeof detail === 'string' ? detail && JSON.parse(detail)
		: detail;
	return Object.entries(told?.changed ?? {}).filter(([, [before, now]]) =>
		shown(before) !== shown(now)).slice(0, 12).map(([name, [before, now]]) =>
		html`<div class="detail">${name}: ${shown(before)} → ${shown(now)}</div>`);
}

const columns = () => [
	{head: t('time'), cell: one => html`<span class="nowrap">${when(one.time)}
		</span>`},
	{head: t('who'), size: 'text', cell: one => one.who},
	{head: t('what'), cell: one => html`<code>${one.what}</code>`},
	{head: t('audit.on'), size: 'text', cell: one => one.on},
	{head: t('audit.detail'), size: 'text', cell: one => changes(one.detail)}];

function submit(event, here) {
	event.preventDefault();
	const data = new FormData(event.target);
	const query = Object.fromEntries([...data].map(([name, value]) =>
		[name, String(value).trim()]).filter(([, value]) => value));
	if (isSame({screen: 'audit', id: '', query}, state.route))
		ready(here);
	else
		go('audit', '', query);
}

function field(here, name, type = 'text') {
	return html`<label class="filter"><span>${t('audit.' + name)}</span>
		<input name="${name}" type="${type}" maxlength="64"
			.value=${here.query[name] ?? ''}></label>`;
}

export function draw(here) {
	return html`<div class="screen">${heading(t('audit'))}
		<form class="filters" role="search" @submit=${event =>
			submit(event, here)}>${field(here, 'on', 'search')}
			${field(here, 'what')}${field(here, 'who')}
			${field(here, 'since', 'date')}${field(here, 'until', 'date')}
			<button type="submit" class="button">${t('search')}</button></form>
		${pages(here, 'audit', rows => rows.length ? table(columns(), rows)
			: empty('audit'))}</div>`;
}
