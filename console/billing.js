/**
 * billing -- the users whose devices and trunks billing systems fetch.
 */

import {confirm, form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {attempt, button, empty, heading, load, loaded, panel, pill, toast}
	from './parts.js';
import {state} from './store.js';
import {table} from './table.js';
import {t} from './text.js';

export function open() {
	const here = {};
	ready(here);
	return here;
}

export function ready(here) {
	load(here, 'users', async () => {
		const users = (await list({mt: 'GetAccounts'}, 'accounts'))
			.filter(one => one.role === 'user');
		for (const user of users)
			user.trunks = await list({mt: 'GetTrunks', accountId: user.id},
				'trunks');
		return users;
	});
	load(here, 'settings', async () => (await list({mt: 'GetSettings'},
		'settings')).find(one => one.key === 'billing.api')?.value);
}

export {ready as again};

async function add(here, user) {
	if (await form({title: t('billing.add', {name: user.name}), ok: t('add'),
		fields: [{name: 'ipaddr', label: t('address'), required: true,
			hint: t('billing.address.hint')},
		{name: 'port', label: t('billing.port'), type: 'number', value: 5060}],
		send: ({ipaddr, port}) => ask({mt: 'AddTrunk', accountId: user.id,
			ipaddr, port: Number(port)})}))
		ready(here);
}

/** From now on its billing list has it, and that of nobody else. */
async function own(user) {
	if (await form({title: t('billing.own', {name: user.name}),
		text: t('billing.own.hint'), ok: t('billing.own.do'), fields: [
			{name: 'hwId', label: t('col.hwId'), required: true},
			{name: 'leave', label: t('billing.own.leave'), type: 'check'}],
		send: ({hwId, leave}) => ask({mt: 'SetDeviceOwner', hwId,
			accountId: leave ? 0 : user.id})}))
		toast(t('saved'));
}

async function remove(here, trunk) {
	if (await confirm(t('billing.delete', {name: trunk.ipaddr}),
		t('billing.delete.hint'), t('delete'))
		&& await attempt(() => ask({mt: 'DeleteTrunk', id: trunk.id})))
		ready(here);
}

function user(here, one) {
	const may = !state.me.readOnly;
	return html`<div key=${one.id}>${panel(`${one.name} (${one.id})`,
		one.trunks.length ? table([
			{head: t('billing.id'), cell: trunk => String(trunk.id)},
			{head: t('address'), cell: trunk => html`<code>${trunk.ipaddr}
				</code>`},
			{head: t('billing.port'), size: 'num', cell: trunk =>
				String(trunk.port)},
			{head: '', size: 'right', cell: trunk => may && button(t('delete'),
				() => remove(here, trunk))}], one.trunks)
			: html`<p class="muted">${t('billing.none')}</p>`,
		may && html`${button(t('billing.trunk'), () => add(here, one))}
			${button(t('billing.own.do'), () => own(one))}`)}</div>`;
}

export function draw(here) {
	const on = here.settings?.rows === 'on';
	return html`<div class="screen">${heading(t('billing'))}
		<p class="lead">${t('billing.lead')}</p>
		<p>${pill(on ? 'on' : 'off', on ? t('billing.on') : t('billing.off'))}
			<a href="#/settings">${t('settings')}</a></p>
		${loaded(here.users, rows => rows.length
			? rows.map(one => user(here, one)) : empty('billing', html`<a
				class="button" href="#/accounts">${t('accounts')}</a>`),
		() => ready(here))}</div>`;
}
