/**
 * domains -- tenants: who has which devices.
 */

import {form} from './form.js';
import {html} from './html.js';
import {ask} from './link.js';
import {button, heading, load, some, toast} from './parts.js';
import {go, href} from './route.js';
import {state} from './store.js';
import {table} from './table.js';
import {number, t} from './text.js';

export function open() {
	const here = {};
	ready(here);
	return here;
}

export function ready(here) {
	load(here, 'figures', () => ask({mt: 'GetStatistics'}));
}

async function add() {
	const id = await form({title: t('domains.add'), ok: t('add'), fields: [
		{name: 'name', label: t('col.name'), hint: t('domains.name.hint'),
			required: true},
		{name: 'password', label: t('login.password'), type: 'password',
			hint: t('domains.password.hint'), autocomplete: 'new-password'},
		{name: 'deployAdminPasswords', label: t('domains.deploy'), type: 'check',
			value: true, hint: t('domains.deploy.hint')}],
	send: async values => (await ask({mt: 'AddDomain', ...values})).id});
	if (id) {
		toast(t('saved'));
		go('domain', String(id));
	}
}

const columns = here => [
	{head: t('col.name'), size: 'text', cell: one => html`<a
		href="${href('domain', String(one.id))}">${one.name}</a>${
		one.isInstanceDomain && html`<span class="tag">${t('domains.instance')}
		</span>`}`},
	{head: t('devices'), size: 'num', cell: one => {
		const row = here.figures?.rows?.domains.find(other =>
			other.domainId === one.id);
		return html`<a href="${href('devices', '', {domain: String(one.id)})}">
			${row ? `${number(row.online)} / ${number(row.known)}` : '0'}</a>`;
	}},
	{head: t('domains.deploy.short'), cell: one =>
		one.deployAdminPasswords ? t('yes') : t('no')},
	{head: t('categories'), size: 'text', cell: one =>
		some(one.categories.map(category => category.name))}];

export function draw(here) {
	return html`<div class="screen">${heading(t('domains'),
		state.me.admin && !state.me.readOnly && button(t('domains.add'), add,
			{kind: 'primary'}))}
		${table(columns(here), state.domains)}</div>`;
}
