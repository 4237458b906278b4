/**
 * devices -- the live list of all that are in a domain.
 */

import {actions} from './bulk.js';
import {exportDevices, importDevices} from './exchange.js';
import {address, domainName, fleet, openFleet, searchFor, view} from
	'./fleet.js';
import {drawGrid, newGrid} from './grid.js';
import {html} from './html.js';
import {attempt, button, empty, failed, heading, presence} from './parts.js';
import {go, href, refine} from './route.js';
import {change, state} from './store.js';
import {t} from './text.js';

const TYPES = ['GW', 'VA', 'PHONE', 'DECT', 'APP_PLATFORM'];

const COLUMNS = [
	{name: 'online', size: 'state', cell: presence},
	{name: 'name', size: 'name', cell: device => html`<a
		href="${href('device', device.hwId)}" tabindex="-1">
		${device.name || t('noname')}</a>${device.claimed
		&& html`<span class="tag">${t('claimed')}</span>`}${device.doubtful
		&& html`<span class="tag">${t('doubtful')}</span>`}`},
	{name: 'hwId', size: 'hwid', cell: device => html`<code>${device.hwId}
		</code>`},
	{name: 'type', size: 'type wide', cell: device => device.type || '–'},
	{name: 'product', size: 'product wide', cell: device => device.product},
	{name: 'domain', size: 'domain wide',
		cell: device => domainName(device.domainId)},
	{name: 'ip', size: 'ip wide', cell: device => html`<code>
		${address(device)}</code>`},
	{name: 'version', size: 'version wide', cell: device => device.version},
];

export function open() {
	openFleet();
	return {grid: newGrid()};
}

/** Those that the URL names; all, if it names none. */
function columnsOf({columns = ''}) {
	const named = columns.split(',');
	const some = COLUMNS.filter(one => named.includes(one.name));
	return some.length ? some : COLUMNS;
}

/** Show that one or not. */
function showColumn(query, column, shown) {
	const before = columnsOf(query);
	const now = COLUMNS.filter(one => one === column ? shown
		: before.includes(one));
	refine({columns: now.length < COLUMNS.length
		&& now.map(one => one.name).join(',')});
}

function choice(name, query, options) {
	return html`<label class="filter"><span>${t('col.' + name)}</span><select
		@change=${event => refine({[name]: event.target.value})}>
		<option value="">${t('any')}</option>
		${options.map(([value, word]) => html`<option value="${value}"
			?selected=${query[name] === String(value)}>${word}</option>`)}
		</select></label>`;
}

function filters(query) {
	return html`<div class="filters" role="search">
		<input type="search" aria-label="${t('search')}" maxlength="64"
			placeholder="${t('devices.search')}" .value=${query.q ?? ''}
			@input=${event => {
				refine({q: event.target.value});
				searchFor(state.route);
			}}>
		${choice('online', query, [['true', t('online')], ['false', t('offline')]])}
		${choice('type', query, TYPES.map(type => [type, t('type.' + type)]))}
		${state.domains.length > 1 && choice('domain', query,
			state.domains.map(one => [one.id, one.name]))}</div>`;
}

/** Which columns there are; at least one. */
function columnChoice(query) {
	const shown = columnsOf(query);
	return html`<details class="columns"><summary class="button">
		${t('columns')}</summary><div>${COLUMNS.map(one =>
		html`<label><input type="checkbox" .checked=${shown.includes(one)}
			?disabled=${shown.length === 1 && shown[0] === one}
			@change=${event => showColumn(query, one, event.target.checked)}>
			${t('col.' + one.name)}</label>`)}</div></details>`;
}

function none(query) {
	const filtered = query.q || query.domain || query.type || query.online;
	return filtered ? empty('devices.filtered', html`<a class="button"
		href="#/devices">${t('devices.all')}</a>`)
		: state.me.admin ? empty('devices', html`<a class="button primary"
			href="#/unassigned">${t('unassigned')}</a>`)
		: empty('devices.own', !state.me.readOnly && html`<a
			class="button primary" href="#/codes">${t('codes')}</a>`);
}

function table(here, query, rows) {
	return drawGrid({grid: here.grid, rows, label: t('devices'),
		columns: columnsOf(query),
		key: device => device.hwId, sort: query.sort ?? 'name',
		onsort: sort => refine({sort}), select: !state.me.readOnly,
		onopen: device => go('device', device.hwId)});
}

function progress() {
	return !fleet.last && html`<span class="busy" role="status">
		${t('devices.loading', {n: fleet.size})}</span>`;
}

export function draw(here, {query}) {
	const rows = view(query);
	return html`<div class="screen fill">${heading(t('devices'), html`
		${state.me.admin && !state.me.readOnly && button(t('import'),
			() => attempt(() => importDevices(change)))}
		${rows.length > 0 && fleet.last && button(t('export'),
			() => exportDevices(rows))}
		${columnChoice(query)}`, progress())}
		${filters(query)}${actions(here)}
		${fleet.error ? failed(fleet.error)
			: rows.length ? table(here, query, rows)
			: fleet.last && none(query)}</div>`;
}
