/**
 * me -- one's own account: password, second factor, logins.
 */

import {form} from './form.js';
import {html} from './html.js';
import {list} from './link.js';
import {logout, post} from './login.js';
import {button, copy, facts, heading, load, panel, toast} from './parts.js';
import {sessions} from './sessions.js';
import {state} from './store.js';
import {t} from './text.js';

export function open() {
	const here = {};
	ready(here);
	return here;
}

export function ready(here) {
	if (state.me.accountId !== undefined)
		load(here, 'sessions', () => list({mt: 'GetSessions'}, 'sessions'));
}

export {ready as again};

async function password() {
	if (await form({title: t('me.password'), text: t('me.password.hint'),
		fields: [
			{name: 'oldPassword', label: t('me.password.old'), type: 'password',
				required: true, autocomplete: 'current-password'},
			{name: 'password', label: t('me.password.new'), type: 'password',
				required: true, autocomplete: 'new-password'}],
		send: values => post({mt: 'ChangePassword', ...values})}))
		logout();
}

// ---- the second factor -------------------------------------------------------------

async function addFactor() {
	const made = await form({title: t('factor.add'), ok: t('continue'),
		fields: [{name: 'password', label: t('login.password'), required: true,
			type: 'password', autocomplete: 'current-password'}],
		send: values => post({mt: 'AddSecondFactor', ...values})});
	if (!made)
		return;
	const done = await form({title: t('factor.add'), text: t('factor.scan'),
		ok: t('factor.confirm'), body: () => html`<img class="qr"
			alt="${t('factor.qr')}" src="${
				'data:image/svg+xml,' + encodeURIComponent(made.svg)}">
			<p class="muted">${t('factor.secret')}
			<code class="secret">${made.secret}</code></p>`,
		fields: [{name: 'code', label: t('login.code'), required: true,
			autocomplete: 'one-time-code'}],
		send: values => post({mt: 'ConfirmSecondFactor', ...values})});
	if (done)
		await form({title: t('factor.done'), ok: null, text: t('factor.keep'),
			body: () => html`<code class="secret lines">
				${done.recoveryCodes.map(code => html`<div>${code}</div>`)}</code>
				${button(t('copy'), () => copy(done.recoveryCodes.join('\n')))}`});
}

async function removeFactor() {
	if (await form({title: t('factor.remove.own'), danger: true,
		ok: t('factor.remove.do'),
		fields: [{name: 'password', label: t('login.password'), required: true,
			type: 'password', autocomplete: 'current-password'}],
		send: values => post({mt: 'RemoveSecondFactor', ...values})}))
		toast(t('saved'));
}

export function draw(here) {
	const {me} = state, account = me.accountId !== undefined;
	return html`<div class="screen">${heading(t('me'),
		button(t('logout'), logout))}
		${panel(t('device.about'), facts([
			[t('col.name'), me.name ?? me.domain],
			[t('role'), t('role.' + (me.role ?? 'domain'))],
			[t('role.read-only'), me.readOnly ? t('yes') : ''],
			[t('domain'), me.domain]]),
		account && html`${button(t('me.password'), password)}
			${button(t('factor.add'), addFactor)}
			${button(t('factor.remove.do'), removeFactor)}`)}
		${account ? sessions(here, () => ready(here))
			: html`<p class="muted">${t('me.domain')}</p>`}</div>`;
}
