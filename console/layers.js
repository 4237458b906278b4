/**
 * layers -- what phones of other vendors shall have, one layer after the other:
 * all, those of a vendor, of a model, of a domain or a category, or one phone.
 */

import {html} from './html.js';
import {list} from './link.js';
import {attempt, button, empty, heading, load, loaded} from './parts.js';
import {nameColumn, setSetting, settingButtons, settingNames, valueColumn}
	from './phonesetting.js';
import {go, href} from './route.js';
import {state} from './store.js';
import {table} from './table.js';
import {t} from './text.js';

/** The domain that one is at home in, or the first. */
export function firstLayer() {
	const home = state.domains.find(one => one.id === state.me.domainId)
		?? state.domains[0];
	return state.me.admin ? 'all' : `domain:${home?.name ?? ''}`;
}

/** It may begin with the first domain. */
export const afterDomains = true;

export function open({id}) {
	const here = {layer: id || firstLayer()};
	const [kind, name = ''] = here.layer.split(/:(.*)/s);
	[here.kind, here.name] = [kind, name];
	ready(here);
	return here;
}

/** The domain of the layer: that of a category is before the "/". */
function domainOf(here) {
	const name = here.name.split('/')[0];
	return state.domains.find(one => one.name === name) ?? state.domains[0];
}

export function ready(here) {
	load(here, 'names', settingNames);
	read(here);
	if (state.me.admin)
		load(here, 'types', () => list({mt: 'GetPhoneTypes'}, 'types'));
	if (here.kind === 'category')
		load(here, 'categories', () => list({mt: 'GetCategories',
			domainId: domainOf(here)?.id}, 'categories'));
}

export {ready as again};

function read(here) {
	load(here, 'settings', () => list({mt: 'GetPhoneSettings',
		layer: here.layer}, 'settings'));
}

// ---- which layer -------------------------------------------------------------------

/** Another one; what it begins with is the first there is. */
async function turn(here, kind) {
	const [domain] = state.domains, at = state.here;
	if (kind === 'category') {
		const [category] = await list({mt: 'GetCategories',
			domainId: domain.id}, 'categories');
		if (state.here === at)
			go('layers', `category:${domain.name}/${category?.name ?? ''}`);
		return;
	}
	const [type] = here.types?.rows ?? [];
	go('layers', kind === 'all' ? 'all' : kind + ':' + {vendor: type?.vendor,
		model: type?.type, domain: domain.name}[kind]);
}

function select(label, options, value, fn) {
	return html`<label class="filter"><span>${label}</span><select
		@change=${event => fn(event.target.value)}>${options.map(([one, word]) =>
		html`<option value="${one}" ?selected=${one === value}>${word}</option>`)}
		</select></label>`;
}

function kinds(here) {
	const may = state.me.admin ? ['all', 'vendor', 'model', 'domain', 'category']
		: ['domain', 'category'];
	const phone = !may.includes(here.kind) && [[here.kind, here.kind]];
	return select(t('layer'), [...phone || [], ...may.map(one =>
		[one, t('layer.' + one)])], here.kind, kind =>
		attempt(() => turn(here, kind)));
}

function goTo(kind) {
	return name => go('layers', `${kind}:${name}`);
}

/** Of which vendor, model, domain. */
function which(here) {
	const types = here.types?.rows ?? [];
	const domains = state.domains.map(one => [one.name, one.name]);
	switch (here.kind) {
	case 'vendor':
		return select(t('layer.vendor'), [...new Set(types.map(one =>
			one.vendor))].map(one => [one, one]), here.name, goTo('vendor'));
	case 'model':
		return select(t('layer.model'), types.map(one => [one.type, one.name]),
			here.name, goTo('model'));
	case 'domain':
		return select(t('domain'), domains, here.name, goTo('domain'));
	case 'category':
		return html`${select(t('domain'), domains, domainOf(here)?.name,
				async name => {
					const at = state.here;
					const [one] = await list({mt: 'GetCategories', domainId:
						state.domains.find(other => other.name === name).id},
					'categories').catch(() => []);
					if (state.here === at)
						go('layers', `category:${name}/${one?.name ?? ''}`);
				})}
			${select(t('category'), (here.categories?.rows ?? []).map(one =>
				[one.name, one.name]), here.name.split(/\/(.*)/s)[1], name =>
				go('layers', `category:${domainOf(here).name}/${name}`))}`;
	default:
		return null;
	}
}

// ---- what is shown -------------------------------------------------------------------

function add(here) {
	return setSetting(here.layer, null, null, () => read(here));
}

const columns = here => [nameColumn(here), valueColumn(),
	{head: '', size: 'right', cell: one => settingButtons(here.layer, one, true,
		() => read(here))}];

export function draw(here) {
	return html`<div class="screen">${heading(t('layers'), html`
		<a class="button" href="${href('phones')}">${t('phones')}</a>
		<a class="button" href="${href('staging', '', {layer: here.layer})}">
			${t('staging')}</a>
		${!state.me.readOnly && !here.settings?.error && button(t('setting.add'),
			() => attempt(() => add(here)), {kind: 'primary'})}`)}
		<p class="lead">${t('layers.lead')}</p>
		<div class="filters">${kinds(here)}${which(here)}</div>
		${loaded(here.settings, rows => rows.length
			? table(columns(here), rows, one => one.name) : empty('layers'),
		() => read(here))}</div>`;
}
