/**
 * phonesetting -- one setting of phones of other vendors is set or cleared in a
 * layer (doc/phones.md): the dialogs for it, and how values are shown.
 *
 * Which settings there are, and what they may be, the server says; their meanings
 * are in English.
 */

import {confirm, form} from './form.js';
import {html} from './html.js';
import {Refused, ask, list} from './link.js';
import {attempt, button, toast} from './parts.js';
import {state} from './store.js';
import {t} from './text.js';

let known = null;

/** The table of settings: it changes with the server only. */
export async function settingNames() {
	known ??= await list({mt: 'GetPhoneSettingNames'}, 'names');
	return known;
}

/** That of "sip_user.1", without its number. */
function settingOf(names, name) {
	return names.find(one => one.name === name.split('.')[0]);
}

function send(layer, name, value) {
	return ask({mt: 'SetPhoneSettings', layer, settings: {[name]: value}});
}

/** Which one, and of which port or key. */
function choose(names) {
	return form({title: t('setting.add'), ok: t('continue'), fields: [
		{name: 'name', label: t('setting'), type: 'choice',
			value: names[0].name, options: names.map(one => [one.name,
				`${one.name} – ${one.help}`])},
		{name: 'at', label: t('setting.at'), type: 'number',
			hint: t('setting.at.hint')}],
	async send({name, at}) {
		const {of} = settingOf(names, name);
		if (of === 'key' && at === '' || of === 'phone' && at !== '')
			throw new Refused({error: 'invalid value', field: 'at'});
		return at === '' ? name : `${name}.${at}`;
	}});
}

function hint(one) {
	const {least, most, unit = ''} = one;
	return one.choices ? one.choices.join(', ')
		: one.kind === 'number' ? t('setting.range', {least: String(least),
			most: String(most), unit}).trim() : undefined;
}

function field(one, value) {
	return {name: 'value', label: one.help, required: true, value,
		hint: one.kind === 'choice' ? undefined : hint(one),
		type: {choice: 'choice', secret: 'password', number: 'number'}[one.kind],
		options: one.choices?.map(word => [word, word]),
		autocomplete: one.kind === 'secret' ? 'new-password' : undefined};
}

/** Which one, and to which value, without setting it.
 * @returns {Promise<?{name: string, value: string}>} undefined: the person left */
export async function askSetting(layer) {
	const names = await settingNames();
	const name = await choose(names);
	const one = name && settingOf(names, name);
	return one && form({title: t('setting.title', {name, layer}),
		ok: t('continue'), fields: [{...field(one, one.default
			?? one.choices?.[0]), required: false}],
		send: async ({value}) => ({name, value})});
}

/**
 * Set one in a layer.
 * @param {string} layer
 * @param {?{name: string, value: string, secret: boolean}} given the one; none:
 *	it is chosen first
 * @param {?string} before what the layer has itself, which Undo puts back
 * @param {function(): void} again is told when something has changed
 */
export async function setSetting(layer, given, before, again) {
	const names = await settingNames();
	const name = given?.name ?? await choose(names);
	if (!name)
		return;
	const one = settingOf(names, name);
	const done = await form({title: t('setting.title', {name, layer}),
		fields: [field(one, given?.value ?? one.default ?? one.choices?.[0])],
		send: ({value}) => send(layer, name, value)});
	if (!done)
		return;
	// A secret is not known, and what stands in another layer stays there.
	const known = given && one.kind !== 'secret';
	toast(t('saved'), known && (() => attempt(async () => {
		await send(layer, name, before);
		again();
	})));
	again();
}

/** Take it away; farther layers count again. */
export async function clearSetting(layer, one, again) {
	if (one.secret && !await confirm(t('setting.clear.title',
		{name: one.name, layer}), t('setting.clear.hint'), t('setting.clear')))
		return;
	if (!await attempt(() => send(layer, one.name, null)))
		return;
	toast(t('setting.cleared', {name: one.name}), !one.secret
		&& (() => attempt(async () => {
			await send(layer, one.name, one.value);
			again();
		})));
	again();
}

// ---- columns -----------------------------------------------------------------------

export function nameColumn(here) {
	return {head: t('setting'), cell: one => html`<code>${one.name}</code>
		<div class="detail">${here.names?.rows
			&& settingOf(here.names.rows, one.name)?.help}</div>`};
}

export function valueColumn() {
	return {head: t('setting.value'), size: 'text', cell: one => one.secret
		? html`<span class="muted">${t('config.secret')}</span>`
		: `${one.value} ${one.unit ?? ''}`};
}

/** What one can do with it in a layer; own: the layer has it itself. */
export function settingButtons(layer, one, own, again) {
	return !state.me.readOnly && html`${button(own ? t('edit') : t('setting.here'),
			() => attempt(() => setSetting(layer, one, own ? one.value : null,
				again)), {kind: own ? '' : 'quiet'})}
		${own && button(t('setting.clear'), () => clearSetting(layer, one,
			again))}`;
}
