/**
 * device -- all about one: what it is, why it is offline, what was changed.
 */

import {domainOptions, moveAll} from './bulk.js';
import {choose} from './claims.js';
import {domainName, hear} from './fleet.js';
import {confirm, form} from './form.js';
import {html} from './html.js';
import {Refused, ask, list} from './link.js';
import {attempt, button, copy, facts, failed, heading, load, loaded, loading,
	panel, pill, presence, since, toast} from './parts.js';
import {go, href} from './route.js';
import {leaveStanding, loadStanding, standing} from './standing.js';
import {change, mayChange, state} from './store.js';
import {t, when} from './text.js';
import {fxsPhones, leaveUpkeep, loadUpkeep, pause, paused, replace, savedApps, tasks}
	from './upkeep.js';

const AUDIT_MAX = 20;

export function open({id}) {
	const here = {id, password: ''};
	here.stop = hear(event => told(here, event));
	ready(here);
	return here;
}

export function close(here) {
	here.stop();
	leaveStanding(here);
	leaveUpkeep(here);
}

/** Load all of it (again). */
export function ready(here) {
	const hwId = here.id;
	load(here, 'device', async () =>
		(await ask({mt: 'GetDevice', hwId})).device).then(() =>
		state.here === here && loadUpkeep(here));
	load(here, 'connections', () =>
		list({mt: 'GetDeviceConnections', hwId}, 'connections'));
	load(here, 'categories', async () =>
		(await ask({mt: 'GetDeviceCategories', hwId})).categories);
	load(here, 'audit', () => list({mt: 'GetAudit', on: hwId,
		limit: AUDIT_MAX}, 'audit'));
	loadStanding(here);
	if (!state.me.admin)
		return;
	load(here, 'claims', async () =>
		(await ask({mt: 'GetClaims', hwId})).claims);
	load(here, 'owner', () => ask({mt: 'GetDeviceOwner', hwId}));
}

/** An event has no uri: that of the answer goes on.  A connection without proof
 * that names the same id (its own id is 0) is one of its claims. */
function told(here, {mt, device}) {
	const now = here.device?.rows;
	if (!now || device.hwId !== now.hwId)
		return;
	const itself = device.id !== 0 || now.id === 0;
	if (itself && mt === 'DeviceRemoved') {
		here.device = {error: new Error('not found')};
		change();
		return;
	}
	if (itself)
		here.device = {rows: {...now, ...device}};
	change();
	clearTimeout(here.timer);
	here.timer = setTimeout(() => state.here === here && ready(here), 500);
}

// ---- what one can do ---------------------------------------------------------------

async function edit(here, device) {
	const all = await list({mt: 'GetCategories', domainId: device.domainId},
		'categories');
	const has = here.categories?.rows ?? [];
	await form({here, title: t('device.edit'), fields: [
		{name: 'name', label: t('col.name'), value: device.name,
			hint: t('device.name.hint')},
		...all.map(one => ({name: `c${one.id}`, type: 'check', label: one.name,
			value: has.includes(one.name)})),
		...state.me.admin ? [{name: 'want', type: 'check',
			label: t('device.want'), value: device.rentalWant}] : []],
	async send(values) {
		const categories = all.filter(one => values[`c${one.id}`])
			.map(one => one.name);
		const {hwId, name = ''} = device;
		// The name that it reports stays its own unless it is changed.
		const other = values.name !== name;
		const want = value => state.me.admin && values.want !== device.rentalWant
			&& ask({mt: 'SetRentalWant', hwId, want: value});
		await ask({mt: 'EditDevice', hwId, categories,
			...other && {name: values.name}});
		await want(values.want);
		toast(t('saved'), () => attempt(async () => {
			await ask({mt: 'EditDevice', hwId, categories: has,
				...other && {name}});
			await want(device.rentalWant);
			ready(here);
		}));
		ready(here);
	}});
}

async function move(here, device) {
	await form({title: t('device.move', {name: device.name || device.hwId}),
		ok: t('move'), fields: [{name: 'domainId', label: t('domain'),
			type: 'choice', options: domainOptions(),
			value: String(device.domainId)}],
		async send({domainId}) {
			await moveAll(new Map([[device.domainId, [device.hwId]]]),
				Number(domainId), () => ready(here));
			ready(here);
		}});
}

async function leaveDomain(here, device) {
	if (await confirm(t('device.unassign', {name: device.name || device.hwId}),
		t('device.unassign.hint'), t('unassign'))
		&& await attempt(() => ask({mt: 'UnassignDevice', hwId: device.hwId})))
		ready(here);
}

async function remove(device) {
	if (await confirm(t('device.delete', {name: device.name || device.hwId}),
		t('device.delete.hint'), t('delete'))
		&& await attempt(() => ask({mt: 'DeleteDevice', hwId: device.hwId}))) {
		toast(t('bulk.deleted', {n: 1}));
		go('devices');
	}
}

async function showPassword(here) {
	try {
		const {password} = await ask({mt: 'GetDevicePassword', hwId: here.id});
		here.password = password || t('device.password.none');
	} catch (error) {
		here.password = error instanceof Refused && error.message === 'not allowed'
			? t('device.password.not') : error.message;
	}
	change();
}

async function looked(here) {
	await attempt(() => ask({mt: 'ConfirmDevice', hwId: here.id}));
	ready(here);
}

// ---- what is shown -------------------------------------------------------------------

