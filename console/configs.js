/**
 * configs -- configurations: what the devices of a domain should have.
 */

import {domainChoice, domainOf} from './codes.js';
import {TYPES, editConfig} from './configform.js';
import {form} from './form.js';
import {html} from './html.js';
import {attempt, button, empty, heading, loaded, pill, since, some} from './parts.js';
import {liveScreen} from './live.js';
import {go, href} from './route.js';
import {mayChange} from './store.js';
import {table} from './table.js';
import {t} from './text.js';

const {begin, follow, end} = liveScreen('configs', here => ({
	mt: 'GetDeviceConfigs', domainId: here.domain}));

/** It may begin with the first domain. */
export const afterDomains = true;

export const open = ({query}) => begin(domainOf(query));
export const close = end;

async function add(here) {
	const types = Object.keys(TYPES).map(type => [type,
		t('config.type.' + type)]);
	const chosen = await form({title: t('configs.add'), ok: t('continue'),
		fields: [{name: 'type', label: t('col.type'), type: 'choice',
			options: types, value: types[0][0]}], send: async typed => typed});
	const answer = chosen && await editConfig({domainId: here.domain,
		type: chosen.type});
	if (answer)
		go('config', String(answer.id));
}

/** Whom it is for: all devices, those with a category, or nobody. */
export function forWhom(config) {
	if (config.matchesNone)
		return pill('warn', t('configs.nobody'));
	return some(config.categories.map(one => one.name)) || t('configs.all');
}

const columns = () => [
	{head: t('col.type'), cell: one => html`<a
		href="${href('config', String(one.id))}">
		${t('config.type.' + one.type)}</a>`},
	{head: t('config.desc'), size: 'text', cell: one => one.desc},
	{head: t('config.for'), size: 'text', cell: forWhom},
	{head: t('config.revision'), cell: one => t('n', {n: one.revision})},
	{head: t('config.changed'), cell: one => since(one.changed)}];

export function draw(here) {
	return html`<div class="screen">${heading(t('configs'),
		mayChange(here.domain) && button(t('configs.add'), () => attempt(() => add(here)),
			{kind: 'primary'}))}
		<p class="lead">${t('configs.lead')}</p>
		<div class="filters">${domainChoice(here)}</div>
		${loaded(here.configs, rows => rows.length ? table(columns(), rows)
			: empty('configs'), () => follow(here))}</div>`;
}
