/**
 * settings -- of the instance, each with what it means; its password, and the names
 * by which devices know it.
 */

import {form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {attempt, button, heading, load, loaded, toast} from './parts.js';
import {loadRegistrations, registrations} from './registrations.js';
import {state} from './store.js';
import {table} from './table.js';
import {t} from './text.js';

export function open() {
	const here = {};
	ready(here);
	return here;
}

export function ready(here) {
	load(here, 'settings', () => list({mt: 'GetSettings'}, 'settings'));
	loadRegistrations(here);
}

export {ready as again};

async function edit(here, one) {
	const secret = one.key.endsWith('.key');	// it is never shown
	const set = value => ask({mt: 'SetSetting', key: one.key, value});
	if (await form({title: one.key, text: one.help, fields: [{name: 'value',
		label: t('settings.value'), value: secret ? '' : one.value,
		type: secret ? 'password' : 'text', autocomplete: 'off',
		hint: t('settings.value.hint')}], send: ({value}) => set(value)}))
		toast(t('saved'), secret ? undefined : () =>
			attempt(() => set(one.value)).then(() => ready(here)));
	ready(here);
}

async function password() {
	const answer = await form({title: t('settings.password'), danger: true,
		text: t('settings.password.hint'), ok: t('settings.password.do'),
		fields: [{name: 'password', label: t('me.password.new'), required: true,
			type: 'password', autocomplete: 'new-password'},
		{name: 'instanceOnly', label: t('settings.only'), type: 'check'}],
		send: values => ask({mt: 'SetInstancePassword', ...values})});
	if (answer)
		toast(t('settings.domain.' + answer.domainPassword));
}

const columns = here => [
	{head: t('settings.key'), cell: one => html`<code>${one.key}</code>`},
	{head: t('settings.help'), size: 'text', cell: one => one.help},
	{head: t('settings.value'), size: 'text', cell: one => one.value},
	{head: '', size: 'right', cell: one => !state.me.readOnly
		&& button(t('edit'), () => edit(here, one))}];

export function draw(here) {
	return html`<div class="screen">${heading(t('settings'),
		!state.me.readOnly && button(t('settings.password'), password))}
		${loaded(here.settings, rows => table(columns(here), rows,
			one => one.key), () => ready(here))}
		${registrations(here)}</div>`;
}
