/**
 * phone -- one phone of another vendor: why it gets what it gets, what it has of
 * each setting and from where, and what it is told to do.
 */

import {domainOptions} from './bulk.js';
import {domainName, hear} from './fleet.js';
import {form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {attempt, button, facts, heading, load, loaded, panel, presence, toast}
	from './parts.js';
import {promote} from './phones.js';
import {nameColumn, setSetting, settingButtons, settingNames, valueColumn}
	from './phonesetting.js';
import {leaveTrace, readTrace, trace, traceOf} from './phonetrace.js';
import {href} from './route.js';
import {change, mayChange, state} from './store.js';
import {table} from './table.js';
import {t, when} from './text.js';

export function open({id}) {
	const here = {id, all: false};
	here.stop = hear(({device}) => state.here === here
		&& device.hwId === (here.device?.rows?.hwId ?? id)
		&& read(here));
	traceOf(here, id);
	read(here);
	return here;
}

export function close(here) {
	here.stop();
	leaveTrace(here);
}

export function ready(here) {
	readTrace(here);
	read(here);
}

function read(here) {
	load(here, 'names', settingNames);
	load(here, 'device', async () =>
		(await ask({mt: 'GetDevice', hwId: here.id})).device);
	explain(here);
}

function explain(here) {
	load(here, 'explained', () => list({mt: 'ExplainPhone', mac: here.id},
		'settings'));
}

// ---- what one can do ---------------------------------------------------------------

function add(here) {
	return setSetting(here.id, null, null, () => explain(here));
}

/** What it answered comes as a line of the trace. */
async function resync(here) {
	await form({title: t('phone.resync.title', {mac: here.id}),
		ok: t('phone.resync'), text: t('phone.resync.hint'), fields: [
			{name: 'user', label: t('phone.resync.user')},
			{name: 'password', label: t('login.password'), type: 'password',
				autocomplete: 'new-password'}],
		async send({user, password}) {
			await ask({mt: 'ResyncPhone', mac: here.id,
				...user && {user, password}});
			toast(t('phone.resync.sent'));
		}});
}

async function openWindow(here) {
	await form({title: t('phone.window.title', {mac: here.id}),
		ok: t('phone.window'), text: t('phone.window.hint'), fields: [
			{name: 'minutes', label: t('phone.window.minutes'), type: 'number',
				value: 60, hint: t('phone.window.minutes.hint')},
			{name: 'anew', label: t('phone.window.anew'), type: 'check'},
			{name: 'from', label: t('phone.window.from'),
				hint: t('phone.window.from.hint')}],
		async send({minutes, anew, from}) {
			here.window = await ask({mt: 'OpenPhoneWindow', mac: here.id,
				minutes: Number(minutes), anew, from: from.trim()});
			toast(Number(minutes) ? t('phone.window.open',
				{time: when(here.window.until)}) : t('phone.window.closed'));
		}});
}

async function assign(here, device) {
	await form({title: t('phone.assign.title', {mac: here.id}), ok: t('move'),
		text: t('phone.assign.hint'), fields: [
			{name: 'port', label: t('phone.port'), type: 'number', value: 0},
			{name: 'domainId', label: t('domain'), type: 'choice',
				options: domainOptions(), value: String(device.domainId)}],
		async send({port, domainId}) {
			await ask({mt: 'AssignPhone', mac: here.id, port: Number(port),
				domainId: Number(domainId)});
			toast(t('phone.assigned', {port,
				domain: domainName(Number(domainId))}));
		}});
	read(here);
}

// ---- what is shown -------------------------------------------------------------------

function buttons(here, device) {
	return html`<a class="button" href="${href('device', here.id)}">
			${t('device')}</a>
		${mayChange(device?.domainId) && html`
			${button(t('phone.resync'), () => resync(here))}
			${button(t('phone.window'), () => openWindow(here))}
			${state.me.admin && button(t('phone.assign'),
				() => assign(here, device))}`}`;
}

function about(here, device) {
	const {window} = here;
	return facts([
		[t('col.online'), presence(device)],
		[t('phones.mac'), html`<code>${device.hwId}</code>`],
		[t('col.product'), device.product],
		[t('col.version'), device.version],
		[t('domain'), html`<a href="${href('domain', String(device.domainId))}">
			${domainName(device.domainId)}</a>`],
		[t('phone.window.until'), window && (window.until > Date.now()
			? when(window.until) : t('phone.window.closed'))]]);
}

/** It is none: it may wait, or nobody may know it. */
function unknown(here) {
	return html`<div class="empty"><h2>${t('phone.none')}</h2>
		<p>${t('phone.none.hint')}</p>
		${!state.me.readOnly && button(t('phones.promote'), async () => {
			await promote({mac: here.id});
			ready(here);
		}, {kind: 'primary'})}</div>`;
}

/** The layer as screens and messages name it. */
function layerOf(here, {layer}) {
	const [kind, name] = layer.split(/:(.*)/s);
	return layer === 'device' ? here.id : kind === 'category'
		? `category:${domainName(here.device.rows.domainId)}/${name}` : layer;
}

function fromColumn(here) {
	return {head: t('setting.from'), cell: one => one.layer === 'default'
		? html`<span class="muted">${t('layer.default')}</span>`
		: ['device', 'job'].includes(one.layer) ? t('layer.' + one.layer)
		: html`<a href="${href('layers', layerOf(here, one))}">${one.layer}</a>`};
}

function explained(here, rows) {
	const columns = [nameColumn(here), valueColumn(), fromColumn(here),
		{head: '', size: 'right', cell: one => settingButtons(here.id, one,
			one.layer === 'device', () => explain(here))}];
	return table(columns, rows.filter(one => here.all
		|| one.layer !== 'default'), one => one.name);
}

function settings(here) {
	return panel(t('phone.settings'), loaded(here.explained, rows =>
		rows.some(one => here.all || one.layer !== 'default')
			? explained(here, rows)
			: html`<p class="muted">${t('phone.settings.none')}</p>`,
	() => explain(here)), html`<label class="check"><input type="checkbox"
		name="all" .checked=${here.all} @change=${event => {
			here.all = event.target.checked;
			change();
		}}> ${t('phone.settings.all')}</label>
		${mayChange(here.device?.rows?.domainId) && button(t('setting.add'),
			() => attempt(() => add(here)))}`);
}

export function draw(here) {
	const device = here.device?.rows;
	const gone = here.device?.error?.message === 'not found';
	return html`<div class="screen">${heading(device?.name || here.id,
		device && buttons(here, device))}
		${gone ? unknown(here) : loaded(here.device, one => panel(
			t('device.about'), about(here, one)), () => read(here))}
		${trace(here)}${device && settings(here)}</div>`;
}
