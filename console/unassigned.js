/**
 * unassigned -- devices that came and are in no domain: look who they are, and
 * put them into one.
 */

import {domainOptions} from './bulk.js';
import {assign, choose} from './claims.js';
import {hear} from './fleet.js';
import {form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {attempt, button, empty, heading, load, loaded, presence, toast}
	from './parts.js';
import {change, state} from './store.js';
import {errorText, t} from './text.js';

const PAGE = 200;	// rows that are drawn more at a time

export function open() {
	const here = {chosen: new Set(), open: '', shown: PAGE};
	here.stop = hear(({device, mt}) => {
		if (device.domainId === 0 || mt !== 'DeviceUpdate')
			soon(here);
	});
	ready(here);
	return here;
}

export function close(here) {
	here.stop();
}

function soon(here) {
	here.timer ??= setTimeout(() => {
		here.timer = undefined;
		if (state.here === here)
			ready(here);
	}, 500);
}

/** One for each id, though several connections may name it. */
export function ready(here) {
	load(here, 'devices', async () => {
		const rows = await list({mt: 'GetDevices', unassigned: true}, 'devices');
		const known = new Map(rows.map(one => [one.hwId, one]));
		here.chosen = new Set([...here.chosen].filter(id => known.has(id)));
		return [...known.values()].sort((a, b) => a.hwId < b.hwId ? -1 : 1);
	});
	if (here.open)
		claims(here);
}

function claims(here) {
	load(here, 'claims', async () =>
		(await ask({mt: 'GetClaims', hwId: here.open})).claims);
}

function look(here, hwId) {
	here.open = here.open === hwId ? '' : hwId;
	here.claims = null;
	change();
	if (here.open)
		claims(here);
}

/** Where a connection must be named, the list of them opens. */
async function one(here, device) {
	await assign(device.hwId, null).catch(() => {});
	ready(here);
}

/** Only those that this assigned: what others did meanwhile is theirs. */
async function takeBack(ids) {
	await Promise.all(ids.map(hwId => ask({mt: 'UnassignDevice', hwId})));
	toast(t('undone'));
}

async function many(here) {
	const ids = [...here.chosen];
	let failures = [];
	await form({title: t('unassigned.many', {n: ids.length}), ok: t('assign'),
		text: t('unassigned.many.hint'),
		fields: [{name: 'domainId', label: t('domain'), type: 'choice',
			options: domainOptions(), value: domainOptions()[0]?.[0]}],
		async send({domainId}) {
			const done = [];
			failures = [];
			for (const hwId of ids)
				await ask({mt: 'AssignDevice', hwId, domainId: Number(domainId)})
					.then(() => done.push(hwId),
						error => failures.push({hwId, error}));
			done.forEach(hwId => here.chosen.delete(hwId));
			toast(failures.length ? t('unassigned.left', {n: failures.length})
				: t('unassigned.done', {n: ids.length}),
			done.length ? () => attempt(() => takeBack(done)) : undefined);
		}});
	here.failures = failures;
	ready(here);
}

async function add(here) {
	await form({title: t('unassigned.add'), text: t('unassigned.add.hint'),
		ok: t('add'), fields: [
			{name: 'hwId', label: t('col.hwId'), required: true},
			{name: 'domainId', label: t('domain'), type: 'choice',
				options: domainOptions(), value: domainOptions()[0]?.[0]},
			{name: 'name', label: t('col.name')}],
		async send(values) {
			await ask({mt: 'AddDevice', hwId: values.hwId,
				domainId: Number(values.domainId), name: values.name});
			toast(t('unassigned.added', {id: values.hwId}));
		}});
	ready(here);
}

function row(here, device) {
	const {hwId} = device, may = !state.me.readOnly;
	const failure = here.failures?.find(other => other.hwId === hwId);
	return html`<tr key=${hwId}><td>${may && html`<input type="checkbox"
			aria-label="${t('grid.one', {name: hwId})}"
			.checked=${here.chosen.has(hwId)} @change=${event => {
				event.target.checked ? here.chosen.add(hwId)
					: here.chosen.delete(hwId);
				change();
			}}>`}</td>
		<td>${presence(device)}</td><td><code>${hwId}</code>${failure
			&& html`<div class="wrong">${errorText(failure.error)}</div>`}</td>
		<td>${device.type}</td><td>${device.product}</td>
		<td>${device.ethIfs?.map(one => html`<code>${one.ipv4 ?? one.ipv6}
			</code> `)}</td>
		<td class="right">${button(t('claims.look'), () => look(here, hwId),
			{kind: 'quiet'})}
			${may && button(t('assign'), () => one(here, device))}</td></tr>
		${here.open === hwId && html`<tr key=${hwId + '+'} class="inside">
			<td colspan="7">${loaded(here.claims, rows => rows.length
			? choose(device, rows, () => ready(here))
			: html`<p class="muted">${t('claims.none')}</p>`)}</td></tr>`}`;
}

function table(here, rows) {
	return html`<div class="scroll"><table class="table"><thead><tr>
		<th>${!state.me.readOnly && html`<input type="checkbox"
			aria-label="${t('grid.all')}"
			.checked=${rows.length > 0 && here.chosen.size >= rows.length}
			@change=${event => {
				here.chosen = new Set(event.target.checked
					? rows.map(one => one.hwId) : []);
				change();
			}}>`}</th>
		<th>${t('col.online')}</th><th>${t('col.hwId')}</th>
		<th>${t('col.type')}</th><th>${t('col.product')}</th>
		<th>${t('col.ip')}</th><td></td></tr></thead>
		<tbody>${rows.slice(0, here.shown).map(device => row(here, device))}</tbody>
		</table></div>
		${rows.length > here.shown && html`<div>${button(t('more'), () => {
			here.shown += PAGE;
			change();
		})} <span class="muted">${t('shown.of', {n: here.shown,
			all: rows.length})}</span></div>`}`;
}

export function draw(here) {
	const n = here.chosen.size;
	return html`<div class="screen">${heading(t('unassigned'),
		!state.me.readOnly && button(t('unassigned.add'), () => add(here)))}
		<p class="lead">${t('unassigned.lead')}</p>
		${n > 0 && html`<div class="bulk" role="toolbar"
			aria-label="${t('bulk')}"><strong>${t('bulk.selected', {n})}</strong>
			${button(t('assign'), () => many(here), {kind: 'primary'})}</div>`}
		${loaded(here.devices, rows => rows.length ? table(here, rows)
			: empty('unassigned'), () => ready(here))}</div>`;
}