function buttons(here, device) {
	const may = mayChange(device.domainId);
	return html`${device.uri && !device.other && html`<a target="_blank"
			class="button primary" rel="noopener noreferrer"
			href="${device.uri}">${t('device.page')}</a>`}
		${device.polls && html`<a class="button"
			href="${href('phone', device.hwId)}">${t('device.phone')}</a>`}
		${device.domainId > 0 && !device.polls && html`<a class="button"
			href="${href('saves', device.hwId)}">${t('saves')}</a>`}
		${may && device.domainId > 0 && button(t('edit'),
			() => attempt(() => edit(here, device)))}
		${may && state.me.admin && device.domainId > 0
			&& button(t('move'), () => move(here, device))}
		${may && state.me.admin && device.domainId > 0
			&& button(t('unassign'), () => leaveDomain(here, device))}
		${may && device.domainId > 0 && button(t('pause'),
			() => pause(here, device))}
		${may && device.domainId > 0 && device.type === 'APP_PLATFORM'
			&& button(t('device.apps'), () => attempt(() => savedApps(device)))}
		${may && state.me.admin && device.domainId > 0 && !device.online
			&& button(t('replace'), () => attempt(() => replace(device)))}
		${may && state.me.admin && button(t('delete'), () => remove(device),
			{kind: 'danger'})}`;
}

/** What somebody should look at, with what to do about it. */
function hints(here, device) {
	return html`${device.doubtful && html`<div class="hint-box">
			${pill('warn', t('doubtful'))}<p>${t('doubtful.hint')}</p>
			${state.me.admin && !state.me.readOnly && button(t('doubtful.confirm'),
				() => looked(here))}</div>`}
		${device.typeTold && html`<div class="hint-box">
			${pill('warn', t('typeTold'))}
			<p>${t('typeTold.hint', {type: device.typeTold})}</p></div>`}`;
}

function why(here, device) {
	const [last] = here.connections?.rows ?? [];
	if (device.online || !last?.until)
		return presence(device);
	return html`${presence(device)} ${t('cause.' + last.cause)},
		${since(last.until)}`;
}

function addresses(device) {
	return (device.ethIfs ?? []).map(one => html`<div><span class="muted">
		${one.if}</span> ${[one.ipv4, one.ipv6].filter(Boolean).map(ip =>
		html`<code>${ip}</code> `)}</div>`);
}

function password(here) {
	return here.password ? html`<code class="secret">${here.password}</code>
		${button(t('copy'), () => copy(here.password), {kind: 'quiet'})}`
		: button(t('device.password.show'), () => showPassword(here),
			{kind: 'quiet'});
}

function about(here, device) {
	return panel(t('device.about'), facts([
		[t('col.online'), why(here, device)],
		[t('col.hwId'), html`<code>${device.hwId}</code> ${button(t('copy'),
			() => copy(device.hwId), {kind: 'quiet'})}`],
		[t('col.type'), device.type && t('type.' + device.type)],
		[t('col.product'), device.product],
		[t('col.version'), device.version],
		[t('domain'), device.domainId > 0 ? html`<a
			href="${href('domain', String(device.domainId))}">
			${domainName(device.domainId)}</a>` : t('device.nodomain')],
		[t('categories'), here.categories?.rows?.join(', ')],
		[t('col.ip'), addresses(device)],
		[t('device.fxs'), here.fxs?.rows?.length ? fxsPhones(here) : ''],
		[t('device.password'), mayChange(device.domainId) && device.domainId > 0
			? password(here) : ''],
		[t('device.owner'), here.owner?.rows?.name && html`<a href="#/billing">
			${here.owner.rows.name}</a>`],
		[t('device.rented'), device.rented ? t('yes') : '']]));
}

function connections(here) {
	return panel(t('device.connections'), loaded(here.connections, rows =>
		rows.length ? html`<div class="scroll"><table class="table"><thead><tr>
			<th>${t('from')}</th><th>${t('until')}</th><th>${t('address')}</th>
			<th>${t('cause')}</th></tr></thead><tbody>${rows.map(one =>
			html`<tr key=${one.since}><td>${when(one.since)}</td>
			<td>${one.until ? when(one.until) : pill('on', t('online'))}</td>
			<td><code>${one.address}</code></td>
			<td>${one.cause ? t('cause.' + one.cause) : ''}</td></tr>`)}
			</tbody></table></div>`
			: html`<p class="muted">${t('device.connections.none')}</p>`));
}

function history(here) {
	return panel(t('device.history'), loaded(here.audit, rows =>
		rows.length ? html`<div class="scroll"><table class="table"><thead><tr>
			<th>${t('time')}</th><th>${t('who')}</th><th>${t('what')}</th></tr>
			</thead><tbody>${rows.map(one => html`<tr key=${one.id}>
			<td>${when(one.time)}</td><td>${one.who}</td>
			<td>${one.what}</td></tr>`)}</tbody></table></div>`
			: html`<p class="muted">${t('device.history.none')}</p>`),
	html`<a class="button quiet" href="${href('audit', '', {on: here.id})}">
		${t('all')}</a>`);
}

export function draw(here) {
	const device = here.device?.rows;
	if (here.device?.error)
		return html`<div class="screen">${heading(here.id)}
			${here.device.error.message === 'not found'
				? html`<div class="empty"><h2>${t('device.gone')}</h2>
					<p>${t('device.gone.hint', {id: here.id})}</p>
					<a class="button" href="#/devices">${t('devices')}</a></div>`
				: failed(here.device.error, () => ready(here))}</div>`;
	if (!device)
		return html`<div class="screen">${heading(here.id)}${loading()}</div>`;
	return html`<div class="screen">
		${heading(device.name || device.hwId, buttons(here, device))}
		${hints(here, device)}${paused(here)}
		<div class="columns-two"><div>${about(here, device)}
		${device.domainId > 0 && html`${standing(here)}${tasks(here)}`}</div>
		<div>${state.me.admin && here.claims?.rows?.length > 0
			&& panel(t('claims'), choose(device, here.claims.rows,
				() => ready(here)))}
		${connections(here)}${history(here)}</div></div></div>`;
}
