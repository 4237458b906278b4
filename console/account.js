/**
 * account -- one of them: its keys, its logins, its second factor.
 */

import {edit} from './accounts.js';
import {confirm, form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {attempt, button, copy, facts, failed, heading, load, loaded, loading,
	panel, toast} from './parts.js';
import {go} from './route.js';
import {sessions} from './sessions.js';
import {domainName} from './fleet.js';
import {state} from './store.js';
import {table} from './table.js';
import {t, when} from './text.js';

export function open({id}) {
	const here = {id: Number(id)};
	ready(here);
	return here;
}

export function ready(here) {
	const accountId = here.id;
	load(here, 'account', async () => {
		const all = await list({mt: 'GetAccounts'}, 'accounts');
		const one = all.find(other => other.id === accountId);
		if (!one)
			throw new Error('not found');
		return one;
	});
	load(here, 'keys', () => list({mt: 'GetKeys', accountId}, 'keys'));
	load(here, 'sessions', () => list({mt: 'GetSessions', accountId},
		'sessions'));
}

export {ready as again};

// ---- keys ------------------------------------------------------------------------

async function addKey(here) {
	const answer = await form({title: t('accounts.newkey'), ok: t('add'),
		fields: [{name: 'name', label: t('col.name'), required: true,
			hint: t('accounts.key.hint')}],
		send: values => ask({mt: 'AddKey', accountId: here.id, ...values})});
	if (!answer)
		return;
	ready(here);
	await form({title: t('accounts.key.made'), ok: null,
		text: t('accounts.key.once'), body: () => html`
		<code class="secret">${answer.key}</code>
		${button(t('copy'), () => copy(answer.key))}`});
}

async function renameKey(here, {id, name}) {
	if (await form({title: t('accounts.key.edit', {name}),
		fields: [{name: 'name', label: t('col.name'), value: name,
			required: true, hint: t('accounts.key.hint')}],
		send: values => ask({mt: 'EditKey', id, ...values})}))
		toast(t('saved'), () => attempt(() => ask({mt: 'EditKey', id, name}))
			.then(() => ready(here)));
	ready(here);
}

async function dropKey(here, key) {
	if (await confirm(t('accounts.key.delete', {name: key.name}),
		t('accounts.key.delete.hint'), t('accounts.key.revoke'))
		&& await attempt(() => ask({mt: 'DeleteKey', id: key.id})))
		ready(here);
}

function keys(here) {
	const may = !state.me.readOnly;
	return panel(t('accounts.keys'), loaded(here.keys, rows => rows.length
		? table([{head: t('col.name'), size: 'text', cell: one => one.name},
			{head: t('accounts.key.made.at'), cell: one => when(one.created)},
			{head: t('accounts.key.used'), cell: one => when(one.lastUsed)},
			{head: '', size: 'right', cell: one => one.revoked
				? t('accounts.key.revoked') : may && html`${button(t('edit'),
					() => renameKey(here, one))} ${button(
					t('accounts.key.revoke'), () => dropKey(here, one))}`}], rows)
		: html`<p class="muted">${t('accounts.keys.none')}</p>`),
	may && button(t('accounts.newkey'), () => addKey(here)));
}

// ---- the account ---------------------------------------------------------------------

async function remove(account) {
	if (await confirm(t('accounts.delete', {name: account.name}),
		t('accounts.delete.hint'), t('delete'))
		&& await attempt(() => ask({mt: 'DeleteAccount', id: account.id})))
		go('accounts');
}

async function dropFactor(here, account) {
	if (await confirm(t('factor.remove', {name: account.name}),
		t('factor.remove.hint'), t('factor.remove.do'))
		&& await attempt(() => ask({mt: 'RemoveSecondFactor',
			accountId: account.id})))
		ready(here);
}

function about(account) {
	return panel(t('device.about'), facts([
		[t('role'), t('role.' + account.role)],
		[t('role.read-only'), account.readOnly ? t('yes') : ''],
		[t('domains'), account.domainIds.map(domainName).join(', ')],
		[t('mail'), account.mail],
		[t('accounts.password'), account.hasPassword ? t('yes') : t('no')],
		[t('factor'), account.hasSecondFactor ? t('yes') : t('no')]]));
}

function buttons(here, account) {
	return !state.me.readOnly && html`${button(t('edit'), async () => {
			if (await edit(account)) {
				toast(t('saved'));
				ready(here);
			}
		})}
		${account.hasSecondFactor && button(t('factor.remove.do'),
			() => dropFactor(here, account))}
		${button(t('delete'), () => remove(account), {kind: 'danger'})}`;
}

export function draw(here) {
	const account = here.account?.rows;
	if (!account)
		return html`<div class="screen">${heading(t('accounts'))}
			${here.account?.error ? failed(here.account.error,
				() => ready(here)) : loading()}</div>`;
	return html`<div class="screen">
		${heading(account.name, buttons(here, account))}
		<div class="columns-two"><div>${about(account)}</div>
		<div>${keys(here)}${sessions(here, () => ready(here))}</div></div>
		</div>`;
}
