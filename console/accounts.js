/**
 * accounts -- the logins of people and programs.
 */

import {domainName} from './fleet.js';
import {form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {button, heading, load, loaded, some, toast} from './parts.js';
import {href} from './route.js';
import {state} from './store.js';
import {table} from './table.js';
import {t} from './text.js';

const ROLES = ['system-admin', 'manager', 'company-admin', 'user'];

export function open() {
	const here = {};
	ready(here);
	return here;
}

export function ready(here) {
	load(here, 'accounts', () => list({mt: 'GetAccounts'}, 'accounts'));
}

export {ready as again};

/** The fields of an account, as it is or as a new one begins. */
function fields(account) {
	return [{name: 'name', label: t('col.name'), value: account?.name,
		required: true},
	{name: 'role', label: t('role'), type: 'choice', hint: t('role.hint'),
		options: ROLES.map(role => [role, t('role.' + role)]),
		value: account?.role ?? 'manager'},
	{name: 'password', label: t('login.password'), type: 'password',
		hint: account ? t('domain.password.hint') : t('accounts.password.hint'),
		autocomplete: 'new-password'},
	{name: 'mail', label: t('mail'), type: 'email', value: account?.mail},
	{name: 'readOnly', label: t('role.read-only'), type: 'check',
		value: account?.readOnly},
	{type: 'note', label: t('accounts.domains')},
	...state.domains.map(one => ({name: `d${one.id}`, label: one.name,
		type: 'check', value: account?.domainIds.includes(one.id)}))];
}

/** Add one, or change the one that is given.
 * @param {object} [account]
 * @returns {Promise<*>} undefined: the person left */
export function edit(account) {
	return form({title: account ? t('accounts.edit') : t('accounts.add'),
		fields: fields(account), ok: account ? t('save') : t('add'),
		send: ({name, role, password, mail, readOnly, ...rest}) => ask({
			mt: account ? 'EditAccount' : 'AddAccount',
			...account && {id: account.id}, name, role, mail, readOnly,
			...password && {password},
			domainIds: state.domains.map(one => one.id)
				.filter(id => rest[`d${id}`])})});
}

const columns = () => [
	{head: t('col.name'), size: 'text', cell: one => html`<a
		href="${href('account', String(one.id))}">${one.name}</a>`},
	{head: t('role'), cell: one => html`${t('role.' + one.role)}${one.readOnly
		&& html`<span class="tag">${t('role.read-only')}</span>`}`},
	{head: t('domains'), size: 'text', cell: one =>
		some(one.domainIds.map(domainName))},
	{head: t('mail'), size: 'text', cell: one => one.mail},
	{head: t('accounts.password'), cell: one => one.hasPassword ? t('yes')
		: t('no')},
	{head: t('factor'), cell: one => one.hasSecondFactor ? t('yes') : t('no')}];

export function draw(here) {
	return html`<div class="screen">${heading(t('accounts'),
		!state.me.readOnly && button(t('accounts.add'), async () => {
			if (await edit()) {
				toast(t('saved'));
				ready(here);
			}
		}, {kind: 'primary'}))}
		${loaded(here.accounts, rows => table(columns(), rows),
			() => ready(here))}</div>`;
}
