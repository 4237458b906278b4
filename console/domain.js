/**
 * domain -- one of them: its settings, who may act on what, its categories and
 * the token by which devices put themselves in.
 */

import {domainName} from './fleet.js';
import {confirm, form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {attempt, button, copy, facts, heading, load, loaded, panel, pill,
	toast} from './parts.js';
import {go, href} from './route.js';
import {change, mayChange, state} from './store.js';
import {table} from './table.js';
import {t, when} from './text.js';
import {askPause, endPause} from './upkeep.js';

export function open({id}) {
	const here = {id: Number(id), token: null};
	ready(here);
	return here;
}

function mayOwn(here) {
	return !state.me.readOnly && (state.me.admin
		|| state.me.own && state.me.domainId === here.id);
}

export function ready(here) {
	const domainId = here.id;
	load(here, 'categories', () => list({mt: 'GetCategories', domainId},
		'categories'));
	load(here, 'rental', async () =>
		(await ask({mt: 'GetRental', domainId})).rental);
	load(here, 'pause', () => ask({mt: 'GetPauses', domainId}));
	if (state.me.admin)
		load(here, 'grants', async () =>
			(await ask({mt: 'GetAccess', domainId})).grants);
	if (mayOwn(here))
		load(here, 'token', async () =>
			(await ask({mt: 'GetProvisioningToken', domainId})).token ?? '');
}

export {ready as again};

// ---- its settings ----------------------------------------------------------------

async function edit(domain) {
	const random = domain.adminPasswords === 'random';
	const answer = await form({title: t('domain.edit'), fields: [
		...state.me.admin ? [{name: 'name', label: t('col.name'),
			value: domain.name, required: true}] : [],
		{name: 'password', label: t('domain.password'), type: 'password',
			autocomplete: 'new-password', hint: t('domain.password.hint')},
		{name: 'deployAdminPasswords', label: t('domains.deploy'), type: 'check',
			value: domain.deployAdminPasswords, hint: t('domains.deploy.hint')},
		{name: 'adminPasswords', label: t('domain.random'), type: 'check',
			value: random, needs: 'deployAdminPasswords',
			hint: t('domain.random.hint')}],
	send: ({password, adminPasswords, ...values}) => ask({mt: 'EditDomain',
		id: domain.id, ...values, ...password && {password},
		...values.deployAdminPasswords
			&& {adminPasswords: adminPasswords ? 'random' : 'domain'}})});
	if (answer)
		toast(answer.instancePassword ? t('domain.instance.unchanged')
			: t('saved'));
}

/** Taking the checkmark away and setting it again draws new ones (PC13). */
async function renew(domain) {
	if (!await confirm(t('domain.renew', {name: domain.name}),
		t('domain.renew.hint'), t('domain.renew.do')))
		return;
	await attempt(async () => {
		for (const deployAdminPasswords of [false, true])
			await ask({mt: 'EditDomain', id: domain.id, deployAdminPasswords});
		toast(t('domain.renewed'));
	});
}

async function remove(domain) {
	if (await confirm(t('domain.delete', {name: domain.name}),
		t('domain.delete.hint'), t('delete'))
		&& await attempt(() => ask({mt: 'DeleteDomain', id: domain.id})))
		go('domains');
}

/** What is asked about is all its devices. @returns {import('./upkeep.js').Pause} */
function pauseOf(here, domain) {
	return {name: domain.name, before: here.pause?.rows?.until ?? 0,
		async set(until) {
			await ask({mt: 'PauseDomain', domainId: here.id, until});
			ready(here);
		}};
}

function settings(here, domain) {
	const until = here.pause?.rows?.until ?? 0, paused = until > Date.now();
	return panel(t('settings'), facts([
		[t('col.name'), domain.name],
		[t('domains.deploy.short'), domain.deployAdminPasswords
			? domain.adminPasswords === 'random' ? t('domain.random.yes')
				: t('domain.random.no') : t('no')],
		[t('devices'), html`<a href="${href('devices', '',
			{domain: String(domain.id)})}">${t('domain.devices')}</a>`],
		[t('paused'), paused ? html`${pill('warn', when(until))}
			${mayOwn(here) && button(t('resume'),
				() => endPause(pauseOf(here, domain)))}` : '']]),
	mayOwn(here) && html`${button(t('edit'), () => edit(domain))}
		${button(t('pause'), () => askPause(pauseOf(here, domain)))}
		${domain.deployAdminPasswords && button(t('domain.renew.short'),
			() => renew(domain))}`);
}

// ---- access to other domains ---------------------------------------------------------

async function grant(here) {
	const options = state.domains.filter(one => one.id !== here.id)
		.map(one => [String(one.id), one.name]);
	if (await form({title: t('access.grant'), ok: t('access.grant.do'),
		text: t('access.grant.hint', {name: domainName(here.id)}), fields: [
			{name: 'targetId', label: t('domain'), type: 'choice', options,
				value: options[0]?.[0]},
			{name: 'readOnly', label: t('access.readonly'), type: 'check'},
			{name: 'ends', label: t('access.ends'), type: 'date',
				hint: t('access.ends.hint')}],
		send: values => ask({mt: 'GrantAccess', domainId: here.id,
			targetId: Number(values.targetId), readOnly: values.readOnly,
			ends: values.ends ? Date.parse(values.ends) : 0})}))
		ready(here);
}

async function revoke(here, one) {
	if (await attempt(() => ask({mt: 'RevokeAccess', domainId: here.id,
		targetId: one.targetId})))
		toast(t('access.revoked', {name: domainName(one.targetId)}), () =>
			attempt(() => ask({mt: 'GrantAccess', domainId: here.id, ...one}))
				.then(() => ready(here)));
	ready(here);
}

function access(here) {
	const may = mayChange(here.id);
	return panel(t('access'), loaded(here.grants, rows => rows.length
		? table([{head: t('domain'), size: 'text', cell: one => domainName(one.targetId)},
			{head: t('access.how'), cell: one => one.readOnly
				? t('access.readonly') : t('access.full')},
			{head: t('until'), cell: one => when(one.ends)},
			{head: '', size: 'right', cell: one => may && button(
				t('access.revoke'), () => revoke(here, one))}], rows, one => one.targetId)
		: html`<p class="muted">${t('access.none')}</p>`),
	may && state.domains.length > 1
		&& button(t('access.grant'), () => grant(here)));
}

// ---- categories ------------------------------------------------------------------------

async function category(here, one) {
	if (await form({title: one ? t('categories.edit') : t('categories.add'),
		fields: [{name: 'name', label: t('col.name'), value: one?.name,
			required: true}, {name: 'config', label: t('categories.config'),
			type: 'check', value: one?.config ?? true,
			hint: t('categories.config.hint')}],
		send: values => ask(one ? {mt: 'EditCategory', id: one.id, ...values}
			: {mt: 'AddCategory', domainId: here.id, ...values})}))
		ready(here);
}

async function dropCategory(here, one) {
	if (await confirm(t('categories.delete', {name: one.name}),
		t('categories.delete.hint'), t('delete'))
		&& await attempt(() => ask({mt: 'DeleteCategory', id: one.id})))
		ready(here);
}

function categories(here) {
	const may = mayChange(here.id);
	return panel(t('categories'), loaded(here.categories, rows => rows.length
		? table([{head: t('col.name'), size: 'text', cell: one => one.name},
			{head: t('categories.config'), cell: one => one.config ? t('yes')
				: t('no')},
			{head: '', size: 'right', cell: one => may && html`${
				button(t('edit'), () => category(here, one), {kind: 'quiet'})}
				${button(t('delete'), () => dropCategory(here, one))}`}], rows)
		: html`<p class="muted">${t('categories.none')}</p>`),
	may && button(t('categories.add'), () => category(here)));
}

// ---- rental and token ------------------------------------------------------------

async function editRental(here, rental) {
	if (await form({title: t('domain.rental'), fields: [
		{name: 'recipients', label: t('domain.recipients'),
			value: rental.recipients.join(', '), hint: t('domain.recipients.hint')},
		{name: 'invoiceReference', label: t('domain.invoice'),
			value: rental.invoiceReference}],
	send: ({recipients, invoiceReference}) => ask({mt: 'EditRental',
		domainId: here.id, invoiceReference,
		recipients: recipients.split(/[\s,]+/).filter(Boolean)})}))
		ready(here);
}

function rentalPanel(here) {
	return panel(t('domain.rental'), loaded(here.rental, rental => facts([
		[t('domain.recipients'), rental.recipients.join(', ') || t('none')],
		[t('domain.invoice'), rental.invoiceReference || t('none')],
		[t('rental'), html`<a href="${href('rental', String(here.id))}">
			${t('domain.rental.open')}</a>`]])),
	mayChange(here.id) && here.rental?.rows && button(t('edit'),
		() => editRental(here, here.rental.rows)));
}

/** The one that there is ends by that, and no message gives it back. */
async function token(here, mt, ok) {
	const {name} = state.domains.find(one => one.id === here.id);
	if (here.token?.rows && !await confirm(t('token.end', {name}),
		t('token.end.hint'), ok))
		return;
	if (await attempt(() => ask({mt, domainId: here.id})))
		toast(t('saved'));
	here.shown = false;
	ready(here);
}

function tokenPanel(here) {
	return panel(t('token'), loaded(here.token, text => html`
		<p class="muted">${t('token.hint')}</p>
		<p>${!text ? t('token.none') : here.shown ? html`<code class="secret">
			${text}</code> ${button(t('copy'), () => copy(text), {kind: 'quiet'})}`
			: button(t('token.show'), () => { here.shown = true; change(); },
				{kind: 'quiet'})}</p>`),
	html`${button(here.token?.rows ? t('token.new') : t('token.first'),
			() => token(here, 'NewProvisioningToken', t('token.new')))}
		${here.token?.rows && button(t('delete'), () => token(here,
			'DeleteProvisioningToken', t('delete')), {kind: 'danger'})}`);
}

export function draw(here) {
	const domain = state.domains.find(one => one.id === here.id);
	if (!domain)
		return html`<div class="screen">${heading(t('domain'))}
			<div class="empty"><h2>${t('domain.gone')}</h2>
			<a class="button" href="#/domains">${t('domains')}</a></div></div>`;
	return html`<div class="screen">${heading(domain.name,
		state.me.admin && !state.me.readOnly && button(t('delete'),
			() => remove(domain), {kind: 'danger'}))}
		<div class="columns-two"><div>${settings(here, domain)}
		${rentalPanel(here)}${mayOwn(here) && tokenPanel(here)}</div>
		<div>${state.me.admin && access(here)}${categories(here)}</div></div>
		</div>`;
}
