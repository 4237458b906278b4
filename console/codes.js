/**
 * codes -- provisioning codes: devices that put themselves into a domain.
 *
 * A code and its QR picture are shown once, when it is made; nothing keeps them.
 */

import {domainOptions} from './bulk.js';
import {domainName, hear} from './fleet.js';
import {confirm, form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {attempt, button, copy, empty, heading, pill, since, toast}
	from './parts.js';
import {href, turn} from './route.js';
import {mayChange, state} from './store.js';
import {firstPage, pages, table} from './table.js';
import {t, when} from './text.js';

/** The domain that a screen is about: of its URL, one's own, or the first. */
export function domainOf(query) {
	return Number(query.domain) || state.me.domainId
		|| state.domains[0]?.id;
}

/** It may begin with the first domain. */
export const afterDomains = true;

export function open({query}) {
	const here = {domain: domainOf(query)};
	here.stop = hear(({mt}) => mt === 'DeviceAdded' && state.here === here
		&& ready(here));
	ready(here);
	return here;
}

export function close(here) {
	here.stop();
}

export function ready(here) {
	firstPage(here, 'codes', {mt: 'GetProvisioningCodes',
		domainId: here.domain}, row => row.id);
}

/** Further pages that somebody has come to stay. */
export function again(here) {
	if (!here.extended)
		ready(here);
}

/** The one time that it is seen. */
function made(answer) {
	return form({title: t('codes.made'), ok: null, text: t('codes.made.hint',
		{time: when(answer.ends)}), body: () => html`
		<div class="big">${answer.code}</div>
		<img class="qr" alt="${t('codes.qr')}" src="${
			'data:image/svg+xml,' + encodeURIComponent(answer.qr)}">
		<p class="muted">${t('codes.url')} <code>${answer.url}</code></p>
		${button(t('copy'), () => copy(answer.code))}`});
}

async function make(here) {
	const categories = (await list({mt: 'GetCategories', domainId: here.domain},
		'categories')).filter(one => one.config);
	if (!categories.length) {
		toast(t('codes.nocategory'));
		return;
	}
	const answer = await form({here, title: t('codes.new'), ok: t('codes.make'),
		fields: [
			{name: 'category', label: t('category'), type: 'choice',
				options: categories.map(one => [one.name, one.name]),
				value: categories[0].name},
			{name: 'name', label: t('codes.name'), hint: t('codes.name.hint')},
			{name: 'rollout', label: t('codes.rollout'), type: 'check'}],
		send: values => ask({mt: 'AddProvisioningCode', domainId: here.domain,
			qr: true, ...values})});
	if (answer) {
		ready(here);
		await made(answer);
	}
}

async function revoke(here, one) {
	if (!await confirm(t('codes.end', {tail: one.tail, name: one.name}),
		t('codes.end.hint'), t('codes.revoke')))
		return;
	if (await attempt(() => ask({mt: 'RevokeProvisioningCode', id: one.id})))
		toast(t('codes.revoked'));
	ready(here);
}

const STATES = {open: 'warn', used: 'on', over: 'off'};

const columns = here => [
	{head: t('state'), cell: one => pill(STATES[one.state],
		t('codes.' + one.state))},
	{head: t('codes.tail'), cell: one => html`<code>…${one.tail}</code>`},
	{head: t('category'), size: 'text', cell: one => one.category},
	{head: t('col.name'), size: 'text', cell: one => one.name},
	{head: t('codes.maker'), size: 'text', cell: one => one.maker},
	{head: t('codes.ends'), cell: one => one.state === 'used'
		? since(one.used) : when(one.ends)},
	{head: t('device'), cell: one => one.hwId && html`<a
		href="${href('device', one.hwId)}"><code>${one.hwId}</code></a>
		${one.port}`},
	{head: '', size: 'right', cell: one => one.state === 'open'
		&& mayChange(here.domain) && button(t('codes.revoke'),
			() => revoke(here, one))}];

/**
 * Which domain: of those that one sees.  None is chosen, when the view is about one
 * that has gone.
 * @param {object} here of the screen
 * @param {function(string): void} [turnTo] goes to the view of another one
 */
export function domainChoice(here, turnTo = domain =>
	turn(state.route.screen, '', {domain})) {
	const gone = !domainName(here.domain);
	return (state.domains.length > 1 || gone) && html`<label class="filter">
		<span>${t('domain')}</span><select @change=${event =>
			turnTo(event.target.value)}>
		${gone && html`<option key="gone" value="" selected>–</option>`}
		${domainOptions().map(([id, name]) => html`<option key=${id} value="${id}"
			?selected=${Number(id) === here.domain}>${name}</option>`)}
		</select></label>`;
}

export function draw(here) {
	const add = mayChange(here.domain) && button(t('codes.new'),
		() => attempt(() => make(here)), {kind: 'primary'});
	return html`<div class="screen">${heading(t('codes'), add)}
		<p class="lead">${t('codes.lead')}</p>
		<div class="filters">${domainChoice(here)}</div>
		${pages(here, 'codes', rows => rows.length
			? table(columns(here), rows) : empty('codes', null))}</div>`;
}
